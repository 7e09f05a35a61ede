"""Write the golden files of the reports anew: `python -m tests.report.write_golden`, then read the difference."""

import json
from collections.abc import Iterator
from pathlib import Path

from shared.model.run import RunKind
from shared.model.view import RunView
from shared.report.annotations import annotations, for_github
from shared.report.camel_json import camel_json
from shared.report.check_junit import check_junit
from shared.report.check_markdown import check_markdown
from shared.report.content import report
from shared.report.explain import why
from shared.report.html import render_html
from shared.report.outage_text import outage_sheet
from shared.report.plan_text import plan_text
from shared.report.run_csv import run_csv
from shared.report.run_json import json_schema, render_json
from shared.report.run_junit import run_junit
from shared.report.run_markdown import run_markdown
from shared.report.sheet import in_markdown
from shared.report.way_back_text import way_back_sheet
from tests.report import canonical_run, checked_fleet, planned_fleet
from tests.report.canonical_outages import measured_in
from tests.report.canonical_ways_back import guarded_in

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden"


def files() -> Iterator[tuple[Path, bytes]]:
    """Every file that is made from the canonical run, with what it should hold."""
    ended, going_on = measured_in(canonical_run.at(180)), guarded_in(canonical_run.at(40))
    yield GOLDEN / "ended.html", render_html(ended, canonical_run.CALLS)
    yield GOLDEN / "ended.json", render_json(ended, canonical_run.CALLS)
    yield GOLDEN / "ended.xml", run_junit(ended)
    yield GOLDEN / "ended.md", run_markdown(ended, "").encode()
    yield GOLDEN / "ended.csv", run_csv(ended)
    yield GOLDEN / "ended-annotations.txt", "".join(f"{one}\n" for one in for_github(annotations(ended))).encode()
    yield GOLDEN / "under-way.md", run_markdown(going_on, "con-ulm waits").encode()
    yield GOLDEN / "under-way.html", render_html(going_on)
    yield GOLDEN / "why-ended.txt", _explained(ended)
    yield GOLDEN / "why-under-way.txt", _explained(going_on)
    yield GOLDEN / "headlines.txt", _headlines()
    yield GOLDEN / "outages.txt", in_markdown(outage_sheet(ended)).encode()
    yield GOLDEN / "ways-back.txt", in_markdown(way_back_sheet(going_on)).encode()
    yield GOLDEN / "plan.md", plan_text(planned_fleet.PLAN, planned_fleet.ZONES).encode()
    yield from _check()
    yield ROOT / "docs" / "report.schema.json", f"{json.dumps(json_schema(), indent=2)}\n".encode()


def _check() -> Iterator[tuple[Path, bytes]]:
    """What a check answers, in each form."""
    found = checked_fleet.answered(*checked_fleet.EVERY, checked_fleet.WAIVED)
    yield GOLDEN / "check.xml", check_junit(found)
    yield GOLDEN / "check.md", check_markdown(found).encode()
    yield GOLDEN / "check.json", f"{json.dumps(camel_json(found), indent=2)}\n".encode()
    yield GOLDEN / "check-ready.md", check_markdown(checked_fleet.answered()).encode()


def _explained(view: RunView) -> bytes:
    """What `why` answers for every subject, as a person would see it one after the other."""
    told = (f"$ hcx-fleet why {one.id}\n{why(view, one.id)}\n" for one in view.subjects)
    return "\n".join(told).encode()


def _headlines() -> bytes:
    moments = [
        ("upgrade, just begun", canonical_run.at(1)),
        ("upgrade, planned", canonical_run.at(2)),
        ("upgrade, under way", canonical_run.at(40)),
        ("upgrade, ended", canonical_run.at(180)),
        ("upgrade, ended and measured", measured_in(canonical_run.at(180))),
        ("check", canonical_run.at(3, RunKind.CHECK)),
        ("plan", canonical_run.at(3, RunKind.PLAN)),
    ]
    return "".join(f"{name}: {report(view).headline}\n" for name, view in moments).encode()


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for path, content in files():
        path.write_bytes(content)
        print(path.relative_to(ROOT))  # noqa: T201 -- what a script is for
