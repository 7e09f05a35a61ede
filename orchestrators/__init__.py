"""The procedure. Deterministic: orchestrators sequence and wait, activities act, rules decide.

Read `manager_task.py` and `mesh_task.py` first: they follow docs/procedure.md heading by heading.
"""
