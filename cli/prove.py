"""`prove`: what is proved of a task by observation, from the newest stored facts or from fresh ones."""

from datetime import datetime
from itertools import chain

from cli import printing, tables
from cli.edge import WrongUseError
from cli.exits import Exit
from cli.following import time_of
from cli.local import Local
from cli.plans import Form
from cli.reading import store_of
from cli.runs import Ended, Wanted, carried_through
from shared.model.proof import Proof, Word
from shared.model.run import RunKind
from shared.ports import Store
from shared.report.camel_json import camel_json
from shared.report.proof_text import proof_markdown, proof_sheet
from shared.report.task_meant import TaskNotFoundError, newest_facts, task_meant, touched
from shared.rules.proof import proof_of
from shared.rules.witnesses import reports_of


def prove(wanted: Wanted, subject: str, form: Form, *, live: bool) -> int:
    """Print what is proved and what is not; 0 where everything that is needed is, 3 otherwise.

    Raises:
        WrongUseError: no plan has a task for the subject.
    """
    if live:
        return carried_through(wanted, RunKind.CHECK, lambda local, ended: _after(subject, form, local, ended))
    with store_of(wanted.settings) as store, time_of(wanted.world) as time:
        return _given(_proof(store, subject, time.clock.now()), form)


def _after(subject: str, form: Form, local: Local, ended: Ended) -> int:
    """What a run that could not observe left behind is as old as before, and is judged by that."""
    if ended.view.run.problem:
        printing.progress().print(f"error: {ended.view.run.problem}", soft_wrap=True)
    return _given(_proof(local.ports.store, subject, local.ports.clock.now()), form)


def _proof(store: Store, subject: str, now: datetime) -> Proof:
    try:
        meant = task_meant(store, subject)
    except TaskNotFoundError as error:
        raise WrongUseError([str(error)]) from None
    facts = newest_facts(store, touched(meant.task))
    return proof_of(meant.task, facts, now, _said(store, meant.plan.hash, meant.task.id))


def _said(store: Store, plan_hash: str, task: str) -> tuple[Word, ...]:
    """What people reported in every run of the plan, oldest first."""
    runs = [run.request.id for run in store.runs() if run.plan_hash == plan_hash]
    journal = chain.from_iterable((entry for _, entry in store.journal(run)) for run in reversed(runs))
    return reports_of(journal, task)


def _given(proof: Proof, form: Form) -> int:
    if form is Form.JSON:
        printing.as_json({**camel_json(proof), "proved": proof.proved})
    elif form is Form.MARKDOWN:
        printing.as_text(proof_markdown(proof))
    else:
        printing.parts(tables.sheet(proof_sheet(proof)))
    return Exit.AS_WANTED if proof.proved else Exit.NEEDS_OTHERS
