"""Which managers and meshes are held, by the file or by tags: a hold beats everything.

A hold spreads from a private cloud to all that would touch it: its cloud manager, every connector that is paired with
it and every mesh that ends there. From a connector it spreads to its meshes, and from a mesh to nothing. Names are
compared without regard to case, as Azure does: a hold that misses its subject protects nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from shared.model.finding import Finding, Verdict
from shared.model.plan import SubjectKind
from shared.model.policy import Hold
from shared.model.record import record
from shared.rules.tags import TagHold

type Key = tuple[SubjectKind, str]
"""What is held: a private cloud with its cloud manager, a connector or a mesh, and its id."""

EVERYTHING = "*"
"""The subject of a hold on the whole fleet."""

MATCHES_NOTHING = "hold-matches-nothing"
ENDED = "hold-ended"


@record
class HeldBy:
    """Why something is held."""

    reason: str
    owner: str
    until: date | None
    source: str
    """Where the hold stands, such as `fleet.yaml: hold on pc-us-02` or `tag hcx-hold of pc-us-02`."""
    others: tuple[str, ...] = ()
    """Where further holds stand that have to go as well."""


@record
class MeshEnds:
    """A mesh and where it ends."""

    id: str
    name: str
    managers: tuple[str, ...]
    """Ids of the managers at its ends, as far as they are known."""


@record
class Ground:
    """What there is to hold."""

    clouds: Mapping[str, tuple[str, ...]]
    """Ids of the private clouds, each with its other names: its name, its resource id."""
    connectors: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    """Ids of the managers of each site pairing, in either order."""
    meshes: tuple[MeshEnds, ...] = ()


@record
class Holding:
    """What is held, and the holds that hold nothing."""

    by: Mapping[Key, HeldBy]
    unmatched: tuple[Hold, ...]


def held(holds: tuple[Hold, ...], tags: Mapping[str, TagHold], ground: Ground) -> Holding:
    """What is held and why.

    Of several holds on one thing the first counts: the file's before those of tags, one on the thing itself before one
    that spread to it. The others are named beside it, since each of them has to go.

    Args:
        holds: those of the file.
        tags: those of tags, by the id of their private cloud.
        ground: what there is to hold.
    """
    names = _names(ground)
    direct: dict[Key, list[HeldBy]] = defaultdict(list)
    unmatched: list[Hold] = []
    for hold in holds:
        found = tuple(_all(ground)) if hold.subject == EVERYTHING else names.get(hold.subject.casefold(), ())
        if not found:
            unmatched.append(hold)
        for key in found:
            direct[key].append(_by_file(hold))
    for cloud in sorted(tags):
        direct[SubjectKind.PRIVATE_CLOUD, cloud].append(_by_tag(cloud, tags[cloud]))
    return Holding(by=_merged(direct, _spread(direct, ground)), unmatched=tuple(unmatched))


def findings(holds: tuple[Hold, ...], holding: Holding, today: date) -> tuple[Finding, ...]:
    """What to tell about the holds of the file: those that protect nothing, and those whose day has passed."""
    return (
        *map(_matches_nothing, holding.unmatched),
        *(_ended(one) for one in holds if one.until and one.until < today),
    )


def _matches_nothing(hold: Hold) -> Finding:
    return Finding(
        check=MATCHES_NOTHING,
        subject=hold.subject,
        verdict=Verdict.WARN,
        summary=f"the hold on {hold.subject} holds nothing: no private cloud, connector or mesh of that name was seen",
        remedy=f"{hold.owner}: correct the name in fleet.yaml, or remove the hold",
    )


def _ended(hold: Hold) -> Finding:
    return Finding(
        check=ENDED,
        subject=hold.subject,
        verdict=Verdict.WARN,
        summary=f"the hold on {hold.subject} ended on {hold.until} and still holds: {hold.reason}",
        remedy=f"{hold.owner}: remove it from fleet.yaml to let it go, or give it another day",
    )


# --- what a hold names ------------------------------------------------------------------------------------------------


def _all(ground: Ground) -> Iterator[Key]:
    yield from ((SubjectKind.PRIVATE_CLOUD, one) for one in ground.clouds)
    yield from ((SubjectKind.CONNECTOR, one) for one in ground.connectors)
    yield from ((SubjectKind.MESH, one.id) for one in ground.meshes)


def _names(ground: Ground) -> dict[str, tuple[Key, ...]]:
    """Everything by all its names. A name that several things share names them all: too much held is the safe side."""
    found: dict[str, dict[Key, None]] = defaultdict(dict)
    for cloud, others in ground.clouds.items():
        for name in (cloud, *others):
            found[name.casefold()][SubjectKind.PRIVATE_CLOUD, cloud] = None
    for connector in ground.connectors:
        found[connector.casefold()][SubjectKind.CONNECTOR, connector] = None
    for mesh in ground.meshes:
        for name in (mesh.id, mesh.name):
            found[name.casefold()][SubjectKind.MESH, mesh.id] = None
    return {name: tuple(keys) for name, keys in found.items()}


def _by_file(hold: Hold) -> HeldBy:
    return HeldBy(reason=hold.reason, owner=hold.owner, until=hold.until, source=f"fleet.yaml: hold on {hold.subject}")


def _by_tag(cloud: str, hold: TagHold) -> HeldBy:
    return HeldBy(reason=hold.reason, owner=hold.owner, until=hold.until, source=f"tag {hold.tag} of {cloud}")


# --- how far it reaches -----------------------------------------------------------------------------------------------


def _spread(direct: Mapping[Key, list[HeldBy]], ground: Ground) -> dict[Key, list[HeldBy]]:
    """What the holds on managers reach beyond the managers themselves."""
    spread: dict[Key, list[HeldBy]] = defaultdict(list)
    connectors = frozenset(ground.connectors)
    for pair in sorted(ground.pairs):
        for one, other in (pair, pair[::-1]):
            if other in connectors:
                spread[SubjectKind.CONNECTOR, other] += direct.get((SubjectKind.PRIVATE_CLOUD, one), [])
    for mesh in ground.meshes:
        for manager in sorted(mesh.managers):
            for kind in (SubjectKind.PRIVATE_CLOUD, SubjectKind.CONNECTOR):
                spread[SubjectKind.MESH, mesh.id] += direct.get((kind, manager), [])
    return spread


def _merged(direct: Mapping[Key, list[HeldBy]], spread: Mapping[Key, list[HeldBy]]) -> dict[Key, HeldBy]:
    both = {key: [*direct.get(key, []), *spread.get(key, [])] for key in {**direct, **spread}}
    return {key: _first(grounds) for key, grounds in both.items() if grounds}


def _first(grounds: Iterable[HeldBy]) -> HeldBy:
    first, *others = dict.fromkeys(grounds)  # a pair that both ends list spreads the same hold twice
    return replace(first, others=tuple(one.source for one in others))
