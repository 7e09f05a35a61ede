"""ETags and If-Match: nobody changes what they have not looked at."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from shared.model.command import Command, CommandKind
from shared.model.ledger import LeaseWish
from shared.model.run import JournalKind, Outcome, RunState
from shared.rules.resume import asking_key
from tests.api.api_fleet import LATER, PAIR, Api
from tests.api.commanded_fleet import CLOUD, CONNECTOR, WAVE, commanded, ended, told

RUN = "/v1/runs/r1"
BY = {"by": "Ann"}


@pytest.fixture
def api(tmp_path: Path) -> Api:
    """An API with an empty store."""
    return Api(tmp_path)


def _etag(api: Api) -> str:
    return api.call("GET", RUN).headers["etag"]


def _said(api: Api, verb: str, if_match: str, **body: Any) -> tuple[int, str | None]:
    answer = api.call("POST", f"{RUN}:{verb}", BY | body, headers={"If-Match": if_match})
    return answer.status_code, answer.json().get("code")


BODIES: dict[str, dict[str, Any]] = {
    f"{RUN}:approve": {"by": "Ann", "wave": WAVE, "planHash": "ab" * 32},
    f"{RUN}:reject": {"by": "Ann", "wave": WAVE},
    f"{RUN}:pause": BY,
    f"{RUN}:resume": BY,
    f"{RUN}:cancel": BY,
    f"{RUN}:skip": {"by": "Ann", "privateCloud": "pc-a"},
    f"{RUN}:retry": BY,
    f"{RUN}:revert": {"by": "Ann", "privateCloud": "pc-a"},
    f"{RUN}/tasks/{CONNECTOR}:pause": BY,
    f"{RUN}/tasks/{CONNECTOR}:resume": BY,
    f"{RUN}/tasks/{CONNECTOR}:cancel": BY,
    f"{RUN}/tasks/{CONNECTOR}:skip": BY,
    "/v1/leases/manager:con-a:break": {"by": "Ann", "reason": "gone"},
}


@pytest.mark.parametrize("path", BODIES)
@pytest.mark.parametrize(("given", "status", "code"), [(None, 428, "match.required"), ('"x"', 412, "match.failed")])
def test_whoever_changes_something_says_in_which_state(
    api: Api, path: str, given: str | None, status: int, code: str
) -> None:
    """Without If-Match, or with another state than the present one, nothing is kept and nobody is rung."""
    commanded(api)
    wish = LeaseWish(subject="manager:con-a", quiet=(), run="r1", task=CONNECTOR, until=LATER.replace(hour=9))
    api.store.take_lease(wish, LATER)
    answer = api.without_state("POST", path, BODIES[path], {"If-Match": given} if given else {})

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert ("etag" in answer.headers) == (status == 412)
    assert (api.store.commands("r1"), len(api.store.leases(LATER)), api.durable.events) == ((), 1, [])
    assert len(api.store.runs()) == 1


def test_the_state_that_was_read_is_the_one_that_is_meant(api: Api) -> None:
    """What GET gave as ETag is taken once; then the run is in another state, and the refusal says what has happened."""
    commanded(api)
    seen = _etag(api)
    first, second = (_said(api, "pause", seen), _said(api, "cancel", seen))
    answer = api.call("POST", f"{RUN}:cancel", BY, headers={"If-Match": seen})

    assert (first, second) == ((202, None), (412, "match.failed"))
    assert answer.headers["etag"] == _etag(api) != seen
    assert answer.json()["detail"] == "run r1 has moved on since; the latest: Ann (unauthenticated) pauses the run"
    assert _said(api, "cancel", answer.headers["etag"]) == (202, None)


@pytest.mark.parametrize("given", ["*", '"1", {}', "{}", ' {} , "0"'])
def test_any_of_several_states_may_be_meant(api: Api, given: str) -> None:
    """`*` is whatever there is, and a list is any of its members."""
    commanded(api)

    assert _said(api, "pause", given.format(_etag(api))) == (202, None)


@pytest.mark.parametrize("given", ["{}", "W/{}", '"', "", '""', '"99999999999999999999"', "'{}'", '"-1"'])
def test_what_is_no_state_means_none(api: Api, given: str) -> None:
    """Without quotes, or weak, an ETag is another one; a number that never was is no state of this run."""
    commanded(api)
    bare = _etag(api).strip('"')
    answer = api.call("POST", f"{RUN}:pause", BY, headers={"If-Match": given.format(bare)})

    assert (answer.status_code, answer.json()["code"]) == (412, "match.failed")


def _given(api: Api) -> None:
    api.store.command("r1", Command(key="k", kind=CommandKind.PAUSE, by="Ann", authenticated=False, at=LATER))


def _state(api: Api) -> None:
    run = api.store.run("r1")
    assert run is not None
    api.store.update_run(replace(run, state=RunState.FAILED))


MOVES: dict[str, Callable[[Api], object]] = {
    "a command is kept": _given,
    "a task begins": lambda api: told(api, "r1", JournalKind.ADMITTED, "a", CLOUD),
    "a task ends": lambda api: ended(api, "r1", CLOUD, Outcome.SUCCEEDED),
    "people are asked": lambda api: told(api, "r1", JournalKind.WAITING, asking_key(WAVE)),
    "it ends": _state,
}


@pytest.mark.parametrize("move", MOVES)
def test_what_a_decision_rests_on_makes_another_state(api: Api, move: str) -> None:
    """A new command, a task that begins or ends, a question and the end of the run do."""
    commanded(api, asking=False)
    seen = _etag(api)
    MOVES[move](api)

    assert int(_etag(api).strip('"')) > int(seen.strip('"'))


def test_progress_inside_a_step_does_not(api: Api) -> None:
    """Whoever looks, thinks and speaks does not have to be quicker than the next look at an HCX job."""
    plan = commanded(api)
    seen = _etag(api)
    step = plan.task(CLOUD).steps[0].id
    for kind in (JournalKind.STEP_STARTED, JournalKind.PROGRESS, JournalKind.WAITING, JournalKind.STEP_DONE):
        told(api, "r1", kind, f"{kind}", CLOUD, step)

    assert _etag(api) == seen
    assert _said(api, "pause", seen) == (202, None)


def test_a_command_that_is_repeated_by_its_own_key_is_the_same_in_whatever_state(api: Api) -> None:
    """Its own first time has moved the run on, which must not be held against the second."""
    commanded(api)
    seen = _etag(api)

    assert [_said(api, "pause", seen, key="k1") for _ in "ab"] == [(202, None), (202, None)]
    assert len(api.store.commands("r1")) == 1


def test_of_two_at_the_same_moment_one_is_told_of_the_other(api: Api) -> None:
    """Both have seen the same state and speak at once: exactly one counts, whoever it is."""
    commanded(api)
    seen, start = _etag(api), Barrier(2)

    def said(verb: str) -> tuple[int, str | None]:
        start.wait()
        return _said(api, verb, seen)

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(said, ("pause", "cancel")))

    assert sorted(status for status, _ in found) == [202, 412]
    assert len(api.store.commands("r1")) == 1


def test_only_a_new_run_where_nothing_else_is_wanted(api: Api) -> None:
    """`If-None-Match: *` makes a run, and refuses to find one, which is not started again either."""
    body, headers = {"kind": "check"}, {"If-None-Match": "*"}
    first = api.call("PUT", RUN, body, headers=headers)
    again = api.call("PUT", RUN, body, headers=headers)
    found = api.call("PUT", RUN, body)

    assert [one.status_code for one in (first, again, found)] == [201, 412, 200]
    assert again.json()["code"] == "match.failed"
    assert first.headers["etag"] == found.headers["etag"]


def test_a_lease_is_named_by_its_token(api: Api) -> None:
    """Another one that was taken since is not broken by who meant the one before."""
    api.keep_run("r1", PAIR)
    wish = LeaseWish(subject="mesh:m", quiet=(), run="r1", task="mesh:m", until=LATER.replace(hour=9))
    api.store.take_lease(wish, LATER)
    api.store.give_back_lease("mesh:m", 1, LATER)
    held = api.store.take_lease(wish, LATER)
    path, body = "/v1/leases/mesh:m:break", {"by": "Ann", "reason": "gone"}
    refused = api.call("POST", path, body, headers={"If-Match": '"1"'})
    done = api.call("POST", path, body, headers={"If-Match": f'"{held.token}"'})

    assert (refused.status_code, refused.headers["etag"]) == (412, f'"{held.token}"')
    assert refused.json()["detail"] == f"task mesh:m of run r1 has another lease on mesh:m, number {held.token}"
    assert (done.status_code, done.json()["token"]) == (200, held.token)


def test_nothing_is_cached_on_the_way(api: Api) -> None:
    """Every answer, refusals included, says that nobody may keep it."""
    api.keep_run("r1")
    answers = [api.call("GET", path) for path in (RUN, "/v1/runs", "/v1/clouds", "/v1/leases", "/v1/runs/none")]

    assert {one.headers.get("cache-control") for one in answers} == {"no-store"}
