"""A run that carries out tasks of another one once more: what it leaves as it was, and what may be sent again.

Everything is written before the run has its plan, each entry once: a delivery that comes twice, and a run that goes on
after its host went away, read the same from the journal and the ledger.
"""

from shared.model.ledger import Claim
from shared.model.plan import Plan, Task
from shared.model.run import JournalEntry, JournalKind, Outcome, Run, RunKind, RunRequest, TaskResult
from shared.ports import Ports, Store
from shared.report.stored import view_of
from shared.report.words import several
from shared.rules.resume import changes_sent, ledger_subject
from shared.rules.retrying import nothing_to_retry, passed_over, unknown, wanted


def not_retried(ports: Ports, request: RunRequest, parent: Run | None) -> str:
    """Why tasks of a run cannot be carried out once more, and what to do about it; empty where they can."""
    if parent is None:
        return f"there is no run {request.parent}; hcx-fleet status shows the newest one"
    if parent.plan_hash is None or parent.request.kind is not RunKind.UPGRADE:
        return f"run {request.parent} has carried out no plan, so there is nothing to carry out once more"
    if request.plan_hash not in {None, parent.plan_hash}:
        asked = (request.plan_hash or "")[:12]
        return f"run {request.parent} has carried out plan {parent.plan_hash[:12]}, and its retry names plan {asked}"
    tasks, named = view_of(ports.store, parent, ports.clock.now()).tasks, request.retry_tasks
    if missing := unknown(tasks, named):
        return f"run {request.parent} has no task {', '.join(missing)}; hcx-fleet status {request.parent} lists them"
    why = nothing_to_retry(tasks, wanted(request), named)
    return f"there is nothing to carry out once more of run {request.parent}: {why}" if why else ""


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
    claims = _claims_of_plan(ports.store, plan)
    for task in tasks:
        subject = ledger_subject(task)
        sent = changes_sent(task, claims, ports.store.generation(subject))
        if sent:
            number = ports.store.raise_generation(subject, request.id, ports.clock.now())
            text = f"{', '.join(sorted(sent))} may be sent once more, as attempt {number}: it was sent before"
            _tell(ports, request, f"{task.id}/attempt/{number}", text, task.id)


def _claims_of_plan(store: Store, plan: Plan) -> list[Claim]:
    """Of every run that carried the plan out: the parent, whatever it was a retry of, and other retries."""
    runs = [run.request.id for run in store.runs() if run.plan_hash == plan.hash]
    return [claim for run in runs for claim in store.claims_of(run)]


def _tell(ports: Ports, request: RunRequest, key: str, text: str, task: str | None = None) -> None:
    entry = JournalEntry(key=key, at=ports.clock.now(), kind=JournalKind.OBSERVED, text=text, task=task)
    ports.store.append(request.id, entry)
