"""How a person reads what changed since the pass before."""

from datetime import UTC, datetime

from shared.model.digest import Difference, Digest, Turn
from shared.model.finding import Verdict
from shared.report.digest_text import digest_lines, digest_sentence

SINCE = datetime(2026, 11, 23, 6, tzinfo=UTC)
WORSE = Difference(
    turn=Turn.WORSE,
    check="tunnels-up",
    subject="mesh-lyon",
    was=Verdict.WARN,
    now=Verdict.OUTAGE_RISK,
    summary="a tunnel is down",
)
NEW = Difference(
    turn=Turn.NEW, check="not-held", subject="con-lyon", was=None, now=Verdict.UNKNOWN, summary="nobody knows"
)
GONE = Difference(
    turn=Turn.GONE, check="stale-jobs", subject="mesh-lyon", was=Verdict.WARN, now=None, summary="a job is old"
)


def digest(*differences: Difference) -> Digest:
    """These differences since yesterday's pass."""
    return Digest(since="timer-1", since_at=SINCE, differences=differences)


def test_each_difference_is_one_line_with_both_verdicts() -> None:
    """A person sees how it turned, what it is about by its name, what it was and is, and what is said of it."""
    assert digest_lines(digest(NEW, WORSE, GONE), {"con-lyon": "Lyon"}) == (
        "Since run timer-1 of 23 Nov 2026 06:00 UTC, these findings changed:",
        "  new: Lyon, not-held (could not be observed): nobody knows",
        "  worse: mesh-lyon, tunnels-up (was warning, now outage risk): a tunnel is down",
        "  gone: mesh-lyon, stale-jobs (was warning, now not looked at): a job is old",
    )


def test_that_nothing_changed_is_told() -> None:
    """Silence could mean that nobody compared."""
    assert digest_lines(digest(), {}) == ("Since run timer-1 of 23 Nov 2026 06:00 UTC, no finding changed.",)
    assert digest_sentence(digest()) == "since run timer-1: no finding changed"


def test_the_journal_counts_and_names_what_is_worse() -> None:
    """One sentence: how much of each turn, and the names of what is new or worse."""
    assert digest_sentence(digest(NEW, WORSE, GONE)) == (
        "since run timer-1: 1 new, 1 worse, 1 gone (new not-held on con-lyon; worse tunnels-up on mesh-lyon)"
    )
