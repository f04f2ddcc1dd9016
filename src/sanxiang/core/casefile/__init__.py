"""Where a case stands: a fold of its events (案卷)."""

from .fold import apply, fold
from .state import CaseFile, Done, Draft, Measure, Opinion

__all__ = ["CaseFile", "Done", "Draft", "Measure", "Opinion", "apply", "fold"]
