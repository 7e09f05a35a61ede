"""Which appliances of a mesh are in change at once."""

from dataclasses import replace
from itertools import groupby, pairwise

from hypothesis import given
from hypothesis import strategies as st

from shared.model.facts import AddressPool, AddressUse, ApplianceKind, ManagerFacts
from shared.model.ne_mode import ApplianceMode, ModeChoice
from shared.rules.ne_situation import MeshSide, at_once, mesh_side
from shared.rules.rounds import Limits, in_rounds
from shared.rules.task_steps import Change
from tests.builders.fleet_facts import appliance, connector, mesh, meshed, seen
from tests.report.planned_fleet import MESH

IX, NE = ApplianceKind.INTERCONNECT, ApplianceKind.NETWORK_EXTENSION
MODES = (ApplianceMode.IN_SERVICE, ApplianceMode.STANDARD, ApplianceMode.HA_GROUP)


def change(
    name: str = "ne", networks: int = 1, mode: ApplianceMode = ApplianceMode.STANDARD, kind: ApplianceKind = NE
) -> Change:
    """One appliance that is to be upgraded."""
    return Change(
        appliance=appliance(name, "m", "con", "4.10.3", kind),
        target=MESH.target,
        together=(),
        networks=networks,
        mode=ModeChoice(mode=mode, reason="a test"),
        takes=MESH.appliances[0].takes,
    )


@st.composite
def meshes(draw: st.DrawFn) -> list[Change]:
    """The changes of a mesh in the order in which they are planned."""
    leading = draw(st.integers(min_value=0, max_value=2))
    drawn = st.tuples(st.integers(min_value=0, max_value=8), st.sampled_from(MODES))
    extending = sorted(draw(st.lists(drawn, max_size=8)))
    return [
        *(change(f"ix{number}", 0, kind=IX) for number in range(leading)),
        *(change(f"ne{number}", networks, mode) for number, (networks, mode) in enumerate(extending)),
    ]


some = st.none() | st.integers(min_value=0, max_value=9)
limits = st.builds(Limits, together=st.integers(min_value=1, max_value=4), networks=some, in_service=some)


def rounds(changes: tuple[Change, ...]) -> list[tuple[Change, ...]]:
    """The changes of each round."""
    return [tuple(each) for _, each in groupby(changes, key=lambda one: one.round)]


@given(changes=meshes(), limits=limits)
def test_rounds_keep_the_order(changes: list[Change], limits: Limits) -> None:
    """Nothing but the number of its round is decided of a change, and numbers go up from one without a gap."""
    found = in_rounds(changes, limits)
    numbers = [one.round for one in found]

    assert [replace(one, round=0) for one in found] == changes
    assert numbers[:1] in ([], [1])
    assert all(after - before in {0, 1} for before, after in pairwise(numbers))


@given(changes=meshes(), limits=limits)
def test_an_interconnect_goes_alone_and_before_all_others(changes: list[Change], limits: Limits) -> None:
    """Its round is its own, whatever the policy allows."""
    found = rounds(in_rounds(changes, limits))
    leading = sum(one.appliance.kind is IX for one in changes)

    assert [len(each) for each in found[:leading]] == [1] * leading
    assert not any(one.appliance.kind is IX for each in found[leading:] for one in each)


@given(changes=meshes(), limits=limits)
def test_a_round_keeps_every_limit(changes: list[Change], limits: Limits) -> None:
    """So many appliances, networks and addresses at most; one that is beyond a limit by itself goes alone."""
    for each in rounds(in_rounds(changes, limits)):
        in_service = sum(one.mode.mode is ApplianceMode.IN_SERVICE for one in each)

        assert len(each) <= limits.together
        assert len(each) == 1 or limits.networks is None or sum(one.networks for one in each) <= limits.networks
        assert limits.in_service is None or in_service <= max(1, limits.in_service)


@given(changes=meshes(), limits=limits)
def test_no_round_ends_before_a_limit_does(changes: list[Change], limits: Limits) -> None:
    """Whatever opens a round of its own would have broken a limit in the one before, or follows an interconnect."""
    for before, after in pairwise(rounds(in_rounds(changes, limits))):
        several = (*before, after[0])
        in_service = sum(one.mode.mode is ApplianceMode.IN_SERVICE for one in several)

        assert (
            any(one.appliance.kind is IX for one in several)
            or len(several) > limits.together
            or (limits.networks is not None and sum(one.networks for one in several) > limits.networks)
            or (limits.in_service is not None and in_service > max(1, limits.in_service))
        )


@given(changes=meshes(), networks=some, in_service=some)
def test_one_at_a_time_is_one_round_each(changes: list[Change], networks: int | None, in_service: int | None) -> None:
    """As long as the policy says nothing else."""
    found = in_rounds(changes, Limits(together=1, networks=networks, in_service=in_service))

    assert [one.round for one in found] == list(range(1, len(changes) + 1))


def test_spare_addresses_bound_only_those_in_service() -> None:
    """With two spare, a third that goes in service waits for the next round; a standard one does not."""
    in_service, standard = (change(mode=mode) for mode in MODES[:2])
    wanted = Limits(together=4, in_service=2)

    assert [one.round for one in in_rounds([in_service] * 3, wanted)] == [1, 1, 2]
    assert [one.round for one in in_rounds([in_service, standard, in_service], wanted)] == [1, 1, 1]


# --- how many can go in service at once -------------------------------------------------------------------------------


def side(free: int | None, meshes: tuple[str, ...] = ("m",), room: int | None = None) -> MeshSide:
    """A manager whose pools have so many addresses free, for these meshes, all of which have work."""
    pools = tuple(AddressPool(id=use.value, name=use.value, use=use, free=free, meshes=meshes) for use in AddressUse)
    facts = meshed(connector("con", "4.11.4"), mesh("m", "con", "pc"))
    with_pools: ManagerFacts = replace(facts, address_pools=seen(pools), room=seen(room) if room is not None else None)
    return mesh_side(with_pools, None, frozenset(meshes))


def test_the_scarcest_pool_of_either_side_decides() -> None:
    """One of each pool is taken at both sides, and given back only at the end."""
    assert at_once("m", side(5), side(3)) == 3
    assert at_once("m", side(5, room=2), side(3)) == 2
    assert at_once("m", side(None), side(None)) is None


@given(free=st.integers(min_value=0, max_value=40), count=st.integers(min_value=1, max_value=6))
def test_meshes_that_share_a_pool_never_take_more_than_it_has(free: int, count: int) -> None:
    """Even if each of them is in its largest round at the same time; and what is planned in service has its one."""
    names = tuple(f"m{number}" for number in range(count))
    shared = side(free, names)
    parts = [at_once(name, shared, side(100, names)) or 0 for name in names]

    assert sum(parts) <= free
    assert (min(parts) >= 1) == (free >= count)


# --- what a round comes to in a plan ----------------------------------------------------------------------------------


def _numbered(*numbers: int) -> tuple[int, ...]:
    item = MESH.appliances[1]
    items = tuple(replace(item, name=f"ne{place}", round=number) for place, number in enumerate(numbers))
    return tuple(len(each) for each in replace(MESH, appliances=items).rounds)


def test_a_plan_from_before_there_were_rounds_has_one_each() -> None:
    """Nothing that was let go one at a time ever goes at once."""
    assert _numbered(0, 0, 0) == (1, 1, 1)
    assert _numbered(1, 2, 2, 3) == (1, 2, 1)


def test_a_round_lasts_as_long_as_its_longest_and_puts_all_its_networks_at_risk() -> None:
    """A window is asked for by the round, and the cap on networks in change counts all of it."""
    leading, item = MESH.appliances
    slow = replace(item.takes, p50=item.takes.p50 * 2, p90=item.takes.p90 * 3)
    second = replace(
        item,
        name="slow",
        takes=slow,
        networks=item.networks + 1,
        upgrade=replace(item.upgrade, id="u"),
    )
    one_by_one, at_once_ = (
        replace(
            MESH,
            split=True,
            appliances=(leading, replace(item, round=number), replace(second, round=number + apart)),
        )
        for number, apart in ((2, 1), (2, 0))
    )

    assert (one_by_one.networks, at_once_.networks) == (item.networks + 1, 2 * item.networks + 1)
    assert [one.p90 for one in at_once_.blocks] == [leading.takes.p90, slow.p90]
    assert at_once_.needs_from(item.upgrade.id) == at_once_.needs_from("u") == slow.p90
    assert one_by_one.needs_from(item.upgrade.id) == item.takes.p90
