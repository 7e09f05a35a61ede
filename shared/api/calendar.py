"""What the next weeks hold: windows, freezes, maintenances, and what will probably start."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from shared.api.access import READING
from shared.api.bodies_calendar import CalendarAnswer, EntryPart
from shared.api.given import PortsOf
from shared.api.rendered import ICS, described, rendered
from shared.api.repeat import RepeatableRoute
from shared.api.today import nothing_planned
from shared.model.plan import Plan
from shared.model.record import record
from shared.report.calendar_ics import calendar_ics
from shared.report.calendar_stored import calendar_of
from shared.report.calendar_text import WEEKS, Calendar, Entry
from shared.report.today_stored import NothingPlannedError

router = APIRouter(prefix="/v1", tags=["calendar"], dependencies=[READING], route_class=RepeatableRoute)

WEEKS_MAX = 52


@record
class Weeks:
    """The calendar, and the plan it rests on."""

    plan: Plan
    calendar: Calendar


def _weeks(
    ports: PortsOf,
    weeks: Annotated[int, Query(ge=1, le=WEEKS_MAX, description="How far to look ahead.")] = WEEKS,
) -> Weeks:
    try:
        plan, found = calendar_of(ports.store, ports.clock.now(), weeks)
    except NothingPlannedError as error:
        raise nothing_planned(error) from None
    return Weeks(plan=plan, calendar=found)


type WeeksOf = Annotated[Weeks, Depends(_weeks)]


@router.get("/calendar")
def get_calendar(weeks: WeeksOf) -> CalendarAnswer:
    """When windows open, when nothing may be changed, and what will probably start, by the newest plan."""
    found = weeks.calendar
    return CalendarAnswer(
        now=found.now,
        until=found.until,
        plan=weeks.plan.hash,
        value=tuple(map(_entry, found.entries)),
        always_closed=found.always_closed,
        no_windows=found.no_windows,
    )


@router.get("/calendar.ics", response_class=Response, responses=described("The calendar.", ICS))
def get_calendar_file(weeks: WeeksOf) -> Response:
    """The same as a calendar file."""
    return rendered(calendar_ics(weeks.calendar, weeks.plan.name), ICS)


def _entry(entry: Entry) -> EntryPart:
    return EntryPart(
        at=entry.at, until=entry.until, kind=entry.kind, what=entry.what, where=entry.where, zone=entry.zone
    )
