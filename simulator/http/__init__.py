"""What the world answers over HTTP: one file per kind of endpoint."""
