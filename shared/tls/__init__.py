"""How the certificate of a manager or a vCenter is verified: one place for all adapters."""
