"""What a check says that has nothing to say of a subject: that it does not concern it, or that another check says it.

One gap or one danger is told by one check, which the others name here. So it blocks once, and is mended once.
"""

from shared.checks.interface import Judgement
from shared.model.finding import Evidence, Verdict


def left_to(check: str, told: Judgement) -> Judgement:
    """Say nothing, and which check says `told`: something that was not seen, or that blocks there already."""
    return left_because(check, told.summary, told.evidence)


def left_because(check: str, why: str, evidence: tuple[Evidence, ...] = ()) -> Judgement:
    """The same in words, where no judgement of it is at hand."""
    return not_concerned(f"left to {check}: {why}", evidence)


def nothing(summary: str, evidence: tuple[Evidence, ...] = ()) -> tuple[Judgement, ...]:
    """The one judgement of a check that does not concern the subject."""
    return (not_concerned(summary, evidence),)


def not_concerned(summary: str, evidence: tuple[Evidence, ...] = ()) -> Judgement:
    """One judgement among others, that there is nothing to say."""
    return Judgement(verdict=Verdict.NOT_APPLICABLE, summary=summary, evidence=evidence)
