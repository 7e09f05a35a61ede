"""`today`: who must do what, by when. From the store alone; nobody is asked."""

from datetime import date, datetime
from pathlib import Path

from cli import printing, tables
from cli.edge import WrongUseError
from cli.environment import settings_from
from cli.exits import Exit
from cli.now import now_of
from cli.reading import catalogue_from, store_of
from shared.model.record import record
from shared.report.sheet import in_markdown
from shared.report.today_choice import NobodyError, rows_for
from shared.report.today_csv import today_csv
from shared.report.today_ics import today_ics, undated
from shared.report.today_stored import NothingPlannedError, today_of
from shared.report.today_text import today_json, today_sheet
from shared.report.words import several
from shared.rules.agenda.records import Material, Row, Today


@record
class TodayOrder:
    """What somebody asked for."""

    settings: Path | None
    form: str
    """`table`, `json`, `md` or `csv`."""
    person: str | None = None
    site: str | None = None
    until: str | None = None
    """A day such as 2026-12-01."""
    ics: Path | None = None
    """A calendar file to write beside what is printed."""
    world: str | None = None
    """Control address of a simulated world whose time to go by; None for this machine's."""


def show_today(order: TodayOrder) -> int:
    """Print the list; says nothing about whether all is as wanted, so it exits 0.

    Raises:
        WrongUseError: there is no plan, a name is nobody's, or the calendar file cannot be written.
    """
    until = _day(order.until)
    material, found = _made(order, now_of(order.world))
    try:
        rows = rows_for(material, found, person=order.person, site=order.site, until=until)
    except NobodyError as error:
        raise WrongUseError([f"--{error}"]) from None
    _write_calendar(order.ics, found, rows)
    _print(order.form, found, rows)
    return Exit.AS_WANTED


def _made(order: TodayOrder, now: datetime) -> tuple[Material, Today]:
    known = catalogue_from(settings_from(order.settings))
    with store_of(order.settings) as store:
        try:
            return today_of(store, known, now)
        except NothingPlannedError as error:
            raise WrongUseError([str(error)]) from None


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text is not None else None
    except ValueError:
        raise WrongUseError([f"--until {text}: is no day such as 2026-12-01"]) from None


# --- forms ------------------------------------------------------------------------------------------------------------


def _print(form: str, found: Today, rows: tuple[Row, ...]) -> None:
    match form:
        case "json":
            printing.as_json(today_json(found, rows))
        case "csv":
            printing.as_bytes(today_csv(found, rows))
        case "md":
            printing.as_text(in_markdown(today_sheet(found, rows)))
        case _:
            printing.parts(tables.sheet(today_sheet(found, rows)))


def _write_calendar(file: Path | None, found: Today, rows: tuple[Row, ...]) -> None:
    if file is None:
        return
    try:
        file.write_bytes(today_ics(found, rows))
    except OSError as error:
        raise WrongUseError([f"{file}: cannot be written: {error.strerror}"]) from None
    left = undated(rows)
    without = f"; {several(left, 'thing has', 'things have')} no date and no entry" if left else ""
    entries = several(len(rows) - left, "entry", "entries")
    printing.progress().print(f"{file}: {entries}{without}", soft_wrap=True)
