"""Following a run elsewhere: looking when the app says so, and not giving up where the line is cut."""

import pytest

from cli.edge import InterruptedRunError, ToldError
from cli.remote.following import CUT_OFF_SECONDS, LOOK_AGAIN_HERE_SECONDS, follow
from tests.cli.far_app import FINISHED, RUN, far_app, journal_said, problem, run_said
from tests.cli.test_remote_calls import one_after_another
from tests.hcx.hcx_peer import Answers, Raw

JOURNAL = "GET /v1/runs/r1/journal?after="


def test_a_look_waits_as_long_as_the_app_says() -> None:
    """Retry-After says when the next look is worth it."""
    looks = one_after_another(run_said(retry_after="15"), run_said(retry_after="300"), run_said(**FINISHED))
    with far_app({RUN: looks}) as far:
        ended = follow(far.client, "r1", watch=False)

        assert (ended.run.status, far.pauses) == ("Succeeded", [15.0, 300.0])


def test_on_this_machine_nobody_is_kept_waiting() -> None:
    """There every second is soon enough."""
    with far_app({RUN: one_after_another(run_said(retry_after="300"), run_said(**FINISHED))}, here=True) as far:
        follow(far.client, "r1", watch=False)

        assert far.pauses == [LOOK_AGAIN_HERE_SECONDS]


def test_a_run_whose_report_is_not_there_yet_is_not_over() -> None:
    """What is to be shown at its end is there only when it is finished."""
    almost = run_said(status="Succeeded", detail={"phase": "running"})
    with far_app({RUN: one_after_another(almost, run_said(**FINISHED))}) as far:
        follow(far.client, "r1", watch=False)

        assert far.peer.count(RUN) == 2


def test_what_happens_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    """News come after those that were told, and what is waited for once for as long as it is the same."""
    answers: Answers = {
        RUN: one_after_another(run_said(), run_said(), run_said(**FINISHED)),
        f"{JOURNAL}0": journal_said("looked at 2 managers"),
        f"{JOURNAL}1": one_after_another(journal_said(cursor=1), journal_said("red\x1b[31m\nink", cursor=1)),
    }
    with far_app(answers) as far:
        follow(far.client, "r1", watch=True)
    told = capsys.readouterr().err

    assert (told.count("looked at 2 managers"), told.count("40 % 1 task is under way.")) == (1, 1)
    assert "red [31m ink" in told


def test_a_cut_line_ends_nothing() -> None:
    """The run goes on, and so does following it."""
    nothing = [Raw()] * 4
    with far_app({RUN: one_after_another(run_said(), *nothing, run_said(**FINISHED))}) as far:
        assert follow(far.client, "r1", watch=False).run.status == "Succeeded"


def test_a_line_that_stays_cut_is_told() -> None:
    """After a while it ends, and says how to come back."""
    told = r"hcx-fleet --endpoint https://\S+ status r1"
    with far_app({RUN: Raw()}) as far, pytest.raises(ToldError, match=told) as caught:
        follow(far.client, "r1", watch=False)

    assert "goes on where the app is" in str(caught.value)
    assert sum(far.pauses) < CUT_OFF_SECONDS * 2


def test_who_interrupts_it_is_told_what_goes_on() -> None:
    """Nothing stops with the command, and it says how to come back."""

    def interrupted(_seconds: float) -> None:
        raise KeyboardInterrupt

    with far_app({RUN: run_said()}) as far:
        far.client.pause = interrupted
        with pytest.raises(InterruptedRunError, match="it goes on where the app is"):
            follow(far.client, "r1", watch=False)


def test_a_refusal_ends_it_at_once() -> None:
    """Who may not read is not let in by asking again."""
    with far_app({RUN: problem(403, "caller.role")}) as far, pytest.raises(ToldError, match=r"caller\.role"):
        follow(far.client, "r1", watch=False)

    assert far.pauses == []
