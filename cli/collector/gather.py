"""Reading the managers of one site, one after the other: one log-in each, reads only."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from shared.api import RELEASE
from shared.hcx.adapter import HcxAdapter
from shared.hcx.routes import DELIVERED, RouteTable
from shared.model.collected import ClockSeen, SiteFacts
from shared.model.confirmation import Confirmations
from shared.model.facts import ManagerFacts
from shared.model.inventory import Manager
from shared.model.record import record
from shared.ports import Clock, LoginBreaker, Secrets
from shared.vsphere.adapter import VcenterReader
from shared.vsphere.sessions import Sessions as VcenterSessions

type Told = Callable[[str], None]
"""Told in a line what goes on."""


class HostClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """Now, in UTC."""
        return datetime.now(UTC)


@record
class Readers:
    """What managers and their vCenters are read with."""

    hcx: HcxAdapter
    vcenters: VcenterReader
    clock: Clock


@contextmanager
def readers(
    *,
    clock: Clock,
    secrets: Secrets,
    breaker: LoginBreaker,
    routes: Callable[[], RouteTable] | RouteTable = DELIVERED,
) -> Iterator[Readers]:
    """Readers without a single confirmation: their transport refuses every change."""
    hcx = HcxAdapter(clock=clock, secrets=secrets, breaker=breaker, confirmations=Confirmations, routes=routes)
    vcenters = VcenterReader(VcenterSessions(clock=clock, secrets=secrets, breaker=breaker), clock)
    try:
        yield Readers(hcx=hcx, vcenters=vcenters, clock=clock)
    finally:
        hcx.close()


def gather(site: str, managers: Sequence[Manager], using: Readers, told: Told) -> SiteFacts:
    """The facts of these managers; what cannot be read is a gap in them."""
    began, found = using.clock.now(), list[ManagerFacts]()
    for number, manager in enumerate(managers, 1):
        told(f"Looking at {manager.id} ({number} of {len(managers)}).")
        found.append(replace(using.hcx.facts(manager), vsphere=using.vcenters.facts(manager)))
        told(_outcome(found[-1]))
    return SiteFacts(
        site=site,
        release=RELEASE,
        began_at=began,
        ended_at=using.clock.now(),
        clocks=tuple(_clocks(found)),
        managers=tuple(found),
    )


def as_named(facts: SiteFacts, managers: Sequence[Manager]) -> SiteFacts:
    """The same about the managers as the order names them: where files lay on the jump host is nobody's business."""
    named: Mapping[str, Manager] = {one.id: one for one in managers}
    return replace(facts, managers=tuple(replace(one, manager=named[one.manager.id]) for one in facts.managers))


def unseen(facts: SiteFacts) -> tuple[str, ...]:
    """Managers whose version was not observed: somebody has to act."""
    return tuple(one.manager.id for one in facts.managers if one.identity is None)


def tell(text: str) -> None:
    """Say what goes on, where it does not mix with results."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _clocks(found: Sequence[ManagerFacts]) -> Iterator[ClockSeen]:
    """How far this clock was from each manager's that told its time. `Date` is cut to the second."""
    for one in found:
        if one.clock is not None:
            ahead = round((one.clock.at - one.clock.value).total_seconds())
            yield ClockSeen(manager=one.manager.id, ahead_seconds=ahead)


def _outcome(facts: ManagerFacts) -> str:
    vsphere = [f"vCenter: {one.detail}" for one in facts.vsphere.gaps] if facts.vsphere else []
    said = [f"{one.section}: {one.detail}" for one in facts.gaps] + vsphere
    version = str(facts.version) if facts.version else "not observed"
    return f"{facts.manager.id}: {version}" + "".join(f"\n  {one}" for one in said)
