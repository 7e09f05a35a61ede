"""What it means for a mesh task that nothing passes on a network of which a probe showed traffic before the change.

A tunnel that is up is no proof of traffic, so that everything HCX says may be well while users are cut off. Whether the
mesh or what stands behind the network is the reason, nobody here can tell: a person looks, and the task does not end as
if all were well. Neither does one in which somebody changed what was extended: that is no reason to wait, so that it is
said once traffic passes.
"""

from collections.abc import Iterable, Sequence

from shared.model.orders import TrafficMissing
from shared.model.outage import SilentNetwork
from shared.model.plan import ApplianceUpgrade
from shared.rules import networks_changed
from shared.rules.progress import Progress, State

MISSING = "traffic-missing"
"""Reason of a task that ends so."""

REMEDY = (
    "a person at the site: see whether what the probe asks is there, then test a machine on each of these networks; "
    "where nothing passes, redeploy or resync the appliance by HCX, and run the mesh again"
)


def judged(found: TrafficMissing, items: Sequence[ApplianceUpgrade]) -> Progress:
    """Whether traffic passes on every network on which a probe showed it before, and nothing was extended meanwhile.

    Args:
        found: what was asked and seen.
        items: the appliances of the task, as they were planned.
    """
    changed = networks_changed.judged(found.changed, items)
    if found.silent:
        return _silent(found.silent, f"; {changed.detail}" if changed else "")
    return changed or Progress(state=State.DONE, detail="every probe that was answered before the change is answered")


def _silent(silent: Sequence[SilentNetwork], besides: str) -> Progress:
    behind = _names(one for one in silent if one.tunnel_up)
    others = _names(one for one in silent if not one.tunnel_up)
    said = (
        f"on {behind} though the tunnel is up" if behind else "",
        f"on {others}, and HCX does not say that all is well with it" if others else "",
    )
    passes = f"traffic does not pass {'; '.join(filter(None, said))}: the probe was answered before the change"
    return Progress(
        state=State.NOT_YET,
        detail=f"{passes}{besides}",
        reason=MISSING,
        remedy=REMEDY,
    )


def _names(silent: Iterable[SilentNetwork]) -> str:
    return ", ".join(sorted(f"{one.network} ({one.appliance})" for one in silent))
