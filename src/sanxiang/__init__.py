"""Sanxiang 三项: the three systems of administrative law enforcement (三项制度)."""
