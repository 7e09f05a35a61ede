"""The `Hcx` port on HCX's own interface: one route table, one client, one log-in per account.

Read `routes.py` first, then `visit.py`, then `facts.py` and `upgrades.py`.
"""
