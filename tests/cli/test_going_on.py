"""Going on with a run that a process left behind: as it was asked for, whatever that was."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cli.edge import WrongUseError
from cli.local import asked_of, to_resume
from cli.runs import Wanted, upgrade
from shared.model.codec import to_json
from shared.model.plan import Plan
from shared.model.run import Outcome, Retry, Run, RunKind, RunRequest, RunState, RunTrigger
from shared.model.version import Version
from tests.api.api_fleet import PAIR, Api
from tests.api.commanded_fleet import CLOUD, CONNECTOR, ended, over
from tests.builders.fleet_facts import NOW
from tests.cli.stored_task import FLEET_FILE
from tests.cli.test_command_line import settings_beside


@pytest.fixture
def api(tmp_path: Path) -> Api:
    """A store with an upgrade that has ended: of the private cloud it failed, of the connector it was skipped."""
    made = Api(tmp_path)
    made.keep_run("r1", PAIR)
    ended(made, "r1", CLOUD, Outcome.FAILED)
    ended(made, "r1", CONNECTOR, Outcome.SKIPPED)
    over(made)
    return made


def plan_of(api: Api) -> Plan:
    """The plan of that upgrade."""
    run = api.store.run("r1")
    assert run is not None
    assert run.plan_hash is not None
    plan = api.store.plan(run.plan_hash)
    assert plan is not None
    return plan


def left(api: Api, **about: Any) -> RunRequest:
    """A run that a process left behind."""
    about = {"kind": RunKind.UPGRADE, "trigger": RunTrigger.TIMER, "requested_by": "timer", **about}
    if about.pop("by_plan", False):
        plan = plan_of(api)
        cloud = plan.private_cloud
        about |= {"plan_hash": plan.hash, "private_cloud": cloud, "include_shared": cloud is not None}
    request = RunRequest(id="left", requested_at=NOW, **about)
    api.store.put_run(Run(request=request, state=RunState.RUNNING, started_at=NOW))
    return request


@pytest.mark.parametrize(
    "about",
    [
        {},
        {"private_cloud": "pc-a", "include_shared": True},
        {"by_plan": True},
        {"by_plan": True, "parent": "r1", "retry": Retry.FAILED},
        {"by_plan": True, "parent": "r1", "retry": Retry.BOTH, "retry_tasks": (CLOUD, CONNECTOR)},
        {"by_plan": True, "parent": "r1", "retry": Retry.SKIPPED, "retry_tasks": (CONNECTOR,)},
        {"kind": RunKind.PLAN, "target": Version("4.11.2")},
        {"kind": RunKind.CHECK, "subject": "con-a"},
    ],
)
def test_a_run_goes_on_as_it_was_asked_for(api: Api, about: dict[str, Any]) -> None:
    """Plan, target, subject, parent and tasks are kept: what is started is the very request that is on record."""
    request = left(api, **about)
    method, path, body = asked_of(request).call("left")
    answer = api.call(method, path, body)
    run = api.store.run("left")

    assert answer.status_code == 200, answer.text
    assert run is not None
    assert run.request == request
    assert api.durable.starts == [("fleet", "left", to_json(request))]


def test_the_same_command_finds_a_retry_and_nothing_else_does(api: Api) -> None:
    """A retry that was interrupted goes on by the same retry alone; a plain upgrade never takes it for its own."""
    request = left(api, by_plan=True, parent="r1", retry=Retry.FAILED)
    asked, runs = asked_of(request), api.store.active_runs()

    assert to_resume(runs, asked) == "left"
    assert to_resume(runs, replace(asked, again=None)) is None
    assert to_resume(runs, replace(asked, again=None, plan_hash=None)) is None


def resume(folder: Path, run: str, **beside: Any) -> None:
    """`run --resume`, which is refused before anything is looked at."""
    (folder / "fleet.yaml").write_text(FLEET_FILE, "utf-8")
    (folder / "secrets.yaml").write_text("{}\n", "utf-8")
    (folder / "secrets.yaml").chmod(0o600)
    wanted = Wanted(settings=settings_beside(folder), json=False, requester=None, resume=run, **beside)
    upgrade(wanted, include_shared=False, watch=False)


@pytest.mark.parametrize(
    ("run", "beside", "told"),
    [
        ("r9", {}, "there is no run 'r9'; known: r1"),
        ("r1", {}, "--resume r1: the run has ended as Failed; .* hcx-fleet retry r1"),
        ("r1", {"cloud": "pc-a", "plan": "00"}, "--cloud, --plan: --resume goes on with a run as it was asked for"),
    ],
)
def test_runs_that_cannot_go_on(api: Api, tmp_path: Path, run: str, beside: dict[str, Any], told: str) -> None:
    """One that is not there, one that has ended, and anything else asked for beside it: with what to do instead."""
    with pytest.raises(WrongUseError, match=told):
        resume(tmp_path, run, **beside)
    assert api.store.active_runs() == ()


def test_a_check_is_never_gone_on_with(api: Api, tmp_path: Path) -> None:
    """What it observed is old: another one is started, as the refusal says."""
    left(api, kind=RunKind.CHECK)
    with pytest.raises(WrongUseError, match=r"--resume left: is a check, .* hcx-fleet check"):
        resume(tmp_path, "left")
