"""What is said to a run elsewhere is meant for the state that it was just read in."""

from typing import Any

import pytest

from cli.edge import WrongUseError
from cli.exits import Exit
from cli.options import Output
from cli.remote import control, runs
from cli.remote.refusing import RefusedError
from tests.cli.far_app import FINISHED, RUN, commanded, far_app, problem, run_said
from tests.cli.test_remote_calls import one_after_another
from tests.hcx.hcx_peer import said

PAUSE, APPROVE, RETRY = "POST /v1/runs/r1:pause", "POST /v1/runs/r1:approve", "POST /v1/runs/r1:retry"
MOVED = problem(412, "match.failed", {"etag": '"8"'})
ANN: dict[str, Any] = {"run": "r1", "requester": "ann", "output": Output.TABLE}


def test_a_word_names_the_state_that_was_read(capsys: pytest.CaptureFixture[str]) -> None:
    """The ETag of the run goes out with the word, and what it comes to is printed."""
    with far_app({RUN: run_said('"7"'), PAUSE: commanded()}) as far:
        code = control.pause(far.client, ANN)
        got = far.peer.got[-1]

    assert (code, got.headers["if-match"], got.body) == (Exit.AS_WANTED, '"7"', b'{"by": "ann"}')
    assert "The run is paused." in capsys.readouterr().out


def test_a_pause_is_meant_whatever_the_run_does(capsys: pytest.CaptureFixture[str]) -> None:
    """Where the run moved on between the look and the word, it is read again, and the word is the same call."""
    looks = one_after_another(run_said('"7"'), run_said('"8"'))
    with far_app({RUN: looks, PAUSE: one_after_another(MOVED, commanded())}) as far:
        control.pause(far.client, ANN)
        words = [one for one in far.peer.got if one.call == PAUSE]

    assert [one.headers["if-match"] for one in words] == ['"7"', '"8"']
    assert len({one.headers["idempotency-key"] for one in words}) == 1
    assert capsys.readouterr().err == ""


def test_who_lets_go_is_told_that_the_run_moved_on() -> None:
    """An approval is for what was looked at: it is not given again for something else."""
    with far_app({RUN: run_said(), APPROVE: MOVED}) as far, pytest.raises(RefusedError, match=r"match\.failed"):
        control.approve(far.client, {**ANN, "wave": "canary"})

    assert far.peer.count(APPROVE) == 1


def test_an_approval_is_for_the_plan_of_the_run() -> None:
    """Who names no plan has looked at that of the run."""
    with far_app({RUN: run_said(), APPROVE: commanded()}) as far:
        control.approve(far.client, {**ANN, "wave": "canary"})
        body = far.peer.got[-1].body

    assert b'"planHash": "aaaa' in body


def test_a_key_of_ones_own_is_the_key_of_the_call() -> None:
    """The same command under the same key is the same call, from whichever process."""
    with far_app({RUN: run_said(), PAUSE: commanded()}) as far:
        control.pause(far.client, {**ANN, "key": "storm"})
        got = far.peer.got[-1]

    assert got.headers["idempotency-key"] == "storm"
    assert b'"key": "storm"' in got.body


def test_a_task_has_an_address_of_its_own() -> None:
    """Whatever is in its id."""
    pause = "POST /v1/runs/r1/tasks/manager%3Acon%2Flyon:pause"
    with far_app({RUN: run_said(), pause: commanded()}) as far:
        control.pause(far.client, {**ANN, "task": "manager:con/lyon"})

        assert far.peer.count(pause) == 1


def test_a_skip_names_what_it_leaves_out() -> None:
    """A whole run is not skipped; nothing is sent."""
    with far_app({}) as far, pytest.raises(WrongUseError, match="--task or --cloud"):
        control.skip(far.client, ANN)

    assert far.peer.connections == 0


def test_a_lease_is_broken_by_its_number() -> None:
    """The holder that was seen loses it, and no later one."""
    lease = {"subject": "manager:con-a", "quiet": [], "run": "r1", "task": "manager:con-a", "token": 5}
    times = {"since": "2026-11-24T06:00:00Z", "until": "2026-11-24T07:00:00Z"}
    broken = "POST /v1/leases/manager%3Acon-a:break"
    given = {**ANN, "subject": "manager:con-a", "reason": "gone"}
    with far_app({"GET /v1/leases": said({"value": [{**lease, **times}]}), broken: said(lease)}) as far:
        control.break_lease(far.client, given)
        got = far.peer.got[-1]

    assert (got.call, got.headers["if-match"]) == (broken, '"5"')
    assert got.body == b'{"by": "ann", "reason": "gone"}'


def test_a_run_that_has_ended_is_not_gone_on_with() -> None:
    """It says what can be done instead."""
    with far_app({RUN: run_said(**FINISHED)}) as far, pytest.raises(WrongUseError, match="hcx-fleet retry r1"):
        runs.run(far.client, {"resume": "r1", "output": Output.TABLE})
