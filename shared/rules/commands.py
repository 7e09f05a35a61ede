"""What the commands to a run come to: worked out from all of them in their order, and never remembered.

A command means one task by its id, every task of one private cloud, or the whole run. For each task the last word that
means it decides, whatever its scope: resuming the run ends every pause in it, and one task may be resumed while its run
stays paused. Nothing takes a cancel back.
"""

import re
from collections.abc import Collection, Container, Iterable
from dataclasses import replace
from difflib import get_close_matches
from typing import Protocol

from shared.model.command import Command, CommandKind, Standing, TaskStanding
from shared.model.orders import GrantWord
from shared.model.plan import Plan, PlannedWave, StepKind, SubjectKind
from shared.model.policy import Approval, TimeOutAction
from shared.model.record import record
from shared.model.run import JournalEntry, JournalKind, RunKind
from shared.model.view import RunView, TaskPhase, TaskView
from shared.rules.earliest_begin import BEGUN
from shared.rules.resume import CHANGES, asking_key, opening_key, times_overtaken

GO = TaskStanding(standing=Standing.GO)
"""Nobody said anything that holds a task up."""

JUDGED = frozenset({CommandKind.APPROVE, CommandKind.REJECT})
"""Commands that count under conditions only; all others count as soon as they are kept."""

BY_ANYBODY = Approval(approvers=("anybody who may approve",), on_time_out=TimeOutAction.KEEP_WAITING)
"""Who lets a wave go for which the plan asks nobody, where the soak of the one before could not be judged."""

_BECOMES = {
    CommandKind.PAUSE: Standing.PAUSED,
    CommandKind.RESUME: Standing.GO,
    CommandKind.CANCEL: Standing.CANCELED,
    CommandKind.SKIP: Standing.SKIPPED,
}
_UNAUTHENTICATED = " (unauthenticated)"
_BY_KEY = " (function key, unauthenticated)"
_OBJECT_ID = re.compile(r"\(([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\)$")
"""What a token's name ends with. One person may have several names, by way of several applications, and one such id."""


class Meant(Protocol):
    """A task as far as commands name it."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    @property
    def clouds(self) -> tuple[str, ...]:
        """Ids of the private clouds that it belongs to."""
        ...


@record
class Named:
    """A task as far as commands name it, of whatever else tells of it."""

    id: str
    clouds: tuple[str, ...]


def known_as(task: TaskView) -> Named:
    """A task of a run as people see it."""
    return Named(id=task.task, clouds=task.clouds)


def standing(commands: Iterable[Command], task: Meant) -> TaskStanding:
    """Whether a task may make its next change, by what people said to its run."""
    now = GO
    for command in commands:
        now = after(now, command, task)
    return now


def after(now: TaskStanding, command: Command, task: Meant) -> TaskStanding:
    """Where a task stands after one more command. A skip that came too late still leaves room for a cancel."""
    becomes = _BECOMES.get(command.kind)
    final = now.standing is Standing.CANCELED or (now.standing is Standing.SKIPPED and becomes is not Standing.CANCELED)
    if becomes is None or final or not means(command, task):
        return now
    return TaskStanding(standing=becomes, by=command.by, comment=command.comment)


def means(command: Command, task: Meant) -> bool:
    """Whether a command is about the task: named, by its private cloud, or as part of the whole run."""
    if command.task is not None:
        return command.task == task.id
    return command.cloud is None or command.cloud in task.clouds


def means_kind(command: Command, *, meshes: bool) -> bool:
    """Whether an approval or a rejection is about tasks of that kind: mesh tasks, or those of managers of any sort."""
    return command.tasks is None or (command.tasks is SubjectKind.MESH) == meshes


def person(name: str) -> str:
    """Who somebody is, however they are written: whoever asked for a run is no other person in capitals."""
    text = name.strip().casefold()
    vouched = _OBJECT_ID.search(text)
    return vouched[1] if vouched else text.removesuffix(_BY_KEY).removesuffix(_UNAUTHENTICATED)


def word_of(command: Command) -> GrantWord:
    """An approval or a rejection as admission takes it."""
    meshes = None if command.tasks is None else command.tasks is SubjectKind.MESH
    return GrantWord(wave=command.wave or "", by=command.by, approver=command.approver, meshes=meshes, at=command.at)


# --- whether a word counts --------------------------------------------------------------------------------------------


def approval_of(wave: PlannedWave, keys: Container[str]) -> Approval | None:
    """Who is asked for a wave: by its plan, or by its run, where its journal has an entry of such a key."""
    asked = any(asking_key(wave.name, meshes=meshes) in keys for meshes in (False, True))
    return wave.approval or (BY_ANYBODY if asked else None)


def void(command: Command, requested_by: str, plan: Plan, keys: Container[str] = ()) -> str:
    """Why an approval or a rejection does not count, whenever it is given; empty where nothing speaks against it.

    Args:
        command: what was said.
        requested_by: who asked for the run.
        plan: that the run carries out.
        keys: of its journal.
    """
    wave = next((one for one in plan.waves if one.name == command.wave), None)
    approval = approval_of(wave, keys) if wave else None
    if wave is None or approval is None:
        return f"there is no wave {command.wave} that anybody has to let go"
    asked = {person(one) for one in approval.approvers}
    if approval != BY_ANYBODY and person(command.approver or command.by) not in asked:
        return f"{command.approver or command.by} is no approver of wave {wave.name}"
    if command.kind is CommandKind.REJECT:
        return ""
    if person(command.by) == person(requested_by):
        return f"{command.by} asked for this run, and nobody lets their own run go"
    if command.plan_hash != plan.hash:
        looked = f"plan {command.plan_hash[:12]}" if command.plan_hash else "no plan"
        return f"it names {looked}, and this run carries out plan {plan.hash[:12]}"
    return ""


def tasks_of(wave: str, meshes: bool | None) -> str:  # noqa: FBT001 -- one of two kinds, or both
    """The tasks of a wave in words: all of them, those of meshes, or those of managers."""
    return {None: "", True: "the mesh tasks of ", False: "the manager tasks of "}[meshes] + f"wave {wave}"


def told(command: Command) -> str:
    """One sentence of what somebody wants, without its stop."""
    comment = f": {command.comment}" if command.comment else ""
    if command.kind in JUDGED:
        which = tasks_of(command.wave or "", None if command.tasks is None else command.tasks is SubjectKind.MESH)
        verb = "lets {} go" if command.kind is CommandKind.APPROVE else "rejects {}"
        return f"{command.by} {verb.format(which)}{comment}"
    verbs = {"pause": "pauses", "resume": "resumes", "cancel": "cancels", "skip": "skips"}
    return f"{command.by} {verbs[command.kind.value]} {_scope(command)}{comment}"


def named(by: str, *, authenticated: bool) -> str:
    """Who says something, as a journal has it: a name that nobody vouches for is a claim."""
    return by if authenticated else f"{by}{_UNAUTHENTICATED}"


def entry_of(command: Command) -> JournalEntry:
    """A command in the journal of its run: the same entry whoever writes it, and however often."""
    by = named(command.by, authenticated=command.authenticated)
    return JournalEntry(
        key=f"command/{command.key}",
        at=command.at,
        kind=JournalKind.COMMANDED,
        text=told(replace(command, by=by)),
        task=command.task,
    )


def _scope(command: Command) -> str:
    if command.task is not None:
        return command.task
    return "the run" if command.cloud is None else f"every task of {command.cloud}"


# --- whether a command fits the state ---------------------------------------------------------------------------------


@record
class Unfit:
    """Why a command is refused before it is kept."""

    reason: str
    """Stable code."""
    detail: str
    """What the state is."""
    who_can_act: str


def fits(command: Command, view: RunView, given: Collection[Command]) -> Unfit | None:
    """Why a command does not fit the state of its run; None where it does.

    Args:
        command: as it would be kept.
        view: the run as it stands.
        given: every command that was kept before, in order.
    """
    ended = _ended(view) or _of_revert(command, view)
    if ended is not None:
        return ended
    if command.kind in JUDGED:
        return _judged(command, view)
    if view.plan is None and view.revert is None:
        return _before_plan(command, view, given)
    named = [one for one in view.tasks if means(command, known_as(one))]
    if not named:
        return _none_meant(command, view)
    left = [one for one in named if one.phase is not TaskPhase.ENDED]
    return _all_ended(named) if not left else _of_tasks(command, view, left, given)


def asked(journal: Iterable[JournalEntry], wave: str, *, meshes: bool) -> bool:
    """Whether tasks of one kind of a wave wait to be let go, as the journal has it."""
    keys = {entry.key for entry in journal if entry.key.startswith(f"wave/{wave}/")}
    anew = times_overtaken(keys, wave)
    return (
        asking_key(wave, meshes=meshes, anew=anew) in keys and opening_key(wave, meshes=meshes, anew=anew) not in keys
    )


def _unfit(reason: str, detail: str, who_can_act: str) -> Unfit:
    return Unfit(reason=reason, detail=detail, who_can_act=who_can_act)


def _ended(view: RunView) -> Unfit | None:
    run = view.run
    if not run.request.carries_out:
        return _unfit("nothing-to-command", f"a {run.request.kind.value} changes nothing", "nobody needs to act")
    told_end = any(entry.kind is JournalKind.RUN_ENDED for entry in view.journal)
    if run.ended_at is None and not told_end:
        return None
    once_more = (
        "plan the revert again" if run.request.kind is RunKind.REVERT else f"hcx-fleet retry {run.request.id} --as NAME"
    )
    act = f"a person: what is left can be tried once more: {once_more}"
    return _unfit("run-ended", f"the run has ended as {run.state.value}", act)


def _of_revert(command: Command, view: RunView) -> Unfit | None:
    """A revert has no waves, and what comes after a step that is left out cannot be done either."""
    if view.run.request.kind is not RunKind.REVERT or command.kind not in {*JUDGED, CommandKind.SKIP}:
        return None
    detail = "a revert can be paused, resumed and canceled, and nothing else"
    return _unfit("nothing-to-command", detail, f"a person: hcx-fleet cancel {view.run.request.id} --as NAME ends it")


def _before_plan(command: Command, view: RunView, given: Collection[Command]) -> Unfit | None:
    """The whole run can be stopped before anybody knows its tasks."""
    if command.task is not None or command.cloud is not None:
        return _unfit("not-planned", "the run has no plan yet", "wait until it has: hcx-fleet status")
    return _already(command, view, [standing(given, Named(id="", clouds=()))])


def _none_meant(command: Command, view: RunView) -> Unfit:
    what = command.task or command.cloud or "the run"
    names = {name for one in view.tasks for name in ((one.task,) if command.task else one.clouds)}
    near = get_close_matches(what, sorted(names), n=3, cutoff=0.8)
    like = f"; did you mean {' or '.join(near)}?" if near else ""
    return _unfit(
        "task-unknown", f"no task of the run is meant by {what}{like}", "a person: hcx-fleet status lists them"
    )


def _all_ended(named: list[TaskView]) -> Unfit:
    ends = "; ".join(f"{one.task} ended as {one.result.outcome.value}" for one in named[:3] if one.result is not None)
    more = f"; and {len(named) - 3} more" if len(named) > 3 else ""  # noqa: PLR2004 -- three are enough to see it
    return _unfit("task-ended", f"{ends}{more}", "a person: hcx-fleet retry carries it out once more")


def _of_tasks(command: Command, view: RunView, left: list[TaskView], given: Collection[Command]) -> Unfit | None:
    already = _already(command, view, [standing(given, known_as(one)) for one in left])
    return _skip(command, view, left) if already is None and command.kind is CommandKind.SKIP else already


def _already(command: Command, view: RunView, now: list[TaskStanding]) -> Unfit | None:
    """Why a command changes nothing of what it means, as people's words stand for each of it."""
    canceled = [one for one in now if one.standing is Standing.CANCELED]
    paused = [one for one in now if one.standing is Standing.PAUSED]
    if len(canceled) == len(now):
        detail = f"it was canceled by {canceled[0].by} and ends as soon as nothing is half done"
        return _unfit("canceled", detail, "nobody: a cancel is not taken back, and does not have to be said twice")
    if command.kind is CommandKind.PAUSE and len(canceled) + len(paused) == len(now):
        act = f"a person: hcx-fleet resume {view.run.request.id} --as NAME ends the pause"
        return _unfit("paused", f"it is paused already, by {paused[0].by}", act)
    if command.kind is CommandKind.RESUME and not paused:
        return _unfit("not-paused", "nothing of it is paused", "nobody needs to act")
    return None


def _skip(command: Command, view: RunView, left: list[TaskView]) -> Unfit | None:
    if command.task is None and command.cloud is None:
        return _unfit("names-no-task", "a skip names a task or a private cloud", "a person: name it, or cancel the run")
    begun = [one for one in left if _has_begun(view, one)]
    if len(begun) < len(left):
        return None
    detail = f"{begun[0].task} has begun a change, so that it cannot be left out any more"
    cancel = f"hcx-fleet cancel {view.run.request.id} --task {begun[0].task} --as NAME"
    act = f"a person: {cancel} ends it where nothing is half done"
    return _unfit("change-begun", detail, act)


def _has_begun(view: RunView, task: TaskView) -> bool:
    """Whether somebody made a change, or may have, as the journal tells it."""
    steps = {step.id: step.kind for step in view.plan.task(task.task).steps} if view.plan else dict[str, StepKind]()
    told_of = (entry for entry in view.journal if entry.task == task.task and entry.step is not None)
    return any(one.kind in BEGUN and steps.get(one.step or "") in CHANGES for one in told_of)


def _judged(command: Command, view: RunView) -> Unfit | None:
    if view.plan is None:
        return _unfit("not-planned", "the run has no plan yet", "wait until it asks: hcx-fleet status")
    wave = next((one for one in view.plan.waves if one.name == command.wave), None)
    keys = {entry.key for entry in view.journal if entry.key.startswith("wave/")}
    names = ", ".join(one.name for one in view.plan.waves if approval_of(one, keys)) or "none"
    approval = approval_of(wave, keys) if wave else None
    if wave is None or approval is None:
        detail = f"there is no wave {command.wave} that anybody has to let go; those of the plan: {names}"
        return _unfit("wave-unknown", detail, "a person: name one of them")
    if not _is_asked(command, view, wave):
        return _unfit("not-asked", f"nobody is asked about wave {wave.name} now", _when(view, wave))
    why = void(command, view.run.request.requested_by, view.plan, keys)
    who = " or ".join(approval.approvers)
    return _unfit("does-not-count", why, f"{who}, for plan {view.plan.hash[:12]}") if why else None


def _is_asked(command: Command, view: RunView, wave: PlannedWave) -> bool:
    left = {one.task: one for one in view.tasks if one.task in wave.tasks and one.phase is not TaskPhase.ENDED}
    kinds = {one.kind is SubjectKind.MESH for one in left.values()}
    return any(means_kind(command, meshes=kind) and asked(view.journal, wave.name, meshes=kind) for kind in kinds)


def _when(view: RunView, wave: PlannedWave) -> str:
    if all(one.phase is TaskPhase.ENDED for one in view.tasks if one.task in wave.tasks):
        return "nobody needs to act: every task of it has ended"
    return f"nobody yet: hcx-fleet status {view.run.request.id} says when it is asked for"
