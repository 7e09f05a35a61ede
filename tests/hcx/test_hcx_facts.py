"""What one pass observes, and what it leaves as gaps."""

import socket
from dataclasses import replace

import pytest

from shared.hcx.answer import Ask
from shared.hcx.failures import not_connected
from shared.hcx.routes import DELIVERED
from shared.model.codec import from_json, to_json
from shared.model.facts import (
    ApplianceKind,
    GapReason,
    Health,
    JobState,
    ManagerFacts,
    MigrationKind,
    MigrationPhase,
)
from shared.model.inventory import Endpoint
from shared.model.version import Version
from shared.ports import Hcx
from tests.hcx.hcx_peer import (
    API,
    APPLIANCES,
    IX,
    LIVENESS,
    LOGIN,
    OLD,
    SUPPORT,
    TASKS,
    Raw,
    Reply,
    Silence,
    appliance,
    healthy,
    of_version,
    said,
    xml,
)
from tests.hcx.hcx_site import HOST, Site


def test_every_section_of_a_healthy_manager_is_observed(site: Site) -> None:
    """A healthy manager leaves one gap: nobody can see backups and snapshots."""
    adapter: Hcx = site.adapter()

    facts = adapter.facts(site.manager(site.peer(healthy())))

    assert [gap.section for gap in facts.gaps] == ["protection"]
    assert facts.identity is not None
    assert (facts.identity.value.system_id, str(facts.version)) == ("endpoint-con", "4.11.3.0-24972695")
    assert from_json(ManagerFacts, to_json(facts)) == facts


def test_sections_hold_what_the_manager_says(site: Site) -> None:
    """Wire words become the model's words."""
    facts = site.adapter().facts(site.manager(site.peer(healthy())))

    assert facts.pairings is not None
    assert facts.pairings.value[0].status.health is Health.UP
    assert facts.vcenter is not None
    assert facts.vcenter.value.health is Health.UP
    assert facts.nsx is not None
    assert (facts.nsx.value.health, facts.nsx.value.text) == (Health.DOWN, "CONNECTION_FAILED")
    assert facts.services is not None
    running = {one.name: one.running for one in facts.services.value}
    assert running == {"appengine": True, "web": True, "planengine": False}
    assert facts.replications is not None
    assert facts.replications.value.total == 3
    assert facts.upgrade is not None
    assert (facts.upgrade.value.job, facts.upgrade.value.staged) == (None, Version("4.11.4-25000001"))
    assert facts.jobs is not None
    assert facts.jobs.value == ()


def test_meshes_and_what_belongs_to_them(site: Site) -> None:
    """The mesh of a manager with itself is left out, and a stale last task stays a hint."""
    facts = site.adapter().facts(site.manager(site.peer(healthy())))

    assert facts.meshes is not None
    (mesh,) = facts.meshes.value
    assert (mesh.in_sync, mesh.state.health, [end.initiator for end in mesh.ends]) == (True, Health.UP, [True, False])
    assert mesh.last_job is not None
    assert (mesh.last_job.id, mesh.last_job.state) == ("gone", JobState.RUNNING)
    assert facts.appliances is not None
    (ix,) = facts.appliances.value
    assert (ix.kind, ix.version, ix.peers) == (
        ApplianceKind.INTERCONNECT,
        Version("4.11.3-24972695"),
        ("appliance-ix-peer",),
    )
    assert facts.extensions is not None
    assert facts.extensions.value[0].appliance_id == "appliance-ne"


def test_appliances_of_the_managers_own_mesh_are_left_out(site: Site) -> None:
    """Nobody plans for a mesh of the system, so nobody may see its appliances as orphans."""
    of_system = {**appliance(OLD, OLD), "applianceId": "system", "serviceMeshId": "servicemesh-self"}
    answers = {**healthy(), APPLIANCES: said({"items": [of_system, appliance(OLD, OLD)]})}

    facts = site.adapter().facts(site.manager(site.peer(answers)))

    assert facts.appliances is not None
    assert [one.id for one in facts.appliances.value] == [IX]


def test_a_migration_that_has_ended_is_left_out(site: Site) -> None:
    """Of one that runs, kind and phase are known."""
    facts = site.adapter().facts(site.manager(site.peer(healthy())))

    assert facts.migrations is not None
    (one,) = facts.migrations.value
    assert (one.kind, one.phase) == (MigrationKind.BULK, MigrationPhase.WAITING_FOR_SWITCHOVER)


def test_a_pass_takes_one_connection_and_few_calls(site: Site) -> None:
    """One log-in, a knock, and thirteen calls for the sections, all over one connection."""
    peer = site.peer(healthy())

    site.adapter().facts(site.manager(peer))

    assert peer.count(LOGIN) == 1
    assert len(peer.got) == 1 + 1 + 13
    assert peer.calls()[:2] == [LIVENESS, LOGIN]
    assert peer.connections == 1


def test_the_next_pass_uses_the_same_session(site: Site) -> None:
    """A session is kept in the process."""
    peer, adapter = site.peer(healthy()), site.adapter()

    adapter.facts(site.manager(peer))
    adapter.facts(site.manager(peer))

    assert peer.count(LOGIN) == 1


def test_sections_carry_their_own_time(site: Site) -> None:
    """What was seen later says so."""
    facts = site.adapter().facts(site.manager(site.peer(healthy())))

    assert facts.identity is not None
    assert facts.upgrade is not None
    assert facts.identity.at < facts.upgrade.at < facts.observed_at


def test_calls_are_counted_by_what_they_rest_on(site: Site) -> None:
    """Three calls of a pass rest on inferred routes: tasks, upgrade and bundle."""
    adapter = site.adapter()

    adapter.facts(site.manager(site.peer(healthy())))

    assert adapter.calls() == {"documented": 0, "seen": 12, "inferred": 3}


def test_without_an_appliance_account_9443_is_not_asked(site: Site) -> None:
    """Nothing is guessed about what only the provider can see."""
    peer = site.peer(healthy())

    facts = site.adapter().facts(site.manager(peer, admin=False))

    assert {gap.section for gap in facts.gaps} == {"services", "vcenter", "nsx", "upgrade", "protection"}
    assert {gap.reason for gap in facts.gaps} == {GapReason.NOT_OFFERED}
    assert not [call for call in peer.calls() if "/api/admin" in call or "/components" in call]


def test_an_unknown_generation_is_not_asked_for_its_upgrade(site: Site) -> None:
    """Which upgrade calls there are depends on the version; for one of another major nobody knows."""
    peer = site.peer({**healthy(), SUPPORT: of_version("5.0.0")})

    gap = site.adapter().facts(site.manager(peer)).gap("upgrade")

    assert gap is not None
    assert gap.reason is GapReason.NOT_OFFERED
    assert not [call for call in peer.calls() if "upgrade" in call]


def test_a_9x_manager_is_asked_in_its_own_dialect(site: Site) -> None:
    """The upgrade of a 9.x manager has other addresses."""
    status = said({"status": "IN_PROGRESS", "progress": 10, "bundleMetadata": {"version": "9.1.1"}})
    answers = {**healthy(), SUPPORT: of_version("9.1.0.0.25000000"), "GET /api/admin/system/upgrade": status}

    facts = site.adapter().facts(site.manager(site.peer(answers)))

    assert facts.upgrade is not None
    assert facts.upgrade.value.job is not None
    assert facts.upgrade.value.job.state is JobState.RUNNING
    assert facts.upgrade.value.staged is None


def test_nobody_there(site: Site) -> None:
    """A refused connection is not alive, and worth asking again."""
    peer = site.peer({})
    manager = site.manager(peer)
    peer.close()

    facts = site.adapter().facts(manager)

    gap = facts.gap("identity")
    assert gap is not None
    assert (gap.section, gap.reason) == ("manager", GapReason.NOT_YET)
    assert facts.alive is not None
    assert facts.alive.value is False
    assert facts.logged_in is None


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_manager_that_starts_is_not_logged_in_to(site: Site, status: int) -> None:
    """Server errors to the knock mean not yet, and no password is shown."""
    peer = site.peer({**healthy(), LIVENESS: Reply(status)})

    facts = site.adapter().facts(site.manager(peer))

    gap = facts.gap("manager")
    assert gap is not None
    assert gap.reason is GapReason.NOT_YET
    assert peer.count(LOGIN) == 0


def test_a_start_up_error_to_the_login_is_not_a_refusal(site: Site) -> None:
    """XML where JSON was asked: the manager is starting; the appliance port is still looked at."""
    message = "'Trusted root certificates' value should not be empty"
    error = xml(f"<map><entry><string>message</string><string>{message}</string></entry></map>", 500)

    facts = site.adapter().facts(site.manager(site.peer({**healthy(), LOGIN: error})))

    gap = facts.gap("identity")
    assert gap is not None
    assert (gap.reason, message in gap.detail) == (GapReason.NOT_YET, True)
    assert (facts.alive is not None, facts.logged_in, facts.services is not None) == (True, None, True)
    assert site.store.breakers() == ()


BROKEN: dict[str, Reply | Raw] = {
    "empty": Reply(200),
    "garbage": Reply(200, b"\x00\xff{{{"),
    "cut off": Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"),
    "huge": Raw(b"HTTP/1.1 200 OK\r\n\r\n" + b" " * (17 * 1024 * 1024)),
    "deep": Reply(200, b"[" * 100_000),
    "long number": Reply(200, b'{"items": [' + b"9" * 10_000 + b"]}"),
    "no list": said({"success": True}),
    "an error": said({"success": False, "errors": [{"text": "no"}]}),
    "no objects": said({"items": [1, 2]}),
    "a part": said({"items": [], "paging": {"totalSize": 7}}),
    "packed": Reply(200, b"{}", {"content-encoding": "gzip"}),
    "a page": Reply(200, b"<html><p>hello", {"content-type": "text/html"}),
}


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_broken_answer_is_a_gap_of_that_section_alone(site: Site, name: str) -> None:
    """What no parser understands is unreadable, and the other sections are observed."""
    peer = site.peer({**healthy(), f"GET {API}/cloudConfigs": BROKEN[name]})

    facts = site.adapter().facts(site.manager(peer))

    assert {gap.section: gap.reason for gap in facts.gaps} == {
        "pairings": GapReason.UNREADABLE,
        "protection": GapReason.NOT_OFFERED,
    }


def test_what_is_not_http_is_unreadable(site: Site) -> None:
    """Some other service behind TLS is no manager."""
    peer = site.peer({LIVENESS: Raw(b"220 mail ready\r\n\r\n")})

    gap = site.adapter().facts(site.manager(peer)).gap("manager")

    assert gap is not None
    assert gap.reason is GapReason.UNREADABLE


def test_a_manager_that_dies_midway_is_not_asked_for_the_rest(site: Site) -> None:
    """After a hang-up the remaining sections of that port are gaps without a call."""
    peer = site.peer({**healthy(), f"GET {API}/cloudConfigs": Raw()})

    facts = site.adapter().facts(site.manager(peer))

    missing = {gap.section for gap in facts.gaps if gap.reason is GapReason.NOT_YET}
    assert {"pairings", "meshes", "appliances", "jobs"} <= missing
    assert peer.count(TASKS) == 0


def test_a_manager_that_says_nothing_is_unreachable(site: Site) -> None:
    """Time-outs are explicit, and the next call to that port is not made."""
    peer = site.peer({**healthy(), f"GET {API}/cloudConfigs": Silence()})

    facts = site.adapter(read=0.3).facts(site.manager(peer))

    gap = facts.gap("jobs")
    assert gap is not None
    assert gap.reason is GapReason.UNREACHABLE


def test_one_failing_section_is_not_the_end(site: Site) -> None:
    """A server error to one call says nothing of the next."""
    peer = site.peer({**healthy(), f"GET {API}/cloudConfigs": said({"message": "starting"}, 503)})

    facts = site.adapter().facts(site.manager(peer))

    gap = facts.gap("pairings")
    assert gap is not None
    assert (gap.reason, "starting" in gap.detail) == (GapReason.NOT_YET, True)
    assert facts.meshes is not None


def test_a_missing_secret_is_a_gap_with_its_remedy(site: Site) -> None:
    """The manager is alive, nobody can log in, and the gap names the secret."""
    manager = replace(site.manager(site.peer(healthy()), admin=False), credentials="not-there")

    facts = site.adapter().facts(manager)

    gap = facts.gap("identity")
    assert gap is not None
    assert (gap.reason, "not-there" in gap.remedy) == (GapReason.SECRET_MISSING, True)


@pytest.mark.parametrize("host", ["", "a" * 300, ".."])
def test_an_endpoint_that_cannot_be_dialled_is_unreachable(site: Site, host: str) -> None:
    """Whatever stands there as a name, the pass over this manager does not fail."""
    manager = replace(site.manager(site.peer(healthy())), endpoint=Endpoint(host=host))

    gap = site.adapter().facts(manager).gap("manager")

    assert gap is not None
    assert gap.reason is GapReason.UNREACHABLE


def test_an_unknown_name_is_unreachable(site: Site) -> None:
    """What the resolver says becomes a sentence with the name in it; nothing is resolved here."""
    ask = Ask(manager=site.manager(site.peer({})), route=DELIVERED.route("liveness"))

    error = not_connected(ask, socket.gaierror(-2, "Name or service not known"), timed_out=False)

    assert (error.gap, HOST in error.detail) == (GapReason.UNREACHABLE, True)
