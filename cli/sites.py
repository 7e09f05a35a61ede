"""`export sites` and `import sites`: the sites of `fleet.yaml` as a table for spreadsheet programs, and back."""

import codecs
import difflib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from cli import printing
from cli.edge import WrongUseError
from cli.environment import settings_from
from cli.exits import Exit
from shared.model.codec import Json
from shared.model.facts import FleetFacts, ManagerFacts
from shared.model.inventory import PrivateCloud
from shared.model.record import record
from shared.policy.lint import lint
from shared.policy.marked_yaml import read_yaml
from shared.policy.policy import read_policy
from shared.policy.problems import Problem, Severity
from shared.policy.replacing import alone, beside
from shared.policy.site_table.changing import wanted
from shared.policy.site_table.entries import Entry, at_no_site, bare_sites, entries
from shared.policy.site_table.exporting import exported
from shared.policy.site_table.observed import Observed, observed
from shared.policy.site_table.sheet import Sheet, read_sheet
from shared.policy.yaml_edit import NotEditableError, edited
from shared.ports import Store
from shared.report.stored import facts_of, inventory_of
from shared.report.words import several
from shared.settings import Settings
from shared.store.sqlite import SqliteStore

_RUNS_READ = 20
"""How far back a manager's own id is looked for; older runs are about a fleet that has changed."""


@record
class _FleetText:
    """`fleet.yaml` as it is."""

    path: Path
    content: bytes
    text: str
    root: Json


def export_sites(settings: Path | None, file: Path) -> int:
    """Write the table, over the columns of the user's own where there is one already.

    Raises:
        WrongUseError: what is there cannot be read or would lose something, or nothing can be written there.
        PolicyInvalidError: `fleet.yaml` holds errors.
    """
    read = settings_from(settings)
    fleet = _fleet(read.policy)
    seen = _seen(read)
    rows = entries(fleet.root, seen)
    before = _sheet(file) if _is_there(file) else None
    made = exported(rows, before)
    _stop_or_warn(file, made.problems)
    _write(file, made.content or b"")
    _tell_exported(file, fleet, rows, at_no_site(rows, seen))
    return Exit.AS_WANTED


def import_sites(settings: Path | None, file: Path, *, yes: bool) -> int:
    """Show what the table changes in `fleet.yaml`, and change it where somebody said yes.

    Raises:
        WrongUseError: the table cannot be used, or what would come of it; with every problem.
        PolicyInvalidError: `fleet.yaml` holds errors as it is.
    """
    read = settings_from(settings)
    fleet = _fleet(read.policy)
    sheet = _sheet(file)
    found = wanted(sheet, fleet.root, entries(fleet.root, _seen(read)))
    _stop_or_warn(file, found.problems)
    _tell_left(found.without_row)
    new = _edited(fleet, found.content)
    if new == fleet.text:
        printing.results().print(
            f"{fleet.path}: says what {file} says already; nothing is to be changed.", soft_wrap=True
        )
        return Exit.AS_WANTED
    printing.as_text(_difference(fleet, new))
    return _replace(fleet, new, yes=yes)


# --- what there is ----------------------------------------------------------------------------------------------------


def _fleet(path: Path) -> _FleetText:
    read_policy(path)
    content = path.read_bytes()
    text = content.decode("utf-8-sig")
    root = read_yaml(text).root
    return _FleetText(path=path, content=content, text=text, root=root.plain if root else None)


def _is_there(file: Path) -> bool:
    try:
        return file.exists()
    except OSError as error:
        raise WrongUseError([f"{file}: cannot be read: {error.strerror}"]) from None


def _sheet(file: Path) -> Sheet:
    try:
        read = read_sheet(file.read_bytes())
    except OSError as error:
        raise WrongUseError([f"{file}: cannot be read: {error.strerror}"]) from None
    _stop_or_warn(file, read.problems)
    if read.sheet is None:
        raise WrongUseError([f"{file}: holds no table"])
    return read.sheet


def _seen(settings: Settings) -> Sequence[Observed]:
    """What the newest runs observed; nothing where there is no store yet."""
    path = settings.store_file
    if not path.exists():
        told = f"{path}: there is no store, so nothing was observed; hcx-fleet check observes"
        printing.progress().print(told, soft_wrap=True)
        return ()
    with SqliteStore(path) as store:
        return observed(*newest(store))


def newest(store: Store) -> tuple[tuple[PrivateCloud, ...], FleetFacts]:
    """The private clouds that runs listed and the newest facts of every manager.

    Runs of one private cloud are read as far back as the newest one of the whole fleet. Beyond it only managers are
    looked for that did not say their own id then: it stays the same, and rows are known by it.
    """
    clouds: dict[str, PrivateCloud] = {}
    found: dict[str, ManagerFacts] = {}
    missing: set[str] | None = None
    for run in store.runs()[:_RUNS_READ]:
        if missing is not None and not missing:
            break
        inventory = inventory_of(store, run.request.id) if missing is None else None
        for cloud in inventory.private_clouds if inventory else ():
            clouds.setdefault(cloud.resource_id, cloud)
        for facts in facts_of(store, run.request.id, missing).managers:
            _keep(found, facts)
        if missing is not None or (inventory and run.request.whole):
            missing = {name for name, facts in found.items() if facts.identity is None}
    return tuple(clouds.values()), FleetFacts(managers=tuple(found.values()))


def _keep(found: dict[str, ManagerFacts], facts: ManagerFacts) -> None:
    """The newest facts, but those with the manager's own id before those without."""
    there = found.setdefault(facts.manager.id, facts)
    if (facts.identity is not None, facts.observed_at) > (there.identity is not None, there.observed_at):
        found[facts.manager.id] = facts


# --- what comes of it -------------------------------------------------------------------------------------------------


def _edited(fleet: _FleetText, content: Json) -> str:
    try:
        return edited(fleet.text, content)
    except NotEditableError as error:
        told = f"{fleet.path}: cannot be changed by the table: {error}; change by hand what the table says"
        raise WrongUseError([told]) from None


def _replace(fleet: _FleetText, new: str, *, yes: bool) -> Exit:
    path = fleet.path.resolve()  # a link stays one
    mark = codecs.BOM_UTF8 if fleet.content.startswith(codecs.BOM_UTF8) else b""
    try:
        with alone(path), beside(path, mark + new.encode()) as made:
            _check(fleet, made)
            if not yes:
                printing.progress().print(f"{fleet.path}: nothing was written; --yes writes it.", soft_wrap=True)
                return Exit.NEEDS_OTHERS
            made.replace(path)
    except OSError as error:
        raise WrongUseError([f"{fleet.path}: cannot be written: {error.strerror}"]) from None
    told = "is changed as shown. A plan that was made before has to be made again: it holds the hash of this file"
    printing.results().print(f"{fleet.path}: {told}.", soft_wrap=True)
    return Exit.AS_WANTED


def _check(fleet: _FleetText, made: Path) -> None:
    """What would be written has to be a good file, and to follow from the one that is still there."""
    wrong = [one.text for one in lint(made, datetime.now(UTC)) if one.severity is Severity.ERROR]
    if wrong:
        told = "nothing was written: with the change these errors were in it"
        shown = (text.replace(str(made), f"{fleet.path} (as shown)") for text in wrong)
        raise WrongUseError([f"{fleet.path}: {told}", *shown])
    if fleet.path.read_bytes() != fleet.content:
        raise WrongUseError([f"{fleet.path}: was changed by somebody else meanwhile; import again"])


def _difference(fleet: _FleetText, new: str) -> str:
    lines = difflib.unified_diff(
        fleet.text.splitlines(keepends=True),
        new.splitlines(keepends=True),
        fromfile=str(fleet.path),
        tofile=f"{fleet.path} (as imported)",
    )
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _write(file: Path, content: bytes) -> None:
    path = file.resolve()
    try:
        with alone(path), beside(path, content) as made:
            made.replace(path)
    except OSError as error:
        raise WrongUseError([f"{file}: cannot be written: {error.strerror}"]) from None


# --- what is said -----------------------------------------------------------------------------------------------------


def _stop_or_warn(file: Path, problems: Iterable[Problem]) -> None:
    found = sorted(problems, key=lambda one: one.line or 0)
    errors = [one.in_file(file) for one in found if one.severity is Severity.ERROR]
    if errors:
        raise WrongUseError(errors)
    for one in found:
        printing.progress().print(f"warning: {one.in_file(file)}", soft_wrap=True)


def _tell_exported(file: Path, fleet: _FleetText, rows: Sequence[Entry], homeless: Sequence[str]) -> None:
    known = sum(bool(row.system_id) for row in rows)
    counted = several(len(rows), "manager", "managers")
    printing.results().print(f"{file}: {counted}, {known} of them with the id that was observed.", soft_wrap=True)
    if bare := bare_sites(fleet.root):
        printing.progress().print(f"Without a row, since no manager is there: {', '.join(bare)}.", soft_wrap=True)
    if homeless:
        told = f"Without a row, since no site of {fleet.path} has them: {', '.join(homeless)}."
        printing.progress().print(told, soft_wrap=True)


def _tell_left(names: Sequence[str]) -> None:
    if names:
        told = f"Without a row, and left as they are: {', '.join(names)}."
        printing.progress().print(told, soft_wrap=True)
