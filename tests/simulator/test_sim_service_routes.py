"""Shapes and oddities of HCX's answers."""

from collections.abc import Callable
from datetime import timedelta

from simulator.visitor import ManagerVisitor, Visitor

RICH = """
clouds:
  - {name: pc, subscription: sub-a, hcx: "4.11.4", systemMesh: true}
  - {name: pd, subscription: sub-a, hcx: "4.11.4"}
connectors:
  - name: con
    hcx: "4.11.3"
    nsx: none
    vcenter: down
    pairs: [{cloud: pc}, {cloud: pd, health: disconnected}]
    jobs: [{id: job-1, done: true, failed: true}, {id: job-2, done: false, percent: 40}]
meshes:
  - name: mesh
    initiator: con
    receiver: pc
    inSync: false
    appliances: [{type: IX}, {type: NE, networks: 2, tunnel: degraded}, {type: WO}]
    migrations:
      - {vm: erp, type: VMOTION, phase: SWITCHING_OVER}
      - {vm: web, type: BULK, until: PT2H}
    replications: {active: 2, until: PT2H}
"""


def logged_in(world: Visitor, name: str = "con") -> ManagerVisitor:
    """A manager with a session."""
    manager = world.manager(name)
    manager.login()
    return manager


def test_liveness_needs_no_session(serve: Callable[[str], Visitor]) -> None:
    """The liveness route answers XML without a log-in in 9.x; a 4.x manager does not have it."""
    world = serve('connectors: [{name: con-four, hcx: "4.11.4"}, {name: con-nine, hcx: "9.1.1.0"}]')

    four, nine = (world.manager(name).service("GET", "/endpointInfo") for name in ("con-four", "con-nine"))

    assert four.status_code == 404
    assert (nine.status_code, nine.headers["content-type"]) == (200, "application/xml")
    assert world.truth()["requests"]["liveness"] == 2


def test_a_manager_says_who_it_is(serve: Callable[[str], Visitor]) -> None:
    """Version and system id are in two places: the support metadata and the local entry of the cloud list."""
    world = serve(RICH)
    con = logged_in(world)

    support = con.get("/metainfo/context/support")["data"]["localEndpoints"][0]["endpoint"]
    local = con.query("/service/inventory/cloud/list", {"filter": {"local": True, "remote": False}})["data"]["items"]
    remote = con.query("/service/inventory/cloud/list", {"filter": {"local": False, "remote": True}})["data"]["items"]

    assert support["version"] == "4.11.3.0-24972695"
    assert [(each["name"], each["url"]) for each in local] == [("con-enterprise", "https://hcx.con.onprem.sim.test")]
    assert [each["name"] for each in remote] == ["pc-cloud", "pd-cloud"]
    assert local[0]["endpointId"] == next(
        each["endpointId"] for each in world.truth()["managers"] if each["id"] == "con"
    )


def test_site_pairings_have_health(serve: Callable[[str], Visitor]) -> None:
    """The manager a pairing was made from lists it with its health; the other side lists nothing."""
    world = serve(RICH)

    items = logged_in(world).get("/cloudConfigs")["data"]["items"]

    assert [(each["name"], each["url"], each["status"]["state"]) for each in items] == [
        ("pc-cloud", "https://hcx.pc.westeurope.avs.sim.test", "CONNECTED"),
        ("pd-cloud", "https://hcx.pd.westeurope.avs.sim.test", "DISCONNECTED"),
    ]
    assert logged_in(world, "pc").get("/cloudConfigs")["data"]["items"] == []


def test_both_ends_list_a_mesh(serve: Callable[[str], Visitor]) -> None:
    """Both managers list the mesh with the same id, its two ends and which one is the initiator."""
    world = serve(RICH)

    mine, theirs = (logged_in(world, name).get("/interconnect/serviceMesh")["items"][0] for name in ("con", "pc"))

    assert mine["serviceMeshId"] == theirs["serviceMeshId"]
    assert [(each["endpointName"], each["isInitiator"]) for each in mine["computeProfiles"]] == [
        ("con-enterprise", True),
        ("pc-cloud", False),
    ]
    assert mine["state"] == "UPDATE_FAILED"
    assert (mine["updateAvailable"], theirs["updateAvailable"]) == (False, True)


def test_a_system_mesh_is_listed(serve: Callable[[str], Visitor]) -> None:
    """The automatic mesh of a cloud manager is told by its name and by its type."""
    mesh = logged_in(serve(RICH), "pc").get("/interconnect/serviceMesh")["items"][-1]

    assert mesh["name"].startswith("default-service-mesh-")
    assert mesh["backingApplianceType"] == "NOT_APPLICABLE"


def test_appliances_can_be_filtered(serve: Callable[[str], Visitor]) -> None:
    """The query takes type, mesh and endpoint; each appliance comes with its peer."""
    con = logged_in(serve(RICH))
    mesh = con.get("/interconnect/serviceMesh")["items"][0]["serviceMeshId"]

    found = con.query(
        "/interconnect/appliances/query", {"filter": {"applianceType": "HCX-NET-EXT", "serviceMeshId": mesh}}
    )["items"]
    nothing = con.query("/interconnect/appliances/query", {"filter": {"endpointId": "other"}})["items"]

    assert [each["applianceName"] for each in found] == ["mesh-NE-I1"]
    assert found[0]["status"]["summary"]["overallStatus"] == "DEGRADED"
    assert found[0]["networkExtensionCount"] == 2
    assert [each["applianceName"] for each in found[0]["peerAppliances"]] == ["mesh-NE-R1"]
    assert nothing == []


def test_appliance_versions_have_two_shapes(serve: Callable[[str], Visitor]) -> None:
    """In 4.x an appliance's version is a structure, in 9.x a text."""
    world = serve("""
clouds: [{name: pc, subscription: sub-a, hcx: "9.1.1.0"}]
connectors: [{name: con, hcx: "9.1.1.0", pairs: [{cloud: pc}]}]
meshes: [{name: mesh, initiator: con, receiver: pc, appliances: [{type: IX}, {type: IX, version: "4.11.4"}]}]
""")

    new, old = logged_in(world).query("/interconnect/appliances/query", {})["items"]

    assert (new["version"], "applianceVersion" in new) == ("9.1.1.0.25690219", False)
    assert ("version" in old, old["applianceVersion"]["patch"]) == (False, 4)


def test_extensions_name_their_appliance(serve: Callable[[str], Visitor]) -> None:
    """Every stretched network names the appliance of the initiator that carries it."""
    con = logged_in(serve(RICH))
    ne = con.query("/interconnect/appliances/query", {"filter": {"applianceType": "HCX-NET-EXT"}})["items"][0]

    items = con.get("/l2Extensions")["items"]

    assert [each["sourceNetwork"]["networkName"] for each in items] == ["mesh-ne1-net1", "mesh-ne1-net2"]
    assert {each["sourceAppliance"]["applianceId"] for each in items} == {ne["applianceId"]}
    assert {each["operationStatus"]["state"] for each in items} == {"REALIZED"}


def test_migrations_come_as_rows_or_items(serve: Callable[[str], Visitor]) -> None:
    """Without ids the query answers `rows`, with ids `items`."""
    con = logged_in(serve(RICH))

    everything = con.query("/migrations?action=query", {})
    wanted = everything["rows"][0]["migrationId"]
    one = con.query("/migrations?action=query", {"filter": {"migrationId": [wanted]}})

    assert (list(everything), list(one)) == (["rows"], ["items"])
    assert [each["migrationInfo"]["entityDetails"]["entityName"] for each in everything["rows"]] == ["erp", "web"]
    assert [each["migrationId"] for each in one["items"]] == [wanted]


def test_migrations_and_replications_end(serve: Callable[[str], Visitor]) -> None:
    """At the time the file says a migration is MIGRATED and the counters are empty; both managers agree."""
    world = serve(RICH)

    def look(name: str) -> tuple[list[str], list[str | None], object]:
        manager = logged_in(world, name)
        rows = manager.query("/migrations?action=query", {})["rows"]
        counters = manager.query("/replications?action=query", {"type": "summary"})
        phases = [each["migrationInfo"].get("phase") for each in rows]
        return [each["jobInfo"]["state"] for each in rows], phases, counters["activeReplicationCnt"]

    before = look("con"), look("pc")
    world.advance(timedelta(hours=2))

    running = ["MIGRATING", "MIGRATING"], ["SWITCHING_OVER", "TRANSFERRING"]
    assert before == ((*running, {"outgoing": 2, "incoming": 0}), (*running, {"outgoing": 0, "incoming": 2}))
    assert look("con") == (["MIGRATING", "MIGRATED"], ["SWITCHING_OVER", None], {})


def test_a_job_can_be_done_and_failed(serve: Callable[[str], Visitor]) -> None:
    """A job says isDone and didFail apart from each other."""
    con = logged_in(serve(RICH))

    jobs = [con.get(f"/jobs/{each}") for each in ("job-1", "job-2")]

    assert [(each["isDone"], each["didFail"], each["percentComplete"]) for each in jobs] == [
        (True, True, 100),
        (False, False, 40),
    ]
    assert con.service("GET", "/jobs/job-3").status_code == 404


def test_profiles_are_there(serve: Callable[[str], Visitor]) -> None:
    """A manager has one compute profile, and one network profile in a bare list."""
    con = logged_in(serve(RICH))

    compute = con.get("/interconnect/computeProfiles")["items"]
    network = con.query("/networks?action=queryIpUsage", {"filter": {"ownedBySystem": True}})

    assert [(each["name"], each["state"]) for each in compute] == [("cp-con", "VALID")]
    assert [each["name"] for each in network] == ["uplink", "management"]
    assert [each["id"] for each in compute[0]["networks"]] == [each["objectId"] for each in network]


def test_registered_systems_have_health(serve: Callable[[str], Visitor]) -> None:
    """The health of vCenter is in its configuration on port 9443; without NSX there is no entry for it."""
    con = serve(RICH).manager("con")

    vcenter, nsx = (
        con.appliance("GET", f"/api/admin/global/config/{section}").json()["data"]["items"]
        for section in ("vcenter", "nsx")
    )

    assert [(each["section"], each["config"]["status"]) for each in vcenter] == [("vcenter", "CONNECTION_FAILED")]
    assert nsx == []


def test_components_have_states(serve: Callable[[str], Visitor]) -> None:
    """Each of the three components says whether it runs."""
    con = serve(RICH).manager("con")

    states = {
        name: con.appliance("GET", f"/components/{name}/status").json()["result"]
        for name in ("appengine", "web", "planengine")
    }

    assert states == {"appengine": "RUNNING", "web": "RUNNING", "planengine": "RUNNING"}


def test_inferred_routes_say_so(serve: Callable[[str], Visitor]) -> None:
    """Routes that no public text shows carry a header; documented and seen ones do not."""
    con = logged_in(serve(RICH))

    marks = {
        path: answer.headers.get("x-sim-confidence")
        for path, answer in (
            ("tasks", con.service("GET", "/interconnect/tasks")),
            ("upgrade", con.appliance("GET", "/api/admin/upgrade")),
            ("bundle", con.appliance("GET", "/api/admin/upgrade/bundle")),
            ("start", con.appliance("POST", "/api/admin/upgrade", {"targetVersion": "4.11.4"})),
            ("meshes", con.service("GET", "/interconnect/serviceMesh")),
            ("components", con.appliance("GET", "/components/web/status")),
        )
    }

    assert marks == {
        "tasks": "inferred",
        "upgrade": "inferred",
        "bundle": "inferred",
        "start": "inferred",
        "meshes": None,
        "components": None,
    }


def test_bodies_without_sense_do_no_harm(serve: Callable[[str], Visitor]) -> None:
    """A body that is no object, or holds something else than it should, is answered like an empty one."""
    con = logged_in(serve(RICH))
    mesh = con.get("/interconnect/serviceMesh")["items"][0]["serviceMeshId"]

    answers = [
        con.service("POST", "/interconnect/appliances/query", [1]),
        con.service("POST", "/interconnect/appliances/query", {"filter": "all"}),
        con.service("POST", "/migrations?action=query", {"filter": {"migrationId": 3}}),
        con.service("POST", "/service/inventory/cloud/list", None),
        con.service("POST", f"/interconnect/serviceMesh/{mesh}/appliances/upgrade", {"appliances": 7}),
        con.appliance("POST", "/api/admin/upgrade", {"targetVersion": [4], "upgradePolicy": "none"}),
    ]

    assert [each.status_code for each in answers] == [200, 200, 200, 200, 404, 404]


def test_unknown_routes_are_not_found(serve: Callable[[str], Visitor]) -> None:
    """What is no route is answered 404, also with the wrong method or action."""
    con = logged_in(serve(RICH))

    answers = [
        con.service("GET", "/about"),
        con.service("DELETE", "/sessions"),
        con.service("POST", "/migrations?action=start", {}),
        con.appliance("POST", "/components/appengine?action=stop"),
    ]

    assert [each.status_code for each in answers] == [404] * 4


def test_groups_are_told_by_their_members_on_one_side(serve: Callable[[str], Visitor]) -> None:
    """A high availability group has its members of the side that is asked; a mesh without one has an empty list."""
    appliances = "[{type: NE, group: ha}, {type: NE, group: ha}, {type: NE}]"
    world = serve(
        'clouds: [{name: pc, subscription: sub-a, hcx: "4.11.4"}]\n'
        'connectors: [{name: con, hcx: "4.11.4", pairs: [{cloud: pc}]}]\n'
        f"meshes: [{{name: one, initiator: con, receiver: pc, appliances: {appliances}}}]\n"
    )
    (mesh,) = world.truth()["meshes"]
    names = {each["id"]: each["name"] for each in mesh["appliances"]}

    found = {}
    for name in ("con", "pc"):
        items = logged_in(world, name).get(f"/interconnect/appliances/ha/groups?serviceMeshId={mesh['id']}")["items"]
        found[name] = [[names[one["applianceId"]] for one in each["appliances"]] for each in items]

    assert found == {"con": [["one-NE-I1", "one-NE-I2"]], "pc": [["one-NE-R1", "one-NE-R2"]]}


def test_only_9x_tells_its_licence(serve: Callable[[str], Visitor]) -> None:
    """A new 9.x runs in evaluation mode for ninety days; 4.x does not have the route."""
    world = serve('connectors: [{name: con-four, hcx: "4.11.4"}, {name: con-nine, hcx: "9.1.1.0"}]')

    four, nine = (world.manager(name).appliance("GET", "/api/admin/licenses") for name in ("con-four", "con-nine"))

    assert four.status_code == 404
    assert nine.json()["mode"] == "EVALUATION_MODE"
