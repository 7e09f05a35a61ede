"""Where accounts come from: Key Vault on Azure, a file on one machine."""
