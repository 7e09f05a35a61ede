"""What upgrades of appliances cost: the truth, and what stands behind each network, say the same at every moment."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.model.record import record
from shared.policy.files import FileConfiguration
from simulator.loading import load
from simulator.reading import FileUnreadableError
from simulator.running import running
from simulator.visitor import ManagerVisitor, Visitor

OUTAGES = Path(__file__).parents[2] / "examples" / "worlds" / "outages.yaml"
NE_1, GROUP = "mesh-lyon-NE-I1", "mesh-lyon-NE-I3"
FIRST, SECOND, THIRD = (f"mesh-lyon-ne1-net{number}" for number in (1, 2, 3))
BEFORE_THE_MOVE = timedelta(minutes=5)
"""When the tunnel is still up and moves within seconds."""
STEP = timedelta(seconds=3)
USUAL = 43
"""Seconds that an upgrade of the first NE interrupts in this world."""
IN_SERVICE = "IN_SERVICE"


@contextmanager
def served(folder: Path, *faults: str, text: str | None = None) -> Iterator[Visitor]:
    """The example with these faults."""
    path = folder / "world.yaml"
    path.write_text(text or OUTAGES.read_text("utf-8"), "utf-8")
    with running(load(path, faults=faults), folder / "out") as published, Visitor(published) as world:
        yield world


def lyon(world: Visitor) -> ManagerVisitor:
    """The connector in Lyon, logged in."""
    manager = world.manager("con-lyon")
    manager.login()
    return manager


def appliances(world: Visitor) -> dict[str, dict[str, Any]]:
    """What the connector says of its appliances, by name."""
    items = lyon(world).query("/interconnect/appliances/query", {"filter": {}})["items"]
    return {each["applianceName"]: each for each in items}


def start(world: Visitor, name: str = NE_1, mode: str = "STANDARD") -> httpx.Response:
    """Ask for the upgrade of an appliance."""
    found = appliances(world)[name]
    body = {"appliances": [{"applianceId": found["applianceId"]}], "mode": mode}
    return lyon(world).service("POST", f"/interconnect/serviceMesh/{found['serviceMeshId']}/appliances/upgrade", body)


def answering(world: Visitor) -> frozenset[str]:
    """The networks behind which something takes connections."""
    with httpx.Client(verify=False, trust_env=False) as http:  # noqa: S501 -- nothing here is TLS
        return frozenset(each["network"] for each in world.published["probes"] if connects(http, each))


def connects(http: httpx.Client, target: dict[str, Any]) -> bool:
    """Whether a probe target takes a connection, and over HTTP answers."""
    place = target["address"], target["port"]
    try:
        if target["kind"] == "http":
            return http.get("http://{}:{}/".format(*place)).status_code == 200
        socket.create_connection(place, 1).close()
    except (ConnectionRefusedError, httpx.ConnectError):
        return False
    return True


def lengths(world: Visitor, network: str = FIRST) -> list[float]:
    """The lengths in seconds of all outages of a network that have ended."""
    return [
        (datetime.fromisoformat(each["to"]) - datetime.fromisoformat(each["from"])).total_seconds()
        for each in world.truth()["outages"]
        if each["network"] == network and each["to"]
    ]


def dark(outages: list[dict[str, Any]], at: datetime) -> frozenset[str]:
    """The networks without traffic at that moment, by the truth."""
    return frozenset(
        each["network"]
        for each in outages
        if datetime.fromisoformat(each["from"]) <= at and (not each["to"] or at < datetime.fromisoformat(each["to"]))
    )


@record
class Course:
    """How an upgrade of the first NE goes."""

    fault: str
    lengths: tuple[float, ...]
    """Of the outages of its first network, in seconds."""
    status: str = "SUCCESS"


COURSES = (
    Course(fault="", lengths=(USUAL,)),
    Course(fault="slow_reattach", lengths=(USUAL + 90,)),
    Course(fault="tunnel_flap", lengths=(USUAL, 12)),
    Course(fault="double_outage", lengths=(USUAL, USUAL)),
    Course(fault="appliance_rollback", lengths=(180,), status="FAILED"),
    Course(fault="peer_lags", lengths=(USUAL + 75,)),
    Course(fault="traffic_late", lengths=(USUAL + 90,)),
    Course(fault="task_fails", lengths=(USUAL,), status="FAILED"),
    Course(fault="job_vanishes_upgrade_goes_on", lengths=(USUAL,), status="404"),
    Course(fault="redeploy_reattach_failed", lengths=(), status="FAILED"),
)


@pytest.mark.parametrize("course", COURSES, ids=lambda course: course.fault or "usual")
def test_a_target_answers_exactly_while_its_network_carries_traffic(tmp_path: Path, course: Course) -> None:
    """At every look the targets that do not answer are those of the networks with an outage, however it goes."""
    with served(tmp_path, *([f"{course.fault}@mesh-lyon"] if course.fault else [])) as world:
        task = start(world).json()["data"]["interconnectTaskId"]
        world.advance(BEFORE_THE_MOVE)
        every, seen = answering(world), []
        for _ in range(110):
            world.advance(STEP)
            seen.append((world.now, every - answering(world)))
        world.advance(timedelta(minutes=5))
        truth = world.truth()["outages"]
        answer = lyon(world).service("GET", f"/interconnect/tasks/{task}")
        ended = lengths(world)

    assert len(every) == 10
    assert [(at, red) for at, red in seen if red != dark(truth, at)] == []
    assert any(red for _, red in seen)
    assert tuple(ended) == course.lengths
    assert (answer.json()["status"] if answer.status_code == 200 else str(answer.status_code)) == course.status


def test_networks_of_one_appliance_come_back_one_by_one(tmp_path: Path) -> None:
    """Each has an outage of its own length, and the extension says so until its network is back."""
    with served(tmp_path, "slow_reattach@mesh-lyon") as world:
        start(world)
        world.advance(BEFORE_THE_MOVE + timedelta(minutes=2, seconds=20))
        items = lyon(world).get("/l2Extensions")["items"]
        said = {each["sourceNetwork"]["networkName"]: each["operationStatus"]["state"] for each in items}
        tunnel = appliances(world)[NE_1]["status"]["summary"]["overallStatus"]
        world.advance(timedelta(minutes=10))

        assert (tunnel, [said[name] for name in (FIRST, SECOND, THIRD)]) == (
            "UP",
            ["REALIZED", "REATTACHING", "REATTACHING"],
        )
        assert [lengths(world, name) for name in (FIRST, SECOND, THIRD)] == [
            [USUAL + 90],
            [USUAL + 180],
            [USUAL + 270],
        ]


def test_a_rolled_back_appliance_is_the_old_one(tmp_path: Path) -> None:
    """The outage has an end, the tunnel is up and no version has changed."""
    with served(tmp_path, "appliance_rollback@mesh-lyon") as world:
        start(world)
        world.advance(timedelta(minutes=15))
        ne = appliances(world)[NE_1]

        assert (ne["status"]["summary"]["overallStatus"], ne["applianceVersion"]["patch"]) == ("UP", 2)
        assert world.truth()["changes"] == []


def test_a_job_that_vanished_holds_the_mesh_until_its_work_is_done(tmp_path: Path) -> None:
    """Nobody knows the task, another one is refused meanwhile, and in the end the version is new."""
    with served(tmp_path, "job_vanishes_upgrade_goes_on@mesh-lyon") as world:
        start(world)
        world.advance(timedelta(minutes=6))
        listed, second = lyon(world).get("/interconnect/tasks")["items"], start(world, "mesh-lyon-NE-I2")
        world.advance(timedelta(minutes=10))

        assert (listed, second.status_code) == ([], 409)
        assert appliances(world)[NE_1]["applianceVersion"]["patch"] == 4


def test_an_outage_can_be_there_before_any_change(tmp_path: Path) -> None:
    """A fault of the tunnel or of what passes through it has an outage from its begin to its end."""
    with served(
        tmp_path, "tunnel_down@mesh-oslo,from=PT1M,until=PT2M", "tunnel_up_no_traffic@mesh-lyon,from=PT1M,until=PT4M"
    ) as world:
        world.advance(timedelta(seconds=90))
        during = answering(world)
        world.advance(timedelta(minutes=5))

        assert during == frozenset()
        assert lengths(world) == [180]
        assert lengths(world, "mesh-oslo-ne1-net1") == [60]
        assert len(answering(world)) == 10


def test_a_target_can_be_red_before(tmp_path: Path) -> None:
    """It does not answer although its network carries traffic; the other targets of the mesh do."""
    with served(tmp_path, "probe_red_before@mesh-lyon,until=PT1H") as world:
        before = answering(world)
        world.advance(timedelta(hours=1))

        assert answering(world) - before == {FIRST}
        assert len(before) == 9
        assert world.truth()["outages"] == []


# --- modes ------------------------------------------------------------------------------------------------------------


def free(world: Visitor, name: str) -> set[int]:
    """Free addresses of a manager's pools."""
    manager = world.manager(name)
    manager.login()
    return {each["availableIps"] for each in manager.query("/networks?action=queryIpUsage", {})}


def test_in_service_borrows_addresses(tmp_path: Path) -> None:
    """While it runs one more address of each pool is taken at both sides; afterwards they are free again."""
    with served(tmp_path) as world:
        before = [free(world, name) for name in ("con-lyon", "pc-weu-01")]
        start(world, mode=IN_SERVICE)
        world.advance(timedelta(minutes=1))
        during = [free(world, name) for name in ("con-lyon", "pc-weu-01")]
        world.advance(timedelta(minutes=10))
        after = [free(world, name) for name in ("con-lyon", "pc-weu-01")]
        cost = lengths(world)

    assert (before, during, after) == ([{15}, {15}], [{14}, {14}], [{15}, {15}])
    assert cost == [3]


@pytest.mark.parametrize("name", ["con-lyon", "pc-weu-01"])
def test_in_service_needs_a_spare_address_at_both_sides(tmp_path: Path, name: str) -> None:
    """Without one it is refused and nothing begins; a standard upgrade needs none."""
    with served(tmp_path, f"ip_pool_exhausted@{name}") as world:
        refused, taken = start(world, mode=IN_SERVICE), start(world)

    assert (refused.status_code, refused.json()["errors"][0]["error"]) == (400, "NO_FREE_ADDRESS")
    assert taken.status_code == 200


def test_a_failed_in_service_upgrade_gives_addresses_back(tmp_path: Path) -> None:
    """Addresses are free again however it ends."""
    with served(tmp_path, "task_fails@mesh-lyon") as world:
        before = free(world, "con-lyon")
        start(world, mode=IN_SERVICE)
        world.advance(timedelta(minutes=10))

        assert free(world, "con-lyon") == before


def test_a_group_goes_as_a_whole(tmp_path: Path) -> None:
    """The standby first, then the other one; the networks are interrupted once, for the seconds of the switch-over."""
    with served(tmp_path) as world:
        start(world, GROUP)
        world.advance(timedelta(minutes=20))
        truth = world.truth()

    order = [each["subject"].removeprefix("appliance:") for each in truth["changes"]]
    assert order == [f"mesh-lyon-NE-{side}{number}" for number in (4, 3) for side in ("I", "R")]
    assert [(each["network"], each["appliance"]) for each in truth["outages"]] == [
        ("mesh-lyon-ne3-net1", GROUP),
        ("mesh-lyon-ne3-net2", GROUP),
    ]
    assert {
        (datetime.fromisoformat(each["to"]) - datetime.fromisoformat(each["from"])).total_seconds()
        for each in truth["outages"]
    } == {4}


def test_roles_stay_swapped(tmp_path: Path) -> None:
    """A redeployment of the appliance that stands by since its upgrade interrupts nothing."""
    with served(tmp_path) as world:
        start(world, GROUP)
        world.advance(timedelta(minutes=20))
        before = len(world.truth()["outages"])
        found = appliances(world)[GROUP]["applianceId"]
        lyon(world).service("POST", f"/interconnect/appliances/{found}/redeploy", {})
        world.advance(timedelta(minutes=20))

        assert len(world.truth()["outages"]) == before


# --- what is published ------------------------------------------------------------------------------------------------


def test_targets_are_in_the_fleet_file(tmp_path: Path) -> None:
    """Every target is a probe of fleet.yaml, by address and port or by URL, beside those that the file itself names."""
    own = "policy:\n  probes: [{name: mine, network: net-x, host: x.example, port: 80}]\n"
    with served(tmp_path, text=OUTAGES.read_text("utf-8").replace("policy:\n", own)) as world:
        policy = FileConfiguration(Path(world.settings["HCX_FLEET_POLICY"])).policy()
        port = world.published["probes"][0]["port"]

    asked = {each.network: each.asks for each in policy.probes}
    assert len(asked) == 11
    assert asked["net-x"] == "x.example:80"
    assert asked[FIRST] == f"http://127.77.200.1:{port}/"
    assert asked[SECOND] == f"127.77.200.2:{port}"


def test_probes_are_of_networks_that_there_are(tmp_path: Path) -> None:
    """A target behind a network that nothing extends is a fault of the file; generated networks can have one."""
    path = tmp_path / "world.yaml"
    generated = "start: 2026-11-24T06:00:00Z\ngenerate: {clouds: 1}\nprobes:\n"
    path.write_text(generated + "  - {name: a, network: mesh-gen-0001-ne1-net2}\n", "utf-8")
    good = load(path)
    path.write_text(generated + "  - {name: a, network: mesh-gen-0001-ne1-net3}\n", "utf-8")

    with pytest.raises(FileUnreadableError) as caught:
        load(path)

    assert [each.name for each in good.probes] == ["a"]
    assert str(caught.value).endswith(
        ":4: probes[0].network: there is no network 'mesh-gen-0001-ne1-net3' in this file"
    )
