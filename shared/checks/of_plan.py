"""What the checks of the plan have in common: the task, when it would be carried out, and what is closed then."""

from collections.abc import Iterable
from datetime import UTC, datetime

from shared.checks.interface import CheckContext, Judgement
from shared.checks.silent import nothing
from shared.model.finding import Evidence
from shared.model.plan import Task
from shared.model.policy import Owner
from shared.model.record import record
from shared.model.span import Span
from shared.rules.calendar.closed_times import Closed


def utc_text(at: datetime) -> str:
    """An instant in words: evidence bears no other zone either."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


@record
class Due:
    """A task, and when it would change something."""

    task: Task
    span: Span

    @property
    def when(self) -> str:
        """In words."""
        return f"from {utc_text(self.span.start)} to {utc_text(self.span.end)}"


def due(context: CheckContext) -> Due | tuple[Judgement, ...]:
    """The task with its time, or that there is nothing to compare with."""
    if context.task is None:
        return nothing(f"{context.called}: no task of a plan was at hand")
    if context.carried_out is None:
        return nothing(f"{context.called}: nobody can say yet when its turn comes")
    return Due(task=context.task, span=context.carried_out)


def in_the_way(closed: Iterable[Closed], span: Span) -> tuple[Closed, ...]:
    """What is closed at any moment of a span."""
    return tuple(one for one in closed if one.span is None or (one.span.start < span.end and span.start < one.span.end))


def closed_text(one: Closed) -> str:
    """One closed time in words."""
    return f"{one.why}, until {utc_text(one.span.end)}" if one.span else one.why


def planned(text: str, context: CheckContext) -> Evidence:
    """Something that the files or the plan say now."""
    return Evidence(text=text, observed_at=context.now)


def leave_it(task: Task, until: str) -> str:
    """What to do where a task would come at the wrong time."""
    if task.owner is Owner.OURS:
        return f"nothing: hcx-fleet waits {until}"
    who = "the provider: choose another day" if task.owner is Owner.PROVIDER else "the site: do not begin"
    return f"{who}, and wait {until}"


def by_provider(context: CheckContext) -> bool:
    """Whether the provider performs the task: what only a person can do for the manager is then its own to do."""
    return context.task is not None and context.task.owner is Owner.PROVIDER


def no_plan(context: CheckContext) -> tuple[Judgement, ...]:
    """The judgement of what compares with the plan that is carried out, where none is."""
    return nothing(f"{context.called}: no plan is being carried out that something could have changed since")
