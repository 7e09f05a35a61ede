"""What lies between the command and the app in this process: requests, refusals, reports, going on."""

import json
from dataclasses import replace

import pytest

from cli.edge import WrongUseError
from cli.local import Asked, HostBrokenError, refuse_problems, to_resume
from cli.relay import Relay
from embedded.http_trigger import HttpAnswer
from embedded.world_control import Said
from shared.model.run import Run, RunKind, RunRequest, RunState, RunTrigger
from tests.builders.fleet_facts import NOW

UPGRADE = Asked(kind=RunKind.UPGRADE, private_cloud=None, include_shared=False, requested_by=None)


def answer(status: int, **problem: object) -> HttpAnswer:
    """An answer of the app."""
    return HttpAnswer(status=status, headers={}, body=json.dumps(problem).encode() if problem else b"")


def run(run_id: str, state: RunState, asked: Asked = UPGRADE) -> Run:
    """A run on record."""
    request = RunRequest(
        id=run_id,
        kind=asked.kind,
        trigger=RunTrigger.HTTP,
        requested_by="test",
        requested_at=NOW,
        private_cloud=asked.private_cloud,
        include_shared=asked.include_shared,
    )
    return Run(request=request, state=state)


class FrontDoor:
    """An app that takes reports about one task and about nothing else."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, object]] = []

    def http(self, method: str, path: str, body: object = None) -> HttpAnswer:
        """Send a request."""
        self.calls.append((method, path, body))
        return answer(202 if "con-a" in path else 404)


def test_a_request_says_only_what_was_asked() -> None:
    """What was not given on the command line is left to the API's defaults."""
    assert UPGRADE.body == {"kind": "upgrade", "includeShared": False}
    assert replace(UPGRADE, requested_by="lea").body["requestedBy"] == "lea"


def test_an_accepted_request_is_no_problem() -> None:
    """Whatever is below 400 passes."""
    refuse_problems(answer(201))


def test_a_refusal_is_wrong_use_with_its_remedy() -> None:
    """The user reads title, detail and what to do."""
    refused = answer(409, title="Shared", detail="con-ab also serves pc-b", remedy="set it", errors=[])
    with pytest.raises(WrongUseError) as wrong:
        refuse_problems(refused)

    assert wrong.value.problems == ("Shared: con-ab also serves pc-b (set it)",)


def test_every_wrong_field_is_a_line() -> None:
    """Field errors are told one by one."""
    errors = [{"field": "kind", "message": "is missing"}, {"field": "x", "message": "is unknown"}]
    with pytest.raises(WrongUseError) as wrong:
        refuse_problems(answer(422, title="t", detail="d", remedy="", errors=errors))

    assert wrong.value.problems == ("kind: is missing", "x: is unknown")


@pytest.mark.parametrize("broken", [answer(500, title="t", detail="d", remedy="", errors=[]), answer(404)])
def test_an_app_that_cannot_answer_is_broken(broken: HttpAnswer) -> None:
    """A 500, or an answer that is not the app's own, is no fault of the user."""
    with pytest.raises(HostBrokenError):
        refuse_problems(broken)


def test_an_upgrade_that_had_not_ended_goes_on() -> None:
    """The same request finds the run that was interrupted, whether or not it had come to planning."""
    for state in (RunState.NOT_STARTED, RunState.RUNNING):
        assert to_resume((run("r1", state),), UPGRADE) == "r1"


@pytest.mark.parametrize(
    "other",
    [
        run("r1", RunState.SUCCEEDED),
        run("r1", RunState.RUNNING, replace(UPGRADE, private_cloud="pc-a")),
        run("r1", RunState.RUNNING, replace(UPGRADE, include_shared=True)),
        run("r1", RunState.RUNNING, replace(UPGRADE, kind=RunKind.PLAN)),
    ],
)
def test_another_run_is_not_gone_on_with(other: Run) -> None:
    """A run that has ended, or was asked for something else, is left alone."""
    assert to_resume((other,), UPGRADE) is None


def test_a_check_always_looks_anew() -> None:
    """What an interrupted check observed is old: another one begins from its beginning."""
    check = replace(UPGRADE, kind=RunKind.CHECK)

    assert to_resume((run("r1", RunState.RUNNING, check),), check) is None


def test_what_people_say_is_reported_as_they_would() -> None:
    """Each statement becomes one report to its task, and what nobody waits for is kept as not taken."""
    door = FrontDoor()
    relay = Relay(door, "demo")
    for number, about in enumerate(("manager:con-a", "manager:con-z"), 1):
        relay(Said(seq=number, at=NOW, who="lea", about=about, says="done"))

    assert door.calls[0] == ("POST", "/v1/runs/demo/tasks/manager:con-a:reportDone", {"who": "lea"})
    assert [(one.about, one.taken) for one in relay.reports] == [("manager:con-a", True), ("manager:con-z", False)]
