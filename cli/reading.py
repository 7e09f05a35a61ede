"""`status` and `why`: what the store knows, without a host, so that they work beside a run in another process."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Group

from cli import printing, tables
from cli.edge import WrongUseError
from cli.environment import settings_from
from cli.exits import Exit, exit_of
from cli.now import now_of
from shared.model.run import Run, RunKind
from shared.model.view import RunView
from shared.ports import Store
from shared.report.content import phase, report
from shared.report.control_json import stored_control
from shared.report.control_text import control_lines, control_sheet
from shared.report.explain import NotOneSubjectError, tasks_about
from shared.report.explain import why as explained
from shared.report.kept_plans import newest_plan
from shared.report.outage_text import outage_sheet
from shared.report.sheet import Sheet
from shared.report.stored import settled_view
from shared.report.way_back_text import way_back_sheet
from shared.rules.catalogue import catalogue_of
from shared.rules.catalogue.records import Catalogue
from shared.rules.run_view import ENDED
from shared.settings import Settings
from shared.store.errors import TamperedError
from shared.store.override_file import OverrideFile
from shared.store.sqlite import SqliteStore


def status(settings: Path | None, run_id: str | None, world: str | None, *, as_json: bool) -> int:
    """One run as it stands, the newest when none is named."""
    now = now_of(world)
    with store_of(settings) as store:
        run = _chosen(store, run_id)
        if run is None:
            printing.progress().print("There is no run yet. Start one: hcx-fleet check")
            return Exit.AS_WANTED
        view = settled_view(store, run, now)
        if as_json:
            printing.as_json(report_beside(store, view))
        else:
            _print_status(view, _unless_changed(lambda: _control(store, view)))
    return _code(view)


def why(settings: Path | None, subject: str, run_id: str | None, world: str | None, *, as_json: bool) -> int:
    """What stands in the way of one cloud, connector, mesh or task."""
    now = now_of(world)
    with store_of(settings) as store:
        run = _chosen(store, run_id) if run_id else _newest_meant(store)
        if run is None:
            raise WrongUseError(["there is no run yet, so nothing was observed; start one: hcx-fleet check"])
        view = settled_view(store, run, now)
        if run_id is None and not _knows(view, subject):
            view = _planned(store, subject, now) or view
            run = view.run
        said = _unless_changed(lambda: store.commands(run.request.id)) or ()
    try:
        text = "\n".join([explained(view, subject), *control_lines(view, tasks_about(view, subject), said)])
    except NotOneSubjectError as error:
        raise WrongUseError([f"{error} (run {run.request.id})"]) from None
    if as_json:
        printing.as_json({"run": run.request.id, "subject": subject, "why": text.splitlines()})
    else:
        printing.results().print(text, soft_wrap=True)
    return Exit.AS_WANTED


def report_beside(store: Store, view: RunView) -> dict[str, Any]:
    """The report of a run whose store is at hand, with what people said to it and the leases that it has."""
    control = _unless_changed(lambda: stored_control(store, view))
    return report(view, control=control).model_dump(mode="json", by_alias=True)


def store_of(settings: Path | None) -> SqliteStore:
    """The store that is there already.

    Raises:
        WrongUseError: there is none.
    """
    path = settings_from(settings).store_file
    if not path.exists():
        raise WrongUseError([f"{path}: there is no store; hcx-fleet check makes one"])
    return SqliteStore(path)


def run_named(store: Store, run_id: str) -> Run:
    """The run of that id.

    Raises:
        WrongUseError: there is none.
    """
    run = store.run(run_id)
    if run is None:
        known = ", ".join(one.request.id for one in store.runs()) or "none"
        raise WrongUseError([f"there is no run {run_id!r}; known: {known}"])
    return run


def catalogue_from(settings: Settings) -> Catalogue:
    """The delivered catalogue with the owner's file over it, where a setting names one.

    Raises:
        PolicyInvalidError: with every error of that file.
    """
    return catalogue_of(OverrideFile(settings.catalogue).read() if settings.catalogue else None)


def _chosen(store: Store, run_id: str | None) -> Run | None:
    """Raises WrongUseError for a name that is none: asking for the wrong run must not answer for another one."""
    if run_id is None:
        under_way = (run for run in store.active_runs() if run.request.kind is RunKind.UPGRADE)
        return next(under_way, None) or _newest_meant(store)
    return run_named(store, run_id)


def _newest_meant(store: Store) -> Run | None:
    """A run that only asked what would be says nothing of what stands in the way."""
    return next((run for run in store.runs() if run.request.target is None), None)


def _knows(view: RunView, subject: str) -> bool:
    seen = any(subject in {one.id, one.name, f"{one.kind.value}:{one.id}"} for one in view.subjects)
    return seen or any(one.task == subject for one in view.tasks)


def _planned(store: Store, subject: str, now: datetime) -> RunView | None:
    """The newest run whose plan speaks of the subject: the newest of all may have been about one private cloud."""
    found = newest_plan(store, subject)
    return settled_view(store, found[0], now) if found else None


def _control(store: Store, view: RunView) -> Sheet:
    return control_sheet(view, store.commands(view.run.request.id), store.leases(view.now))


def _unless_changed[T](read: Callable[[], T]) -> T | None:
    """What people said; where that was changed behind our back it is told, and the rest of the run is shown still."""
    try:
        return read()
    except TamperedError as error:
        printing.progress().print(f"error: {error}", soft_wrap=True)
        return None


def _print_status(view: RunView, control: Sheet | None) -> None:
    state = f"Run {view.run.request.id}: {view.run.state.value}, {phase(view)}, {view.percent} %"
    tasks = tables.tasks(view) if view.tasks else None
    beside = map(_table, (outage_sheet(view), way_back_sheet(view), control))
    needed = tables.what_is_needed(view)
    printing.parts(f"{state}\n{tables.sentence(view)}", tables.clouds(view), tasks, *beside, needed)


def _table(sheet: Sheet | None) -> Group | None:
    """A sheet that says anything."""
    return tables.sheet(sheet) if sheet and (sheet.foot or any(grid.rows for grid in sheet.grids)) else None


def _code(view: RunView) -> Exit:
    """A run that goes on by itself is no failure; one that waits for people says so."""
    if view.run.state in ENDED:
        return exit_of(view)
    return Exit.NEEDS_OTHERS if phase(view) == "waitingForPeople" else Exit.AS_WANTED
