"""The newest that a store holds of one private cloud: which run looked at it last, and what that run saw."""

from collections.abc import Iterator
from datetime import datetime

from shared.model.facts import FleetFacts
from shared.model.inventory import Inventory, PrivateCloud
from shared.model.plan import SubjectKind
from shared.model.record import record
from shared.model.run import Placed, Run, RunKind
from shared.model.view import RunView, SubjectSeen
from shared.ports import Store
from shared.report.check_making import Asked, Observed, answer
from shared.report.check_record import CheckAnswer
from shared.report.kept_plans import policy_of
from shared.report.stored import facts_of, inventory_of, settled_view
from shared.report.task_meant import newest_facts
from shared.rules.run_view import ENDED


@record
class CloudSeen:
    """One private cloud, and the run that says where it stands."""

    cloud: PrivateCloud
    run: Run
    view: RunView
    inventory: Inventory

    @property
    def placed(self) -> Placed | None:
        """Where it stands; None where the run is not about it."""
        key = (SubjectKind.PRIVATE_CLOUD, self.cloud.id)
        return next((one for one in self.view.placed if (one.kind, one.subject) == key), None)

    @property
    def members(self) -> tuple[SubjectSeen, ...]:
        """The cloud with its connectors and meshes."""
        return tuple(one for one in self.view.subjects if self.cloud.id in one.clouds)


def cloud_seen(store: Store, cloud: str, now: datetime) -> CloudSeen | None:
    """The newest run that looked at a private cloud, at `now`; one that only asked what would be says nothing of it.

    A check of one subject discovers every private cloud and looks at few. A private cloud of which no run has facts, as
    one without HCX, is where the newest inventory has it.

    Args:
        store: where runs are kept.
        cloud: its id.
        now: by which clock waits are judged; a run that has ended stands still at its end.
    """
    newest = tuple(newest_looks(store))
    looked = (run for run in newest if store.document(run.request.id, f"facts/{cloud}") is not None)
    return next((seen for run in (*looked, *newest) if (seen := _seen(store, run, cloud, now))), None)


def newest_looks(store: Store) -> Iterator[Run]:
    """Runs that can have seen something last, newest first: none is older than the last one that saw everything."""
    for run in store.runs():
        if run.request.target is None:
            yield run
            if run.request.whole and run.state in ENDED and inventory_of(store, run.request.id) is not None:
                return


def _seen(store: Store, run: Run, cloud: str, now: datetime) -> CloudSeen | None:
    inventory = inventory_of(store, run.request.id)
    found = next((one for one in inventory.private_clouds if one.id == cloud), None) if inventory else None
    if inventory is None or found is None:
        return None
    view = settled_view(store, run, now)
    seen = CloudSeen(cloud=found, run=run, view=view, inventory=inventory)
    return seen if seen.placed else None


def readiness_of(store: Store, seen: CloudSeen, now: datetime) -> CheckAnswer | None:
    """What the check that saw it says of it, with the age that its facts have by now.

    None where the newest run that looked changes something: what was checked before it began may be otherwise by now.
    """
    name, request = seen.run.request.id, seen.run.request
    if request.kind not in {RunKind.CHECK, RunKind.PLAN} or seen.view.plan is None:
        return None
    facts = facts_of(store, name)
    observed = Observed(view=seen.view, facts=facts, inventory=seen.inventory, policy=policy_of(store, name), now=now)
    return answer(Asked(subject=f"{SubjectKind.PRIVATE_CLOUD.value}:{seen.cloud.id}"), observed)


def newest_facts_of(store: Store, seen: CloudSeen) -> FleetFacts:
    """What any run saw last of its cloud manager and of its connectors, in that order."""
    connectors = sorted(one.id for one in seen.members if one.kind is SubjectKind.CONNECTOR)
    return newest_facts(store, (seen.cloud.id, *connectors), newest_looks(store))
