"""What a user can type: one file an idea, each command with its options; `cli/main.py` has them in their order."""
