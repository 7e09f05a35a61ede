"""`prove`: what it prints of a store, and how it ends."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from cli.edge import WrongUseError
from cli.exits import Exit
from cli.plans import Form
from cli.prove import prove
from shared.report.runsheet.record import Material
from tests.cli.stored_task import seen_now, stored
from tests.report.runsheet.sheets import CONNECTOR, MESH, MESHED, facts

DONE = facts("4.11.4", "4.11.4", "4.11.4")


def done(given: Material) -> Material:
    """The task, and facts of a moment ago that show it done."""
    return seen_now(replace(given, facts=DONE))


@pytest.mark.parametrize(("given", "subject"), [(CONNECTOR, "con-lyon"), (MESHED, MESH), (MESHED, f"mesh:{MESH}")])
def test_what_is_seen_to_be_done_exits_with_0(tmp_path: Path, given: Material, subject: str) -> None:
    """A manager, a mesh by its name, and a task by its id: proved from fresh facts."""
    assert prove(stored(tmp_path, done(given)), subject, Form.TABLE, live=False) == Exit.AS_WANTED


def test_a_persons_word_does_not_close_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was reported is shown beside what is seen, and what is seen is the old version."""
    wanted = stored(tmp_path, seen_now(CONNECTOR), "lea@contoso.example: done")

    code = prove(wanted, "con-lyon", Form.MARKDOWN, live=False)

    told = capsys.readouterr().out
    assert code == Exit.NEEDS_OTHERS
    assert "NOT PROVED: con-lyon to 4.11.4" in told
    assert "| a person's report | lea@contoso.example: done |" in told
    assert "| HCX at con-lyon | version 4.11.2 |" in told


def test_old_facts_prove_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Facts that a store has kept for too long show what was, and the page says that they are too old."""
    code = prove(stored(tmp_path, replace(CONNECTOR, facts=DONE)), "con-lyon", Form.JSON, live=False)

    document = json.loads(capsys.readouterr().out)
    assert code == Exit.NEEDS_OTHERS
    assert document["proved"] is False
    services = next(one for one in document["claims"] if one["id"] == "services:con-lyon")
    assert services["verdict"] == "open"


def test_json_has_every_claim_with_its_witnesses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For programs: claim, verdict, witnesses with their time, and what would prove it."""
    prove(stored(tmp_path, done(MESHED)), MESH, Form.JSON, live=False)

    document = json.loads(capsys.readouterr().out)
    assert document["proved"] is True
    tunnel = next(one for one in document["claims"] if one["id"] == "tunnel:IX-I1")
    assert {word["stance"] for word in tunnel["words"]} == {"for"}
    assert all(word["at"] for word in tunnel["words"])
    assert tunnel["wouldProve"]


def test_nothing_is_proved_of_what_has_no_task(tmp_path: Path) -> None:
    """A name that no plan has a task for is wrong use, with the way on."""
    with pytest.raises(WrongUseError, match="no plan has a task for 'con-nowhere'"):
        prove(stored(tmp_path, CONNECTOR), "con-nowhere", Form.TABLE, live=False)
