"""Who must do what, by when: the list of `hcx-fleet today`, in the forms that the command line has."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from shared.api.access import READING
from shared.api.bodies import FieldError
from shared.api.bodies_calendar import ByPart, CountPart, TodayAnswer, TodoPart
from shared.api.given import PortsOf
from shared.api.paging import TOP, After, Page, Top, page
from shared.api.problems import Code, Problem
from shared.api.rendered import CSV, ICS, MARKDOWN, described, rendered
from shared.api.repeat import RepeatableRoute
from shared.model.record import record
from shared.report.sheet import in_markdown
from shared.report.today_choice import NobodyError, rows_for
from shared.report.today_csv import today_csv
from shared.report.today_ics import today_ics
from shared.report.today_stored import NothingPlannedError, today_of
from shared.report.today_text import today_sheet
from shared.rules.agenda.records import Row, Today
from shared.rules.catalogue import catalogue_of

router = APIRouter(prefix="/v1", tags=["today"], dependencies=[READING], route_class=RepeatableRoute)

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _day(text: object) -> date:
    """As a calendar writes it; a number is no day, whatever it would count from."""
    try:
        return date.fromisoformat(str(text) if _DAY.fullmatch(str(text)) else "")
    except ValueError:
        raise PydanticCustomError("day", "must be a day such as 2026-11-24") from None


type _Day = Annotated[date, BeforeValidator(_day)]
type _Name = Annotated[str | None, Query(max_length=200)]


@record
class Listed:
    """The list, and those of its rows that somebody asked for."""

    whole: Today
    rows: tuple[Row, ...]


def _listed(
    ports: PortsOf,
    person: Annotated[_Name, Query(description="Things of that contact or owner alone.")] = None,
    site: Annotated[_Name, Query(description="Things at that site, or at that private cloud, alone.")] = None,
    until: Annotated[_Day | None, Query(description="Things that are due by the end of that day.")] = None,
) -> Listed:
    try:
        material, found = today_of(ports.store, catalogue_of(ports.overrides.read()), ports.clock.now())
        return Listed(whole=found, rows=rows_for(material, found, person=person, site=site, until=until))
    except NothingPlannedError as error:
        raise nothing_planned(error) from None
    except NobodyError as error:
        told = [FieldError(field=error.about, message=error.detail)]
        raise Problem(422, Code.BODY_INVALID, str(error), remedy="use one of these names", errors=told) from None


type ListedOf = Annotated[Listed, Depends(_listed)]


def nothing_planned(error: NothingPlannedError) -> Problem:
    """The refusal of whatever is read from a plan, where there is none."""
    return Problem(409, Code.PLAN_NONE, str(error), remedy="POST /v1/plans makes one")


@router.get("/today")
def get_today(listed: ListedOf, request: Request, top: Top = TOP, after: After = None) -> TodayAnswer:
    """Who must do what, by when and why, in parts; from the store alone, nobody is asked."""
    return _answer(listed, page(listed.rows, lambda row: row.item.key, top, after, request))


@router.get("/today.md", response_class=Response, responses=described("The list.", MARKDOWN))
def get_today_markdown(listed: ListedOf) -> Response:
    """The same as Markdown."""
    return rendered(in_markdown(today_sheet(listed.whole, listed.rows)).encode(errors="replace"), MARKDOWN)


@router.get("/today.csv", response_class=Response, responses=described("The list.", CSV))
def get_today_csv(listed: ListedOf) -> Response:
    """The same for spreadsheet programs, which run no cell of it as a formula."""
    return rendered(today_csv(listed.whole, listed.rows), CSV)


@router.get("/today.ics", response_class=Response, responses=described("The list.", ICS))
def get_today_calendar(listed: ListedOf) -> Response:
    """The same as a calendar file, with what has a date."""
    return rendered(today_ics(listed.whole, listed.rows), ICS)


def _answer(listed: Listed, part: Page[Row]) -> TodayAnswer:
    found = listed.whole
    return TodayAnswer(
        now=found.now,
        fleet=found.fleet,
        plan=found.plan,
        planned_at=found.planned_at,
        private_cloud=found.private_cloud,
        observed_from=found.observed_from,
        subjects=found.subjects,
        counts=tuple(CountPart(tally=one.tally, subjects=one.subjects) for one in found.counts),
        unread=found.unread,
        by_hand=found.by_hand,
        total=len(found.rows),
        value=tuple(_rows(part.value)),
        next_link=part.next_link,
    )


def _rows(rows: Iterable[Row]) -> Iterable[TodoPart]:
    for row in rows:
        item = row.item
        yield TodoPart(
            key=item.key,
            matter=item.matter,
            when=row.when,
            by=ByPart(day=item.by.day, at=item.by.at, at_once=item.by.at_once),
            who=item.who,
            people=item.people,
            sites=item.sites,
            where=item.where,
            what=item.what,
            why=item.why,
            zone=row.zone,
        )
