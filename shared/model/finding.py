"""A finding: the verdict of one check on one subject, with evidence and remedy."""

from datetime import datetime
from enum import StrEnum

from shared.model.record import record


class Verdict(StrEnum):
    """What a check concludes; the first three that block are those an operator must not pass."""

    PASS = "pass"  # noqa: S105 -- a verdict
    WARN = "warn"
    MANUAL = "manual"
    """Only a person can tell; the remedy says what to look at."""
    NOT_APPLICABLE = "not-applicable"
    OUTAGE_RISK = "outage-risk"
    UPGRADE_FAILURE = "upgrade-failure"
    UNKNOWN = "unknown"
    """Could not be observed: blocks like a failure."""


BLOCKING = frozenset({Verdict.OUTAGE_RISK, Verdict.UPGRADE_FAILURE, Verdict.UNKNOWN})


@record
class Evidence:
    """One observation a finding rests on."""

    text: str
    observed_at: datetime | None
    """None when the evidence is that nothing was observed."""


@record
class Finding:
    """What one check says of one subject."""

    check: str
    """Id of the check, such as `migrations-running`."""
    subject: str
    """Id of a manager, or of a mesh, that the finding is about."""
    verdict: Verdict
    summary: str
    """One sentence an operator understands without opening anything."""
    evidence: tuple[Evidence, ...] = ()
    remedy: str = ""
    link: str = ""
    waived: bool = False
    """Whether it would block, had nobody let it pass; the summary says who did, why and until when."""

    @property
    def blocks(self) -> bool:
        """Whether a task must not start while this stands."""
        return self.verdict in BLOCKING

    @property
    def observed_at(self) -> datetime | None:
        """The oldest observation that it rests on; None where it rests on none."""
        return min((seen.observed_at for seen in self.evidence if seen.observed_at), default=None)
