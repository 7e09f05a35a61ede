"""Are the high availability groups of the mesh ready?"""

from collections.abc import Iterator

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import look
from shared.checks.of_mesh import APPLIANCE_CHECK, VIEW, extending, initiator
from shared.checks.silent import left_to, nothing
from shared.checks.words import counted
from shared.model.facts import HaGroup, Seen
from shared.model.finding import Evidence, Verdict
from shared.rules.freshness import APPLIANCES, HA_GROUPS

PER_SIDE = 2
"""A group has four network extension appliances, two at each site."""


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """Every high availability group of the mesh has its two members here, and somebody saw that one stands by.

    The product upgrades the standby, switches over, and upgrades the other, so it needs both. Microsoft's page: a group
    has four appliances, two for each site, with the roles Active and Standby. Which is which is not read, so a person
    looks. A group with fewer members has lost its standby, and its upgrade is an outage like any other: a warning.
    Groups are read at the initiator; where they are not, a better mode of the upgrade is not chosen, and no more.
    """
    manager = initiator(context)
    listed = look(context, manager, APPLIANCES)
    if isinstance(listed, Judgement):
        return (left_to(APPLIANCE_CHECK, listed),)
    own = len(extending(context, listed.value))
    if own < PER_SIDE:
        return nothing(f"{manager} has {counted(own, 'network extension appliance')}, too few for a group")
    groups = look(context, manager, HA_GROUPS)
    if isinstance(groups, Judgement):
        return (_unseen(groups),)
    in_mesh = [one for one in groups.value if one.mesh_id == context.mesh]
    return tuple(_judge(manager, in_mesh, groups)) or (_none(manager, groups),)


def _unseen(groups: Judgement) -> Judgement:
    return Judgement(
        verdict=Verdict.MANUAL,
        summary=groups.summary,
        evidence=groups.evidence,
        remedy=f"look at {VIEW} whether they stand in a group, and both are well",
    )


def _judge(manager: str, own: list[HaGroup], groups: Seen[tuple[HaGroup, ...]]) -> Iterator[Judgement]:
    for group in own:
        evidence = (Evidence(text=f"{manager}: group {group.id}, members {len(group.members)}", observed_at=groups.at),)
        if len(group.members) < PER_SIDE:
            yield Judgement(
                verdict=Verdict.WARN,
                summary=f"{manager}: group {group.id} has {len(group.members)} of {PER_SIDE} members",
                evidence=evidence,
                remedy="recover the group, or deactivate it, before its appliances are upgraded",
            )
        else:
            yield Judgement(
                verdict=Verdict.MANUAL,
                summary=f"{manager}: which member of group {group.id} stands by is not visible to hcx-fleet",
                evidence=evidence,
                remedy="see that one is Active and one Standby, both healthy; swapped roles afterwards are right",
            )


def _none(manager: str, groups: Seen[tuple[HaGroup, ...]]) -> Judgement:
    return Judgement(
        verdict=Verdict.PASS,
        summary=f"{manager}: the mesh has no high availability group",
        evidence=(Evidence(text=f"{manager}: {counted(len(groups.value), 'group')} listed", observed_at=groups.at),),
    )


CHECK = Check(
    id="ha-groups",
    title="High availability groups are whole",
    concerns=frozenset({Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.MANUAL, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.HIGH_AVAILABILITY,
    judge=judge,
)
