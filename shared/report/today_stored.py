"""What `today` is made from, as a store holds it: the newest plan, what its run observed, and what is under way."""

from datetime import datetime

from shared.model.run import Run, RunKind, RunRequest
from shared.ports import Store
from shared.report.kept_plans import policy_of
from shared.report.stored import facts_of, inventory_of, settled_view
from shared.report.today_needs import needed
from shared.rules.agenda.records import Material, Today
from shared.rules.catalogue.records import Catalogue
from shared.rules.today import today


class NothingPlannedError(LookupError):
    """There is no plan, or what it was made from is gone; the message says what to do."""


def today_of(store: Store, catalogue: Catalogue, now: datetime) -> tuple[Material, Today]:
    """The list, and what it was made from.

    Raises:
        NothingPlannedError: there is nothing to make it from.
    """
    material = _material(store, catalogue, now)
    views = (*material.under_way, material.view)
    return material, today(material, now, lambda people: needed(views, people))


def _material(store: Store, catalogue: Catalogue, now: datetime) -> Material:
    run = _newest(store)
    view = settled_view(store, run, now) if run else None
    if run is None or view is None or view.plan is None:
        raise NothingPlannedError("there is no plan yet; make one: hcx-fleet plan")
    policy, inventory = policy_of(store, run.request.id), inventory_of(store, run.request.id)
    if policy is None or inventory is None:
        raise NothingPlannedError(f"run {run.request.id} left no policy or inventory; plan again: hcx-fleet plan")
    return Material(
        run=run,
        view=view,
        plan=view.plan,
        policy=policy,
        inventory=inventory,
        facts=facts_of(store, run.request.id),
        catalogue=catalogue,
        under_way=tuple(
            settled_view(store, one, now) for one in store.active_runs() if one.request.kind is RunKind.UPGRADE
        ),
        reverts=tuple(settled_view(store, one, now) for one in store.active_runs() if _reverts(one.request)),
        breakers=store.breakers(),
    )


def _reverts(request: RunRequest) -> bool:
    return request.kind is RunKind.REVERT and request.carries_out


def _newest(store: Store) -> Run | None:
    """The newest run with a plan of the whole fleet: that of one private cloud says nothing of the others.

    Only where there is none, the newest of any; never a plan that was only asked for to see what would be.
    """
    planned = [run for run in store.runs() if run.plan_hash and run.request.target is None]
    whole = (run for run in planned if run.request.whole)
    return next(whole, None) or next(iter(planned), None)
