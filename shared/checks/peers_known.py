"""Does every appliance have its peer at the other side?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_mesh import VIEW, standing, upgraded, version_of
from shared.checks.silent import nothing
from shared.checks.standing import Standing
from shared.checks.words import counted, names
from shared.model.finding import Verdict


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """Every appliance that is upgraded names a peer, and the other side lists it.

    The user guide: the appliance that is selected and its peer are upgraded together. Where an appliance has no peer,
    or one that nobody lists, half of a pair is lost or was not told, and what the upgrade will take along cannot be
    said. It is a warning, since an appliance that is really gone shows in its tunnel as well.
    """
    found = standing(context)
    if isinstance(found, Judgement):
        return (found,)
    concerned, listed = upgraded(found), {one.appliance.id for one in found}
    if not concerned:
        return nothing("the mesh has no appliance that goes with a peer")
    alone = [one for one in concerned if not _has_peer(one, listed)]
    return (_alone(alone) if alone else _paired(concerned),)


def _has_peer(one: Standing, listed: set[str]) -> bool:
    peers = set(one.appliance.peers)
    return bool(peers) and peers <= listed


def _alone(alone: list[Standing]) -> Judgement:
    return Judgement(
        verdict=Verdict.WARN,
        summary=f"{counted(len(alone), 'appliance')} without a peer that the other side lists: "
        f"{names(one.appliance.name for one in alone)}",
        evidence=tuple(map(version_of, alone)),
        remedy=f"compare {VIEW} at both sites",
    )


def _paired(concerned: tuple[Standing, ...]) -> Judgement:
    return Judgement(
        verdict=Verdict.PASS,
        summary=f"{counted(len(concerned), 'appliance')} with their peers at the other side",
        evidence=tuple(map(version_of, concerned)),
    )


CHECK = Check(
    id="peers-known",
    title="Every appliance has its peer at the other side",
    concerns=frozenset({Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.APPLIANCES,
    judge=judge,
)
