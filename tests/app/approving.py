"""Scenarios in which people let a wave go, or not."""

import json
from typing import TYPE_CHECKING, Any

from durabletask.client import TaskHubGrpcClient

from shared.model.command import Command, CommandKind

if TYPE_CHECKING:
    from tests.app.play import Stage

RUN = "fleet"
ASKED = "wave/canary/asked"
TWO_OF = {"approvers": ["ana", "bob", "carl"], "minimum": 2}


def approved(stage: "Stage") -> str:
    """Somebody rings, the requester, a stranger and bob say yes; carl does; before and after the host goes away."""
    _until_asked(stage)
    before = len(stage.told(RUN))
    _ring(stage)
    stage.local.host.wait_idle(30)
    stage.asides["forged"] = len(stage.told(RUN)) - before
    for who in ("Ana", "eve", "bob"):
        _say(stage, CommandKind.APPROVE, who)
    _ring(stage)
    stage.local.host.wait_idle(30)
    stage.asides["still asked"] = not any(one.key == "wave/canary/open" for one in stage.told(RUN))
    stage.restart()
    stage.ask("PUT", f"/v1/runs/{RUN}", {"kind": "upgrade"})
    stage.local.host.wait_idle(30)
    _say(stage, CommandKind.APPROVE, "carl")
    stage.let_time_pass(lambda: any(one.key == "wave/canary/open" for one in stage.told(RUN)), run=RUN)
    stage.restart()
    stage.ask("PUT", f"/v1/runs/{RUN}", {"kind": "upgrade"})
    return _to_its_end(stage)


def rejected(stage: "Stage") -> str:
    """Bob says no."""
    _until_asked(stage)
    _say(stage, CommandKind.REJECT, "bob")
    _ring(stage)
    return _to_its_end(stage)


APPROVING = (approved, rejected)


def _until_asked(stage: "Stage") -> None:
    stage.write_into_policy(
        waves=[
            {"name": "canary", "select": {"names": ["pc-one"]}, "approval": TWO_OF},
            {"name": "broad"},
        ]
    )
    stage.ask("PUT", f"/v1/runs/{RUN}", {"kind": "upgrade", "requestedBy": "ana"})
    stage.let_time_pass(lambda: any(one.key == ASKED for one in stage.told(RUN)), run=RUN)


def _to_its_end(stage: "Stage") -> str:
    stage.let_time_pass(lambda: stage.local.is_over(RUN), run=RUN)
    return RUN


def _say(stage: "Stage", kind: CommandKind, who: str) -> None:
    run = stage.local.ports.store.run(RUN)
    command = Command(
        key=f"{kind.value}/{who}",
        kind=kind,
        by=who,
        authenticated=False,
        at=stage.now,
        wave="canary",
        plan_hash=run.plan_hash if run else None,
    )
    stage.local.ports.store.command(RUN, command)


def _ring(stage: "Stage") -> None:
    """Ring as anybody can who reaches the durable engine."""
    binding: dict[str, Any] = json.loads(stage.local.host._client.string or "{}")
    with TaskHubGrpcClient(host_address=binding["rpcBaseUrl"].removeprefix("http://")) as client:
        client.raise_orchestration_event(RUN, "command", data={"wave": "canary", "by": "bob"})
