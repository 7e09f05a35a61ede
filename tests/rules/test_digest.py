"""What changed between two passes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.digest import Turn
from shared.model.finding import Finding, Verdict
from shared.rules.digest import GRAVER, differences


def finding(
    verdict: Verdict, subject: str = "con-lyon", check: str = "tunnels-up", summary: str = "so it is"
) -> Finding:
    """A finding of one check."""
    return Finding(check=check, subject=subject, verdict=verdict, summary=summary)


@pytest.mark.parametrize(
    ("was", "now", "turn"),
    [
        (Verdict.PASS, Verdict.OUTAGE_RISK, Turn.NEW),
        (None, Verdict.WARN, Turn.NEW),
        (Verdict.WARN, Verdict.OUTAGE_RISK, Turn.WORSE),
        (Verdict.UNKNOWN, Verdict.WARN, Turn.BETTER),
        (Verdict.MANUAL, Verdict.NOT_APPLICABLE, Turn.GONE),
        (Verdict.UPGRADE_FAILURE, None, Turn.GONE),
    ],
)
def test_how_a_finding_turned(was: Verdict | None, now: Verdict | None, turn: Turn) -> None:
    """Each turn is told with the verdicts before and after, None where the check did not look."""
    before, after = ([finding(one)] if one else [] for one in (was, now))
    (told,) = differences(before, after)

    assert (told.turn, told.was, told.now) == (turn, was, now)


@pytest.mark.parametrize(
    ("was", "now"),
    [(Verdict.PASS, Verdict.NOT_APPLICABLE), (None, Verdict.PASS), (Verdict.WARN, Verdict.WARN)],
)
def test_nothing_that_anybody_has_to_read(was: Verdict | None, now: Verdict) -> None:
    """Quiet verdicts that change, and loud ones in other words, are no difference."""
    before = [finding(was, summary="40 minutes ago")] if was else []

    assert differences(before, [finding(now, summary="5 minutes ago")]) == ()


def test_the_gravest_of_a_check_counts() -> None:
    """Of several findings of one check on one subject the gravest is compared, whatever their order."""
    both = [finding(Verdict.OUTAGE_RISK, summary="grave"), finding(Verdict.WARN, summary="light")]
    (told,) = differences([finding(Verdict.WARN)], both[::-1])

    assert (told.turn, told.summary) == (Turn.WORSE, "grave")


def test_what_is_worse_comes_first() -> None:
    """New before worse before better before gone, then by subject."""
    before = [finding(Verdict.WARN, "a"), finding(Verdict.WARN, "b"), finding(Verdict.UNKNOWN, "c")]
    after = [finding(Verdict.PASS, "a"), finding(Verdict.UNKNOWN, "b"), finding(Verdict.WARN, "c")]
    after += [finding(Verdict.WARN, "e"), finding(Verdict.WARN, "d")]
    told = differences(before, after)

    assert [(one.turn.value, one.subject) for one in told] == [
        ("new", "d"),
        ("new", "e"),
        ("worse", "b"),
        ("better", "c"),
        ("gone", "a"),
    ]


def test_every_verdict_has_its_rank() -> None:
    """A verdict without a rank would break the digest of the pass that first gives it."""
    assert sorted(GRAVER) == sorted(Verdict)


_passes = st.lists(
    st.builds(finding, st.sampled_from(Verdict), st.sampled_from(["a", "b"]), st.sampled_from(["x", "y"])), max_size=8
)


@given(_passes, _passes)
def test_looking_back_turns_everything_round(before: list[Finding], after: list[Finding]) -> None:
    """The digest the other way round names the same checks and subjects, with each turn in its opposite."""
    opposite = {Turn.NEW: Turn.GONE, Turn.GONE: Turn.NEW, Turn.WORSE: Turn.BETTER, Turn.BETTER: Turn.WORSE}
    there = {(one.subject, one.check): one.turn for one in differences(before, after)}
    back = {(one.subject, one.check): opposite[one.turn] for one in differences(after, before)}

    assert there == back
    assert differences(before, before) == ()
