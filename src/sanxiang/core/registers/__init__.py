"""Who and what was competent on that day: folds of registry events (登记簿)."""

from .catalogue import Catalogue, Edition
from .fold import fold_agency, fold_item, fold_officer
from .state import Agency, Certificate, Department, Item, Officer, Post, Registers, Settled

__all__ = [
    "Agency",
    "Catalogue",
    "Certificate",
    "Department",
    "Edition",
    "Item",
    "Officer",
    "Post",
    "Registers",
    "Settled",
    "fold_agency",
    "fold_item",
    "fold_officer",
]
