"""Waves: who goes in which, in what order, and how many at once."""

from dataclasses import replace
from graphlib import CycleError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.inventory import PrivateCloud, Tag
from shared.model.plan import Requirement
from shared.model.policy import Amount, Budget, Policy, Selector, SharedConnectors, VersionRange, Wave
from shared.model.version import Version
from shared.rules import waves
from shared.rules.waves import Limit, Weight, assign, concurrency_of, limit_of, order_of, weight_of
from tests.builders.fleet_facts import policy, private_cloud
from tests.report.planned_fleet import LYON, MESH

CANARY = Tag(name="hcx-ring", value="canary")
EARLY = Tag(name="hcx-ring", value="early")


def cloud(name: str, *tags: Tag, region: str = "westeurope", subscription: str = "sub-1") -> PrivateCloud:
    """A private cloud with these tags."""
    return replace(private_cloud(name), tags=tags, location=region, subscription_id=subscription)


def fleet(**selects: Selector | None) -> Policy:
    """A policy with these waves in this order."""
    return policy(waves=tuple(Wave(name=name, select=select) for name, select in selects.items()))


def selected(select: Selector, one: PrivateCloud, version: str | None = "4.10.3") -> bool:
    """Whether a selector means the private cloud."""
    versions = {one.id: Version(version) if version is not None else None}
    return assign(fleet(wave=select), (one,), versions).wave_of[one.id] == "wave"


# --- selectors --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("select", "fits"),
    [
        (Selector(), True),
        (Selector(tags=(CANARY,)), True),
        (Selector(tags=(Tag(name="HCX-Ring", value="canary"),)), True),
        (Selector(tags=(EARLY,)), False),
        (Selector(tags=(EARLY, CANARY)), True),
        (Selector(tags=(CANARY, Tag(name="stage", value="test"))), False),
        (Selector(names=("pc-fr-01",)), True),
        (Selector(names=("PC-FR-*",)), True),
        (Selector(names=("pc-??-01",)), True),
        (Selector(names=("pc-?-01",)), False),
        (Selector(names=("pc-[f]r-01",)), False),
        (Selector(names=("fr-01",)), False),
        (Selector(names=("pc-de-01", "pc-fr-01")), True),
        (Selector(subscriptions=("SUB-1",)), True),
        (Selector(subscriptions=("sub-2",)), False),
        (Selector(regions=("West Europe",)), True),
        (Selector(regions=("northeurope",)), False),
        (Selector(versions=VersionRange(at_least=Version("4.10"))), True),
        (Selector(versions=VersionRange(at_least=Version("4.10.3"), below=Version("4.11"))), True),
        (Selector(versions=VersionRange(below=Version("4.10.3"))), False),
        (Selector(tags=(CANARY,), regions=("northeurope",)), False),
        (Selector(tags=(CANARY,), names=("pc-*",), regions=("westeurope",)), True),
    ],
)
def test_every_part_that_is_given_must_fit(select: Selector, fits: bool) -> None:  # noqa: FBT001 -- a parameter
    """All parts, and of a list any one; case does not count, brackets are no pattern."""
    assert selected(select, cloud("pc-fr-01", CANARY)) is fits


@pytest.mark.parametrize("version", [None, "", "main-build"])
def test_an_unknown_version_is_in_no_range(version: str | None) -> None:
    """Not even in one that is open on both sides."""
    assert not selected(Selector(versions=VersionRange()), cloud("pc-1"), version)


# --- private clouds ---------------------------------------------------------------------------------------------------


def test_without_waves_everything_is_one() -> None:
    """A policy that names no wave has one called all."""
    assert assign(policy(), (cloud("pc-1"),), {}).wave_of == {"pc-1": "all"}
    assert waves.names_of(policy()) == ("all",)


def test_a_wave_without_selector_takes_the_rest() -> None:
    """Wherever it stands, it takes what no other selects."""
    found = assign(fleet(rest=None, canary=Selector(tags=(CANARY,))), (cloud("pc-1", CANARY), cloud("pc-2")), {})

    assert found.wave_of == {"pc-1": "canary", "pc-2": "rest"}


def test_a_cloud_may_have_no_wave() -> None:
    """Without a wave for the rest, nothing takes it."""
    assert assign(fleet(canary=Selector(tags=(CANARY,))), (cloud("pc-1"),), {}).wave_of == {"pc-1": None}


def test_two_waves_for_one_cloud_are_a_conflict() -> None:
    """The conflict names both waves and what matched in each, and neither gets it."""
    found = assign(
        fleet(canary=Selector(tags=(CANARY,)), french=Selector(names=("pc-fr-*",)), rest=None),
        (cloud("pc-fr-01", CANARY),),
        {},
    )

    assert found.wave_of == {"pc-fr-01": None}
    (conflict,) = found.conflicts
    assert conflict.startswith(
        "pc-fr-01 is selected by wave canary (tag hcx-ring=canary) and wave french (name pc-fr-*)"
    )


def test_the_tags_that_waves_select_by_are_known() -> None:
    """In lower case, as they are compared."""
    named = fleet(canary=Selector(tags=(Tag(name="HCX-Ring", value="canary"),)), rest=None)

    assert waves.tag_names(named) == frozenset({"hcx-ring"})


SELECTORS = st.builds(
    Selector,
    tags=st.lists(st.sampled_from([CANARY, EARLY]), max_size=2).map(tuple),
    names=st.lists(st.sampled_from(["pc-*", "pc-1", "pc-?"]), max_size=2).map(tuple),
    regions=st.lists(st.sampled_from(["westeurope", "northeurope"]), max_size=1).map(tuple),
)
CLOUDS = st.lists(
    st.builds(
        lambda number, tags, region: cloud(f"pc-{number}", *tags, region=region),
        st.integers(0, 20),
        st.lists(st.sampled_from([CANARY, EARLY]), max_size=1),
        st.sampled_from(["westeurope", "northeurope"]),
    ),
    max_size=8,
    unique_by=lambda one: one.id,
)


@given(st.lists(SELECTORS, max_size=3), st.booleans(), CLOUDS, st.data())
def test_the_order_of_the_clouds_does_not_matter(
    selects: list[Selector],
    rest: bool,  # noqa: FBT001 -- drawn
    clouds: list[PrivateCloud],
    data: st.DataObject,
) -> None:
    """Every cloud is assigned exactly once, the same in any order, and a conflict has no wave."""
    named: dict[str, Selector | None] = {f"wave-{place}": select for place, select in enumerate(selects)}
    chosen = fleet(**named, **({"rest": None} if rest else {}))
    found = assign(chosen, tuple(clouds), {})
    again = assign(chosen, tuple(data.draw(st.permutations(clouds))), {})

    assert found == again
    assert set(found.wave_of) == {one.id for one in clouds}
    assert len(found.conflicts) <= list(found.wave_of.values()).count(None)


# --- connectors and meshes --------------------------------------------------------------------------------------------

THREE = fleet(canary=Selector(names=("a",)), early=Selector(names=("b",)), broad=None)


@pytest.mark.parametrize(
    ("served", "earliest", "last"),
    [
        (("broad", "canary"), "canary", "broad"),
        (("early", None), "early", "early"),
        ((None, None), None, None),
        ((), "broad", "broad"),
    ],
)
def test_a_shared_connector_has_one_wave(
    served: tuple[str | None, ...], earliest: str | None, last: str | None
) -> None:
    """The earliest of its clouds, or the last; one without clouds goes with the rest."""
    assert waves.wave_of_connector(THREE, served) == earliest
    assert waves.wave_of_connector(replace(THREE, shared_connectors=SharedConnectors.LAST), served) == last


def test_a_connector_without_clouds_goes_last() -> None:
    """Where no wave takes the rest, it goes with the last one; without waves with all."""
    assert waves.wave_of_connector(fleet(one=Selector(names=("a",)), two=Selector(names=("b",))), ()) == "two"
    assert waves.wave_of_connector(policy(), ()) == "all"


def test_a_mesh_goes_with_the_later_of_its_managers() -> None:
    """It waits for both, and without the wave of one of them it has none."""
    assert waves.wave_of_mesh(THREE, "early", "canary") == "early"
    assert waves.wave_of_mesh(THREE, "canary", "broad") == "broad"
    assert waves.wave_of_mesh(THREE, None, "broad") is None
    assert waves.wave_of_mesh(policy(), "all", "all") == "all"


# --- order ------------------------------------------------------------------------------------------------------------


def weight(name: str, *, networks: int = 0, clouds: int = 1, pieces: int = 1, after: tuple[str, ...] = ()) -> Weight:
    """How much a task touches."""
    return Weight(id=name, networks=networks, clouds=clouds, pieces=pieces, depends_on=after)


def test_the_smallest_blast_radius_goes_first() -> None:
    """Networks at risk weigh more than clouds, clouds more than pieces, and the id decides the rest."""
    tasks = (
        weight("d", networks=1),
        weight("c", clouds=2),
        weight("b", pieces=2),
        weight("f", networks=1, clouds=2),
        weight("a2"),
        weight("a1"),
    )

    assert order_of(tasks) == ("a1", "a2", "b", "c", "d", "f")


def test_dependencies_go_first() -> None:
    """A small task waits for a large one that it depends on; what stands outside does not count."""
    tasks = (weight("small", after=("large", "elsewhere")), weight("large", clouds=9), weight("other", clouds=3))

    assert order_of(tasks) == ("other", "large", "small")


def test_what_is_required_first_goes_first() -> None:
    """What brings about what a first change requires comes before it, however large it is."""
    mesh = replace(weight("mesh:m@4.10.3", networks=5), reaches="mesh:m@4.10.3")
    large = replace(weight("manager:large", clouds=9), requires=("mesh:m@4.10.3",))
    small = replace(weight("manager:small"), requires=("manager:large", "manager:elsewhere"))

    assert order_of((small, large, mesh)) == ("mesh:m@4.10.3", "manager:large", "manager:small")


def test_only_the_first_hop_of_a_manager_counts() -> None:
    """Its task begins before what a later hop requires, which may in turn require the hop before that."""
    later, first = (
        Requirement(kind="manager", subject=name, version=Version("4.9.2"), reason="a rule")
        for name in ("later", "first")
    )
    one, two = LYON.hops
    found = weight_of(replace(LYON, hops=(replace(one, requires=(first,)), replace(two, requires=(later,)))))

    assert (found.reaches, found.requires) == ("manager:con-lyon", ("manager:first",))


def test_an_upgrade_of_a_mesh_is_known_by_its_release() -> None:
    """The last upgrade of a mesh bears no release in its id, and is still not the one on the way."""
    needed = Requirement(kind="mesh", subject="m-17", version=Version("4.10.3"), reason="a rule")

    assert weight_of(MESH).reaches == "mesh:m-17@4.11.4"
    assert weight_of(replace(MESH, requires=(needed,))).requires == ("mesh:m-17@4.10.3",)


def test_a_circle_is_an_error() -> None:
    """Two tasks that wait for each other have no order."""
    with pytest.raises(CycleError):
        order_of((weight("a", after=("b",)), weight("b", after=("a",))))


WEIGHTS = st.integers(0, 8).flatmap(
    lambda count: st.tuples(
        *(
            st.builds(
                lambda networks, after, name=f"t{place}": weight(name, networks=networks, after=tuple(after)),
                st.integers(0, 3),
                st.sets(st.sampled_from([f"t{first}" for first in range(place)]), max_size=2)
                if place
                else st.just(set[str]()),
            )
            for place in range(count)
        )
    )
)


@given(WEIGHTS, st.data())
def test_the_order_is_one_and_keeps_dependencies(tasks: tuple[Weight, ...], data: st.DataObject) -> None:
    """Every task once, after all it depends on, the same for any order of the input."""
    order = order_of(tasks)
    again = order_of(data.draw(st.permutations(tasks)))

    assert order == again
    assert sorted(order) == sorted(one.id for one in tasks)
    assert all(order.index(first) < order.index(one.id) for one in tasks for first in one.depends_on)


# --- amounts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "tasks", "expected"),
    [
        (None, 100, 4),
        (Amount(number=1), 100, 1),
        (Amount(number=9), 100, 9),
        (Amount(number=0), 100, 1),
        (Amount(percent=20), 10, 2),
        (Amount(percent=20), 100, 4),
        (Amount(percent=1), 10, 1),
        (Amount(percent=50), 0, 1),
    ],
)
def test_concurrency_is_a_number_of_its_own_or_a_share(amount: Amount | None, tasks: int, expected: int) -> None:
    """A wave's number counts as it stands; a share is at least one and never above the policy's number."""
    assert concurrency_of(Wave(name="w", select=None, concurrency=amount), policy(), tasks) == expected


def test_the_wave_of_a_policy_without_waves_has_the_policys_number() -> None:
    """There is no wave to ask."""
    assert concurrency_of(None, policy(concurrency=7), 100) == 7


@pytest.mark.parametrize(
    ("budget", "tasks", "expected"),
    [
        (None, 10, Limit(max_failed=None)),
        (Budget(max_failed=Amount(number=2)), 10, Limit(max_failed=2)),
        (Budget(max_failed=Amount(number=0)), 10, Limit(max_failed=1)),
        (Budget(max_failed=Amount(percent=10)), 25, Limit(max_failed=2)),
        (Budget(max_failed=Amount(percent=10)), 5, Limit(max_failed=1)),
        (Budget(max_failed=Amount(number=0), strict=False), 10, Limit(max_failed=0, strict=False)),
    ],
)
def test_a_budget_comes_to_a_number(budget: Budget | None, tasks: int, expected: Limit) -> None:
    """A strict one is at least one, since with less nothing could ever start."""
    assert limit_of(budget, tasks) == expected
