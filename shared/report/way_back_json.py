"""Soaks and ways back for programs, and for the page that is made of the same document."""

from collections.abc import Iterable

from shared.model.soaking import SoakStanding
from shared.model.way_back import WaysBack
from shared.report.part import seconds
from shared.report.way_back_document import (
    ManagerWayBackPart,
    PairWayBackPart,
    SoakPart,
    SoakSamplePart,
    WaysBackPart,
)
from shared.report.way_back_text import pair_sentence, sentence, soak_sentence
from shared.rules.soaking import of_sample


def ways_back_part(ways: WaysBack) -> WaysBackPart:
    """Every way back of a run."""
    return WaysBackPart(
        managers=tuple(
            ManagerWayBackPart(
                manager=one.manager,
                task=one.task,
                kind=one.kind,
                back_to=one.back_to,
                basis=one.basis,
                made_at=one.made_at,
                expires_at=one.expires_at,
                left_seconds=seconds(one.left),
                text=sentence(one),
            )
            for one in ways.managers
        ),
        pairs=tuple(
            PairWayBackPart(
                managers=one.managers,
                until=one.until,
                left_seconds=seconds(one.left),
                limited_by=one.limited_by,
                text=pair_sentence(one),
            )
            for one in ways.pairs
        ),
    )


def soaks_part(soaks: Iterable[SoakStanding]) -> tuple[SoakPart, ...]:
    """The soak of every wave that is over."""
    return tuple(
        SoakPart(
            wave=one.wave,
            began=one.began,
            until=one.until,
            wanted=one.wanted,
            samples=tuple(
                SoakSamplePart(
                    number=look.number,
                    at=look.at,
                    verdict=of_sample(look),
                    reasons=tuple(reason.detail for reason in look.reasons),
                )
                for look in one.samples
            ),
            verdict=one.end.verdict if one.end else None,
            reasons=one.end.reasons if one.end else (),
            ended_at=one.end.ended_at if one.end else None,
            text=soak_sentence(one),
        )
        for one in soaks
    )
