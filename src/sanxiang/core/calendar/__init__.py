"""Working days and statutory periods (工作日与期限)."""

from .counting import Due, due, due_before, due_many, last_of, working_days_between, working_days_left
from .model import Arrangement, Calendar, DaysOff, FixedDay, Layer

__all__ = [
    "Arrangement",
    "Calendar",
    "DaysOff",
    "Due",
    "FixedDay",
    "Layer",
    "due",
    "due_before",
    "due_many",
    "last_of",
    "working_days_between",
    "working_days_left",
]
