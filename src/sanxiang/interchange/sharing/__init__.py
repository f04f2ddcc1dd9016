"""Sharing in (信息共享): lists of another system pulled over HTTP, taken whole or not at all."""
