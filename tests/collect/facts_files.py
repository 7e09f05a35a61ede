"""Files of collected facts with one thing in them that is not as it should be."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from shared.model.collected import ClockSeen, SiteFacts, SiteFormat
from shared.model.facts import Identity, ManagerFacts
from shared.model.inventory import Manager, Reach
from shared.model.plain import to_plain
from shared.model.site_file import sealed
from shared.model.version import Version
from shared.rules.importing import Given, Known
from tests.builders.fleet_facts import NOW, connector, seen


def manager(name: str, *, site: str = "lyon", reach: Reach = Reach.COLLECTOR) -> Manager:
    """A connector as fleet.yaml has it."""
    return replace(connector(name, "4.11.2").manager, site=site, reach=reach)


def facts_of(name: str, *, system: str = "", age: timedelta = timedelta()) -> ManagerFacts:
    """Facts of a connector, observed so long ago."""
    facts = connector(name, "4.11.2")
    identity = Identity(version=Version("4.11.2"), system_id=system or f"sys-{name}", name=name)
    return replace(facts, manager=manager(name), identity=seen(identity), observed_at=NOW - age)


def collected(*managers: ManagerFacts, ahead: int | None = 0, **changes: Any) -> SiteFacts:
    """What a collector brings; by default its clock was measured, and right."""
    clocks = () if ahead is None else (ClockSeen(manager="con-lyon", ahead_seconds=ahead),)
    found = managers or (facts_of("con-lyon"),)
    usual = SiteFacts(site="lyon", release="0.1.0", began_at=NOW, ended_at=NOW, clocks=clocks, managers=found)
    return replace(usual, **changes)


def file_of(facts: SiteFacts, name: str = "lyon.json") -> Given:
    """The file that a collector writes of them."""
    return Given(name=name, content=sealed(SiteFormat.FACTS, to_plain(facts)))


def changed(change: Callable[[dict[str, Any]], object], facts: SiteFacts | None = None) -> Given:
    """The same with something in its envelope or content changed by hand."""
    file = file_of(facts or collected())
    document = json.loads(file.content)
    change(document)
    return replace(file, content=json.dumps(document).encode())


def resealed(change: Callable[[dict[str, Any]], object]) -> Given:
    """The same with something in its content that a collector of another release wrote, under a right digest."""
    content = json.loads(file_of(collected()).content)["content"]
    change(content)
    return Given(name="lyon.json", content=sealed(SiteFormat.FACTS, content))


def known(*managers: Manager, **more: Any) -> Known:
    """What is known here: by default the one connector, and no import of it."""
    usual = Known(managers=managers or (manager("con-lyon"),), stored={}, systems={}, accepted=frozenset(), now=NOW)
    return replace(usual, **more)
