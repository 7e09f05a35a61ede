"""The recurrence rule of a window: RFC 5545 without a start, so that it says by itself on which days it is.

A rule that takes something from its start (`INTERVAL` and `COUNT` count from it, `FREQ=MONTHLY` alone repeats its day)
would mean other days for everybody who assumes another start. Those are refused rather than anchored somewhere.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from dateutil.rrule import rrule, rrulestr
from pydantic import AfterValidator, Field

_SHAPE = re.compile(r"[A-Z]+=[A-Z0-9,+-]+(;[A-Z]+=[A-Z0-9,+-]+)*", re.ASCII)
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_TIMES = {"BYHOUR", "BYMINUTE", "BYSECOND"}
_COUNTING = {"INTERVAL", "COUNT"}
_DAYS = {"BYDAY", "BYMONTHDAY", "BYYEARDAY"}
_KNOWN = {"FREQ", "UNTIL", "BYMONTH", "BYWEEKNO", "BYSETPOS", "WKST", *_DAYS}
_HIGHEST = {"BYMONTH": 12, "BYMONTHDAY": 31, "BYYEARDAY": 366, "BYWEEKNO": 53, "BYSETPOS": 366}
_UNTIL = re.compile(r"\d{8}T\d{6}", re.ASCII)
_ANY_START = datetime(2026, 1, 1)  # noqa: DTZ001 -- a wall time


def occurs(rule: str, start: datetime, end: datetime) -> bool:
    """Whether a valid rule has a day between two wall times."""
    dated = _parsed(rule, start)
    until = dated._until  # type: ignore[attr-defined]  # noqa: SLF001 -- the library tells it nowhere else
    # Without an end of its own a rule of no day at all would be followed to the year 9999.
    return any(True for _ in dated.replace(until=min(end, until) if until else end))


def rule_of(text: str) -> str:
    """The same text, when it is a rule that needs no start.

    Raises:
        ValueError: it is none; with what to write.
    """
    if problem := _problem(text):
        raise ValueError(problem)
    try:
        _parsed(text, _ANY_START)
    except (ValueError, TypeError, KeyError, AttributeError):  # the library raises all of these for a bad value
        raise ValueError("has a value that RFC 5545 does not know") from None
    return text


def _problem(text: str) -> str | None:
    if any(word in text.upper() for word in ("DTSTART", "TZID", "RRULE", "EXDATE", "RDATE", "\n")):
        return 'must be the rule alone, such as "FREQ=WEEKLY;BYDAY=TU,WE": start and zone are keys of the window'
    if not _SHAPE.fullmatch(text):
        return 'must be a recurrence rule such as "FREQ=WEEKLY;BYDAY=TU,WE"'
    pairs = [part.partition("=") for part in text.split(";")]
    parts = {name: value for name, _, value in pairs}
    if len(parts) < len(pairs):
        return "must not have a part twice"
    return _problem_of_parts(parts)


def _problem_of_parts(parts: Mapping[str, str]) -> str | None:
    if parts.get("FREQ") not in _FREQUENCIES:
        return f"must have a FREQ of {', '.join(_FREQUENCIES)}: a window opens at most once a day"
    if at := sorted(_TIMES & parts.keys()):
        return f"must not have {at[0]}: the time of the day is said by start"
    if counting := sorted(_COUNTING & parts.keys()):
        return (
            f"must not have {counting[0]}, which counts from a first day, and a window has none: "
            'name the days, such as "FREQ=MONTHLY;BYDAY=2TU" (or UNTIL for an end)'
        )
    if parts.keys() - _KNOWN:
        return f"must be made of {', '.join(sorted(_KNOWN))}"
    for name in sorted(_HIGHEST.keys() & parts.keys()):
        if not all(_counts(number, _HIGHEST[name]) for number in parts[name].split(",")):
            return f"must have numbers from 1 to {_HIGHEST[name]} in {name}, from the end with a minus"
    return _problem_of_days(parts)


def _counts(number: str, highest: int) -> bool:
    """Whether it counts something: of a day 0 the library makes every day, which nobody asked for."""
    return bool(re.fullmatch(r"[+-]?\d{1,3}", number, re.ASCII)) and 1 <= abs(int(number)) <= highest


def _problem_of_days(parts: Mapping[str, str]) -> str | None:
    named = _DAYS & parts.keys()
    if parts["FREQ"] != "DAILY" and not named:
        return "must name its days, such as BYDAY=TU or BYMONTHDAY=15: a window has no first day to take them from"
    if parts["FREQ"] == "WEEKLY" and named != {"BYDAY"}:
        return "must name the days of a week by BYDAY alone"
    if parts["FREQ"] in {"DAILY", "WEEKLY"} and re.search(r"\d", parts.get("BYDAY", "")):
        return "must not number the days of a week: BYDAY=2TU needs FREQ=MONTHLY"
    if "UNTIL" in parts and not _UNTIL.fullmatch(parts["UNTIL"]):
        return "must have an UNTIL in wall time with its last second, such as UNTIL=20271231T235959"
    return None


def _parsed(rule: str, start: datetime) -> rrule:
    parsed = rrulestr(rule, dtstart=start)
    if not isinstance(parsed, rrule):
        raise TypeError("a set of rules")
    return parsed


type Recurrence = Annotated[
    str,
    AfterValidator(rule_of),
    Field(json_schema_extra={"pattern": "^FREQ=|;FREQ=", "examples": ["FREQ=WEEKLY;BYDAY=TU,WE"]}),
]
