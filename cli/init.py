"""`init`: starts a `fleet.yaml` from what Azure lists. It needs the settings of Azure alone."""

from datetime import UTC, datetime
from pathlib import Path

from cli import printing
from cli.edge import WrongUseError
from cli.environment import azure_settings_from
from cli.exits import Exit
from shared import wiring
from shared.model.inventory import Inventory, SubscriptionState
from shared.ports import Azure
from shared.report.fleet_start import fleet_start
from shared.report.words import several
from shared.rules.cloud_ids import with_ids

_UNREAD = frozenset({SubscriptionState.DENIED, SubscriptionState.FAILED})


def init(settings: Path | None, out: Path, *, force: bool) -> int:
    """Write the file; a subscription that could not be read is named in it and makes the command say so.

    Raises:
        WrongUseError: there is a file already, or none can be written there.
    """
    read = azure_settings_from(settings)
    if out.exists() and not force:
        raise WrongUseError([f"{out}: is there already; --force replaces it"])
    inventory = _discovered(wiring.azure(read))
    try:
        out.write_text(fleet_start(inventory), "utf-8")
    except OSError as error:
        raise WrongUseError([f"{out}: cannot be written: {error.strerror}"]) from None
    _tell(out, inventory)
    unread = any(one.state in _UNREAD for one in inventory.subscriptions)
    return Exit.NEEDS_OTHERS if unread else Exit.AS_WANTED


def _discovered(azure: Azure) -> Inventory:
    answers = [azure.private_clouds(one) for one in azure.subscriptions(())]
    return Inventory(
        observed_at=datetime.now(UTC),
        subscriptions=tuple(seen for seen, _ in answers),
        private_clouds=with_ids(cloud for _, clouds in answers for cloud in clouds),
        managers=(),
    )


def _tell(out: Path, inventory: Inventory) -> None:
    console = printing.results()
    found = several(len(inventory.private_clouds), "private cloud", "private clouds")
    console.print(f"{out}: started from {found}. The whole fleet is held until somebody opts in.", soft_wrap=True)
    for one in inventory.subscriptions:
        if one.state in _UNREAD:
            printing.progress().print(f"Not read: subscription {one.name}: {one.detail}", soft_wrap=True)
