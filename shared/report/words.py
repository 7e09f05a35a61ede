"""How buckets, outcomes, times and spans of time are said, the same in every format."""

from datetime import UTC, datetime, timedelta

from shared.model.finding import Verdict
from shared.model.plan import SubjectKind
from shared.model.run import Bucket, Outcome
from shared.model.view import TaskPhase
from shared.model.waiting import WaitingFor

SYMBOL = {
    Bucket.FAILED: "✕",
    Bucket.UNKNOWN: "?",
    Bucket.BLOCKED: "■",
    Bucket.WAITING: "…",
    Bucket.RUNNING: "▸",
    Bucket.CANCELED: "⊘",
    Bucket.PLANNED: "○",
    Bucket.REVERTED: "↶",
    Bucket.UPGRADED: "✓",
    Bucket.CURRENT: "=",
    Bucket.EXCLUDED: "–",  # noqa: RUF001 -- a dash that is as wide as the other signs
}
"""A sign for every bucket, so that colour is never the only one."""

CLOUDS_ARE = {
    Bucket.FAILED: ("failed", "failed"),
    Bucket.UNKNOWN: ("is unknown", "are unknown"),
    Bucket.BLOCKED: ("is blocked", "are blocked"),
    Bucket.WAITING: ("waits for others", "wait for others"),
    Bucket.RUNNING: ("is being upgraded", "are being upgraded"),
    Bucket.CANCELED: ("was canceled", "were canceled"),
    Bucket.PLANNED: ("has not begun", "have not begun"),
    Bucket.REVERTED: ("was taken back", "were taken back"),
    Bucket.UPGRADED: ("is upgraded", "are upgraded"),
    Bucket.CURRENT: ("is current", "are current"),
    Bucket.EXCLUDED: ("is left alone", "are left alone"),
}
"""What one, and what several subjects of a bucket do in a sentence."""

BUCKET_OF_STATE: dict[Outcome | TaskPhase, Bucket] = {
    Outcome.SUCCEEDED: Bucket.UPGRADED,
    Outcome.BLOCKED: Bucket.BLOCKED,
    Outcome.FAILED: Bucket.FAILED,
    Outcome.WAITING: Bucket.WAITING,
    Outcome.SKIPPED: Bucket.EXCLUDED,
    Outcome.UNKNOWN: Bucket.UNKNOWN,
    Outcome.CANCELED: Bucket.CANCELED,
    TaskPhase.PLANNED: Bucket.PLANNED,
    TaskPhase.RUNNING: Bucket.RUNNING,
    TaskPhase.WAITING: Bucket.WAITING,
    TaskPhase.ENDED: Bucket.UPGRADED,
}
"""Whose sign and colour a task shows: by its outcome, else by its phase."""

WAITS_FOR = {
    WaitingFor.DEPENDENCY: "another task",
    WaitingFor.SLOT: "its turn",
    WaitingFor.PROVIDER: "the provider",
    WaitingFor.PERSON: "a person at the site",
    WaitingFor.REPORT_NOT_OBSERVED: "what was reported as done to show",
    WaitingFor.MANAGER: "the manager to come back",
    WaitingFor.HCX_JOB: "HCX to finish its work",
    WaitingFor.SNAPSHOT: "a snapshot",
    WaitingFor.BUNDLE: "the upgrade bundle",
    WaitingFor.PEER: "the other side",
    WaitingFor.WAVE: "an earlier wave",
    WaitingFor.APPROVAL: "an approval",
    WaitingFor.WINDOW: "a window",
    WaitingFor.BUDGET: "somebody to look at the failures",
    WaitingFor.NETWORKS: "other extended networks",
    WaitingFor.PAUSED: "a person to resume it",
    WaitingFor.LEASE: "whoever has its lease",
}
"""What completes "waits for …"."""

VERDICT = {
    Verdict.UPGRADE_FAILURE: "upgrade would fail",
    Verdict.OUTAGE_RISK: "outage risk",
    Verdict.UNKNOWN: "could not be observed",
    Verdict.MANUAL: "a person must look",
    Verdict.WARN: "warning",
    Verdict.PASS: "passed",
    Verdict.NOT_APPLICABLE: "does not apply",
}
"""Verdicts in words, gravest first: the order in which findings are listed."""

KINDS = {
    SubjectKind.PRIVATE_CLOUD: ("private cloud", "private clouds"),
    SubjectKind.CONNECTOR: ("connector", "connectors"),
    SubjectKind.MESH: ("mesh", "meshes"),
    SubjectKind.SUBSCRIPTION: ("subscription", "subscriptions"),
}
"""One and several of a kind of subject."""

CONFIDENCE = {
    "documented": "described in the vendor's own documentation",
    "seen": "seen in public code that works with HCX",
    "inferred": "worked out from other calls; no public source shows it",
}
"""What a call to HCX rests on, surest first."""

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def several(number: int, one: str, more: str) -> str:
    """A number with its noun."""
    return f"{number} {one if number == 1 else more}"


def when(at: datetime) -> str:
    """A time as tables show it: UTC, without a year."""
    utc = at.astimezone(UTC)
    return f"{utc.day} {utc:%b %H:%M}"


def moment(at: datetime) -> str:
    """A time that stands by itself."""
    utc = at.astimezone(UTC)
    return f"{utc.day} {utc:%b %Y %H:%M} UTC"


def took(span: timedelta) -> str:
    """A span of time in its two largest units."""
    seconds = max(int(span.total_seconds()), 0)
    if seconds < _MINUTE:
        return f"{seconds} s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min"
    if seconds < _DAY:
        return _two(seconds // _HOUR, "h", seconds % _HOUR // _MINUTE, "min")
    return _two(seconds // _DAY, "d", seconds % _DAY // _HOUR, "h")


def _two(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large} {large_unit} {small} {small_unit}" if small else f"{large} {large_unit}"


def listed(parts: list[str]) -> str:
    """Words as a list in a sentence."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def sentence(text: str) -> str:
    """A text that ends as a sentence does."""
    stripped = text.strip()
    return stripped if not stripped or stripped[-1] in ".!?…" else f"{stripped}."
