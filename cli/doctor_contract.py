"""`doctor --contract`: a read-only walk over one manager, what it showed, and a recording of it without any value."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from cli import printing
from cli.doctor import contact_of, quiet
from cli.doctor_contract_text import Walked, contract_document, contract_sheet, lets_down
from cli.doctor_files import known
from cli.doctor_fleet import manager_named
from cli.edge import WrongUseError
from cli.environment import settings_from
from cli.exits import Exit
from cli.following import time_of
from cli.tables import sheet
from shared.hcx.contract.contact import FirstContact
from shared.hcx.contract.proposals import proposals
from shared.hcx.contract.recording import to_text
from shared.hcx.contract.redaction import hidden_in
from shared.hcx.contract.walk import walk
from shared.hcx.errors import HcxError
from shared.hcx.handshake import handshake
from shared.hcx.route_overrides import routes_of
from shared.model.inventory import Manager
from shared.model.record import record
from shared.policy.policy import read_policy
from shared.ports import Clock
from shared.settings import Settings
from shared.store.sqlite import SqliteStore

RECORDING = Path("contract-recording.json")


@record
class ContractOrder:
    """What the command is told."""

    settings: Path | None
    manager: str
    out: Path | None
    json: bool
    world: str | None
    login: bool = True


class LeakError(RuntimeError):
    """A recording would have held what it must not; nothing was written. It never says what."""


def walk_over(order: ContractOrder) -> int:
    """Walk, say, and write.

    Raises:
        WrongUseError: there is no such manager, it cannot be reached, or nobody can log in to it.
    """
    out = order.out or RECORDING
    if wrong := list(_wrong(order, out)):
        raise WrongUseError(wrong)
    settings = settings_from(order.settings)
    quiet(known(order.settings))
    policy = read_policy(settings.policy)
    manager = manager_named(order.manager, settings, policy)
    if manager is None:
        raise WrongUseError([f"{order.manager}: is no connector of {settings.policy}, and no cloud manager in Azure"])
    with time_of(order.world) as time, _contact(settings, time.clock) as contact:
        walked = _walked(contact, manager, settings)
        _write(out, walked, contact, manager)
    if order.json:
        printing.as_json({**contract_document(walked), "recording": str(out)})
    else:
        printing.parts(sheet(contract_sheet(walked, order.manager, out)))
    return Exit.NEEDS_OTHERS if lets_down(walked) else Exit.AS_WANTED


def _wrong(order: ContractOrder, out: Path) -> Iterator[str]:
    if not order.login:
        yield "--no-login: a walk is made of calls that need an account"
    if out.exists():
        yield f"{out}: is there already; name another file with --out"


@contextlib.contextmanager
def _contact(settings: Settings, time: Clock) -> Iterator[FirstContact]:
    with SqliteStore(settings.store_file) as store, contextlib.closing(contact_of(settings, store, time)) as contact:
        yield contact


def _walked(contact: FirstContact, manager: Manager, settings: Settings) -> Walked:
    """The walk itself; without a way in there is nothing to record."""
    table = routes_of(settings.routes)()
    visit, console = contact.visit(manager), printing.progress()
    try:
        presented = handshake(manager, manager.endpoint.service_port)
        visit.knock()
        visit.log_in()
    except HcxError as error:
        raise WrongUseError([f"{error}: {error.remedy}"]) from None
    with console.status(f"Looking at {manager.id}") as status:
        recording = walk(
            visit,
            table,
            presented,
            datetime.now(UTC),
            hidden=lambda: contact.hidden(manager),
            progress=lambda what: status.update(f"Looking at {manager.id}: {what}"),
        )
    found = proposals(table.rows, recording.generation or "", recording.served)
    return Walked(recording=recording, proposals=found)


def _write(out: Path, walked: Walked, contact: FirstContact, manager: Manager) -> None:
    """Write the recording, unless a last look finds in it what must not be there.

    Raises:
        LeakError: it does; nothing was written.
        WrongUseError: no file can be written there.
    """
    text = to_text(walked.recording)
    if hidden_in(text, contact.secrets_of(manager)):
        raise LeakError("the recording would have held a secret or an address, so it was not written")
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise WrongUseError([f"{out}: cannot be written: {error.strerror}"]) from None
