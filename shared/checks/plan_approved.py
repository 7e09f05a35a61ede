"""Is the plan that is carried out the one that was approved, with what it was made from?"""

from collections.abc import Iterable
from dataclasses import replace

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_plan import no_plan, planned
from shared.model.finding import Verdict
from shared.model.plan import Baseline
from shared.rules.changes import Change, ChangeKind, Compared, Hashes, changes
from shared.rules.drift import hashes_of


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """Confirmations and catalogue are those with which the plan was made and approved.

    The plan holds their hashes. Other confirmations decide which changes hcx-fleet may make at all, so nothing more is
    begun then. Another catalogue, which may come with a release of hcx-fleet while a run goes on, is a warning: the
    steps stay those of the plan. fleet.yaml may change during a run; what of it holds back counts as it is now.
    """
    approved = context.approved
    if approved is None:
        return no_plan(context)
    then = hashes_of(approved.plan)
    both = (_files(then), _files(approved.hashes))
    found = changes(Compared(before=Baseline(), after=Baseline(), hashes=both))
    if not found:
        text = f"plan {approved.plan.hash[:12]}: confirmations and catalogue are those it was made with"
        return (Judgement(verdict=Verdict.PASS, summary=text, evidence=(planned(text, context),)),)
    return (_judged(context, found),)


def _files(hashes: Hashes) -> Hashes:
    return replace(hashes, policy="")


def _judged(context: CheckContext, found: Iterable[Change]) -> Judgement:
    told = [one.text for one in found]
    graver = any(one.kind is ChangeKind.CONFIRMATIONS for one in found)
    return Judgement(
        verdict=Verdict.OUTAGE_RISK if graver else Verdict.WARN,
        summary=f"since the plan was made, {'; '.join(told)}",
        evidence=tuple(planned(one, context) for one in told),
        remedy="plan again, and have that plan approved",
    )


CHECK = Check(
    id="plan-approved",
    title="The plan stands as it was approved",
    concerns=frozenset({Concern.MANAGER, Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE, Verdict.OUTAGE_RISK}),
    waivable=False,
    link=links.PLANNING,
    judge=judge,
)
