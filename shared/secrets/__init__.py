"""The `Secrets` port: a file on one machine, Key Vault on Azure."""
