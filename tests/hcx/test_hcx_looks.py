"""The short looks that waits are made of."""

import pytest

from shared.hcx.routes import V9
from shared.model.acts import ApplianceSeen
from shared.model.facts import GapReason, Health, JobState
from shared.model.version import Version
from tests.hcx.hcx_peer import (
    API,
    APPLIANCES,
    IX,
    LIVENESS,
    LOGIN,
    MESH,
    NO_UPGRADE,
    OLD,
    SUPPORT,
    TASKS,
    V4_BUNDLE,
    V4_STATUS,
    Reply,
    appliance,
    healthy,
    of_version,
    said,
    task,
    upgrade,
    xml,
)
from tests.hcx.hcx_site import Site

TASK = f"GET {API}/interconnect/tasks/task-1"
JOB = f"GET {API}/jobs/task-1"


def test_a_healthy_manager(site: Site) -> None:
    """Liveness, version, identity, all three services, and the staged bundle."""
    seen = site.adapter().manager_seen(site.manager(site.peer(healthy())))

    assert (seen.alive, seen.version, seen.system_id, seen.gap) == (
        True,
        Version("4.11.3.0-24972695"),
        "endpoint-con",
        None,
    )
    assert seen.services is not None
    assert [one.name for one in seen.services] == ["appengine", "web", "planengine"]
    assert (seen.upgrade, seen.staged) == (None, Version("4.11.4-25000001"))


def test_a_running_upgrade(site: Site) -> None:
    """State, percent and the current sub-task."""
    seen = site.adapter().manager_seen(site.manager(site.peer({**healthy(), V4_STATUS: upgrade("IN_PROGRESS")})))

    assert seen.upgrade is not None
    assert (seen.upgrade.state, seen.upgrade.percent) == (JobState.RUNNING, 60)
    assert seen.upgrade.message == "Upgrade; APPLY_UPGRADE: applying"


@pytest.mark.parametrize("bundle", [Reply(404), NO_UPGRADE, upgrade("FAILED"), upgrade("IN_PROGRESS")])
def test_a_bundle_that_is_not_there_yet(site: Site, bundle: Reply) -> None:
    """Only a bundle whose upload was checked to its end lies ready."""
    seen = site.adapter().manager_seen(site.manager(site.peer({**healthy(), V4_BUNDLE: bundle})))

    assert (seen.staged, seen.gap) == (None, None)


def test_a_rebooting_manager(site: Site) -> None:
    """Refused, then starting, then not logging in: each time not yet, never a stop."""
    peer, adapter = site.peer({**healthy(), LIVENESS: Reply(503), LOGIN: xml("<list/>", 500)}), site.adapter()
    manager = site.manager(peer)
    starting = adapter.manager_seen(manager)
    peer.answers[LIVENESS] = Reply(404)
    logging_in = adapter.manager_seen(manager)
    peer.close()
    gone = site.adapter().manager_seen(manager)

    assert [seen.alive for seen in (gone, starting, logging_in)] == [False, False, True]
    assert {seen.gap.reason for seen in (gone, starting, logging_in) if seen.gap} == {GapReason.NOT_YET}
    assert logging_in.services is not None


def test_an_upgrade_is_followed_while_the_manager_starts(site: Site) -> None:
    """Port 443 has nothing but errors; 9443 still tells how far it is, in the dialect that was spoken before."""
    peer, adapter = site.peer({**healthy(), V4_STATUS: upgrade("IN_PROGRESS")}), site.adapter()
    manager = site.manager(peer)
    adapter.manager_seen(manager)
    peer.answers[LIVENESS] = Reply(503)

    seen = adapter.manager_seen(manager)

    assert (seen.alive, seen.version) == (False, None)
    assert seen.upgrade is not None
    assert seen.upgrade.percent == 60
    assert seen.gap is not None
    assert seen.gap.section == "manager"


@pytest.mark.parametrize(("status", "tells"), [("IN_PROGRESS", True), ("FAILED", True), ("SUCCESS", False)])
def test_the_sub_task_that_matters_is_told(site: Site, status: str, *, tells: bool) -> None:
    """The one at work or the one that failed; of a finished upgrade none."""
    seen = site.adapter().manager_seen(site.manager(site.peer({**healthy(), V4_STATUS: upgrade(status)})))

    assert seen.upgrade is not None
    assert ("APPLY_UPGRADE" in seen.upgrade.message) is tells


def test_without_the_appliance_account_services_are_a_gap(site: Site) -> None:
    """The version is seen all the same."""
    seen = site.adapter().manager_seen(site.manager(site.peer(healthy()), admin=False))

    assert seen.version is not None
    assert seen.gap is not None
    assert (seen.gap.section, seen.gap.reason) == ("services", GapReason.NOT_OFFERED)


def test_an_appliance_with_its_peer(site: Site) -> None:
    """Versions and tunnels of both sides; a structure and a text are the same version."""
    answer = said({"items": [appliance(OLD, "4.11.3", "DEGRADED")]})

    seen = site.adapter().appliance_seen(site.manager(site.peer({**healthy(), APPLIANCES: answer})), MESH, IX, None)

    assert (seen.version, seen.peer_versions) == (Version("4.11.3-24972695"), (Version("4.11.3"),))
    assert seen.tunnel is not None
    assert [one.health for one in (seen.tunnel, *seen.peer_tunnels)] == [Health.DEGRADED, Health.DEGRADED]
    assert (seen.job, seen.gap) == (None, None)


def _seen(site: Site, job: str | None, call: str = "", answer: Reply | None = None) -> ApplianceSeen:
    """A look at the appliance, where one call has another answer than usual."""
    given = {call: answer} if answer else {}
    return site.adapter().appliance_seen(site.manager(site.peer({**healthy(), **given})), MESH, IX, job)


def test_a_known_job_is_followed(site: Site) -> None:
    """State, percent and what it is doing."""
    seen = _seen(site, "task-1", TASK, said(task()))

    assert seen.job is not None
    assert (seen.job.state, seen.job.percent, seen.job.message) == (JobState.RUNNING, 40, "Deploying: Deploy")


def test_a_failed_job_says_why(site: Site) -> None:
    """The message of a failure is its error."""
    seen = _seen(site, "task-1", TASK, said(task("FAILED")))

    assert seen.job is not None
    assert (seen.job.state, "it broke" in seen.job.message) == (JobState.FAILED, True)


def test_a_job_that_vanished_is_no_error(site: Site) -> None:
    """Tasks vanish: the versions still tell."""
    seen = _seen(site, "task-1")

    assert (seen.job, seen.gap, seen.version is not None) == (None, None, True)


def test_an_id_may_be_that_of_a_job(site: Site) -> None:
    """A job that is done and failed has failed."""
    seen = _seen(site, "task-1", JOB, said({"jobId": "task-1", "isDone": True, "didFail": True, "isCancelled": False}))

    assert seen.job is not None
    assert seen.job.state is JobState.FAILED


def test_somebody_elses_job_on_the_appliance_is_found(site: Site) -> None:
    """Without a known job, the running one that names the appliance is shown."""
    seen = _seen(site, None, TASKS, said({"items": [task(names=("other",)), task(mesh="other"), task()]}))

    assert seen.job is not None
    assert seen.job.id == "task-1"


def test_an_appliance_that_is_gone_is_a_gap(site: Site) -> None:
    """The mesh does not list it any more."""
    seen = _seen(site, None, APPLIANCES, said({"items": []}))

    assert seen.gap is not None
    assert (seen.gap.reason, IX in seen.gap.detail) == (GapReason.UNREADABLE, True)


def test_a_job_that_cannot_be_read_leaves_the_versions(site: Site) -> None:
    """What was seen is told, with the gap."""
    seen = _seen(site, "task-1", TASK, Reply(200, b"{"))

    assert seen.version is not None
    assert seen.gap is not None
    assert seen.gap.section == "job"


def test_a_manager_that_is_gone(site: Site) -> None:
    """Nothing is known of the appliance."""
    peer = site.peer({})
    manager = site.manager(peer)
    peer.close()

    seen = site.adapter().appliance_seen(manager, MESH, IX, None)

    assert (seen.version, seen.gap is not None) == (None, True)


def test_a_9x_manager_has_its_own_upgrade_calls(site: Site) -> None:
    """The version that answers decides the dialect, at every look anew."""
    peer, adapter = site.peer(healthy()), site.adapter()
    manager = site.manager(peer)
    adapter.manager_seen(manager)
    peer.answers[SUPPORT] = of_version("9.1.1.0.25690219")

    adapter.manager_seen(manager)

    assert [call for call in peer.calls() if "upgrade" in call and "bundle" not in call] == [
        "GET /api/admin/upgrade",
        "GET /api/admin/system/upgrade",
    ]
    assert V9 == "9.x"
