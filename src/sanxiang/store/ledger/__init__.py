"""The public ledger of the record: numbers what was committed, signs what it numbered, publishes what it signed."""
