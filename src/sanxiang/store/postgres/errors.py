"""What can go wrong between us and PostgreSQL, said in words an operator can act on."""


class PostgresError(Exception):
    """The text is plain Chinese and ends with what to do."""
