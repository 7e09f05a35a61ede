"""`leases` and `leases break`: who may change what right now, and a person's word that somebody may not any more."""

from pathlib import Path

from cli import printing, tables
from cli.edge import WrongUseError
from cli.exits import Exit
from cli.now import now_of
from cli.reading import store_of
from shared.api.breaking import break_lease
from shared.model.ledger import Lease
from shared.model.record import record
from shared.report.control_json import lease_part
from shared.report.sheet import Grid, Sheet
from shared.report.words import moment
from shared.rules.commands import named


@record
class BreakOrder:
    """What `leases break` is told."""

    settings: Path | None
    subject: str
    by: str
    reason: str
    world: str | None
    """Control address of a simulated world whose time to go by; None for this machine's."""


def show_leases(settings: Path | None, world: str | None, *, as_json: bool) -> int:
    """Every lease that is held, by subject."""
    now = now_of(world)
    with store_of(settings) as store:
        found = store.leases(now)
    if as_json:
        printing.as_json({"leases": [lease_part(one).model_dump(mode="json", by_alias=True) for one in found]})
    elif found:
        printing.parts(tables.sheet(_sheet(found)))
    else:
        printing.results().print("No lease is held.")
    return Exit.AS_WANTED


def break_held(order: BreakOrder) -> int:
    """Take a lease away from its holder.

    Raises:
        WrongUseError: nobody has it, or nobody gave a name and a reason.
    """
    by, reason = order.by.strip(), order.reason.strip()
    missing = [f"--{name}: must not be empty" for name, text in (("as", by), ("reason", reason)) if not text]
    if missing:
        raise WrongUseError(missing)
    now = now_of(order.world)
    with store_of(order.settings) as store:
        broken = break_lease(store, order.subject, named(by, authenticated=False), reason, now)
        if broken is None:
            raise WrongUseError([_nothing(order.subject, store.leases(now))])
    told = (
        f"The lease on {broken.subject} is broken, by the word of {by}. Run {broken.run}, task {broken.task}, had it: "
        "its next change is refused, until it has a lease again."
    )
    printing.results().print(told, soft_wrap=True)
    return Exit.AS_WANTED


def _nothing(subject: str, held: tuple[Lease, ...]) -> str:
    there = ", ".join(one.subject for one in held) or "none"
    return f"nothing to break: nobody has a lease on {subject}; held: {there}"


def _sheet(found: tuple[Lease, ...]) -> Sheet:
    rows = tuple(
        (one.subject, one.run, one.task, moment(one.since), moment(one.until), ", ".join(one.quiet), str(one.token))
        for one in found
    )
    columns = ("SUBJECT", "RUN", "TASK", "SINCE", "UNTIL", "QUIET MEANWHILE", "NUMBER")
    return Sheet(grids=(Grid(columns=columns, rows=rows),))
