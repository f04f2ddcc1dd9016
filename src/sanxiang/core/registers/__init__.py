"""Who and what was competent on that day: folds of registry events (登记簿)."""

from .fold import CHINA, fold_agency, fold_item, fold_officer, legal_day
from .state import Agency, Certificate, Department, Item, Officer, Post, Registers

__all__ = [
    "CHINA",
    "Agency",
    "Certificate",
    "Department",
    "Item",
    "Officer",
    "Post",
    "Registers",
    "fold_agency",
    "fold_item",
    "fold_officer",
    "legal_day",
]
