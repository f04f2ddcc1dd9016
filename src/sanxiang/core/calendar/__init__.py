"""Working days and statutory periods (工作日与期限)."""

from .counting import Due, due, due_before, due_many, last_of, working_days_between, working_days_left
from .model import Arrangement, Calendar, DaysOff, FixedDay, Layer
from .stopped import Span, days_within, due_without

__all__ = [
    "Arrangement",
    "Calendar",
    "DaysOff",
    "Due",
    "FixedDay",
    "Layer",
    "Span",
    "days_within",
    "due",
    "due_before",
    "due_many",
    "due_without",
    "last_of",
    "working_days_between",
    "working_days_left",
]
