"""What is true of the plan of any fleet under any policy."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.model.codec import from_json, to_json, to_json_text
from shared.model.facts import ApplianceKind, FleetFacts, ManagerFacts
from shared.model.inventory import ManagerKind, Tag
from shared.model.ne_mode import ApplianceMode
from shared.model.plan import ManagerTask, MeshTask, Plan, Safeguard, Task, Unplanned
from shared.model.policy import Owner
from shared.model.span import Span
from shared.model.version import Version
from shared.rules.calendar.windows import occurrences
from shared.rules.catalogue import catalogue
from shared.rules.path import NoPath, hops, reachable
from shared.rules.planner import Inputs, make_plan
from shared.rules.vcenter import same_machine
from tests.plans.any_fleet import AnyFleet, any_fleets, freezes, holds_on, reordered
from tests.plans.walk import SATISFIED, Change, World

KNOWN = catalogue()
SUBJECTS = ("pc-1", "pc-2", "pc-3", "con-1", "con-2", "mesh-1", "mesh-2")
THERE = {Unplanned.CURRENT, Unplanned.NEWER}
NOT_APPROVED = {"hash", "made_at", "parent", "findings", "schedule"}
"""What may differ between two plans that are the same to whoever approves them."""

thoroughly = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def world(inputs: Inputs, plan: Plan) -> World:
    """The fleet as the plan saw it."""
    return World(inputs.facts, plan, KNOWN.skew)


def steps(data: st.DataObject, at: World) -> list[Change]:
    """The changes of a plan in some order that its own words allow; stops where none is allowed any more."""
    made = []
    while changes := at.open_changes():
        chosen = changes[data.draw(st.integers(min_value=0, max_value=len(changes) - 1), label="next")]
        at.make(chosen)
        made.append(chosen)
    return made


@thoroughly
@given(fleet=any_fleets(), data=st.data())
def test_the_same_input_makes_the_same_bytes(fleet: AnyFleet, data: st.DataObject) -> None:
    """In whatever order clouds, managers, facts and lists of the policy come, the plan is the same to the last byte."""
    other = data.draw(reordered(fleet))

    assert to_json_text(make_plan(fleet.inputs)) == to_json_text(make_plan(other.inputs))


@thoroughly
@given(fleet=any_fleets(), data=st.data())
def test_no_order_of_the_work_leads_further_from_any_skew_rule(fleet: AnyFleet, data: st.DataObject) -> None:
    """Whatever is done first, each change leaves every pair and mesh within the rules, or no further than before."""
    at = world(fleet.inputs, make_plan(fleet.inputs))
    before = at.distances()
    while changes := at.open_changes():
        change = changes[data.draw(st.integers(min_value=0, max_value=len(changes) - 1), label="next")]
        at.make(change)
        after = at.distances()
        worse = {key: (before[key], after[key]) for key in after if after[key] > max(before[key], SATISFIED)}
        assert worse == {}, f"{change.subject} → {change.target}"
        before = after


@thoroughly
@given(fleet=any_fleets(), data=st.data())
def test_a_plan_can_be_carried_out_to_its_end(fleet: AnyFleet, data: st.DataObject) -> None:
    """No order of the work gets stuck with tasks that wait for each other."""
    at = world(fleet.inputs, make_plan(fleet.inputs))
    steps(data, at)

    assert at.finished


@thoroughly
@given(fleet=any_fleets(), data=st.data())
def test_at_the_end_everything_that_was_moved_satisfies_every_skew_rule(fleet: AnyFleet, data: st.DataObject) -> None:
    """A plan may begin from a state that no rule allows; it ends in none between things that all get where they should.

    One that cannot be moved, and is named with the reason, may leave its partners as far from it as they were.
    """
    plan = make_plan(fleet.inputs)
    at = world(fleet.inputs, plan)
    steps(data, at)
    moved = {task.subject for task in plan.tasks}
    there = moved | {one.subject for one in plan.rest if one.reason in THERE}
    left = {
        key: found
        for key, found in at.distances().items()
        if found != SATISFIED and at.parties(key) & moved and at.parties(key) <= there
    }

    assert left == {}


@thoroughly
@given(fleet=any_fleets(), data=st.data())
def test_no_plan_pairs_a_4x_with_a_9x(fleet: AnyFleet, data: st.DataObject) -> None:
    """Nothing that has a part in such a pair is moved, and no change makes one."""
    plan = make_plan(fleet.inputs)
    at = world(fleet.inputs, plan)
    mixed = [{a, b} for a, b in at.pairs if at.managers[a].major != at.managers[b].major]
    moved = {one.subject for one in steps(data, at) if isinstance(one.task, ManagerTask)}

    assert [pair for pair in mixed if pair & moved] == []
    assert [pair for pair in at.pairs if len({at.managers[one].major for one in pair}) > 1 and {*pair} & moved] == []


@thoroughly
@given(fleet=any_fleets())
def test_every_hop_is_an_allowed_edge(fleet: AnyFleet) -> None:
    """What we or a person do goes by listed ways alone; for the provider's one jump there is at least a listed way."""
    for task in make_plan(fleet.inputs).tasks:
        if not isinstance(task, ManagerTask):
            continue
        ends = [task.source, *(hop.target for hop in task.hops)]
        assert [hop.source for hop in task.hops] == ends[:-1]
        assert ends[-1].same_release(task.target)
        if task.owner is Owner.PROVIDER:  # which releases a provider passes through is the provider's business
            assert not isinstance(hops(task.source, task.target, KNOWN.paths), NoPath)
            continue
        for source, target in pairwise(ends):
            assert any(target.same_release(one) for one in reachable(source, KNOWN.paths))


@thoroughly
@given(fleet=any_fleets())
def test_everything_seen_is_in_exactly_one_place(fleet: AnyFleet) -> None:
    """Every private cloud, connector and mesh has tasks, or one entry that says why it has none and who can act."""
    plan = make_plan(fleet.inputs)
    placed = [*{task.subject for task in plan.tasks}, *(one.subject for one in plan.rest)]

    assert sorted(placed) == sorted(_seen(fleet.inputs))
    assert [one for one in plan.rest if not (one.detail and one.who_can_act)] == []


def _seen(inputs: Inputs) -> set[str]:
    clouds = {one.id for one in inputs.inventory.private_clouds}
    connectors = {one.id for one in inputs.inventory.managers if one.kind is ManagerKind.CONNECTOR}
    meshes = {mesh.id for one in inputs.facts.managers for mesh in (one.meshes.value if one.meshes else ())}
    return clouds | connectors | meshes


@thoroughly
@given(fleet=any_fleets())
def test_a_task_waits_for_nothing_that_comes_in_a_later_wave(fleet: AnyFleet) -> None:
    """Waves are admitted one after the other, so a task that waited for a later one would wait for ever."""
    plan = make_plan(fleet.inputs)
    place = {task: number for number, wave in enumerate(plan.waves) for task in wave.tasks}

    assert sorted(place) == sorted(task.id for task in plan.tasks)
    waiting = {(task.id, first) for task in plan.tasks for first in _waits_for(plan, task)}
    assert [(task, first) for task, first in sorted(waiting) if place[first] > place[task]] == []


def _waits_for(plan: Plan, task: Task) -> set[str]:
    """Ids of the tasks that this one cannot end without: those it names, and those that bring what its hops require."""
    hops = task.hops if isinstance(task, ManagerTask) else ()
    required = [one for hop in hops for one in hop.requires] if hops else list(getattr(task, "requires", ()))
    bringing = {
        other.id
        for one in required
        for other in plan.tasks
        if other.kind == one.kind and other.subject == one.subject and other.target.same_release(one.version)
    }
    return {*task.depends_on, *bringing}


@thoroughly
@given(fleet=any_fleets(), subject=st.sampled_from((*SUBJECTS, "*")))
def test_a_hold_beats_everything(fleet: AnyFleet, subject: str) -> None:
    """What is held has no task, nor has a mesh with a held end; a hold on everything leaves no task at all."""
    plan = make_plan(_held(fleet.inputs, subject))
    touched = [task.id for task in plan.tasks if subject in {"*", *_touches(task)}]

    assert touched == []


@thoroughly
@given(fleet=any_fleets(), cloud=st.sampled_from([one for one in SUBJECTS if one.startswith("pc-")]))
def test_a_hold_by_tag_holds_like_one_in_the_file(fleet: AnyFleet, cloud: str) -> None:
    """A private cloud that is tagged has no task, and neither has a connector or a mesh of it."""
    inventory = fleet.inputs.inventory
    held = tuple(
        replace(one, tags=(Tag(name="hcx-hold", value="a test"),)) if one.id == cloud else one
        for one in inventory.private_clouds
    )
    plan = make_plan(replace(fleet.inputs, inventory=replace(inventory, private_clouds=held)))

    if any(one.id == cloud for one in held):
        assert [task.id for task in plan.tasks if cloud in _touches(task)] == []


def _touches(task: Task) -> set[str]:
    managers = {task.subject} if isinstance(task, ManagerTask) else {task.subject, task.initiator, task.receiver}
    return managers | set(task.clouds)


def _held(inputs: Inputs, subject: str) -> Inputs:
    return replace(inputs, policy=replace(inputs.policy, holds=(*inputs.policy.holds, holds_on(subject))))


@thoroughly
@given(fleet=any_fleets(), subject=st.sampled_from(SUBJECTS))
def test_one_more_hold_makes_nothing_start_earlier(fleet: AnyFleet, subject: str) -> None:
    """Tasks may vanish or start later when something is held; none gains a day by it."""
    assert _earlier(make_plan(fleet.inputs), make_plan(_held(fleet.inputs, subject))) == []


@thoroughly
@given(fleet=any_fleets(), freeze=freezes())
def test_one_more_freeze_makes_nothing_start_earlier(fleet: AnyFleet, freeze: Any) -> None:
    """The same for a time in which nothing is changed, whether at one site or everywhere."""
    frozen = replace(fleet.inputs, policy=replace(fleet.inputs.policy, freezes=(*fleet.inputs.policy.freezes, freeze)))

    assert _earlier(make_plan(fleet.inputs), make_plan(frozen)) == []


def _earlier(before: Plan, after: Plan) -> list[str]:
    """Tasks that start earlier in the second plan; a start that nobody knows is later than any other."""
    never = datetime.max.replace(tzinfo=UTC)
    starts = {one.task: one.earliest or never for one in before.schedule.tasks}
    later = {one.task: one.earliest or never for one in after.schedule.tasks}
    return [task for task in later if task in starts and later[task] < starts[task]]


@thoroughly
@given(fleet=any_fleets())
def test_nothing_of_ours_starts_in_a_freeze(fleet: AnyFleet) -> None:
    """Whatever the windows are, the next start of a task lies in no freeze of a site that it touches."""
    plan = make_plan(fleet.inputs)
    starts = {one.task: one.earliest for one in plan.schedule.tasks}
    assert sorted(starts) == sorted(task.id for task in plan.tasks)
    for task in plan.tasks:
        at = starts[task.id]
        if at is None or task.owner is Owner.PROVIDER:
            continue
        for freeze in fleet.inputs.policy.freezes:
            if not freeze.sites or {*freeze.sites} & {*task.sites}:
                assert not freeze.unreadable
                assert not any(span.holds(at) for span in freeze.spans)


@thoroughly
@given(fleet=any_fleets())
def test_every_start_lies_in_a_window_of_every_site(fleet: AnyFleet) -> None:
    """Where a site has windows, a task starts in one of them, in time before its cut-off, and fits into it."""
    plan, policy = make_plan(fleet.inputs), fleet.inputs.policy
    year = Span(start=plan.made_at - timedelta(days=2), end=plan.made_at + timedelta(days=200))
    sites = {one.name: one for one in policy.sites}
    for time in plan.schedule.tasks:
        task = plan.task(time.task)
        if task.owner is Owner.PROVIDER or time.earliest is None:
            continue
        assert time.starts is None or time.starts >= time.earliest
        for windows in [(sites[one].windows if one in sites else ()) or policy.windows for one in task.sites]:
            open_then = [one.opening for window in windows for one in occurrences(window, year)]
            assert not windows or any(one.opens <= time.earliest < one.closes for one in open_then)


@thoroughly
@given(fleet=any_fleets())
def test_nobody_is_asked_to_have_done_something_yesterday(fleet: AnyFleet) -> None:
    """Where the provider set no date that has passed, no preparation is due before the plan is made."""
    plan = make_plan(fleet.inputs)

    assert [one for one in plan.schedule.due if one.by is not None and one.by < plan.made_at] == []


CHANGES: dict[str, Callable[[Inputs], Inputs]] = {
    "an hour later": lambda one: replace(one, now=one.now + timedelta(hours=1)),
    "another parent": lambda one: replace(one, parent="a" * 64),
    "another policy file": lambda one: replace(one, policy=replace(one.policy, hash="other")),
    "other confirmations": lambda one: replace(one, confirmations=replace(one.confirmations, hash="other")),
    "another target": lambda one: replace(one, policy=replace(one.policy, target=Version("4.10.3"))),
    "more at once": lambda one: replace(one, policy=replace(one.policy, concurrency=one.policy.concurrency + 1)),
    "a hold": lambda one: _held(one, "pc-1"),
    "nothing": lambda one: one,
}


ANOTHER_PLAN = {"another policy file", "other confirmations", "more at once"}
SAME_PLAN = {"another parent", "nothing"}


@pytest.mark.parametrize("changed", CHANGES)
@settings(thoroughly, max_examples=40)
@given(fleet=any_fleets())
def test_the_hash_changes_with_what_is_approved_and_with_nothing_else(changed: str, fleet: AnyFleet) -> None:
    """Two plans have one hash exactly when everything that execution follows is the same."""
    one, other = make_plan(fleet.inputs), make_plan(CHANGES[changed](fleet.inputs))

    assert (one.hash == other.hash) == (_approved(one) == _approved(other))
    if changed in ANOTHER_PLAN:
        assert one.hash != other.hash
    if changed in SAME_PLAN:
        assert one.hash == other.hash


def _approved(plan: Plan) -> Any:
    return {key: value for key, value in to_json(plan).items() if key not in NOT_APPROVED}


@thoroughly
@given(fleet=any_fleets())
def test_a_snapshot_in_vcenter_is_of_a_machine_that_was_seen(fleet: AnyFleet) -> None:
    """Every such task holds the id of the machine that its connector's vCenter showed, and no other task holds one."""
    for task in make_plan(fleet.inputs).tasks:
        if isinstance(task, ManagerTask):
            assert (task.machine is not None) == (task.snapshot is Safeguard.VCENTER_SNAPSHOT)
            if task.machine:
                facts = fleet.inputs.facts.of(task.subject)
                assert facts is not None
                assert facts.vsphere is not None
                assert facts.vsphere.machine is not None
                assert same_machine(task.machine, facts.vsphere.machine)
                assert task.machine.instance_uuid


@thoroughly
@given(fleet=any_fleets())
def test_what_stands_in_the_way_of_a_snapshot_changes_no_plan(fleet: AnyFleet) -> None:
    """Somebody removes old snapshots and makes room: the plan that was approved is still the plan."""
    managers = tuple(_mended(one) for one in fleet.inputs.facts.managers)
    mended = replace(fleet.inputs, facts=FleetFacts(managers=managers))

    assert make_plan(mended).hash == make_plan(fleet.inputs).hash


def _mended(facts: ManagerFacts) -> ManagerFacts:
    if facts.vsphere is None or facts.vsphere.machine is None:
        return facts
    sound = replace(facts.vsphere.machine, chain=0, consolidation_needed=False, independent_disks=0, free_bytes=500)
    return replace(facts, vsphere=replace(facts.vsphere, machine=sound, tasks=(), missing_privileges=()))


@thoroughly
@given(fleet=any_fleets())
def test_appliances_go_by_what_they_put_at_risk(fleet: AnyFleet) -> None:
    """Of every mesh the interconnects, then the others by their number of networks; none of them in no mode."""
    for task in make_plan(fleet.inputs).tasks:
        if isinstance(task, MeshTask):
            order = [(one.kind is not ApplianceKind.INTERCONNECT, one.networks) for one in task.appliances]
            leading = [one for one in order if not one[0]]
            assert order == [*leading, *sorted(order[len(leading) :])]
            assert all(one.mode.mode is not ApplianceMode.NONE for one in task.appliances)


@thoroughly
@given(fleet=any_fleets())
def test_a_round_keeps_what_the_policy_allows_and_what_is_spare(fleet: AnyFleet) -> None:
    """An interconnect is alone in its round; of the others so many go at once as the policy and spare addresses let."""
    allowed = fleet.inputs.policy.extension
    for task in (one for one in make_plan(fleet.inputs).tasks if isinstance(one, MeshTask)):
        assert [one.round for one in task.appliances] == sorted(one.round for one in task.appliances)
        for each in task.rounds:
            in_service = sum(one.mode.mode is ApplianceMode.IN_SERVICE for one in each)
            kinds = {one.kind for one in each}

            assert len(each) <= allowed.together
            assert len(each) == 1 or kinds == {ApplianceKind.NETWORK_EXTENSION}
            assert allowed.at_risk is None or sum(one.networks for one in each) <= allowed.at_risk
            assert in_service <= _spare(fleet.inputs.facts, task)


def _spare(facts: FleetFacts, task: MeshTask) -> int:
    """Addresses of the scarcest pool that the mesh takes from, at either side; any number where none is counted."""
    sides = [facts.of(name) for name in (task.initiator, task.receiver)]
    pools = [pool for one in sides if one and one.address_pools for pool in one.address_pools.value]
    return min((pool.free for pool in pools if task.subject in pool.meshes and pool.free is not None), default=99)


@thoroughly
@given(fleet=any_fleets())
def test_nothing_goes_standard_that_its_networks_cannot_bear(fleet: AnyFleet) -> None:
    """Where the limit of the fleet is half a minute, a network extension appliance goes in service or as a group."""
    limit = fleet.inputs.policy.extension.outage_limit
    for task in make_plan(fleet.inputs).tasks:
        if isinstance(task, MeshTask) and limit is not None:
            carrying = [one for one in task.appliances if one.networks and one.kind is ApplianceKind.NETWORK_EXTENSION]
            assert all(one.mode.mode is not ApplianceMode.STANDARD for one in carrying)


@thoroughly
@given(fleet=any_fleets())
def test_a_plan_comes_back_from_json_as_it_was(fleet: AnyFleet) -> None:
    """What is stored and sent is the whole plan."""
    plan = make_plan(fleet.inputs)

    assert from_json(Plan, to_json(plan)) == plan
