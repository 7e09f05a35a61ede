"""Timer triggers: what their schedules resolve to, and their firing as time passes by itself."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from embedded.clock import SpeedClock
from embedded.functions import AppFunction
from embedded.ncrontab import Ncrontab
from embedded.schedule import Agenda, Schedule, ScheduleThread, SettingMissingError, schedules_of
from tests.embedded.conftest import sample_host

START = datetime(2026, 11, 24, 6, tzinfo=UTC)


def timer(schedule: str) -> AppFunction:
    """A timer function with this schedule."""
    return AppFunction(name="tick", id="1", bindings=({"type": "timerTrigger", "name": "t", "schedule": schedule},))


def test_a_name_in_a_schedule_is_resolved() -> None:
    """`%NAME%` stands for the app setting of that name."""
    (schedule,) = schedules_of([timer("%WHEN%")], {"WHEN": "0 0 * * * *"})
    assert (schedule.function, schedule.times.expression) == ("tick", "0 0 * * * *")


def test_a_missing_setting_is_named() -> None:
    """A schedule that names a setting which is not there says which, and whose."""
    with pytest.raises(SettingMissingError, match="the schedule of tick names the setting WHEN, which is not set"):
        schedules_of([timer("%WHEN%")], {})


def test_functions_without_a_timer_have_no_schedule() -> None:
    """Only timer functions are on the agenda."""
    assert schedules_of([AppFunction(name="a", id="1", bindings=({"type": "activityTrigger", "name": "x"},))], {}) == ()


def test_an_agenda_gives_what_is_due_in_order_and_once() -> None:
    """Functions come in the order of their moments; one that was missed several times comes once."""
    every_hour = Schedule(function="often", times=Ncrontab("0 0 * * * *"))
    at_half_past_seven = Schedule(function="seldom", times=Ncrontab("0 30 7 * * *"))
    agenda = Agenda([at_half_past_seven, every_hour], START)
    assert agenda.next_at == START + timedelta(hours=1)
    assert agenda.take_due(START + timedelta(minutes=59)) == []
    assert agenda.take_due(START + timedelta(hours=3)) == ["often", "seldom"]
    assert agenda.take_due(START + timedelta(hours=3)) == []
    assert agenda.next_at == START + timedelta(hours=4)


def test_an_empty_agenda_has_no_next_moment() -> None:
    """Without schedules nothing is ever due."""
    agenda = Agenda([], START)
    assert agenda.next_at is None
    assert agenda.take_due(START) == []


def test_timer_functions_fire_as_time_passes(tmp_path: Path) -> None:
    """At twenty thousand times the speed, an hourly function fires several times within two seconds, each hour once."""
    with sample_host(SpeedClock(START, 20_000), tmp_path) as host:
        schedules = schedules_of(host.functions, host.app_settings)
        with ScheduleThread(host, schedules):
            assert host.wait_until(lambda: len(host.instances()) >= 3, timeout=10)
        hours = [each.created_at.replace(minute=0, second=0, microsecond=0) for each in host.instances()[:3]]
    assert len(set(hours)) == 3
