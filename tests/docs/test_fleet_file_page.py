"""docs/fleet-file.md tells of every tag, and of every part of the file."""

import re
from pathlib import Path

from shared.policy.fleet_file import FleetFile
from shared.rules.tags import KNOWN

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "fleet-file.md").read_text("utf-8")
IN_THE_EXAMPLE = {"apiVersion", "kind", "metadata", "timeZone", "cloudManagers", "patience", "pairOrder"}
"""Parts whose line in examples/fleet.yaml says all there is to say."""


def test_every_tag_has_its_row() -> None:
    """The table has the tags of the one list in the code, in its order."""
    table = TEXT.split("## Tags may only hold back")[1].split("\n## ")[0]

    assert re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE) == list(KNOWN)


def test_every_part_of_the_file_is_told_of() -> None:
    """A top-level key has its idea here, or needs none."""
    keys = {str(part.alias or name) for name, part in FleetFile.model_fields.items()}

    assert keys > IN_THE_EXAMPLE
    assert {key for key in keys - IN_THE_EXAMPLE if not re.search(rf"`{key}\b|\b{key}:", TEXT)} == set()
