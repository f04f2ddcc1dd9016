"""办案: the one write path, and the officer's desk."""
