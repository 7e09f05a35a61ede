"""Run commands of the simulated world: documents, habits and effects."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from simulator.visitor import Visitor

ONE = """
arm: {runCommandIdentity: true}
clouds:
  - {name: pc-1, subscription: sub-a, hcx: "4.11.2"}
  - {name: pc-2, subscription: sub-a, hcx: none}
"""
CMDLETS = "scriptPackages/Microsoft.AVS.HCX@1.0.10/scriptCmdlets"
MINUTE = timedelta(minutes=1)


class Azure:
    """Azure Resource Manager, asked as the identity for run commands or as the usual one."""

    def __init__(self, world: Visitor, *, executor: bool = True) -> None:
        self._world = world
        self._client_id = world.settings["HCX_FLEET_EXECUTOR_CLIENT_ID"] if executor else None
        self.cloud = str(world.published["clouds"][0]["resource_id"])

    def token(self) -> str:
        """A token of that identity."""
        more = {"client_id": self._client_id} if self._client_id else {}
        answer = self._world.control.get(
            self._world.settings["IDENTITY_ENDPOINT"],
            params={"api-version": "2019-08-01", "resource": "https://management.sim.test", **more},
            headers={"x-identity-header": self._world.settings["IDENTITY_HEADER"]},
        )
        return str(answer.raise_for_status().json()["access_token"])

    def ask(self, method: str, below: str, body: object = None) -> httpx.Response:
        """One call below the cloud."""
        arm = self._world.published["arm"]
        host, _, port = arm["url"].removeprefix("https://").partition(":")
        return self._world.https.request(
            method,
            f"https://{arm['address']}:{port}{self.cloud}/{below}",
            params={"api-version": "2026-03-01"},
            headers={"host": f"{host}:{port}", "authorization": f"Bearer {self.token()}"},
            json=body,
            extensions={"sni_hostname": host},
        )

    def start(self, name: str, cmdlet: str, **parameters: str) -> httpx.Response:
        """Start a run command."""
        given = [{"name": key, "type": "Value", "value": value} for key, value in parameters.items()]
        cmdlet_id = f"{self.cloud}/{CMDLETS}/{cmdlet}"
        properties = {"scriptCmdletId": cmdlet_id, "timeout": "PT30M", "parameters": given}
        return self.ask("PUT", f"scriptExecutions/{name}", {"properties": properties})

    def taken(self, name: str, description: str) -> None:
        """Take a snapshot and wait until it is there."""
        assert self.start(name, "New-HCXManagerSnapshot", Description=description).status_code == 201
        self._world.advance(4 * MINUTE)


def test_packages_and_cmdlets_have_the_keys_of_the_published_examples(serve: Callable[[str], Visitor]) -> None:
    """A cmdlet says what it wants to be told in the words of the interface; a cloud without HCX has no such package."""
    world = serve(ONE)
    azure = Azure(world, executor=False)

    (cmdlet, *_) = azure.ask("GET", CMDLETS).json()["value"]
    packages = [one["name"] for one in azure.ask("GET", "scriptPackages").json()["value"]]
    azure.cloud = str(world.published["clouds"][1]["resource_id"])
    elsewhere = [one["name"] for one in azure.ask("GET", "scriptPackages").json()["value"]]

    assert set(cmdlet) == {"name", "id", "properties", "type"}
    assert set(cmdlet["properties"]) == {"description", "timeout", "audience", "parameters"}
    assert set(cmdlet["properties"]["parameters"][0]) == {"name", "description", "type", "visibility", "optional"}
    assert "Microsoft.AVS.HCX@1.0.10" in packages
    assert not [one for one in elsewhere if "HCX" in one]


def test_a_start_goes_the_way_of_recorded_traffic(serve: Callable[[str], Visitor]) -> None:
    """The operation lives below the execution, has fractions on its way, and holds the whole resource at its end."""
    world = serve(ONE)
    azure = Azure(world)

    begun = azure.start("a", "New-HCXManagerSnapshot", Description="ours")
    below = httpx.URL(begun.headers["azure-asyncoperation"]).path.removeprefix(f"{azure.cloud}/")
    world.advance(2 * MINUTE)
    midway = azure.ask("GET", below)
    world.advance(2 * MINUTE)
    end = azure.ask("GET", below)

    assert (begun.status_code, begun.headers["retry-after"]) == (201, "10")
    assert below.startswith("scriptExecutions/a/operationstatuses/")
    properties = begun.json()["properties"]
    assert (properties["provisioningState"], properties["namedOutputs"], properties["output"]) == ("Pending", {}, [])
    assert (midway.json()["status"], midway.json()["percentComplete"]) == ("Building", 88.75)
    assert "properties" not in midway.json()
    assert (end.json()["status"], end.headers["retry-after"]) == ("Succeeded", "10")
    assert end.json()["properties"]["properties"]["submittedAt"] == "2026-11-24 06:00:00Z"


def test_snapshots_come_and_go(serve: Callable[[str], Visitor]) -> None:
    """Taken, listed in the logs without an envelope, removed by name, or gone after three days."""
    world = serve(ONE)
    azure = Azure(world)
    azure.taken("a", "first")
    azure.taken("b", "second")

    azure.start("c", "Get-HCXManagerSnapshot")
    world.advance(2 * MINUTE)
    logs = azure.ask("POST", "scriptExecutions/c/getExecutionLogs", ["Output"]).json()
    name = world.truth()["snapshots"][0]["name"]
    azure.start("d", "Remove-HCXManagerSnapshot", SnapshotName=name)
    world.advance(timedelta(hours=73))

    assert set(logs) == {"output", "timeout"}
    assert [line.partition(": ")[2] for line in logs["output"] if line.startswith("Description")] == ["first", "second"]
    assert [(one["description"], one["expired"]) for one in world.truth()["snapshots"]] == [
        ("first", False),
        ("second", True),
    ]
    assert all(one["gone"] for one in world.truth()["snapshots"])


@pytest.mark.parametrize(
    ("cmdlet", "parameters", "executor", "status"),
    [
        ("New-HCXManagerSnapshot", {}, True, 409),
        ("New-HCXManagerSnapshot", {}, False, 403),
        ("Remove-HCXManagerSnapshot", {}, True, 400),
        ("Dream-HCXManager", {}, True, 400),
    ],
)
def test_refused_starts_are_written_down_and_change_nothing(
    serve: Callable[[str], Visitor], cmdlet: str, parameters: dict[str, str], *, executor: bool, status: int
) -> None:
    """A name in use, an identity without the right, a missing parameter, no such cmdlet: all are in the truth."""
    world = serve(ONE)
    Azure(world).taken("a", "first")

    answer = Azure(world, executor=executor).start("a" if status == 409 else "b", cmdlet, **parameters)
    world.advance(10 * MINUTE)

    truth: dict[str, Any] = world.truth()
    assert answer.status_code == status
    assert answer.json()["error"]["code"]
    assert [(one["route"], one["status"]) for one in truth["mutations"]] == [
        ("run-command", 201),
        ("run-command", status),
    ]
    assert len(truth["snapshots"]) == 1


def test_an_execution_can_be_deleted(serve: Callable[[str], Visitor]) -> None:
    """The answer is an empty page of HTML, as it was recorded."""
    azure = Azure(serve(ONE))
    azure.taken("a", "first")

    gone = azure.ask("DELETE", "scriptExecutions/a")

    assert (gone.status_code, gone.headers["content-type"], gone.content) == (200, "text/html", b"")
    assert azure.ask("GET", "scriptExecutions/a").status_code == 404
