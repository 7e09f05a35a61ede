"""What becomes of run commands where Azure answers as it should not: nothing raises, and nothing is started twice."""

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.arm.connection import Connection
from shared.arm.run_command_allowed import Command
from shared.arm.run_command_snapshots import RunCommandSnapshots, execution_name
from shared.arm.run_commands import RunCommands
from shared.model.acts import Adopted, AskAgain, Refused, Started, Uncertain
from shared.model.inventory import Endpoint, Manager, ManagerKind
from shared.model.snapshots import SnapshotState
from shared.ports import NotSentError
from tests.arm.azure_world import HOST, ONE, TOKEN, Answers, Arm, World
from tests.builders.sending import Asked, at_once, kept_back
from tests.hcx.hcx_peer import Answer, Got, Raw, Reply, said

NAME = "hcx-fleet run-1 manager:pc-1"
CLOUD = f"/subscriptions/{ONE}/resourceGroups/rg/providers/Microsoft.AVS/privateClouds/pc-1"
PACKAGE = f"{CLOUD}/scriptPackages/Microsoft.AVS.HCX@1.0.10"
READ_CMDLET = f"GET {PACKAGE.replace('@', '%40')}/scriptCmdlets/New-HCXManagerSnapshot"
EXECUTIONS = f"{CLOUD}/scriptExecutions"
TAKING = f"{EXECUTIONS}/{execution_name(NAME)}"
REMOVING = f"{EXECUTIONS}/{execution_name(NAME, 'remove')}"
TURN = 1_982_016
"""The number of the quarter of an hour at which it is now."""
LISTING = f"{EXECUTIONS}/{execution_name(NAME, f'there-{TURN}')}"
MANAGER = Manager(
    id="pc-1",
    kind=ManagerKind.CLOUD_MANAGER,
    site="pc-1",
    endpoint=Endpoint(host="hcx.pc-1.test"),
    credentials="hcx-pc-1",
    cloud_resource_id=CLOUD,
)
GARBAGE = [
    Reply(200, b"<html>busy</html>"),
    Reply(200, b'{"properties": '),
    Reply(200, b"[]", {"content-type": "application/json"}),
    Reply(200, b"null", {"content-type": "application/json"}),
    said({"name": 7, "properties": {"output": "x", "provisioningState": ["Succeeded"]}}),
    Reply(200, b""),
    Raw(),
]
OUR_PARAMETER = {"name": "Description", "type": "String", "visibility": "Visible", "optional": "Optional"}


class Stopped:
    """A clock that stands."""

    def now(self) -> datetime:
        """Always the same moment."""
        return datetime.fromtimestamp(TURN * 900, UTC)


def snapshots_of(world: World, peer: Arm) -> RunCommandSnapshots:
    """The port, dialling the peer."""
    connection = Connection(
        world.credential,
        url=f"https://{HOST}:{peer.port}",
        scope=f"https://{HOST}/.default",
        ca=world.file,
        address="127.0.0.1",
    )
    return RunCommandSnapshots(RunCommands(connection), Stopped())


def execution(path: str, cmdlet: str, state: str = "Succeeded", **properties: Any) -> dict[str, Any]:
    """An execution as Azure describes it, with its odd times."""
    return {
        "id": path,
        "name": path.rpartition("/")[2],
        "type": "Microsoft.AVS/privateClouds/scriptExecutions",
        "properties": {
            "scriptCmdletId": f"{PACKAGE}/scriptCmdlets/{cmdlet}",
            "timeout": "PT30M",
            "submittedAt": "2021-05-14 16:18:28Z",
            "finishedAt": "2021-04-14 16:18:28Z",
            "provisioningState": state,
            "namedOutputs": {},
            **properties,
        },
    }


def cmdlet(*parameters: dict[str, str], name: str = Command.TAKE) -> Reply:
    """A cmdlet of the package."""
    return said(
        {
            "name": name,
            "id": f"{PACKAGE}/scriptCmdlets/{name}",
            "properties": {"timeout": "PT1H", "audience": "Any", "parameters": list(parameters)},
        }
    )


def offered(put: Answer | Callable[[Got], Answer], *parameters: dict[str, str]) -> dict[str, Any]:
    """Answers of a cloud where nothing was started yet, and where a start is answered so."""
    found = [{"name": f"{name}", "id": f"{CLOUD}/scriptPackages/{name}"} for name in _PACKAGES]
    return {
        f"GET {CLOUD}/scriptPackages": said({"value": found}),
        READ_CMDLET: cmdlet(*(parameters or (OUR_PARAMETER,))),
        f"PUT {TAKING}": put,
    }


_PACKAGES = ("Microsoft.AVS.HCX@1.0.9", "Microsoft.AVS.HCX@1.0.10", "Microsoft.AVS.HCX@new", "Other@9.0.0")


def listed(*items: dict[str, Any], output: object) -> dict[str, Any]:
    """Answers of a cloud whose snapshot was taken, and whose list is over."""
    there = execution(LISTING, Command.LIST)
    return {
        f"GET {TAKING}": said(execution(TAKING, Command.TAKE)),
        f"GET {EXECUTIONS}": said({"value": [there, *items]}),
        f"GET {LISTING}": said(there),
        f"POST {LISTING}/getExecutionLogs": said({"output": output, "timeout": "PT30M"}),
        f"POST {TAKING}/getExecutionLogs": said({"output": ["done"]}),
    }


def starts(peer: Arm) -> int:
    """How many starts arrived."""
    return sum(call.startswith("PUT ") for call in peer.calls())


def changes(peer: Arm) -> list[str]:
    """Every call that is no read."""
    return [call for call in peer.calls() if not call.startswith("GET ") and "/getExecutionLogs" not in call]


# --- starting ---------------------------------------------------------------------------------------------------------


def test_a_start_says_what_was_asked_and_nothing_more(world: World) -> None:
    """The newest package counts by its number, and the body holds cmdlet, time-out and the one parameter."""
    peer = world.peer(offered(said(execution(TAKING, Command.TAKE, "Pending"), 201, {"retry-after": "10"})))

    act = snapshots_of(world, peer).take(MANAGER, NAME, at_once)

    (sent,) = [json.loads(got.body) for got in peer.got if got.call.startswith("PUT ")]
    assert isinstance(act, Started)
    assert sent == {
        "properties": {
            "scriptCmdletId": f"{PACKAGE}/scriptCmdlets/New-HCXManagerSnapshot",
            "timeout": "PT1H",
            "parameters": [{"name": "Description", "type": "Value", "value": NAME}],
        }
    }


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (said({"error": {"code": "AuthorizationFailed", "message": "no"}}, 403), Refused),
        (said({"error": {"code": "Bad", "message": "no"}}, 400), Refused),
        (said({"error": {"code": "Gone", "message": "no"}}, 404), Refused),
        (said({"error": {"code": "Conflict", "message": "busy"}}, 409), AskAgain),
        (said({"error": {"code": "TooManyRequests", "message": "later"}}, 429, {"retry-after": "1"}), AskAgain),
        (said({"error": {"code": "Oops", "message": "no"}}, 500, {"retry-after": "1"}), Uncertain),
        (Reply(503, b"<html/>"), Uncertain),
        (Reply(307, b"", {"location": f"https://{HOST}/elsewhere"}), Uncertain | Refused),
        (Raw(), Uncertain),
        (Raw(b"HTTP/1.1 201 Created\r\ncontent-length: 500\r\n\r\n{"), Uncertain),
        (Raw(b"nonsense"), Uncertain),
    ],
)
def test_a_start_is_sent_once_whatever_the_answer(world: World, answer: Answer, kind: type) -> None:
    """Nothing but a clear refusal is taken for one, and nothing makes the client send it again."""
    peer = world.peer(offered(answer))

    act = snapshots_of(world, peer).take(MANAGER, NAME, at_once)

    assert isinstance(act, kind)
    assert starts(peer) == 1


@pytest.mark.parametrize("answer", [Raw(), said(execution(TAKING, Command.TAKE, "Pending"), 201)])
def test_it_asks_once_right_before_the_start(world: World, answer: Answer) -> None:
    """When nothing has been started yet; where it is there already nobody is asked, and what is kept back stays."""
    peer = world.peer(offered(answer))
    sending, never = Asked(lambda: starts(peer)), Asked(lambda: starts(peer))

    with pytest.raises(NotSentError):
        snapshots_of(world, peer).take(MANAGER, NAME, kept_back)
    snapshots_of(world, peer).take(MANAGER, NAME, sending)
    peer.answers[f"GET {TAKING}"] = said(execution(TAKING, Command.TAKE, "Running"))
    snapshots_of(world, peer).take(MANAGER, NAME, never)

    assert (sending.before, never.before, starts(peer)) == ([0], [], 1)


def test_a_start_that_was_answered_with_nothing_is_adopted_later(world: World) -> None:
    """After a start without an answer the next one looks, finds it, and sends nothing."""
    peer = world.peer(offered(Raw()))
    ours = snapshots_of(world, peer)
    ours.take(MANAGER, NAME, at_once)
    peer.answers[f"GET {TAKING}"] = said(execution(TAKING, Command.TAKE, "Running"))

    act = ours.take(MANAGER, NAME, at_once)

    assert isinstance(act, Adopted)
    assert starts(peer) == 1


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        (({**OUR_PARAMETER, "name": "Text"},), "Description"),
        (({**OUR_PARAMETER, "visibility": "Hidden"},), "Description"),
        (({**OUR_PARAMETER, "type": "SecureString"},), "Description"),
        ((OUR_PARAMETER, {**OUR_PARAMETER, "name": "Ticket", "optional": "Required"}), "Ticket"),
        ((OUR_PARAMETER, {"name": "Force", "type": "Bool", "optional": "Required"}), "Force"),
        ((OUR_PARAMETER, {"name": "New", "type": "String"}), "New"),
    ],
)
def test_a_cmdlet_that_wants_otherwise_is_not_started(
    world: World, parameters: tuple[dict[str, str], ...], told: str
) -> None:
    """What we have to say must be a visible text, and what is not said to be optional is mandatory."""
    peer = world.peer(offered(Reply(201), *parameters))

    act = snapshots_of(world, peer).take(MANAGER, NAME, at_once)

    assert isinstance(act, Refused)
    assert (act.reason, told in act.detail) == ("cmdlet-changed", True)
    assert starts(peer) == 0


def test_parameters_are_known_in_any_case(world: World) -> None:
    """PowerShell does not tell them apart; the package's own spelling is sent."""
    peer = world.peer(
        offered(said(execution(TAKING, Command.TAKE, "Pending"), 201), {**OUR_PARAMETER, "name": "DESCRIPTION"})
    )

    snapshots_of(world, peer).take(MANAGER, NAME, at_once)

    (sent,) = [json.loads(got.body) for got in peer.got if got.call.startswith("PUT ")]
    assert [one["name"] for one in sent["properties"]["parameters"]] == ["DESCRIPTION"]


@pytest.mark.parametrize("place", ["packages", "cmdlet"])
@pytest.mark.parametrize("status", [404, 403, 500])
def test_without_a_readable_package_nothing_is_started(world: World, place: str, status: int) -> None:
    """Gone and forbidden are refused with a remedy; a service in trouble is asked again."""
    answers = offered(Reply(201))
    call = f"GET {CLOUD}/scriptPackages" if place == "packages" else READ_CMDLET
    peer = world.peer({**answers, call: said({"error": {"code": "No", "message": "no"}}, status)})

    act = snapshots_of(world, peer).take(MANAGER, NAME, at_once)

    assert isinstance(act, AskAgain if status == 500 else Refused)
    assert isinstance(act, AskAgain) or act.remedy
    assert starts(peer) == 0


@pytest.mark.parametrize("answer", GARBAGE)
def test_garbage_before_a_start_starts_nothing(world: World, answer: Answer) -> None:
    """Where nobody can say whether it was started already, it is not started."""
    peer = world.peer({**offered(Reply(201)), f"GET {TAKING}": answer})

    snapshots_of(world, peer).take(MANAGER, NAME, at_once)

    assert starts(peer) == 0


@pytest.mark.parametrize("answer", GARBAGE)
@pytest.mark.parametrize("place", ["packages", "cmdlet"])
def test_a_garbled_package_starts_nothing(world: World, place: str, answer: Answer) -> None:
    """What cannot be read is not taken for a cmdlet that asks for nothing."""
    call = f"GET {CLOUD}/scriptPackages" if place == "packages" else READ_CMDLET
    peer = world.peer({**offered(Reply(201)), call: answer})

    act = snapshots_of(world, peer).take(MANAGER, NAME, at_once)

    assert isinstance(act, AskAgain | Refused)
    assert starts(peer) == 0


def test_an_execution_of_another_cmdlet_is_not_ours(world: World) -> None:
    """Somebody gave our name to something else: that is not adopted."""
    peer = world.peer({f"GET {TAKING}": said(execution(TAKING, "Restart-HcxManager"))})

    act = snapshots_of(world, peer).take(MANAGER, NAME, at_once)

    assert isinstance(act, Refused)
    assert "Restart-HcxManager" in act.detail


# --- looking ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [*GARBAGE, Reply(500), said({"error": {"code": "No"}}, 403)])
@pytest.mark.parametrize("call", [f"GET {TAKING}", f"GET {REMOVING}", f"GET {EXECUTIONS}", f"GET {LISTING}"])
def test_garbage_never_makes_a_snapshot_be_there_or_gone(world: World, call: str, answer: Answer) -> None:
    """Neither there nor absent is said on ground of what nobody can read, and nothing is removed."""
    sound = listed(output=[f"Name : S1\nDescription : {NAME}"])
    peer = world.peer({**sound, call: answer})
    ours = snapshots_of(world, peer)

    look = ours.seen(MANAGER, NAME)
    ours.remove(MANAGER, NAME, at_once)

    assert look.state not in {SnapshotState.THERE, SnapshotState.ABSENT}
    assert not [one for one in changes(peer) if REMOVING in one]


def test_logs_without_an_envelope_are_read(world: World) -> None:
    """The output of an execution comes without `properties`, and is read all the same."""
    peer = world.peer(listed(output=["Name : S1", f"Description : {NAME}"]))

    look = snapshots_of(world, peer).seen(MANAGER, NAME)

    assert (look.state, "S1" in look.detail) == (SnapshotState.THERE, True)
    assert changes(peer) == []


@pytest.mark.parametrize("state", ["Cancelled", "Canceled", "Failed", "Deleting"])
def test_a_start_that_ended_badly_failed(world: World, state: str) -> None:
    """Both spellings, and one that is being deleted."""
    peer = world.peer({f"GET {TAKING}": said(execution(TAKING, Command.TAKE, state, failureReason="no space"))})

    look = snapshots_of(world, peer).seen(MANAGER, NAME)

    assert (look.state, "no space" in look.detail) == (SnapshotState.FAILED, True)


@pytest.mark.parametrize("state", ["Pending", "Running", "Building", "Cancelling", "Dreaming"])
def test_words_for_going_on_are_many(world: World, state: str) -> None:
    """Only the known ends end it."""
    peer = world.peer({f"GET {TAKING}": said(execution(TAKING, Command.TAKE, state))})

    assert snapshots_of(world, peer).seen(MANAGER, NAME).state is SnapshotState.MAKING


def test_two_of_one_name_are_left_to_a_person(world: World) -> None:
    """Removing goes by the name that Azure gave: where another snapshot is called the same, it could be hit."""
    kept = f"{EXECUTIONS}/{execution_name(NAME, f'kept-{TURN}')}"
    two = [f"Name : S1\nDescription : {NAME}", "", "Name : s1\nDescription : before the change"]
    there = execution(kept, Command.LIST, output=two)
    answers: Answers = {
        f"GET {TAKING}": said(execution(TAKING, Command.TAKE, output=["x"])),
        f"GET {EXECUTIONS}": said({"value": [there]}),
        f"GET {kept}": said(there),
    }
    peer = world.peer(answers)

    act = snapshots_of(world, peer).remove(MANAGER, NAME, at_once)

    assert isinstance(act, Refused)
    assert "s1" in act.detail
    assert changes(peer) == []


def test_no_token_and_no_hidden_value_is_told(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Neither in a log with every debug record there is, nor in what we say: hidden parameters included."""
    for name in ("", "azure", "urllib3", "msal"):
        caplog.set_level(logging.DEBUG, logger=name)
    hidden = [{"name": "Password", "type": "SecureValue", "secureValue": "hidden-canary"}]
    peer = world.peer({f"GET {TAKING}": said(execution(TAKING, Command.TAKE, "Failed", hiddenParameters=hidden))})
    ours = snapshots_of(world, peer)

    told = [
        repr(ours.take(MANAGER, NAME, at_once)),
        repr(ours.seen(MANAGER, NAME)),
        repr(ours.remove(MANAGER, NAME, at_once)),
    ]

    for canary in (TOKEN, "hidden-canary"):
        assert canary not in caplog.text + "".join(told)
