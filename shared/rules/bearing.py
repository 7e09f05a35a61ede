"""Which upgrade the extended networks of an appliance can bear, by the outage that their owners accept."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from shared.model.facts import Appliance, ApplianceKind
from shared.model.policy import Policy
from shared.rules.ne_situation import MeshSide, extensions_of
from shared.rules.outage_limits import limits_of

NAMED = 3
"""How many networks are told by name."""

UNLISTED = "a network that nobody lists"

MINUTE = timedelta(minutes=1)


def cannot_bear(policy: Policy, sites: Iterable[str], one: Appliance, here: MeshSide, costs: timedelta) -> str:
    """Which networks of an appliance cannot bear a standard upgrade.

    Of those that nobody lists, the limit of the fleet counts.


    Args:
        policy: the owner's.
        sites: names of the sites at both ends of the mesh.
        one: the appliance, at the initiator's side.
        here: that side.
        costs: how long a standard upgrade interrupts, at most.
    """
    if one.kind is not ApplianceKind.NETWORK_EXTENSION:
        return ""
    listed = extensions_of(one, here)
    limits = limits_of(policy, sites, (each.network or each.id for each in listed))
    if len(listed) < one.extension_count and policy.extension.outage_limit is not None:
        limits[UNLISTED] = policy.extension.outage_limit
    return too_long(limits, costs)


def too_long(limits: Mapping[str, timedelta], costs: timedelta) -> str:
    """Why a standard upgrade is out, in a sentence without its stop; empty where every network bears it.

    Args:
        limits: what each network accepts, by its name; those that accept anything are left out.
        costs: how long a standard upgrade interrupts, at most.
    """
    strict = sorted((limit, name) for name, limit in limits.items() if limit < costs)
    if not strict:
        return ""
    told = [f"{name} accepts {_words(limit)}" for limit, name in strict[:NAMED]]
    more = [f"{len(strict) - NAMED} more accept less than it takes"] if len(strict) > NAMED else []
    return f"{', '.join((*told, *more))}, a standard upgrade costs up to {_words(costs)}"


def _words(span: timedelta) -> str:
    if span == MINUTE:
        return "a minute"
    if span > MINUTE and not span % MINUTE:
        return f"{span // MINUTE} minutes"
    return f"{span.total_seconds():g} s"
