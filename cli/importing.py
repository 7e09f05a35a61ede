"""`import facts`: takes in what collectors wrote, each file wholly or not at all, and says what is wrong with it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from cli import printing, tables
from cli.collector.site_files import read_site_file
from cli.edge import WrongUseError
from cli.environment import settings_from
from cli.exits import Exit
from cli.following import time_of
from shared.model.collected import Imported
from shared.model.facts import FleetFacts
from shared.model.record import record
from shared.policy.policy import read_policy
from shared.ports import CloudPorts, Store
from shared.report.camel_json import camel_json
from shared.report.imported import imported_of, keep_imported, systems_known
from shared.report.sheet import Grid, Sheet
from shared.report.words import moment, several
from shared.rules.imported import facts_by_import
from shared.rules.importing import Given, Judged, Known, Remark, Weight, judge, not_given
from shared.rules.managers import managers_of
from shared.settings import Settings
from shared.store.sqlite import SqliteStore


@record
class ImportOrder:
    """What the command is told."""

    settings: Path | None
    files: tuple[Path, ...]
    accept_identity: tuple[str, ...]
    """Managers that a person says were deployed anew."""
    json: bool
    world: str | None
    """Control address of a simulated world whose time to go by; None for this machine's."""


def import_facts(order: ImportOrder) -> int:
    """Judge all files, keep what is taken, and say everything at once.

    Raises:
        WrongUseError: a file cannot be read, or a manager whose identity is accepted is in none.
        PolicyInvalidError: `fleet.yaml` cannot be used.
        StoreUnusableError: nothing can be kept.
    """
    settings = settings_from(order.settings)
    files = _files(order)
    with time_of(order.world) as time, SqliteStore(settings.store_file) as store:
        known = _known(settings, store, order.accept_identity, time.clock.now())
        judged = judge(files, known)
        taken = [one for file in judged for one in file.taken]
        for one in sorted(taken, key=lambda each: each.facts.observed_at):  # the newest of a manager comes last
            keep_imported(store, one)
    if order.json:
        printing.as_json({"files": [_document(one) for one in judged]})
    else:
        _print(judged)
    return _exit(judged)


def collected(settings: Settings, store: Store, path: Path, now: datetime) -> FleetFacts:
    """The facts of a file as they would count if it were imported; nothing is kept of them.

    Raises:
        WrongUseError: the file cannot be read, or is refused; with why.
        PolicyInvalidError: `fleet.yaml` cannot be used.
    """
    try:
        given = Given(name=str(path), content=read_site_file(path))
    except OSError as error:
        raise WrongUseError([f"{path}: cannot be read: {error.strerror}"]) from None
    known = replace(_known(settings, store, (), now), stored={})
    (found,) = judge((given,), known)
    refused = [f"{path}: {one.detail}; {one.remedy}" for one in found.remarks if one.weight is Weight.REFUSED]
    if refused:
        raise WrongUseError(refused)
    managers = {one.id: one for one in known.managers}
    taken = ((managers[one.facts.manager.id], one) for one in found.taken)
    return FleetFacts(managers=tuple(facts_by_import(manager, one, now) for manager, one in taken))


def _files(order: ImportOrder) -> tuple[Given, ...]:
    given, problems = list[Given](), list[str]()
    for path in order.files:
        try:
            given.append(Given(name=str(path), content=read_site_file(path)))
        except OSError as error:
            problems.append(f"{path}: cannot be read: {error.strerror}")
    told = "no file that can be read speaks of it"
    problems += [f"--accept-identity {name}: {told}" for name in not_given(order.accept_identity, given)]
    if problems:
        raise WrongUseError(problems)
    return tuple(given)


def _known(settings: Settings, store: Store, accepted: Iterable[str], now: datetime) -> Known:
    managers = managers_of((), read_policy(settings.policy), CloudPorts())
    names = [one.id for one in managers]
    found = ((name, imported_of(store, name)) for name in names)
    stored: dict[str, Imported] = {name: one for name, one in found if one is not None}
    return Known(
        managers=managers,
        stored=stored,
        systems=systems_known(store, names, stored),
        accepted=frozenset(accepted),
        now=now,
    )


def _exit(judged: Iterable[Judged]) -> Exit:
    """A refused file is invalid input; what somebody has to look at outranks nothing but success."""
    remarks = [remark for one in judged for remark in one.remarks]
    if any(one.weight is Weight.REFUSED for one in remarks):
        return Exit.WRONG_USE
    held = any(one.weight is Weight.HELD or one.check == "not-observed" for one in remarks)
    return Exit.NEEDS_OTHERS if held else Exit.AS_WANTED


def _print(judged: tuple[Judged, ...]) -> None:
    rows = tuple(_row(one.name, remark) for one in judged for remark in one.remarks)
    if rows:
        grid = Grid(columns=("FILE", "ABOUT", "WEIGHT", "FINDING", "DETAIL", "WHAT TO DO"), rows=rows)
        printing.parts(tables.sheet(Sheet(grids=(grid,))))
    for one in judged:
        printing.results().print(_sentence(one), soft_wrap=True)


def _row(name: str, remark: Remark) -> tuple[str, ...]:
    return (Path(name).name, remark.about, remark.weight.value, remark.check, remark.detail, remark.remedy)


def _sentence(one: Judged) -> str:
    if one.refused:
        return f"{one.name}: refused, nothing of it was imported."
    if not one.taken:
        return f"{one.name}: nothing new."
    names = ", ".join(f"{each.facts.manager.id} of {moment(each.facts.observed_at)}" for each in one.taken)
    return f"{one.name}: {several(len(one.taken), 'manager', 'managers')} imported: {names}."


def _document(one: Judged) -> dict[str, object]:
    return {
        "file": one.name,
        "refused": one.refused,
        "imported": [
            {
                "manager": each.facts.manager.id,
                "version": str(each.facts.version) if each.facts.version else None,
                "observedAt": camel_json(each.facts.observed_at),
                "correctedSeconds": each.corrected_seconds,
                "counts": not each.doubt,
            }
            for each in one.taken
        ],
        "findings": [
            {
                "finding": remark.check,
                "about": remark.about or None,
                "weight": remark.weight.value,
                "detail": remark.detail,
                "remedy": remark.remedy or None,
            }
            for remark in one.remarks
        ],
    }
