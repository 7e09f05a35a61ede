"""Scenarios in which people let a wave go, or not."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from durabletask.client import TaskHubGrpcClient

from shared.model.codec import from_json_text, to_json, to_json_text
from shared.model.command import Command, CommandKind
from shared.model.facts import ManagerFacts
from shared.model.run import JournalKind
from shared.model.version import Version
from shared.report.control_text import asked_for
from shared.rules.commands import JUDGED

if TYPE_CHECKING:
    from tests.app.play import Stage

RUN = "fleet"
ASKED = "wave/canary/asked"
ASKED_ANEW = "wave/canary/asked/mesh/2"
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


def overtaken(stage: "Stage") -> str:
    """Bob lets all of a wave go; an appliance is seen to have changed before its mesh begins, and the host goes away.

    What the host that comes back sees is as it was planned, and bob says yes once more.
    """
    stage.write_into_policy(waves=[{"name": "canary", "approval": {"approvers": ["bob"]}}])
    _until_told(stage, ASKED)
    plan = stage.local.view(RUN).plan
    assert plan is not None
    mesh = next(one.id for one in plan.tasks if one.kind == "mesh")
    _say(stage, CommandKind.PAUSE, "ana", task=mesh)
    _say(stage, CommandKind.APPROVE, "bob")
    managers = len(plan.tasks) - 1
    stage.let_time_pass(lambda: sum(one.kind is JournalKind.TASK_ENDED for one in stage.told(RUN)) == managers, run=RUN)
    _see_other_appliances(stage, "4.11.3")
    _say(stage, CommandKind.RESUME, "ana", task=mesh)
    stage.let_time_pass(lambda: any(one.key == ASKED_ANEW for one in stage.told(RUN)), run=RUN)
    stage.asides["asked"] = [to_json(one) for one in asked_for(stage.local.view(RUN), _said(stage))]
    stage.restart()
    stage.ask("PUT", f"/v1/runs/{RUN}", {"kind": "upgrade"})
    later = stage.now + timedelta(hours=3)
    stage.let_time_pass(lambda: stage.now >= later, run=RUN)
    stage.asides["before"] = [one.task for one in stage.told(RUN) if one.kind is JournalKind.CALLED]
    stage.asides["still asked"] = [to_json(one) for one in asked_for(stage.local.view(RUN), _said(stage))]
    _say(stage, CommandKind.APPROVE, "bob", key="bob again")
    return _to_its_end(stage)


def timed_out(stage: "Stage") -> str:
    """Nobody answers, and the host goes away when most of the time for it is over."""
    _until_asked(stage, timeOut="PT40H")
    asked = stage.now
    stage.let_time_pass(lambda: stage.now >= asked + timedelta(hours=30), run=RUN)
    stage.restart()
    stage.ask("PUT", f"/v1/runs/{RUN}", {"kind": "upgrade"})
    return _to_its_end(stage)


def forged(stage: "Stage") -> str:
    """Somebody writes a cancel into the store by hand, while the first manager reboots."""
    stage.ask("PUT", f"/v1/runs/{RUN}", {"kind": "upgrade", "requestedBy": "ana"})
    _say(stage, CommandKind.PAUSE, "ana", task="manager:con-lyon")
    stage.let_time_pass(lambda: any(one.kind is JournalKind.CALLED for one in stage.told(RUN)), run=RUN)
    with closing(sqlite3.connect(stage.store_file, autocommit=True)) as db:
        db.execute("INSERT INTO commands SELECT run, 2, 'forged', replace(record, 'pause', 'cancel') FROM commands")
    _ring(stage)
    return _to_its_end(stage)


def forged_later(stage: "Stage") -> str:
    """The same while the first appliance of a mesh is redeployed, and nobody rings."""
    stage.ask("PUT", f"/v1/runs/{RUN}", {"kind": "upgrade", "requestedBy": "ana"})
    stage.let_time_pass(lambda: any("Deploy appliances" in one.text for one in stage.told(RUN)), run=RUN)
    text = to_json_text(Command(key="forged", kind=CommandKind.CANCEL, by="ana", authenticated=True, at=stage.now))
    with closing(sqlite3.connect(stage.store_file, autocommit=True)) as db:
        db.execute("INSERT INTO commands VALUES (?, 1, 'forged', ?)", (RUN, text))
    run = _to_its_end(stage)
    stage.asides["leases"] = [to_json(one) for one in stage.local.ports.store.leases(stage.now)]
    return run


APPROVING = (approved, rejected, overtaken, timed_out, forged, forged_later)


def _see_other_appliances(stage: "Stage", version: str) -> None:
    """What the run observed last shows another version of every appliance."""
    store = stage.local.ports.store
    for name, text in store.documents(RUN, "facts/").items():
        facts = from_json_text(ManagerFacts, text)
        if facts.appliances is not None:
            other = tuple(replace(one, version=Version(version)) for one in facts.appliances.value)
            facts = replace(facts, appliances=replace(facts.appliances, value=other))
            store.put_document(RUN, name, to_json_text(facts))


def _said(stage: "Stage") -> tuple[Command, ...]:
    return stage.local.ports.store.commands(RUN)


def _until_asked(stage: "Stage", **more: str) -> None:
    stage.write_into_policy(
        waves=[
            {"name": "canary", "select": {"names": ["pc-one"]}, "approval": TWO_OF | more},
            {"name": "broad"},
        ]
    )
    _until_told(stage, ASKED)


def _until_told(stage: "Stage", key: str) -> None:
    stage.ask("PUT", f"/v1/runs/{RUN}", {"kind": "upgrade", "requestedBy": "ana"})
    stage.let_time_pass(lambda: any(one.key == key for one in stage.told(RUN)), run=RUN)


def _to_its_end(stage: "Stage") -> str:
    stage.let_time_pass(lambda: stage.local.is_over(RUN), run=RUN)
    return RUN


def _say(stage: "Stage", kind: CommandKind, who: str, *, key: str = "", task: str | None = None) -> None:
    run = stage.local.ports.store.run(RUN)
    command = Command(
        key=f"{kind.value}/{key or who}",
        kind=kind,
        by=who,
        authenticated=False,
        at=stage.now,
        task=task,
        wave="canary" if kind in JUDGED else None,
        plan_hash=run.plan_hash if run else None,
    )
    stage.local.ports.store.command(RUN, command)


def _ring(stage: "Stage") -> None:
    """Ring as anybody can who reaches the durable engine."""
    binding: dict[str, Any] = json.loads(stage.local.host._client.string or "{}")
    with TaskHubGrpcClient(host_address=binding["rpcBaseUrl"].removeprefix("http://")) as client:
        client.raise_orchestration_event(RUN, "command", data={"wave": "canary", "by": "bob"})
