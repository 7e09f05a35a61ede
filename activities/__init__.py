"""The hands: small, idempotent functions that act and parse. They decide nothing; rules do.

Each is a plain `def activity(ports, order) -> result` over records, so that a test calls it with real adapters and no
host. `boundary.durable` turns it into what Durable Functions wants.
"""
