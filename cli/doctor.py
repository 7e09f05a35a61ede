"""`doctor`: is everything there that hcx-fleet needs, one line for each check, with a remedy. Nothing is changed."""

import contextlib
import logging
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from rich.progress import BarColumn, Progress, TextColumn
from rich.text import Text

from cli import printing
from cli.doctor_azure import azure
from cli.doctor_files import Known, files, known
from cli.doctor_managers import Looking, Told, managers
from cli.doctor_vcenters import looked_at as with_vcenter
from cli.doctor_vcenters import vcenters
from cli.edge import WrongUseError, logging_to
from cli.exits import Exit
from cli.following import time_of
from shared import wiring
from shared.hcx.contract.contact import FirstContact, NobodyLogsIn
from shared.hcx.route_overrides import routes_of
from shared.model.policy import Policy
from shared.model.record import record
from shared.policy.policy import read_policy
from shared.policy.problems import PolicyInvalidError
from shared.ports import Clock, CloudPorts
from shared.rules.doctor import Line, State, left_out, people_needed
from shared.rules.managers import managers_of
from shared.settings import Settings
from shared.store.errors import StoreError
from shared.store.sqlite import SqliteStore
from shared.vsphere.sessions import Sessions

SIGN = {State.OK: "✓", State.WARNING: "!", State.FAILED: "✕", State.NOT_CHECKED: "–"}  # noqa: RUF001 -- a wide dash
COLOUR = {State.OK: "green", State.WARNING: "yellow", State.FAILED: "red", State.NOT_CHECKED: "bright_black"}
_WIDTH = max(map(len, State))


@record
class DoctorOrder:
    """What the command is told."""

    settings: Path | None
    json: bool
    login: bool
    out: Path | None = None
    """Only a walk over one manager writes a file."""
    world: str | None
    """Control address of a simulated world whose time to go by; None for this machine's."""


def doctor(order: DoctorOrder) -> int:
    """Look at everything and say it.

    Raises:
        WrongUseError: a file is named although none is written.
    """
    if order.out is not None:
        raise WrongUseError(["--out: goes with --contract, which writes a recording"])
    found = known(order.settings)
    quiet(found)
    with time_of(order.world) as time:
        lines = tuple(looked_at(found, order, time.clock))
    if order.json:
        printing.as_json(_document(lines))
    else:
        _print(lines)
    return Exit.NEEDS_OTHERS if people_needed(lines) else Exit.AS_WANTED


def quiet(found: Known) -> None:
    """Send what libraries have to say into the log beside the store, or nowhere: the terminal shows results."""
    store = found.settings.store if found.settings and found.has("STORE") else None
    if isinstance(store, Path) and store.parent.is_dir():
        logging_to(store.with_suffix(".log"))
    else:
        logging.basicConfig(handlers=[logging.NullHandler()], force=True)


def looked_at(found: Known, order: DoctorOrder, time: Clock) -> Iterator[Line]:
    """Every line, in the order in which one thing needs the other: files, Azure, managers, their vCenters."""
    yield from files(found, time.now())
    if found.settings is None:
        return
    policy = _policy(found)
    connectors = [entry.name for entry in policy.connectors] if policy else []
    looked = azure(found.settings, policy.scope.subscriptions if policy else (), connectors, time)
    yield from looked.lines
    if policy is None:
        yield left_out("managers", "all checks", "without a policy nobody knows how to reach and trust them")
        return
    ports = CloudPorts(service=found.settings.hcx_service_port, appliance=found.settings.hcx_appliance_port)
    every = managers_of(looked.clouds, policy, ports)
    with _looking(found, order, time) as looking, _progress(len(every) + len(with_vcenter(every))) as told:
        yield from managers(looking, every, told)
        yield from vcenters(looking, every, policy.snapshots, told)


def _policy(found: Known) -> Policy | None:
    if not found.settings or not found.has("POLICY"):
        return None
    try:
        return read_policy(found.settings.policy)
    except PolicyInvalidError:  # said with the files
        return None


@contextlib.contextmanager
def _looking(found: Known, order: DoctorOrder, time: Clock) -> Iterator[Looking]:
    """How managers are looked at: without logging in where there is no breaker to ask, or no account to use."""
    with contextlib.ExitStack() as stack:
        why = "" if order.login else "--no-login was given"
        store: SqliteStore | None = None
        if not why and not found.has("STORE", "SECRETS_FILE"):
            why = "a log-in needs HCX_FLEET_STORE, where the breaker is kept, and accounts"
        if not why and found.settings and isinstance(found.settings.store, str):
            why = "the breaker is kept in a table of Azure, which the app there reads with its own identity"
        if not why and found.settings:
            try:
                store = stack.enter_context(SqliteStore(found.settings.store_file))
            except StoreError:
                why = "a log-in needs the store, where the breaker is kept"
        contact = stack.enter_context(contextlib.closing(_contact(found, store, time)))
        yield Looking(contact=contact, time=time, not_logging_in=why, vcenters=_vcenters(found, store, time))


def _contact(found: Known, store: SqliteStore | None, time: Clock) -> FirstContact:
    if found.settings is None or store is None:
        return FirstContact(clock=time, secrets=NobodyLogsIn(), breaker=NobodyLogsIn())
    return contact_of(found.settings, store, time)


def _vcenters(found: Known, store: SqliteStore | None, time: Clock) -> Sessions | None:
    if found.settings is None or store is None:
        return None
    return Sessions(clock=time, secrets=wiring.secrets_of(found.settings), breaker=store)


def contact_of(settings: Settings, store: SqliteStore, time: Clock) -> FirstContact:
    """A client that can only look, over the store's breaker."""
    secrets, routes = wiring.secrets_of(settings), routes_of(settings.routes)
    return FirstContact(clock=time, secrets=secrets, breaker=store, routes=routes)


@contextlib.contextmanager
def _progress(total: int) -> Iterator[Told]:
    """How far it is, on standard error: a bar on a terminal, a line for each manager in a log."""
    console = printing.progress()
    if not console.is_terminal:
        yield lambda name: console.print(f"Looked at {name}.", soft_wrap=True)
        return
    columns = (TextColumn("Looking"), BarColumn(), TextColumn("{task.completed} of {task.total}"))
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("managers", total=total)
        yield lambda _: progress.advance(task)


def _print(lines: tuple[Line, ...]) -> None:
    console = printing.results()
    for one in lines:
        state = Text(f"{SIGN[one.state]} {one.state.value:<{_WIDTH}}", style=COLOUR[one.state])
        told = f"  {one.about}: {one.check}: {one.detail}"
        console.print(Text.assemble(state, told, f" → {one.remedy}" if one.remedy else ""), soft_wrap=True)
    counts = Counter(one.state for one in lines)
    console.print(", ".join(f"{counts[state]} {state.value}" for state in State) + ".")


def _document(lines: tuple[Line, ...]) -> dict[str, object]:
    counts = Counter(one.state for one in lines)
    return {
        "checks": [
            {
                "about": one.about,
                "check": one.check,
                "state": one.state.value,
                "detail": one.detail,
                "remedy": one.remedy or None,
            }
            for one in lines
        ],
        "counts": {state.value: counts[state] for state in State},
    }
