"""Does fleet.yaml still want the version that the task goes to?"""

from shared.checks import links
from shared.checks.interface import Approved, Check, CheckContext, Concern, Judgement
from shared.checks.not_held import CHECK as FILE_CHECK
from shared.checks.of_plan import no_plan, planned
from shared.checks.silent import left_because, nothing
from shared.model.finding import Verdict
from shared.model.policy import ConnectorTarget, Policy
from shared.model.record import record
from shared.model.version import Version


@record
class _Wish:
    """What was wanted by the plan, and what fleet.yaml wants now."""

    then: Version
    now: Version | None


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """fleet.yaml still wants the version that the plan was made for.

    A run begins with that question and goes on by its own copy of the file, so this is a warning: somebody changed the
    target while it was under way, and may not want what is about to be done. A mesh goes where its managers are.
    """
    approved, policy = context.approved, context.policy
    if approved is None:
        return no_plan(context)
    if policy is None:
        return (left_because(FILE_CHECK.id, "fleet.yaml cannot be read now"),)
    wish = _wish(context, policy, approved)
    if wish.now is None or not wish.then.known:
        return nothing(f"{context.called}: nobody can say which version is wanted now")
    text = f"the plan goes to {wish.then.release}, fleet.yaml wants {wish.now.release}"
    if wish.now.same_release(wish.then):
        return (Judgement(verdict=Verdict.PASS, summary=text, evidence=(planned(text, context),)),)
    return (
        Judgement(
            verdict=Verdict.WARN,
            summary=f"the target was changed: {text}",
            evidence=(planned(text, context),),
            remedy="the owner of fleet.yaml: cancel the run and plan again, or set the target back",
        ),
    )


def _wish(context: CheckContext, policy: Policy, approved: Approved) -> _Wish:
    """A connector with a version of its own by that one, everything else by the fleet's."""
    entry = policy.connector(context.subject)
    if entry is not None and context.task is not None:
        own = entry.target
        if own is None and policy.connector_target is ConnectorTarget.VERSION:
            own = policy.connector_version
        if own is not None:
            return _Wish(then=context.task.target, now=own)
    validated = context.catalogue.latest_validated
    return _Wish(then=approved.plan.target, now=policy.target or (validated.release if validated else None))


CHECK = Check(
    id="target-wanted",
    title="fleet.yaml still wants this version",
    concerns=frozenset({Concern.MANAGER, Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.REQUIREMENTS,
    judge=judge,
)
