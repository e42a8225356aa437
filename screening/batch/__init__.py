"""Many documents: sources, the pool that screens them, the ledger that remembers, what is reported of a scan."""
