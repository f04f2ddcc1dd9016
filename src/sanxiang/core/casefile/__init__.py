"""Where a case stands: a fold of its events (案卷)."""

from . import publishing as publishing
from . import reviewing as reviewing
from . import telling as telling
from .fold import HANDLING, NOTED, apply, fold
from .publication import STATES as PUBLICATION_STATES
from .recordings import Gap, Recording, fold_recording
from .state import CaseFile, Done, Draft, Measure, Opinion, Round, Shown

__all__ = [
    "HANDLING", "NOTED", "PUBLICATION_STATES", "CaseFile", "Done", "Draft", "Gap", "Measure", "Opinion", "Recording",
    "Round", "Shown", "apply", "fold", "fold_recording",
]  # fmt: skip
