"""READY, and everything that keeps a subject from it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.model.facts import (
    ApplianceKind,
    FleetFacts,
    Gap,
    GapReason,
    Health,
    ManagerFacts,
    Seen,
    Status,
)
from shared.model.finding import Evidence, Finding, Verdict
from shared.model.plan import SubjectKind
from shared.model.readiness import Readiness, ReasonKind
from shared.model.run import Bucket, Placed
from shared.model.vcenter import Plugin, VcenterFacts
from shared.model.version import Version
from shared.model.view import SubjectSeen
from shared.rules.freshness import ASPECTS
from shared.rules.readiness import OF_A_MANAGER, OF_A_MESH, Case, readiness
from shared.rules.subjects import subjects_seen
from tests.builders.fleet_facts import NOW, appliance, cloud_manager, connector, fleet, inventory, mesh, meshed

CLOUD, CON, MESH = "pc-a", "con-a", "mesh-a"
DOWN = Status(health=Health.DOWN, text="DOWN")


def pair() -> FleetFacts:
    """A healthy pair with a mesh that both ends list, and an appliance at each end."""
    one = mesh(MESH, CON, CLOUD)
    here = appliance("NE-I1", MESH, CON, "4.11.2", ApplianceKind.NETWORK_EXTENSION)
    there = appliance("NE-I1-peer", MESH, CLOUD, "4.11.2", ApplianceKind.NETWORK_EXTENSION)
    return fleet(
        meshed(cloud_manager(CLOUD, "4.11.4", pairs=(CON,)), one, there),
        meshed(connector(CON, "4.11.2", pairs=(CLOUD,)), one, here),
    )


def judged(facts: FleetFacts, **changes: Any) -> Readiness:
    """What the rule says of these facts, all subjects planned and nothing found, unless a test says otherwise."""
    seen: tuple[SubjectSeen, ...] = subjects_seen(inventory(pair()), facts, None)
    buckets = changes.pop("buckets", {})
    placed = tuple(
        Placed(
            kind=one.kind,
            subject=one.id,
            bucket=buckets.get(one.id, Bucket.PLANNED),
            reason="so",
            detail="it is so",
            who_acts_next="lea",
        )
        for one in seen
    )
    return readiness(
        replace(
            Case(subjects=seen, placed=placed, findings=(), facts=facts, now=NOW, azure_at=NOW),
            **changes,
        )
    )


def with_one(facts: FleetFacts, name: str, **sections: Any) -> FleetFacts:
    """The same facts with something else said of one manager."""
    managers = (replace(one, **sections) if one.manager.id == name else one for one in facts.managers)
    return FleetFacts(managers=tuple(managers))


def kinds(found: Readiness) -> set[ReasonKind]:
    """Of all reasons."""
    return {one.kind for one in found.reasons}


def finding(verdict: Verdict, check: str = "tunnels-up", subject: str = MESH, **more: Any) -> Finding:
    """One finding."""
    seen = (Evidence(text="seen", observed_at=NOW),)
    return Finding(check=check, subject=subject, verdict=verdict, summary="so it is", evidence=seen, **more)


# --- examples ---------------------------------------------------------------------------------------------------------


def test_a_healthy_pair_is_ready_until_its_first_fact_is_too_old() -> None:
    """With every fact there, fresh and told alike the answer is READY, for a quarter of an hour."""
    found = judged(pair())

    assert found.reasons == ()
    assert (found.ready, found.observed_from) == (True, NOW)
    assert found.counts_until == NOW + timedelta(minutes=15)
    assert {one.id for one in found.subjects if one.ready} == {CLOUD, CON, MESH}


def test_ready_ends_when_it_said() -> None:
    """A minute after its end the same facts are NOT READY, and the reason is their age."""
    late = judged(pair(), now=NOW + timedelta(minutes=16))

    assert not late.ready
    assert kinds(late) == {ReasonKind.TOO_OLD}


def test_nothing_at_all_is_not_ready() -> None:
    """Without a single observation the answer is NO, and says so."""
    found = readiness(Case(subjects=(), placed=(), findings=(), facts=fleet(), now=NOW, azure_at=NOW))

    assert (found.ready, [one.code for one in found.reasons]) == (False, ["nothing-observed"])


def test_a_fleet_that_is_left_alone_is_not_ready() -> None:
    """Where every subject is excluded nothing was asked, and READY would be about nothing."""
    found = judged(pair(), buckets=dict.fromkeys((CLOUD, CON, MESH), Bucket.EXCLUDED))

    assert not found.ready


@pytest.mark.parametrize(
    ("verdict", "kind"),
    [
        (Verdict.OUTAGE_RISK, ReasonKind.FINDING),
        (Verdict.UPGRADE_FAILURE, ReasonKind.FINDING),
        (Verdict.UNKNOWN, ReasonKind.GAP),
    ],
)
def test_a_finding_that_blocks_is_a_reason_with_its_remedy(verdict: Verdict, kind: ReasonKind) -> None:
    """What a check says no to stands as a reason of its subject and of its private cloud, and of nothing else."""
    found = judged(pair(), findings=(finding(verdict, remedy="mend it"),), contacts={MESH: "ana@contoso.example"})
    (reason,) = found.reasons

    assert (reason.kind, reason.code, reason.who, reason.remedy) == (
        kind,
        "tunnels-up",
        "ana@contoso.example",
        "mend it",
    )
    assert {one.id for one in found.subjects if not one.ready} == {CLOUD, MESH}


@pytest.mark.parametrize("verdict", [Verdict.PASS, Verdict.WARN, Verdict.MANUAL, Verdict.NOT_APPLICABLE])
def test_what_does_not_block_is_no_reason(verdict: Verdict) -> None:
    """Passes, warnings and what a person must look at leave the answer as it is."""
    assert judged(pair(), findings=(finding(verdict),)).ready


def test_witnesses_that_disagree_are_a_reason_although_their_check_only_warns() -> None:
    """A warning that two witnesses tell differently is a contradiction, and a contradiction is NO."""
    found = judged(pair(), findings=(finding(Verdict.WARN, check="work-told-alike", subject=CON),))

    assert kinds(found) == {ReasonKind.CONTRADICTION}


def test_what_is_left_to_a_person_is_not_missing() -> None:
    """A section that the manager offers to nobody but its provider is excused: a finding says where a person looks."""
    gap = Gap(section="services", reason=GapReason.NOT_OFFERED, detail="no account", remedy="", at=NOW)

    assert judged(with_one(pair(), CLOUD, services=None, gaps=(gap,))).ready


def test_a_waiver_answers_for_what_its_check_looks_at_and_for_nothing_else() -> None:
    """Who lets the finding about migrations pass answers for unobserved migrations, not for replications."""
    waived = (finding(Verdict.WARN, check="migrations-running", subject=CON, waived=True),)
    blind = with_one(pair(), CON, migrations=None)

    only_manager = frozenset({(SubjectKind.CONNECTOR, CON)})
    assert judged(blind, findings=waived, about=only_manager).ready
    assert not judged(blind, about=only_manager).ready
    assert not judged(with_one(blind, CON, replications=None), findings=waived, about=only_manager).ready


def test_what_is_current_rests_on_its_version_alone() -> None:
    """Nothing is left to do, so nothing else has to be there; what is there must still be fresh."""
    buckets = dict.fromkeys((CLOUD, CON, MESH), Bucket.CURRENT)
    blind = with_one(pair(), CON, migrations=None, services=None)

    assert judged(blind, buckets=buckets).ready
    assert not judged(blind, buckets=buckets, now=NOW + timedelta(days=8)).ready


@pytest.mark.parametrize("bucket", [Bucket.BLOCKED, Bucket.UNKNOWN, Bucket.FAILED, Bucket.WAITING])
def test_a_bucket_in_the_way_is_a_reason_with_who_acts(bucket: Bucket) -> None:
    """Where policy or plan hold something back the answer is NO although every fact is well."""
    found = judged(pair(), buckets={CON: bucket})

    assert [(one.kind, one.code, one.who) for one in found.reasons] == [(ReasonKind.STANDING, "so", "lea")]


def test_asking_about_one_subject_leaves_the_others_out() -> None:
    """What stands in the way of a connector is no reason of the mesh when that alone is asked about."""
    broken = (finding(Verdict.OUTAGE_RISK, subject=CON),)

    assert judged(pair(), findings=broken, about=frozenset({(SubjectKind.MESH, MESH)})).ready
    assert not judged(pair(), findings=broken, about=frozenset({(SubjectKind.CONNECTOR, CON)})).ready


# --- contradictions ---------------------------------------------------------------------------------------------------


def _mesh_of(facts: FleetFacts, name: str, **changes: Any) -> FleetFacts:
    return with_one(facts, name, meshes=Seen(value=(replace(mesh(MESH, CON, CLOUD), **changes),), at=NOW))


def _appliance_of(facts: FleetFacts, name: str, **changes: Any) -> FleetFacts:
    (one,) = next(each for each in facts.managers if each.manager.id == name).appliances.value  # type: ignore[union-attr]
    return with_one(facts, name, appliances=Seen(value=(replace(one, **changes),), at=NOW))


def _plugin(version: str) -> VcenterFacts:
    plugin = Plugin(key="com.vmware.hybridity", version=Version(version), heartbeat=NOW)
    return VcenterFacts(observed_at=NOW, plugins=(plugin,))


def _system_twice(facts: FleetFacts) -> FleetFacts:
    return FleetFacts(
        managers=(*facts.managers, replace(connector("con-b", "4.11.2"), identity=facts.managers[1].identity))
    )


def _pairing_down(facts: FleetFacts) -> FleetFacts:
    listed = facts.managers[0].pairings
    assert listed is not None
    return with_one(facts, CLOUD, pairings=Seen(value=(replace(listed.value[0], status=DOWN),), at=NOW))


CONTRADICTED = {
    "one end says the mesh needs a resync": lambda facts: _mesh_of(facts, CLOUD, in_sync=False),
    "one end says the mesh is down": lambda facts: _mesh_of(facts, CON, state=DOWN),
    "the ends of the tunnel differ": lambda facts: _appliance_of(facts, CLOUD, tunnel=DOWN),
    "one appliance, two versions": lambda facts: _appliance_of(facts, CLOUD, id="id-NE-I1", version=Version("4.10.3")),
    "the plug-ins in vCenter are newer": lambda facts: with_one(facts, CON, vsphere=_plugin("4.11.4")),
    "the plug-ins in vCenter are older": lambda facts: with_one(facts, CON, vsphere=_plugin("4.10.3")),
    "two managers answer as one system": _system_twice,
    "the pairing is down at one end": _pairing_down,
}


@pytest.mark.parametrize("contradict", CONTRADICTED.values(), ids=CONTRADICTED.keys())
def test_two_who_tell_one_thing_differently_are_not_ready(contradict: Any) -> None:
    """Whatever two managers, or a manager and its vCenter, tell differently is NO with both words in the reason."""
    found = judged(contradict(pair()))

    assert not found.ready
    assert ReasonKind.CONTRADICTION in kinds(found)
    assert all(one.remedy and one.observed_at for one in found.reasons if one.kind is ReasonKind.CONTRADICTION)


def test_a_second_witness_that_agrees_changes_nothing() -> None:
    """Plug-ins at the manager's own version leave READY as it is."""
    assert judged(with_one(pair(), CON, vsphere=_plugin("4.11.2"))).ready


# --- properties -------------------------------------------------------------------------------------------------------

MANAGER_SECTIONS = sorted({aspect.section for aspect in OF_A_MANAGER})
MESH_SECTIONS = sorted({aspect.section for aspect in OF_A_MESH})
BLIND = [one for one in GapReason if one is not GapReason.NOT_OFFERED]


@given(
    name=st.sampled_from([CLOUD, CON]),
    section=st.sampled_from(MANAGER_SECTIONS),
    reason=st.sampled_from([None, *BLIND]),
)
def test_never_ready_where_a_fact_is_missing(name: str, section: str, reason: GapReason | None) -> None:
    """Any fact that a manager step rests on, taken away for any reason or none, makes the manager NOT READY."""
    gaps = (Gap(section=section, reason=reason, detail="gone", remedy="", at=NOW),) if reason else ()
    found = judged(with_one(pair(), name, **{section: None}, gaps=gaps))
    stands = {one.id: one.ready for one in found.subjects}

    assert not stands[name]
    assert not found.ready


@given(name=st.sampled_from([CLOUD, CON]), section=st.sampled_from(MESH_SECTIONS))
def test_a_mesh_is_never_ready_where_either_end_lacks_a_fact(name: str, section: str) -> None:
    """A mesh rests on both its ends: what one of them lacks makes it NOT READY."""
    found = judged(with_one(pair(), name, **{section: None}))

    assert not found.ready
    assert not next(one for one in found.subjects if one.id == CLOUD).ready


def _ages() -> st.SearchStrategy[timedelta]:
    """Times apart from now, the future included, and on both sides of every life span."""
    return st.integers(min_value=-600, max_value=15_000).map(lambda minutes: timedelta(minutes=minutes))


@given(name=st.sampled_from([CLOUD, CON]), aspect=st.sampled_from(ASPECTS), age=_ages())
@settings(max_examples=300, deadline=None)
def test_never_ready_where_a_fact_is_too_old(name: str, aspect: Any, age: timedelta) -> None:
    """READY exactly while every fact is younger than its life span, and not older than the time it holds until."""
    facts = pair()
    manager = facts.of(name)
    assert manager is not None
    seen = aspect.read(manager)
    if seen is None:
        return
    found = judged(with_one(facts, name, **{aspect.section: replace(seen, at=NOW - age)}))
    spans = [one.life for one in ASPECTS if one.section == aspect.section]

    assert found.ready == all(life.covers(NOW - age, NOW) for life in spans)
    if found.ready and age >= timedelta():
        assert found.counts_until is not None
        assert NOW <= found.counts_until <= NOW - age + min(life.span for life in spans)


@given(azure=_ages())
def test_never_ready_where_azure_was_read_too_long_ago(azure: timedelta) -> None:
    """A tag may hold a cloud at any minute, so that READY is never older than a reading of Azure counts."""
    found = judged(pair(), azure_at=NOW - azure)

    assert found.ready == (timedelta(minutes=-5) <= azure <= timedelta(minutes=15))


@given(
    lost=st.sets(st.tuples(st.sampled_from([CLOUD, CON]), st.sampled_from(MANAGER_SECTIONS))),
    old=st.sets(st.tuples(st.sampled_from([CLOUD, CON]), st.sampled_from(MANAGER_SECTIONS))),
    broken=st.sets(st.sampled_from(sorted(CONTRADICTED))),
    verdicts=st.lists(st.tuples(st.sampled_from(Verdict), st.sampled_from([CLOUD, CON, MESH]))),
    buckets=st.dictionaries(st.sampled_from([CLOUD, CON, MESH]), st.sampled_from([Bucket.PLANNED, Bucket.BLOCKED])),
)
@settings(max_examples=200, deadline=None)
def test_whatever_is_wrong_with_whatever_is_never_ready(
    lost: set[tuple[str, str]],
    old: set[tuple[str, str]],
    broken: set[str],
    verdicts: list[tuple[Verdict, str]],
    buckets: dict[str, Bucket],
) -> None:
    """Any mixture of what is missing, old, contradicted, found or held is READY exactly where it is none of these."""
    facts = pair()
    for name in sorted(broken):
        facts = CONTRADICTED[name](facts)
    whole = judged(facts).ready
    for name, section in sorted(old):
        facts = with_one(facts, name, **{section: _older(facts.of(name), section)})
    for name, section in sorted(lost):
        facts = with_one(facts, name, **{section: None})
    findings = tuple(finding(verdict, subject=subject) for verdict, subject in verdicts)
    found = judged(facts, findings=findings, buckets=buckets)

    blocked = any(one.blocks for one in findings) or Bucket.BLOCKED in buckets.values()
    assert whole == (not broken)
    assert found.ready == (whole and not lost and not old and not blocked)
    assert found.ready == (not found.reasons)
    assert found.ready == all(one.ready for one in found.subjects)


def _older(facts: ManagerFacts | None, section: str) -> Any:
    seen = getattr(facts, section)
    return replace(seen, at=NOW - timedelta(days=8)) if seen else None
