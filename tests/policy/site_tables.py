"""A small fleet.yaml and its table: for tests of what goes out and comes back."""

import csv
import io
from collections.abc import Mapping, Sequence

from shared.model.codec import Json
from shared.policy.marked_yaml import read_yaml
from shared.policy.problems import Problem
from shared.policy.site_table.changing import Wanted, wanted
from shared.policy.site_table.entries import entries
from shared.policy.site_table.exporting import Exported, exported
from shared.policy.site_table.observed import Observed, observed
from shared.policy.site_table.sheet import SheetRead, read_sheet
from tests.builders.fleet_facts import cloud_manager, connector, fleet, inventory

FLEET = """\
apiVersion: hcxfleet/v1
kind: Fleet
metadata: {name: demo}
target: {version: "4.11.4"}
cloudManagers:
  entries:
    - {cloud: PC-A, owner: ours, credentials: kv:pc-a}
sites:
  - name: lyon                # the first one
    contacts: [lyon@contoso.example, "a;b"]
    windows:
      - {name: sundays, rrule: "FREQ=WEEKLY;BYDAY=SU", start: "06:00", duration: PT6H, zone: Europe/Paris}
    change: CHG0012345
    case: "0026112400010001"
    connectors:
      - name: con-a
        endpoint: https://hcx.lyon.contoso.example:8443
        credentials: kv:con-a # in the vault
        owner: ours
        meshOwner: assisted
        target: "4.11.3"
      - name: con-b
        endpoint: https://hcx-b.lyon.contoso.example
        credentials: kv:con-b
        reach: collector
        address: 10.1.2.3
  - name: bare
  - name: west
    privateCloud: pc-a
    provider: {announced: 2026-12-01, answerBy: 2026-11-28, case: "4711"}
"""


def content(text: str = FLEET) -> Json:
    """What a fleet.yaml holds."""
    document = read_yaml(text)
    assert document.root is not None
    assert not document.problems
    return document.root.plain


def seen() -> tuple[Observed, ...]:
    """What was observed of the fleet: con-b never said who it is."""
    facts = fleet(
        cloud_manager("pc-a", "4.11.2", pairs=("con-a",)), connector("con-a", "4.11.1", pairs=("pc-a", "pc-z"))
    )
    return observed(inventory(facts).private_clouds, facts)


def export(text: str = FLEET, before: bytes | None = None, *, facts: Sequence[Observed] | None = None) -> Exported:
    """The table of a fleet.yaml, over one that is there."""
    sheet = None if before is None else read(before).sheet
    return exported(entries(content(text), seen() if facts is None else facts), sheet)


def table(text: str = FLEET) -> bytes:
    """The bytes of its table."""
    made = export(text).content
    assert made is not None
    return made


def read(table: bytes) -> SheetRead:
    """What a file of these bytes holds."""
    return read_sheet(table)


def bring_in(table: bytes, text: str = FLEET, facts: Sequence[Observed] | None = None) -> Wanted:
    """What a table wants of a fleet.yaml."""
    sheet = read(table).sheet
    assert sheet is not None, read(table).problems
    root = content(text)
    return wanted(sheet, root, entries(root, seen() if facts is None else facts))


def rows_of(table: bytes, separator: str = ",") -> list[list[str]]:
    """The cells of a table."""
    return list(csv.reader(io.StringIO(table.decode("utf-8-sig"), newline=""), delimiter=separator))


def bytes_of(rows: Sequence[Sequence[str]], separator: str = ",", encoding: str = "utf-8-sig") -> bytes:
    """A table of these cells, as some spreadsheet program saves it."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows(rows)
    return out.getvalue().encode(encoding)


def with_cells(cells: Mapping[tuple[int, str], str], table: bytes) -> bytes:
    """The table with other cells; a row beyond its end is added, and so is a column."""
    rows = rows_of(table)
    names = rows[0]
    for (number, name), text in cells.items():
        if name not in names:
            names.append(name)
        while number > len(rows):
            rows.append([])
        for row in rows[1:]:
            row.extend([""] * (len(names) - len(row)))
        rows[number - 1][names.index(name)] = text
    return bytes_of(rows)


def said(problems: Sequence[Problem]) -> list[str]:
    """Problems as a person reads them: line, field and message."""
    return [f"{one.line}: {''.join(map(str, one.where))}: {one.message}" for one in problems]
