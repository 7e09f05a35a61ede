"""Scenarios of a guided revert."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from shared.model.codec import to_json
from shared.model.run import JournalKind
from shared.model.waiting import WaitingFor
from shared.report.camel_json import camel_json

if TYPE_CHECKING:
    from tests.app.play import Stage

CLOUD = "pc-weu-01"


def taken_back(stage: "Stage") -> str:
    """An upgrade leaves a dead connector; its revert is planned, started by its hash, and people carry it out."""
    _upgraded(stage)
    planned = _planned(stage, "look")
    stage.ask("POST", "/v1/runs/fleet:revert", _asked("wrong", "0" * 64))
    stage.let_time_pass(lambda: stage.local.is_over("wrong"), run="wrong")
    stage.asides["wrong"] = stage.ask("GET", "/v1/runs/wrong")["body"]
    return _followed(stage, planned["hash"])


def taken_back_in_part(stage: "Stage") -> str:
    """The upgrade lasts until some ways back are gone; what still has one is taken back, and people carry it out."""
    _upgraded(stage)
    planned = _planned(stage, "look")
    return _to_its_end(stage, planned["hash"])


def taken_back_by_halves(stage: "Stage") -> str:
    """The same; somebody pauses it before the first manager goes back, resumes it, and cancels it in the middle."""
    _upgraded(stage)
    planned = _planned(stage, "look")
    stage.ask("POST", "/v1/runs/fleet:revert", _asked("back", planned["hash"]))
    _until(stage, lambda one: one.task == f"case:{CLOUD}")
    _say(stage, "skip", "pc-weu-01")
    _say(stage, "pause")
    _until(stage, lambda one: one.waiting is not None and one.waiting.reason is WaitingFor.PAUSED)
    held = max(one.at for one in stage.told("back"))
    stage.let_time_pass(lambda: stage.now > held + timedelta(minutes=15), run="back")
    stage.asides["held"] = [to_json(one) for one in stage.told("back")]
    _say(stage, "resume")
    _until(stage, lambda one: one.kind is JournalKind.STEP_STARTED and (one.task or "").startswith("manager:"))
    stage.asides["cancel"] = _say(stage, "cancel")
    stage.let_time_pass(lambda: stage.local.is_over("back"), run="back")
    return "back"


def _say(stage: "Stage", verb: str, cloud: str | None = None) -> Any:
    about = {"privateCloud": cloud} if cloud else {}
    stage.asides[verb] = stage.ask("POST", f"/v1/runs/back:{verb}", {"by": "ben@contoso.example", **about})
    return stage.asides[verb]


def _until(stage: "Stage", shows: Callable[[Any], bool]) -> None:
    stage.let_time_pass(lambda: any(map(shows, stage.told("back"))), run="back")


def _upgraded(stage: "Stage") -> None:
    stage.ask("PUT", "/v1/runs/fleet", {"kind": "upgrade"})
    stage.asides["too early"] = stage.ask("POST", "/v1/runs/fleet:revert", _asked("early"))
    stage.let_time_pass(lambda: stage.local.is_over("fleet"), run="fleet")
    stage.asides["stopped"] = [to_json(one) for one in stage.told("fleet") if one.key.endswith("/stopped")]
    stage.asides["upgrade"] = stage.ask("GET", "/v1/runs/fleet")["body"]


def _planned(stage: "Stage", name: str) -> dict[str, Any]:
    stage.ask("POST", "/v1/runs/fleet:revert", _asked(name))
    stage.let_time_pass(lambda: stage.local.is_over(name), run=name)
    plan: dict[str, Any] = camel_json(stage.local.view(name).revert)
    stage.asides[name] = {"plan": plan, "run": stage.ask("GET", f"/v1/runs/{name}")["body"]}
    return plan


def _followed(stage: "Stage", plan_hash: str) -> str:
    """The host goes away while everybody goes back, and comes back."""
    stage.ask("POST", "/v1/runs/fleet:revert", _asked("back", plan_hash))
    stage.let_time_pass(lambda: any(one.task == "manager:con-lyon" for one in stage.told("back")), run="back")
    stage.restart()
    stage.asides["restarted"] = not stage.local.is_over("back")
    return _to_its_end(stage, plan_hash)


def _to_its_end(stage: "Stage", plan_hash: str) -> str:
    stage.ask("POST", "/v1/runs/fleet:revert", _asked("back", plan_hash))
    stage.let_time_pass(lambda: stage.local.is_over("back"), run="back")
    return "back"


def _asked(name: str, plan_hash: str | None = None) -> dict[str, Any]:
    body: dict[str, Any] = {"by": "ana@contoso.example", "privateCloud": CLOUD, "runId": name}
    return body if plan_hash is None else body | {"planHash": plan_hash}


TAKING_BACK = (taken_back, taken_back_in_part, taken_back_by_halves)
