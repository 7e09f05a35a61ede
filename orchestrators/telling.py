"""Telling whoever performs a step: into the journal at once, and on its way to where people read it.

Nobody waits for a delivery. It is an orchestration of its own with its own tries, so that a receiver which is down or
slow holds up no look and no step; what came of it is in the journal.
"""

from dataclasses import replace
from datetime import datetime

from orchestrators import steps
from orchestrators.course import Course
from orchestrators.steps import Step
from shared.model.notice import Notice, NoticeKind
from shared.model.orders import NoticeOrder, TellTime
from shared.model.plan import Step as PlanStep
from shared.model.run import JournalKind
from shared.model.waiting import Pace, Waiting, WaitingFor
from shared.rules import lateness, notices, polling
from shared.rules.inconclusive import ASKED
from shared.rules.lateness import OVERDUE, Standing

BEHIND = {Pace.SLOW: NoticeKind.SLOW, Pace.STUCK: NoticeKind.STUCK}
"""What somebody is told of work that takes too long."""


def instruct(course: Course, step: PlanStep, tell: TellTime, text: str) -> Step[None]:
    """Tell whoever performs a step what to do, and remember until when it is expected."""
    course.expect(step, lateness.expected(course.task, tell, course.now), delivered=tell.delivered)
    told = course.instructed[step.id] = f"{text}{notices.sentence_of_time(tell)}"
    yield from course.tell(JournalKind.INSTRUCTED, step, "instructed", told)
    _deliver(course, _notice(course, step, NoticeKind.INSTRUCTION, told, opens_at=tell.opens_at))


def ask(course: Course, step: PlanStep, text: str, until: datetime) -> Step[None]:
    """Ask whoever is there about a step that nobody can judge. However often it is asked, it is one question."""
    course.instructed[step.id] = text
    yield from course.tell(JournalKind.INSTRUCTED, step, ASKED, text)
    notice = _notice(course, step, NoticeKind.INSTRUCTION, text)
    who = polling.who_can_act(WaitingFor.PERSON, step.owner, course.site)
    _send(course, replace(notice, who=who, expected_by=until))


def overdue(course: Course, step: PlanStep, found: Standing, detail: str) -> None:
    """Say on, once for each, that the time for a step is over. The journal has it as what is waited for."""
    kind = OVERDUE[found.lateness]
    if (step.id, kind) not in course.said:
        course.said.add((step.id, kind))
        todo = lateness.next_action(step.owner, course.instructed.get(step.id, step.title))
        _deliver(course, replace(_notice(course, step, kind, todo), detail=detail))


def behind(course: Course, step: PlanStep, found: Pace, todo: str, detail: str) -> None:
    """Say on, once for each, that a step is slow or stuck. The journal has it as what is waited for.

    Of a step of ours nobody was told before, so that whether notices go anywhere is found out only with this one.
    """
    kind = BEHIND[found]
    if (step.id, kind) not in course.said:
        course.said.add((step.id, kind))
        _send(course, replace(_notice(course, step, kind, todo), detail=detail))


def tell_wait(course: Course, step: PlanStep, wait: Waiting) -> Step[None]:
    """Say what the task waits for now."""
    course.told += 1
    yield from course.tell(JournalKind.WAITING, step, f"waiting/{course.told}", wait.detail, waiting=wait)


def _deliver(course: Course, notice: Notice) -> None:
    if course.delivered:
        _send(course, notice)


def _send(course: Course, notice: Notice) -> None:
    steps.delivering(course.ctx, NoticeOrder(notice=notice, plan_hash=course.order.plan_hash))


def _notice(course: Course, step: PlanStep, kind: NoticeKind, text: str, *, opens_at: datetime | None = None) -> Notice:
    named, title = course.named.get(step.id), f"{kind.value}: {step.title} ({course.order.task})"
    who = polling.who_can_act(lateness.waited_for(step.owner), step.owner, course.site)
    notice = course.notice(step, kind, title, text, who)
    return replace(notice, opens_at=opens_at, expected_by=named.end if named else None)
