"""Commands over HTTP: kept in the ledger, told in the journal, rung as a bell, and refused where they do not fit."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shared.model.command import CommandKind
from shared.model.plan import Plan
from shared.model.run import JournalKind, Outcome, RunKind
from tests.api.api_fleet import PAIR, Api
from tests.api.commanded_fleet import CLOUD, CONNECTOR, WAVE, commanded, ended, over, told

SCOPED = ("pause", "resume", "cancel", "skip")
RUN, TASK = "/v1/runs/r1", f"/v1/runs/r1/tasks/{CONNECTOR}"
WHOLE_HASH = "ab" * 32


@pytest.fixture
def api(tmp_path: Path) -> Api:
    """An API with an empty store."""
    return Api(tmp_path)


def test_a_command_is_kept_told_and_rung(api: Api) -> None:
    """A pause is in the ledger as it was said, in the journal as unauthenticated, and the run's bell rings empty."""
    commanded(api)
    answer = api.call("POST", f"{RUN}:pause", {"by": "Ann", "comment": "a storm"})
    (kept,), journal = api.store.commands("r1"), [entry for _, entry in api.store.journal("r1")]

    assert (answer.status_code, answer.json()["key"]) == (202, kept.key)
    assert (kept.kind, kept.by, kept.authenticated, kept.comment) == (CommandKind.PAUSE, "Ann", False, "a storm")
    assert (journal[-1].kind, journal[-1].text) == (
        JournalKind.COMMANDED,
        "Ann (unauthenticated) pauses the run: a storm",
    )
    assert api.durable.events == [("r1", "command", None)]


def _ready_for(api: Api, verb: str) -> None:
    """Only what is paused is resumed."""
    if verb == "resume":
        api.call("POST", f"{RUN}:pause", {"by": "Ann"})


@pytest.mark.parametrize("verb", SCOPED)
def test_a_command_to_one_task_names_it(api: Api, verb: str) -> None:
    """What is said of a task over its own address is about that task alone."""
    commanded(api)
    _ready_for(api, verb)
    answer = api.call("POST", f"{TASK}:{verb}", {"by": "Bo"})

    assert answer.status_code == 202
    assert (api.store.commands("r1")[-1].task, api.store.commands("r1")[-1].cloud) == (CONNECTOR, None)


@pytest.mark.parametrize("verb", SCOPED)
def test_a_command_to_a_cloud_names_it(api: Api, verb: str) -> None:
    """What is said of a private cloud is about its tasks."""
    commanded(api)
    _ready_for(api, verb)
    answer = api.call("POST", f"{RUN}:{verb}", {"by": "Bo", "privateCloud": "pc-a"})

    assert (answer.status_code, api.store.commands("r1")[-1].cloud) == (202, "pc-a")


def test_the_same_key_is_the_same_command(api: Api) -> None:
    """Given again, even after the run has ended, it answers the same; for another command it is refused."""
    commanded(api)
    body = {"by": "Ann", "key": "k1"}
    first = api.call("POST", f"{RUN}:pause", body)
    other = api.call("POST", f"{RUN}:cancel", body)
    over(api)
    again = api.call("POST", f"{RUN}:pause", body)

    assert (first.status_code, again.status_code, first.json()["at"]) == (202, 202, again.json()["at"])
    assert (other.status_code, other.json()["code"]) == (409, "command.other")
    assert len(api.store.commands("r1")) == 1


def test_without_a_key_each_call_is_a_command(api: Api) -> None:
    """A pause after a resume is one of its own, whoever said the same before."""
    commanded(api)
    for verb in ("pause", "resume", "pause"):
        assert api.call("POST", f"{RUN}:{verb}", {"by": "Ann"}).status_code == 202

    assert [one.key for one in api.store.commands("r1")] == ["pause/1", "resume/2", "pause/3"]


def test_an_approval_says_how_many_are_missing(api: Api) -> None:
    """With a minimum of two, the first approval says that one more person is needed, and the second that it goes."""
    plan = commanded(api, minimum=2)
    first = _approve(api, plan, by="Ann").json()["text"]
    again = _approve(api, plan, by="ann", comment="once more").json()["text"]
    second = _approve(api, plan, by="Bo", approver="ops").json()["text"]

    assert first == f"Ann lets wave {WAVE} go. 1 more person is needed."
    assert again.endswith("1 more person is needed.")
    assert second.endswith("It goes, unless something has changed since its plan: the journal says so then.")


def test_a_cancel_says_what_still_happens(api: Api) -> None:
    """A task past the point of no return is watched until it is verified; one that has not begun ends at once."""
    plan = commanded(api, asking=False)
    step = _step(plan, CLOUD, "answer")
    told(api, "r1", JournalKind.STEP_STARTED, "s1", CLOUD, step)
    still = {one["task"]: one for one in api.call("POST", f"{RUN}:cancel", {"by": "Ann"}).json()["still"]}

    assert (still[CONNECTOR]["at"], still[CONNECTOR]["text"]) == (None, "ends at once: it has not begun")
    assert (still[CLOUD]["at"], still[CLOUD]["cancel"]) == (step, "past-return")
    assert "not taken back any more: Verify version" in still[CLOUD]["text"]


def test_every_wrong_field_is_said_at_once(api: Api) -> None:
    """Missing, unknown and wrong fields of one command are told in one answer, and nothing is kept."""
    commanded(api)
    answer = api.call("POST", f"{RUN}:approve", {"planHash": "x", "tasks": "all", "cloud": "pc-a"})

    assert answer.status_code == 422
    assert {one["field"] for one in answer.json()["errors"]} == {"wave", "planHash", "tasks", "cloud"}
    assert (api.store.commands("r1"), api.durable.events) == ((), [])


def test_a_skip_of_a_run_names_a_cloud(api: Api) -> None:
    """A whole run is canceled and not skipped."""
    commanded(api)

    assert api.call("POST", f"{RUN}:skip", {"by": "Ann"}).status_code == 422


# --- what does not fit ------------------------------------------------------------------------------------------------


def _nothing_there(_api: Api) -> None:
    pass


def _a_check(api: Api) -> None:
    api.keep_run("r1", PAIR, kind=RunKind.CHECK)


def _unplanned(api: Api) -> None:
    api.keep_run("r1")


def _over(api: Api) -> None:
    commanded(api)
    over(api)


def _tasks_over(api: Api) -> None:
    commanded(api)
    for task in (CLOUD, CONNECTOR):
        ended(api, "r1", task, Outcome.FAILED)


def _canceled(api: Api) -> None:
    commanded(api)
    api.call("POST", f"{RUN}:cancel", {"by": "Ann"})


def _paused(api: Api) -> None:
    commanded(api)
    api.call("POST", f"{RUN}:pause", {"by": "Ann"})


def _not_asking(api: Api) -> None:
    commanded(api, asking=False)


def _begun(api: Api) -> None:
    plan = commanded(api)
    told(api, "r1", JournalKind.CALLED, "c1", CONNECTOR, _step(plan, CONNECTOR, "upgrade-manager"))


STATES: dict[str, Callable[[Api], object]] = {
    "no such run": _nothing_there,
    "a check": _a_check,
    "no plan yet": _unplanned,
    "run ended": _over,
    "tasks ended": _tasks_over,
    "canceled": _canceled,
    "paused": _paused,
    "not asking": _not_asking,
    "begun": _begun,
    "about to begin": commanded,
}
UNKNOWN, ENDED, UNFIT = (404, "run.unknown"), (409, "run.ended"), (409, "command.unfit")
JUDGED = {
    "no such run": UNKNOWN,
    "a check": UNFIT,
    "no plan yet": UNFIT,
    "run ended": ENDED,
    "tasks ended": UNFIT,
    "not asking": UNFIT,
}
SCOPED_ALL = {"no such run": UNKNOWN, "a check": UNFIT, "run ended": ENDED, "tasks ended": UNFIT}
TABLE = {
    "approve": JUDGED,
    "reject": JUDGED,
    "pause": {**SCOPED_ALL, "canceled": UNFIT, "paused": UNFIT},
    "resume": {**SCOPED_ALL, "canceled": UNFIT, "about to begin": UNFIT, "no plan yet": UNFIT},
    "cancel": {**SCOPED_ALL, "canceled": UNFIT},
    "skip": {**SCOPED_ALL, "canceled": UNFIT, "no plan yet": UNFIT},
}
CASES = [(verb, state, refused) for verb, states in TABLE.items() for state, refused in states.items()]


@pytest.mark.parametrize(("verb", "state", "refused"), CASES)
def test_a_command_that_does_not_fit(api: Api, verb: str, state: str, refused: tuple[int, str]) -> None:
    """Each command is refused in each state that it does not fit, with who can act; nothing is kept or rung."""
    STATES[state](api)
    kept, rung = api.store.commands("r1"), list(api.durable.events)
    answer = api.call("POST", f"{RUN}:{verb}", _body(api, verb))
    problem = answer.json()

    assert (answer.status_code, problem["code"]) == refused
    assert problem["detail"]
    assert problem["remedy"]
    assert (api.store.commands("r1"), api.durable.events) == (kept, rung)


@pytest.mark.parametrize("verb", SCOPED)
@pytest.mark.parametrize("task", ["manager:nobody", "mesh:x"])
def test_a_task_that_is_none(api: Api, verb: str, task: str) -> None:
    """A command to a task that the run does not have is not found."""
    commanded(api)
    answer = api.call("POST", f"{RUN}/tasks/{task}:{verb}", {"by": "Ann"})

    assert (answer.status_code, answer.json()["code"]) == (404, "task.unknown")


def test_what_has_begun_is_not_skipped(api: Api) -> None:
    """A task that has changed something cannot be left out; the answer says to cancel it."""
    _begun(api)
    answer = api.call("POST", f"{TASK}:skip", {"by": "Ann"})

    assert (answer.status_code, answer.json()["code"]) == UNFIT
    assert "cancel r1 --task" in answer.json()["remedy"]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"by": "Cy"}, "Cy is no approver"),
        ({"by": "Ann", "approver": "qa"}, "qa is no approver"),
        ({"by": "test", "approver": "ops"}, "nobody lets their own run go"),
        ({"by": "Ann", "planHash": WHOLE_HASH}, "names plan abababababab"),
        ({"by": "Ann", "wave": "two"}, "no wave two"),
        ({"by": "Ann", "tasks": "mesh"}, "nobody is asked about"),
    ],
)
def test_approvals_that_do_not_count(api: Api, wrong: dict[str, Any], reason: str) -> None:
    """Not from anybody else, not from the requester, not for another plan, and not for what is not asked for."""
    plan = commanded(api)
    answer = _approve(api, plan, **wrong)

    assert (answer.status_code, answer.json()["code"]) == UNFIT
    assert reason in answer.json()["detail"]
    assert api.store.commands("r1") == ()


def _approve(api: Api, plan: Plan, **said: str) -> Any:
    return api.call("POST", f"{RUN}:approve", {"wave": WAVE, "planHash": plan.hash, **said})


def _body(api: Api, verb: str) -> dict[str, str]:
    run = api.store.run("r1")
    more = {
        "approve": {"wave": WAVE, "planHash": (run.plan_hash if run else None) or WHOLE_HASH},
        "reject": {"wave": WAVE},
        "skip": {"privateCloud": "pc-a"},
    }
    return {"by": "Ann", **more.get(verb, {})}


def _step(plan: Plan, task: str, kind: str) -> str:
    return next(one.id for one in plan.task(task).steps if one.kind.value == kind)
