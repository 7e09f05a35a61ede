"""What the doctor says of what it found: one line for each check, with a remedy where somebody has to act. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from shared.model.record import record

CLOCK_WARNS_AFTER: Final = timedelta(minutes=1)
"""Tokens, windows and certificates bear a minute; `Date` itself is cut to the second."""
CLOCK_FAILS_AFTER: Final = timedelta(minutes=5)
"""What Kerberos and most token checks take at most."""
CERTIFICATE_WARNS_BEFORE: Final = timedelta(days=30)


class State(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    NOT_CHECKED = "not checked"


@record
class Line:
    """One check of one thing."""

    about: str
    """What was looked at: `settings`, `Azure`, or the name of a manager or a subscription."""
    check: str
    state: State
    detail: str
    remedy: str = ""
    """What to do; empty where nothing is to be done."""


def people_needed(lines: Iterable[Line]) -> bool:
    """Whether somebody has to put something right or look at it."""
    return any(one.state in {State.WARNING, State.FAILED} for one in lines)


def good(about: str, check: str, detail: str) -> Line:
    """A check that found what it should."""
    return Line(about=about, check=check, state=State.OK, detail=detail)


def warned(about: str, check: str, detail: str, remedy: str) -> Line:
    """A check that found something to look at."""
    return Line(about=about, check=check, state=State.WARNING, detail=detail, remedy=remedy)


def failed(about: str, check: str, detail: str, remedy: str) -> Line:
    """A check that found something broken."""
    return Line(about=about, check=check, state=State.FAILED, detail=detail, remedy=remedy)


def left_out(about: str, check: str, detail: str, remedy: str = "") -> Line:
    """A check that could not be made, or was not wanted."""
    return Line(about=about, check=check, state=State.NOT_CHECKED, detail=detail, remedy=remedy)


def clock(about: str, here: datetime, there: datetime | None) -> Line:
    """How far this host's clock is from another one's."""
    if there is None:
        return left_out(about, "clock", "its answers hold no readable Date")
    apart = abs(here - there)
    direction = "behind" if here < there else "ahead"
    detail = f"this host is {_span(apart)} {direction} of it"
    remedy = "synchronise the clock of this host, or of the other side, by NTP"
    if apart > CLOCK_FAILS_AFTER:
        return failed(about, "clock", detail, remedy)
    if apart > CLOCK_WARNS_AFTER:
        return warned(about, "clock", detail, remedy)
    return good(about, "clock", f"within {_span(CLOCK_WARNS_AFTER)} of it")


def certificate(about: str, thumbprint: str, runs_out: datetime, now: datetime) -> Line:
    """A trusted certificate, and how long it lasts. One that is pinned is trusted even after that."""
    left = runs_out - now
    detail = f"SHA-256 {thumbprint}, {_days(left)}"
    if left < timedelta():
        return failed(about, "certificate", detail, "have it renewed, then put the new thumbprint into fleet.yaml")
    if left < CERTIFICATE_WARNS_BEFORE:
        return warned(about, "certificate", detail, "have it renewed; a pinned thumbprint changes with it")
    return good(about, "certificate", detail)


def _span(length: timedelta) -> str:
    seconds = int(length.total_seconds())
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"  # noqa: PLR2004 -- two minutes read as minutes


def _days(left: timedelta) -> str:
    return f"ran out {-left.days} days ago" if left < timedelta() else f"{left.days} days left"
