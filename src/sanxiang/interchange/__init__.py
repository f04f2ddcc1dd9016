"""Interfaces and exchange with other systems: they come to the same door as the pages."""
