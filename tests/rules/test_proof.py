"""What counts as proved: fresh observation alone, of everything that is needed, with no witness against it."""

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.facts import (
    Appliance,
    ApplianceKind,
    FleetFacts,
    Gap,
    GapReason,
    HcxJob,
    Health,
    JobState,
    ManagerFacts,
    Seen,
    Status,
    UpgradeStatus,
)
from shared.model.ne_mode import ApplianceMode, ModeChoice
from shared.model.plan import ManagerTask, MeshTask, Task
from shared.model.policy import Patience
from shared.model.proof import Claim, Proof, ProofVerdict, Stance, WitnessKind, Word
from shared.model.run import JournalEntry, JournalKind
from shared.model.vcenter import Plugin, VcenterFacts
from shared.model.version import Version
from shared.rules import task_steps
from shared.rules.proof import proof_of, verdict
from shared.rules.witnesses import reports_of
from tests.builders.fleet_facts import NOW, appliance, cloud_manager, connector, fleet, mesh, meshed, seen
from tests.cli.played_fleet import plan_of

TARGET = "4.11.4"
BEFORE = "4.11.2"
DOWN = Status(health=Health.DOWN, text="DOWN")
PROVED, OPEN, CONTRADICTED = ProofVerdict.PROVED, ProofVerdict.OPEN, ProofVerdict.CONTRADICTED
OTHER_SIDE = {"I": "R", "R": "I"}


def side(letter: str, of: str, version: str) -> tuple[Appliance, ...]:
    """An interconnect and a network extension appliance on one side, with their peers at the other."""
    kinds = {"IX": ApplianceKind.INTERCONNECT, "NE": ApplianceKind.NETWORK_EXTENSION}
    return tuple(
        replace(appliance(f"{name}-{letter}", "mesh-a", of, version, kind), peers=(f"id-{name}-{OTHER_SIDE[letter]}",))
        for name, kind in kinds.items()
    )


def facts_at(manager: str, appliances: str) -> FleetFacts:
    """A connector with its cloud manager, and the mesh between them."""
    one = mesh("mesh-a", "con-a", "pc-a")
    con = meshed(connector("con-a", manager, pairs=("pc-a",)), one, *side("I", "con-a", appliances))
    return fleet(con, meshed(cloud_manager("pc-a", manager), one, *side("R", "pc-a", appliances)))


PLAN = plan_of(facts_at(BEFORE, BEFORE))
CONNECTOR, MESH = PLAN.task("manager:con-a"), PLAN.task("mesh:mesh-a")
DONE = facts_at(TARGET, TARGET)
TASKS = (CONNECTOR, MESH, PLAN.task("manager:pc-a"))


def changed(manager: str, facts: FleetFacts = DONE, **sections: Any) -> FleetFacts:
    """The same facts but for some sections of one manager."""
    return fleet(*(replace(one, **sections) if one.manager.id == manager else one for one in facts.managers))


def of(facts: FleetFacts, manager: str) -> ManagerFacts:
    """The facts of one manager."""
    found = facts.of(manager)
    assert found is not None
    return found


def claim(proof: Proof, identity: str) -> Claim:
    """One claim of a proof."""
    return next(one for one in proof.claims if one.id == identity)


def with_plugins(release: str, at: datetime = NOW) -> FleetFacts:
    """What vCenter shows of the connector's plug-in."""
    plugin = Plugin(key="com.vmware.hybridity", version=Version(release), heartbeat=at)
    return changed("con-a", vsphere=VcenterFacts(observed_at=at, plugins=(plugin,)))


def report(text: str = "I did it") -> Word:
    """Somebody's word."""
    return Word(kind=WitnessKind.PERSON, by="a person's report", says=text, at=NOW, stance=Stance.SILENT)


# --- what is proved ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("task", TASKS, ids=[one.id for one in TASKS])
def test_what_is_seen_on_both_sides_is_proved(task: Task) -> None:
    """Versions, services, pairing and tunnels as they should be prove a task."""
    proof = proof_of(task, DONE, NOW)

    assert proof.proved, [one for one in proof.claims if one.needed and one.verdict is not PROVED]


@pytest.mark.parametrize("task", TASKS, ids=[one.id for one in TASKS])
def test_what_was_not_done_is_open(task: Task) -> None:
    """Before the upgrade nothing contradicts, and nothing is proved."""
    proof = proof_of(task, facts_at(BEFORE, BEFORE), NOW)

    assert not proof.proved
    assert CONTRADICTED not in {one.verdict for one in proof.claims}


def test_beyond_the_target_is_done_too() -> None:
    """A provider that moved further than planned has done the task."""
    assert proof_of(CONNECTOR, facts_at("4.11.5", "4.11.5"), NOW).proved


def test_one_appliance_that_lags_keeps_the_mesh_open() -> None:
    """The other side counts as much: a peer at the old version is not done."""
    lagging = changed("pc-a", appliances=seen(side("R", "pc-a", BEFORE)))
    found = claim(proof_of(MESH, lagging, NOW), "appliance:NE-I")

    assert found.verdict is CONTRADICTED
    assert not proof_of(MESH, lagging, NOW).proved


def test_a_tunnel_must_be_up_on_both_sides() -> None:
    """A tunnel that one side calls down is not proved, whatever the other says."""
    down = tuple(replace(one, tunnel=DOWN) for one in side("R", "pc-a", TARGET))

    proof = proof_of(MESH, changed("pc-a", appliances=seen(down)), NOW)

    assert claim(proof, "tunnel:IX-I").verdict is CONTRADICTED
    assert not proof.proved


def test_a_new_pair_is_known_by_its_name() -> None:
    """An upgrade in service makes a new pair with new ids: the name and the peers that it names now lead to it."""
    here = tuple(replace(one, id=f"new-{one.id}", peers=(f"new-{one.peers[0]}",)) for one in side("I", "con-a", TARGET))
    there = tuple(replace(one, id=f"new-{one.id}") for one in side("R", "pc-a", TARGET))
    renewed = changed("pc-a", changed("con-a", appliances=seen(here)), appliances=seen(there))

    assert proof_of(MESH, renewed, NOW).proved


def test_an_appliance_without_a_known_peer_is_not_proved() -> None:
    """One side alone is no upgraded pair."""
    items = tuple(replace(one, peers=()) for one in mesh_task().appliances)
    alone = changed("con-a", appliances=seen(tuple(replace(one, peers=()) for one in side("I", "con-a", TARGET))))

    assert not proof_of(replace(mesh_task(), appliances=items), alone, NOW).proved


def test_another_system_proves_nothing() -> None:
    """A manager that was replaced by another one is not the manager of the plan."""
    who = of(DONE, "con-a").identity
    assert who is not None
    other = changed("con-a", identity=replace(who, value=replace(who.value, system_id="sys-x")))

    assert claim(proof_of(CONNECTOR, other, NOW), "version:con-a").verdict is OPEN


def test_a_pairing_that_is_down_keeps_it_open() -> None:
    """A manager that came back without its pairing is not done."""
    pairings = of(DONE, "con-a").pairings
    assert pairings is not None
    down = changed("con-a", pairings=seen(tuple(replace(one, status=DOWN) for one in pairings.value)))

    assert claim(proof_of(CONNECTOR, down, NOW), "pairing:con-a:pc-a").verdict is OPEN


def test_a_pairing_that_nobody_lists_is_not_proved() -> None:
    """Silence of both ends proves no connection."""
    assert claim(proof_of(CONNECTOR, changed("con-a", pairings=seen(())), NOW), "pairing:con-a:pc-a").verdict is OPEN


def test_services_that_only_the_provider_sees_hold_nobody_up() -> None:
    """What a manager does not offer to us is not observable, is not called proved, and is not needed."""
    gap = Gap(section="services", reason=GapReason.NOT_OFFERED, detail="no account", remedy="", at=NOW)
    proof = proof_of(MESH, changed("pc-a", services=None, gaps=(gap,)), NOW)

    assert claim(proof, "services:pc-a").verdict is ProofVerdict.NOT_OBSERVABLE
    assert proof.proved


# --- the second witness -----------------------------------------------------------------------------------------------


def test_plugins_that_came_along_are_a_second_witness() -> None:
    """The word of vCenter stands beside the manager's."""
    proof = proof_of(CONNECTOR, with_plugins(TARGET), NOW)

    assert claim(proof, "plug-ins:con-a").verdict is PROVED
    assert proof.proved


@pytest.mark.parametrize("release", [BEFORE, "4.11.5", "nonsense"])
def test_two_witnesses_that_disagree_keep_it_open(release: str) -> None:
    """Plug-ins of another version than the manager claims contradict it."""
    proof = proof_of(CONNECTOR, with_plugins(release), NOW)

    assert claim(proof, "version:con-a").verdict is CONTRADICTED
    assert not proof.proved


def test_old_plugins_contradict_nobody() -> None:
    """A look at vCenter of last month says nothing about today, and proves nothing either."""
    proof = proof_of(CONNECTOR, with_plugins(BEFORE, NOW - timedelta(days=30)), NOW)

    assert claim(proof, "version:con-a").verdict is PROVED
    assert claim(proof, "plug-ins:con-a").verdict is OPEN


def test_no_vcenter_is_no_witness() -> None:
    """Where nobody asks a vCenter, that is said, and holds nothing up."""
    found = claim(proof_of(CONNECTOR, DONE, NOW), "plug-ins:con-a")

    assert found.verdict is ProofVerdict.NOT_OBSERVABLE
    assert not found.needed


# --- what cannot be observed ------------------------------------------------------------------------------------------


def mesh_task() -> MeshTask:
    """The mesh task."""
    assert isinstance(MESH, MeshTask)
    return MESH


def test_roles_of_a_group_are_for_a_person_to_see() -> None:
    """Members of a group can be read, its roles cannot: never proved, and never in the way."""
    items = tuple(replace(one, together=("id-NE-I9",)) for one in mesh_task().appliances)
    proof = proof_of(replace(mesh_task(), appliances=items), changed("con-a", ha_groups=seen(())), NOW)

    assert claim(proof, "roles:NE-I").verdict is ProofVerdict.NOT_OBSERVABLE
    assert proof.proved


@pytest.mark.parametrize(
    ("version", "expected"), [(TARGET, PROVED), (BEFORE, OPEN), ("odd", ProofVerdict.NOT_OBSERVABLE)]
)
def test_a_gateway_is_proved_by_its_version_and_never_by_a_flag(version: str, expected: ProofVerdict) -> None:
    """A gateway without an update flag may be old: only a version that is understood says what it is."""
    choice = ModeChoice(mode=ApplianceMode.REDEPLOY, reason="it never shows the flag")
    gateway = appliance("SGW-1", "mesh-a", "con-a", version, ApplianceKind.SENTINEL_GATEWAY)
    task = mesh_task()
    task = replace(task, by_hand=(task_steps.by_hand(gateway, task.target, choice, Patience()),))
    facts = changed("con-a", appliances=seen((*side("I", "con-a", TARGET), gateway)))

    proof = proof_of(task, facts, NOW)

    assert claim(proof, "gateway:SGW-1").verdict is expected
    assert proof.proved is (expected is not OPEN)


def test_a_tunnel_is_no_proof_of_traffic() -> None:
    """Where networks are extended, a person reaches something on them: hcx-fleet cannot."""
    items = tuple(replace(one, networks=2) for one in mesh_task().appliances)

    found = claim(proof_of(replace(mesh_task(), appliances=items), DONE, NOW), "traffic:mesh-a")

    assert found.verdict is ProofVerdict.NOT_OBSERVABLE
    assert not found.needed


# --- never ------------------------------------------------------------------------------------------------------------

SECTIONS = [one.name for one in fields(ManagerFacts) if isinstance(getattr(of(DONE, "con-a"), one.name), Seen)]
NEEDED = ("identity", "services", "pairings", "appliances", "meshes")


@pytest.mark.parametrize("section", NEEDED)
@pytest.mark.parametrize("age", [timedelta(days=8), timedelta(days=-1), None])
def test_nothing_is_proved_from_what_is_old_or_missing(section: str, age: timedelta | None) -> None:
    """One section that is missing, too old, or seen in the future leaves the mesh open."""
    value = getattr(of(DONE, "con-a"), section)
    sections: dict[str, Any] = {section: None if age is None else replace(value, at=NOW - age)}

    assert not proof_of(MESH, changed("con-a", DONE, **sections), NOW).proved


jobs = st.builds(
    HcxJob,
    id=st.just("job-1"),
    type=st.just("UPGRADE"),
    entity_id=st.just("con-a"),
    state=st.sampled_from(JobState),
    percent=st.none() | st.integers(0, 100),
    message=st.text(max_size=20),
)
words = st.lists(st.text(min_size=1, max_size=20).map(report), max_size=3).map(tuple)
ages = st.dictionaries(st.sampled_from(SECTIONS), st.none() | st.integers(0, 60 * 24 * 30), max_size=6)


def aged(facts: ManagerFacts, by: dict[str, int | None]) -> ManagerFacts:
    """Some sections as old as that, in minutes, or missing."""
    sections: dict[str, Any] = {}
    for name, minutes in by.items():
        value = getattr(facts, name)
        sections[name] = None if minutes is None else replace(value, at=NOW - timedelta(minutes=minutes))
    return replace(facts, **sections)


@given(task=st.sampled_from(TASKS), job=jobs, said=words)
def test_a_word_alone_proves_nothing(task: Task, job: HcxJob, said: tuple[Word, ...]) -> None:
    """Whatever jobs and people say, what is seen at the old version stays open, and what nobody saw as well."""
    told = seen(UpgradeStatus(job=job, staged=None))
    before = fleet(*(replace(one, upgrade=told) for one in facts_at(BEFORE, BEFORE).managers))
    unseen = fleet(*(ManagerFacts(manager=one.manager, observed_at=NOW, upgrade=told) for one in DONE.managers))

    assert not proof_of(task, before, NOW, said).proved
    assert not proof_of(task, unseen, NOW, said).proved
    assert not proof_of(task, fleet(), NOW, said).proved


@given(task=st.sampled_from(TASKS), job=jobs, said=words)
def test_no_word_takes_a_proof_away(task: Task, job: HcxJob, said: tuple[Word, ...]) -> None:
    """A job that failed and a person who doubts change nothing about what is seen to be done."""
    told = seen(UpgradeStatus(job=job, staged=None))

    assert proof_of(task, fleet(*(replace(one, upgrade=told) for one in DONE.managers)), NOW, said).proved


@given(task=st.sampled_from(TASKS), here=ages, there=ages, said=words)
def test_every_proved_claim_has_a_fresh_witness(
    task: Task, here: dict[str, int | None], there: dict[str, int | None], said: tuple[Word, ...]
) -> None:
    """No claim is proved unless HCX or vCenter showed it within the last week, and no such witness is against it."""
    facts = fleet(aged(of(DONE, "con-a"), here), aged(of(DONE, "pc-a"), there))

    for one in proved(proof_of(task, facts, NOW, said)):
        speaking = [word for word in one.words if word.stance is Stance.FOR]
        assert speaking
        assert {word.kind for word in speaking} <= {WitnessKind.HCX, WitnessKind.VCENTER}
        assert all(word.at is not None and NOW - word.at <= timedelta(days=7) for word in speaking)
        assert all(word.stance is not Stance.AGAINST for word in one.words)


def proved(proof: Proof) -> Iterator[Claim]:
    """Its proved claims."""
    return (one for one in proof.claims if one.verdict is PROVED)


@given(
    st.lists(
        st.builds(
            Word,
            kind=st.sampled_from(WitnessKind),
            by=st.just("x"),
            says=st.just("y"),
            at=st.just(NOW),
            stance=st.sampled_from(Stance),
            must=st.booleans(),
        ),
        max_size=5,
    )
)
def test_verdicts_follow_the_witnesses(heard: list[Word]) -> None:
    """For and against contradict; a witness that must speak and does not keeps it open; for alone proves."""
    stances = {one.stance for one in heard}
    silent = any(one.must and one.stance is Stance.SILENT for one in heard)
    found = verdict(heard)

    assert (found is CONTRADICTED) is ({Stance.FOR, Stance.AGAINST} <= stances)
    assert (found is PROVED) is (Stance.FOR in stances and Stance.AGAINST not in stances and not silent)


# --- reports ----------------------------------------------------------------------------------------------------------


def test_reports_are_listed_and_count_for_nothing() -> None:
    """A person's "done" stands in the proof with its time, as a word that is silent."""
    entries = (
        JournalEntry(key="1", at=NOW, kind=JournalKind.REPORTED, text="done, says Lea", task="manager:con-a"),
        JournalEntry(key="2", at=NOW, kind=JournalKind.REPORTED, text="of another task", task="manager:con-b"),
        JournalEntry(key="3", at=NOW, kind=JournalKind.PROGRESS, text="no report", task="manager:con-a"),
    )

    told = reports_of(entries, "manager:con-a")

    assert [(one.says, one.stance) for one in told] == [("done, says Lea", Stance.SILENT)]
    assert told[0] in claim(proof_of(CONNECTOR, DONE, NOW, told), "version:con-a").words


def test_a_manager_task_asks_about_every_peer() -> None:
    """Pairing health is asked of each manager that the task's own is paired with."""
    assert isinstance(CONNECTOR, ManagerTask)
    proof = proof_of(CONNECTOR, DONE, NOW)

    assert [one.id for one in proof.claims if one.id.startswith("pairing:")] == [
        f"pairing:con-a:{peer}" for peer in CONNECTOR.peers
    ]
