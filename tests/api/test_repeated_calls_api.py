"""Calls that are made again: the same answer, byte for byte, and nothing made twice."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import Any, override

import httpx
import pytest
from fastapi.routing import APIRoute
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.api.app import ROUTES
from shared.api.calling import orchestrations
from shared.api.reconciling import reconcile
from shared.api.repeat import RepeatableRoute, named
from shared.model.caller import HERE
from shared.model.command import Command
from shared.model.confirmation import Confirmations
from shared.model.kept_call import KeptAnswer, KeptCall, KeptHeader
from shared.model.policy import Policy
from shared.model.run import Outcome, Run
from shared.ports import PolicyInvalidError
from shared.store.calls import KEPT, TRY_ENDS_AFTER
from shared.store.errors import StoreBusyError
from shared.store.sqlite import SqliteStore
from tests.api.api_fleet import LATER, Api
from tests.api.commanded_fleet import CLOUD, CONNECTOR, commanded, ended, over

KEY = {"Idempotency-Key": "k-1"}
ALIAS = {"Repeatability-Request-ID": "k-1"}
PAUSE = "/v1/runs/r1:pause"


@pytest.fixture
def api(tmp_path: Path) -> Api:
    """An API with an empty store."""
    return Api(tmp_path)


class MovingClock:
    """A clock that somebody moves, or that moves by itself whenever it is looked at."""

    def __init__(self, step: timedelta = timedelta()) -> None:
        self.at = LATER
        self._step = step

    def now(self) -> datetime:
        """Now."""
        self.at += self._step
        return self.at

    def wait_until(self, at: datetime) -> bool:
        """Whether that has come."""
        return at <= self.at


def _planned(_api: Api) -> None:
    """A run of its own comes of it."""


def _ended(api: Api) -> None:
    commanded(api)
    ended(api, "r1", CLOUD, Outcome.FAILED)
    over(api)


CALLS: dict[str, tuple[Callable[[Api], object], str, str, dict[str, Any]]] = {
    "put": (_planned, "PUT", "/v1/runs/new", {"kind": "check"}),
    "upgrade": (_planned, "POST", "/v1/clouds/pc-a:upgrade", {}),
    "pause": (commanded, "POST", PAUSE, {"by": "Ann"}),
    "pause of a task": (commanded, "POST", f"/v1/runs/r1/tasks/{CONNECTOR}:pause", {"by": "Ann"}),
    "retry": (_ended, "POST", "/v1/runs/r1:retry", {"by": "Ann"}),
    "revert": (_ended, "POST", "/v1/runs/r1:revert", {"by": "Ann", "privateCloud": "pc-a"}),
    "reportDone": (commanded, "POST", f"/v1/runs/r1/tasks/{CONNECTOR}:reportDone", {"who": "Ann"}),
}


@pytest.mark.parametrize("call", CALLS)
def test_the_same_call_has_the_same_answer(api: Api, call: str) -> None:
    """Byte for byte, with its status and its headers, though the clock goes on; and what was made is made once."""
    before, method, path, body = CALLS[call]
    before(api)
    api.clock = clock = MovingClock()
    first = api.call(method, path, body, headers=KEY)
    clock.at += timedelta(hours=1)
    made = _made(api)
    again = api.call(method, path, body, headers=KEY)

    assert first.is_success, first.text
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers.pop("idempotency-replayed") == "true"
    assert "idempotency-replayed" not in first.headers
    assert again.headers == first.headers
    assert _made(api) == made


def _made(api: Api) -> tuple[object, ...]:
    runs = tuple(run.request.id for run in api.store.runs())
    return runs, api.store.commands("r1"), api.store.journal("r1"), list(api.durable.starts)


@pytest.mark.parametrize("call", CALLS)
def test_a_host_that_dies_before_it_answers_leaves_nothing_to_make_twice(api: Api, call: str) -> None:
    """What was made is named after the key, so that the next try finds it, once the dead one is old enough."""
    before, method, path, body = CALLS[call]
    before(api)
    api.clock = clock = MovingClock()
    first = api.call(method, path, body, headers=KEY)
    _forget_answers(api)
    clock.at += TRY_ENDS_AFTER
    made = _made(api)
    again = api.call(method, path, body, headers=KEY)

    assert first.is_success
    assert again.is_success, again.text
    assert _made(api) == made


def _forget_answers(api: Api) -> None:
    with api.store._file.write() as db:
        db.execute("UPDATE calls SET record = json_set(record, '$.answer', NULL)")


def test_oasis_words_do_the_same(api: Api) -> None:
    """`Repeatability-Request-ID` is the same key, and is told each time that it was understood."""
    commanded(api)
    first = api.call("POST", PAUSE, {"by": "Ann"}, headers=ALIAS)
    again = api.call("POST", PAUSE, {"by": "Ann"}, headers=ALIAS)
    other = api.call("POST", PAUSE, {"by": "Ann"}, headers=KEY)

    assert [one.headers.get("repeatability-result") for one in (first, again, other)] == ["accepted", "accepted", None]
    assert first.content == again.content == other.content


def test_another_body_is_another_call(api: Api) -> None:
    """It is refused and nothing happens, even where it means the same: only the very bytes are."""
    commanded(api)
    api.call("POST", PAUSE, {"by": "Ann"}, headers=KEY)
    refused = api.call("POST", PAUSE, {"by": "Ann", "comment": ""}, headers=KEY)

    assert (refused.status_code, refused.json()["code"]) == (422, "repeat.otherBody")
    assert len(api.store.commands("r1")) == 1


def test_two_different_keys_are_none(api: Api) -> None:
    """Nobody guesses which of them is meant; the same in both is one."""
    commanded(api)
    refused = api.call("POST", PAUSE, {"by": "Ann"}, headers=KEY | {"Repeatability-Request-ID": "k-2"})
    taken = api.call("POST", PAUSE, {"by": "Ann"}, headers=KEY | ALIAS)

    assert (refused.status_code, refused.json()["code"]) == (400, "repeat.ambiguous")
    assert taken.status_code == 202


def test_a_call_under_way_is_asked_for_later(api: Api) -> None:
    """While the first try goes on the second is told so, with when to ask again."""
    commanded(api)
    wanted = KeptCall(
        key=named("POST", PAUSE, HERE.mark, "k-1"), body=sha256(b'{"by":"Ann"}').hexdigest(), mark="other", at=LATER
    )
    api.store.begin_call(wanted)
    refused = api.call("POST", PAUSE, {"by": "Ann"}, headers=KEY)

    assert (refused.status_code, refused.json()["code"]) == (409, "repeat.underWay")
    assert int(refused.headers["retry-after"]) > 0
    assert api.store.commands("r1") == ()


def test_a_refusal_is_not_kept(api: Api) -> None:
    """Who was refused puts it right, and calls again under the same key."""
    early = api.call("POST", PAUSE, {"by": "Ann"}, headers=KEY)
    wrong = api.call("POST", PAUSE, {}, headers=KEY)
    commanded(api)
    taken = api.call("POST", PAUSE, {"by": "Bo"}, headers=KEY)

    assert (early.status_code, wrong.status_code, taken.status_code) == (404, 422, 202)


def test_a_key_counts_for_one_address(api: Api) -> None:
    """The same key for a pause and for the resume after it is two calls, and so it is for two runs."""
    commanded(api)
    paused = api.call("POST", PAUSE, {"by": "Ann"}, headers=KEY)
    resumed = api.call("POST", "/v1/runs/r1:resume", {"by": "Ann"}, headers=KEY)

    assert (paused.status_code, resumed.status_code) == (202, 202)
    assert len(api.store.commands("r1")) == 2


def test_an_answer_is_forgotten_after_a_week(api: Api) -> None:
    """After that the same key begins a call of its own, whether or not anybody cleared up."""
    commanded(api)
    api.clock = clock = MovingClock()
    api.call("POST", PAUSE, {"by": "Ann"}, headers=KEY)
    clock.at += KEPT
    again = api.call("POST", PAUSE, {"by": "Ann"}, headers=KEY)

    assert "idempotency-replayed" not in again.headers


class Idle:
    """An engine in which nothing goes on."""

    async def start(self, orchestrator: str, instance_id: str, request: object) -> None:
        """Nothing starts."""

    async def raise_event(self, instance_id: str, event: str, data: object) -> None:
        """Nobody hears it."""

    async def alive(self, instance_id: str) -> bool | None:
        """There is none."""
        return None if instance_id else False

    async def ended_before(self, then: datetime) -> tuple[str, ...]:
        """None has."""
        del then
        return ()

    async def purge(self, instance_id: str) -> None:
        """There is nothing to forget."""


class NoPolicy:
    """There is no fleet.yaml."""

    def policy(self) -> Policy:
        """None that could be read."""
        raise PolicyInvalidError(["fleet.yaml is not there"])

    def confirmations(self) -> Confirmations:
        """None."""
        raise PolicyInvalidError(["confirmations are not there"])


def test_the_timer_clears_up(api: Api) -> None:
    """Answers of a week ago are forgotten at its next firing, whether or not anybody can read fleet.yaml."""
    commanded(api)
    api.call("POST", PAUSE, {"by": "Ann"}, headers=KEY)
    ports = replace(api.ports, configuration=NoPolicy())
    asyncio.run(reconcile(ports, Idle(), LATER + KEPT))
    again = api.call("POST", PAUSE, {"by": "Ann"}, headers=KEY)
    asyncio.run(reconcile(ports, Idle(), LATER + KEPT + timedelta(seconds=1)))

    assert again.headers["idempotency-replayed"] == "true"
    assert api.store.forget_calls(LATER + KEPT) == 0


@pytest.mark.parametrize("key", ["", "x" * 201])
def test_a_key_that_is_none(api: Api, key: str) -> None:
    """Empty, or longer than anybody's: refused by its name."""
    refused = api.call("PUT", "/v1/runs/r1", {"kind": "check"}, headers={"Idempotency-Key": key})

    assert refused.status_code == 422
    assert [one["field"] for one in refused.json()["errors"]] == ["Idempotency-Key"]


@given(st.lists(st.text(max_size=4), min_size=4, max_size=4), st.lists(st.text(max_size=4), min_size=4, max_size=4))
def test_another_caller_or_address_is_another_call(one: list[str], other: list[str]) -> None:
    """Whatever differs between method, path, caller and key, the names that calls are kept under differ as well."""
    assert (named(*one) == named(*other)) == (one == other)


def test_every_call_that_changes_something_can_be_repeated(api: Api) -> None:
    """Each PUT and POST of the app takes a key."""
    document = api.call("GET", "/v1/openapi.json").json()
    routes = [
        (path, {one["name"] for one in operation.get("parameters", ())})
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method != "get"
    ]

    assert routes
    assert [path for path, names in routes if not {"Idempotency-Key", "Repeatability-Request-ID"} <= names] == []
    every = [one for module in ROUTES for one in module.router.routes]
    changing = [one for one in every if isinstance(one, APIRoute) and (one.methods or set()) & {"PUT", "POST"}]
    assert len(changing) == len(routes)
    assert all(isinstance(one, RepeatableRoute) for one in changing)


class OvertakenStore(SqliteStore):
    """A real store in which another try, which was taken for dead, always comes to its answer a moment before."""

    @override
    def end_call(self, done: KeptCall) -> KeptCall:
        """The other one first."""
        first = KeptAnswer(
            status=202, headers=(KeptHeader(name="content-type", value="application/json"),), body='{"first": true}'
        )
        super().end_call(replace(done, mark="other", answer=first))
        return super().end_call(done)


def test_of_two_answers_the_first_is_given(api: Api, tmp_path: Path) -> None:
    """A try that comes to its answer after another one gives that one's, since somebody may have it already."""
    commanded(api)
    with OvertakenStore(tmp_path / "store.sqlite") as store:
        api.use(store)
        answer = api.call("POST", PAUSE, {"by": "Ann"}, headers=KEY)

    assert (answer.json(), answer.headers["idempotency-replayed"]) == ({"first": True}, "true")


# --- any interleaving -------------------------------------------------------------------------------------------------

type Turn = tuple[int, bool]
"""Milliseconds that a call of the store takes longer, and whether it is answered that the store is busy."""


class UnsteadyStore(SqliteStore):
    """A real store whose calls take as long as they like, and sometimes say that it is busy."""

    def __init__(self, path: Path, turns: list[Turn]) -> None:
        super().__init__(path)
        self._turns = turns

    def _turn(self) -> bool:
        wait, busy = self._turns.pop() if self._turns else (0, False)
        Event().wait(wait / 1000)
        return busy

    def _before(self) -> None:
        if self._turn():
            raise StoreBusyError("others have it")

    @override
    def put_run(self, run: Run) -> bool:
        """Now or later."""
        self._before()
        return super().put_run(run)

    @override
    def command(self, run_id: str, command: Command, behind: int | None = None) -> bool:
        """Now or later; it may be kept although the answer is that nobody knows."""
        kept = super().command(run_id, command, behind)
        self._before()
        return kept

    @override
    def begin_call(self, wanted: KeptCall) -> KeptCall:
        """Now or later."""
        self._before()
        return super().begin_call(wanted)

    @override
    def end_call(self, done: KeptCall) -> KeptCall:
        """Now or later."""
        self._before()
        return super().end_call(done)


TURNS = st.lists(st.tuples(st.integers(0, 6), st.sampled_from([False, False, False, True])), max_size=12)


@settings(deadline=None, max_examples=40)
@given(
    turns=TURNS,
    starts=st.lists(st.integers(0, 8), min_size=2, max_size=5),
    seconds=st.sampled_from([0, 1, 70]),
    put=st.booleans(),
)
def test_in_any_interleaving_one_thing_is_made(
    turns: list[Turn], starts: list[int], seconds: int, *, put: bool
) -> None:
    """However calls with one key overlap, and wherever the store fails, one run or command is made at the most.

    Every call that succeeds has the same answer, byte for byte, also where a try that goes on is taken for dead.
    """
    with TemporaryDirectory() as folder:
        api = Api(Path(folder))
        commanded(api)
        api.store.close()
        with UnsteadyStore(Path(folder) / "store.sqlite", list(turns)) as store:
            api.use(store)
            api.clock = MovingClock(timedelta(seconds=seconds))
            answers = asyncio.run(_overlapping(api, starts, put=put))
            successes = {(one.status_code, one.content) for one in answers if one.is_success}

            assert len(successes) <= 1
            assert len(store.commands("r1")) + len(store.runs()) - 1 <= 1
            assert {one.status_code for one in answers if not one.is_success} <= {409, 503}


async def _overlapping(api: Api, starts: list[int], *, put: bool) -> list[httpx.Response]:
    orchestrations.set(api.durable)
    method, path = ("POST", "/v1/clouds/pc-a:upgrade") if put else ("POST", PAUSE)
    body = {} if put else {"by": "Ann"}
    async with httpx.AsyncClient(transport=api.transport(), base_url="https://fleet.example") as client:

        async def one(wait: int) -> httpx.Response:
            await asyncio.sleep(wait / 1000)
            return await client.request(method, path, json=body, headers=KEY | {"If-Match": "*"})

        return list(await asyncio.gather(*map(one, starts)))


def test_a_start_that_died_halfway_is_found_by_the_same_call(api: Api) -> None:
    """Its run was kept and its answer was not: the same key finds it, another does not."""
    only_new = {**KEY, "If-None-Match": "*"}
    first = api.call("PUT", "/v1/runs/r1", {"kind": "check"}, headers=only_new)
    api.store.forget_calls(LATER + timedelta(days=1))
    again = api.call("PUT", "/v1/runs/r1", {"kind": "check"}, headers=only_new)
    other = api.call("PUT", "/v1/runs/r1", {"kind": "check"}, headers={**only_new, "Idempotency-Key": "k-2"})

    assert [one.status_code for one in (first, again, other)] == [201, 200, 412]
