"""Dated terms of a case that are nobody's work."""

OF_PARTY = ("defence", "hearing_request", "reconsideration", "pay", "expire")
"""Rights of the party and terms that merely run: dated like duties, on nobody's list."""
