"""READY or not, as of when, and until when that counts. Pure."""

from collections.abc import Iterable
from datetime import datetime

from shared.model.facts import FleetFacts, ManagerFacts
from shared.model.record import record
from shared.model.view import RunView
from shared.report.needs import needs
from shared.rules.freshness import ASPECTS


@record
class Readiness:
    """What a check comes to."""

    ready: bool
    observed_from: datetime | None
    """The oldest observation it rests on, None where nothing was observed."""
    counts_until: datetime | None
    """When the first of its observations is too old to act on."""


def readiness(view: RunView, facts: FleetFacts) -> Readiness:
    """READY when nothing needs anybody; an observation that does not count any more makes it NO."""
    times = [at for one in facts.managers for at in _times(one)]
    expiries = [at for one in facts.managers for at in _expiries(one)]
    until = min(expiries, default=None)
    fresh = until is not None and view.now <= until
    return Readiness(
        ready=fresh and not view.run.problem and not needs(view),
        observed_from=min(times, default=None),
        counts_until=until,
    )


def _times(facts: ManagerFacts) -> Iterable[datetime]:
    return (seen.at for aspect in ASPECTS if (seen := aspect.read(facts)))


def _expiries(facts: ManagerFacts) -> Iterable[datetime]:
    return (seen.at + aspect.life.span for aspect in ASPECTS if (seen := aspect.read(facts)))
