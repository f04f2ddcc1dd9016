"""The record in PostgreSQL: append-only events, sealed personal data, numbers, the ledger, projections."""
