"""A world of Azure Resource Manager, HCX managers and people behind real TLS sockets, with a clock of its own.

The world is made from one world file and a seed. `python -m simulator` serves it; `simulator.running` serves it inside
a test. Nothing here knows the client: shapes are written from public facts about HCX and Azure, so that a mistake in
the client does not cancel out against the same mistake in the world.

Determinism: what a world answers depends on its file, its seed and the calls made to it in world time, and on nothing
else. The exceptions are its certificates, which are new in every start, and the expiry of its Azure tokens, which
follows the real clock because the library that reads it does.
"""
