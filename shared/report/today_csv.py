"""The list of `today` as a CSV file for spreadsheet programs."""

from collections.abc import Iterator

from shared.policy.site_table.cells import harmless
from shared.policy.site_table.sheet import written
from shared.report.today_text import by_text
from shared.rules.agenda.records import Row, Today

COLUMNS = ("when", "by", "day", "time", "who", "people", "sites", "where", "what", "why", "matter", "key")


def today_csv(found: Today, rows: tuple[Row, ...]) -> bytes:
    """UTF-8 with its mark; no cell of it is run as a formula, whoever wrote its text."""
    safe = ([harmless(cell) for cell in _cells(row, found)] for row in rows)
    return written(COLUMNS, safe, ",")


def _cells(row: Row, found: Today) -> Iterator[str]:
    item = row.item
    yield row.when.value
    yield by_text(row, found.now)
    yield item.by.date.isoformat() if item.by.date else ""
    yield item.by.at.isoformat() if item.by.at else ""
    yield item.who
    yield "; ".join(item.people)
    yield "; ".join(item.sites)
    yield item.where
    yield item.what
    yield item.why
    yield item.matter.value
    yield item.key
