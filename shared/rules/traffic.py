"""Whether extended networks carry traffic, as far as the words of both sides of a mesh and of probes say so.

That a degraded tunnel carries traffic, and that a network does where its tunnel is up and its extension is realized, is
inferred: HCX says nothing of traffic itself, and tunnels have been up while nothing passed. So a probe is heard apart.
"""

from collections.abc import Iterable, Mapping, Sequence

from shared.model.acts import ApplianceTraffic
from shared.model.facts import Health, NetworkExtension
from shared.model.outage import NetworkSeen, Traffic
from shared.model.probe import ProbeAnswer
from shared.model.record import record

_TUNNELS = {Health.UP: Traffic.UP, Health.DEGRADED: Traffic.UP, Health.DOWN: Traffic.DOWN}
_EXTENSIONS = {Health.UP: Traffic.UP, Health.DOWN: Traffic.DOWN, Health.UNKNOWN: Traffic.STRANGE}
_WORST_FIRST = (Traffic.DOWN, Traffic.UNKNOWN, Traffic.STRANGE, Traffic.UP)


def worst(words: Iterable[Traffic]) -> Traffic:
    """Of several words on one network the one that must not be missed; unknown where there is none."""
    said = set(words)
    return next((one for one in _WORST_FIRST if one in said), Traffic.UNKNOWN)


@record
class Carriers:
    """The appliances between which networks are carried; of a high availability group any one may carry them."""

    own: frozenset[str]
    """Ids at the initiator's side."""
    peers: frozenset[str]
    """Ids at the receiver's side."""


def carried(extensions: Iterable[NetworkExtension], carriers: Carriers) -> tuple[str, ...]:
    """Names of the networks that these appliances carry, each once; one without a name goes by its id."""
    return tuple(sorted({_name(one) for one in extensions if one.appliance_id in carriers.own}))


def networks_seen(
    networks: Iterable[str],
    carriers: Carriers,
    sides: Sequence[ApplianceTraffic],
    answers: Mapping[str, Sequence[ProbeAnswer]],
    *,
    whole: bool = False,
) -> tuple[NetworkSeen, ...]:
    """What one look comes to.

    Args:
        networks: names of those that are looked at.
        carriers: the appliances between which they are carried.
        sides: what the sides said that were asked, the initiator's first.
        answers: of the probes of each network, by its name; none where it has no probe.
        whole: whether the initiator is among the sides. Only what it could list and does not is known to be gone.
    """
    all_listed = whole and sides[0].extensions is not None
    return tuple(
        NetworkSeen(
            network=name,
            by_hcx=_by_hcx([_of_side(name, carriers, side) for side in sides]),
            by_probe=_by_probe(answers[name]) if answers.get(name) else None,
            listed=any(_lists(name, carriers, side) for side in sides) or (False if all_listed else None),
        )
        for name in networks
    )


def _lists(name: str, carriers: Carriers, side: ApplianceTraffic) -> bool:
    return name in carried(side.extensions or (), carriers)


def _by_hcx(words: Sequence[Traffic]) -> Traffic:
    """It takes both ends, so one that says no is believed; the first one that knows says that there is traffic."""
    if Traffic.DOWN in words:
        return Traffic.DOWN
    return next((word for word in words if word is not Traffic.UNKNOWN), Traffic.UNKNOWN)


def _of_side(name: str, carriers: Carriers, side: ApplianceTraffic) -> Traffic:
    tunnel, extension = _tunnel(side, carriers), _extension(name, carriers, side)
    if Traffic.DOWN in {tunnel, extension}:
        return Traffic.DOWN
    return extension if tunnel is Traffic.UP else Traffic.UNKNOWN


def _tunnel(side: ApplianceTraffic, carriers: Carriers) -> Traffic:
    """A side lists its own appliances with their peers, and either end of a tunnel may say that it is down."""
    ends = [_of_group(side, ids) for ids in (carriers.own, carriers.peers)]
    if Traffic.DOWN in ends:
        return Traffic.DOWN
    return Traffic.UP if Traffic.UP in ends else Traffic.UNKNOWN


def _of_group(side: ApplianceTraffic, ids: frozenset[str]) -> Traffic:
    """Of a group, one member carries everything: it is up where any of them is."""
    said = {_TUNNELS.get(one.status.health, Traffic.UNKNOWN) for one in side.tunnels or () if one.appliance in ids}
    return next((word for word in (Traffic.UP, Traffic.UNKNOWN, Traffic.DOWN) if word in said), Traffic.UNKNOWN)


def _extension(name: str, carriers: Carriers, side: ApplianceTraffic) -> Traffic:
    """Two extensions of one name count as one, which carries traffic where both do."""
    named = [one for one in side.extensions or () if _name(one) == name and one.appliance_id in carriers.own]
    return worst(_EXTENSIONS.get(one.state.health, Traffic.UNKNOWN) for one in named)


def _by_probe(answers: Sequence[ProbeAnswer]) -> Traffic:
    """One that is answered proves that there is traffic, whatever is the matter with another one."""
    said = {one.ok for one in answers}
    if True in said:
        return Traffic.UP
    return Traffic.UNKNOWN if None in said else Traffic.DOWN


def _name(extension: NetworkExtension) -> str:
    return extension.network or extension.id
