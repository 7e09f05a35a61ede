"""`init`: starts a `fleet.yaml` from what Azure lists. It needs the settings of Azure alone."""

from datetime import UTC, datetime
from pathlib import Path

from activities.clouds import read_clouds
from cli import printing
from cli.edge import WrongUseError
from cli.environment import azure_settings_from
from cli.exits import Exit
from shared import wiring
from shared.model.inventory import Inventory, SubscriptionState
from shared.ports import Azure
from shared.report.fleet_start import fleet_start
from shared.report.words import several

_UNREAD = frozenset({SubscriptionState.DENIED, SubscriptionState.FAILED})


def init(settings: Path | None, out: Path, *, force: bool, held: bool = True) -> int:
    """Write the file; a subscription that could not be read is named in it and makes the command say so.

    Raises:
        WrongUseError: there is a file already, or none can be written there.
    """
    read = azure_settings_from(settings)
    if out.exists() and not force:
        raise WrongUseError([f"{out}: is there already; --force replaces it"])
    inventory = _discovered(wiring.azure(read))
    try:
        out.write_text(fleet_start(inventory, held=held), "utf-8")
    except OSError as error:
        raise WrongUseError([f"{out}: cannot be written: {error.strerror}"]) from None
    _tell(out, inventory, held=held)
    unread = any(one.state in _UNREAD for one in inventory.subscriptions)
    return Exit.NEEDS_OTHERS if unread else Exit.AS_WANTED


def _discovered(azure: Azure) -> Inventory:
    subscriptions, clouds = read_clouds(azure, wanted=(), taken=())
    return Inventory(observed_at=datetime.now(UTC), subscriptions=subscriptions, private_clouds=clouds, managers=())


def _tell(out: Path, inventory: Inventory, *, held: bool) -> None:
    console = printing.results()
    found = several(len(inventory.private_clouds), "private cloud", "private clouds")
    until = "The whole fleet is held until somebody opts in" if held else "Nothing is held, and no manager is ours"
    console.print(f"{out}: started from {found}. {until}.", soft_wrap=True)
    for one in inventory.subscriptions:
        if one.state in _UNREAD:
            printing.progress().print(f"Not read: subscription {one.name}: {one.detail}", soft_wrap=True)
