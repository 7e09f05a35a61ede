"""What a run that goes on after its host went away finds of its tasks."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.model.ledger import Claim, ClaimState
from shared.model.orders import LeftOff, WaveBrief
from shared.model.policy import Approval
from shared.model.run import JournalEntry, JournalKind, Outcome, TaskResult
from shared.model.waiting import Waiting, WaitingFor
from shared.rules.entries import about_step
from shared.rules.inconclusive import ASKED
from shared.rules.resume import (
    asking_key,
    attempt,
    changes_sent,
    gone_on,
    left_off,
    opening_key,
    overtaken_key,
)
from tests.builders.fleet_facts import fleet
from tests.rules.test_planner import pair, plan_of

NOW = datetime(2026, 11, 24, tzinfo=UTC)
PLAN = plan_of(fleet(*pair()))
CON = PLAN.task("manager:con")
MESH = PLAN.task("mesh:m")
RESULT = TaskResult(
    task=CON.id, outcome=Outcome.BLOCKED, reason="photon", detail="no", who_can_act="somebody", ended_at=NOW
)


def entry(kind: JournalKind, step: str | None = None, *, task: str = CON.id, n: int = 1) -> JournalEntry:
    """An entry of a task's journal."""
    result = RESULT if kind is JournalKind.TASK_ENDED else None
    return JournalEntry(
        key=f"{task}/{step}/{kind}/{n}", at=NOW, kind=kind, text="", task=task, step=step, result=result
    )


def claim(
    state: ClaimState, *, subject: str = CON.id, step: str = "upgrade-manager:4.11.4", generation: int = 1
) -> Claim:
    """A claim of this run."""
    return Claim(
        subject=subject, step=step, generation=generation, holder="r", state=state, job=None, at=NOW, mine=True
    )


def test_a_task_that_never_began_left_nothing() -> None:
    """Without a word in journal or ledger a task starts as if for the first time."""
    assert left_off(CON, [], []) == LeftOff()


@pytest.mark.parametrize("state", [ClaimState.SENDING, ClaimState.ADOPTED, ClaimState.DONE])
def test_a_call_that_may_have_arrived_has_begun_the_change(state: ClaimState) -> None:
    """A claim that came as far as sending counts, though the journal may not have learnt of it."""
    assert left_off(CON, [], [claim(state)]).begun == ("upgrade-manager:4.11.4",)


@pytest.mark.parametrize("state", [ClaimState.CLAIMED, ClaimState.RELEASED])
def test_a_claim_without_a_call_has_begun_nothing(state: ClaimState) -> None:
    """What was claimed and not sent leaves the prechecks in force."""
    assert left_off(CON, [], [claim(state)]).begun == ()


def test_a_persons_upgrade_that_was_seen_has_begun_the_change() -> None:
    """An assisted upgrade is in no ledger: that it was seen to begin stands in the journal."""
    seen = [entry(JournalKind.STEP_DONE, "stage:4.11.4"), entry(JournalKind.STEP_DONE, "upgrade-manager:4.11.4")]

    assert left_off(CON, seen, []).begun == ("upgrade-manager:4.11.4",)


def test_claims_and_entries_of_other_tasks_do_not_count() -> None:
    """Two tasks may have steps of one name; each has its own subject."""
    others = [entry(JournalKind.TASK_ENDED, task=MESH.id), entry(JournalKind.WAITING, "stage:4.11.4", task=MESH.id)]

    assert left_off(CON, others, [claim(ClaimState.ADOPTED, subject=MESH.id)]) == LeftOff()


def test_a_task_ends_once() -> None:
    """The end that stands in the journal is the end; waits and percents are counted for new keys."""
    told = [
        entry(JournalKind.WAITING, "stage:4.11.4", n=1),
        entry(JournalKind.PROGRESS, "answer:4.11.4", n=2),
        entry(JournalKind.TASK_ENDED),
    ]

    assert left_off(CON, told, []) == LeftOff(told=2, result=RESULT)


def test_what_was_sent_in_an_earlier_attempt_has_begun_nothing() -> None:
    """A run that has sent something in another generation goes by that one alone."""
    claims = [claim(ClaimState.SENDING), claim(ClaimState.SENDING, step="protect", generation=2)]

    assert left_off(CON, [], claims).begun == ()
    assert left_off(CON, [], claims[:1]).begun == ("upgrade-manager:4.11.4",)


def test_changes_of_one_attempt_or_of_any() -> None:
    """Drift asks whatever the attempt, a retry for one of them."""
    claims = [claim(ClaimState.DONE)]

    assert changes_sent(CON, claims) == changes_sent(CON, claims, 1) == {"upgrade-manager:4.11.4"}
    assert changes_sent(CON, claims, 2) == set()


@pytest.mark.parametrize(
    ("claims", "wanted"),
    [
        ([], 3),
        ([claim(ClaimState.INTENDED), claim(ClaimState.RELEASED)], 3),
        ([claim(ClaimState.SENDING)], 1),
        ([claim(ClaimState.SENDING, subject=MESH.id)], 3),
        ([claim(ClaimState.DONE), claim(ClaimState.ADOPTED, step="protect", generation=2)], 2),
    ],
)
def test_a_run_keeps_the_attempt_that_it_has_sent_in(claims: list[Claim], wanted: int) -> None:
    """Where it has sent nothing for the task, the newest one counts."""
    assert attempt(CON, claims, 3) == wanted


# --- what a wave had come to ------------------------------------------------------------------------------------------

HOUR = timedelta(hours=1)
WAVE = WaveBrief(name="all", tasks=(), concurrency=1, approval=Approval(approvers=("ann",), time_out=48 * HOUR))


def journal(**told: datetime | None) -> dict[str, JournalEntry]:
    """The wave's entries of these keys, each two hours after the start: an approval is asked for until then."""
    return {
        key: JournalEntry(
            key=key,
            at=NOW + 2 * HOUR,
            kind=JournalKind.WAITING,
            text="",
            waiting=Waiting(
                reason=WaitingFor.APPROVAL, detail="", since=NOW + 2 * HOUR, who_can_act="ann", next_look=until
            ),
        )
        for key, until in told.items()
    }


def test_a_wave_that_nobody_was_asked_about() -> None:
    """It is as it was planned."""
    assert gone_on(WAVE, {}) == WAVE


def test_the_time_of_an_approval_ends_when_people_were_told() -> None:
    """The run may have looked late: what counts is the end that was named, and where there is none, the asking."""
    named = gone_on(WAVE, journal(**{asking_key("all"): NOW + 49 * HOUR}))
    endless = gone_on(WAVE, journal(**{asking_key("all", meshes=True): None}))

    assert (named.asked_since, named.asked_meshes_since) == (NOW + HOUR, None)
    assert (endless.asked_since, endless.asked_meshes_since) == (None, NOW + 2 * HOUR)


def test_what_let_meshes_go_and_was_overtaken_counts_no_more() -> None:
    """Twice: only the opening and the asking after the last time speak of the meshes."""
    gone = journal(**{opening_key("all"): None, opening_key("all", meshes=True): None})
    once = gone | journal(**{overtaken_key("all"): None, asking_key("all", meshes=True): NOW})
    again = once | journal(**{opening_key("all", meshes=True, anew=1): None})
    twice = again | journal(**{overtaken_key("all", 1): None, asking_key("all", meshes=True, anew=2): None})

    waves = [gone_on(WAVE, one) for one in (gone, once, again, twice)]
    assert [one.opened for one in waves] == [True] * 4
    assert [one.opened_meshes for one in waves] == [True, False, True, False]
    assert [one.anew for one in waves] == [0, 1, 1, 2]
    assert [one.asked_meshes_since for one in waves] == [None, None, None, NOW + 2 * HOUR]
    assert [one.overtaken_at for one in waves] == [None, *[NOW + 2 * HOUR] * 3]


def test_a_task_about_whose_hand_over_somebody_is_asked_goes_on_asking() -> None:
    """Every change of it was verified before anybody was asked, which its journal says."""
    asked = about_step(CON.id, CON.hand_over, ASKED, at=NOW, kind=JournalKind.INSTRUCTED, text="Nobody can tell")

    assert left_off(CON, [asked], []).asked_since == NOW
    assert left_off(MESH, [asked], []).asked_since is None
