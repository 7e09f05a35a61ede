"""The last line of the identity that may start run commands, and how their output is read."""

import json
from typing import Any

import pytest
from azure.core.rest import HttpRequest
from azure.mgmt.avs import AVSClient
from hypothesis import given
from hypothesis import strategies as st

from shared.arm.connection import Connection
from shared.arm.run_command_allowed import MAY_SAY, Command, Parameter
from shared.arm.run_command_guard import RunCommandsOfOneHost
from shared.arm.run_command_parse import newest_package, snapshots_in
from shared.arm.run_command_snapshots import execution_name
from shared.arm.transport import ForeignRequestError
from tests.arm.azure_world import HOST, ONE, World
from tests.hcx.hcx_peer import Reply

CLOUD = f"/subscriptions/{ONE}/resourceGroups/rg/providers/Microsoft.AVS/privateClouds/pc-1"
EXECUTION = f"{CLOUD}/scriptExecutions/{execution_name('a snapshot')}"
CMDLETS = f"{CLOUD}/scriptPackages/Microsoft.AVS.HCX@1.0.10/scriptCmdlets"
TAKE = f"{CMDLETS}/New-HCXManagerSnapshot"


def said_to(name: str = "Description", **more: Any) -> list[dict[str, Any]]:
    """One parameter of a start."""
    return [{"name": name, "type": "Value", "value": "x", **more}]


def start(cmdlet: str = TAKE, parameters: Any = (), **more: Any) -> dict[str, Any]:
    """The body of a start."""
    return {"properties": {"scriptCmdletId": cmdlet, "timeout": "PT30M", "parameters": list(parameters), **more}}


FORBIDDEN: list[tuple[str, str, Any]] = [
    ("PUT", EXECUTION, start(f"{CMDLETS}/Restart-HcxManager")),
    ("PUT", EXECUTION, start(f"{CMDLETS}/Set-HcxScaledCpuAndMemorySetting")),
    ("PUT", EXECUTION, start(f"{CMDLETS}/New-HCXManagerSnapshot/../Restart-HcxManager")),
    ("PUT", EXECUTION, start(TAKE.replace("HCX@", "Management@"))),
    ("PUT", EXECUTION, start(TAKE.replace("pc-1", "pc-2"))),
    ("PUT", EXECUTION, start("Microsoft.AVS.HCX/1.0.10/Restart-HcxManager")),
    ("PUT", EXECUTION, start(parameters=said_to("Force"))),
    ("PUT", EXECUTION, start(parameters=said_to("FORCE"))),
    ("PUT", EXECUTION, start(parameters=said_to() + said_to("RunAsync"))),
    ("PUT", EXECUTION, start(f"{CMDLETS}/Remove-HCXManagerSnapshot", said_to("EnableDebug"))),
    ("PUT", EXECUTION, start(f"{CMDLETS}/Get-HCXManagerSnapshot", said_to())),
    ("PUT", EXECUTION, start(parameters=said_to(type="SecureValue", secureValue="x"))),
    ("PUT", EXECUTION, start(parameters=["Force"])),
    ("PUT", EXECUTION, start(hiddenParameters=said_to("Force"))),
    ("PUT", EXECUTION, {**start(), "tags": {}}),
    ("PUT", EXECUTION, []),
    ("PUT", EXECUTION, None),
    ("PUT", f"{CLOUD}/scriptExecutions/by-hand", start()),
    ("PUT", f"{CLOUD}/addons/hcx", start()),
    ("PUT", CLOUD, start()),
    ("PATCH", EXECUTION, start()),
    ("DELETE", EXECUTION, None),
    ("DELETE", CLOUD, None),
    ("POST", f"{CLOUD}/listAdminCredentials", None),
    ("POST", f"{CLOUD}/rotateVcenterPassword", None),
    ("POST", f"{CLOUD}/scriptExecutions/by-hand/getExecutionLogs", ["Output"]),
    ("POST", f"/subscriptions/{ONE}/providers/Microsoft.AVS/register", None),
]


def client(world: World, port: int) -> AVSClient:
    """Microsoft's client with our last line in it."""
    url = f"https://{HOST}:{port}"
    connection = Connection(
        world.credential, url=url, scope=f"https://{HOST}/.default", ca=world.file, address="127.0.0.1"
    )
    return AVSClient(world.credential, ONE, **connection.settings(RunCommandsOfOneHost(url)))


@pytest.mark.parametrize(("method", "path", "body"), FORBIDDEN, ids=lambda one: str(one)[-60:])
def test_nothing_else_can_be_sent(world: World, method: str, path: str, body: Any) -> None:
    """What is not in the list is refused with no byte on the wire, and before there is a token."""
    peer = world.peer({})
    request = HttpRequest(method, f"https://{HOST}:{peer.port}{path}?api-version=2026-03-01", json=body)

    with client(world, peer.port) as ours, pytest.raises(ForeignRequestError):
        ours.send_request(request)

    assert (peer.bytes_received, world.credential.scopes) == (0, [])


def test_no_other_host_is_asked(world: World) -> None:
    """An allowed start is none at another place."""
    peer, other = world.peer({}), world.peer({})
    request = HttpRequest("PUT", f"https://{HOST}:{other.port}{EXECUTION}", json=start())

    with client(world, peer.port) as ours, pytest.raises(ForeignRequestError):
        ours.send_request(request)

    assert (peer.bytes_received, other.bytes_received) == (0, 0)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", f"{CLOUD}/scriptExecutions", None),
        ("PUT", EXECUTION, start(parameters=said_to())),
        ("PUT", EXECUTION, start(f"{CMDLETS}/Get-HCXManagerSnapshot")),
        ("PUT", EXECUTION, start(f"{CMDLETS}/Remove-HCXManagerSnapshot", said_to("SnapshotName"))),
        ("POST", f"{EXECUTION}/getExecutionLogs", ["Output"]),
    ],
)
def test_what_is_ours_goes_out(world: World, method: str, path: str, body: Any) -> None:
    """The three cmdlets with what they are told, their output, and reads."""
    peer = world.peer({f"{method} {path}": Reply(200, b"{}")})
    request = HttpRequest(method, f"https://{HOST}:{peer.port}{path}", json=body)

    with client(world, peer.port) as ours:
        answer = ours.send_request(request)

    assert (answer.status_code, len(peer.got)) == (200, 1)


def test_the_list_is_closed() -> None:
    """Three cmdlets and two parameters: a new one is a decision, not an edit in passing."""
    assert set(Command) == set(MAY_SAY)
    assert {one.value for one in Command} == {f"{verb}-HCXManagerSnapshot" for verb in ("New", "Get", "Remove")}
    assert {one.value for one in Parameter} == {"Description", "SnapshotName"}


# --- reading ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("output", "found"),
    [
        ([], []),
        (["No snapshots were found."], []),
        (["Name : S1", "Description : ours"], [("S1", "ours")]),
        (["Name : S1\nDescription : ours\n\nName : S2\nDescription : "], [("S1", "ours"), ("S2", "")]),
        (["", "Name        : S1", "Description : a long", "              one"], [("S1", "a long one")]),
        ([json.dumps([{"Name": "S1", "Description": "ours"}, {"SnapshotName": "S2"}])], [("S1", "ours"), ("S2", "")]),
        ([json.dumps({"name": "S1", "description": "ours"})], [("S1", "ours")]),
        (["S1 ours yesterday"], None),
        (["Name : S1", "something else"], None),
        (["Description : ours"], None),
        (["[1, 2]"], None),
        (["null"], None),
        (["Name : "], None),
    ],
)  # fmt: skip
def test_listed_snapshots(output: list[str], found: list[tuple[str, str]] | None) -> None:
    """Lines of keys and values, and JSON; whatever is not wholly readable is not read at all."""
    read = snapshots_in(output)

    assert (None if read is None else [(one.name, one.description) for one in read]) == found


LINES = st.sampled_from(["Name : S1", "Description : x", "Name :", "", "  more", "{}", "[{", "null", "Created : soon"])


@given(st.lists(LINES | st.text(max_size=12), max_size=8))
def test_any_output_is_survived(output: list[str]) -> None:
    """It is read, with a name for each, or it is not readable."""
    read = snapshots_in(output)

    assert read is None or all(one.name for one in read)


@pytest.mark.parametrize(
    ("names", "newest"),
    [
        (["Microsoft.AVS.HCX@1.0.9", "Microsoft.AVS.HCX@1.0.10"], "Microsoft.AVS.HCX@1.0.10"),
        (["microsoft.avs.hcx@2.0", "Microsoft.AVS.HCX@1.9.9"], "microsoft.avs.hcx@2.0"),
        (["Microsoft.AVS.HCX@new", "Microsoft.AVS.HCX.Other@9.0.0", "Microsoft.AVS.Management@9.0.0", None], None),
        ([], None),
    ],
)
def test_the_newest_package_counts(names: list[str | None], newest: str | None) -> None:
    """By number and not by alphabet, and of no other package."""
    assert newest_package(names) == newest


def test_names_of_executions_are_a_function_of_the_snapshot() -> None:
    """The same one each time, another one for every snapshot and part, and legal in Azure's paths."""
    names = [execution_name(one, part) for one in ("run-1 a", "run-1 b") for part in ("", "remove", "there-1")]

    assert names == [execution_name(one, part) for one in ("run-1 a", "run-1 b") for part in ("", "remove", "there-1")]
    assert len(set(names)) == len(names)
    assert all(one.replace("-", "").isalnum() and one.isascii() and len(one) <= 80 for one in names)
