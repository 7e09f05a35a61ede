"""`show fleet --azure-only`: what Azure says of the fleet. It needs the settings of Azure alone."""

from datetime import UTC, datetime
from pathlib import Path

from activities.clouds import read_everything
from cli import printing, tables
from cli.environment import azure_settings_from
from cli.exits import Exit
from shared import wiring
from shared.report.azure_text import azure_fleet, azure_json, azure_sheet


def show_azure(settings: Path | None, *, as_json: bool) -> int:
    """Print it; what could not be read is named in it and makes the command say so."""
    inventory = read_everything(wiring.azure(azure_settings_from(settings)), datetime.now(UTC))
    found = azure_fleet(inventory)
    if as_json:
        printing.as_json(azure_json(found))
    else:
        printing.parts(tables.sheet(azure_sheet(found)))
    return Exit.AS_WANTED if found.complete else Exit.NEEDS_OTHERS
