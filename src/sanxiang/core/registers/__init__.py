"""Who and what was competent on that day: folds of registry events (登记簿)."""

from .blanks import Blank, Block, fold_blanks
from .catalogue import Catalogue, Edition
from .device import Check, Custody, Device, fold_device
from .draws import Draw, Drawn, fold_draw
from .equipment import Plan, Versions
from .fold import fold_agency, fold_item, fold_officer
from .inspectees import Inspectee, fold_inspectee
from .monitors import Monitor, Siting, Verified
from .pages import SECTIONS, ChangedLaw, Kind, Section, Version
from .reports import Filed, Receipt, figures_of, key_of
from .state import Agency, Certificate, Department, Item, Lent, Officer, Post, Registers, Settled

__all__ = [
    "SECTIONS",
    "Agency",
    "Blank",
    "Block",
    "Catalogue",
    "Certificate",
    "ChangedLaw",
    "Check",
    "Custody",
    "Department",
    "Device",
    "Draw",
    "Drawn",
    "Edition",
    "Filed",
    "Inspectee",
    "Item",
    "Kind",
    "Lent",
    "Monitor",
    "Officer",
    "Plan",
    "Post",
    "Receipt",
    "Registers",
    "Section",
    "Settled",
    "Siting",
    "Verified",
    "Version",
    "Versions",
    "figures_of",
    "fold_agency",
    "fold_blanks",
    "fold_device",
    "fold_draw",
    "fold_inspectee",
    "fold_item",
    "fold_officer",
    "key_of",
]
