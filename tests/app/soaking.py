"""Scenarios in which a wave is watched, and what becomes of it meanwhile."""

from typing import TYPE_CHECKING

from shared.model.codec import to_json
from shared.report.control_text import asked_for

if TYPE_CHECKING:
    from tests.app.play import Stage

RUN = "fleet"


def soaked_and_resumed(stage: "Stage") -> str:
    """The host goes away after the third look, and somebody asks for the run again."""
    _until_told(stage, "soak/canary/look/3")
    stage.asides["status"] = stage.why(RUN, "pc-one")
    stage.restart()
    stage.ask("PUT", f"/v1/runs/{RUN}", {"kind": "upgrade"})
    return _to_its_end(stage)


def soak_unseen(stage: "Stage") -> str:
    """People are asked about the second wave, whoever asked for the run says yes, and then somebody else."""
    _until_told(stage, "wave/broad/asked")
    view = stage.local.view(RUN)
    stage.asides["asked"] = [to_json(one) for one in asked_for(view, ())]
    stage.asides["kept"] = [one.text for one in stage.told(RUN) if one.key.endswith("/snapshot-stays")]
    plan = view.plan.hash if view.plan else ""
    for who in ("ana", "eve"):
        body = {"wave": "broad", "planHash": plan, "by": who}
        stage.ask("POST", f"/v1/runs/{RUN}:approve", body)
    return _to_its_end(stage)


def soak_canceled(stage: "Stage") -> str:
    """Somebody cancels the run while its first wave is watched."""
    _until_told(stage, "soak/canary/look/1")
    stage.ask("POST", f"/v1/runs/{RUN}:cancel", {"by": "bob", "comment": "not now"})
    return _to_its_end(stage)


SOAKING = (soaked_and_resumed, soak_unseen, soak_canceled)


def _until_told(stage: "Stage", key: str) -> None:
    stage.ask("PUT", f"/v1/runs/{RUN}", {"kind": "upgrade", "requestedBy": "ana"})
    stage.let_time_pass(lambda: any(one.key == key for one in stage.told(RUN)), run=RUN)


def _to_its_end(stage: "Stage") -> str:
    stage.let_time_pass(lambda: stage.local.is_over(RUN), run=RUN)
    return RUN
