"""Draws of inspections (双随机抽查): lists, draw, replacement, tasks."""
