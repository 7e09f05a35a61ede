"""docs/prove.md shows what the command really prints, and explains every verdict."""

import re

from shared.model.proof import ProofVerdict
from tests.docs.plan_page import filled, names
from tests.docs.prove_blocks import PAGE, blocks

TEXT = PAGE.read_text("utf-8")


def test_every_block_is_what_the_command_prints() -> None:
    """Byte for byte; `python -m tests.docs.write_prove_page` writes what differs."""
    assert filled(TEXT, blocks()) == TEXT


def test_every_block_is_shown() -> None:
    """No block is made for nothing, and none is of something that is no longer made."""
    assert sorted(names(TEXT)) == sorted(blocks())


def test_every_verdict_is_explained() -> None:
    """The table of the page has the verdicts of the code, in their order."""
    rows = re.findall(r"^\| (proved|open|contradicted|not observable) \|", TEXT, re.MULTILINE)

    assert rows == [one.value.replace("-", " ") for one in ProofVerdict]
