"""The real app on one machine: a small local Azure Functions host.

The production worker library indexes and invokes the unchanged `function_app.py`; durable work comes from durabletask's
in-memory backend, driven by one clock. Nothing in here is deployed.
"""
