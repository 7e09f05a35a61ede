"""The `hcx-fleet` command: it parses, calls, prints and exits. What it shows is decided by pure functions beside it."""
