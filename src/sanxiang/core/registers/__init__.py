"""Who and what was competent on that day: folds of registry events (登记簿)."""

from .catalogue import Catalogue, Edition
from .fold import fold_agency, fold_item, fold_officer
from .pages import SECTIONS, ChangedLaw, Kind, Section, Version
from .state import Agency, Certificate, Department, Item, Officer, Post, Registers, Settled

__all__ = [
    "SECTIONS",
    "Agency",
    "Catalogue",
    "Certificate",
    "ChangedLaw",
    "Department",
    "Edition",
    "Item",
    "Kind",
    "Officer",
    "Post",
    "Registers",
    "Section",
    "Settled",
    "Version",
    "fold_agency",
    "fold_item",
    "fold_officer",
]
