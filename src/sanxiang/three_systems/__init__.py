"""三项制度: disclosure, recording of the whole process, legal review. They meet only in events."""
