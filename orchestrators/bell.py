"""External events, none of which is lost."""

from datetime import datetime
from typing import Any

from durabletask.task import CompletableTask, OrchestrationContext, when_any

from orchestrators.steps import Step


class Bell:
    """One kind of event, waited for by one task at a time.

    A second wait beside a pending one would swallow the event, and a wait that is thrown away because it was answered
    while something else was looked at loses it. So there is one wait, kept until its answer is taken.
    """

    def __init__(self, ctx: OrchestrationContext, event: str) -> None:
        self._ctx = ctx
        self._event = event
        self._wait: CompletableTask[Any] | None = None

    def wait(self) -> CompletableTask[Any]:
        """The one wait; complete at once when the event came earlier."""
        if self._wait is None:
            self._wait = self._ctx.wait_for_external_event(self._event)
        return self._wait

    def take(self) -> Any:
        """What the event said. The next `wait` is for the next event."""
        said, self._wait = self.wait().get_result(), None
        return said


def until_rung(ctx: OrchestrationContext, bell: Bell, until: datetime) -> Step[bool]:
    """Sleep until a time or until the bell rings; gives whether it rang, and leaves what it said to be taken."""
    timer, rung = ctx.create_timer(until), bell.wait()
    yield when_any([timer, rung])
    if not timer.is_complete:  # one that nobody waits for any more would keep the clock waiting
        timer.cancel()
    return rung.is_complete
