"""What the doctor says of what it found: one line for each check, with a remedy where somebody has to act. Pure."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from shared.model.record import record
from shared.model.vcenter import Alarm, MachineSeen, Plugin, VcenterFacts
from shared.rules.vcenter import snapshot_obstacles, versions_of

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


def vcenter(about: str, seen: VcenterFacts, *, snapshot_wanted: bool) -> Iterator[Line]:
    """What one look at a manager's vCenter means.

    Args:
        about: what the lines are about.
        seen: the look.
        snapshot_wanted: whether fleet.yaml asks for snapshots of this manager there; without, looking is enough.
    """
    for gap in seen.gaps:
        yield failed(about, gap.part.replace("_", " "), gap.detail, gap.remedy)
    if seen.machine is None:
        yield left_out(about, "privileges and snapshot", "nobody knows which machine is the manager's")
    else:
        yield good(about, "machine", f"{seen.machine.name} ({seen.machine.reference}) and no other has its address")
        yield _snapshot(about, seen.machine, seen)
    if seen.missing_privileges is not None:
        yield _privileges(about, seen.missing_privileges, wanted=snapshot_wanted)
    if seen.plugins is not None:
        yield _plugins(about, seen.plugins)
    if seen.alarms is not None:
        yield _alarms(about, seen.alarms)


def _snapshot(about: str, machine: MachineSeen, seen: VcenterFacts) -> Line:
    """Whether one could be taken: where hcx-fleet does not, an upgrade of HCX takes one by itself."""
    obstacles = snapshot_obstacles(machine, seen.tasks or (), ())
    if not obstacles:
        return good(about, "snapshot", f"nothing on {machine.name} stands in the way of one")
    detail, remedy = ("; ".join(words) for words in zip(*obstacles, strict=True))
    return warned(about, "snapshot", detail, remedy)


def _privileges(about: str, missing: tuple[str, ...], *, wanted: bool) -> Line:
    names = ", ".join(missing)
    if not missing:
        return good(about, "privileges", "the account may take and remove snapshots of the machine")
    if not wanted:
        return good(about, "privileges", f"it has not {names}: fleet.yaml asks for no snapshots there")
    return warned(about, "privileges", f"the account has not {names}", f"give the account {names} on the machine")


def _plugins(about: str, plugins: tuple[Plugin, ...]) -> Line:
    versions = versions_of(plugins)
    if not versions:
        remedy = "see whether fleet.yaml names the vCenter that the manager is registered to"
        return warned(about, "plug-ins", "there are none of HCX, so it is no witness of an upgrade", remedy)
    if len(versions) > 1:
        remedy = "see in vCenter which of them are left over: they keep an upgrade from being verified"
        return warned(about, "plug-ins", f"those of HCX are of several versions: {', '.join(versions)}", remedy)
    return good(about, "plug-ins", f"those of HCX are of {versions[0]}")


def _alarms(about: str, alarms: tuple[Alarm, ...]) -> Line:
    red = [f"{one.name} on {one.entity}" for one in alarms if one.status == "red"]
    if not red:
        return good(about, "alarms", "none is red")
    return warned(about, "alarms", f"red: {', '.join(red)}", "see in vCenter why, and mend it before an upgrade")


def _span(length: timedelta) -> str:
    seconds = int(length.total_seconds())
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"  # noqa: PLR2004 -- two minutes read as minutes


def _days(left: timedelta) -> str:
    return f"ran out {-left.days} days ago" if left < timedelta() else f"{left.days} days left"
