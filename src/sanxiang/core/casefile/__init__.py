"""Where a case stands: a fold of its events (案卷)."""

from . import archiving as archiving
from . import correcting as correcting
from . import coverage as coverage
from . import publishing as publishing
from . import reviewing as reviewing
from . import telling as telling
from .coverage import resting
from .fold import ENDS, HANDLING, NOTED, apply, fold
from .keeping import Keeping, Request
from .publication import STATES as PUBLICATION_STATES
from .recordings import Gap, Recording, fold_recording
from .state import CaseFile, Correction, Done, Draft, Interrupted, Measure, Opinion, Round, Shown, effect_of
from .team import team_of

__all__ = [
    "ENDS", "HANDLING", "NOTED", "PUBLICATION_STATES", "CaseFile", "Correction", "Done", "Draft", "Gap", "Interrupted",
    "Keeping", "Measure", "Opinion", "Recording", "Request", "Round", "Shown", "apply", "effect_of", "fold",
    "fold_recording", "resting", "team_of",
]  # fmt: skip
