"""Whether stretched networks carry traffic: the one rule for it, and what is written down when the answer changes.

Tunnels, appliances and faults change what the rule looks at; whoever changes any of it calls `note` right after, at
the same moment of world time. So every outage of the truth has the begin and the end that it really had, and what
stands behind a network answers exactly while there is none.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from simulator.ledger import Outage
from simulator.state import AppliancePair, Extension, Mesh, Side, World


def carries(pair: AppliancePair, extension: Extension) -> bool:
    """Whether a network of these appliances carries traffic."""
    through = extension.carrier or pair
    return through.linked and extension.attached and extension.passing


def carried(mesh: Mesh, pair: AppliancePair) -> list[Extension]:
    """The networks that go through a pair now: its own, but for those that a switch-over took elsewhere."""
    return [each for owner in mesh.pairs for each in owner.extensions if (each.carrier or owner) is pair]


def note(world: World, mesh: Mesh) -> None:
    """Write down where an outage has begun or ended, and tell what stands behind those networks."""
    changed = [each for pair in mesh.pairs for each in pair.extensions if _noted(world, mesh, pair, each)]
    for probe in world.probes.values():
        if probe.extension in changed:
            probe.on_change(probe)


def _noted(world: World, mesh: Mesh, pair: AppliancePair, extension: Extension) -> bool:
    """Whether it is another answer than before."""
    if carries(pair, extension) == (extension.outage is None):
        return False
    if extension.outage is None:
        extension.outage = _begun(world, mesh, pair, extension)
    else:
        extension.outage.ended = world.now
        extension.outage = None
    return True


def _begun(world: World, mesh: Mesh, pair: AppliancePair, extension: Extension) -> Outage:
    outage = Outage(
        mesh=mesh.name,
        appliance=pair.ends[Side.INITIATOR].name,
        extension=extension.id,
        network=extension.network,
        began=world.now,
    )
    world.ledger.outages.append(outage)
    return outage


@contextmanager
def noted(world: World, mesh: Mesh, change: AbstractContextManager[None]) -> Iterator[None]:
    """A change that may stop traffic, with what it does written down when it begins and when it is taken back."""
    with change:
        note(world, mesh)
        yield
    note(world, mesh)
