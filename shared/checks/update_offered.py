"""Is the target what the manager offers its appliances?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_mesh import VIEW, standing, upgraded, version_of
from shared.checks.silent import nothing
from shared.checks.standing import Standing
from shared.checks.words import counted, names
from shared.model.finding import Verdict
from shared.model.version import Version


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """What the manager offers an appliance that is behind is the target.

    The user guide: current and available version stand beside each other, and the button is hidden where nothing is to
    be updated. An offer of another release means that a manager is not where the plan thinks. The name of the offer on
    the wire is inferred, so a manager that says nothing of it says nothing at all, and another offer is a warning.
    While a plan is being made this is silent, since its own manager tasks bring the offer about.
    """
    found, target = standing(context), context.target
    if isinstance(found, Judgement):
        return (found,)
    if target is None or not target.known:
        return nothing("there is no target that could be offered")
    behind = [one for one in upgraded(found) if one.appliance.version.older_than(target)]
    offered = [(one, offer) for one in behind if (offer := one.appliance.available_version) and offer.known]
    if not offered:
        return nothing("no manager says what it offers to an appliance that is behind")
    other = [(one, offer) for one, offer in offered if not offer.same_release(target)]
    return (_other(other, target) if other else _as_wanted(offered, target),)


def _other(other: list[tuple[Standing, Version]], target: Version) -> Judgement:
    return Judgement(
        verdict=Verdict.WARN,
        summary=f"{counted(len(other), 'appliance')} offered another release than {target.release}: "
        f"{names(f'{one.appliance.name} {offer.release}' for one, offer in other)}",
        evidence=tuple(version_of(one) for one, _ in other),
        remedy=f"compare the managers' versions with {VIEW} > Update Appliance, then plan again",
    )


def _as_wanted(offered: list[tuple[Standing, Version]], target: Version) -> Judgement:
    return Judgement(
        verdict=Verdict.PASS,
        summary=f"{counted(len(offered), 'appliance')} offered {target.release}",
        evidence=tuple(version_of(one) for one, _ in offered),
    )


CHECK = Check(
    id="update-offered",
    title="What is offered to the appliances is the target",
    concerns=frozenset({Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.APPLIANCES,
    judge=judge,
    brought_about=True,
)
