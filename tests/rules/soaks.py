"""Soaks as the driver of a rollout tells of them."""

from collections.abc import Iterable
from datetime import datetime

from shared.model.soaking import SoakEnd, SoakVerdict
from shared.rules.rollout import Rollout, Watched


def told(rollout: Rollout, watched: Iterable[Watched], now: datetime, verdict: SoakVerdict = SoakVerdict.PASS) -> None:
    """Each of these waves was watched, and came out so."""
    for one in watched:
        reasons = () if verdict is SoakVerdict.PASS else ("a tunnel",)
        rollout.soaked(SoakEnd(wave=one.wave, verdict=verdict, reasons=reasons, ended_at=now), now)
