"""A regulation as data: dictionary, procedures, clauses with their bindings, and the rules of a day (规则即数据)."""

from .bindings import (
    Access,
    Capability,
    DutyTask,
    Gate,
    Indicator,
    Judgement,
    Outcome,
    Record,
    Report,
    Review,
    Scope,
    Threshold,
)
from .clocks import Deadline, Extension, Pause, Restart, Surcharge
from .content import FORM, Content
from .dictionary import Column, Dictionary, Fact
from .library import Library
from .model import Clause, Instrument, Jurisdiction
from .procedure import PARTY, Act, Ask, Chapter, Files, Paper, Procedure, Stage
from .retention import Retention
from .ruleset import Bound, RuleSet
from .values import check, check_facts
from .vocabulary import WORDS, Condition, Word

__all__ = [
    "FORM",
    "PARTY",
    "WORDS",
    "Access",
    "Act",
    "Ask",
    "Bound",
    "Capability",
    "Chapter",
    "Clause",
    "Column",
    "Condition",
    "Content",
    "Deadline",
    "Dictionary",
    "DutyTask",
    "Extension",
    "Fact",
    "Files",
    "Gate",
    "Indicator",
    "Instrument",
    "Judgement",
    "Jurisdiction",
    "Library",
    "Outcome",
    "Paper",
    "Pause",
    "Procedure",
    "Record",
    "Report",
    "Restart",
    "Retention",
    "Review",
    "RuleSet",
    "Scope",
    "Stage",
    "Surcharge",
    "Threshold",
    "Word",
    "check",
    "check_facts",
]
