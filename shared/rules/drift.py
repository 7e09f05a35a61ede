"""Drift: what is not as it was when a plan was made, and whether the plan expected that.

`changes.py` holds the table of what is compared; here is the judgement. What provider or people do to the managers and
meshes that the plan leaves to them is progress and never stands in a plan's way; so is what a run of the same plan did.
Anything else voids the plan: somebody approved it for a fleet that is not there any more. So does a hold, a cap or an
exclusion that was set since on something that the plan touches.
"""

from collections.abc import Callable, Collection, Mapping

from shared.model.plan import ApplianceThen, Baseline, ManagerTask, ManagerThen, MeshThen, Plan, RestraintThen, Task
from shared.model.policy import Owner
from shared.model.record import record
from shared.model.version import Version
from shared.rules.catalogue.records import Paths
from shared.rules.changes import Change, Compared, Hashes, Judged, changes
from shared.rules.path import NoPath, hops
from shared.rules.planning.admission import managers_of

STALE = "the plan does not hold any more"
"""How a refusal begins, as against one of a plan that never could be carried out."""


type Onward = Callable[[Version, Version], bool]
"""Whether a listed way leads on from a release to a target."""


def onward_by(paths: Paths) -> Onward:
    """Whether the catalogue lists a way on: somebody may stop over at a release that the plan does not name."""
    return lambda seen, target: not isinstance(hops(seen, target, paths), NoPath)


def _nowhere(_seen: Version, _target: Version) -> bool:
    return False


def hashes_of(plan: Plan) -> Hashes:
    """What this plan was made with."""
    return Hashes(
        policy=plan.policy_hash,
        confirmations=plan.confirmations_hash,
        catalogue=plan.catalogue_hash,
        overrides=plan.overrides_hash,
    )


def drift(
    plan: Plan,
    now: Baseline,
    hashes: Hashes,
    *,
    done: Collection[str] = (),
    unread: Collection[str] = (),
    onward: Onward = _nowhere,
) -> tuple[Change, ...]:
    """Everything that is not as `plan` saw it, by kind and subject.

    Args:
        plan: the plan, which somebody may have approved long ago.
        now: what there is now.
        hashes: of what a plan would be made with now.
        done: ids of the tasks of which runs of this plan sent a change.
        unread: ids of managers that could not be read in full now.
        onward: whether a listed way leads on from a release to a target; asked about releases at which no hop of the
            plan ends. A manager that was taken to a dead end is not on its way, whatever its number says.
    """
    expected = _Expected(tasks=_by_subject(plan), done=frozenset(done), touched=_touched(plan), onward=onward)
    return changes(
        Compared(
            before=plan.baseline,
            after=now,
            hashes=(hashes_of(plan), hashes),
            unread=frozenset(unread),
            manager_may=expected.of_manager,
            appliance_may=expected.of_appliance,
            restraint_may=expected.of_restraint,
        )
    )


def differences(before: Plan, after: Plan) -> tuple[Change, ...]:
    """What two plans were made from, compared by the same table and without judgement."""
    both = (hashes_of(before), hashes_of(after))
    return changes(Compared(before=before.baseline, after=after.baseline, hashes=both))


def refusal(found: Collection[Change]) -> str | None:
    """Why a plan cannot be carried out any more, with every difference that it did not expect; None where it can."""
    told = [one.said for one in found if not one.expected]
    if not told:
        return None
    return f"{STALE}: {'; '.join(told)}. Plan again, and have that plan approved."


# --- what the plan expects ------------------------------------------------------------------------------------------

_WHO_DOES_IT = {
    Owner.PROVIDER: "by the provider, for which the plan waits",
    Owner.ASSISTED: "by people at the site, for whom the plan waits",
}
_DONE = "by a run of this plan"
_NOT_BY_US = "not by us"


@record
class _Expected:
    """What may have changed since the plan was made."""

    tasks: Mapping[tuple[str, str], tuple[Task, ...]]
    done: frozenset[str]
    touched: frozenset[str]
    onward: Onward

    def of_manager(self, was: ManagerThen, now: ManagerThen) -> Judged:
        """A version on the way of a task that others perform, or that a run of this plan began; hops or not."""
        for task in self.tasks.get(("manager", now.manager), ()):
            if isinstance(task, ManagerTask) and self._on_the_way(task.source, now.version, task):
                return self._judged(task)
        backwards = was.version.known and now.version.known and now.version.older_than(was.version)
        return Judged(expected=False, because=f"{_NOT_BY_US}, and backwards" if backwards else _NOT_BY_US)

    def of_appliance(self, mesh: MeshThen, was: ApplianceThen, now: ApplianceThen) -> Judged:
        """The target of one of the mesh's tasks; on the way there, the same as for a manager."""
        for task in self.tasks.get(("mesh", mesh.mesh), ()):
            if _same(now.version, task.target):
                return Judged(expected=True, because="where the plan wants it")
            if self._on_the_way(was.version, now.version, task):
                return self._judged(task)
        return Judged(expected=False, because=_NOT_BY_US)

    def of_restraint(self, now: RestraintThen) -> Judged:
        """What is held back where the plan does nothing stands in nobody's way."""
        if now.subject in self.touched:
            return Judged(expected=False)
        return Judged(expected=True, because="which the plan does not touch")

    def _on_the_way(self, start: Version, version: Version, task: Task) -> bool:
        if not _between(start, version, task.target):
            return False
        stops = [hop.target for hop in task.hops] if isinstance(task, ManagerTask) else [task.target]
        return any(_same(version, stop) for stop in stops) or self.onward(version, task.target)

    def _judged(self, task: Task) -> Judged:
        if task.id in self.done:
            return Judged(expected=True, because=_DONE)
        if task.owner in _WHO_DOES_IT:
            return Judged(expected=True, because=_WHO_DOES_IT[task.owner])
        return Judged(expected=False, because=f"{_NOT_BY_US}, before its task began")


def _touched(plan: Plan) -> frozenset[str]:
    """Everything that a task of the plan changes, or belongs to."""
    return frozenset(name for task in plan.tasks for name in (task.subject, *managers_of(task), *task.clouds))


def _by_subject(plan: Plan) -> dict[tuple[str, str], tuple[Task, ...]]:
    found: dict[tuple[str, str], tuple[Task, ...]] = {}
    for task in plan.tasks:
        key = (task.kind, task.subject)
        found[key] = (*found.get(key, ()), task)
    return found


def _between(start: Version, version: Version, end: Version) -> bool:
    if not (start.known and version.known and end.known):
        return False
    return not version.older_than(start) and not end.older_than(version)


def _same(one: Version, other: Version) -> bool:
    return one.known and other.known and one.same_release(other)
