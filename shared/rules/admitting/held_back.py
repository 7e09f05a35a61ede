"""In words: why a task has not started, or never will, and who can change that."""

from collections.abc import Iterable
from datetime import datetime

from shared.model.command import TaskStanding
from shared.model.orders import AtHop, TaskBrief, WaveBrief
from shared.model.policy import Owner, SoakCriterion
from shared.model.record import record
from shared.model.run import Outcome, TaskResult
from shared.model.waiting import Waiting, WaitingFor
from shared.rules import obeying
from shared.rules.admitting.limits import Limits
from shared.rules.commands import tasks_of

NOBODY = "nobody needs to act"
POLICY_OWNER = "the owner of fleet.yaml"

SOAK = "soak"
"""Reason of what never starts because the wave before it did not come out as it must."""

REJECTED = "rejected"
"""Reason of what never starts because somebody said no to its wave."""

WHO_PERFORMS = {
    Owner.OURS: NOBODY,
    Owner.PROVIDER: "the provider",
    Owner.ASSISTED: "a person at the site",
}
"""Who moves a task that others wait for."""

CRITERIA = {
    SoakCriterion.NO_FAILURES: "no task of it may have failed",
    SoakCriterion.ALL_UPGRADED: "every task of it must have succeeded",
}


@record
class Because:
    """Why a task has not started: the words of a wait, or of the end of what never starts."""

    reason: str
    """Stable code: one of `WaitingFor`, `soak` or `rejected`."""
    detail: str
    who_can_act: str = NOBODY


def skipped(task: str, because: Because, at: datetime) -> TaskResult:
    """The end of a task that never started."""
    return TaskResult(
        task=task,
        outcome=Outcome.SKIPPED,
        reason=str(because.reason),
        detail=because.detail,
        who_can_act=because.who_can_act,
        ended_at=at,
    )


def waits(
    because: Because, since: datetime, *, next_look: datetime | None = None, due: datetime | None = None
) -> Waiting:
    """The wait of a task that has not started."""
    return Waiting(
        reason=WaitingFor(because.reason),
        detail=because.detail,
        since=since,
        who_can_act=because.who_can_act,
        next_look=next_look,
        due=due,
    )


# --- other tasks ------------------------------------------------------------------------------------------------------


def failed_dependency(ended: TaskResult) -> Because:
    """Something that it depends on did not succeed."""
    detail = f"{ended.task} ended as {ended.outcome.value}: {ended.detail}"
    return Because(reason=WaitingFor.DEPENDENCY, detail=detail, who_can_act=ended.who_can_act)


def open_dependency(names: Iterable[str], hops: Iterable[AtHop], moved_by: Owner) -> Because:
    """Something that it depends on has not ended, or has not come as far as it must."""
    first = [*names, *(f"{hop.task} at {hop.release}" for hop in hops)]
    detail = f"begins after {' and '.join(first)}"
    return Because(reason=WaitingFor.DEPENDENCY, detail=detail, who_can_act=WHO_PERFORMS[moved_by])


def lost_dependency(names: Iterable[str]) -> Because:
    """Something that it depends on is not in the plan, or waits for it in turn."""
    detail = f"it depends on {', '.join(names)}, which never ends in this run"
    return Because(reason=WaitingFor.DEPENDENCY, detail=detail, who_can_act=f"{POLICY_OWNER}: plan again")


# --- waves ------------------------------------------------------------------------------------------------------------


def earlier_wave(name: str) -> Because:
    """An earlier wave has not ended."""
    return Because(reason=WaitingFor.WAVE, detail=f"begins after wave {name}")


def watched(until: datetime) -> Because:
    """The wave before is watched."""
    return Because(reason=WaitingFor.WAVE, detail=f"the wave before it is watched until {moment(until)}")


def may_go(wave: WaveBrief, *, meshes: bool = False) -> Because:
    """It was let go, or nobody has to."""
    return Because(reason=WaitingFor.WAVE, detail=f"{_named(wave, meshes=meshes)} may go")


def not_let_go(
    wave: WaveBrief, until: datetime | None, *, meshes: bool = False, changed: str = "", unseen: str = ""
) -> Because:
    """Somebody has to let its wave go, or what is left of it once more, since something has changed."""
    end = f" until {moment(until)}" if until else ""
    waits = "wait" if meshes else "waits"
    detail = f"{_named(wave, meshes=meshes)} {waits}{end} for somebody to let {'them' if meshes else 'it'} go"
    detail += f" once more, since {changed}" if meshes and changed else ""
    detail += f"; {unseen}" if unseen else ""
    return Because(reason=WaitingFor.APPROVAL, detail=detail, who_can_act=approvers(wave))


def unmet_soak(wave: str, criterion: SoakCriterion) -> Because:
    """The wave before did not come out as it must."""
    return Because(
        reason=SOAK,
        detail=f"wave {wave} did not come out as its soak asks: {CRITERIA[criterion]}",
        who_can_act=f"a person: look at what became of wave {wave}, then start a run again",
    )


def failed_soak(wave: str, reasons: Iterable[str]) -> Because:
    """What must be true of the wave before was seen not to be."""
    return Because(
        reason=SOAK,
        detail=f"wave {wave} did not come out as its soak asks: {'; '.join(reasons)}",
        who_can_act=f"a person: mend it, or go back while that is possible; see what became of wave {wave}",
    )


def unseen_soak(wave: str, reasons: Iterable[str]) -> Because:
    """What must be true of a wave could not be seen."""
    return Because(
        reason=SOAK,
        detail=f"nobody can say whether wave {wave} came out as its soak asks: {'; '.join(reasons)}",
        who_can_act="a person: look at that by hand",
    )


def overtaken(wave: WaveBrief, changed: str) -> Because:
    """What had let its mesh tasks go does not count any more."""
    detail = f"the approval of {_named(wave, meshes=True)} does not count any more, since {changed}"
    return Because(reason=WaitingFor.APPROVAL, detail=detail, who_can_act=approvers(wave))


def unheard(why: str) -> Because:
    """Nobody knows any more what people said to the run."""
    return Because(reason=obeying.UNREADABLE, detail=why, who_can_act=obeying.WHO_MENDS)


def _named(wave: WaveBrief, *, meshes: bool) -> str:
    return tasks_of(wave.name, meshes or None)


def rejected(wave: WaveBrief, by: str, comment: str, *, meshes: bool | None = None) -> Because:
    """Somebody said no to a wave, or to its mesh tasks (True) or its manager tasks (False) alone."""
    why = f": {comment}" if comment else ""
    return Because(
        reason=REJECTED,
        detail=f"{by} rejected {tasks_of(wave.name, meshes)}{why}",
        who_can_act=f"{by}, or whoever plans again",
    )


def paused(said: TaskStanding) -> Because:
    """Somebody paused it."""
    return Because(
        reason=WaitingFor.PAUSED,
        detail=obeying.paused(said),
        who_can_act=obeying.resume("RUN"),
    )


def ended_by(task: str, said: TaskStanding, at: datetime) -> TaskResult | None:
    """The end of a task that has not started, by what somebody said; None where that ends nothing."""
    end = obeying.end_of(said, changed=False)
    if end is None:
        return None
    return TaskResult(
        task=task, outcome=end.outcome, reason=end.reason, detail=end.detail, who_can_act=NOBODY, ended_at=at
    )


def timed_out(wave: WaveBrief, due: datetime | None, *, meshes: bool = False) -> Because:
    """Nobody let the wave go in time."""
    until = f" until {moment(due)}" if due else ""
    return Because(
        reason=WaitingFor.APPROVAL,
        detail=f"nobody let {_named(wave, meshes=meshes)} go{until}",
        who_can_act=f"{approvers(wave)}: start a run again and let the wave go",
    )


def approvers(wave: WaveBrief) -> str:
    """Who is asked to let a wave go."""
    if wave.approval is None:
        return NOBODY
    names = ", ".join(wave.approval.approvers)
    return names if len(wave.approval.approvers) == wave.approval.minimum else f"{wave.approval.minimum} of {names}"


# --- time and limits --------------------------------------------------------------------------------------------------


def later_opening(at: datetime) -> Because:
    """Its window is not open."""
    return Because(reason=WaitingFor.WINDOW, detail=f"the next window that it fits into opens at {moment(at)}")


def closed(why: str, opens_at: datetime | None) -> Because:
    """Its window is not open, for this reason; None where nobody can say when it is."""
    if opens_at is None:
        return Because(reason=WaitingFor.WINDOW, detail=why, who_can_act=f"{POLICY_OWNER}: mend it (hcx-fleet lint)")
    return Because(reason=WaitingFor.WINDOW, detail=why or later_opening(opens_at).detail)


def told_later(at: datetime, opens_at: datetime | None) -> Because:
    """Whoever performs it is told some time before their window, and it is not time for that yet."""
    opens = f", before its window opens at {moment(opens_at)}" if opens_at else ""
    return Because(reason=WaitingFor.WINDOW, detail=f"the instruction goes out at {moment(at)}{opens}")


def no_opening(why: str = "") -> Because:
    """No window is left that is long enough; `why` says more, where more is known."""
    return Because(
        reason=WaitingFor.WINDOW,
        detail=f"no window that it fits into is left{f': {why}' if why else ''}",
        who_can_act=f"{POLICY_OWNER}: add a longer or a later window, then plan again",
    )


def used_up(limits: Limits, where: str) -> Because:
    """As many failed as may, so that nothing new is started for good."""
    return Because(
        reason=WaitingFor.BUDGET,
        detail=f"the failure budget of {where} is used up: {limits.failed} failed, at most {limits.max_failed} may",
        who_can_act="a person: mend what failed, then start a run again",
    )


def limited(reason: WaitingFor, limits: Limits, where: str) -> Because:
    """A limit is reached that those who are under way free again."""
    if reason is WaitingFor.BUDGET:
        if limits.used_up:
            return used_up(limits, where)
        counted = f"{limits.failed} failed and {limits.at_risk} still can, at most {limits.max_failed} may"
        return Because(reason=reason, detail=f"the failure budget of {where} leaves no room: {counted}")
    if reason is WaitingFor.NETWORKS:
        many = f"{limits.networks} of at most {limits.networks_at_risk} extended networks are in change"
        return Because(reason=reason, detail=f"{many}: with its own they would be too many")
    return Because(reason=reason, detail="ready; begins when the run comes to it")


def limited_for_ever(reason: WaitingFor, limits: Limits, where: str, task: TaskBrief) -> Because:
    """A limit is reached though nothing is under way: it alone is more than may be."""
    if reason is not WaitingFor.NETWORKS:
        return limited(reason, limits, where)
    return Because(
        reason=reason,
        detail=f"it changes {task.networks} extended networks at once, at most {limits.networks_at_risk} may be",
        who_can_act=f"{POLICY_OWNER}: raise networkExtension.atRisk, or leave it to a person",
    )


def moment(at: datetime) -> str:
    """A time as people read it."""
    return f"{at:%Y-%m-%d %H:%M} UTC"
