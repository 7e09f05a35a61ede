"""Whether a task may be performed now, from facts, policy and inventory: the checks of its run, asked once more."""

from collections.abc import Iterator
from datetime import datetime

from shared.checks import run_checks
from shared.model.facts import FleetFacts, ManagerFacts
from shared.model.finding import Finding
from shared.model.orders import Unmet
from shared.model.plan import ManagerTask, Requirement, Task
from shared.report.check_context import concern_of, context_discovered
from shared.report.plan_words import HASH
from shared.report.runsheet.record import Material, Standing
from shared.report.task_meant import touched
from shared.report.words import moment, sentence
from shared.rules import requirements
from shared.rules.catalogue.records import Catalogue
from shared.rules.freshness import TAGS, observed
from shared.rules.proof import proof_of

OBSERVE = "observe again and print a new page"


def standing(material: Material, catalogue: Catalogue) -> Standing:
    """READY or not, with every reason; what is too old to be believed is a reason like any other."""
    context = context_discovered(
        material.task,
        facts=material.facts,
        inventory=material.inventory,
        policy=material.policy,
        catalogue=catalogue,
        now=material.now,
    )
    findings = run_checks(context, concern_of(material.task))
    unmet = requirements.unmet(_required(material), material.facts)
    until = min(_expiries(material), default=None)
    reasons = (
        *map(_block, (one for one in findings if one.blocks)),
        *map(_unmet, unmet),
        *_replaced(material),
        *_expired(until, material.now),
        *_done(material.task, material.facts, material.now),
    )
    return Standing(
        findings=findings,
        unmet=unmet,
        reasons=reasons,
        observed_from=min(_times(material), default=None),
        counts_until=until,
    )


def _required(material: Material) -> Iterator[Requirement]:
    """Of the first change, and what the plan has before it: a later hop waits for its own at the site."""
    task = material.task
    own = task.hops[0].requires if isinstance(task, ManagerTask) else task.requires
    yield from own
    known = {(one.kind, one.subject) for one in own}
    earlier = {one.id: one for one in material.plan.tasks if one.id in task.depends_on}
    for one in earlier.values():
        if (one.kind, one.subject) not in known:
            reason = f"{one.id} comes before it in the plan"
            yield Requirement(kind=one.kind, subject=one.subject, version=one.target, reason=reason)


def _block(one: Finding) -> str:
    todo = f" To do: {sentence(one.remedy)}" if one.remedy else ""
    return f"{one.check}: {sentence(one.summary)}{todo}"


def _unmet(one: Unmet) -> str:
    wanted = one.requirement
    return f"{wanted.subject} must be at {wanted.version.release} first ({wanted.reason}), {one.seen}."


def _replaced(material: Material) -> Iterator[str]:
    if material.newer_plan:
        name = material.task.subject
        yield f"Plan {material.newer_plan[:HASH]} is newer and has no task for it: hcx-fleet why {name} says why."


def _expired(until: datetime | None, now: datetime) -> Iterator[str]:
    if until is None:
        yield f"Nothing was observed: {OBSERVE}."
    elif now > until:
        yield f"What was observed counted until {moment(until)}: {OBSERVE}."


def _done(task: Task, facts: FleetFacts, now: datetime) -> Iterator[str]:
    if proof_of(task, facts, now).proved:
        yield "It is done already: every claim that is needed is proved."


def _seen(material: Material) -> Iterator[ManagerFacts]:
    return (facts for name in touched(material.task) if (facts := material.facts.of(name)))


def _times(material: Material) -> Iterator[datetime]:
    return (seen.at for facts in _seen(material) for _, seen in observed(facts))


def _expiries(material: Material) -> Iterator[datetime]:
    """Holds come by tags at any minute, so that the reading of Azure expires as well."""
    expiries = [seen.at + aspect.life.span for facts in _seen(material) for aspect, seen in observed(facts)]
    if expiries:
        yield from (*expiries, material.inventory.observed_at + TAGS.span)
