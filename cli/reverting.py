"""`revert`: how a run is taken back for one private cloud, and following people through it."""

from dataclasses import replace
from pathlib import Path

from cli import printing, tables
from cli.edge import WrongUseError
from cli.exits import exit_of
from cli.files import write_whole
from cli.local import Local
from cli.plans import Form
from cli.reading import report_beside, store_of
from cli.runs import Ended, Wanted, carried_through, problem_of
from shared.model.revert import RevertPlan
from shared.model.run import Run, RunKind
from shared.ports import Store
from shared.report.camel_json import camel_json
from shared.report.revert_text import revert_sheet, revert_text
from shared.report.stored import REVERT, document_of


def revert(wanted: Wanted, form: Form, out: Path | None, *, start: bool, watch: bool) -> int:
    """Plan it, or with `start` carry out the plan of that hash: instruct, wait, observe.

    Raises:
        WrongUseError: it is to be started without a hash, or a hash is given for nothing that is started.
    """
    if start != (wanted.plan is not None):
        raise WrongUseError(["--start and --plan HASH belong together: look at the plan first, then start that one"])
    if not start:
        return carried_through(wanted, RunKind.REVERT, lambda _, ended: _planned(ended, form, out))
    with store_of(wanted.settings) as store:
        meant = replace(wanted, revert_hash=_named(store, wanted), plan=None)
    return carried_through(meant, RunKind.REVERT, lambda local, ended: _ended(local, ended, wanted), watch=watch)


def _planned(ended: Ended, form: Form, out: Path | None) -> int:
    plan = ended.view.revert
    if plan is not None:
        _give(plan, ended, form, out)
    return problem_of(ended.view) or exit_of(ended.view)


def _give(plan: RevertPlan, ended: Ended, form: Form, out: Path | None) -> None:
    if out is not None:
        write_whole(out, revert_text(plan, ended.view.now).encode())
        printing.progress().print(f"The plan, with the request for support, is in {out}", soft_wrap=True)
    if form is Form.JSON:
        printing.as_json(camel_json(plan))
    elif form is Form.MARKDOWN:
        printing.as_text(revert_text(plan, ended.view.now))
    else:
        printing.parts(tables.sheet(revert_sheet(plan, ended.view.now)))


def _ended(local: Local, ended: Ended, wanted: Wanted) -> int:
    if wanted.json:
        printing.as_json(report_beside(local.ports.store, ended.view))
    else:
        needed = tables.what_is_needed(ended.view)
        printing.parts(tables.clouds(ended.view), tables.connectors(ended.view), needed, tables.sentence(ended.view))
        printing.places(ended.reports)
    return problem_of(ended.view) or exit_of(ended.view)


def _takes_back(run: Run, wanted: Wanted) -> bool:
    return run.request.kind is RunKind.REVERT and run.request.parent == wanted.takes_back


def _named(store: Store, wanted: Wanted) -> str:
    """The whole hash of the revert that is meant, by how it begins."""
    prefix = (wanted.plan or "").strip().lower().removeprefix("sha256:")
    plans = (document_of(store, run.request.id, REVERT, RevertPlan) for run in store.runs() if _takes_back(run, wanted))
    found = sorted({plan.hash for plan in plans if plan is not None and prefix and plan.hash.startswith(prefix)})
    if len(found) == 1:
        return found[0]
    how = f"several begin so: {', '.join(one[:16] for one in found)}" if found else "none begins so"
    look = f"hcx-fleet revert {wanted.cloud} --of {wanted.takes_back}"
    raise WrongUseError([f"--plan {wanted.plan}: of the reverts of run {wanted.takes_back} {how}; look: {look}"])
