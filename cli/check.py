"""`check`: is an upgrade safe right now, why not, who can act, and until when the answer holds."""

from dataclasses import replace
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path

from cli import printing, tables
from cli.edge import WrongUseError
from cli.environment import settings_from
from cli.exits import Exit
from cli.following import time_of
from cli.importing import collected
from cli.local import Local
from cli.reading import catalogue_from, store_of
from cli.runs import Ended, Wanted, carried_through, problem_of
from shared.checks import CHECKS
from shared.model.facts import FleetFacts
from shared.model.record import record
from shared.model.run import Run, RunKind
from shared.model.view import RunView
from shared.policy.confirmations import read_confirmations
from shared.policy.policy import read_policy
from shared.ports import Store
from shared.report.check_json import check_json
from shared.report.check_judging import Kept, judged, left_to_the_plan, seen_at, with_facts
from shared.report.check_junit import check_junit
from shared.report.check_making import Asked, NotThatSubjectError, Observed, answer
from shared.report.check_markdown import check_markdown
from shared.report.check_record import CheckAnswer, StepKind
from shared.report.check_text import check_sheet
from shared.report.digest_text import digest_lines, digest_of
from shared.report.stored import facts_of, inventory_of, view_of
from shared.rules.planner import PlanContradictionError
from shared.settings import Settings


@record
class CheckOrder:
    """What is asked of a check."""

    subject: str | None
    """Id or name of a private cloud, connector or mesh; None: everything in scope."""
    steps: str | None
    """`manager` or `mesh`; None: both."""
    only: tuple[str, ...]
    """Ids of the checks that alone count."""
    as_of: str | None
    """A run of the store, or a file of collected facts, to judge instead of observing."""
    form: str
    """`table`, `json`, `junit` or `md`."""
    verbose: bool = False
    """Whether table and Markdown list what passed or does not apply as well."""

    @property
    def asked(self) -> Asked:
        """The same for whoever answers."""
        return Asked(subject=self.subject, steps=StepKind(self.steps) if self.steps else None, only=self.only)


def check(wanted: Wanted, order: CheckOrder) -> int:
    """Answer: 0 where nothing stands in the way of what was asked, 3 where something does.

    Raises:
        WrongUseError: what is asked for cannot be meant, with the names that are nearest.
        PolicyInvalidError: `fleet.yaml` cannot be used.
    """
    _refuse(wanted, order)
    if order.as_of is not None:
        return _of_kept(wanted, order, order.as_of)

    def shown(local: Local, ended: Ended) -> int:
        if ended.view.run.problem:
            return problem_of(ended.view)
        kept = _kept_of(local.ports.store, settings_from(wanted.settings), ended.view.run, ended.facts)
        answered = _answered(order, kept, ended.view, ended.view.now)
        digest = digest_of(local.ports.store, kept.name) if order.form == "table" else None
        if digest is not None:
            printing.parts("", "\n".join(digest_lines(digest, tables.called(ended.view))))
        return answered

    return carried_through(replace(wanted, subject=order.subject), RunKind.CHECK, shown)


def _refuse(wanted: Wanted, order: CheckOrder) -> None:
    problems = [_unknown(one) for one in order.only if one not in _IDS]
    if wanted.cloud is not None and (order.subject is not None or order.as_of is not None):
        problems.append(f"--cloud {wanted.cloud}: leave it out and name one subject")
    if problems:
        raise WrongUseError(problems)


_IDS = tuple(one.id for one in CHECKS)


def _unknown(check_id: str) -> str:
    near = get_close_matches(check_id, _IDS, n=3, cutoff=0.5)
    told = f"did you mean {' or '.join(near)}?" if near else "docs/checks.md lists them"
    return f"--only {check_id}: there is no such check; {told}"


def _answered(order: CheckOrder, kept: Kept, view: RunView, now: datetime, as_of: datetime | None = None) -> int:
    """Print the answer; gives the exit code."""
    asked, then = order.asked, as_of or now
    try:
        more = left_to_the_plan(asked, view, kept, then)
        observed = Observed(
            view=view, facts=kept.facts, inventory=kept.inventory, policy=kept.policy, now=now, as_of=as_of, more=more
        )
        found = answer(asked, observed)
    except NotThatSubjectError as error:
        raise WrongUseError([str(error)]) from None
    _print(order, found, view)
    return Exit.AS_WANTED if found.holds else Exit.NEEDS_OTHERS


def _print(order: CheckOrder, found: CheckAnswer, view: RunView) -> None:
    match order.form:
        case "json":
            printing.as_json_keys(check_json(found, view))
        case "junit":
            printing.as_bytes(check_junit(found))
        case "md":
            printing.as_text(check_markdown(found, verbose=order.verbose))
        case _:
            printing.parts(tables.unread(view), tables.sheet(check_sheet(found, verbose=order.verbose)))
            printing.results().print(f"\n{found.verdict}", soft_wrap=True)


# --- facts that were kept ---------------------------------------------------------------------------------------------


def _of_kept(wanted: Wanted, order: CheckOrder, name: str) -> int:
    settings = settings_from(wanted.settings)
    with store_of(wanted.settings) as store, time_of(wanted.world) as time:
        now, run = time.clock.now(), store.run(name)
        if run is not None:
            return _of_run(store, settings, run, order, now)
        if not Path(name).is_file():
            raise WrongUseError([_neither(name, store)])
        kept = _kept_file(store, settings, Path(name), now)
        then = seen_at(kept.facts) or now
        return _answered(order, kept, _judged(kept, then), now, then)


def _of_run(store: Store, settings: Settings, run: Run, order: CheckOrder, now: datetime) -> int:
    """A check or a plan was judged when it was made; what an upgrade left is judged anew, by the facts it saw last."""
    kept = _kept_of(store, settings, run, facts_of(store, run.request.id))
    then = seen_at(kept.facts) or kept.inventory.observed_at
    asked = run.request
    as_it_was = run.plan_hash is not None and asked.kind is not RunKind.UPGRADE and asked.target is None
    view = view_of(store, run, then) if as_it_was else _judged(kept, then)
    return _answered(order, kept, view, now, then)


def _judged(kept: Kept, then: datetime) -> RunView:
    try:
        return judged(kept, then)
    except PlanContradictionError as error:
        raise WrongUseError(error.problems) from None


def _neither(name: str, store: Store) -> str:
    near = get_close_matches(name, [run.request.id for run in store.runs()], n=3)
    told = f"; did you mean {' or '.join(near)}?" if near else ""
    return f"--as-of {name}: neither a run of the store nor a file{told}"


def _kept_of(store: Store, settings: Settings, run: Run, facts: FleetFacts) -> Kept:
    """What a run saw.

    Raises:
        WrongUseError: it discovered nothing.
    """
    inventory = inventory_of(store, run.request.id)
    if inventory is None:
        raise WrongUseError([f"run {run.request.id} observed nothing; observe again: hcx-fleet check"])
    return Kept(
        name=run.request.id,
        inventory=inventory,
        facts=facts,
        policy=read_policy(settings.policy),
        confirmations=read_confirmations(settings.confirmations),
        catalogue=catalogue_from(settings),
    )


def _kept_file(store: Store, settings: Settings, path: Path, now: datetime) -> Kept:
    """What a collector saw, in the place of what the newest look at everything kept of the same managers.

    Raises:
        WrongUseError: the file is none of collected facts, or there is nothing to set its managers into.
    """
    run = next((one for one in store.runs() if one.request.whole and inventory_of(store, one.request.id)), None)
    if run is None:
        problem = "nothing was observed yet, so that nobody knows which private clouds there are; hcx-fleet check"
        raise WrongUseError([f"--as-of {path}: {problem} looks"])
    facts = collected(settings, store, path, now)
    kept = _kept_of(store, settings, run, facts_of(store, run.request.id))
    return replace(with_facts(kept, facts), name=path.name)
