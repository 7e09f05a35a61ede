"""One sentence on how the fleet stands, one on what it cost its networks, and one on whether anybody has to act."""

from collections import Counter

from shared.model.plan import SubjectKind
from shared.model.run import Bucket, RunKind
from shared.model.view import RunView
from shared.report.outage_text import total_line
from shared.report.words import CLOUDS_ARE, listed, sentence, several
from shared.rules import buckets, run_view

_READY = {
    RunKind.CHECK: ("could be upgraded now", "could be upgraded now"),
    RunKind.PLAN: ("is to be upgraded", "are to be upgraded"),
    RunKind.UPGRADE: CLOUDS_ARE[Bucket.PLANNED],
    RunKind.REVERT: ("is to be taken back", "are to be taken back"),
}
"""What `planned` means in each kind of run."""

_GOOD = (Bucket.UPGRADED, Bucket.REVERTED, Bucket.CURRENT)
"""Buckets of what is as wanted, or as it was."""


def headline(view: RunView, needs: int) -> str:
    """How the private clouds stand, the outage of networks where it was measured, and how many things need somebody."""
    return " ".join(filter(None, (_standing(view), total_line(view.outages), _asked(view, needs))))


def _standing(view: RunView) -> str:
    if view.run.problem:
        return f"The run could not go on: {sentence(view.run.problem)}"
    clouds = [one.bucket for one in view.placed if one.kind is SubjectKind.PRIVATE_CLOUD]
    if not clouds:
        return "No private cloud was seen."
    if view.plan is None and view.revert is None:
        return f"{several(len(clouds), 'private cloud', 'private clouds')} seen, nothing planned yet."
    return _counted(view, Counter(clouds))


def _counted(view: RunView, counts: Counter[Bucket]) -> str:
    total = counts.total()
    good = sum(counts[one] for one in _GOOD)
    said = [
        _say(view, bucket, counts[bucket]) for bucket in buckets.WORST_FIRST if counts[bucket] and not _good(bucket)
    ]
    rest = f" {listed(said)}." if said else ""
    return f"{_lead(view, good, total)}.{rest}"


def _good(bucket: Bucket) -> bool:
    return bucket in _GOOD


def _lead(view: RunView, good: int, total: int) -> str:
    target = f" (target {run_view.short(view.plan.target)})" if view.plan else ""
    share = f"{good or 'None'} of {several(total, 'private cloud', 'private clouds')}"
    if good == total:
        share = f"All {several(total, 'private cloud', 'private clouds')}" if total > 1 else "The private cloud"
    wanted = "as before that run" if view.revert else f"as wanted{target}"
    return f"{share} {'is' if good in {0, 1} else 'are'} {wanted}"


def _say(view: RunView, bucket: Bucket, number: int) -> str:
    one, more = _READY[view.run.request.kind] if bucket is Bucket.PLANNED else CLOUDS_ARE[bucket]
    return f"{number} {one if number == 1 else more}"


def _asked(view: RunView, needs: int) -> str:
    moving = any(one.bucket in {Bucket.RUNNING, Bucket.PLANNED} for one in view.placed)
    going_on = view.run.request.carries_out and moving and not run_view.has_ended(view.run, view.journal)
    if not needs:
        return "Nobody needs to act; the run goes on by itself." if going_on else "Nobody needs to act."
    return f"{several(needs, 'thing needs', 'things need')} somebody."
