"""The HTTP API as one ASGI app. Azure Functions and the embedded host both mount it; nothing else imports it."""

RELEASE = "0.1.0"
"""Release of hcx-fleet: what `/v1/health` answers. pyproject.toml is not deployed; a test compares both."""
