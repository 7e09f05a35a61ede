"""What a whole run is doing, in one line: for a status that people and pipelines follow."""

from collections.abc import Iterator, Sequence

from shared.model.command import Command, Standing
from shared.model.run import JournalKind
from shared.model.view import RunView
from shared.model.waiting import Waiting, WaitingFor
from shared.report.control_text import Asked, asked_for, held_up
from shared.report.headline import headline
from shared.report.needs import needs
from shared.report.words import WAITS_FOR, sentence, several, when
from shared.rules import buckets
from shared.rules.run_phase import RunPhase, RunStanding, run_standing
from shared.rules.run_progress import task_counts
from shared.rules.run_view import has_ended
from shared.rules.told import told_in


def standing_of(view: RunView, given: Sequence[Command]) -> RunStanding:
    """What the run is doing, by its journal and by every command to it."""
    paused = {task.task for task, said in held_up(view, given) if said.standing is Standing.PAUSED}
    waits = tuple(_of_waves(view, given))
    return run_standing(view, waits, paused, over=has_ended(view.run, told_in(view.journal).turns))


def why_line(view: RunView, standing: RunStanding) -> str:
    """One sentence or two: what is waited for since when, or how far it is, or how it came out."""
    return " ".join(_words(view, standing).split())


def _words(view: RunView, standing: RunStanding) -> str:
    wait = standing.wait
    if wait is not None:
        more = f" So do {several(standing.others, 'other', 'others')}." if standing.others else ""
        return f"Waits for {WAITS_FOR[wait.reason]} since {when(wait.since)}: {sentence(wait.detail)}{more}"
    if standing.phase is RunPhase.FINISHED:
        return headline(view, len(needs(view)))
    if not view.tasks:
        return "Observes, and plans." if view.plan is None and view.revert is None else "Is about to end."
    counts = task_counts(view.tasks)
    ended = counts.total - counts.running - counts.waiting
    under_way = several(counts.running, "task is", "tasks are")
    return f"{under_way} under way, {counts.waiting} wait, {ended} of {counts.total} have ended."


def who_can_act(view: RunView, standing: RunStanding) -> str:
    """Who moves the run, or what is left of it once it has ended."""
    if standing.wait is not None:
        return standing.wait.who_can_act
    if standing.phase is not RunPhase.FINISHED:
        return buckets.HCX_FLEET
    return next((one.who for one in needs(view)), buckets.NOBODY)


def _of_waves(view: RunView, given: Sequence[Command]) -> Iterator[Waiting]:
    """What whole waves wait for now."""
    for asked in asked_for(view, given):
        yield _to_be_let_go(view, asked)
    for soak in view.soaks:
        if soak.end is None:
            yield Waiting(
                reason=WaitingFor.WAVE,
                detail=f"wave {soak.wave} is watched until {when(soak.until)}",
                since=soak.began,
                who_can_act=buckets.HCX_FLEET,
                next_look=soak.until,
            )
    yield from (
        one.waiting
        for one in told_in(view.journal).turns
        if one.kind is JournalKind.WAITING
        and one.waiting is not None
        and one.waiting.reason is WaitingFor.WINDOW
        and one.waiting.next_look is not None
        and one.waiting.next_look > view.now
    )


def _to_be_let_go(view: RunView, asked: Asked) -> Waiting:
    kind = "mesh tasks" if asked.meshes else "manager tasks"
    turns, begins = told_in(view.journal).turns, f"wave/{asked.wave}/"
    said = (one.at for one in turns if one.kind is JournalKind.WAITING and one.key.startswith(begins))
    return Waiting(
        reason=WaitingFor.APPROVAL,
        detail=f"wave {asked.wave} is to be let go ({kind}), by {several(asked.missing, 'more person', 'more people')}",
        since=next(said, view.now),
        who_can_act=" or ".join(asked.approvers),
        due=asked.until,
    )
