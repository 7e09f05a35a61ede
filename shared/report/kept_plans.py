"""Which plan a person means, and what runs made of it: plans as a store holds them."""

from shared.model.finding import Finding
from shared.model.plan import Plan
from shared.model.policy import Policy
from shared.model.run import Run, RunRequest
from shared.ports import Store
from shared.report.stored import PLANNING, document_of, plan_of
from shared.rules.resume import changes_sent

POLICY = "policy"
"""Name of the document with the policy that a run discovered under."""


class PlanNotFoundError(LookupError):
    """No plan, or more than one, has a hash that begins so; the message says which."""


def newest_plan(store: Store, subject: str | None = None) -> tuple[Run, Plan] | None:
    """The newest run that has a plan, with that plan; of those that say something of `subject`, where one is named.

    A plan that was only asked for to see what would be is passed over, and so is that of a check of one subject, which
    knows a part of the fleet: nobody means to carry them out.
    """
    for run in store.runs():
        plan = plan_of(store, run) if run.request.target is None and run.request.subject is None else None
        if plan is not None and (subject is None or speaks_of(plan, subject)):
            return run, plan
    return None


def last_pass(store: Store, asked: RunRequest) -> tuple[Run, tuple[Finding, ...]] | None:
    """The newest other run that looked at the same as this one, with every finding of its planning.

    Args:
        store: where runs are kept.
        asked: what this run is asked for, with the private cloud by its id.
    """
    for run in store.runs():
        other = run.request
        same = (other.private_cloud, other.subject) == (asked.private_cloud, asked.subject)
        comparable = same and other.target is None and other.id != asked.id
        found = document_of(store, other.id, PLANNING, list[Finding]) if comparable else None
        if found is not None:
            return run, tuple(found)
    return None


def speaks_of(plan: Plan, subject: str) -> bool:
    """Whether a plan says something of a private cloud, connector, mesh or task of that id or name."""
    named = {subject} & {*plan.private_clouds, *(one.name for one in plan.baseline.meshes)}
    tasks = any(subject in {task.id, task.subject} for task in plan.tasks)
    return bool(named) or tasks or any(rest.subject == subject for rest in plan.rest)


def plan_named(store: Store, text: str) -> Plan:
    """The plan whose hash begins so.

    Raises:
        PlanNotFoundError: there is none, or there are several.
    """
    prefix = text.strip().lower().removeprefix("sha256:")
    if not prefix:  # a variable that was not set in a script: every hash begins so, and the wrong plan would be run
        raise PlanNotFoundError("no plan is named: the beginning of its hash is empty")
    found = store.plans(prefix)
    if not found:
        raise PlanNotFoundError(f"no plan is kept whose hash begins with {text!r}; hcx-fleet plan makes one")
    if len(found) > 1:
        raise PlanNotFoundError(f"{text!r} could be several plans: {', '.join(one[:16] for one in found[:5])}")
    plan = store.plan(found[0])
    if plan is None:  # pragma: no cover -- plans are never taken out of a store
        raise PlanNotFoundError(f"plan {found[0]} is gone")
    return plan


def policy_of(store: Store, run: str) -> Policy | None:
    """The policy that the run discovered under."""
    return document_of(store, run, POLICY, Policy)


def carried_out(store: Store, plan_hash: str) -> frozenset[str]:
    """Ids of the tasks of which runs of this plan sent a change: what that brought about is no drift.

    The ledger says it, and not the journal: a task that only observed, was refused or ended early changed nothing, and
    what somebody else did to its manager meanwhile must not pass for ours.
    """
    plan = store.plan(plan_hash)
    runs = [run.request.id for run in store.runs() if run.plan_hash == plan_hash]
    claims = [claim for run in runs for claim in store.claims_of(run)]
    return frozenset(task.id for task in plan.tasks if changes_sent(task, claims)) if plan else frozenset()
