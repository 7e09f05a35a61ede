"""The timer triggers of an app: which function fires when, and a thread that fires them as time passes.

In lockstep the pump fires them; there is one rule for both, so a schedule gives the same moments in either.
"""

import logging
import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from embedded.backend import WAIT_SECONDS_MAX
from embedded.functions import TIMER, AppFunction
from embedded.host import LocalHost
from embedded.ncrontab import Ncrontab
from embedded.repeating import RepeatingThread
from embedded.worker import InvocationFailedError
from shared.model.record import record

_log = logging.getLogger(__name__)


class SettingMissingError(LookupError):
    """A schedule names a setting that there is not."""


@record
class Schedule:
    """One timer function and the moments at which it fires."""

    function: str
    times: Ncrontab


def schedules_of(functions: Iterable[AppFunction], settings: Mapping[str, str]) -> tuple[Schedule, ...]:
    """The schedules of an app, with every `%NAME%` resolved from its settings.

    Raises:
        SettingMissingError: naming the setting and the function.
        NcrontabInvalidError: a schedule is none.
    """
    timers = (each for each in functions if each.trigger == TIMER)
    return tuple(Schedule(function=each.name, times=Ncrontab(_resolved(each, settings))) for each in timers)


def _resolved(function: AppFunction, settings: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        if found[1] not in settings:
            raise SettingMissingError(f"the schedule of {function.name} names the setting {found[1]}, which is not set")
        return settings[found[1]]

    return re.sub(r"%([^%\s]+)%", value, function.schedule or "")


class Agenda:
    """Schedules with the next moment of each, from a given time on. Not thread-safe."""

    def __init__(self, schedules: Iterable[Schedule], start: datetime) -> None:
        self._next = {each.function: (each.times.next_after(start), each) for each in schedules}

    @property
    def next_at(self) -> datetime | None:
        """When the earliest fires."""
        return min((at for at, _ in self._next.values()), default=None)

    def take_due(self, now: datetime) -> list[str]:
        """The functions to fire, in the order of their moments; one that was missed twice fires once."""
        due = sorted((at, each.function) for at, each in self._next.values() if at <= now)
        for _, function in due:
            schedule = self._next[function][1]
            self._next[function] = (schedule.times.next_after(now), schedule)
        return [function for _, function in due]


def fire(host: LocalHost, function: str) -> None:
    """Fire a timer function as Azure does: what it raises is logged, and the next moment comes all the same."""
    try:
        host.fire_timer(function)
    except InvocationFailedError as error:
        _log.error("timer function %s failed: %s\n%s", function, error, error.stack_trace)


class ScheduleThread(RepeatingThread):
    """Fires timer functions while time passes by itself, one after the other. A context manager."""

    def __init__(self, host: LocalHost, schedules: Iterable[Schedule]) -> None:
        super().__init__("schedule")
        self._host = host
        self._agenda = Agenda(schedules, host.clock.now())

    def pause(self) -> float:
        """Until the next moment of any schedule."""
        due = self._agenda.next_at
        seconds = WAIT_SECONDS_MAX if due is None else self._host.clock.real_seconds_until(due)
        return min(max(seconds, 0.0), WAIT_SECONDS_MAX)

    def turn(self) -> None:
        """Fire what is due."""
        for function in self._agenda.take_due(self._host.clock.now()):
            fire(self._host, function)
