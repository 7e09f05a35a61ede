"""`show coverage`, `calendar`, `exposure` and `forecast`: from the newest plan in the store, or from a fresh one."""

from collections.abc import Callable, Mapping
from typing import Any

from cli import printing, tables
from cli.edge import WrongUseError
from cli.environment import settings_from
from cli.exits import Exit, exit_of
from cli.local import Local
from cli.reading import catalogue_from, store_of
from cli.runs import Ended, Wanted, carried_through, problem_of
from shared.model.facts import FleetFacts
from shared.model.inventory import Inventory
from shared.model.plan import ManagerTask, Plan
from shared.model.policy import Policy
from shared.model.record import record
from shared.model.run import Run, RunKind
from shared.model.version import Version
from shared.ports import Store
from shared.report.calendar_text import calendar, calendar_sheet
from shared.report.camel_json import camel_json
from shared.report.coverage_text import coverage_json, coverage_sheet
from shared.report.exposure_text import exposure_json, exposure_sheet
from shared.report.forecast_text import forecast_of, forecast_sheet
from shared.report.kept_plans import newest_plan, policy_of
from shared.report.sheet import Sheet
from shared.report.stored import facts_of, inventory_of
from shared.rules.coverage import coverage
from shared.rules.exposure import exposure


@record
class Material:
    """What every one of these is made from: one run that planned, as it stood when it did."""

    plan: Plan
    policy: Policy
    inventory: Inventory
    facts: FleetFacts


type Made = tuple[Sheet, Any]
"""For people, and for programs."""


def show_coverage(wanted: Wanted, *, live: bool) -> int:
    """Private clouds that the plan reaches, and those that no wave or window ever will."""

    def made(found: Material) -> Made:
        covered = coverage(found.plan, found.policy, found.inventory, found.plan.made_at.date())
        return coverage_sheet(covered), coverage_json(covered)

    return _show(wanted, made, live=live)


def show_calendar(wanted: Wanted, *, live: bool) -> int:
    """When windows open, when nothing may be changed, and what will probably start."""

    def made(found: Material) -> Made:
        weeks = calendar(found.plan, found.policy, found.inventory, found.plan.made_at)
        return calendar_sheet(weeks), camel_json(weeks)

    return _show(wanted, made, live=live)


def show_forecast(wanted: Wanted, *, live: bool) -> int:
    """When the plan will probably be done, wave by wave."""

    def made(found: Material) -> Made:
        forecast = forecast_of(found.plan)
        return forecast_sheet(forecast), camel_json(forecast)

    return _show(wanted, made, live=live)


def show_exposure(wanted: Wanted, *, live: bool) -> int:
    """Versions, how far they are behind, support, and what is known to be wrong with them."""
    known = catalogue_from(settings_from(wanted.settings))

    def made(found: Material) -> Made:
        exposed = exposure(known, found.facts, found.plan.made_at, _targets(found))
        return exposure_sheet(exposed), exposure_json(exposed)

    return _show(wanted, made, live=live)


SHOWS: Mapping[str, Callable[..., int]] = {
    "coverage": show_coverage,
    "calendar": show_calendar,
    "exposure": show_exposure,
    "forecast": show_forecast,
}
"""By the word of the command line."""


def _targets(found: Material) -> dict[str, Version]:
    """Of a manager without a task the target of the fleet, where that is understood."""
    wanted = {one.manager.id: found.plan.target for one in found.facts.managers if found.plan.target.known}
    return wanted | {task.subject: task.target for task in found.plan.tasks if isinstance(task, ManagerTask)}


def _show(wanted: Wanted, made: Callable[[Material], Made], *, live: bool) -> int:
    if live:
        return carried_through(wanted, RunKind.PLAN, lambda local, ended: _after(wanted, made, local, ended))
    with store_of(wanted.settings) as store:
        found = newest_plan(store)
        if found is None:
            raise WrongUseError(["there is no plan yet; make one: hcx-fleet plan, or say --live"])
        return _print(wanted, *made(_material(store, *found)))


def _after(wanted: Wanted, made: Callable[[Material], Made], local: Local, ended: Ended) -> int:
    if ended.view.plan is None:
        return problem_of(ended.view) or exit_of(ended.view)
    return _print(wanted, *made(_material(local.ports.store, ended.view.run, ended.view.plan)))


def _material(store: Store, run: Run, plan: Plan) -> Material:
    policy, inventory = policy_of(store, run.request.id), inventory_of(store, run.request.id)
    if policy is None or inventory is None:
        raise WrongUseError([f"run {run.request.id} left no policy or inventory; plan again: hcx-fleet plan"])
    return Material(plan=plan, policy=policy, inventory=inventory, facts=facts_of(store, run.request.id))


def _print(wanted: Wanted, sheet: Sheet, document: Any) -> int:
    if wanted.json:
        printing.as_json(document)
    else:
        printing.parts(tables.sheet(sheet))
    return Exit.AS_WANTED
