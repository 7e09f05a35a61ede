"""vCenter, by pyvmomi: what a manager's plug-ins and machine look like, and snapshots of the machine.

Read `connection.py` first, then `look.py` and `snapshots.py`.
"""
