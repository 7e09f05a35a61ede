"""Scenarios in which people and other runs come in between: leases, commands, a change that nobody can confirm."""

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from durabletask.client import TaskHubGrpcClient

from shared.model.codec import to_json
from shared.model.command import Command, CommandKind
from shared.model.ledger import ClaimState, LeaseWish
from shared.model.orders import task_instance
from shared.model.run import JournalEntry, JournalKind
from shared.model.waiting import WaitingFor

if TYPE_CHECKING:
    from tests.app.play import Stage

RUN = "fleet"
AGAIN = "again"
EARLY = "manager:con-early"
CONNECTOR = "manager:con-lyon"


def leased_elsewhere(stage: "Stage") -> str:
    """Another run has the lease on the cloud manager, for longer than anybody waits."""
    _lease_to_another_run(stage, "manager:pc-weu-01", timedelta(days=30))
    return _to_its_end(stage)


def leased_to_a_neighbour(stage: "Stage") -> str:
    """Another task of the same run has the lease on the cloud manager for an hour."""
    _lease(stage, "manager:pc-weu-01", timedelta(hours=1), RUN)
    return _to_its_end(stage)


def lease_broken(stage: "Stage") -> str:
    """Somebody breaks the lease of a mesh between two appliances, and another run changes its connector for an hour."""
    _until_redeploying(stage)
    store = stage.local.ports.store
    mesh = next(lease for lease in store.leases(stage.now) if lease.subject.startswith("mesh:"))
    stage.asides |= {"quiet": list(mesh.quiet), "broken": store.give_back_lease(mesh.subject, mesh.token, stage.now)}
    _lease_to_another_run(stage, "manager:con-lyon", timedelta(hours=1))
    stage.asides["until"] = (stage.now + timedelta(hours=1)).isoformat()
    return _to_its_end(stage)


def paused_meanwhile(stage: "Stage") -> str:
    """Somebody pauses a mesh while its first appliance is redeployed, and resumes it a day later."""
    _until_redeploying(stage)
    mesh = _mesh(stage)
    _command(stage, CommandKind.PAUSE, mesh)
    stage.let_time_pass(lambda: _waits(stage, mesh, WaitingFor.PAUSED), run=RUN)
    stage.asides["leases"] = [to_json(one) for one in stage.local.ports.store.leases(stage.now)]
    stage.asides["why"] = stage.why(RUN, "pc-weu-01")
    resumed = stage.now + timedelta(days=1)
    stage.let_time_pass(lambda: stage.now >= resumed, run=RUN)
    _command(stage, CommandKind.RESUME, mesh)
    stage.asides["resumed"] = stage.now.isoformat()
    return _to_its_end(stage)


def canceled_meanwhile(stage: "Stage") -> str:
    """Somebody cancels a mesh while its first appliance is redeployed; then there is a new plan."""
    _until_redeploying(stage)
    _command(stage, CommandKind.CANCEL, _mesh(stage))
    run = _to_its_end(stage)
    stage.asides["leases"] = [to_json(one) for one in stage.local.ports.store.leases(stage.now)]
    stage.ask("PUT", "/v1/runs/next", {"kind": "plan"})
    stage.let_time_pass(lambda: stage.local.is_over("next"), run="next")
    stage.asides["next"] = to_json(stage.local.view("next").plan)
    return run


def canceled_in_a_round(stage: "Stage") -> str:
    """Somebody cancels a mesh while two of its appliances are in change, and two have not begun."""
    stage.ask("PUT", f"/v1/runs/{RUN}", {"kind": "upgrade"})
    stage.let_time_pass(lambda: sum(one.kind is JournalKind.CALLED for one in stage.told(RUN)) == 3, run=RUN)
    _command(stage, CommandKind.CANCEL, _mesh(stage))
    return _to_its_end(stage)


def canceled_by_bell(stage: "Stage") -> str:
    """A bell rings for a task that waits for its bundle: first forged, then because somebody canceled it."""
    _until_it_waits_for_its_bundle(stage)
    before = len(_of(stage, EARLY))
    _ring(stage, EARLY)
    stage.local.host.wait_idle(30)
    stage.asides["forged"] = len(_of(stage, EARLY)) - before
    _command(stage, CommandKind.CANCEL, EARLY)
    stage.asides["at"] = stage.now.isoformat()
    _ring(stage, EARLY)
    return _to_its_end(stage)


def canceled_at_the_last(stage: "Stage") -> str:
    """Somebody cancels a connector while it comes back from its only hop, and its bell rings."""
    stage.ask("PUT", f"/v1/runs/{RUN}", {"kind": "upgrade"})
    stage.let_time_pass(lambda: any(one.section == "1.6" for one in _of(stage, CONNECTOR)), run=RUN)
    _command(stage, CommandKind.CANCEL, CONNECTOR)
    stage.asides["at"] = stage.now.isoformat()
    _ring(stage, CONNECTOR)
    return _to_its_end(stage)


def killed_while_sending(stage: "Stage") -> str:
    """The ledger says that a change was being sent when the host went away, and nothing ever shows of it."""
    _until_it_waits_for_its_bundle(stage)
    store, step = stage.local.ports.store, "upgrade-manager:4.11.4"
    claim = store.claim(EARLY, step, 1, RUN, stage.now)
    claim = store.record_claim(claim, ClaimState.CLAIMED, None, stage.now, 1)
    store.record_claim(claim, ClaimState.SENDING, None, stage.now, 1)
    stage.restart()
    stage.asides["again"] = stage.now.isoformat()
    return _to_its_end(stage)


def retried_after_sending(stage: "Stage") -> str:
    """The same, and then a person has the change sent once more; that run's host goes away in the middle, too."""
    killed_while_sending(stage)
    stage.asides["question"] = [to_json(one) for one in stage.told(RUN)]
    retry = "POST", f"/v1/runs/{RUN}:retry", {"by": "ana@contoso.example", "runId": AGAIN}
    stage.ask(*retry)
    stage.let_time_pass(lambda: any(one.kind is JournalKind.CALLED for one in stage.told(AGAIN)), run=AGAIN)
    stage.restart()
    stage.ask(*retry)
    stage.let_time_pass(lambda: stage.local.is_over(AGAIN), run=AGAIN)
    store = stage.local.ports.store
    stage.asides["claims"] = {run: [to_json(one) for one in store.claims_of(run)] for run in (RUN, AGAIN)}
    return AGAIN


CONTROLLED = (
    leased_elsewhere,
    leased_to_a_neighbour,
    lease_broken,
    paused_meanwhile,
    canceled_in_a_round,
    canceled_by_bell,
    canceled_at_the_last,
    killed_while_sending,
    retried_after_sending,
)


def _to_its_end(stage: "Stage") -> str:
    stage.ask("PUT", f"/v1/runs/{RUN}", {"kind": "upgrade"})
    stage.let_time_pass(lambda: stage.local.is_over(RUN), run=RUN)
    return RUN


def _until_redeploying(stage: "Stage") -> None:
    stage.ask("PUT", f"/v1/runs/{RUN}", {"kind": "upgrade"})
    stage.let_time_pass(lambda: any("Deploy appliances" in one.text for one in stage.told(RUN)), run=RUN)


def _until_it_waits_for_its_bundle(stage: "Stage") -> None:
    stage.ask("PUT", f"/v1/runs/{RUN}", {"kind": "upgrade"})
    stage.let_time_pass(lambda: _waits(stage, EARLY, WaitingFor.BUNDLE), run=RUN)


def _lease_to_another_run(stage: "Stage", subject: str, lasts: timedelta) -> None:
    _lease(stage, subject, lasts, "another")


def _lease(stage: "Stage", subject: str, lasts: timedelta, run: str) -> None:
    wish = LeaseWish(subject=subject, quiet=(), run=run, task=f"{subject} and more", until=stage.now + lasts)
    stage.local.ports.store.take_lease(wish, stage.now)


def _command(stage: "Stage", kind: CommandKind, task: str) -> None:
    command = Command(
        key=f"{kind.value}/{stage.now.isoformat()}",
        kind=kind,
        by="ana@contoso.example",
        authenticated=False,
        at=stage.now,
        comment="the night is over",
        task=task,
    )
    stage.local.ports.store.command(RUN, command)


def _ring(stage: "Stage", task: str) -> None:
    """Ring a bell as anybody can who reaches the durable engine."""
    binding: dict[str, Any] = json.loads(stage.local.host._client.string or "{}")
    with TaskHubGrpcClient(host_address=binding["rpcBaseUrl"].removeprefix("http://")) as client:
        client.raise_orchestration_event(task_instance(RUN, task), "command", data={"cancel": True})


def _mesh(stage: "Stage") -> str:
    plan = stage.local.view(RUN).plan
    assert plan is not None
    return next(task.id for task in plan.tasks if task.kind == "mesh")


def _of(stage: "Stage", task: str) -> list[JournalEntry]:
    return [one for one in stage.told(RUN) if one.task == task]


def _waits(stage: "Stage", task: str, reason: WaitingFor) -> bool:
    waits = [one for one in _of(stage, task) if one.kind is JournalKind.WAITING and one.waiting]
    return any(one.waiting.reason is reason for one in waits if one.waiting)
