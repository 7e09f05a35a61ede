"""Faults that only show after a change: none of them is taken for a success."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import groupby

import pytest

from activities.sample import sample
from activities.traffic import traffic_missing
from shared.model.acts import ApplianceSeen
from shared.model.facts import GapReason, Health, JobState
from shared.model.finding import Finding, Verdict
from shared.model.orders import SampleOrder, StepOrder
from shared.model.version import Version
from tests.faults.upgrader import CON, MESH, NE, PINNED, PROBED, TARGET, Upgrader, mesh_task

type Over = Callable[..., Upgrader]


@pytest.mark.parametrize(
    ("fault", "words"), [("upgrade_fails", "could not be applied"), ("disk_full", "/common is 93 % full")]
)
def test_a_failed_upgrade_says_why(over: Over, fault: str, words: str) -> None:
    """The HCX job is failed in the manager's own words, and the version is the old one."""
    ours = over(f"{fault}@con-lyon")
    ours.look()
    ours.upgrade()
    ours.later(minutes=40)
    seen = ours.seen()

    assert seen.upgrade is not None
    assert seen.version is not None
    assert (seen.upgrade.state, seen.version.release) == (JobState.FAILED, "4.11.2")
    assert words in seen.upgrade.message


def test_a_manager_that_lets_nobody_in_is_not_done(over: Over) -> None:
    """After its upgrade one log-in is refused and no second one is tried; the version is not known."""
    ours = over("login_broken_after_upgrade@con-lyon")
    ours.look()
    ours.upgrade()
    ours.later(minutes=40)
    first, second = ours.seen(), ours.seen()

    assert first.gap is not None
    assert second.gap is not None
    assert (first.version, first.gap.reason) == (None, GapReason.LOGIN_REFUSED)
    assert second.gap.reason in {GapReason.LOGIN_REFUSED, GapReason.BREAKER_OPEN}
    assert ours.world.truth()["requests"]["fault"] == 1


def test_a_certificate_that_an_upgrade_replaced_is_to_be_confirmed(over: Over) -> None:
    """Somebody's upgrade changes a pinned certificate: nothing is logged in to, and the remedy is to confirm it."""
    upgrade = '\npeople: [{who: ops@contoso.example, about: "manager:con-lyon", do: upgrade-manager}]\n'
    ours = over("certificate_changed_by_upgrade@con-lyon", text=PINNED + upgrade)
    before = ours.look()[CON].gap("manager")
    ours.later(minutes=45)
    gap = ours.look()[CON].gap("manager")

    assert before is None
    assert gap is not None
    assert gap.reason is GapReason.CERTIFICATE
    assert gap.remedy.startswith("confirm the new thumbprint")


def test_a_vcenter_that_is_not_found_any_more_shows(over: Over) -> None:
    """The link that was up before the upgrade is down after it."""
    ours = over("dns_local_broken@con-lyon")
    before = ours.look()[CON].vcenter
    ours.upgrade()
    ours.later(minutes=40)
    after = ours.look()[CON].vcenter

    assert before is not None
    assert after is not None
    assert (before.value.health, after.value.health) == (Health.UP, Health.DOWN)


@pytest.mark.parametrize(
    ("fault", "number", "words"),
    [
        ("task_fails", 0, "Update VM networks failed"),
        ("redeploy_reattach_failed", 0, "Failed to reattach networks to old appliance"),
        ("appliance_vm_missing", 0, "Update VM networks failed"),
        ("ephemeral_portgroup", 1, "Update VM networks failed"),
        ("appliance_rollback", 1, "New appliance did not come up"),
        ("job_done_failed", 0, "HCX gave no reason"),
    ],
)
def test_a_failed_task_says_why(over: Over, fault: str, number: int, words: str) -> None:
    """The HCX job is failed, also where it is done as well, and the appliance is of the old version."""
    ours = over(f"{fault}@mesh-lyon")
    ours.look()
    act = ours.update(number)
    ours.later(minutes=10)
    seen = ours.appliance_seen(getattr(act, "job", None), number)

    assert seen.job is not None
    assert (seen.job.state, seen.version and seen.version.release) == (JobState.FAILED, "4.11.0")
    assert words in seen.job.message


def test_a_tunnel_that_stays_down_is_no_success(over: Over) -> None:
    """The HCX job succeeded and the version is new, but the tunnel is down."""
    ours = over("tunnel_down_after_upgrade@mesh-lyon")
    ours.look()
    act = ours.update()
    ours.later(minutes=10)
    seen = ours.appliance_seen(getattr(act, "job", None))

    assert seen.job is not None
    assert seen.tunnel is not None
    assert (seen.job.state, seen.version) == (JobState.SUCCEEDED, Version("4.11.2-24820002"))
    assert seen.tunnel.health is Health.DOWN


@pytest.mark.parametrize("fault", ["tunnel_flap", "double_outage"])
def test_a_tunnel_that_goes_twice_is_seen_twice(over: Over, fault: str) -> None:
    """It is up between both, so that a look at the right moment is no proof of the end: the HCX job still runs."""
    ours = over(f"{fault}@mesh-lyon")
    seen = [one for one in watched(ours) if one.tunnel]
    between = [one for one in seen if one.tunnel and one.tunnel.health is Health.UP and one.at > first_down(seen)]

    assert turns(seen) == [Health.UP, Health.DOWN] * 2 + [Health.UP]
    assert between[0].job is not None
    assert between[0].job.state is JobState.RUNNING


def test_a_peer_that_lags_is_seen_at_its_own_end(over: Over) -> None:
    """The appliance says that the tunnel is up, and its peer that it is down."""
    ours = over("peer_lags@mesh-lyon")
    ends = {(one.tunnel.health, *(each.health for each in one.peer_tunnels)) for one in watched(ours) if one.tunnel}

    assert ends == {(Health.UP, Health.UP), (Health.DOWN, Health.DOWN), (Health.UP, Health.DOWN)}


def test_networks_that_are_not_back_are_named(over: Over) -> None:
    """The tunnel is up, and those networks are in a state that nobody understands, which is for a person to look at."""
    ours = over("slow_reattach@mesh-lyon")
    task = mesh_task(ours.plan())
    ours.update(NE)
    ours.later(minutes=7)
    ours.look()
    found = {one.check: one for one in ours.findings(task, TARGET)}
    ours.later(minutes=10)
    ours.look()
    later = {one.check: one for one in ours.findings(task, TARGET)}

    assert found["tunnels-up"].verdict is Verdict.PASS
    assert found["extensions-realized"].verdict is Verdict.MANUAL
    assert "REATTACHING" in found["extensions-realized"].summary
    assert later["extensions-realized"].verdict is Verdict.PASS


def test_traffic_that_is_late_shows_at_a_probe_only(over: Over) -> None:
    """After the upgrade tunnel and networks are well by HCX's word; what stands behind the network does not answer."""
    ours = over("traffic_late@mesh-lyon", text=PROBED)
    ours.look()
    ours.update(NE)
    ours.later(minutes=6)
    (probe,) = ours.ports.configuration.policy().probes
    seen, networks = ours.appliance_seen(None, NE), ours.look()[CON].extensions
    answers = [ours.ports.probes.ask(probe, 1.0).ok]
    ours.later(minutes=2)
    answers.append(ours.ports.probes.ask(probe, 1.0).ok)

    assert seen.tunnel is not None
    assert networks is not None
    assert {seen.tunnel.health, *(one.state.health for one in networks.value)} == {Health.UP}
    assert answers == [False, True]


@pytest.mark.parametrize(
    ("fault", "number", "network", "extended"),
    [("network_extended", 1, "mesh-lyon-late", True), ("extension_removed", 2, "mesh-lyon-ne2-net2", False)],
)
def test_networks_that_change_with_their_appliance_are_named(
    over: Over,
    fault: str,
    number: int,
    network: str,
    extended: bool,  # noqa: FBT001 -- a parameter
) -> None:
    """Looks at the networks of the appliance show what was not planned, and the hand-over is told of it."""
    ours = over(f"{fault}@mesh-lyon,from=PT2M")
    made = ours.plan()
    task = mesh_task(made)
    (item,) = [one for one in task.appliances if one.name == f"mesh-lyon-NE-I{number}"]
    order = SampleOrder(run=ours.run, plan_hash=made.hash, task=task.id, step=item.upgrade.id, begin=ours.world.now)
    ours.update(number)
    for _ in range(4):
        sample(ours.ports, replace(order, begin=ours.world.now))
        ours.later(minutes=1)
    last = StepOrder(run=ours.run, plan_hash=made.hash, task=task.id, step=task.hand_over.id, generation=1)
    (found,) = traffic_missing(ours.ports, last).changed

    assert (found.network, found.appliance, found.extended) == (network, item.name, extended)


def watched(ours: Upgrader) -> list[ApplianceSeen]:
    """Looks at the NE, every five seconds, from right before its tunnel moves until its upgrade is over."""
    ours.look()
    act = ours.update(NE)
    ours.later(minutes=5)
    looks = []
    for _ in range(80):
        looks.append(ours.appliance_seen(getattr(act, "job", None), NE))
        ours.later(seconds=5)
    return looks


def turns(looks: list[ApplianceSeen]) -> list[Health]:
    """What the tunnel was, each change once."""
    words = [one.tunnel.health for one in looks if one.tunnel]
    return [word for word, _ in groupby(words)]


def first_down(looks: list[ApplianceSeen]) -> datetime:
    """When the tunnel was seen down first."""
    return next(one.at for one in looks if one.tunnel and one.tunnel.health is Health.DOWN)


@pytest.mark.parametrize("fault", ["ne_crash_loop", "ix_cert_mismatch"])
def test_appliances_that_do_not_find_rest_show(over: Over, fault: str) -> None:
    """What began an hour after the plan blocks the mesh from then on."""
    ours = over(f"{fault}@mesh-lyon,from=PT1H")
    before = ours.in_the_way(ours.plan())
    ours.later(hours=1)

    assert before == {}
    assert "tunnels-up" in ours.in_the_way(ours.plan())[MESH]


@pytest.mark.parametrize(("faults", "verdict"), [((), Verdict.MANUAL), (("snapshot_missing@con-lyon",), Verdict.WARN)])
def test_an_upgrade_without_a_snapshot_is_told(over: Over, faults: tuple[str, ...], verdict: Verdict) -> None:
    """The upgrade goes well; that there is no way back is told after it, and not before, and says what to do."""
    ours = over(*faults)
    task = ours.plan().task("manager:con-lyon")

    def told() -> Finding:
        ours.look()
        return next(one for one in ours.findings(task, TARGET) if one.check == "snapshot-known")

    before = told()
    ours.upgrade()
    ours.later(minutes=40)
    after = told()

    assert (before.verdict, after.verdict) == (Verdict.MANUAL, verdict)
    assert ("took no snapshot" in after.summary, after.blocks) == (verdict is Verdict.WARN, False)
    assert after.remedy


def test_a_tunnel_that_is_up_is_not_told_as_traffic(over: Over) -> None:
    """Nothing on the wire shows that nothing passes: every network that nobody probes is named, before and after."""
    ours = over("tunnel_up_no_traffic@mesh-lyon")
    task = mesh_task(ours.plan())
    found = {one.check: one for one in ours.findings(task, TARGET)}
    networks = ours.look()[CON].extensions

    assert networks is not None
    assert found["tunnels-up"].verdict is Verdict.PASS
    assert found["traffic-probed"].verdict is Verdict.MANUAL
    assert all(one.network in found["traffic-probed"].summary for one in networks.value)
    assert len(networks.value) == 5
