"""The upgrade of mesh appliances, seen from outside."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx

from simulator.state import POOL_SIZE
from simulator.visitor import ManagerVisitor, Visitor

MINUTE = timedelta(minutes=1)
PAIR = """
clouds: [{name: pc, subscription: sub-a, hcx: "4.11.4"}]
connectors: [{name: con, hcx: "4.11.4", pairs: [{cloud: pc}]}]
meshes:
  - name: mesh
    initiator: con
    receiver: pc
    version: "4.10.3"
    appliances: [{type: IX}, {type: NE, networks: 3}, {type: NE, networks: 2, version: "4.11.4"}]
"""


def logged_in(world: Visitor, name: str) -> ManagerVisitor:
    """A manager with a session."""
    manager = world.manager(name)
    manager.login()
    return manager


def appliances(manager: ManagerVisitor) -> dict[str, dict[str, Any]]:
    """The appliances that a manager lists, by name."""
    items = manager.query("/interconnect/appliances/query", {"filter": {}})["items"]
    return {each["applianceName"]: each for each in items}


def upgrade(manager: ManagerVisitor, *names: str, mode: str = "STANDARD") -> httpx.Response:
    """Ask for the upgrade of the named appliances of the manager's only mesh."""
    found = appliances(manager)
    mesh = manager.get("/interconnect/serviceMesh")["items"][0]["serviceMeshId"]
    chosen = [{"applianceId": found[name]["applianceId"], "applianceName": name} for name in names]
    body = {"appliances": chosen, "mode": mode, "force": False}
    return manager.service("POST", f"/interconnect/serviceMesh/{mesh}/appliances/upgrade", body)


def task_of(manager: ManagerVisitor, answer: httpx.Response) -> dict[str, Any]:
    """The interconnect task that an upgrade started."""
    task: dict[str, Any] = manager.get(f"/interconnect/tasks/{answer.json()['data']['interconnectTaskId']}")
    return task


def test_the_mesh_flags_what_is_behind(serve: Callable[[str], Visitor]) -> None:
    """Appliances older than their manager carry the flag and the available version; others carry neither."""
    con = logged_in(serve(PAIR), "con")

    found = appliances(con)

    assert con.get("/interconnect/serviceMesh")["items"][0]["updateAvailable"] is True
    assert {name: each["updateAvailable"] for name, each in found.items()} == {
        "mesh-IX-I1": True,
        "mesh-NE-I1": True,
        "mesh-NE-I2": False,
    }
    assert found["mesh-IX-I1"]["availableVersion"] == "4.11.4.0-25110002"
    assert "availableVersion" not in found["mesh-NE-I2"]


def test_an_appliance_goes_together_with_its_peer(serve: Callable[[str], Visitor]) -> None:
    """An upgrade changes the appliance and its peer, each to the build of its own side, and no other one."""
    world = serve(PAIR)
    con = logged_in(world, "con")

    answer = upgrade(con, "mesh-NE-I1")
    world.advance(20 * MINUTE)
    found = appliances(con)
    upgraded = found["mesh-NE-I1"]

    assert answer.headers["x-sim-confidence"] == "inferred"
    assert upgraded["applianceVersion"] == {"major": 4, "minor": 11, "patch": 4, "build": 25110002}
    assert upgraded["peerAppliances"][0]["applianceVersion"]["build"] == 25110000
    assert found["mesh-IX-I1"]["applianceVersion"]["minor"] == 10
    assert [(each["subject"], each["from"], each["to"]) for each in world.truth()["changes"]] == [
        ("appliance:mesh-NE-I1", "4.10.3", "4.11.4"),
        ("appliance:mesh-NE-R1", "4.10.3", "4.11.4"),
    ]


def test_a_task_shows_its_steps(serve: Callable[[str], Visitor]) -> None:
    """The interconnect task runs through its steps, names its mesh, is listed, and ends in success."""
    world = serve(PAIR)
    con = logged_in(world, "con")
    answer = upgrade(con, "mesh-IX-I1")
    queued = task_of(con, answer)
    world.advance(MINUTE)
    running, listed = task_of(con, answer), con.get("/interconnect/tasks")["items"]
    world.advance(10 * MINUTE)
    ended = task_of(con, answer)

    assert [each["status"] for each in (queued, running, ended)] == ["QUEUED", "RUNNING", "SUCCESS"]
    assert [each["interconnectTaskId"] for each in listed] == [running["interconnectTaskId"]]
    assert running["entityDetails"]["id"] == answer.json()["data"]["serviceMeshId"]
    assert [(each["title"], each["status"]) for each in running["steps"]] == [
        ("Deploy appliances: mesh-IX-I1", "RUNNING"),
        ("Move tunnels: mesh-IX-I1", "QUEUED"),
        ("Verify tunnels: mesh-IX-I1", "QUEUED"),
    ]
    assert [each["location"] for each in running["steps"][0]["children"]] == ["SOURCE", "DESTINATION"]
    assert ended["progress"] == 100


def test_a_tunnel_is_down_for_seconds(serve: Callable[[str], Visitor]) -> None:
    """During the move the tunnel is DOWN on both sides for less than a minute; the truth has one outage a network."""
    world = serve(PAIR)
    con = logged_in(world, "con")
    upgrade(con, "mesh-NE-I1")
    seen = []
    for _ in range(60):
        world.advance(timedelta(seconds=10))
        ne = appliances(con)["mesh-NE-I1"]
        seen.append(
            (ne["status"]["summary"]["overallStatus"], ne["peerAppliances"][0]["status"]["summary"]["overallStatus"])
        )
    outages = world.truth()["outages"]
    lengths = {datetime.fromisoformat(each["to"]) - datetime.fromisoformat(each["from"]) for each in outages}

    assert {("UP", "UP"), ("DOWN", "DOWN")} == set(seen)
    assert [(each["network"], each["appliance"]) for each in outages] == [
        ("mesh-ne1-net1", "mesh-NE-I1"),
        ("mesh-ne1-net2", "mesh-NE-I1"),
        ("mesh-ne1-net3", "mesh-NE-I1"),
    ]
    assert len(lengths) == 1
    assert timedelta(seconds=20) <= lengths.pop() < MINUTE


def test_interconnect_appliances_interrupt_no_network(serve: Callable[[str], Visitor]) -> None:
    """An IX upgrade records no outage, since no network is extended through it."""
    world = serve(PAIR)
    upgrade(logged_in(world, "con"), "mesh-IX-I1")
    world.advance(20 * MINUTE)

    assert world.truth()["outages"] == []


def test_in_service_is_short(serve: Callable[[str], Visitor]) -> None:
    """In-service mode interrupts a network for a few seconds only."""
    world = serve(PAIR)
    upgrade(logged_in(world, "con"), "mesh-NE-I1", mode="IN_SERVICE")
    world.advance(20 * MINUTE)

    outage = world.truth()["outages"][0]

    assert datetime.fromisoformat(outage["to"]) - datetime.fromisoformat(outage["from"]) == timedelta(seconds=3)


def test_only_one_operation_runs_on_a_mesh(serve: Callable[[str], Visitor]) -> None:
    """While a task runs, another upgrade on that mesh is answered 409."""
    con = logged_in(serve(PAIR), "con")
    upgrade(con, "mesh-IX-I1")

    answer = upgrade(con, "mesh-NE-I1")

    assert (answer.status_code, answer.json()["errors"][0]["error"]) == (409, "OPERATION_IN_PROGRESS")


SEVERAL = PAIR.replace("    appliances:", "    atOnce: 2\n    appliances:").replace(', version: "4.11.4"}]', "}]")


def test_several_operations_run_on_a_mesh_that_takes_them(serve: Callable[[str], Visitor]) -> None:
    """As many as the world says and none twice; the truth has when each was in change."""
    world = serve(SEVERAL)
    con = logged_in(world, "con")
    taken = [upgrade(con, name).status_code for name in ("mesh-NE-I1", "mesh-NE-I1", "mesh-NE-I2", "mesh-IX-I1")]
    world.advance(20 * MINUTE)
    changed = world.truth()["inChange"]

    assert taken == [200, 409, 200, 409]
    assert [one["appliance"] for one in changed] == ["mesh-NE-I1", "mesh-NE-I2"]
    assert max(one["from"] for one in changed) < min(one["to"] for one in changed)


def test_an_address_is_promised_before_it_is_taken(serve: Callable[[str], Visitor]) -> None:
    """Two that go in service at once do not both get the last one, though it still counts as free."""
    crowd = ", ".join("{type: NE}" for _ in range(POOL_SIZE - 4))
    world = serve(SEVERAL.replace("networks: 2}", f"networks: 2}}, {crowd}"))
    con = logged_in(world, "con")
    taken = [upgrade(con, name, mode="IN_SERVICE").status_code for name in ("mesh-NE-I1", "mesh-NE-I2")]

    assert taken == [200, 400]


def test_the_receiver_starts_nothing(serve: Callable[[str], Visitor]) -> None:
    """Asked at the receiving side an upgrade is refused: mesh work begins at the source."""
    world = serve(PAIR)

    answer = upgrade(logged_in(world, "pc"), "mesh-IX-R1")

    assert (answer.status_code, answer.json()["errors"][0]["error"]) == (400, "NOT_THE_SOURCE")
    assert world.truth()["mutations"][0]["accepted"] is False


def test_an_up_to_date_appliance_is_refused(serve: Callable[[str], Visitor]) -> None:
    """An appliance at its manager's version has no update."""
    answer = upgrade(logged_in(serve(PAIR), "con"), "mesh-NE-I2")

    assert (answer.status_code, answer.json()["errors"][0]["error"]) == (400, "NO_UPDATE_AVAILABLE")


def test_what_is_not_there_is_not_found(serve: Callable[[str], Visitor]) -> None:
    """Meshes, appliances and tasks that do not exist are answered 404."""
    con = logged_in(serve(PAIR), "con")
    mesh = con.get("/interconnect/serviceMesh")["items"][0]["serviceMeshId"]
    body = {"appliances": [{"applianceId": "nothing"}]}

    answers = [
        con.service("POST", f"/interconnect/serviceMesh/{mesh}/appliances/upgrade", body),
        con.service("POST", "/interconnect/serviceMesh/servicemesh-none/appliances/upgrade", body),
        con.service("POST", "/interconnect/appliances/nothing/redeploy", {}),
        con.service("GET", "/interconnect/tasks/nothing"),
    ]

    assert [each.status_code for each in answers] == [404] * 4


def test_a_redeployment_keeps_the_version(serve: Callable[[str], Visitor]) -> None:
    """A redeployment takes the tunnel down as an upgrade does and changes no version."""
    world = serve(PAIR)
    con = logged_in(world, "con")
    appliance = appliances(con)["mesh-NE-I1"]["applianceId"]

    answer = con.service("POST", f"/interconnect/appliances/{appliance}/redeploy?force=false&local=false", {})
    world.advance(20 * MINUTE)

    assert task_of(con, answer)["status"] == "SUCCESS"
    assert world.truth()["changes"] == []
    assert len(world.truth()["outages"]) == 3


def test_a_task_can_fail(serve: Callable[[str], Visitor]) -> None:
    """A failing task ends FAILED with its error in the step, changes no version and leaves the mesh UPDATE_FAILED."""
    world = serve(PAIR + "    trouble: task-fails\n")
    con = logged_in(world, "con")
    answer = upgrade(con, "mesh-IX-I1")
    world.advance(20 * MINUTE)
    task = task_of(con, answer)

    assert (task["status"], task["errorMessage"]) == ("FAILED", "[mesh-IX-I1] Update VM networks failed")
    assert task["steps"][1]["errors"] == [{"code": "", "message": "[mesh-IX-I1] Update VM networks failed"}]
    assert con.get("/interconnect/serviceMesh")["items"][0]["state"] == "UPDATE_FAILED"
    assert world.truth()["changes"] == []


def test_a_task_can_vanish(serve: Callable[[str], Visitor]) -> None:
    """A vanished task is answered 404 and is not listed, while the mesh says RUNNING for ever."""
    world = serve(PAIR + "    trouble: task-vanishes\n")
    con = logged_in(world, "con")
    answer = upgrade(con, "mesh-IX-I1")
    world.advance(20 * MINUTE)
    task = answer.json()["data"]["interconnectTaskId"]

    assert con.service("GET", f"/interconnect/tasks/{task}").status_code == 404
    assert con.get("/interconnect/tasks")["items"] == []
    assert con.get("/interconnect/serviceMesh")["items"][0]["lastTaskDetails"]["status"] == "RUNNING"


def test_the_last_task_of_a_mesh_can_be_stale(serve: Callable[[str], Visitor]) -> None:
    """With staleLastTask a mesh says RUNNING before any task and after one that has ended."""
    world = serve(PAIR + "    staleLastTask: true\n")
    con = logged_in(world, "con")
    before = con.get("/interconnect/serviceMesh")["items"][0]["lastTaskDetails"]
    answer = upgrade(con, "mesh-IX-I1")
    world.advance(20 * MINUTE)
    after = con.get("/interconnect/serviceMesh")["items"][0]["lastTaskDetails"]

    assert (before["type"], before["status"]) == ("resyncServiceMesh", "RUNNING")
    assert after["status"] == "RUNNING"
    assert task_of(con, answer)["status"] == "SUCCESS"
