"""The canonical run with what leads its managers back, and with a wave that is watched."""

from dataclasses import replace
from datetime import timedelta

from shared.model.plan import ManagerTask, MeshTask, Safeguard, WayBack
from shared.model.policy import SoakCriterion
from shared.model.run import JournalEntry, JournalKind
from shared.model.snapshots import SnapshotSeen, SnapshotState
from shared.model.soaking import SoakReason, SoakSample, SoakStanding, SoakVerdict
from shared.model.view import RunView
from shared.rules.way_back_clock import clocks
from tests.report.canonical_run import GRAZ_TASK, LYON_TASK, OSLO_TASK, PLAN, after

DAY = timedelta(hours=24)
TUNNEL = SoakReason(criterion=SoakCriterion.TUNNELS_UP, verdict=SoakVerdict.FAIL, detail="1 tunnel not up: ne-1 DOWN")
SOAK = SoakStanding(
    wave="canary",
    began=after(20),
    until=after(20) + DAY,
    samples=(SoakSample(number=1, at=after(30), reasons=(TUNNEL,)), SoakSample(number=2, at=after(38))),
    wanted=4,
)


def _guarded(task: ManagerTask | MeshTask) -> ManagerTask | MeshTask:
    """HCX takes a snapshot of every manager; we take one of con-lyon, and con-lyon and con-oslo are paired."""
    if isinstance(task, MeshTask):
        return task
    own = WayBack(manager=task.subject, kind=Safeguard.AUTOMATIC_SNAPSHOT, lasts=DAY, text="HCX takes one itself")
    peers = {LYON_TASK.id: (OSLO_TASK.subject,)}.get(task.id, ())
    kind = Safeguard.RUN_COMMAND_SNAPSHOT if task.id == LYON_TASK.id else Safeguard.NONE
    return replace(task, way_back=(own,), peers=peers, snapshot=kind)


GUARDED = replace(PLAN, groups=tuple(replace(group, tasks=tuple(map(_guarded, group.tasks))) for group in PLAN.groups))
SNAPSHOTS = {LYON_TASK.id: SnapshotSeen(state=SnapshotState.THERE, made_at=after(-60))}


def _changed(task: ManagerTask, minutes: float) -> JournalEntry:
    step = task.hops[0].upgrade.id
    return JournalEntry(
        key=f"{task.id}/called", at=after(minutes), kind=JournalKind.CALLED, text="called", task=task.id, step=step
    )


CHANGES = (_changed(LYON_TASK, 10), _changed(OSLO_TASK, 15), _changed(GRAZ_TASK, -60 * 30))
"""The last of them longer ago than HCX keeps its snapshot."""


def guarded_in(view: RunView) -> RunView:
    """The canonical run with its ways back as they are then."""
    return replace(view, ways_back=clocks(GUARDED, CHANGES, SNAPSHOTS, view.now), soaks=(SOAK,))
