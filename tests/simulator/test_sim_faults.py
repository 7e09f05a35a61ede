"""Named faults: each is seen on the wire by a plain visitor, for as long as the file says."""

import hashlib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.model.record import record
from simulator.faults import FAULTS, On
from simulator.faults_page import page
from simulator.loading import load
from simulator.reading import FileUnreadableError
from simulator.running import running
from simulator.visitor import ManagerVisitor, Visitor

DOCS = Path(__file__).parents[2] / "docs"
WORLD = """
start: 2026-11-24T06:00:00Z
subscriptions: [{name: sub-a}]
clouds:
  - {name: pc, subscription: sub-a, hcx: "4.11.4", applianceManagement: true}
connectors:
  - name: con
    hcx: "4.11.2"
    staged: ["4.11.4"]
    nsx: ok
    pairs: [{cloud: pc}]
  - {name: con-b, hcx: "4.11.3", staged: ["9.1.0"], pairs: [{cloud: pc}]}
meshes:
  - {name: mesh, initiator: con, receiver: pc, version: "4.11.0", migrations: [{vm: web, until: PT1H}]}
  - {name: mesh-b, initiator: con-b, receiver: pc}
probes: [{name: web, network: mesh-ne1-net1}, {name: shop, network: mesh-ne1-net2}]
"""
PLAIN = [each for each in FAULTS if each.on is not On.VCENTER]
"""Those that a plain visitor can see; faults of vCenters are looked at where a vCenter can be had."""
SUBJECTS = {On.MANAGER: "con", On.MESH: "mesh", On.ACCOUNT: "con-hcx", On.CLOUD: "pc", On.SUBSCRIPTION: "sub-a"}
CLOUDS = "/subscriptions/{}/providers/Microsoft.AVS/privateClouds"
TASK = "/interconnect/tasks/{}"
SUPPORT = "/metainfo/context/support"


@contextmanager
def served(folder: Path, *faults: str, text: str = WORLD) -> Iterator[Visitor]:
    """A world with these faults."""
    path = folder / "world.yaml"
    path.write_text(text, "utf-8")
    with running(load(path, faults=faults), folder / "out") as published, Visitor(published) as world:
        yield world


# --- what a visitor does ----------------------------------------------------------------------------------------------


def con(world: Visitor) -> ManagerVisitor:
    """The connector, logged in as far as that goes."""
    manager = world.manager("con")
    manager.login()
    return manager


def outcome(call: Callable[[], object]) -> str:
    """What became of a call that may not come to its end."""
    try:
        call()
    except httpx.TransportError as error:
        words = str(error)
        known = ("Hostname mismatch", "expired", "local issuer", "refused", "disconnected", "without sending complete")
        return next((each for each in known if each in words), type(error).__name__)
    return "answered"


def login(world: Visitor) -> object:
    """Status and token of a log-in."""
    answer = world.manager("con").login()
    return answer.status_code, "x-hm-authorization" in answer.headers


def read(world: Visitor) -> httpx.Response:
    """A read after a log-in."""
    return con(world).service("GET", SUPPORT)


def hurried(world: Visitor, seconds: float = 0.2) -> Visitor:
    """The same visitor without patience."""
    world.https.timeout = httpx.Timeout(seconds)
    return world


def thumbprint_fits(world: Visitor) -> bool:
    """Whether the certificate shown is the one that was published."""
    place = next(each for each in world.published["managers"] if each["id"] == "con")
    pem = ssl.get_server_certificate((place["address"], place["service_port"]))
    return bool(hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest() == place["thumbprint"])


def upgrade(world: Visitor, name: str = "con", target: str = "4.11.4") -> httpx.Response:
    """Start the upgrade of a manager."""
    return world.manager(name).appliance("POST", "/api/admin/upgrade", {"targetVersion": target})


def upgraded(world: Visitor, name: str = "con", target: str = "4.11.4", minutes: int = 40) -> dict[str, Any]:
    """Start the upgrade of a manager, and see how it stands later."""
    upgrade(world, name, target)
    world.advance(timedelta(minutes=minutes))
    manager = world.manager(name)
    answers = [manager.appliance("GET", path) for path in ("/api/admin/upgrade", "/api/admin/system/upgrade")]
    found: dict[str, Any] = next(each.json() for each in answers if each.status_code == 200)
    return found


def failed_at(world: Visitor, name: str = "con", target: str = "4.11.4") -> object:
    """Status and last sub-task of an upgrade."""
    found = upgraded(world, name, target)
    return found["status"], found["subTasks"][-1]["state"]


def component(world: Visitor, name: str = "appengine") -> object:
    """State of a component."""
    return world.manager("con").appliance("GET", f"/components/{name}/status").json()["result"]


def config(world: Visitor, section: str) -> object:
    """States of what is registered."""
    found = world.manager("con").appliance("GET", f"/api/admin/global/config/{section}").json()["data"]["items"]
    return [each["config"]["status"] for each in found]


def appliances(world: Visitor) -> list[dict[str, Any]]:
    """The appliances of the connector."""
    found: list[dict[str, Any]] = con(world).query("/interconnect/appliances/query", {})["items"]
    return found


def states(world: Visitor) -> list[str]:
    """The states of the connector's appliances: IX, NE."""
    return [each["status"]["summary"]["overallStatus"] for each in appliances(world)]


def mesh(world: Visitor) -> dict[str, Any]:
    """The mesh as the connector lists it."""
    found: dict[str, Any] = con(world).get("/interconnect/serviceMesh")["items"][0]
    return found


def update(world: Visitor, number: int = 0, mode: str = "STANDARD") -> httpx.Response:
    """Start the upgrade of one appliance: 0 is the IX, 1 the NE."""
    wanted = {"appliances": [{"applianceId": appliances(world)[number]["applianceId"]}], "mode": mode}
    return con(world).service(
        "POST", f"/interconnect/serviceMesh/{mesh(world)['serviceMeshId']}/appliances/upgrade", wanted
    )


def updated(world: Visitor, number: int = 0) -> dict[str, Any]:
    """Start the upgrade of one appliance, and read its task when it should be over."""
    task = update(world, number).json()["data"]["interconnectTaskId"]
    world.advance(timedelta(minutes=10))
    answer = con(world).service("GET", TASK.format(task))
    return answer.json() if answer.status_code == 200 else {"status": answer.status_code, "id": task}


def clouds(world: Visitor) -> httpx.Response:
    """The private clouds of the subscription."""
    subscription = world.published["clouds"][0]["subscription_id"]
    return world.azure(CLOUDS.format(subscription))


def cloud(world: Visitor) -> dict[str, Any]:
    """What Azure says of the private cloud."""
    found: dict[str, Any] = clouds(world).json()["value"][0]["properties"]
    return found


# --- what is seen -----------------------------------------------------------------------------------------------------


def started_unheard(world: Visitor) -> object:
    """What becomes of a start and of the upgrade itself."""
    heard = outcome(lambda: upgrade(world))
    return heard, world.manager("con").appliance("GET", "/api/admin/upgrade").json()["status"]


def date_is_right(world: Visitor) -> object:
    """Whether the Date of an answer is world time."""
    return parsedate_to_datetime(read(world).headers["date"]) == world.now


def statuses_of_ten_reads(world: Visitor) -> object:
    """How often one token is good, and whether a new one is."""
    manager = con(world)
    used = [manager.service("GET", "/cloudConfigs").status_code for _ in range(10)]
    return used, manager.login().status_code


def two_versions(world: Visitor) -> list[str]:
    """The release that the connector reports, twice."""
    manager = con(world)
    found = [manager.get(SUPPORT)["data"]["localEndpoints"][0]["endpoint"]["version"] for _ in range(2)]
    return [text[:8].partition("-")[0] for text in found]


def same_system(world: Visitor) -> object:
    """Whether the manager and its mesh name the system id that it really has."""
    ask = {"filter": {"local": True, "remote": False}}
    told = con(world).query("/service/inventory/cloud/list", ask)["data"]["items"][0]["endpointId"]
    real = next(each["endpointId"] for each in world.truth()["managers"] if each["id"] == "con")
    return told == real, mesh(world)["computeProfiles"][0]["endpointId"] == real


def login_after_upgrade(world: Visitor) -> object:
    """The release in truth, and whether anybody gets in."""
    upgraded(world)
    truth = next(each for each in world.truth()["managers"] if each["id"] == "con")
    return truth["release"], login(world)


def fits_after_upgrade(world: Visitor) -> object:
    """Whether the thumbprint fits before and after an upgrade."""
    before = thumbprint_fits(world)
    upgraded(world)
    return before, thumbprint_fits(world)


def link_after_upgrade(world: Visitor) -> object:
    """The link to vCenter before and after an upgrade."""
    before = config(world, "vcenter")
    upgraded(world)
    return before, config(world, "vcenter")


def late_start(world: Visitor) -> object:
    """Port 443, the app engine and a log-in forty minutes and then seventy minutes after the start of an upgrade."""
    upgraded(world)
    first = component(world), world.manager("con").service("GET", SUPPORT).status_code
    world.advance(timedelta(minutes=30))
    return first, component(world), login(world)


def stalled(world: Visitor) -> object:
    """Where an upgrade stands after a day."""
    found = upgraded(world, minutes=1440)
    return found["status"], found["subTasks"][-1]["state"], login(world)


def dead(world: Visitor) -> object:
    """How both ports answer a day after an upgrade was begun."""
    upgrade(world)
    world.advance(timedelta(days=1))
    ports = world.manager("con")
    return outcome(lambda: ports.appliance("GET", "/api/admin/upgrade")), outcome(lambda: login(world))


def has_snapshot(world: Visitor) -> object:
    """How an upgrade ended and whether it took a snapshot."""
    found = upgraded(world)
    return found["status"], any(each["state"] == "VM_SNAPSHOT" for each in found["subTasks"])


def bundle(world: Visitor) -> object:
    """What is said of the bundle, and of a start."""
    found = world.manager("con").appliance("GET", "/api/admin/upgrade/bundle").json()
    return found["status"], upgrade(world).status_code


def in_the_way(world: Visitor) -> object:
    """What runs and what a start is answered."""
    running_now = world.manager("con").appliance("GET", "/api/admin/upgrade").json()["status"]
    return running_now, upgrade(world).json().get("errorCode")


def last_task(world: Visitor) -> object:
    """What the mesh says of its last task, and what the task itself says."""
    updated(world)
    last = mesh(world)["lastTaskDetails"]
    return last["status"], con(world).get(TASK.format(last["taskId"]))["status"]


def failure_of(world: Visitor, number: int = 0) -> object:
    """How an upgrade of an appliance ended, in words without names."""
    found = updated(world, number)
    return found["status"], found["errorMessage"].partition("] ")[2], states(world)[number]


def warned(world: Visitor) -> object:
    """How an upgrade ended, and the warnings of its first step."""
    found = updated(world)
    return found["status"], [each["message"].rpartition("] ")[2][:13] for each in found["steps"][0]["warnings"]]


def busy(world: Visitor) -> object:
    """What runs, and what an upgrade is answered."""
    types = [each["type"] for each in con(world).get("/interconnect/tasks")["items"] if each["status"] == "RUNNING"]
    return types, update(world).status_code


def as_job(world: Visitor) -> object:
    """What a task is when asked as a job."""
    found = updated(world)
    job = con(world).service("GET", f"/jobs/{found.get('id')}")
    return found["status"], job.json().get("isDone"), job.json().get("didFail")


def came_back(world: Visitor) -> object:
    """How an upgrade ended, whether the version is new, and the tunnel."""
    ended = updated(world)["status"]
    return ended, appliances(world)[0]["applianceVersion"]["patch"], states(world)[0]


def by_the_minute(world: Visitor, minutes: int) -> object:
    """The state of the NE, and that many minutes later."""
    first = states(world)[1]
    world.advance(timedelta(minutes=minutes))
    return first, states(world)[1]


def refused_by(world: Visitor, name: str, target: str) -> object:
    """The first words of why an upgrade is refused."""
    return upgraded(world, name, target)["message"][:20]


def oldest_migration(world: Visitor) -> object:
    """The migrations that run, with the day they began."""
    rows = con(world).query("/migrations?action=query", {})["rows"]
    return [
        (each["migrationInfo"]["entityDetails"]["entityName"], each["jobInfo"]["creationDate"][:10]) for each in rows
    ]


def counters(world: Visitor) -> object:
    """The counters that are not empty."""
    found = con(world).query("/replications?action=query", {"type": "summary"})
    return [name for name, counts in found.items() if counts]


def two_addresses(world: Visitor) -> object:
    """The address of the cloud manager, twice."""
    return [cloud(world)["endpoints"]["hcxCloudManagerIp"] for _ in range(2)]


def snapshot_cmdlet(world: Visitor) -> object:
    """Whether a cmdlet that takes snapshots is listed, and what asking for it is answered."""
    package = f"{world.published['clouds'][0]['resource_id']}/scriptPackages/Microsoft.AVS.HCX@1.0.10/scriptCmdlets"
    names = {each["name"] for each in world.azure(package).json()["value"]}
    return "New-HCXManagerSnapshot" in names, world.azure(f"{package}/New-HCXManagerSnapshot").status_code


def moving(world: Visitor) -> list[str]:
    """How the tunnel of the NE, its peer's and its two networks are while it is upgraded: every change of it in turn.

    `up/DOWN 1 0`: the initiator's appliance says UP and the receiver's DOWN, one network REALIZED, no target answers.
    """
    update(world, 1)
    world.advance(timedelta(minutes=5))
    manager, seen = con(world), [""]
    for _ in range(80):
        now = looks_like(world, manager)
        seen += [now] if now != seen[-1] else []
        world.advance(timedelta(seconds=5))
    return seen[1:]


def looks_like(world: Visitor, manager: ManagerVisitor) -> str:
    """One look at all of that."""
    ne = manager.query("/interconnect/appliances/query", {})["items"][1]
    ends = [each["status"]["summary"]["overallStatus"] for each in (ne, *ne["peerAppliances"])]
    networks = manager.get("/l2Extensions")["items"][:2]
    realized = sum(each["operationStatus"]["state"] == "REALIZED" for each in networks)
    return f"{'/'.join(ends)} {realized} {targets(world)}"


def extended(world: Visitor) -> list[str]:
    """The networks of the mesh as its initiator lists them, which are as many as its appliance counts."""
    manager = con(world)
    listed = manager.get("/l2Extensions")["items"]
    names = [each["sourceNetwork"]["networkName"].rpartition("-")[2] for each in listed]
    ne = manager.query("/interconnect/appliances/query", {})["items"][1]
    assert ne["networkExtensionCount"] == len(names)
    return names


def targets(world: Visitor) -> int:
    """How many of the probe targets take connections."""
    return sum(takes_connections(each["address"], each["port"]) for each in world.published["probes"])


def takes_connections(address: str, port: int) -> bool:
    """Whether somebody listens there."""
    try:
        socket.create_connection((address, port)).close()
    except ConnectionRefusedError:
        return False
    return True


def rolled_back(world: Visitor) -> object:
    """How an upgrade of the NE ended, in words without names, its tunnel, and how long its outages were."""
    seen = failure_of(world, 1)
    return seen, [seconds_of(each) for each in world.truth()["outages"]]


def seconds_of(outage: dict[str, Any]) -> float:
    """The length of an outage that has ended."""
    began, ended = (datetime.fromisoformat(outage[name]) for name in ("from", "to"))
    return (ended - began).total_seconds()


def gone_and_done(world: Visitor) -> object:
    """What the task of an upgrade is answered with, and whether the version is new."""
    return updated(world)["status"], appliances(world)[0]["applianceVersion"]["patch"]


def lost(world: Visitor) -> set[str]:
    """What becomes of a question that is asked every second while an appliance is upgraded."""
    update(world, 1)
    manager, statuses, heard = con(world), set[str](), set[str]()

    def ask() -> None:
        statuses.add(str(manager.service("GET", "/l2Extensions").status_code))

    for _ in range(30):
        world.advance(timedelta(seconds=1))
        heard.add(outcome(ask))
    return statuses | heard - {"answered"}


def dated(world: Visitor) -> object:
    """How many minutes the clocks of answers and tasks are off at the connector, and that of the cloud manager."""
    update(world)
    read_at = [parsedate_to_datetime(world.manager(name).login().headers["date"]) for name in ("con", "pc")]
    task = con(world).get("/interconnect/tasks")["items"][0]
    times = [*read_at, datetime.fromtimestamp(task["startTime"] / 1000, UTC)]
    return [(each - world.now) // timedelta(minutes=1) for each in times], task["endTime"]


def outages(world: Visitor) -> object:
    """The states of the tunnels and the networks that really carry nothing."""
    return states(world), len([each for each in world.truth()["outages"] if each["to"] is None])


@record
class Case:
    """How a fault is looked for and what is then seen."""

    look: Callable[[Visitor], object]
    seen: object
    on: str | None = None
    """Another subject than the usual one of its kind."""


CASES: dict[str, Case] = {
    "conn_refused": Case(look=lambda world: outcome(lambda: login(world)), seen="refused"),
    "silent_peer": Case(look=lambda world: outcome(lambda: login(hurried(world, 0.4))), seen="ConnectTimeout"),
    "wrong_host_certificate": Case(look=lambda world: outcome(lambda: login(world)), seen="Hostname mismatch"),
    "expired_certificate": Case(look=lambda world: outcome(lambda: login(world)), seen="expired"),
    "other_ca_certificate": Case(look=lambda world: outcome(lambda: login(world)), seen="local issuer"),
    "certificate_changed": Case(look=lambda world: (login(world), thumbprint_fits(world)), seen=((200, True), False)),
    "certificate_changed_by_upgrade": Case(look=fits_after_upgrade, seen=(True, False)),
    "http_502": Case(look=lambda world: read(world).status_code, seen=502),
    "http_503": Case(
        look=lambda world: (read(world).status_code, component(world, "planengine")), seen=(503, "STOPPED")
    ),
    "http_429": Case(
        look=lambda world: (read(world).status_code, read(world).headers.get("retry-after")), seen=(429, "30")
    ),
    "html_answer": Case(look=lambda world: (login(world), read(world).text[:9]), seen=((200, False), "<!doctype")),
    "redirect_foreign": Case(
        look=lambda world: read(world).headers.get("location", "")[:25], seen="https://elsewhere.sim.tes"
    ),
    "empty_answer": Case(look=lambda world: (read(world).status_code, read(world).content), seen=(200, b"")),
    "truncated_answer": Case(look=lambda world: outcome(lambda: read(world)), seen="without sending complete"),
    "huge_answer": Case(look=lambda world: len(read(world).content) > 16 * 1024 * 1024, seen=True),
    "slow_answer": Case(look=lambda world: outcome(lambda: read(hurried(world))), seen="ReadTimeout"),
    "garbage_answer": Case(look=lambda world: (login(world), read(world).content[:2]), seen=((200, True), b"\xff\xfe")),
    "answer_lost": Case(look=started_unheard, seen=("disconnected", "IN_PROGRESS")),
    "clock_off": Case(look=date_is_right, seen=False),
    "clocks_apart": Case(look=dated, seen=([3, -4, 3], 0), on="*"),
    "stale_password": Case(
        look=lambda world: (login(world), world.truth()["logins"][3]["failed"]), seen=((401, False), 1)
    ),
    "account_locked": Case(look=login, seen=(401, False)),
    "sso_not_ready_xml": Case(
        look=lambda world: (login(world), "Trusted root certificates" in world.manager("con").login().text),
        seen=((500, False), True),
    ),
    "token_expired": Case(look=statuses_of_ten_reads, seen=([200] * 8 + [401] * 2, 200)),
    "session_401": Case(look=statuses_of_ten_reads, seen=([401] * 10, 200)),
    "role_missing": Case(look=lambda world: (login(world), read(world).status_code), seen=((200, True), 403)),
    "login_broken_after_upgrade": Case(look=login_after_upgrade, seen=("4.11.4", (401, False))),
    "version_changes": Case(look=two_versions, seen=["4.11.2.0", "4.10.1.0"]),
    "identity_changes": Case(look=same_system, seen=(False, False)),
    "rows_vs_items": Case(look=lambda world: list(con(world).query("/migrations?action=query", {})), seen=["items"]),
    "version_other_form": Case(look=lambda world: appliances(world)[0].get("version", "")[:8], seen="4.11.0.0"),
    "missing_available_version": Case(look=lambda world: "updateAvailable" in appliances(world)[1], seen=False),
    "unknown_status": Case(look=states, seen=["RECALIBRATING"] * 2),
    "peer_version_mismatch": Case(look=two_versions, seen=["4.10.1.0"] * 2),
    "cross_major_pair": Case(look=two_versions, seen=["9.1.0.0."] * 2),
    "back_in_time": Case(
        look=lambda world: refused_by(world, "con-b", "9.1.0"), seen="4.11.5 came after 9.", on="con-b"
    ),
    "pairing_down": Case(
        look=lambda world: con(world).get("/cloudConfigs")["data"]["items"][0]["status"]["state"], seen="DISCONNECTED"
    ),
    "untrusted_cert": Case(look=lambda world: config(world, "vcenter"), seen=["CONNECTION_FAILED"]),
    "nsx_link_down": Case(look=lambda world: config(world, "nsx"), seen=["CONNECTION_FAILED"]),
    "pairing_needs_nsx": Case(look=lambda world: config(world, "nsx"), seen=[]),
    "dns_local_broken": Case(look=link_after_upgrade, seen=(["OK"], ["CONNECTION_FAILED"])),
    "ip_pool_exhausted": Case(
        look=lambda world: {each["availableIps"] for each in con(world).query("/networks?action=queryIpUsage", {})},
        seen={0},
    ),
    "av64_container": Case(
        look=lambda world: "AV64" in str(con(world).get("/interconnect/computeProfiles")), seen=True
    ),
    "self_site_mesh": Case(
        look=lambda world: [
            each["backingApplianceType"] for each in con(world).get("/interconnect/serviceMesh")["items"]
        ],
        seen=["PHOTON", "NOT_APPLICABLE"],
    ),
    "appengine_stopped": Case(look=lambda world: (component(world), read(world).status_code), seen=("STOPPED", 503)),
    "planengine_stopped": Case(
        look=lambda world: (component(world, "planengine"), read(world).status_code), seen=("STOPPED", 200)
    ),
    "appengine_slow": Case(look=late_start, seen=(("STOPPED", 503), "RUNNING", (500, False))),
    "upgrade_in_progress": Case(look=in_the_way, seen=("IN_PROGRESS", "UPGRADE_IN_PROGRESS")),
    "upgrade_fails": Case(look=failed_at, seen=("FAILED", "APPLY_UPGRADE")),
    "upgrade_stalls": Case(look=stalled, seen=("IN_PROGRESS", "APPLY_UPGRADE", (503, False))),
    "dead_after_reboot": Case(look=dead, seen=("refused", "refused")),
    "disk_full": Case(look=failed_at, seen=("FAILED", "PRE_UPGRADE_VALIDATION")),
    "snapshot_missing": Case(look=has_snapshot, seen=("SUCCESS", False)),
    "download_failed": Case(look=bundle, seen=("FAILED", 404)),
    "mesh_out_of_sync": Case(look=lambda world: mesh(world)["state"], seen="UPDATE_FAILED"),
    "stale_last_task": Case(look=last_task, seen=("RUNNING", "SUCCESS")),
    "task_vanishes": Case(look=gone_and_done, seen=(404, 0)),
    "job_vanishes_upgrade_goes_on": Case(look=gone_and_done, seen=(404, 2)),
    "task_fails": Case(look=failure_of, seen=("FAILED", "Update VM networks failed", "UP")),
    "redeploy_reattach_failed": Case(
        look=failure_of, seen=("FAILED", "Failed to reattach networks to old appliance", "DOWN")
    ),
    "appliance_vm_missing": Case(look=failure_of, seen=("FAILED", "Update VM networks failed", "DOWN")),
    "ephemeral_portgroup": Case(
        look=lambda world: failure_of(world, 1), seen=("FAILED", "Update VM networks failed", "UP")
    ),
    "issu_on_ha": Case(
        look=lambda world: (
            len(con(world).get("/interconnect/appliances/ha/groups")["items"]),
            update(world, 1, "IN_SERVICE").status_code,
        ),
        seen=(1, 400),
    ),
    "transient_noroute": Case(look=warned, seen=("SUCCESS", ["NoRouteToHost"])),
    "operation_in_progress": Case(look=busy, seen=(["resyncServiceMesh"], 409)),
    "job_done_failed": Case(look=as_job, seen=(404, True, True)),
    "tunnel_down": Case(look=states, seen=["DOWN"] * 2),
    "tunnel_down_after_upgrade": Case(look=came_back, seen=("SUCCESS", 2, "DOWN")),
    "tunnel_up_no_traffic": Case(look=outages, seen=(["UP"] * 2, 2)),
    "traffic_late": Case(look=moving, seen=["UP/UP 2 2", "DOWN/DOWN 2 0", "UP/UP 2 0", "UP/UP 2 2"]),
    "slow_reattach": Case(look=moving, seen=["UP/UP 2 2", "DOWN/DOWN 0 0", "UP/UP 0 0", "UP/UP 1 1", "UP/UP 2 2"]),
    "tunnel_flap": Case(look=moving, seen=["UP/UP 2 2", "DOWN/DOWN 2 0"] * 2 + ["UP/UP 2 2"]),
    "double_outage": Case(look=moving, seen=["UP/UP 2 2", "DOWN/DOWN 2 0"] * 2 + ["UP/UP 2 2"]),
    "appliance_rollback": Case(
        look=rolled_back,
        seen=(("FAILED", "New appliance did not come up, old appliance was restored", "UP"), [180, 180]),
    ),
    "peer_lags": Case(look=moving, seen=["UP/UP 2 2", "DOWN/DOWN 2 0", "UP/DOWN 2 0", "UP/UP 2 2"]),
    "lost_samples": Case(look=lost, seen={"200", "503", "disconnected"}),
    "probe_red_before": Case(look=lambda world: (targets(world), world.truth()["outages"]), seen=(1, [])),
    "network_extended": Case(look=extended, seen=["net1", "net2", "late"]),
    "extension_removed": Case(look=extended, seen=["net1"]),
    "ha_flap": Case(look=lambda world: by_the_minute(world, 10), seen=("DEGRADED", "UP")),
    "ne_crash_loop": Case(look=lambda world: by_the_minute(world, 5), seen=("DOWN", "UP")),
    "ix_cert_mismatch": Case(look=states, seen=["DEGRADED", "UP"]),
    "bad_network_name": Case(
        look=lambda world: con(world).get("/l2Extensions")["items"][0]["sourceNetwork"]["networkName"].isascii(),
        seen=False,
    ),
    "wanopt_blocks": Case(look=lambda world: refused_by(world, "con", "4.11.4"), seen="WAN Optimization is "),
    "service_blocks": Case(
        look=lambda world: refused_by(world, "con-b", "9.1.0"), seen="Disaster Recovery is", on="mesh-b"
    ),
    "stuck_migration": Case(look=oldest_migration, seen=[("web", "2026-11-24"), ("left-behind", "2026-10-15")]),
    "replication_active": Case(look=counters, seen=["activeReplicationCnt", "syncingReplicationCnt"]),
    "sgw_no_flag": Case(
        look=lambda world: [each["applianceType"] for each in appliances(world) if "updateAvailable" not in each],
        seen=["HCX-UNPUBLISHED"],
    ),
    "arm_throttled": Case(look=lambda world: [clouds(world).status_code for _ in range(4)], seen=[429, 200, 429, 200]),
    "arm_unavailable": Case(look=lambda world: clouds(world).status_code, seen=503),
    "arm_html_answer": Case(look=lambda world: clouds(world).text[:9], seen="<!doctype"),
    "arm_foreign_next_link": Case(
        look=lambda world: clouds(world).json().get("nextLink", "")[:26], seen="https://elsewhere.sim.test"
    ),
    "arm_timestamp_space": Case(look=lambda world: "2030-12-31 23:59:59Z" in clouds(world).text, seen=True),
    "arm_denied": Case(look=lambda world: clouds(world).status_code, seen=403),
    "arm_building": Case(look=lambda world: cloud(world)["provisioningState"], seen="Building"),
    "address_changes": Case(look=two_addresses, seen=["127.77.1.1", "127.77.255.254"]),
    "cmdlet_missing": Case(look=snapshot_cmdlet, seen=(False, 404)),
}


def test_every_fault_has_its_case() -> None:
    """No fault is without a look here, and no look is for a fault that there is not."""
    assert [each.name for each in PLAIN] == list(CASES)
    assert len(FAULTS) >= 40


def chosen(name: str) -> str:
    """A fault for its usual subject."""
    fault = next(each for each in FAULTS if each.name == name)
    subject = CASES[name].on or SUBJECTS.get(fault.on)
    return f"{name}@{subject}" if subject else name


@pytest.mark.parametrize("name", [each.name for each in PLAIN])
def test_every_fault_is_seen(tmp_path: Path, name: str) -> None:
    """With the fault a visitor sees what it is about, and without it something else."""
    case = CASES[name]

    with served(tmp_path, chosen(name)) as world:
        with_it = case.look(world)
    with served(tmp_path) as world:
        without = case.look(world)

    assert with_it == case.seen
    assert without != case.seen


@pytest.mark.parametrize("name", ["conn_refused", "silent_peer", "certificate_changed", "http_502", "pairing_down"])
def test_a_fault_has_its_time(tmp_path: Path, name: str) -> None:
    """A fault begins when the file says and ends when it says, whatever kind of change it is."""

    def look(world: Visitor) -> object:
        manager = hurried(world, 0.4).manager("con")
        heard = outcome(manager.login)
        found = manager.service("GET", "/cloudConfigs") if heard == "answered" else None
        good = found is not None and found.status_code == 200
        return good and "DISCONNECTED" not in found.text and thumbprint_fits(world) if found else heard

    seen = []
    with served(tmp_path, f"{name}@con,from=PT1H,until=PT2H") as world:
        for _ in range(3):
            seen.append(look(world) is True)
            world.advance(timedelta(hours=1))

    assert seen == [True, False, True]


def test_faults_of_a_file_hold_for_those_it_names(tmp_path: Path) -> None:
    """Without a subject every one has the fault, with one only that one; command line and file add up."""
    text = WORLD + "faults: [{name: account_locked}, {name: http_502, on: con, until: PT1H}]\n"

    with served(tmp_path, "http_502@pc", text=text) as world:
        locked = [each["secret"] for each in world.truth()["logins"] if each["locked"]]
        answers = [world.manager(name).login().status_code for name in ("con", "pc", "con-b")]
        world.advance(timedelta(hours=1))
        later = [world.manager(name).login().status_code for name in ("con", "pc", "con-b")]

    assert locked == ["con-admin", "con-b-admin", "con-b-hcx", "con-hcx", "hcx-pc", "hcx-pc-admin"]
    assert (answers, later) == ([502, 502, 401], [401, 502, 401])


def test_what_a_fault_answers_is_counted(tmp_path: Path) -> None:
    """A call that no route was asked for is in the truth all the same."""
    with served(tmp_path, "http_429@con") as world:
        world.manager("con").login()

        assert world.truth()["requests"] == {"fault": 1}


def test_a_session_lost_to_an_upgrade_and_a_fault_together(tmp_path: Path) -> None:
    """A manager that reboots is no better reached because a milder fault holds, and well again when both are over."""
    with served(tmp_path, "sso_not_ready_xml@con,until=PT2H") as world:
        upgrade(world)
        world.advance(timedelta(minutes=21))
        rebooting = outcome(lambda: login(world))
        world.advance(timedelta(minutes=30))
        done = login(world)
        world.advance(timedelta(hours=2))

        assert (rebooting, done, login(world)) == ("refused", (500, False), (200, True))


WHOLE_LIFE = "holds for the whole life of a world: it has no from and no until"
BAD = (
    WORLD
    + """
faults:
  - {name: http_53, on: con}
  - {name: http_503, on: cons}
  - {name: tunnel_down, on: con}
  - {name: stale_password, on: hcx-pc-weu}
  - {name: arm_throttled, on: pc}
  - {name: cross_major_pair, on: con, from: PT1H}
  - {name: http_503, on: con, from: PT2H, until: PT1H}
  - {name: http_503, on: con, untl: PT1H}
"""
)


def test_wrong_faults_are_told_at_once(tmp_path: Path) -> None:
    """Unknown faults and subjects, and times that make no sense, are told with line, field and what was meant."""
    path = tmp_path / "world.yaml"
    path.write_text(BAD, "utf-8")

    with pytest.raises(FileUnreadableError) as caught:
        load(path, faults=["http_53@con", "conn_refused@con,from=soon"])

    first = BAD.splitlines().index("faults:") + 2
    assert str(caught.value).replace(str(path), "world.yaml").splitlines() == [
        "--fault conn_refused@con,from=soon: from: must be an ISO 8601 duration such as PT6H or P2DT30M",
        "--fault http_53@con: name: there is no fault 'http_53'; did you mean http_503?",
        f"world.yaml:{first}: faults[0].name: there is no fault 'http_53'; did you mean http_503?",
        f"world.yaml:{first + 1}: faults[1].on: there is no manager 'cons' in this file; did you mean con?",
        f"world.yaml:{first + 2}: faults[2].on: there is no mesh 'con' in this file",
        f"world.yaml:{first + 3}: faults[3].on: there is no account 'hcx-pc-weu' in this file; did you mean hcx-pc?",
        f"world.yaml:{first + 4}: faults[4].on: must be *: there is one Azure Resource Manager",
        f"world.yaml:{first + 5}: faults[5]: cross_major_pair {WHOLE_LIFE}",
        f"world.yaml:{first + 6}: faults[6]: must not end before it begins: until is not after from",
        f"world.yaml:{first + 7}: faults[7].untl: is not a known key; did you mean until?",
    ]


def test_faults_can_be_of_what_is_generated(tmp_path: Path) -> None:
    """Managers, meshes and accounts that `generate` makes can have faults."""
    path = tmp_path / "world.yaml"
    path.write_text("start: 2026-11-24T06:00:00Z\ngenerate: {clouds: 1}\n", "utf-8")
    subjects = ["http_502@con-gen-0001", "tunnel_down@mesh-gen-0001", "account_locked@hcx-gen-0001"]

    with running(load(path, faults=subjects), tmp_path / "out") as published, Visitor(published) as world:
        assert world.manager("con-gen-0001").login().status_code == 502
        assert [each["tunnel"] for each in world.truth()["meshes"][0]["appliances"]] == ["DOWN"] * 4
        assert world.manager("gen-0001").login().status_code == 401


def test_the_page_of_faults_is_current() -> None:
    """docs/faults.md is what the registry says; `python -m simulator.faults_page` writes it."""
    assert (DOCS / "faults.md").read_text("utf-8") == page()
