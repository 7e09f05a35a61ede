"""Looking at the networks of an appliance for a minute, and what all looks come to."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from activities.measure import measured
from activities.sample import BURST, sample
from activities.traffic import traffic_missing
from shared.model.acts import ApplianceTraffic, TunnelSeen
from shared.model.codec import from_json_text, to_json_text
from shared.model.facts import Gap, GapReason, Health, ManagerFacts, NetworkExtension, Status
from shared.model.inventory import Inventory, Manager, Reach
from shared.model.orders import MeasureOrder, Sampled, SampleOrder, StepOrder
from shared.model.outage import Burst, ChangedNetwork, NetworkOutage, SilentNetwork, Traffic, Turn
from shared.model.policy import ExtensionPolicy, NetworkEntry, Owner, Policy, Probe, SiteEntry
from shared.model.probe import ProbeAnswer
from shared.model.run import JournalKind
from shared.ports import Ports
from shared.report.kept_plans import POLICY
from shared.rules.first_look import BEGUN_BEFORE
from tests.activities.desk import Hands, asked, ports_of
from tests.builders.fleet_facts import NOW, cloud_manager, connector, policy, seen
from tests.report.planned_fleet import MESH, PLAN

NE = MESH.appliances[1]
DOWN_FROM, DOWN_TO = NOW + timedelta(seconds=22), NOW + timedelta(seconds=51)
SHOP = Probe(name="shop", network="net-a", host="10.0.0.1", port=443)


def _status(health: Health) -> Status:
    return Status(health=health, text=health.value)


def _extension(network: str, on: str = NE.appliance_id) -> NetworkExtension:
    return NetworkExtension(id=f"x-{network}", network=network, appliance_id=on, state=_status(Health.UP))


EXTENSIONS = (_extension("net-b"), _extension("net-a"), _extension("net-z", on="another"))


class Scene(Hands):
    """A mesh whose tunnel is down for a while, with a probe that finds the same; time goes on when somebody sleeps."""

    def __init__(self) -> None:
        super().__init__()
        self.visits: list[tuple[datetime, str, float]] = []
        self.slow = timedelta()
        """How long the initiator takes to answer."""
        self.sleeps = True
        """Whether anybody may sleep here."""
        self.mute: str = ""
        """Id of a manager that cannot be read."""
        self.red = False
        """Whether nothing answers behind the network."""
        self.extensions: tuple[NetworkExtension, ...] = EXTENSIONS
        """What both sides list."""
        self.wanted: Policy | None = replace(policy(), probes=(SHOP,))

    def wait_until(self, at: datetime) -> bool:
        """Time jumps there, where sleeping is possible."""
        return self.sleeps and super().wait_until(at)

    def networks_seen(self, manager: Manager, mesh: str, seconds: float) -> ApplianceTraffic:
        """What a side says at this moment."""
        assert mesh == MESH.subject
        self.visits.append((self.time, manager.id, seconds))
        if manager.id == self.mute:
            gap = Gap(section="appliances", reason=GapReason.NOT_YET, detail="503", remedy="wait", at=self.time)
            return ApplianceTraffic(at=self.time, gap=gap)
        health = Health.DOWN if DOWN_FROM <= self.time < DOWN_TO else Health.UP
        self.later(self.slow if manager.id == MESH.initiator else timedelta())
        tunnels = (TunnelSeen(appliance=NE.appliance_id, status=_status(health)),)
        return ApplianceTraffic(at=self.time, tunnels=tunnels, extensions=self.extensions)

    def ask(self, probe: Probe, seconds: float) -> ProbeAnswer:
        """What the probe finds at this moment."""
        del seconds
        assert probe == SHOP
        down = self.red or DOWN_FROM <= self.time < DOWN_TO
        return ProbeAnswer(ok=not down, detail="no connection")


def _ports(scene: Scene, folder: Path, reach: Reach = Reach.DIRECT, *, facts: bool = True) -> Ports:
    """One run with the plan and the facts of one mesh."""
    ports = replace(ports_of(scene, folder), hcx=scene, probes=scene)  # type: ignore[arg-type]  # the part that is used
    ports.store.put_plan(PLAN)
    asked(ports)
    found = connector(MESH.initiator, "4.8.2", extensions=seen(EXTENSIONS))
    managers = (found.manager, cloud_manager(MESH.receiver, "4.11.4").manager)
    inventory = Inventory(
        observed_at=NOW,
        subscriptions=(),
        private_clouds=(),
        managers=tuple(replace(one, reach=reach) for one in managers),
    )
    ports.store.put_document("r", "inventory", to_json_text(inventory))
    ports.store.put_document("r", POLICY, to_json_text(scene.policy()))
    if facts:
        ports.store.put_document("r", f"facts/{MESH.initiator}", to_json_text(found, ManagerFacts))
    return ports


def _order(begin: datetime = NOW) -> SampleOrder:
    return SampleOrder(run="r", plan_hash=PLAN.hash, task=MESH.id, step=NE.upgrade.id, begin=begin)


def _bursts(ports: Ports) -> list[Burst]:
    kept = ports.store.documents("r", f"samples/{MESH.id}/{NE.name}/")
    return [from_json_text(Burst, kept[name]) for name in sorted(kept)]


def test_a_minute_is_one_look_every_step(tmp_path: Path) -> None:
    """Twelve looks, five seconds apart, each at both sides with as long to answer; the next one is due after it."""
    scene = Scene()
    ports = _ports(scene, tmp_path)

    told = sample(ports, _order())

    (burst,) = _bursts(ports)
    assert told == Sampled(samples=12, next_at=NOW + BURST)
    assert [one.at - NOW for one in burst.samples] == [timedelta(seconds=5 * one) for one in range(12)]
    assert {seconds for _, _, seconds in scene.visits} == {5.0}
    assert sorted({name for _, name, _ in scene.visits}) == [MESH.initiator, MESH.receiver]
    assert (burst.task, burst.appliance) == (MESH.id, NE.name)


def test_the_networks_are_those_of_the_appliance(tmp_path: Path) -> None:
    """Each that it carries, with the word of HCX and, where it has a probe, of that; no other appliance's."""
    ports = _ports(Scene(), tmp_path)

    sample(ports, _order())

    first, during = (_bursts(ports)[0].samples[at].networks for at in (0, 5))
    up, down = Traffic.UP, Traffic.DOWN
    assert [(one.network, one.by_hcx, one.by_probe) for one in first] == [("net-a", up, up), ("net-b", up, None)]
    assert [(one.network, one.by_hcx, one.by_probe) for one in during] == [("net-a", down, down), ("net-b", down, None)]


def test_without_facts_the_first_answer_names_the_networks(tmp_path: Path) -> None:
    """What was never observed is seen all the same."""
    ports = _ports(Scene(), tmp_path, facts=False)

    sample(ports, _order())

    assert [one.network for one in _bursts(ports)[0].samples[0].networks] == ["net-a", "net-b"]


def test_looks_that_were_missed_are_not_made_up_for(tmp_path: Path) -> None:
    """A manager that takes eight seconds leaves every other look out; what is kept says how long it took."""
    scene = Scene()
    scene.slow = timedelta(seconds=8)
    ports = _ports(scene, tmp_path)

    sample(ports, _order())

    samples = _bursts(ports)[0].samples
    assert [(one.at - NOW).total_seconds() % 5 for one in samples] == [0] * len(samples)
    assert {one.until - one.at for one in samples} == {timedelta(seconds=8)}


def test_where_nobody_can_sleep_each_look_is_an_activity(tmp_path: Path) -> None:
    """The activity ends after one look and says when the next one is due."""
    scene = Scene()
    scene.sleeps = False
    ports = _ports(scene, tmp_path)

    assert sample(ports, _order()) == Sampled(samples=1, next_at=NOW + timedelta(seconds=5))


def test_a_second_delivery_keeps_the_looks_of_the_first(tmp_path: Path) -> None:
    """Whatever a host that went away had seen is still there, in one document."""
    scene = Scene()
    scene.sleeps = False
    ports = _ports(scene, tmp_path)
    sample(ports, _order())
    scene.later(timedelta(seconds=7))

    assert sample(ports, _order()) == Sampled(samples=2, next_at=NOW + timedelta(seconds=10))
    assert [len(one.samples) for one in _bursts(ports)] == [2]


def test_a_side_that_cannot_be_read_leaves_the_other(tmp_path: Path) -> None:
    """The word of the side that speaks counts, and the sample says what is missing."""
    scene = Scene()
    scene.mute = MESH.receiver
    ports = _ports(scene, tmp_path)

    sample(ports, _order())

    first = _bursts(ports)[0].samples[0]
    assert {one.by_hcx for one in first.networks} == {Traffic.UP}
    assert first.detail == f"{MESH.receiver}: 503"


def test_where_nobody_can_be_asked_nothing_is_looked_at(tmp_path: Path) -> None:
    """Managers that only a collector reaches, and no probe: the meter is told to end, and nothing is kept."""
    scene = Scene()
    scene.wanted = policy()
    ports = _ports(scene, tmp_path, Reach.COLLECTOR)

    assert sample(ports, _order()) == Sampled(samples=0, next_at=None)
    assert (_bursts(ports), scene.visits) == ([], [])


def test_a_probe_alone_is_a_witness(tmp_path: Path) -> None:
    """Managers that only a collector reaches are not called, and the probe is."""
    scene = Scene()
    ports = _ports(scene, tmp_path, Reach.COLLECTOR)

    sample(ports, _order())

    (net_a, net_b) = _bursts(ports)[0].samples[5].networks
    assert scene.visits == []
    assert (net_a.by_hcx, net_a.by_probe) == (Traffic.UNKNOWN, Traffic.DOWN)
    assert (net_b.by_hcx, net_b.by_probe) == (Traffic.UNKNOWN, None)


@pytest.mark.parametrize("seconds", [1, 2, 30, 60])
def test_the_policy_says_how_often(tmp_path: Path, seconds: int) -> None:
    """As many looks in a minute as steps fit into it."""
    scene, every = Scene(), timedelta(seconds=seconds)
    scene.wanted = replace(policy(), extension=ExtensionPolicy(sample_every=every))
    ports = _ports(scene, tmp_path)

    assert sample(ports, _order()) == Sampled(samples=60 // seconds, next_at=NOW + BURST)


@pytest.mark.parametrize(
    ("begin", "verified_at", "looks", "settled"),
    [(NOW, DOWN_TO + timedelta(seconds=5), 12, False), (NOW, NOW, 2, True), (NOW + BURST, NOW + BURST, 2, True)],
)
def test_once_verified_it_is_enough_that_all_is_well(
    tmp_path: Path,
    begin: datetime,
    verified_at: datetime,
    looks: int,
    settled: bool,  # noqa: FBT001 -- a parameter
) -> None:
    """Two looks in a row since then that find every network up end it; else one looks to the end of the minute."""
    scene = Scene()
    ports = _ports(scene, tmp_path)
    scene.time = begin

    told = sample(ports, replace(_order(begin), verified_at=verified_at))

    assert (told.samples, told.settled) == (looks, settled)


@pytest.mark.parametrize(
    ("verified_at", "until", "turns"),
    [
        (None, NOW + 2 * BURST, [Turn.ON] * 12),
        (None, NOW + timedelta(seconds=58), [Turn.ON] * 11 + [Turn.LAST]),
        (NOW, NOW + 2 * BURST, [Turn.ON, Turn.LAST]),
    ],
    ids=["goes on", "its time is over", "all is well"],
)
def test_the_last_look_of_all_says_so(
    tmp_path: Path, verified_at: datetime | None, until: datetime, turns: list[Turn]
) -> None:
    """What is between it and any later look was watched by nobody, as it should be."""
    ports = _ports(Scene(), tmp_path)

    sample(ports, replace(_order(), verified_at=verified_at, until=until))

    assert [one.turn for one in _bursts(ports)[0].samples] == turns


def test_a_probe_is_asked_even_where_the_facts_lack_its_network(tmp_path: Path) -> None:
    """Facts that could not be read in the middle of a change lose no look at a network that was seen before."""
    scene = Scene()
    ports = _ports(scene, tmp_path)
    sample(ports, _order())
    bare = connector(MESH.initiator, "4.8.2")
    ports.store.put_document("r", f"facts/{MESH.initiator}", to_json_text(bare, ManagerFacts))
    scene.mute, scene.time = MESH.initiator, NOW + BURST

    sample(ports, _order(NOW + BURST))

    probed = [one.by_probe for look in _bursts(ports)[1].samples for one in look.networks if one.network == "net-a"]
    assert probed == [Traffic.UP] * 12


# --- when the mesh is handed over -------------------------------------------------------------------------------------


def _hand_over(ports: Ports) -> tuple[SilentNetwork, ...]:
    order = StepOrder(run="r", plan_hash=PLAN.hash, task=MESH.id, step=MESH.hand_over.id, generation=1)
    return traffic_missing(ports, order).silent


def test_a_probe_that_is_red_now_is_missed(tmp_path: Path) -> None:
    """It was answered before the change; what it says now is kept, and when it is answered again nothing is missing."""
    scene = Scene()
    ports = _ports(scene, tmp_path)
    sample(ports, _order())
    scene.red = True

    assert _hand_over(ports) == (SilentNetwork(network="net-a", appliance=NE.name, tunnel_up=True),)
    scene.red = False
    scene.later(timedelta(seconds=5))
    assert _hand_over(ports) == ()
    assert [len(one.samples) for one in _bursts(ports)] == [12, 1, 1]


@pytest.mark.parametrize("before", ["red", "not looked at", "no probe"])
def test_what_showed_no_traffic_before_is_not_missed(tmp_path: Path, before: str) -> None:
    """Where the change was not seen to have taken it, nobody is asked."""
    scene = Scene()
    scene.red = True
    if before == "no probe":
        scene.wanted = policy()
    ports = _ports(scene, tmp_path)
    if before != "not looked at":
        sample(ports, _order())
    kept = len(_bursts(ports))

    assert _hand_over(ports) == ()
    assert len(_bursts(ports)) == kept


# --- networks that somebody extends or takes away meanwhile -----------------------------------------------------------


def _checked(ports: Ports) -> list[str]:
    """What the journal says of them, each with the step."""
    entries = [entry for _, entry in ports.store.journal("r") if entry.kind is JournalKind.CHECKED]
    assert {one.step for one in entries} <= {NE.back.id}
    return [one.text.partition(" after ")[0] for one in entries]


def _changed(ports: Ports) -> tuple[ChangedNetwork, ...]:
    order = StepOrder(run="r", plan_hash=PLAN.hash, task=MESH.id, step=MESH.hand_over.id, generation=1)
    return traffic_missing(ports, order).changed


def test_a_network_that_is_extended_meanwhile_is_told_at_once(tmp_path: Path) -> None:
    """Once, in the journal, and again where the mesh is handed over; it is measured from when it was first seen."""
    scene = Scene()
    ports = _ports(scene, tmp_path)
    sample(ports, _order())
    scene.extensions = (*EXTENSIONS, _extension("net-c"))
    for scene.time in (NOW + BURST, NOW + 2 * BURST):
        sample(ports, _order(scene.time))

    assert _checked(ports) == [f"net-c was extended on {NE.name}"]
    assert _changed(ports) == (ChangedNetwork(network="net-c", appliance=NE.name, extended=True, seen_at=NOW + BURST),)
    assert len(_checked(ports)) == 1
    assert {one.network: (one.samples, bool(one.note)) for one in _measured(ports)} == {
        "net-a": (37, False),
        "net-b": (37, False),
        "net-c": (25, True),
    }


def test_a_network_that_is_taken_away_meanwhile_is_told_when_the_change_is_over(tmp_path: Path) -> None:
    """What is missing in some looks may come back; its figure counts up to when it was there."""
    scene = Scene()
    ports = _ports(scene, tmp_path)
    sample(ports, _order())
    scene.extensions, scene.time = (_extension("net-a"),), NOW + BURST
    sample(ports, _order(NOW + BURST))

    assert _checked(ports) == []
    assert _changed(ports) == (ChangedNetwork(network="net-b", appliance=NE.name, extended=False, seen_at=NOW + BURST),)
    assert _checked(ports) == [f"net-b was taken away from {NE.name}"]
    assert {one.network: one.samples for one in _measured(ports)} == {"net-a": 25, "net-b": 12}


def test_a_task_that_comes_to_no_hand_over_tells_it_all_the_same(tmp_path: Path) -> None:
    """With what was measured, however the task ends."""
    scene = Scene()
    ports = _ports(scene, tmp_path)
    scene.extensions = (_extension("net-a"),)
    sample(ports, _order())

    assert [one.network for one in _measured(ports) if one.note] == ["net-b"]
    assert _checked(ports) == [f"net-b was taken away from {NE.name}"]


def _measured(ports: Ports) -> tuple[NetworkOutage, ...]:
    measured(ports, MeasureOrder(run="r", plan_hash=PLAN.hash, task=MESH.id))
    return from_json_text(tuple[NetworkOutage, ...], ports.store.document("r", f"outage/{MESH.id}/{NE.name}") or "")


# --- what it comes to -------------------------------------------------------------------------------------------------


def _minutes(ports: Ports, scene: Scene, change: Callable[[], None] = lambda: None) -> tuple[NetworkOutage, ...]:
    """Two minutes of looks, and what they come to."""
    for begin in (NOW, NOW + BURST):
        scene.time = begin
        sample(ports, _order(begin))
        change()
    for _ in range(2):
        measured(ports, MeasureOrder(run="r", plan_hash=PLAN.hash, task=MESH.id))
    text = ports.store.document("r", f"outage/{MESH.id}/{NE.name}")
    assert text is not None
    return from_json_text(tuple[NetworkOutage, ...], text)


def test_the_outage_is_that_of_the_world(tmp_path: Path) -> None:
    """Both networks were down for 29 seconds: what is said is off by no more than it says, in the mode of the plan."""
    scene = Scene()
    found = _minutes(_ports(scene, tmp_path), scene)

    assert [one.network for one in found] == ["net-a", "net-b"]
    for one in found:
        (interval,) = one.intervals
        assert interval.ended is not None
        assert abs(interval.began - DOWN_FROM) <= interval.error
        assert abs(interval.ended - DOWN_TO) <= interval.error
        assert abs(one.total - (DOWN_TO - DOWN_FROM)) <= one.error <= timedelta(seconds=5)
        assert (one.samples, one.mode) == (24, NE.mode.mode)


def test_the_limit_is_that_of_the_network(tmp_path: Path) -> None:
    """Its own entry at a site of the mesh, else the fleet's."""
    scene = Scene()
    own = NetworkEntry(network="net-a", owner="ann", outage_limit=timedelta(seconds=10))
    scene.wanted = replace(
        policy(),
        extension=ExtensionPolicy(outage_limit=timedelta(minutes=1)),
        sites=(SiteEntry(name=MESH.sites[0], networks=(own,)),),
    )
    found = _minutes(_ports(scene, tmp_path), scene)

    assert [(one.limit, one.over) for one in found] == [(timedelta(seconds=10), True), (timedelta(minutes=1), False)]


def test_the_journal_has_one_entry_a_network(tmp_path: Path) -> None:
    """However often it is said, it is said once, at the step that verifies the appliance."""
    scene = Scene()
    ports = _ports(scene, tmp_path)
    _minutes(ports, scene)

    told = [entry for _, entry in ports.store.journal("r") if entry.kind is JournalKind.MEASURED]
    assert [(one.task, one.step) for one in told] == [(MESH.id, NE.verify.id)] * 2
    assert [one.text.partition(":")[0] for one in told] == ["net-a", "net-b"]


def test_of_what_nobody_looked_at_nothing_is_said(tmp_path: Path) -> None:
    """No document and no entry for an appliance without looks."""
    ports = _ports(Scene(), tmp_path)

    measured(ports, MeasureOrder(run="r", plan_hash=PLAN.hash, task=MESH.id))

    assert ports.store.documents("r", "outage/") == {}
    assert [entry for _, entry in ports.store.journal("r") if entry.kind is JournalKind.MEASURED] == []


@pytest.mark.parametrize(("owner", "doubt"), [(Owner.OURS, ""), (Owner.ASSISTED, BEGUN_BEFORE)])
def test_a_change_of_somebody_else_was_seen_late(tmp_path: Path, owner: Owner, doubt: str) -> None:
    """What was before the first look is not counted, and the figure says so; our own change is looked at before."""
    scene = Scene()
    plan = replace(PLAN, groups=(replace(PLAN.groups[0], tasks=(replace(MESH, owner=owner),)),), hash=f"of-{owner}")
    ports = _ports(scene, tmp_path)
    ports.store.put_plan(plan)
    sample(ports, _order())

    measured(ports, MeasureOrder(run="r", plan_hash=plan.hash, task=MESH.id))

    text = ports.store.document("r", f"outage/{MESH.id}/{NE.name}")
    assert {one.note for one in from_json_text(tuple[NetworkOutage, ...], text or "")} == {doubt}
