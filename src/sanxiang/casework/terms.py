"""Dated terms of a case that are nobody's work."""

from datetime import date

OF_PARTY = ("defence", "hearing_request", "reconsideration", "pay", "expire")
"""Rights of the party and terms that merely run: dated like duties, on nobody's list."""
NEVER = date(2399, 12, 31)
"""Stands for the last day of a duty whose clock stands still: after every day that a calendar knows."""
