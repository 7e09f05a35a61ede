"""Who must do what by when, and what the next weeks hold, over HTTP."""

import csv
import io
from pathlib import Path

import pytest
from icalendar import Calendar

from shared.report.calendar_stored import calendar_of
from shared.report.today_csv import COLUMNS
from shared.report.today_stored import today_of
from shared.rules.catalogue import catalogue
from tests.api.api_fleet import LATER, Api
from tests.api.filled_fleet import filled


@pytest.fixture
def api(tmp_path: Path) -> Api:
    """An API with an empty store."""
    return Api(tmp_path)


@pytest.mark.parametrize("form", ["", ".md", ".csv", ".ics"])
def test_before_anything_is_planned_there_is_no_list(api: Api, form: str) -> None:
    """409 says how a plan is made."""
    answer = api.call("GET", f"/v1/today{form}")

    assert (answer.status_code, answer.json()["code"]) == (409, "plan.none")
    assert answer.json()["remedy"] == "POST /v1/plans makes one"


def test_every_row_of_today_is_in_exactly_one_part(api: Api) -> None:
    """The parts together are the list of the command line, in its order; counts add up to what was seen."""
    filled(api)
    _, found = today_of(api.store, catalogue(), LATER)
    part = api.call("GET", "/v1/today", params={"top": 1}).json()
    rows = part["value"]
    while part["nextLink"]:
        part = api.call("GET", part["nextLink"]).json()
        rows += part["value"]

    assert [row["key"] for row in rows] == [row.item.key for row in found.rows]
    assert part["total"] == len(rows) > 1
    assert sum(one["subjects"] for one in part["counts"]) == part["subjects"] == found.subjects


def test_today_has_the_rows_of_one_site(api: Api) -> None:
    """By the name of a site, whatever the case; a name that nobody has is refused with those that there are."""
    filled(api)
    rows = api.call("GET", "/v1/today", params={"site": "CON-A"}).json()["value"]
    refused = api.call("GET", "/v1/today", params={"site": "con-z"})

    assert rows
    assert all("con-a" in row["sites"] for row in rows)
    assert (refused.status_code, refused.json()["code"], refused.json()["errors"][0]["field"]) == (
        422,
        "body.invalid",
        "site",
    )
    assert "con-a" in refused.json()["detail"]


@pytest.mark.parametrize(
    "query",
    [{"until": "tomorrow"}, {"until": "0"}, {"until": "20261124"}, {"person": "nobody"}, {"top": 0}, {"after": "x"}],
)
def test_today_refuses_what_it_cannot_mean(api: Api, query: dict[str, str]) -> None:
    """422 names the field."""
    filled(api)
    answer = api.call("GET", "/v1/today", params=query)

    assert (answer.status_code, [one["field"] for one in answer.json()["errors"]]) == (422, list(query))


def test_today_comes_as_table_calendar_and_page(api: Api) -> None:
    """With the rows of the list, as the command line writes them; nothing of it may run or be taken for a page."""
    filled(api)
    listed = api.call("GET", "/v1/today").json()["value"]
    table, file, page = (api.call("GET", f"/v1/today.{form}") for form in ("csv", "ics", "md"))

    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert tuple(rows[0]) == COLUMNS
    assert [row["key"] for row in rows] == [row["key"] for row in listed]
    dated = [row for row in listed if row["when"] != "no-date"]
    assert len(Calendar.from_ical(file.content).events) == len(dated)
    assert page.text.startswith("Fleet test, ")
    kinds = [one.headers["content-type"].partition(";")[0] for one in (table, file, page)]
    assert kinds == ["text/csv", "text/calendar", "text/markdown"]
    assert {one.headers["x-content-type-options"] for one in (table, file, page)} == {"nosniff"}


def test_the_calendar_holds_what_the_newest_plan_expects(api: Api) -> None:
    """From now on, as far as it is asked for, with what begins when."""
    plan = filled(api)
    answer = api.call("GET", "/v1/calendar", params={"weeks": 2}).json()
    _, found = calendar_of(api.store, LATER, 2)

    assert (answer["plan"], answer["noWindows"]) == (plan.hash, True)
    assert (answer["now"], answer["until"]) == ("2026-11-24T07:30:00Z", "2026-12-08T07:30:00Z")
    assert [one["what"] for one in answer["value"]] == [one.what for one in found.entries]


def test_the_calendar_comes_as_a_file(api: Api) -> None:
    """With an event for every entry."""
    filled(api)
    file = api.call("GET", "/v1/calendar.ics")
    entries = api.call("GET", "/v1/calendar").json()["value"]

    assert len(Calendar.from_ical(file.content).events) == len(entries)
    assert api.call("GET", "/v1/calendar", params={"weeks": 99}).status_code == 422
