"""The table of connectors that the owner of a fleet keeps, where a world is one that nobody wrote a fleet.yaml for."""

import csv
import io
from collections.abc import Iterator

from simulator.state import World

COLUMNS = ("manager", "kind", "site", "contact", "reach", "host", "address", "ca", "thumbprint", "credentials")
"""Those of docs/spreadsheet.md that such an owner can fill in."""


def spreadsheet(world: World, service_port: int, thumbprints: dict[str, str]) -> str:
    """The table as a spreadsheet program saves it, a row for each connector that the file lists."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(COLUMNS)
    table.writerows(_rows(world, service_port, thumbprints))
    return text.getvalue()


def _rows(world: World, service_port: int, thumbprints: dict[str, str]) -> Iterator[tuple[str, ...]]:
    for part in world.file.connectors:
        if part.listed:
            manager = world.managers[part.name]
            yield (
                part.name,
                "connector",
                part.place,
                part.contact or "",
                "" if part.reach == "direct" else part.reach,
                f"https://{manager.host}:{service_port}",
                manager.address,
                *(("ca.pem", "") if part.trust == "ca" else ("", thumbprints[part.name])),
                f"kv:{manager.service_account.secret}",
            )
