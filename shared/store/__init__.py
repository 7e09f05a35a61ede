"""Where runs, plans, facts, the ledger, the log-in breaker and the journal are kept.

`claims.py`, `leases.py` and `breaker.py` hold the rules, free of input and output, so that every kind of store obeys
the same ones; `sqlite.py` is the store of one machine, `tables.py` the one on Azure.
"""
