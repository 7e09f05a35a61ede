"""Every private cloud, connector and mesh of a run in its one bucket, as a CSV file for spreadsheet programs."""

from collections.abc import Iterator

from shared.model.view import RunView
from shared.policy.site_table.cells import harmless
from shared.policy.site_table.sheet import written
from shared.report.rows import ResultRow, result_rows

COLUMNS = ("run", "kind", "id", "name", "clouds", "version", "bucket", "reason", "detail", "who acts next")


def run_csv(view: RunView) -> bytes:
    """UTF-8 with its mark; worst first, and no cell of it is run as a formula, whoever wrote its text."""
    clouds = {(one.kind, one.id): one.clouds for one in view.subjects}
    rows = (_cells(row, view.run.request.id, clouds.get((row.kind, row.subject), ())) for row in result_rows(view))
    return written(COLUMNS, ([harmless(cell) for cell in row] for row in rows), ",")


def _cells(row: ResultRow, run: str, clouds: tuple[str, ...]) -> Iterator[str]:
    yield from (run, row.kind.value, row.subject, row.name, "; ".join(clouds), row.version)
    yield from (row.bucket.value, row.reason, row.detail, row.who_acts_next)
