"""A gateway of which nobody can read the version is redeployed by a person, whose report is all there is."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from embedded.clock import SystemClock
from embedded.host import LocalHost

APP = Path(__file__).parent / "with_gateway"


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """Where the app writes its journal."""
    return tmp_path / "journal.jsonl"


@pytest.fixture
def host(journal: Path) -> Iterator[LocalHost]:
    """The app, with its task waiting for somebody."""
    with LocalHost(APP, SystemClock(), app_settings={"JOURNAL": str(journal)}) as made:
        assert made.http("PUT", "/start").status == 200
        assert made.wait_idle(20)
        yield made


def entries(journal: Path) -> list[Any]:
    """The journal so far."""
    return [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]


def test_somebody_is_told_what_to_do(host: LocalHost, journal: Path) -> None:
    """Where to press what, and which version it must have; a report from before is about something else."""
    told = [one["text"] for one in entries(journal) if one["kind"] == "instructed"]
    waits = [one["waiting"] for one in entries(journal) if one["kind"] == "waiting"]

    assert [one.startswith("Redeploy SGW-1 of mesh-lyon") for one in told] == [True]
    assert [(one["reason"], one["detail"]) for one in waits] == [
        ("person", "the version of SGW-1 cannot be read, so that nothing shows it")
    ]
    assert host.instance("gateway") is not None


def test_a_report_ends_the_wait_as_what_it_is(host: LocalHost, journal: Path) -> None:
    """The task comes to its end, and the journal says that nothing but a person's word stands for it."""
    assert host.http("POST", "/report/ana").status == 200
    ended = host.wait_for_instance("gateway", 20)
    done = [one for one in entries(journal) if one["kind"] == "step-done" and one["section"] == "2.6"]

    assert ended.output["result"]["outcome"] == "succeeded"
    assert [one["text"] for one in done] == [
        "inconclusive: ana reported it as done, and the version of SGW-1 cannot be read, so that nothing shows it"
    ]
