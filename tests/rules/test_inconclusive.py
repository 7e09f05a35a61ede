"""What it means for a hand-over that something cannot be observed, and what a person's word is worth then."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.finding import Finding, Verdict
from shared.model.orders import Said
from shared.model.plan import Task
from shared.model.run import JournalEntry, JournalKind
from shared.model.waiting import WaitingFor
from shared.rules import inconclusive
from shared.rules.entries import about_step
from shared.rules.progress import Progress, State
from shared.rules.safety import CONVERGED, handed_over
from tests.rules.test_progress import MESH, TASK

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


def finding(verdict: Verdict, check: str = "tunnels-up", summary: str = "not understood") -> Finding:
    """One finding of a check."""
    return Finding(check=check, subject="m", verdict=verdict, summary=summary, remedy=f"see to {check}")


OPEN = inconclusive.judged([finding(Verdict.UNKNOWN)])


def said(at: datetime = NOW) -> Said:
    """What ana reported."""
    return Said(at=at, text="ana reports it as done")


def test_what_cannot_be_observed_alone_is_inconclusive() -> None:
    """Everything that is not known is named, each with its remedy."""
    found = inconclusive.judged([finding(Verdict.UNKNOWN), finding(Verdict.UNKNOWN, "services-running", "silent")])

    assert (found.reason, inconclusive.is_open(found)) == (inconclusive.INCONCLUSIVE, True)
    assert found.detail == "tunnels-up: not understood; services-running: silent"
    assert found.remedy == "see to tunnels-up; see to services-running"


@pytest.mark.parametrize("verdict", [Verdict.OUTAGE_RISK, Verdict.UPGRADE_FAILURE])
def test_what_is_seen_to_be_wrong_is_never_inconclusive(verdict: Verdict) -> None:
    """Whatever else cannot be observed, nobody is asked about it."""
    found = inconclusive.judged([finding(Verdict.UNKNOWN), finding(verdict, "services-running")])

    assert (found.state, found.reason) == (State.NOT_YET, "")


@given(st.lists(st.builds(finding, st.sampled_from(Verdict), st.sampled_from([*sorted(CONVERGED), "disk-space"]))))
def test_it_changes_nothing_of_when_a_subject_is_handed_over(findings: list[Finding]) -> None:
    """Done is done, and not yet is not yet; only what does not speak of convergence is let alone."""
    assert inconclusive.judged(findings).state is handed_over(findings).state


def test_a_person_is_waited_for() -> None:
    """Without their word, and with one from before they were asked."""
    for word in (None, said(NOW - HOUR)):
        found = inconclusive.answered(OPEN, word, NOW)
        assert (found.state, found.waiting_for, found.detail) == (State.NOT_YET, WaitingFor.PERSON, OPEN.detail)


def test_their_word_ends_it_as_what_it_is() -> None:
    """It says who, that nothing was seen, and what could not be."""
    found = inconclusive.answered(OPEN, said(), NOW)

    assert (found.state, inconclusive.is_open(found)) == (State.DONE, False)
    assert found.detail == "inconclusive: ana reports it as done; tunnels-up: not understood"
    assert inconclusive.word_for_it(found) == found.detail


@pytest.mark.parametrize("verdict", sorted(set(Verdict) - {Verdict.UNKNOWN}))
def test_no_word_counts_against_what_can_be_seen(verdict: Verdict) -> None:
    """What is well is well without it, and what is wrong stays wrong."""
    found = inconclusive.judged([finding(verdict)])

    assert inconclusive.answered(found, said(), NOW) == found
    assert inconclusive.word_for_it(found) == ""


def test_who_was_asked_before_is_asked_at_once() -> None:
    """The time of the step is not waited for once more; what can be judged is judged as ever."""
    well = Progress(state=State.DONE, detail="")

    assert inconclusive.asked_before(OPEN).state is State.STOP
    assert inconclusive.asked_before(well) == well


@pytest.mark.parametrize(("task", "name"), [(TASK, TASK.subject), (MESH, MESH.name)])
def test_the_question_says_all_that_can_be_done(task: Task, name: str) -> None:
    """Make it visible, say that it is well, or end it."""
    text = inconclusive.question(task, "r", OPEN)

    assert f"Nobody can tell whether {name} is well" in text
    for part in ("Make it visible (see to tunnels-up)", "hcx-fleet report-done r ", "hcx-fleet cancel r --task "):
        assert part in text


# --- by the journal ---------------------------------------------------------------------------------------------------


def entry(kind: JournalKind, text: str, at: datetime) -> JournalEntry:
    """An entry of the task."""
    return JournalEntry(key=f"{kind}/{at}", at=at, kind=kind, text=text, task=MESH.id)


ASKED = about_step(
    MESH.id, MESH.hand_over, inconclusive.ASKED, at=NOW, kind=JournalKind.INSTRUCTED, text="Nobody can tell"
)
BEFORE = entry(JournalKind.REPORTED, "ana reports it as done", NOW - HOUR)
FIRST = entry(JournalKind.REPORTED, "ben reports it as done", NOW + HOUR)
SECOND = entry(JournalKind.REPORTED, "eve reports it as done: looked", NOW + 2 * HOUR)


def test_the_journal_knows_since_when_somebody_is_asked() -> None:
    """So that a run whose host went away neither asks anew nor waits for longer."""
    assert inconclusive.asked_since(MESH, [BEFORE, ASKED, FIRST]) == NOW
    assert inconclusive.asked_since(MESH, [BEFORE]) is None
    assert inconclusive.asked_since(TASK, [ASKED]) is None


def test_the_journal_knows_what_they_said() -> None:
    """The last word after the question, whoever's host heard it."""
    assert inconclusive.said_since(MESH, [BEFORE, ASKED, FIRST, SECOND]) == Said(at=SECOND.at, text=SECOND.text)
    assert inconclusive.said_since(MESH, [BEFORE, ASKED]) is None
    assert inconclusive.said_since(MESH, [BEFORE, FIRST]) is None
