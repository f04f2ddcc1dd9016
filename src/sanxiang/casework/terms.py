"""Dated terms of a case that are nobody's work here."""

from datetime import date

OF_PARTY = ("defence", "hearing_request", "reconsideration", "suit", "pay", "expire")
"""Rights and duties of the party, and terms that merely run: dated like duties, on nobody's list."""
OF_OTHERS = ("police_answer",)
"""What another body owes (公安机关的答复): that it comes late is not the lateness of this agency."""
NOT_OURS = OF_PARTY + OF_OTHERS
NEVER = date(2399, 12, 31)
"""Stands for the last day of a duty whose clock stands still: after every day that a calendar knows."""
