"""The upgrade of a manager, seen from outside."""

import socket
import ssl
from collections.abc import Callable
from datetime import timedelta
from itertools import groupby

import httpx

from simulator.visitor import ManagerVisitor, Visitor

MINUTE = timedelta(minutes=1)
UPGRADE = "/api/admin/upgrade"
TARGET = {"targetVersion": "4.11.4"}


def service_phase(manager: ManagerVisitor) -> str:
    """What a client meets on port 443."""
    try:
        alive = manager.service("GET", "/endpointInfo").status_code
    except httpx.ConnectError:
        return "refused"
    if alive == 503:
        return "503"
    answer = manager.login()
    if answer.headers["content-type"] == "application/xml":
        return f"login answers {answer.status_code} with XML"
    return "log-in works"


def appliance_phase(manager: ManagerVisitor) -> str:
    """What a client meets on port 9443."""
    try:
        return f"app engine {manager.appliance('GET', '/components/appengine/status').json()['result']}"
    except httpx.ConnectError:
        return "refused"


def upgraded(world: Visitor, manager: ManagerVisitor, target: str = "4.11.4") -> None:
    """Upgrade and wait until it is over."""
    assert manager.appliance("POST", UPGRADE, {"targetVersion": target}).status_code == 202
    world.advance(60 * MINUTE)


def test_the_phases_of_a_reboot_come_in_order(pair: Visitor) -> None:
    """A client meets: work, 503, refusal, 503 again, XML log-in errors, work; the app engine stops and starts."""
    con = pair.manager("con-lyon")
    con.appliance("POST", UPGRADE, TARGET)
    seen = []
    for _ in range(40):
        seen.append((service_phase(con), appliance_phase(con)))
        pair.advance(MINUTE)

    assert [phase for phase, _ in groupby(seen)] == [
        ("log-in works", "app engine RUNNING"),
        ("503", "app engine STOPPED"),
        ("refused", "refused"),
        ("503", "app engine STOPPED"),
        ("login answers 500 with XML", "app engine RUNNING"),
        ("log-in works", "app engine RUNNING"),
    ]


def test_an_upgrade_takes_about_half_an_hour(pair: Visitor) -> None:
    """From start to success it takes about thirty minutes of world time."""
    con = pair.manager("con-lyon")
    con.appliance("POST", UPGRADE, TARGET)
    pair.advance(60 * MINUTE)

    shape = con.appliance("GET", UPGRADE).json()

    minutes = (shape["lastUpdatedTime"] - shape["createTime"]) / 60_000
    assert 25 <= minutes <= 35


def test_an_upgrade_shows_documented_answers_and_sub_tasks(pair: Visitor) -> None:
    """The answer to the start, and the status at the end, have the documented fields; sub-tasks are in order."""
    con = pair.manager("con-lyon")

    started = con.appliance("POST", UPGRADE, TARGET)
    pair.advance(60 * MINUTE)
    ended = con.appliance("GET", UPGRADE).json()

    assert started.status_code == 202
    assert started.json()["status"] == "IN_PROGRESS"
    assert "currentVersion" not in started.json()
    assert started.json()["bundleMetadata"] == {"version": "4.11.4", "buildNumber": "25110002"}
    assert (ended["status"], ended["progress"], ended["currentVersion"]) == ("SUCCESS", 100, "4.11.4.0-25110002")
    assert [(each["state"], each["status"]) for each in ended["subTasks"]] == [
        ("PRE_UPGRADE_VALIDATION", "SUCCESS"),
        ("CONFIG_BACKUP", "SUCCESS"),
        ("VM_SNAPSHOT", "SUCCESS"),
        ("STOP_SERVICES", "SUCCESS"),
        ("APPLY_UPGRADE", "SUCCESS"),
        ("REBOOT", "SUCCESS"),
        ("POST_UPGRADE", "SUCCESS"),
    ]


def test_opt_outs_leave_out_sub_tasks(pair: Visitor) -> None:
    """The policy's opt-outs of snapshot and backup leave those sub-tasks out."""
    con = pair.manager("con-lyon")
    policy = {"skipVmSnapshot": True, "skipConfigBackup": True, "skipUpgradeValidation": False}

    con.appliance("POST", UPGRADE, {**TARGET, "upgradePolicy": policy})
    pair.advance(10 * MINUTE)
    states = [each["state"] for each in con.appliance("GET", UPGRADE).json()["subTasks"]]

    assert states == ["PRE_UPGRADE_VALIDATION", "STOP_SERVICES", "APPLY_UPGRADE"]


def test_the_version_changes_exactly_once(pair: Visitor) -> None:
    """One upgrade is one change of version, shown by the manager and by the truth."""
    con = pair.manager("con-lyon")
    upgraded(pair, con)

    con.login()
    version = con.get("/metainfo/context/support")["data"]["localEndpoints"][0]["endpoint"]["version"]
    changes = [(each["subject"], each["from"], each["to"]) for each in pair.truth()["changes"]]

    assert version == "4.11.4.0-25110002"
    assert changes == [("manager:con-lyon", "4.11.2", "4.11.4")]


def test_both_sides_have_builds_of_their_own(pair: Visitor) -> None:
    """The same release has another build on a connector than on a cloud manager."""
    versions = {}
    for name in ("con-lyon", "pc-weu-01"):
        manager = pair.manager(name)
        upgraded(pair, manager)
        manager.login()
        found = manager.get("/metainfo/context/support")
        versions[name] = found["data"]["localEndpoints"][0]["endpoint"]["version"]

    assert versions == {"con-lyon": "4.11.4.0-25110002", "pc-weu-01": "4.11.4.0-25110000"}


def test_a_start_needs_the_staged_bundle(pair: Visitor, serve: Callable[[str], Visitor]) -> None:
    """Without a bundle a start is answered 404, with another version than the bundle's 400, and nothing happens."""
    bare = serve('connectors: [{name: con, hcx: "4.11.2"}]').manager("con")
    con = pair.manager("con-lyon")

    missing, other = (
        bare.appliance("POST", UPGRADE, TARGET),
        con.appliance("POST", UPGRADE, {"targetVersion": "4.11.3"}),
    )
    unreadable = con.appliance("POST", UPGRADE, {})

    assert (missing.status_code, missing.json()["errorCode"]) == (404, "BUNDLE_NOT_FOUND")
    assert (other.status_code, other.json()["errorCode"]) == (400, "VERSION_MISMATCH")
    assert unreadable.status_code == 400
    assert con.appliance("GET", UPGRADE).json()["status"] == "NOT_STARTED"


def test_a_second_start_is_refused_while_one_runs(pair: Visitor) -> None:
    """While an upgrade runs another start is answered 409 with the documented error."""
    con = pair.manager("con-lyon")
    con.appliance("POST", UPGRADE, TARGET)
    pair.advance(MINUTE)

    again = con.appliance("POST", UPGRADE, TARGET)

    assert again.status_code == 409
    assert again.json()["errorCode"] == "UPGRADE_IN_PROGRESS"


def test_bundles_show_one_at_a_time(serve: Callable[[str], Visitor]) -> None:
    """Of several staged bundles the lowest above the version is shown; once used, the next one is."""
    world = serve('connectors: [{name: con, hcx: "4.8.2", staged: ["4.11.4", "4.9.2"]}]')
    con, shown = world.manager("con"), []
    for target in ("4.9.2", "4.11.4"):
        shown.append(con.appliance("GET", f"{UPGRADE}/bundle").json()["bundleMetadata"]["version"])
        upgraded(world, con, target)
    last = con.appliance("GET", f"{UPGRADE}/bundle").json()

    assert shown == ["4.9.2", "4.11.4"]
    assert last["status"] == "NOT_STARTED"
    assert "bundleMetadata" not in last
    assert [(each["from"], each["to"]) for each in world.truth()["changes"]] == [
        ("4.8.2", "4.9.2"),
        ("4.9.2", "4.11.4"),
    ]


WANOPT = """
clouds: [{name: pc, subscription: sub-a, hcx: "4.11.2"}]
connectors: [{name: con, hcx: "4.10.3", staged: ["%s"], pairs: [{cloud: pc}]}]
meshes: [{name: mesh, initiator: con, receiver: pc, services: [INTERCONNECT, WANOPT]}]
"""


def test_wan_optimization_fails_the_validation(serve: Callable[[str], Visitor]) -> None:
    """With WAN optimization on, an upgrade to 4.11.3 or later is accepted, fails its validation, changes nothing."""
    world = serve(WANOPT % "4.11.4")
    con = world.manager("con")
    upgraded(world, con)

    shape = con.appliance("GET", UPGRADE).json()

    assert shape["status"] == "FAILED"
    assert [(each["state"], each["status"]) for each in shape["subTasks"]] == [("PRE_UPGRADE_VALIDATION", "FAILED")]
    assert "WAN Optimization" in shape["subTasks"][0]["message"]
    assert world.truth()["changes"] == []
    assert con.appliance("POST", UPGRADE, TARGET).status_code == 202


def test_wan_optimization_does_not_matter_before_its_end(serve: Callable[[str], Visitor]) -> None:
    """To a release before 4.11.3 the upgrade works with WAN optimization on."""
    world = serve(WANOPT % "4.11.2")
    con = world.manager("con")
    upgraded(world, con, "4.11.2")

    assert con.appliance("GET", UPGRADE).json()["status"] == "SUCCESS"


def test_a_slow_boot_answers_503_for_as_long_as_the_file_says(serve: Callable[[str], Visitor]) -> None:
    """With slowBoot the manager keeps answering 503 after its reboot, and then comes back as usual."""
    world = serve('connectors: [{name: con, hcx: "4.11.2", staged: ["4.11.4"], slowBoot: PT3H}]')
    con = world.manager("con")
    con.appliance("POST", UPGRADE, TARGET)

    world.advance(timedelta(hours=3))
    still = service_phase(con)
    world.advance(timedelta(minutes=40))

    assert still == "503"
    assert service_phase(con) == "log-in works"


def test_a_failed_upgrade_changes_nothing(serve: Callable[[str], Visitor]) -> None:
    """A manager whose upgrades fail says FAILED, keeps its version and works again."""
    world = serve('connectors: [{name: con, hcx: "4.11.2", staged: ["4.11.4"], trouble: upgrade-fails}]')
    con = world.manager("con")
    upgraded(world, con)

    assert con.appliance("GET", UPGRADE).json()["status"] == "FAILED"
    assert service_phase(con) == "log-in works"
    assert world.truth()["changes"] == []


def test_a_reboot_drops_open_connections_and_sessions(pair: Visitor) -> None:
    """A connection that was open is gone after the reboot began, and so is every session after it."""
    con = pair.manager("con-lyon")
    con.login()
    place = next(each for each in pair.published["managers"] if each["id"] == "con-lyon")
    trust = ssl.create_default_context(cafile=place["ca"])
    with (
        socket.create_connection((place["address"], place["service_port"]), timeout=10) as raw,
        trust.wrap_socket(raw, server_hostname=place["host"]) as open_connection,
    ):
        con.appliance("POST", UPGRADE, TARGET)
        pair.advance(21 * MINUTE)
        left = open_connection.recv(1)
    pair.advance(30 * MINUTE)

    assert left == b""
    assert con.service("GET", "/cloudConfigs").status_code == 401


def test_the_generations_have_routes_of_their_own(serve: Callable[[str], Visitor]) -> None:
    """A 9.x manager upgrades under the 9.x path and knows no 4.x path; a 4.x manager the other way round."""
    world = serve("""
connectors:
  - {name: con-four, hcx: "4.11.2", staged: ["4.11.4"]}
  - {name: con-nine, hcx: "9.0.2", staged: ["9.1.1.0"]}
""")
    four, nine = world.manager("con-four"), world.manager("con-nine")
    paths = (UPGRADE, "/api/admin/system/upgrade")

    found = [[manager.appliance("GET", path).status_code for path in paths] for manager in (four, nine)]
    started = nine.appliance("POST", "/api/admin/system/upgrade", {"targetVersion": "9.1.1.0"})
    world.advance(60 * MINUTE)

    assert found == [[200, 404], [404, 200]]
    assert started.status_code == 202
    assert nine.appliance("GET", "/api/admin/system/upgrade").json()["currentVersion"] == "9.1.1.0.25690219"
