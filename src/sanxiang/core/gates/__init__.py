"""May this act happen now; what is due; what may be shown (关口、期限、公示)."""

from . import (
    amounts,
    announcing,
    archiving,
    avoidance,
    bringing,
    correcting,
    delegating,
    devices,
    draws,
    entrusting,
    equipping,
    handing,
    heavier,
    inspectees,
    lenity,
    matters,
    midway,
    monitoring,
    naming,
    packaging,
    paging,
    people,
    pointing,
    predicates,
    proving,
    publicity,
    publishing,
    remedies,
    repeating,
    reporting,
    retaining,
    running,
    stopping,
    surcharging,
    terms,
    visits,
    weighing,
)
from .avoidance import open_asks
from .binding import PARTS, bound_of, changed_parts
from .candidates import Candidate, Stop, choose, count
from .completing import complete
from .covering import broken_afterwards
from .delegating import BY_NAME, signed_as
from .disclosure import passages, public_record
from .door import consider, consider_register
from .duties import Duty, Reckoning, duties, reckon, started_by
from .fitness import unfit_to_review
from .keepers import keepers_of
from .making import event_of
from .matters import current_bound
from .midway import documents_due, documents_waiting
from .papers import number_text, papers_of, series_of
from .pointing import found_before, open_points, outcomes_of, points_of
from .practising import ONLINE, online_rule
from .predicates import PREDICATES, evaluate
from .recording_acts import consider_recording, exempting
from .remedies import remedies_of
from .scoping import Criterion, criteria, scope_of
from .settling import settled
from .situation import Proposal, Situation
from .stopping import open_stops
from .surcharging import Added, surcharge
from .terms import earliest
from .truth import Truth
from .verdict import Question, Reason, Verdict, breaches_of

__all__ = [
    "BY_NAME",
    "ONLINE",
    "PARTS",
    "PREDICATES",
    "Added",
    "Candidate",
    "Criterion",
    "Duty",
    "Proposal",
    "Question",
    "Reason",
    "Reckoning",
    "Situation",
    "Stop",
    "Truth",
    "Verdict",
    "amounts",
    "announcing",
    "archiving",
    "avoidance",
    "bound_of",
    "breaches_of",
    "bringing",
    "broken_afterwards",
    "changed_parts",
    "choose",
    "complete",
    "consider",
    "consider_recording",
    "consider_register",
    "correcting",
    "count",
    "criteria",
    "current_bound",
    "delegating",
    "devices",
    "documents_due",
    "documents_waiting",
    "draws",
    "duties",
    "earliest",
    "entrusting",
    "equipping",
    "evaluate",
    "event_of",
    "exempting",
    "found_before",
    "handing",
    "heavier",
    "inspectees",
    "keepers_of",
    "lenity",
    "matters",
    "midway",
    "monitoring",
    "naming",
    "number_text",
    "online_rule",
    "open_asks",
    "open_points",
    "open_stops",
    "outcomes_of",
    "packaging",
    "paging",
    "papers_of",
    "passages",
    "people",
    "pointing",
    "points_of",
    "predicates",
    "proving",
    "public_record",
    "publicity",
    "publishing",
    "reckon",
    "remedies",
    "remedies_of",
    "repeating",
    "reporting",
    "retaining",
    "running",
    "scope_of",
    "series_of",
    "settled",
    "signed_as",
    "started_by",
    "stopping",
    "surcharge",
    "surcharging",
    "terms",
    "unfit_to_review",
    "visits",
    "weighing",
]
