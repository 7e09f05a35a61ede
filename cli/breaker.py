"""`show breaker` and `breaker reset`: accounts that are not tried any more, and a person's word for one more try."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from cli import printing, tables
from cli.edge import WrongUseError
from cli.environment import settings_from
from cli.exits import Exit
from cli.reading import store_of
from shared import wiring
from shared.model.ledger import BreakerReset, BreakerState
from shared.model.record import record
from shared.ports import SecretMissingError
from shared.report.camel_json import camel_json
from shared.report.sheet import Grid, Sheet
from shared.report.words import moment
from shared.settings import Settings


@record
class ResetOrder:
    """What the command is told."""

    settings: Path | None
    secret: str
    version: str
    by: str
    reason: str


def show_breaker(settings: Path | None, *, as_json: bool) -> int:
    """Every account whose newest tried secret version was refused; an open one needs somebody."""
    with store_of(settings) as store:
        found = store.breakers()
    if as_json:
        printing.as_json({"open": [_document(one) for one in found]})
    elif found:
        printing.parts(tables.sheet(_sheet(found)))
    else:
        printing.results().print("No breaker is open.")
    return Exit.NEEDS_OTHERS if found else Exit.AS_WANTED


def reset(order: ResetOrder) -> int:
    """Allow one more try of a refused secret version, by somebody's word.

    Raises:
        WrongUseError: its breaker is not open, or nobody gave a name and a reason.
    """
    by, reason = order.by.strip(), order.reason.strip()
    missing = [f"--{name}: must not be empty" for name, text in (("as", by), ("reason", reason)) if not text]
    if missing:
        raise WrongUseError(missing)
    settings = settings_from(order.settings)
    with store_of(order.settings) as store:
        opened = store.breakers()
        if not any((one.secret, one.version) == (order.secret, order.version) for one in opened):
            raise WrongUseError([_nothing(order, opened)])
        if newer := _newer(settings, order):
            printing.results().print(newer, soft_wrap=True)
            return Exit.AS_WANTED
        given = BreakerReset(by=by, reason=reason, at=datetime.now(UTC))
        if not store.reset_login(order.secret, order.version, given):  # closed by somebody else meanwhile
            raise WrongUseError([_nothing(order, store.breakers())])
    told = f"Secret {order.secret}, version {order.version}: one more log-in is allowed, by the word of {by}."
    printing.results().print(told, soft_wrap=True)
    return Exit.AS_WANTED


def _nothing(order: ResetOrder, opened: Iterable[BreakerState]) -> str:
    there = ", ".join(f"{one.secret} version {one.version}" for one in opened) or "none"
    return f"nothing to reset: no breaker is open for secret {order.secret}, version {order.version}; open: {there}"


def _newer(settings: Settings, order: ResetOrder) -> str:
    """That a new version of the secret is there, which closes the breaker by itself; empty where there is none."""
    try:
        account = wiring.secrets_of(settings).account(order.secret)
    except (SecretMissingError, ConnectionError):  # a reset does not need the secret, only the next log-in does
        return ""
    if account.version == order.version:
        return ""
    return f"Nothing to reset: secret {order.secret} has version {account.version} now, which is tried by itself."


def _sheet(found: Iterable[BreakerState]) -> Sheet:
    rows = tuple((one.secret, one.version, moment(one.at), one.detail, _to_do(one), _resets(one)) for one in found)
    return Sheet(
        grids=(Grid(columns=("SECRET", "VERSION", "OPEN SINCE", "ANSWERED", "WHAT TO DO", "RESETS"), rows=rows),)
    )


def _to_do(one: BreakerState) -> str:
    return (
        f"put the right password into a new version of secret {one.secret}; if this one is right after all: "
        f"hcx-fleet breaker reset {one.secret} --version {one.version} --as NAME --reason TEXT"
    )


def _resets(one: BreakerState) -> str:
    return "; ".join(f"{moment(each.at)} {each.by}: {each.reason}" for each in one.resets) or "none"


def _document(one: BreakerState) -> dict[str, object]:
    return {
        "secret": one.secret,
        "version": one.version,
        "since": camel_json(one.at),
        "answered": one.detail,
        "toDo": _to_do(one),
        "resets": [{"by": each.by, "reason": each.reason, "at": camel_json(each.at)} for each in one.resets],
    }
