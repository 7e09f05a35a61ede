"""What a check says that has nothing to say of a subject: that it does not concern it, or that another check says it.

One gap or one danger is told by one check, which the others name here. So it blocks once, and is mended once.
"""

from shared.checks.interface import Judgement
from shared.model.finding import Evidence, Verdict


def left_to(check: str, told: Judgement) -> Judgement:
    """Say nothing, and which check says `told`: something that was not seen, or that blocks there already."""
    return Judgement(
        verdict=Verdict.NOT_APPLICABLE,
        summary=f"left to {check}: {told.summary}",
        evidence=told.evidence,
    )


def nothing(summary: str, evidence: tuple[Evidence, ...] = ()) -> tuple[Judgement, ...]:
    """The one judgement of a check that does not concern the subject."""
    return (Judgement(verdict=Verdict.NOT_APPLICABLE, summary=summary, evidence=evidence),)
