"""A scenario in which a mesh has to come along in the middle of its managers' way, and people let it go apart."""

from typing import TYPE_CHECKING

from shared.model.command import Command, CommandKind
from shared.model.plan import SubjectKind
from shared.model.run import JournalKind
from shared.rules.resume import asking_key

if TYPE_CHECKING:
    from tests.app.play import Stage

RUN = "fleet"
WAVE = {"name": "all", "approval": {"approvers": ["ana", "bob"], "minimum": 1}}


def mesh_in_the_middle(stage: "Stage") -> str:
    """Ana lets the managers go, later bob the meshes; the host goes away while the mesh is half done in between."""
    stage.write_into_policy(waves=[WAVE])
    stage.ask("PUT", f"/v1/runs/{RUN}", {"kind": "upgrade", "requestedBy": "carl"})
    _until_asked(stage, meshes=False)
    _let_go(stage, "ana", SubjectKind.CONNECTOR)
    stage.let_time_pass(lambda: _called(stage), run=RUN)
    stage.asides["why"] = stage.why(RUN, "mesh-lab")
    _until_asked(stage, meshes=True)
    _let_go(stage, "bob", SubjectKind.MESH)
    stage.let_time_pass(lambda: _redeploys(stage), run=RUN)
    stage.restart()
    stage.ask("PUT", f"/v1/runs/{RUN}", {"kind": "upgrade", "requestedBy": "carl"})
    stage.let_time_pass(lambda: stage.local.is_over(RUN), run=RUN)
    return RUN


IN_THE_MIDDLE = (mesh_in_the_middle,)


def _until_asked(stage: "Stage", *, meshes: bool) -> None:
    key = asking_key("all", meshes=meshes)
    stage.let_time_pass(lambda: any(one.key == key for one in stage.told(RUN)), run=RUN)


def _called(stage: "Stage") -> bool:
    return any(one.kind is JournalKind.CALLED for one in stage.told(RUN))


def _redeploys(stage: "Stage") -> bool:
    return any(one.kind is JournalKind.WAITING and one.section == "2.4" for one in stage.told(RUN))


def _let_go(stage: "Stage", who: str, tasks: SubjectKind) -> None:
    run = stage.local.ports.store.run(RUN)
    command = Command(
        key=f"approve/{who}",
        kind=CommandKind.APPROVE,
        by=who,
        authenticated=False,
        at=stage.now,
        wave="all",
        tasks=tasks,
        plan_hash=run.plan_hash if run else None,
    )
    stage.local.ports.store.command(RUN, command)
