"""One sentence on how the fleet stands, and one on whether anybody has to act."""

from collections import Counter

from shared.model.plan import SubjectKind
from shared.model.run import Bucket, RunKind
from shared.model.view import RunView
from shared.report.words import CLOUDS_ARE, listed, sentence, several
from shared.rules import buckets, run_view

_READY = {
    RunKind.CHECK: ("could be upgraded now", "could be upgraded now"),
    RunKind.PLAN: ("is to be upgraded", "are to be upgraded"),
    RunKind.UPGRADE: CLOUDS_ARE[Bucket.PLANNED],
}
"""What `planned` means in each kind of run."""


def headline(view: RunView, needs: int) -> str:
    """How the private clouds stand, and how many things need somebody."""
    return f"{_standing(view)} {_asked(view, needs)}"


def _standing(view: RunView) -> str:
    if view.run.problem:
        return f"The run could not go on: {sentence(view.run.problem)}"
    clouds = [one.bucket for one in view.placed if one.kind is SubjectKind.PRIVATE_CLOUD]
    if not clouds:
        return "No private cloud was seen."
    if view.plan is None:
        return f"{several(len(clouds), 'private cloud', 'private clouds')} seen, nothing planned yet."
    return _counted(view, Counter(clouds))


def _counted(view: RunView, counts: Counter[Bucket]) -> str:
    total = counts.total()
    good = counts[Bucket.UPGRADED] + counts[Bucket.CURRENT]
    said = [
        _say(view, bucket, counts[bucket]) for bucket in buckets.WORST_FIRST if counts[bucket] and not _good(bucket)
    ]
    rest = f" {listed(said)}." if said else ""
    return f"{_lead(view, good, total)}.{rest}"


def _good(bucket: Bucket) -> bool:
    return bucket in {Bucket.UPGRADED, Bucket.CURRENT}


def _lead(view: RunView, good: int, total: int) -> str:
    target = f" (target {run_view.short(view.plan.target)})" if view.plan else ""
    share = f"{good or 'None'} of {several(total, 'private cloud', 'private clouds')}"
    if good == total:
        share = f"All {several(total, 'private cloud', 'private clouds')}" if total > 1 else "The private cloud"
    return f"{share} {'is' if good in {0, 1} else 'are'} as wanted{target}"


def _say(view: RunView, bucket: Bucket, number: int) -> str:
    one, more = _READY[view.run.request.kind] if bucket is Bucket.PLANNED else CLOUDS_ARE[bucket]
    return f"{number} {one if number == 1 else more}"


def _asked(view: RunView, needs: int) -> str:
    moving = any(one.bucket in {Bucket.RUNNING, Bucket.PLANNED} for one in view.placed)
    going_on = view.run.request.kind is RunKind.UPGRADE and moving and not run_view.has_ended(view.run, view.journal)
    if not needs:
        return "Nobody needs to act; the run goes on by itself." if going_on else "Nobody needs to act."
    return f"{several(needs, 'thing needs', 'things need')} somebody."
