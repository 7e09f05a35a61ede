"""A run that carries out tasks of another one once more: what it leaves as it was, and what may be sent again.

Everything is written before the run has its plan, each entry once: a delivery that comes twice, and a run that goes on
after its host went away, read the same from the journal and the ledger.
"""

from shared.model.ledger import Claim
from shared.model.plan import Plan, Task
from shared.model.run import JournalEntry, JournalKind, Outcome, Run, RunRequest, TaskResult
from shared.ports import Ports, Store
from shared.report.stored import view_of
from shared.report.words import several
from shared.rules.resume import changes_sent, ledger_subject
from shared.rules.retrying import Refusal, Refused, carried_out_a_plan, no_plan, passed_over, refused, wanted


def not_retried(ports: Ports, request: RunRequest, parent: Run | None) -> str:
    """Why tasks of a run cannot be carried out once more, and what to do about it; empty where they can."""
    if parent is None:
        return f"there is no run {request.parent}; hcx-fleet status shows the newest one"
    name = parent.request.id
    if not carried_out_a_plan(parent):
        return no_plan(name)
    if request.plan_hash not in {None, parent.plan_hash}:
        done, asked = ((one or "")[:12] for one in (parent.plan_hash, request.plan_hash))
        return f"run {name} has carried out plan {done}, and its retry names plan {asked}"
    tasks = view_of(ports.store, parent, ports.clock.now()).tasks
    why = refused(name, tasks, wanted(request), request.retry_tasks)
    return _with_remedy(name, why) if why else ""


def _with_remedy(parent: str, why: Refused) -> str:
    remedy = f"; hcx-fleet status {parent} lists them" if why.why is Refusal.TASKS_UNKNOWN else ""
    return f"{why.detail}{remedy}"


def pass_over(ports: Ports, request: RunRequest, parent: str, plan: Plan) -> None:
    """End what is not retried, and open another attempt for what is where something may have been sent."""
    before, own = _ends(ports.store, parent), _ends(ports.store, request.id)
    found = {task.id: own.get(task.id) or passed_over(task.id, before.get(task.id), request) for task in plan.tasks}
    for end in found.values():
        if end is not None:
            ports.store.append(request.id, _ended(end, parent))
    again = [task for task in plan.tasks if found[task.id] is None]
    _raise_attempts(ports, request, again, plan)
    text = f"{several(len(again), 'task', 'tasks')} of run {parent} once more: {', '.join(task.id for task in again)}"
    _tell(ports, request, "retried", text)


def _ends(store: Store, run: str) -> dict[str, TaskResult]:
    """How each task of a run ended that has."""
    return {entry.result.task: entry.result for _, entry in store.journal(run) if entry.result}


def _ended(end: TaskResult, parent: str) -> JournalEntry:
    """The journal entry of a task that is passed over, under the key that every end has: a task ends once."""
    done = end.outcome is Outcome.SUCCEEDED
    text = f"{end.outcome.value} in run {parent}: {end.detail}" if done else f"{end.outcome.value}: {end.detail}"
    return JournalEntry(
        key=f"{end.task}/ended", at=end.ended_at, kind=JournalKind.TASK_ENDED, text=text, task=end.task, result=end
    )


def _raise_attempts(ports: Ports, request: RunRequest, tasks: list[Task], plan: Plan) -> None:
    """A call that may have been made is made again in a new generation alone, for which the retry is the word."""
    claims, newest = _claims_of_plan(ports.store, plan), ports.store.generations(map(ledger_subject, tasks))
    for task in tasks:
        subject = ledger_subject(task)
        sent = changes_sent(task, claims, newest[subject])
        if sent:
            number = newest[subject] = ports.store.raise_generation(subject, request.id, ports.clock.now())
            text = f"{', '.join(sorted(sent))} may be sent once more, as attempt {number}: it was sent before"
            _tell(ports, request, f"{task.id}/attempt/{number}", text, task.id)


def _claims_of_plan(store: Store, plan: Plan) -> list[Claim]:
    """Of every run that carried the plan out: the parent, whatever it was a retry of, and other retries."""
    runs = [run.request.id for run in store.runs() if run.plan_hash == plan.hash]
    return [claim for run in runs for claim in store.claims_of(run)]


def _tell(ports: Ports, request: RunRequest, key: str, text: str, task: str | None = None) -> None:
    entry = JournalEntry(key=key, at=ports.clock.now(), kind=JournalKind.OBSERVED, text=text, task=task)
    ports.store.append(request.id, entry)
