"""What was observed of the managers that `fleet.yaml` has at its sites."""

from collections.abc import Iterator, Sequence

from shared.model.facts import FleetFacts, ManagerFacts
from shared.model.inventory import ManagerKind, PrivateCloud
from shared.model.record import record
from shared.policy.site_table.values import joined


@record
class Observed:
    """One manager as it was seen last."""

    kind: ManagerKind
    id: str
    """Key in commands and plans."""
    names: frozenset[str]
    """By which fleet.yaml may call it; those of a private cloud in small letters, since Azure knows no case."""
    facts: ManagerFacts | None = None
    cloud: PrivateCloud | None = None
    pairs: tuple[str, ...] = ()
    """Private clouds that it is paired with; where one is not known, the name that the pairing itself has."""

    @property
    def system_id(self) -> str:
        """The manager's own id; empty where it was not read."""
        return self.facts.identity.value.system_id if self.facts and self.facts.identity else ""

    @property
    def version(self) -> str:
        """Its version as it said it itself; empty where it was not read."""
        return self.facts.version.text if self.facts and self.facts.version else ""

    @property
    def host(self) -> str:
        """Where it answers; empty where nobody knows."""
        return self.facts.manager.endpoint.host if self.facts else ""

    @property
    def tags(self) -> str:
        """Of its private cloud in Azure."""
        return joined([f"{tag.name}={tag.value}" for tag in self.cloud.tags]) if self.cloud else ""


def observed(clouds: Sequence[PrivateCloud], facts: FleetFacts) -> tuple[Observed, ...]:
    """Every private cloud that was listed and every manager that was read."""
    known = {cloud.id for cloud in clouds}
    return (
        *(_cloud(cloud, facts) for cloud in clouds),
        *(_manager(one, facts) for one in facts.managers if one.manager.id not in known),
    )


def _cloud(cloud: PrivateCloud, facts: FleetFacts) -> Observed:
    seen = facts.of(cloud.id)
    names = frozenset(name.casefold() for name in (cloud.id, cloud.name, cloud.resource_id))
    return Observed(
        kind=ManagerKind.CLOUD_MANAGER,
        id=cloud.id,
        names=names,
        facts=seen,
        cloud=cloud,
        pairs=tuple(_pairs(seen, facts)),
    )


def _manager(seen: ManagerFacts, facts: FleetFacts) -> Observed:
    kind, name = seen.manager.kind, seen.manager.id
    names = frozenset({name if kind is ManagerKind.CONNECTOR else name.casefold()})
    return Observed(kind=kind, id=name, names=names, facts=seen, pairs=tuple(_pairs(seen, facts)))


def _pairs(seen: ManagerFacts | None, facts: FleetFacts) -> Iterator[str]:
    for pairing in seen.pairings.value if seen and seen.pairings else ():
        peer = facts.by_system_id(pairing.remote_system_id)
        if peer is None:
            yield pairing.remote_name
        elif peer.manager.kind is ManagerKind.CLOUD_MANAGER:
            yield peer.manager.id
