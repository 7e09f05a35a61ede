"""The field types of time: lengths, days, wall times and zones.

A wall time is kept as text: which instant it is depends on a zone that another field may give.
"""

import re
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from functools import cache
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from whenever import PlainDateTime, available_timezones

_DURATION = re.compile(
    r"P(?:(?P<weeks>\d{1,4})W|(?=.)(?:(?P<days>\d{1,4})D)?"
    r"(?:T(?=.)(?:(?P<hours>\d{1,5})H)?(?:(?P<minutes>\d{1,7})M)?(?:(?P<seconds>\d{1,9})S)?)?)"
)
_DURATION_MAX = timedelta(days=3650)
TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1970, 2999
"""What lies outside was not meant, and zones and lengths would lead from it beyond what a clock can show."""
_FAR = f"must be in the years from {_FIRST_YEAR} to {_LAST_YEAR}; what has no end is a hold (holds)"
_NO_MOMENT = 'must be a wall time such as "2026-12-18T00:00"; its zone is the timeZone of this file'


def length_of(text: object) -> timedelta:
    """The length that an ISO 8601 duration of fixed units stands for.

    Raises:
        ValueError: it is none, or nobody can mean it.
    """
    shape = _DURATION.fullmatch(text) if isinstance(text, str) else None
    if shape is None:
        raise ValueError("must be an ISO 8601 duration such as P2W or P1DT12H, without months and years")
    length = timedelta(**{unit: int(count) for unit, count in shape.groupdict(default="0").items()})
    if not timedelta() < length <= _DURATION_MAX:
        raise ValueError(f"must be longer than nothing and at most P{_DURATION_MAX.days}D")
    return length


def day_of(text: object) -> date:
    """The day that is written so.

    Raises:
        ValueError: it is none.
    """
    try:
        day = datetime.strptime(str(text), "%Y-%m-%d").date()  # noqa: DTZ007 -- a day has no zone
    except ValueError:
        raise ValueError("must be a date such as 2026-11-24") from None
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise ValueError(_FAR)
    return day


def _time_of_day(text: str) -> str:
    if not TIME_OF_DAY.fullmatch(text):
        raise ValueError('must be a time of the day in quotes, from "00:00" to "23:59"')
    return text


def moment_of(text: str) -> PlainDateTime:
    """The wall time that is written so.

    Raises:
        ValueError: it is none.
    """
    if not MOMENT.fullmatch(text):
        raise ValueError(_NO_MOMENT)
    try:
        moment = PlainDateTime.parse_iso(text)
    except ValueError:
        raise ValueError(_NO_MOMENT) from None
    if not _FIRST_YEAR <= moment.date().year <= _LAST_YEAR:
        raise ValueError(_FAR)
    return moment


def _moment(text: str) -> str:
    if _DAY.fullmatch(text):  # a day holds no secret, so it may be repeated
        raise ValueError(f'is a day without a time: write "{text}T00:00" for its beginning')
    moment_of(text)
    return text


def zone_of(text: str) -> str:
    """The same text, when it is a time zone.

    Raises:
        ValueError: it is none; with one that may be meant.
    """
    known = _zones()
    if known.get(text.lower()) == text:
        return text
    # An abbreviation such as CEST resembles others that are hours away, so that no suggestion is better.
    close = get_close_matches(text.lower(), known, n=1) if not text.isupper() else []
    hint = f"; did you mean {known[close[0]]}?" if close else ", such as Europe/Paris or UTC"
    raise ValueError(f"must be a time zone of the IANA database{hint}")


@cache
def _zones() -> dict[str, str]:
    """Every zone by what people may call it: its name, or its city alone."""
    names = sorted(available_timezones())
    cities = {name.rpartition("/")[2].lower(): name for name in names}
    return {**cities, **{name.lower(): name for name in names}}


type Duration = Annotated[
    timedelta, BeforeValidator(length_of), WithJsonSchema({"type": "string", "format": "duration"})
]

type Day = Annotated[date, BeforeValidator(day_of), WithJsonSchema({"type": "string", "format": "date"})]

type TimeOfDay = Annotated[
    str, AfterValidator(_time_of_day), Field(json_schema_extra={"pattern": r"^([01][0-9]|2[0-3]):[0-5][0-9]$"})
]

type Moment = Annotated[
    str,
    AfterValidator(_moment),
    Field(json_schema_extra={"pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]$"}),
]

type Zone = Annotated[str, AfterValidator(zone_of)]
