"""The example for a terminal: somebody starts an upgrade, somebody else lets it go."""

from typing import Any

from tests.pipelines.machine import Machine
from tests.pipelines.pipelines_host import EXAMPLES, PERSON, Place

RUN = "weu-01-by-hand"
CRAFTED = 'x","includeShared":true,"requestedBy":"y'
POLICY = {"waves": [{"name": "all", "approval": {"approvers": [PERSON]}}]}


def by_az_rest(place: Place) -> dict[str, Any]:
    """Started twice, followed until it asks, let go by another one, followed to its end; the results are fetched."""
    ann, pipeline, eve = (_signed_in(place, who) for who in ("person", "pipeline", "reader"))
    told = {
        "start by reader": _said(eve, "start", RUN, "pc-weu-01"),
        "start of a crafted name": _said(pipeline, "start", "crafted", CRAFTED),
        "start": _said(pipeline, "start", RUN, "pc-weu-01"),
        "start again": _said(pipeline, "start", RUN, "pc-weu-01"),
        "start of another": _said(pipeline, "start", RUN, "pc-weu-02"),
        "no such run": _said(pipeline, "follow", "nowhere"),
        "until it asks": _said(pipeline, "follow", RUN),
        "approve by pipeline": _said(pipeline, "approve", RUN),
        "approve unread": _said(ann, "approve", RUN),
        "read": _said(ann, "follow", RUN),
        "moved": [_moved(place, "pause"), _moved(place, "resume")],
        "approve after it moved": _said(ann, "approve", RUN),
        "read again": _said(ann, "follow", RUN),
        "approve": _said(ann, "approve", RUN),
        "time is up": _said(pipeline, "follow", RUN, "1"),
        "to its end": _said(pipeline, "follow", RUN),
        "result": _said(eve, "result", RUN),
    }
    told["files"] = {file.name: file.read_text() for file in eve.work.iterdir()}
    told["run"] = place.call("reader", "GET", f"/v1/runs/{RUN}").json()
    return told


def _moved(place: Place, command: str) -> int:
    return place.call("pipeline", "POST", f"/v1/runs/{RUN}:{command}", {}, if_match="*").status_code


def _signed_in(place: Place, who: str) -> Machine:
    machine = place.machine(who)
    machine.sign_in(who)
    return machine


def _said(machine: Machine, *words: str) -> Any:
    ended = machine.run([str(EXAMPLES / "az-rest.sh"), *words])
    return {"code": ended.code, "out": ended.out}
