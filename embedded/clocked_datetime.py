"""Lets durabletask stamp everything by a host's clock, for as long as a block lasts.

The in-memory backend writes `datetime.now(timezone.utc)` in some thirty places, in methods of up to a hundred lines,
and the retry rule in `durabletask.task` compares with it. Their modules' name `datetime` is replaced by a subclass
whose `now` asks the clock. Copies of those methods with a clock in them were rejected: copies would silently
part from the installed release, while one replaced name is pinned by a contract test. The replacement holds for the
whole process, which is why one process runs one backend at a time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo

from durabletask import task
from durabletask.testing import in_memory_backend

from shared.ports import Clock

MODULES = (in_memory_backend, task)


@contextmanager
def clocked_datetime(clock: Clock) -> Iterator[None]:
    """Make durabletask's `datetime.now(zone)` the clock's.

    Raises:
        RuntimeError: another backend of this process has done so.
    """

    class ClockedDatetime(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # plain ones, as from any clock
            return clock.now().astimezone(tz)

    if any(vars(module)["datetime"] is not datetime for module in MODULES):
        raise RuntimeError("this process already runs a durable backend; one at a time")
    for module in MODULES:
        vars(module)["datetime"] = ClockedDatetime
    try:
        yield
    finally:
        for module in MODULES:
            vars(module)["datetime"] = datetime
