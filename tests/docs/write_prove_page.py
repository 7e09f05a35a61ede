"""Writes the blocks of docs/prove.md anew: `python -m tests.docs.write_prove_page`, to be reviewed before a commit."""

from tests.docs.plan_page import write
from tests.docs.prove_blocks import PAGE, blocks

if __name__ == "__main__":
    write(PAGE, blocks())
