"""`plan` and `diff`: a plan as a table, a document or a file, and what became other since."""

from dataclasses import replace
from enum import StrEnum
from pathlib import Path

from cli import printing, tables
from cli.edge import WrongUseError
from cli.exits import Exit, exit_of
from cli.files import write_whole
from cli.local import Local
from cli.reading import store_of
from cli.runs import Ended, Wanted, carried_through, problem_of
from shared.model.codec import to_json
from shared.model.plan import Plan
from shared.model.record import record
from shared.model.run import RunKind
from shared.ports import Store
from shared.report.camel_json import camel_json
from shared.report.diff_text import diff_sheet, drift_sheet
from shared.report.kept_plans import PlanNotFoundError, carried_out, newest_plan, plan_named, policy_of
from shared.report.plan_diff import plan_diff
from shared.report.plan_json import PlanUnreadableError, plan_json, read_plan
from shared.report.plan_text import plan_text, zones_of
from shared.rules.baseline import unread
from shared.rules.catalogue import catalogue_of
from shared.rules.changes import Change
from shared.rules.drift import drift, hashes_of, onward_by


class Form(StrEnum):
    """How a plan is given."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "md"


@record
class Comparison:
    """Which plans `diff` is asked for, by the beginnings of their hashes or as files."""

    before: str
    after: str | None
    live: bool

    def refuse(self) -> None:
        """Stop what cannot be meant.

        Raises:
            WrongUseError: a second plan as well as the fleet itself.
        """
        if self.live and self.after:
            raise WrongUseError([f"--live compares with the fleet as it is: leave out {self.after!r}"])


# --- plan -------------------------------------------------------------------------------------------------------------


def plan(wanted: Wanted, form: Form, out: Path | None) -> int:
    """Observe, check and plan: who does what, in which order and when."""

    def shown(local: Local, ended: Ended) -> int:
        made = ended.view.plan
        if made is not None:
            _give(made, form, out, local.ports.store, ended)
        return problem_of(ended.view) or exit_of(ended.view)

    return carried_through(wanted, RunKind.PLAN, shown)


def _give(made: Plan, form: Form, out: Path | None, store: Store, ended: Ended) -> None:
    """A table is always printed; a document goes into the file instead where one is named."""
    document = _document(made, form, store, ended.view.run.request.id)
    if out is not None:
        write_whole(out, document)
        printing.progress().print(f"Plan {made.hash[:12]} is in {out}", soft_wrap=True)
    if form is Form.TABLE:
        names = tables.names_of(ended.view)
        found = tables.findings(made.findings, names)
        printing.parts(tables.plan(made, names), tables.unread(ended.view), found, tables.what_next(made))
    elif out is None and form is Form.JSON:
        printing.as_json(to_json(made, Plan))
    elif out is None:
        printing.as_text(document.decode())


def _document(made: Plan, form: Form, store: Store, run: str) -> bytes:
    if form is not Form.MARKDOWN:
        return plan_json(made)
    policy = policy_of(store, run)
    return plan_text(made, zones_of(policy) if policy else {}).encode()


# --- diff -------------------------------------------------------------------------------------------------------------


def diff(wanted: Wanted, comparison: Comparison) -> int:
    """Compare two plans, or a plan with the fleet as it is now."""
    comparison.refuse()
    with store_of(wanted.settings) as store:
        before = _meant(store, comparison.before)
        if not comparison.live:
            return _compared(wanted, before, _meant(store, comparison.after) if comparison.after else _newest(store))
    return _with_the_fleet(wanted, before)


def _compared(wanted: Wanted, before: Plan, after: Plan) -> int:
    found = plan_diff(before, after)
    if wanted.json:
        printing.as_json({"before": before.hash, "after": after.hash, "differences": camel_json(found)})
    else:
        printing.parts(tables.sheet(diff_sheet(before, after, found)))
    return Exit.AS_WANTED


def _with_the_fleet(wanted: Wanted, before: Plan) -> int:
    """One run that observes and plans again, for the same part of the fleet."""
    asked = replace(wanted, cloud=before.private_cloud)

    def shown(local: Local, ended: Ended) -> int:
        after = ended.view.plan
        if after is None:
            return problem_of(ended.view) or exit_of(ended.view)
        done = carried_out(local.ports.store, before.hash)
        paths = catalogue_of(local.ports.overrides.read()).paths
        changes = drift(
            before,
            after.baseline,
            hashes_of(after),
            done=done,
            unread=unread(ended.facts),
            onward=onward_by(paths),
        )
        _print_drift(wanted, before, after, changes)
        return Exit.AS_WANTED if all(one.expected for one in changes) else Exit.NEEDS_OTHERS

    return carried_through(asked, RunKind.PLAN, shown)


def _print_drift(wanted: Wanted, before: Plan, after: Plan, changes: tuple[Change, ...]) -> None:
    found = plan_diff(before, after)
    if wanted.json:
        told = {"before": before.hash, "after": after.hash, "differences": camel_json(found)}
        holds = all(one.expected for one in changes)
        printing.as_json({**told, "changes": camel_json(changes), "holds": holds})
    else:
        printing.parts(tables.sheet(drift_sheet(before, changes)), tables.sheet(diff_sheet(before, after, found)))


def _meant(store: Store, text: str) -> Plan:
    path = Path(text)
    try:
        if path.is_file():
            return read_plan(path.read_bytes())
        return plan_named(store, text)
    except PlanUnreadableError as error:
        raise WrongUseError([f"{path}: {error}"]) from None
    except OSError as error:
        raise WrongUseError([f"{path}: cannot be read: {error.strerror}"]) from None
    except PlanNotFoundError as error:
        raise WrongUseError([str(error)]) from None


def _newest(store: Store) -> Plan:
    found = newest_plan(store)
    if found is None:
        raise WrongUseError(["there is no plan yet; make one: hcx-fleet plan"])
    return found[1]
