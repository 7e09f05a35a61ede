"""How calls of an app elsewhere travel: with the token to that app alone, again where nothing came of it, and told."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.edge import ToldError, WrongUseError
from cli.endpoint import Endpoint
from cli.exits import Exit
from cli.remote.address import address_of
from cli.remote.client import PATIENCE_SECONDS, TRIES, Change
from cli.remote.documents import RunSeen
from cli.remote.refusing import RefusedError, plain
from tests.cli.far_app import BEARER, RUN, far_app, problem, run_said
from tests.hcx.hcx_peer import Answer, Got, Raw, Reply, said

CHANGE = Change(method="PUT", path="/v1/runs/r1", body={"kind": "plan", "target": None}, key="k1")
PUT = "PUT /v1/runs/r1"


def one_after_another(*answers: Answer) -> Callable[[Got], Answer]:
    """Each of these in its turn."""
    left = iter(answers)
    return lambda _: next(left)


def refused(answer: Answer) -> RefusedError:
    """What becomes of that answer."""
    with far_app({RUN: answer}) as far, pytest.raises(RefusedError) as caught:
        far.client.get("/v1/runs/r1")
    return caught.value


# --- the token --------------------------------------------------------------------------------------------------------


def test_each_call_has_the_token() -> None:
    """What the app is asked says who asks."""
    with far_app({RUN: run_said()}) as far:
        far.client.get("/v1/runs/r1")

        assert [one.headers["authorization"] for one in far.peer.got] == [f"Bearer {BEARER}"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    """Wherever an app sends on to, nothing is sent there; the lines name the host and never the token."""
    with far_app({RUN: run_said()}) as other:
        there = {"location": f"https://localhost:{other.peer.port}/v1/runs/r1"}
        told = refused(Reply(status, b"", there))

        assert other.peer.connections == 0
    assert told.code == Exit.SIGN_IN
    assert "localhost" in str(told)
    assert BEARER not in str(told)


def test_a_link_leads_on_at_the_same_address() -> None:
    """Of a link to the next part nothing counts but its query, whichever host it names."""
    first = said({"value": [1], "nextLink": "https://evil.example/v1/runs?top=1000&after=x%20y"})
    answers = {"GET /v1/runs?top=1000": first, "GET /v1/runs?top=1000&after=x+y": said({"value": [2]})}
    with far_app(answers) as far:
        parts = [one.json()["value"] for one in far.client.parts("/v1/runs")]

    assert parts == [[1], [2]]


@pytest.mark.parametrize(
    "url", ["http://fleet.example", "http://10.0.0.4:7071", "http://localhost.example", "http://[::2]", "HTTP://x"]
)
def test_no_token_travels_in_the_clear(url: str) -> None:
    """Plain HTTP is for this machine alone, whatever audience is given."""
    with pytest.raises(WrongUseError, match="in the clear"):
        address_of(Endpoint(url=url, audience="api://fleet"))


@pytest.mark.parametrize("url", ["http://127.0.0.1:7071", "http://localhost:7071/", "http://[::1]:7071/v1"])
def test_this_machine_takes_no_token(url: str) -> None:
    """Without an audience an app on this machine is called without one."""
    address = address_of(Endpoint(url=url, audience=None))

    assert (address.here, address.audience) == (True, None)
    assert address.base.endswith(":7071")


def test_who_is_elsewhere_asks_who_calls() -> None:
    """Without an audience nobody knows what a token would be for."""
    with pytest.raises(WrongUseError, match="--audience"):
        address_of(Endpoint(url="https://fleet.example", audience=None))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "fleet.example",
        "ftp://fleet.example",
        "https://",
        "https://a:b@fleet.example",
        "https://x:y",
        "https://x?k=v",
    ],
)
def test_what_is_no_address_is_wrong_use(url: str) -> None:
    """A name, a password or a query in it are refused, and not repeated."""
    with pytest.raises(WrongUseError) as caught:
        address_of(Endpoint(url=url, audience="api://fleet"))

    assert "a:b" not in str(caught.value)


# --- again ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "busy", [problem(429, "caller.tooMany", {"retry-after": "7"}), problem(503, "store.busy", {"retry-after": "7"})]
)
def test_a_busy_app_is_asked_again_when_it_says(busy: Reply) -> None:
    """The time that it names is waited for, then its answer counts."""
    with far_app({RUN: one_after_another(busy, run_said())}) as far:
        answer = far.client.get("/v1/runs/r1")

        assert (answer.status, far.pauses) == (200, [7.0])


def test_who_is_busy_for_long_is_not_waited_for() -> None:
    """No call takes longer than its patience: it ends with what the app says, and exit code 1."""
    soon, late = (problem(429, "caller.tooMany", {"retry-after": seconds}) for seconds in ("40", "30"))
    with far_app({RUN: one_after_another(soon, late)}) as far, pytest.raises(ToldError) as caught:
        far.client.get("/v1/runs/r1")

    assert caught.value.code == Exit.FAILED
    assert sum(far.pauses) <= PATIENCE_SECONDS


def test_what_is_sent_again_is_the_same_call() -> None:
    """A change whose answer was lost, or that met a busy app or its own first try, goes out with the same key."""
    under_way = problem(409, "repeat.underWay", {"retry-after": "2"})
    busy = problem(503, "store.busy", {"retry-after": "1"})
    with far_app({PUT: one_after_another(Raw(), under_way, busy, run_said())}) as far:
        far.client.change(CHANGE)
        got = far.peer.got

    assert {(one.headers["idempotency-key"], one.body) for one in got} == {("k1", b'{"kind": "plan"}')}
    assert (len(got), far.pauses[1:]) == (4, [2.0, 1.0])


def test_a_refusal_is_not_asked_again() -> None:
    """A conflict that names no time is an answer."""
    with far_app({PUT: problem(409, "run.otherRequest")}) as far, pytest.raises(RefusedError):
        far.client.change(CHANGE)

    assert (far.peer.count(PUT), far.pauses) == (1, [])


@pytest.mark.parametrize("nothing", [Raw(), Reply(502), Reply(504)])
def test_who_cannot_be_reached_is_told(nothing: Answer) -> None:
    """After a few tries the address is named, with exit code 1."""
    with far_app({RUN: nothing}) as far, pytest.raises(ToldError) as caught:
        far.client.get("/v1/runs/r1")

    assert caught.value.code == Exit.FAILED
    assert "cannot be reached" in str(caught.value)
    assert far.peer.count(RUN) == TRIES


# --- what the app says no with ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "code", "exit_code"),
    [
        (400, "body.unreadable", Exit.WRONG_USE),
        (401, "caller.unknown", Exit.SIGN_IN),
        (403, "caller.role", Exit.SIGN_IN),
        (403, "plan.notApproved", Exit.NEEDS_OTHERS),
        (404, "run.unknown", Exit.WRONG_USE),
        (409, "command.unfit", Exit.WRONG_USE),
        (409, "runSheet.notReady", Exit.NEEDS_OTHERS),
        (412, "match.failed", Exit.WRONG_USE),
        (422, "body.invalid", Exit.WRONG_USE),
        (428, "match.required", Exit.WRONG_USE),
        (500, "internal", Exit.FAILED),
        (500, "policy.invalid", Exit.WRONG_USE),
        (500, "store.tampered", Exit.WRONG_USE),
        (503, "signIn.off", Exit.SIGN_IN),
    ],
)
def test_each_no_has_its_exit_code(status: int, code: str, exit_code: Exit) -> None:
    """A pipeline can tell who has to act; the line has the stable code, what is wrong and what to do."""
    told = refused(problem(status, code))

    assert (told.code, told.reason) == (exit_code, code)
    assert str(told) == f"No [{code}]: it does not go (ask somebody)"


def test_wrong_fields_are_told_by_their_options() -> None:
    """Every one at once, each in a line of its own."""
    fields = [{"field": "by", "message": "leave it out"}, {"field": "wave", "message": "is missing"}]
    told = refused(problem(422, "body.invalid", errors=fields))

    assert told.problems == ("--as: leave it out", "wave: is missing")


def test_reasons_have_a_line_each() -> None:
    """What stands in the way of a run sheet is no field of the call."""
    told = refused(problem(409, "runSheet.notReady", errors=[{"field": "", "message": "No bundle."}]))

    assert told.problems == ("No [runSheet.notReady]: (ask somebody)", "No bundle.")


@pytest.mark.parametrize(
    ("status", "code"), [(401, Exit.SIGN_IN), (403, Exit.SIGN_IN), (404, Exit.WRONG_USE), (500, Exit.FAILED)]
)
def test_whatever_stands_in_front_of_an_app_is_told_as_well(status: int, code: Exit) -> None:
    """A page that is none of ours has no code, and nothing of it is shown."""
    told = refused(Reply(status, b"<html>Web App not found</html>", {"content-type": "text/html"}))

    assert (told.code, told.reason) == (code, "")
    assert "html" not in str(told)


@pytest.mark.parametrize("body", [b"<html>", b"[" * 100_000, b'{"id": 1}'])
def test_an_answer_of_something_else_is_told(body: bytes) -> None:
    """What is no run is not taken for one."""
    with (
        far_app({RUN: Reply(200, body, {"content-type": "application/json"})}) as far,
        pytest.raises(ToldError) as caught,
    ):
        far.client.get("/v1/runs/r1").read(RunSeen)

    assert caught.value.code == Exit.FAILED


@given(st.text())
def test_words_of_others_stay_in_their_line(text: str) -> None:
    """Nothing that an app says moves the cursor, turns the text or begins a line."""
    assert plain(text).isprintable()


def test_the_body_is_json() -> None:
    """What nobody gave is left out of it."""
    with far_app({PUT: run_said()}) as far:
        far.client.change(CHANGE)
        (got,) = far.peer.got

    assert json.loads(got.body) == {"kind": "plan"}
    assert got.headers["content-type"] == "application/json"
