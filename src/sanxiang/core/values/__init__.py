"""Small values that every other room speaks in: amounts, citations, periods, people, identifiers, dates."""

from .actor import Actor
from .citation import Citation
from .dates import CHINA, chinese_date, document_number, legal_day, opening_of, printed
from .identifiers import problems_of_credit_code, problems_of_identity_number, problems_of_organisation_code
from .money import Money
from .naming import category_name
from .numerals import chinese_numeral
from .period import Period, Unit

__all__ = [
    "CHINA",
    "Actor",
    "Citation",
    "Money",
    "Period",
    "Unit",
    "category_name",
    "chinese_date",
    "chinese_numeral",
    "document_number",
    "legal_day",
    "opening_of",
    "printed",
    "problems_of_credit_code",
    "problems_of_identity_number",
    "problems_of_organisation_code",
]
