"""What people said to a run, and what it comes to: who is asked, what stands still, what a cancel still lets happen."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from shared.model.command import Command, CommandKind, Standing, TaskStanding
from shared.model.ledger import Lease
from shared.model.plan import Plan, PlannedWave, SubjectKind
from shared.model.record import record
from shared.model.view import RunView, TaskPhase, TaskView
from shared.report.sheet import Grid, Sheet
from shared.report.words import moment, several
from shared.rules.cancelling import Still, after_cancel
from shared.rules.commands import approval_of, asked, known_as, means, means_kind, person, standing, told, void
from shared.rules.earliest_begin import BEGUN
from shared.rules.resume import asking_key, times_overtaken, void_key
from shared.rules.reverting.commanded import still_in_revert
from shared.rules.told import told_in


@record
class Asked:
    """Tasks of one kind of a wave that wait to be let go."""

    wave: str
    meshes: bool
    approvers: tuple[str, ...]
    minimum: int
    granted: tuple[str, ...]
    """Who has let them go so far, and counts."""
    until: datetime | None
    """None where nobody knows, or there is no end."""

    @property
    def missing(self) -> int:
        """How many people still have to."""
        return max(self.minimum - len(self.granted), 0)


def asked_for(view: RunView, given: Sequence[Command]) -> tuple[Asked, ...]:
    """Every approval that the run asks for now."""
    plan = view.plan
    if plan is None or view.run.ended_at is not None:
        return ()
    return tuple(_asked(view, plan, wave, meshes, given) for wave, meshes in _asking(view, plan))


def _asking(view: RunView, plan: Plan) -> Iterator[tuple[PlannedWave, bool]]:
    left = {one.task: one.kind is SubjectKind.MESH for one in view.tasks if one.phase is not TaskPhase.ENDED}
    of_waves = [entry for entry in told_in(view.journal).turns if entry.task is None]
    for wave in plan.waves:
        kinds = sorted({left[task] for task in wave.tasks if task in left})
        yield from ((wave, meshes) for meshes in kinds if asked(of_waves, wave.name, meshes=meshes))


def _asked(view: RunView, plan: Plan, wave: PlannedWave, meshes: bool, given: Sequence[Command]) -> Asked:  # noqa: FBT001 -- one of two kinds
    told_of = {entry.key for entry in view.journal}
    approval = approval_of(wave, told_of)
    assert approval is not None  # noqa: S101 -- only waves with one are asked about
    counted = (
        one
        for one in given
        if one.kind is CommandKind.APPROVE
        and one.wave == wave.name
        and means_kind(one, meshes=meshes)
        and not (void(one, view.run.request.requested_by, plan, told_of) or void_key(one.key) in told_of)
    )
    return Asked(
        wave=wave.name,
        meshes=meshes,
        approvers=approval.approvers,
        minimum=approval.minimum,
        granted=tuple({person(one.by): one.by for one in counted}.values()),
        until=_until(view, wave.name, meshes=meshes),
    )


def _until(view: RunView, wave: str, *, meshes: bool) -> datetime | None:
    key = asking_key(wave, meshes=meshes, anew=times_overtaken({one.key for one in view.journal}, wave))
    waiting = next((one.waiting for one in reversed(view.journal) if one.key == key), None)
    return (waiting.due or waiting.next_look) if waiting else None


# --- what a command comes to ------------------------------------------------------------------------------------------


def comes_to(command: Command, view: RunView, given: Sequence[Command]) -> str:
    """What a command that is kept comes to, in a sentence or two."""
    said = f"{told(command)}."
    match command.kind:
        case CommandKind.APPROVE:
            return f"{said} {_still_missing(command, view, given)}"
        case CommandKind.REJECT:
            return f"{said} Its tasks, and those of every later wave, end as skipped."
        case CommandKind.PAUSE:
            return f"{said} {_of(command, view)} no further than to the next safe point. {_back(view)}"
        case CommandKind.RESUME:
            return f"{said} What was paused checks anew, and goes on."
        case CommandKind.CANCEL:
            return f"{said} It ends where nothing is half done."
        case CommandKind.SKIP:
            return f"{said} What has changed nothing is left out, with all that depends on it."


def _still_missing(command: Command, view: RunView, given: Sequence[Command]) -> str:
    waves = [
        one for one in asked_for(view, given) if one.wave == command.wave and means_kind(command, meshes=one.meshes)
    ]
    missing = max((one.missing for one in waves), default=0)
    if missing:
        return f"{several(missing, 'more person is', 'more people are')} needed."
    return "It goes, unless something has changed since its plan: the journal says so then."


def _of(command: Command, view: RunView) -> str:
    number = len(_left(command, view))
    return f"{several(number, 'task goes', 'tasks go')}"


def _back(view: RunView) -> str:
    return f"To go on: hcx-fleet resume {view.run.request.id} --as NAME."


def still_happens(command: Command, view: RunView) -> tuple[Still, ...]:
    """What still happens to each task that a cancel means; nothing of another command."""
    plan, revert = view.plan, view.revert
    if command.kind is CommandKind.CANCEL and revert is not None:
        return tuple(still_in_revert(revert.step(one.task), one) for one in _left(command, view))
    if command.kind is not CommandKind.CANCEL or plan is None:
        return ()
    return tuple(_still(view, plan, one) for one in _left(command, view))


def _left(command: Command, view: RunView) -> list[TaskView]:
    meant = (one for one in view.tasks if means(command, known_as(one)))
    return [one for one in meant if one.phase is not TaskPhase.ENDED]


def _still(view: RunView, plan: Plan, task: TaskView) -> Still:
    under_way = [span.step for span in task.spans if span.ended_at is None]
    at = under_way[-1] if under_way else None
    if at is None and task.spans:  # between two steps: the last one that is done is the one that it is at
        at = task.spans[-1].step
    started, sent = {span.step for span in task.spans}, _is_sent(view, task.task, at)
    return after_cancel(plan.task(task.task), at, sent=sent, started=started, open_beside=under_way[:-1])


def _is_sent(view: RunView, task: str, step: str | None) -> bool:
    return any(one.kind in BEGUN and (one.task, one.step) == (task, step) for one in view.journal)


# --- for status and `why` ---------------------------------------------------------------------------------------------


def control_sheet(view: RunView, given: Sequence[Command], leases: Iterable[Lease]) -> Sheet:
    """Who is asked, what stands still by whose word, and which leases the run has."""
    return Sheet(
        grids=(
            Grid(
                columns=("ASKED FOR", "BY WHOM", "SO FAR", "STILL NEEDED", "UNTIL"),
                rows=tuple(map(_asked_row, asked_for(view, given))),
            ),
            Grid(
                columns=("HELD UP", "HOW", "BY", "COMMENT"),
                rows=tuple(
                    (task.title, said.standing.value, said.by, said.comment) for task, said in held_up(view, given)
                ),
            ),
            Grid(
                columns=("LEASE", "TASK", "SINCE", "UNTIL"),
                rows=tuple(
                    (one.subject, one.task, moment(one.since), moment(one.until)) for one in leases_of(view, leases)
                ),
            ),
        )
    )


def _asked_row(one: Asked) -> tuple[str, ...]:
    kind = "mesh tasks" if one.meshes else "manager tasks"
    until = moment(one.until) if one.until else ""
    return (
        f"wave {one.wave}, {kind}",
        ", ".join(one.approvers),
        ", ".join(one.granted) or "nobody",
        str(one.missing),
        until,
    )


def held_up(view: RunView, given: Sequence[Command]) -> Iterator[tuple[TaskView, TaskStanding]]:
    """Every task that has not ended and does not go on, with the word that it does not by."""
    left = (task for task in view.tasks if task.phase is not TaskPhase.ENDED)
    said = ((task, standing(given, known_as(task))) for task in left)
    return ((task, one) for task, one in said if one.standing is not Standing.GO)


def leases_of(view: RunView, leases: Iterable[Lease]) -> Iterator[Lease]:
    """Those that the run has, of all that are held."""
    return (one for one in leases if one.run == view.run.request.id)


def control_lines(view: RunView, tasks: Sequence[TaskView], given: Sequence[Command]) -> Iterator[str]:
    """The same about some tasks alone, a sentence each: for `why`."""
    for task in tasks:
        said = standing(given, known_as(task))
        if task.phase is not TaskPhase.ENDED and said.standing is not Standing.GO:
            comment = f": {said.comment}" if said.comment else ""
            yield f"{task.title} is {said.standing.value} by {said.by}{comment}."
    waves = {wave.name for wave in (view.plan.waves if view.plan else ()) for one in tasks if one.task in wave.tasks}
    for one in asked_for(view, given):
        if one.wave in waves:
            until = f", until {moment(one.until)}" if one.until else ""
            yield (
                f"Wave {one.wave} waits to be let go by {' or '.join(one.approvers)}: "
                f"{several(one.missing, 'more person', 'more people')} of {one.minimum}{until}."
            )
