"""公示: what must be public, when, masked how; withdrawals."""
