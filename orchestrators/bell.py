"""External events, none of which is lost."""

from typing import Any

from durabletask.task import CompletableTask, OrchestrationContext


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
