"""How hcx-fleet logs in anywhere without ever locking an account: one place for all adapters."""
