"""Which of the runs in the store answers a question that names none: the newest that can."""

from shared.model.inventory import PrivateCloud
from shared.model.plan import Plan
from shared.model.run import Run
from shared.ports import Store
from shared.report.stored import inventory_of, plan_of


def newest_observation(store: Store) -> Run | None:
    """The newest run that discovered the whole scope; a run of one private cloud places that one alone."""
    runs = (run for run in store.runs() if run.request.whole)
    return next((run for run in runs if store.document(run.request.id, "inventory")), None)


def clouds_known(store: Store) -> tuple[PrivateCloud, ...] | None:
    """The private clouds of the newest inventory, None while nothing was observed."""
    found = next((inventory for run in store.runs() if (inventory := inventory_of(store, run.request.id))), None)
    return found.private_clouds if found else None


def newest_plan_with(store: Store, cloud: str) -> Plan | None:
    """The newest plan that covers a private cloud."""
    plans = (plan_of(store, run) for run in store.runs())
    return next((plan for plan in plans if plan and cloud in plan.private_clouds), None)
