"""The calendar of a fleet out of a store: by its newest plan, and by what the run that made it saw."""

from datetime import datetime

from shared.model.plan import Plan
from shared.ports import Store
from shared.report.calendar_text import WEEKS, Calendar, calendar
from shared.report.kept_plans import newest_plan, policy_of
from shared.report.stored import inventory_of
from shared.report.today_stored import NothingPlannedError


def calendar_of(store: Store, now: datetime, weeks: int = WEEKS) -> tuple[Plan, Calendar]:
    """The plan, and what the weeks from `now` on hold by it.

    Raises:
        NothingPlannedError: there is nothing to make it from.
    """
    found = newest_plan(store)
    if found is None:
        raise NothingPlannedError("there is no plan yet; make one: hcx-fleet plan")
    run, plan = found
    policy, inventory = policy_of(store, run.request.id), inventory_of(store, run.request.id)
    if policy is None or inventory is None:
        raise NothingPlannedError(f"run {run.request.id} left no policy or inventory; plan again: hcx-fleet plan")
    return plan, calendar(plan, policy, inventory, now, weeks)
