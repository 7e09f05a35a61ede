"""Names and messages that come from elsewhere, through the API: no answer is broken by them, in any form."""

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree as ET

from hypothesis import given, settings
from icalendar import Calendar
from markdown_it import MarkdownIt

from shared.model.codec import to_json_text
from shared.model.facts import FleetFacts, Gap, GapReason, Health, ManagerFacts, Status
from shared.model.inventory import PrivateCloud, Tag
from shared.model.run import JournalKind, RunKind
from shared.report.stored import REVERT
from tests.api.api_fleet import Api
from tests.api.commanded_fleet import CONNECTOR, told
from tests.api.filled_fleet import FACTS, filled
from tests.api.test_reading_changes_nothing import routes
from tests.builders.fleet_facts import NOW, private_cloud, seen
from tests.report.test_run_forms import NAMES
from tests.rules.test_reverting import FULL

KEPT = NAMES.map(lambda name: name.encode(errors="replace").decode())
"""What a store can hold: half a character is refused where it comes in, or replaced there."""
GFM = MarkdownIt("commonmark").enable("table")


def _called(name: str) -> FleetFacts:
    """The fleet whose managers call and tell everything so."""
    return FleetFacts(managers=tuple(_told(one, name) for one in FACTS.managers))


def _told(facts: ManagerFacts, name: str) -> ManagerFacts:
    status = Status(health=Health.UP, text=name)
    meshes = [replace(one, name=name, state=status) for one in facts.meshes.value] if facts.meshes else []
    pairings = [replace(one, remote_name=name, status=status) for one in facts.pairings.value] if facts.pairings else []
    appliances = [replace(one, name=name, tunnel=status) for one in facts.appliances.value] if facts.appliances else []
    gap = Gap(section="licence", reason=GapReason.UNREADABLE, detail=name, remedy=name, at=NOW)
    return replace(
        facts,
        meshes=seen(tuple(meshes)),
        pairings=seen(tuple(pairings)),
        appliances=seen(tuple(appliances)),
        gaps=(gap,),
    )


def _cloud(name: str) -> PrivateCloud:
    return replace(private_cloud("pc-a"), name=name, tags=(Tag(name="hcx-hold-reason", value=name),))


@given(name=KEPT)
@settings(max_examples=15)
def test_every_answer_is_what_it_says_it_is(name: str) -> None:
    """JSON, XML, CSV, a calendar, a page without scripts, Markdown without tags and links, lines with one command."""
    with TemporaryDirectory() as folder:
        api = Api(Path(folder))
        plan = filled(api, _called(name), (_cloud(name),))
        told(api, "u1", JournalKind.WAITING, f"{CONNECTOR}/waits", CONNECTOR)
        api.keep_run("back", kind=RunKind.REVERT)
        api.store.put_document("back", REVERT, to_json_text(FULL))
        there = {"runId": "u1", "cloud": "pc-a", "planHash": plan.hash, "taskId": CONNECTOR}
        for path in routes():
            query = {"draft": True} if "runSheet" in path else {}
            names = {**there, "runId": "back"} if "revertPlan" in path else there
            answer = api.call("GET", path.format(**names), params=query)
            assert answer.status_code in {200, 202}, (path, answer.text)
            _is_what_it_says(answer.headers["content-type"].partition(";")[0], answer.content)


def _is_what_it_says(kind: str, content: bytes) -> None:
    match kind:
        case "application/json":
            json.loads(content)
        case "application/xml":
            ET.fromstring(content)  # noqa: S314 -- our own
        case "text/csv":
            rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
            assert len({len(row) for row in rows}) == 1
        case "text/calendar":
            assert Calendar.from_ical(content)
        case "text/html":
            assert not re.search(rb"<(script|img|iframe|object|b onmouse)", content)
            assert b"default-src 'none'" in content
        case "text/markdown":
            kinds = [child.type for one in GFM.parse(content.decode()) for child in one.children or ()]
            assert not {"html_inline", "image"} & set(kinds)
            assert "html_block" not in {one.type for one in GFM.parse(content.decode())}
            assert not re.search(rb"##(vso)?\[|^\s*::", content, re.MULTILINE)
        case "text/plain":
            assert all(line.count(b"##") <= 1 for line in content.split(b"\n"))
        case other:
            raise AssertionError(other)
