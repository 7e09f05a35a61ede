"""What goes no further until somebody acts: the causes only, each once, the gravest first.

A private cloud that stands badly because of its connector is not listed beside that connector, and what was skipped
because something else failed is not listed beside the failure: whoever mends the cause mends them all.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from shared.model.finding import Finding
from shared.model.inventory import SubscriptionSeen, SubscriptionState
from shared.model.plan import Rest, SubjectKind
from shared.model.record import record
from shared.model.run import Bucket, JournalKind, Placed, TaskResult
from shared.model.view import RunView, TaskPhase, TaskView
from shared.model.waiting import Pace, Waiting
from shared.rules import buckets
from shared.rules.buckets import NEEDS_SOMEBODY

_TRIES = frozenset({JournalKind.NOTIFIED, JournalKind.NOT_NOTIFIED})

_FAR = datetime.max.replace(tzinfo=UTC)


@record
class Need:
    """One thing, who can act on it, and by when."""

    who: str
    kind: SubjectKind
    subject: str
    clouds: tuple[str, ...]
    """Private clouds that it holds up."""
    bucket: Bucket
    reason: str
    detail: str
    since: datetime | None = None
    until: datetime | None = None
    expected: datetime | None = None
    """Until when the work was meant to be done, where such a time was named: before waiting ends."""
    next_look: datetime | None = None
    remedy: str = ""
    """What to do, where that is more than who is to act."""
    link: str = ""


def needs(view: RunView) -> tuple[Need, ...]:
    """Everything that needs somebody, gravest first, then what ends soonest."""
    found: dict[tuple[SubjectKind, str], Need] = {}
    for need in (*_of_tasks(view), *_of_subjects(view), *_of_rest(view), *_of_subscriptions(view)):
        found.setdefault((need.kind, need.subject), need)
    return tuple(sorted(found.values(), key=_urgency))


def _urgency(need: Need) -> tuple[int, datetime, str, str]:
    return buckets.WORST_FIRST.index(need.bucket), need.until or _FAR, need.kind.value, need.subject


# --- tasks ----------------------------------------------------------------------------------------------------------


def _of_tasks(view: RunView) -> Iterator[Need]:
    for task in view.tasks:
        if task.result is not None and task.result.reason != buckets.DEPENDENCY:
            bucket = buckets.BY_OUTCOME.get(task.result.outcome, Bucket.BLOCKED)
            if bucket in NEEDS_SOMEBODY:
                yield _ended(task, task.result, bucket, explaining(view, task))
        elif task.phase is TaskPhase.WAITING and task.waiting is not None:
            yield _waiting(task, task.waiting, told_to_do(view, task), undelivered(view, task))
        elif task.waiting is not None and task.waiting.pace is Pace.STUCK:
            yield replace(_waiting(task, task.waiting, task.waiting.next_action, ""), bucket=Bucket.RUNNING)


def _ended(task: TaskView, result: TaskResult, bucket: Bucket, finding: Finding | None) -> Need:
    who = result.who_can_act or buckets.WHO_PERFORMS[task.owner]
    return Need(
        who=who,
        kind=task.kind,
        subject=task.subject,
        clouds=task.clouds,
        bucket=bucket,
        reason=result.reason,
        detail=result.detail,
        since=result.ended_at,
        remedy=finding.remedy if finding and finding.remedy != who else "",
        link=finding.link if finding else "",
    )


def explaining(view: RunView, task: TaskView) -> Finding | None:
    """The finding whose check stopped the task, for its remedy and link."""
    reason = task.result.reason if task.result else ""
    return next((one for one in view.findings if one.check == reason and one.subject == task.subject), None)


def _waiting(task: TaskView, waiting: Waiting, remedy: str, unsaid: str) -> Need:
    return Need(
        who=waiting.who_can_act,
        kind=task.kind,
        subject=task.subject,
        clouds=task.clouds,
        bucket=Bucket.WAITING,
        reason=waiting.reason.value,
        detail=f"{waiting.detail}; {unsaid}" if unsaid else waiting.detail,
        since=waiting.since,
        until=waiting.due,
        expected=waiting.expected,
        next_look=waiting.next_look,
        remedy=remedy,
    )


def undelivered(view: RunView, task: TaskView) -> str:
    """Why the newest notice of this task has not arrived; empty where it has, or where none was sent anywhere."""
    tries = [one for one in view.journal if one.kind in _TRIES and one.task == task.task]
    return tries[-1].text if tries and tries[-1].kind is JournalKind.NOT_NOTIFIED else ""


def told_to_do(view: RunView, task: TaskView) -> str:
    """What somebody was told to do for this task, most lately."""
    told = [one for one in view.journal if one.kind is JournalKind.INSTRUCTED and one.task == task.task]
    return told[-1].text if told else ""


# --- what has no task -----------------------------------------------------------------------------------------------


def _of_subjects(view: RunView) -> Iterator[Need]:
    elsewhere = buckets.deciders(view.placed, view.subjects)
    clouds = {(one.kind, one.id): one.clouds for one in view.subjects}
    links = {(one.check, one.subject): one.link for one in view.findings}
    for placed in view.placed:
        spoken_for = placed.kind is SubjectKind.PRIVATE_CLOUD and placed.subject in elsewhere
        if placed.bucket in NEEDS_SOMEBODY and placed.reason != buckets.DEPENDENCY and not spoken_for:
            link = links.get((placed.reason, placed.subject), "")
            yield _standing(placed, clouds.get((placed.kind, placed.subject), ()), link)


def _standing(placed: Placed, clouds: tuple[str, ...], link: str) -> Need:
    return Need(
        who=placed.who_acts_next,
        kind=placed.kind,
        subject=placed.subject,
        clouds=clouds,
        bucket=placed.bucket,
        reason=placed.reason,
        detail=placed.detail,
        link=link,
    )


def _of_rest(view: RunView) -> Iterator[Need]:
    """A cloud manager without a task, whose cloud stands even worse for another reason."""
    for rest in view.plan.rest if view.plan else ():
        bucket = buckets.BY_REST[rest.reason]
        if bucket in NEEDS_SOMEBODY and rest.kind is SubjectKind.PRIVATE_CLOUD:
            yield _unplanned(rest, bucket)


def _unplanned(rest: Rest, bucket: Bucket) -> Need:
    return Need(
        who=rest.who_can_act,
        kind=rest.kind,
        subject=rest.subject,
        clouds=rest.clouds,
        bucket=bucket,
        reason=rest.reason.value,
        detail=rest.detail,
    )


def _of_subscriptions(view: RunView) -> Iterator[Need]:
    for one in view.subscriptions:
        if one.state in {SubscriptionState.DENIED, SubscriptionState.FAILED}:
            yield _unread(one)


def _unread(subscription: SubscriptionSeen) -> Need:
    denied = subscription.state is SubscriptionState.DENIED
    return Need(
        who="whoever grants access to the subscription" if denied else "observe again",
        kind=SubjectKind.SUBSCRIPTION,
        subject=subscription.id,
        clouds=(),
        bucket=Bucket.UNKNOWN,
        reason=f"subscription-{subscription.state.value}",
        detail=subscription.detail or "its private clouds are not in this report",
    )
