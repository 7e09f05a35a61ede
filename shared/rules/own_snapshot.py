"""How a snapshot of ours stands: whether it is there, whether it is gone, and until when it leads back."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from shared.model.plan import Safeguard
from shared.model.snapshots import SnapshotSeen, SnapshotState
from shared.model.waiting import WaitingFor
from shared.rules.progress import Progress, State
from shared.rules.protection import LASTS

_KEYS: Mapping[Safeguard, str] = {
    Safeguard.RUN_COMMAND_SNAPSHOT: "snapshots.cloudManagers",
    Safeguard.VCENTER_SNAPSHOT: "snapshots.connectors",
}
"""Which key of `fleet.yaml` asks for a snapshot."""
_BY_HAND: Mapping[Safeguard, str] = {
    Safeguard.RUN_COMMAND_SNAPSHOT: "a person: see whether it goes away by itself",
    Safeguard.VCENTER_SNAPSHOT: "a person: delete it in vCenter, it does not go away by itself",
}
_STAYS = "it stays until somebody deletes it"


def not_taken(kind: Safeguard) -> str:
    """What to do where a snapshot was not taken, or nobody sees it."""
    return (
        f"a person: look why, and run it again; without a snapshot of ours, set {_KEYS[kind]} to none in fleet.yaml "
        "and plan again"
    )


def there(kind: Safeguard, seen: SnapshotSeen) -> Progress:
    """1.3: whether the snapshot is seen. That it was asked for, and that the asking went well, is not enough."""
    match seen.state:
        case SnapshotState.THERE:
            return Progress(state=State.DONE, detail=seen.detail)
        case SnapshotState.FAILED:
            return Progress(state=State.STOP, detail=seen.detail, reason="snapshot-failed", remedy=not_taken(kind))
        case _:
            return _not_yet(seen, "snapshot-not-seen", not_taken(kind))


def gone(kind: Safeguard, seen: SnapshotSeen) -> Progress:
    """1.8: whether the snapshot is gone. One whose removal failed is told, and looked at until the time is over."""
    if seen.state is SnapshotState.ABSENT:
        return Progress(state=State.DONE, detail=seen.detail)
    return _not_yet(seen, "snapshot-not-removed", _BY_HAND[kind])


def _not_yet(seen: SnapshotSeen, reason: str, remedy: str) -> Progress:
    return Progress(
        state=State.NOT_YET, detail=seen.detail, waiting_for=WaitingFor.SNAPSHOT, reason=reason, remedy=remedy
    )


def stays(kind: Safeguard, why: str) -> str:
    """What is said of a snapshot that could not be removed."""
    lasts = LASTS.get(kind)
    end = f"{int(lasts.total_seconds() // 3600)} hours after it was taken it is deleted by itself" if lasts else _STAYS
    return f"it was not removed: {why}; {end}"


def stays_for_good(kind: Safeguard) -> bool:
    """Whether a snapshot of ours is there until somebody deletes it."""
    return kind is not Safeguard.NONE and kind not in LASTS


def left_behind(seen: SnapshotSeen) -> str:
    """What is said of a snapshot that stays for good, where its task did not come to its end."""
    match seen.state:
        case SnapshotState.ABSENT:
            return ""
        case SnapshotState.UNKNOWN:
            return f"nobody can see whether it was taken ({seen.detail}); if it was, {_STAYS}"
        case _:
            return f"it leads back, and {_STAYS}: {seen.detail}"


def kept_on(kind: Safeguard, seen: SnapshotSeen | None, now: datetime) -> str:
    """What is said of a snapshot that is not removed since the soak of its wave did not pass; empty where none is."""
    if seen is None or seen.state is SnapshotState.ABSENT:
        return ""
    until = kept_until(kind, seen, now)
    lasts = f"until {until:%Y-%m-%d %H:%M} UTC" if until else "until somebody deletes it"
    return f"it stays {lasts}, since what was watched did not pass: {seen.detail}"


def kept_until(kind: Safeguard, seen: SnapshotSeen, seen_at: datetime) -> datetime | None:
    """Until when a snapshot is there that was seen then; None where nothing deletes it.

    Whoever keeps it says when it was made. That is not believed where it lies ahead of us.
    """
    lasts = LASTS.get(kind)
    if lasts is None:
        return None
    return min(seen.made_at or seen_at, seen_at) + lasts


def outlasts(until: datetime | None, now: datetime, needs: timedelta) -> bool:
    """Whether a snapshot that is kept until then is there at the end of work that begins now and needs so long."""
    return until is None or now + needs <= until
