"""The `Azure` port on Microsoft's own clients, reading only."""
