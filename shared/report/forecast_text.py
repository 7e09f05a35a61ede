"""When a plan will probably be done, wave by wave, for people and for programs."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from shared.model.plan import Plan, PlannedWave, TaskTime
from shared.model.record import record
from shared.report.plan_waves import wave_rows
from shared.report.plan_words import approval_words, day_and_time, name_of
from shared.report.sheet import Grid, Sheet
from shared.report.words import several, took


@record
class WaveForecast:
    """One wave on the calendar."""

    wave: str
    clouds: int
    tasks: int
    approval: str
    """Who lets it go, in words; empty where nobody has to."""
    first_start: datetime | None
    ends_p50: datetime | None
    """None where the end of a task is not known; the same below."""
    ends_p90: datetime | None
    longest: timedelta


@record
class NoStart:
    """A task for which nobody can say when it starts."""

    task: str
    name: str
    waits_for: str


@record
class Forecast:
    """A plan on the calendar, as it looked when the plan was made."""

    plan: str
    made_at: datetime
    ends_p50: datetime | None
    ends_p90: datetime | None
    nights: int
    approvals: int
    people: tuple[str, ...]
    waves: tuple[WaveForecast, ...]
    no_start: tuple[NoStart, ...]


def forecast_of(plan: Plan) -> Forecast:
    """What the schedule of a plan says."""
    times = {one.task: one for one in plan.schedule.tasks}
    names = {task.id: name_of(task) for task in plan.tasks}
    longest = {row.name: row.longest for row in wave_rows(plan)}
    return Forecast(
        plan=plan.hash,
        made_at=plan.made_at,
        ends_p50=plan.schedule.ends_p50,
        ends_p90=plan.schedule.ends_p90,
        nights=plan.schedule.nights,
        approvals=plan.schedule.approvals,
        people=plan.schedule.people,
        waves=tuple(
            _wave(one, [times[task] for task in one.tasks if task in times], longest[one.name]) for one in plan.waves
        ),
        no_start=tuple(
            NoStart(task=one.task, name=names.get(one.task, one.task), waits_for=one.waits_for)
            for one in plan.schedule.tasks
            if one.starts is None
        ),
    )


def _wave(wave: PlannedWave, times: list[TaskTime], longest: timedelta) -> WaveForecast:
    return WaveForecast(
        wave=wave.name,
        clouds=len(wave.clouds),
        tasks=len(wave.tasks),
        approval=approval_words(wave.approval) if wave.approval else "",
        first_start=min((one.starts for one in times if one.starts), default=None),
        ends_p50=_last([one.ends_p50 for one in times]),
        ends_p90=_last([one.ends_p90 for one in times]),
        longest=longest,
    )


def _last(ends: list[datetime | None]) -> datetime | None:
    """The last end, where every one is known: the end of a wave with a task that never ends is not known."""
    known = [one for one in ends if one is not None]
    return max(known) if known and len(known) == len(ends) else None


def forecast_sheet(forecast: Forecast) -> Sheet:
    """The ends of waves, then what nobody can put on a calendar."""
    columns = ("WAVE", "CLOUDS", "TASKS", "FIRST START", "DONE (P50)", "DONE (P90)", "LONGEST (P90)", "APPROVAL")
    return Sheet(
        head=tuple(_head(forecast)),
        grids=(
            Grid(columns=columns, rows=tuple(map(_row, forecast.waves))),
            Grid(
                columns=("NO START KNOWN", "WAITS FOR"),
                rows=tuple((one.name, one.waits_for) for one in forecast.no_start),
            ),
        ),
        foot=(f"People: {', '.join(forecast.people)}.",) if forecast.people else (),
    )


def _head(forecast: Forecast) -> Iterator[str]:
    yield f"Plan {forecast.plan[:12]}, as it looked on {day_and_time(forecast.made_at)}."
    if forecast.ends_p50:
        surely = _at(forecast.ends_p90)
        yield f"Done by {day_and_time(forecast.ends_p50)} as likely as not, by {surely} nine times in ten."
    elif forecast.waves:
        yield "When it will be done is not known: some tasks have no start."
    nights = several(forecast.nights, "night", "nights")
    approvals = several(forecast.approvals, "approval", "approvals")
    yield f"It takes work in {nights}, and {approvals}."


def _row(wave: WaveForecast) -> tuple[str, ...]:
    ends = _at(wave.ends_p50), _at(wave.ends_p90)
    start, longest = _at(wave.first_start), took(wave.longest)
    return wave.wave, str(wave.clouds), str(wave.tasks), start, *ends, longest, wave.approval


def _at(at: datetime | None) -> str:
    return day_and_time(at) if at else "a time that is not known"
