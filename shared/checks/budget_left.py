"""Is any of the failure budget left?"""

from collections.abc import Iterator

from shared.checks import links
from shared.checks.interface import Approved, Check, CheckContext, Concern, Judgement
from shared.checks.of_plan import no_plan
from shared.checks.silent import nothing
from shared.checks.words import names
from shared.model.finding import Evidence, Verdict
from shared.model.record import record


@record
class _Budget:
    """One limit, and who failed under it."""

    of: str
    most: int
    failed: tuple[str, ...]

    @property
    def text(self) -> str:
        who = f" ({names(self.failed)})" if self.failed else ""
        return f"{len(self.failed)} of at most {self.most} of the {self.of} failed{who}"


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """Fewer tasks of the run and of the wave have failed than may fail.

    A used-up budget lets no new task in. A task that was let in before goes on, since in strict mode its failure was
    counted when it was; so it is a warning here, for whoever is about to act.
    """
    approved, task = context.approved, context.task
    if approved is None or task is None:
        return no_plan(context)
    budgets = tuple(_budgets(approved, task.wave))
    if not budgets:
        return nothing(f"{context.called}: no failure budget is set")
    return tuple(_judged(one, approved) for one in budgets)


def _budgets(approved: Approved, wave: str) -> Iterator[_Budget]:
    plan = approved.plan
    if plan.max_failed is not None:
        yield _Budget(of="run", most=plan.max_failed, failed=approved.failed)
    for one in plan.waves:
        if one.name == wave and one.max_failed is not None:
            failed = tuple(name for name in approved.failed if name in one.tasks)
            yield _Budget(of=f"wave {wave}", most=one.max_failed, failed=failed)


def _judged(budget: _Budget, approved: Approved) -> Judgement:
    evidence = (Evidence(text=budget.text, observed_at=approved.counted_at),)
    if len(budget.failed) < budget.most:
        return Judgement(verdict=Verdict.PASS, summary=budget.text, evidence=evidence)
    return Judgement(
        verdict=Verdict.WARN,
        summary=f"the failure budget of the {budget.of} is used up: {budget.text}",
        evidence=evidence,
        remedy="a person: mend what failed before anything more is begun, then start a run again",
    )


CHECK = Check(
    id="budget-left",
    title="The failure budget is not used up",
    concerns=frozenset({Concern.MANAGER, Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.PLANNING,
    judge=judge,
)
