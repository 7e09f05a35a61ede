"""Who answers for what, and where people read which clock: as `fleet.yaml` and tags say it, nobody else is asked."""

import re
from collections.abc import Iterable, Iterator, Mapping

from shared.model.facts import FleetFacts
from shared.model.inventory import Inventory, ManagerKind, PrivateCloud
from shared.model.plan import Plan, SubjectKind
from shared.model.policy import Policy, SiteEntry, Window
from shared.model.record import record
from shared.rules.meshes import ends_seen, meshes_seen
from shared.rules.subjects import Key, kind_of


@record
class Book:
    """Sites, the people at them, and which subject is at which site."""

    sites: Mapping[str, SiteEntry]
    """Those of `fleet.yaml`, by name."""
    sites_of: Mapping[Key, tuple[str, ...]]
    """Names of the sites of every subject; of a mesh those of both ends."""
    named: frozenset[str]
    """Everybody whom `fleet.yaml` or a tag names."""
    windows: tuple[Window, ...]
    """Of the whole fleet."""

    def at(self, kind: SubjectKind, subject: str) -> tuple[str, ...]:
        """Names of the sites of a subject; none where nobody knows it."""
        return self.sites_of.get((kind, subject), ())

    def contacts(self, sites: Iterable[str]) -> tuple[str, ...]:
        """The people at these sites, each once."""
        found = (one for name in sites if name in self.sites for one in self.sites[name].contacts)
        return tuple(dict.fromkeys(found))

    def asked(self, sites: tuple[str, ...]) -> str:
        """Whom to ask at these sites, in words."""
        return ", ".join(self.contacts(sites)) or f"the people of {' and '.join(sites) or 'the fleet'}"

    def mentioned(self, text: str) -> tuple[str, ...]:
        """Those who are named in a text such as `ops@contoso.example: remove the hold`, never as a part of a word."""
        found = (one for one in self.named if one in text and _named_in(one, text))
        return tuple(sorted(found))

    def zone(self, sites: Iterable[str]) -> str:
        """Where people at these sites read a clock: by the first window that counts there, else UTC."""
        own = (window for name in sites if name in self.sites for window in self.sites[name].windows)
        return next((window.zone for window in (*own, *self.windows)), "UTC")


def book(policy: Policy, inventory: Inventory, facts: FleetFacts, plan: Plan, owners: Iterable[str] = ()) -> Book:
    """The book of a fleet; `owners` are people whom tags name."""
    return Book(
        sites={one.name: one for one in policy.sites},
        sites_of=dict(_sites(policy, inventory, facts, plan)),
        named=frozenset(one for one in (*_named(policy), *owners) if one),
        windows=policy.windows,
    )


def _named_in(name: str, text: str) -> bool:
    return re.search(rf"(?<![\w@.-]){re.escape(name)}(?![\w@-])", text) is not None


def site_of_cloud(policy: Policy, cloud: PrivateCloud) -> str:
    """The name of a private cloud's site: its own id where `fleet.yaml` has no entry for it."""
    entry = policy.site_of_cloud(cloud.id, cloud.name, cloud.resource_id)
    return entry.name if entry else cloud.id


def _sites(
    policy: Policy, inventory: Inventory, facts: FleetFacts, plan: Plan
) -> Iterator[tuple[Key, tuple[str, ...]]]:
    """What is told later counts: the plan says of its tasks whose windows count."""
    clouds = {one.id: site_of_cloud(policy, one) for one in inventory.private_clouds}
    yield from (((SubjectKind.PRIVATE_CLOUD, name), (site,)) for name, site in clouds.items())
    for manager in inventory.managers:
        if manager.kind is ManagerKind.CONNECTOR:
            yield (SubjectKind.CONNECTOR, manager.id), (manager.site,)
    for mesh, reporter in meshes_seen(facts):
        ends = ends_seen(mesh, facts) if mesh.ends else (reporter,)
        found = (clouds.get(one.manager.id, one.manager.site) for one in ends)
        yield (SubjectKind.MESH, mesh.id), tuple(dict.fromkeys(found))
    yield from (((kind_of(task), task.subject), task.sites) for task in plan.tasks)


def _named(policy: Policy) -> Iterator[str]:
    yield from (one for site in policy.sites for one in site.contacts)
    yield from (network.owner for site in policy.sites for network in site.networks)
    yield from (one.contact for one in policy.connectors if one.contact)
    for owned in (policy.holds, policy.freezes, policy.waivers, policy.accepted_risks, policy.scope.exclude):
        yield from (one.owner for one in owned)
    yield from (one for wave in policy.waves if wave.approval for one in wave.approval.approvers)
