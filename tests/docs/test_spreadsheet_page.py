"""docs/spreadsheet.md tells of every column as it is."""

import re
from pathlib import Path

from shared.policy.site_table.columns import OBSERVED, Column
from shared.policy.site_table.values import OF_CONNECTOR, OF_SITE

TEXT = (Path(__file__).parents[2] / "docs" / "spreadsheet.md").read_text("utf-8")
ROWS = dict(re.findall(r"^\| `([a-z ]+)` \|.*\| ([^|]+) \|$", TEXT, re.MULTILINE))


def test_every_column_has_its_row() -> None:
    """The table has the columns in the order of an export."""
    assert list(ROWS) == [str(column) for column in Column]


def test_it_is_said_what_an_import_does_with_a_column() -> None:
    """Whether a column changes a site or a connector, or is never read, stands beside it."""
    of_site = {str(field.column) for field in OF_SITE}
    of_connector = {str(field.column) for field in OF_CONNECTOR}

    assert {name for name, said in ROWS.items() if said == "observed, never read"} == {str(one) for one in OBSERVED}
    assert {name for name, said in ROWS.items() if said == "connector"} == of_connector
    assert {name for name, said in ROWS.items() if said.startswith("site")} == of_site
