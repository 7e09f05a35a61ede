"""How a plan is made, one file for each question; `shared/rules/planner.py` is the way in.

`scene.py` what there is · `wishes.py` who should get where · `candidates.py` who may · `ways.py` through which hops and
in which order · `manager_tasks.py` and `mesh_tasks.py` the tasks · `sealing.py` waves, limits and the hash ·
`admission.py` what admits them · `timing.py` and `turns.py` when · `reasons.py`, `refusals.py` and `findings.py` what
is to be said of it.
"""
