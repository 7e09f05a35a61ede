"""What the checks of an in-service upgrade have in common: which mode is wanted, and what each side has to spare.

Whether an upgrade is done in service is decided by the planner. These checks say what somebody could still put right,
and, where fleet.yaml wants in service or nothing, whether that has become impossible since.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from shared.checks.ha_groups import CHECK as GROUP_CHECK
from shared.checks.ha_groups import PER_SIDE
from shared.checks.interface import CheckContext, Judgement
from shared.checks.look import look
from shared.checks.of_mesh import Carried, carried_elsewhere
from shared.checks.silent import left_to, nothing
from shared.model.facts import Appliance
from shared.model.finding import Evidence, Verdict
from shared.model.policy import ExtensionMode
from shared.model.record import record
from shared.rules import ne_mode, tags
from shared.rules.freshness import HA_GROUPS, Aspect
from shared.rules.ne_mode import Side
from shared.rules.ne_situation import mesh_side, situation

WANTING = frozenset({ExtensionMode.AUTO, ExtensionMode.IN_SERVICE_ONLY})


@record
class Wish:
    """An in-service upgrade that is wanted, and both sides of it."""

    only: bool
    """Whether nothing else is wanted."""
    sides: tuple[Side, ...]
    observed: tuple[datetime | None, ...]
    """When each side was seen for what the check looks at; None where it was not."""


def wish(context: CheckContext, aspect: Aspect[Any]) -> Wish | tuple[Judgement, ...]:
    """Both sides of an in-service upgrade, or the judgement that none is wanted or possible.

    `aspect` is what the check looks at: a side of which it was not observed, or too long ago, counts as not seen.
    """
    mode = _mode(context)
    if mode not in WANTING:
        return nothing(f"fleet.yaml or a tag wants {mode.value}" if mode else "fleet.yaml cannot be read now")
    found = carried_elsewhere(context)
    if isinstance(found, Judgement):
        return (found,)
    if any(context.facts.of(name) is None for name in context.managers):
        return nothing("one of its managers was not observed at all")
    grouped = _grouped(context, found)
    if isinstance(grouped, Judgement):
        return (grouped,)
    alone = [one for one in found.appliances if one.id not in grouped and _to_come(context, one)]
    if not alone:
        return nothing("no appliance with networks is behind and stands outside a high availability group")
    return _of(context, alone[0], mode, aspect)


def _grouped(context: CheckContext, found: Carried) -> frozenset[str] | Judgement:
    """Ids of the appliances in a group. Too few appliances for one are in none, even where groups were not seen."""
    groups = look(context, found.manager, HA_GROUPS)
    if isinstance(groups, Judgement):
        return left_to(GROUP_CHECK.id, groups) if len(found.appliances) >= PER_SIDE else frozenset()
    return frozenset(member for group in groups.value for member in group.members)


def _to_come(context: CheckContext, one: Appliance) -> bool:
    """Whether it carries networks and is not at the target yet; one of an unknown version may be behind."""
    target = context.target
    if target is None or not target.known or not one.version.known:
        return one.extension_count > 0
    return one.extension_count > 0 and one.version.older_than(target)


def _mode(context: CheckContext) -> ExtensionMode | None:
    policy = context.policy
    if policy is None:
        return None
    by_tags = (tags.restraints(one, policy, context.now.date()).extension_mode for one in context.clouds)
    return ne_mode.stricter(policy.extension.mode, *by_tags)


def _of(context: CheckContext, appliance: Appliance, mode: ExtensionMode, aspect: Aspect[Any]) -> Wish:
    """All appliances of a mesh side take from the same pools, so one of them tells for all.

    What somebody attests in fleet.yaml is no observation: the planner uses it, and it is not looked at here. Nor are
    networks, of which a manager may have thousands.
    """
    sides = [
        mesh_side(replace(facts, extensions=None), None, frozenset({context.subject}))
        for name in context.managers
        if (facts := context.facts.of(name))
    ]
    found = situation(appliance, mode, sides[0], sides[-1])
    looks = [look(context, name, aspect) for name in context.managers]
    return Wish(
        only=mode is ExtensionMode.IN_SERVICE_ONLY,
        sides=(found.here, found.there),
        observed=tuple(None if isinstance(one, Judgement) else one.at for one in looks),
    )


def lacking(asked: Wish, what: str, needs: tuple[Callable[[Side], bool | None], ...], remedy: str) -> Judgement:
    """What of these needs is missing at either side.

    What is known to be missing is a warning, since a standard upgrade remains, and an upgrade failure where nothing but
    in service is wanted. What nobody knows is for a person where nothing else is wanted, and else no matter: the
    upgrade is planned as standard then.
    """
    told = [
        (side.name, _met(side, needs) if at else None) for side, at in zip(asked.sides, asked.observed, strict=True)
    ]
    missing = [name for name, met in told if met is False]
    untold = [name for name, met in told if met is None]
    evidence = _evidence(asked, what)
    if missing:
        return Judgement(
            verdict=Verdict.UPGRADE_FAILURE if asked.only else Verdict.WARN,
            summary=f"{' and '.join(missing)}: no upgrade in service for want of {what}",
            evidence=evidence,
            remedy=remedy,
        )
    if untold:
        return Judgement(
            verdict=Verdict.MANUAL if asked.only else Verdict.NOT_APPLICABLE,
            summary=f"{' and '.join(untold)}: whether there is {what} is not known",
            evidence=evidence,
            remedy=remedy,
        )
    return Judgement(verdict=Verdict.PASS, summary=f"there is {what} at both sides", evidence=evidence)


def _met(side: Side, needs: tuple[Callable[[Side], bool | None], ...]) -> bool | None:
    """Whether a side has all of it: one thing that is missing decides, whatever is not known."""
    found = {need(side) for need in needs}
    return False if False in found else None if None in found else True


def _evidence(asked: Wish, what: str) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(text=f"{side.name}: looked for {what}", observed_at=at)
        for side, at in zip(asked.sides, asked.observed, strict=True)
    )
