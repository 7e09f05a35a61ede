"""Commands to a run from a command line: written into its store, whether or not anybody carries it out."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cli.control import ControlOrder, control
from cli.edge import WrongUseError
from cli.leases import BreakOrder, break_held
from shared.model.command import CommandKind
from shared.model.ledger import LeaseWish
from shared.model.run import JournalKind, Outcome
from tests.api.api_fleet import Api
from tests.api.commanded_fleet import CLOUD, CONNECTOR, WAVE, commanded, ended, over
from tests.cli.command import hcx_fleet
from tests.cli.test_command_line import settings_beside

KINDS = tuple(kind.value for kind in CommandKind)


@pytest.fixture
def api(tmp_path: Path) -> Api:
    """A store with a run that asks for an approval."""
    made = Api(tmp_path)
    commanded(made)
    return made


def order(folder: Path, kind: str, **more: Any) -> ControlOrder:
    """What a right command is told, but for what is named."""
    wave = WAVE if kind in {"approve", "reject"} else None
    task = CONNECTOR if kind == "skip" else None
    right = {"run": "r1", "by": "Ann", "comment": "", "key": None, "json": False, "world": None}
    return ControlOrder(settings=settings_beside(folder), kind=kind, **{**right, "wave": wave, "task": task, **more})


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "resume"])
def test_a_command_is_written_down(api: Api, tmp_path: Path, kind: str) -> None:
    """Each is in the ledger with who said it, and in the journal of its run."""
    assert control(order(tmp_path, kind, comment="why not")) == 0
    (kept,), (_, last) = api.store.commands("r1"), api.store.journal("r1")[-1]

    assert (kept.kind, kept.by, kept.authenticated, kept.comment) == (kind, "Ann", False, "why not")
    assert last.kind is JournalKind.COMMANDED


def test_an_approval_is_for_the_plan_of_the_run(api: Api, tmp_path: Path) -> None:
    """Who names no plan has looked at the run's; who names another one is refused."""
    run = api.store.run("r1")
    assert run is not None
    control(order(tmp_path, "approve"))
    with pytest.raises(WrongUseError, match="no plan is kept"):
        control(order(tmp_path, "approve", plan="0000"))

    assert [one.plan_hash for one in api.store.commands("r1")] == [run.plan_hash]


def test_through_the_command(api: Api, tmp_path: Path) -> None:
    """pause, status, why, resume and cancel as a user types them: what each comes to is said, and is in force."""
    given = ("--as", "Ann", "--comment", "a storm")
    settings = ("--settings", settings_beside(tmp_path))
    paused = hcx_fleet(tmp_path, "pause", "r1", *given, *settings)
    status, why = hcx_fleet(tmp_path, "status", "r1", *settings), hcx_fleet(tmp_path, "why", CONNECTOR, *settings)
    resumed = hcx_fleet(tmp_path, *settings, "--as", "Bo", "resume", "r1")
    canceled = json.loads(hcx_fleet(tmp_path, "cancel", "r1", *given, *settings, "-o", "json").out)

    assert (paused.code, resumed.code) == (0, 0)
    assert "Ann pauses the run: a storm. 2 tasks go no further than to the next safe point." in paused.out
    assert "hcx-fleet run --resume r1" in paused.out
    assert "a storm" in status.out
    assert "paused" in status.out
    assert f"wave {WAVE}, manager tasks" in status.out
    assert "is paused by Ann: a storm." in why.out
    assert f"Wave {WAVE} waits to be let go by Ann or ops: 1 more person of 1." in why.out
    assert {one["task"]: one["text"] for one in canceled["still"]} == dict.fromkeys(
        (CLOUD, CONNECTOR), "ends at once: it has not begun"
    )
    assert [one.kind.value for one in api.store.commands("r1")] == ["pause", "resume", "cancel"]


@pytest.mark.parametrize(
    ("kind", "wrong", "told"),
    [
        ("pause", {"by": " ", "task": "a", "cloud": "b"}, "--as: must not be empty\n--task, --cloud: give one"),
        ("approve", {"wave": " "}, "--wave: must not be empty"),
        ("skip", {"task": None}, "skip: give --task or --cloud"),
        ("cancel", {"key": "a/b"}, "--key: must be"),
        ("cancel", {"run": "r9"}, "there is no run 'r9'; known: r1"),
        ("resume", {}, r"run r1 takes no resume now \[not-paused\]: .* Who can act: "),
        ("pause", {"task": "manager:x"}, r"\[task-unknown\]"),
        ("pause", {"cloud": "pc-x"}, r"\[task-unknown\]"),
        ("approve", {"by": "Cy"}, r"\[does-not-count\]: Cy is no approver of wave all"),
        ("reject", {"wave": "two"}, r"\[wave-unknown\]: there is no wave two"),
    ],
)
def test_commands_that_cannot_be(api: Api, tmp_path: Path, kind: str, wrong: dict[str, Any], told: str) -> None:
    """What is wrong, or does not fit, is said with the state and who can act, and nothing is kept."""
    with pytest.raises(WrongUseError, match=told):
        control(order(tmp_path, kind, **wrong))
    assert api.store.commands("r1") == ()


@pytest.mark.parametrize("kind", KINDS)
def test_an_ended_run_takes_no_command(api: Api, tmp_path: Path, kind: str) -> None:
    """Each is refused with how it ended, and what can be done instead."""
    over(api)
    with pytest.raises(WrongUseError, match=r"\[run-ended\]: the run has ended as Failed.*hcx-fleet retry r1"):
        control(order(tmp_path, kind))


@pytest.mark.parametrize("kind", ["pause", "resume", "cancel", "skip"])
def test_an_ended_task_takes_no_command(api: Api, tmp_path: Path, kind: str) -> None:
    """Each is refused with how the task ended."""
    ended(api, "r1", CONNECTOR, Outcome.FAILED)
    with pytest.raises(WrongUseError, match=rf"\[task-ended\]: {CONNECTOR} ended as failed"):
        control(order(tmp_path, kind, task=CONNECTOR))


# --- leases -----------------------------------------------------------------------------------------------------------


def _lease(api: Api) -> None:
    now = datetime.now(UTC)
    wish = LeaseWish(subject=CONNECTOR, quiet=(), run="r1", task=CONNECTOR, until=now + timedelta(hours=1))
    api.store.take_lease(wish, now)


def test_leases_are_shown_and_broken(api: Api, tmp_path: Path) -> None:
    """`leases` names holder and end; `leases break` ends one by a person's word, which the holder's journal has."""
    settings = ("--settings", settings_beside(tmp_path))
    none = hcx_fleet(tmp_path, "leases", *settings)
    _lease(api)
    shown = hcx_fleet(tmp_path, "leases", *settings)
    status = hcx_fleet(tmp_path, "status", *settings)
    broken = hcx_fleet(tmp_path, "leases", "break", CONNECTOR, "--as", "Ann", "--reason", "it is gone", *settings)
    after = json.loads(hcx_fleet(tmp_path, "leases", "-o", "json", *settings).out)

    assert (none.code, none.out) == (0, "No lease is held.\n")
    assert CONNECTOR in shown.out
    assert "LEASE" in status.out
    assert broken.code == 0
    assert f"The lease on {CONNECTOR} is broken, by the word of Ann." in broken.out
    assert after == {"leases": []}
    assert api.store.journal("r1")[-1][1].text.startswith("Ann (unauthenticated) broke the lease")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"by": " ", "reason": ""}, "--as: must not be empty\n--reason: must not be empty"),
        ({"subject": "manager:x"}, f"nothing to break: nobody has a lease on manager:x; held: {CONNECTOR}"),
    ],
)
def test_leases_that_cannot_be_broken(api: Api, tmp_path: Path, wrong: dict[str, Any], told: str) -> None:
    """Without a word, or where nobody has one."""
    _lease(api)
    right = BreakOrder(settings=settings_beside(tmp_path), subject=CONNECTOR, by="Ann", reason="gone", world=None)
    with pytest.raises(WrongUseError, match=told):
        break_held(replace(right, **wrong))
    assert len(api.store.leases(datetime.now(UTC))) == 1
