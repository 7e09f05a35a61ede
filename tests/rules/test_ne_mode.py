"""The table of upgrade modes, held exhaustively, and what it is asked with."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from shared.model.facts import (
    AddressPool,
    AddressUse,
    Appliance,
    ApplianceKind,
    HaGroup,
    ManagerFacts,
    NetworkExtension,
)
from shared.model.ne_mode import ApplianceMode
from shared.model.policy import ExtensionMode, SiteEntry
from shared.rules.ne_mode import TABLE, Side, Situation, choose, lacks, row_of, stricter
from shared.rules.ne_situation import mesh_side, situation, together
from tests.builders.fleet_facts import UP, appliance, cloud_manager, connector, mesh, meshed, seen

ANY = (True, False, None)
COUNTS = (None, 0, 1)
EXTENSION = ApplianceKind.NETWORK_EXTENSION
LIMIT = "net-a accepts 10 s, a standard upgrade costs up to a minute"


def sides(name: str) -> tuple[Side, ...]:
    """A side in every way in which it can be."""
    return tuple(
        Side(name=name, uplink=uplink, management=management, firewall=firewall, room=room)
        for uplink, management, firewall, room in product(COUNTS, COUNTS, (True, False), ANY)
    )


def ready(name: str = "con-lyon") -> Side:
    """A side with all that an in-service upgrade needs."""
    return Side(name=name, uplink=1, management=1, firewall=True, room=True)


def at(**changes: Any) -> Situation:
    """A network extension appliance that could go in service, but for these changes."""
    best = Situation(
        kind=EXTENSION,
        wanted=ExtensionMode.AUTO,
        in_group=False,
        ephemeral=False,
        here=ready(),
        there=ready("pc-weu-01"),
    )
    return replace(best, **changes)


def everything(kind: ApplianceKind) -> Iterator[Situation]:
    """Every situation of a kind of appliance that there can be."""
    heres, theres = sides("here"), sides("there")
    for wanted, in_group, ephemeral, here, there in product(ExtensionMode, ANY, ANY, heres, theres):
        yield Situation(kind=kind, wanted=wanted, in_group=in_group, ephemeral=ephemeral, here=here, there=there)


# --- the whole table --------------------------------------------------------------------------------------------------


def test_every_situation_of_a_network_extension_has_its_mode() -> None:
    """In service takes every prerequisite known to be true, and an ephemeral port group leaves no mode at all."""
    situations = list(everything(EXTENSION))
    assert len(situations) == 4 * 3 * 3 * 54 * 54
    for one in situations:
        found = row_of(one).mode
        whole = all(
            side.uplink == 1 and side.management == 1 and side.firewall and side.room is True
            for side in (one.here, one.there)
        )
        free = one.in_group is False and one.ephemeral is False and whole
        if one.ephemeral is True:
            assert found is ApplianceMode.NONE
        elif one.in_group is True:
            assert found is ApplianceMode.HA_GROUP
        elif one.wanted in {ExtensionMode.MANUAL, ExtensionMode.STANDARD}:
            assert found is ApplianceMode.STANDARD
        elif free:
            assert found is ApplianceMode.IN_SERVICE
        elif one.wanted is ExtensionMode.IN_SERVICE_ONLY:
            assert found is ApplianceMode.NONE
        else:
            assert found is ApplianceMode.STANDARD


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        (ApplianceKind.INTERCONNECT, ApplianceMode.STANDARD),
        (ApplianceKind.SENTINEL_GATEWAY, ApplianceMode.REDEPLOY),
        (ApplianceKind.WAN_OPTIMIZATION, ApplianceMode.NONE),
        (ApplianceKind.UNKNOWN, ApplianceMode.NONE),
    ],
)
def test_other_appliances_have_one_mode_whatever_else(kind: ApplianceKind, mode: ApplianceMode) -> None:
    """Nothing but their kind decides."""
    assert {row_of(one).mode for one in everything(kind)} == {mode}


def small() -> tuple[Situation, ...]:
    """Every situation in which both sides are alike: enough to reach every row and every text."""
    pairs = tuple(zip(sides("here"), sides("there"), strict=True))
    return tuple(
        Situation(
            kind=kind,
            wanted=wanted,
            in_group=in_group,
            ephemeral=ephemeral,
            here=here,
            there=there,
            too_long=too_long,
        )
        for kind, wanted, in_group, ephemeral, (here, there), too_long in product(
            ApplianceKind, ExtensionMode, ANY, ANY, pairs, ("", LIMIT)
        )
    )


def test_no_row_is_out_of_reach() -> None:
    """Every row decides some situation, and the last one leaves none without a decision."""
    decided = Counter(row_of(one).id for one in small())

    assert set(decided) == {row.id for row in TABLE}
    assert len(TABLE) == len(decided)


def test_a_choice_explains_itself() -> None:
    """Every reason is a whole text without gaps, and where no mode is open somebody is told what to fix."""
    for one in small():
        choice = choose(one)
        assert choice.reason
        assert "{" not in choice.reason
        assert all("{" not in fix for fix in choice.to_fix)
        assert choice.mode is not ApplianceMode.NONE or choice.to_fix


def test_every_row_says_when_it_counts() -> None:
    """The condition stands in words beside the function that holds it."""
    assert all(row.when for row in TABLE)


# --- single rows ------------------------------------------------------------------------------------------------------


def test_everything_in_place_goes_in_service() -> None:
    """With every prerequisite known to be true there is nothing to fix."""
    choice = choose(at())

    assert (choice.mode, choice.to_fix) == (ApplianceMode.IN_SERVICE, ())


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"here": replace(ready(), uplink=0)}, "no spare uplink address at con-lyon"),
        ({"there": replace(ready("pc-weu-01"), uplink=None)}, "whether pc-weu-01 has a spare uplink address"),
        ({"here": replace(ready(), management=0)}, "no spare management address at con-lyon"),
        ({"here": replace(ready(), firewall=False)}, "nobody attests that firewalls at con-lyon"),
        ({"there": replace(ready("pc-weu-01"), room=False)}, "no room for one more appliance at pc-weu-01"),
        ({"here": replace(ready(), room=None)}, "whether con-lyon has room"),
        ({"in_group": None}, "whether it is in a high availability group is not known"),
        ({"ephemeral": None}, "static binding"),
    ],
)
def test_one_thing_missing_is_named(changes: dict[str, Any], words: str) -> None:
    """It keeps in service away, is named in the reason and has its fix, whether standard goes on or nothing does."""
    loose, strict = choose(at(**changes)), choose(at(**changes, wanted=ExtensionMode.IN_SERVICE_ONLY))

    assert (loose.mode, strict.mode) == (ApplianceMode.STANDARD, ApplianceMode.NONE)
    assert words in loose.reason
    assert words in strict.reason
    assert len(loose.to_fix) == len(strict.to_fix) == 1


def test_all_that_is_missing_is_named_at_once() -> None:
    """Nobody fixes one thing only to be told of the next."""
    bare = Side(name="x", uplink=0, management=None, firewall=False, room=None)
    choice = choose(at(in_group=None, ephemeral=None, here=bare, there=replace(bare, name="y")))

    assert len(choice.to_fix) == 2 + 4 + 4
    assert len(lacks(at(here=bare))) == 4


def test_an_ephemeral_port_group_says_what_to_do() -> None:
    """It needs static binding before anything else helps."""
    assert choose(at(ephemeral=True)).to_fix == ("give every extended port group static binding",)


@pytest.mark.parametrize("wanted", [ExtensionMode.STANDARD, ExtensionMode.MANUAL])
def test_a_binding_that_nobody_knows_asks_for_a_look(wanted: ExtensionMode) -> None:
    """A standard upgrade fails on an ephemeral port group, so somebody looks before."""
    assert "look before" in choose(at(wanted=wanted, ephemeral=None)).reason
    assert "look before" not in choose(at(wanted=wanted)).reason


@pytest.mark.parametrize(
    ("wanted", "possible", "impossible"),
    [
        (ExtensionMode.AUTO, ApplianceMode.IN_SERVICE, ApplianceMode.NONE),
        (ExtensionMode.IN_SERVICE_ONLY, ApplianceMode.IN_SERVICE, ApplianceMode.NONE),
        (ExtensionMode.MANUAL, ApplianceMode.IN_SERVICE, ApplianceMode.NONE),
        (ExtensionMode.STANDARD, ApplianceMode.NONE, ApplianceMode.NONE),
    ],
)
def test_a_network_that_cannot_bear_a_standard_upgrade_gets_none(
    wanted: ExtensionMode, possible: ApplianceMode, impossible: ApplianceMode
) -> None:
    """It is as if in service were wanted and nothing else; where standard is wanted, the two wishes leave nothing."""
    found = choose(at(wanted=wanted, too_long=LIMIT))
    without = choose(at(wanted=wanted, too_long=LIMIT, here=replace(ready(), uplink=0)))

    assert (found.mode, without.mode) == (possible, impossible)
    assert ExtensionMode.IN_SERVICE_ONLY is wanted or LIMIT in without.reason


def test_a_limit_never_makes_a_choice_looser() -> None:
    """What goes in service, as a group or not at all without a limit does so with one, unless nothing is left."""
    for one in small():
        if one.too_long and one.kind is EXTENSION:
            with_limit, without = row_of(one).mode, row_of(replace(one, too_long="")).mode
            assert with_limit in {without, ApplianceMode.NONE, ApplianceMode.IN_SERVICE}
            assert with_limit is not ApplianceMode.STANDARD


def test_a_group_is_held_against_no_limit() -> None:
    """What its switch-over costs is said to be seconds, which nobody has measured: the report shows it."""
    assert choose(at(in_group=True, too_long=LIMIT)).mode is ApplianceMode.HA_GROUP


# --- what file and tag leave ------------------------------------------------------------------------------------------


def test_what_wishes_leave_does_not_depend_on_their_order() -> None:
    """It is the same either way, no looser than any of them, and nothing changes by saying it twice."""
    for one, other in product(ExtensionMode, ExtensionMode):
        left = stricter(one, other)
        assert left is stricter(other, one)
        assert stricter(left, one) is left
        assert stricter(one, one) is one
        assert stricter(one, ExtensionMode.AUTO) is one
    assert stricter(ExtensionMode.STANDARD, None, ExtensionMode.IN_SERVICE_ONLY) is ExtensionMode.MANUAL


# --- from facts -------------------------------------------------------------------------------------------------------

OPEN = SiteEntry(name="site", firewall_attested=True, spare_room_attested=True)
STATIC = NetworkExtension(id="x1", network="net-app-12", appliance_id="id-ne", state=UP, ephemeral=False)


def pool(use: AddressUse, free: int | None, *meshes: str, name: str = "pool") -> AddressPool:
    """An address pool."""
    return AddressPool(id=f"{name}-{use}", name=name, use=use, free=free, meshes=meshes or ("m1",))


def side(facts: ManagerFacts, **sections: Any) -> ManagerFacts:
    """A manager with a network extension appliance in mesh m1 and everything that in service needs."""
    sections = {
        "address_pools": (pool(AddressUse.UPLINK, 1), pool(AddressUse.MANAGEMENT, 1)),
        "ha_groups": (),
        "room": 1,
        "extensions": (STATIC,),
        **sections,
    }
    standing = meshed(facts, mesh("m1", "con", "pc"))
    found: dict[str, Any] = {name: None if value is None else seen(value) for name, value in sections.items()}
    return replace(standing, **found)


def ne() -> Appliance:
    """The network extension appliance of mesh m1 on the connector's side."""
    return appliance("ne", "m1", "con", "4.10.3", EXTENSION)


def asked(
    here: dict[str, Any] | None = None, there: dict[str, Any] | None = None, moving: tuple[str, ...] = ("m1",)
) -> Situation:
    """The situation of that appliance when its two managers differ in these sections."""
    sites = {"here": OPEN, "there": OPEN}
    one = mesh_side(side(connector("con", "4.11.4"), **(here or {})), sites["here"], frozenset(moving))
    other = mesh_side(side(cloud_manager("pc", "4.11.4"), **(there or {})), sites["there"], frozenset(moving))
    return situation(ne(), ExtensionMode.AUTO, one, other)


def test_a_situation_is_read_from_both_managers() -> None:
    """With everything observed and attested the appliance goes in service."""
    found = asked()

    assert (found.in_group, found.ephemeral) == (False, False)
    assert found.here == replace(ready("con"), name="con")
    assert choose(found).mode is ApplianceMode.IN_SERVICE


@pytest.mark.parametrize(
    ("pools", "spare"),
    [
        (None, None),
        ((), None),
        ((pool(AddressUse.UPLINK, None),), None),
        ((pool(AddressUse.UPLINK, 3, "m2"),), None),
        ((pool(AddressUse.UPLINK, 3),), 3),
        ((pool(AddressUse.UPLINK, 3), pool(AddressUse.UPLINK, 1, name="second")), 1),
        ((pool(AddressUse.UPLINK, 3), pool(AddressUse.UPLINK, None, name="second")), None),
        ((pool(AddressUse.UPLINK, 3, "m1", "m2", "m3"),), 1),
        ((pool(AddressUse.UPLINK, 1, "m1", "m2", "m3"),), 0),
        ((pool(AddressUse.UPLINK, 1, "m1", "m9"),), 1),
    ],
)
def test_addresses_count_after_what_others_take(pools: tuple[AddressPool, ...] | None, spare: int | None) -> None:
    """Every other mesh with work takes one of a shared pool, the scarcest pool counts, and unknown stays unknown."""
    assert asked({"address_pools": pools}, moving=("m1", "m2", "m3")).here.uplink == spare


@pytest.mark.parametrize(
    ("room", "site", "known"),
    [
        (1, None, True),
        (0, OPEN, False),
        (None, OPEN, True),
        (None, None, None),
        (None, SiteEntry(name="site"), None),
    ],
)
def test_room_is_observed_or_attested(room: int | None, site: SiteEntry | None, known: bool | None) -> None:  # noqa: FBT001
    """What was observed counts before what somebody attests."""
    facts = side(connector("con", "4.11.4"), room=room)
    one = mesh_side(facts, site, frozenset({"m1"}))

    assert situation(ne(), ExtensionMode.AUTO, one, one).here.room is known


def test_room_is_shared_with_other_meshes() -> None:
    """Another mesh of the same manager with work needs room as well."""
    facts = meshed(side(connector("con", "4.11.4"), room=1), mesh("m2", "con", "pc"))
    found = [mesh_side(facts, None, moving) for moving in (frozenset({"m1"}), frozenset({"m1", "m2"}))]

    assert [situation(ne(), ExtensionMode.AUTO, one, one).here.room for one in found] == [True, False]


def test_firewalls_need_a_word_for_both_sites() -> None:
    """A site of which the file says nothing has not attested anything."""
    facts = side(connector("con", "4.11.4"))

    assert mesh_side(facts, OPEN, frozenset()).firewall
    assert not mesh_side(facts, None, frozenset()).firewall


GROUP = HaGroup(id="g1", mesh_id="m1", members=("id-ne", "id-ne2"))
ACROSS = HaGroup(id="g1", mesh_id="m1", members=("id-ne-peer", "id-ne2-peer"))


@pytest.mark.parametrize(
    ("here", "there", "in_group"),
    [
        ((GROUP,), (), True),
        ((), (ACROSS,), True),
        (None, (ACROSS,), True),
        ((), None, False),
        (None, (), None),
        (None, None, None),
    ],
)
def test_a_group_is_known_from_either_side(
    here: tuple[HaGroup, ...] | None,
    there: tuple[HaGroup, ...] | None,
    in_group: bool | None,  # noqa: FBT001 -- a parameter
) -> None:
    """Either side's word makes it a member; only the initiator's says that it is none."""
    assert asked({"ha_groups": here}, {"ha_groups": there}).in_group is in_group


def test_the_others_of_a_group_are_named() -> None:
    """The product upgrades them along with it."""
    facts = side(connector("con", "4.11.4"), ha_groups=(GROUP,))

    assert together(ne(), mesh_side(facts, None, frozenset())) == ("id-ne2",)
    assert together(ne(), mesh_side(side(connector("con", "4.11.4")), None, frozenset())) == ()


@pytest.mark.parametrize(
    ("here", "there", "ephemeral"),
    [
        ((STATIC,), (), False),
        ((replace(STATIC, ephemeral=True),), (), True),
        ((replace(STATIC, ephemeral=None),), (), None),
        ((STATIC,), (replace(STATIC, appliance_id="id-ne-peer", ephemeral=True),), True),
        (None, (), None),
        ((), (), None),
        ((replace(STATIC, appliance_id=None),), (), False),
        ((replace(STATIC, appliance_id=None, ephemeral=True),), (), True),
        ((STATIC, replace(STATIC, appliance_id=None, ephemeral=True)), (), False),
        ((STATIC, replace(STATIC, appliance_id="id-other", ephemeral=True)), (), False),
    ],
)
def test_bindings_count_for_the_networks_of_the_appliance(
    here: tuple[NetworkExtension, ...] | None,
    there: tuple[NetworkExtension, ...] | None,
    ephemeral: bool | None,  # noqa: FBT001 -- a parameter
) -> None:
    """Networks of others do not count; those that name no appliance do as long as some of its own are missing."""
    assert asked({"extensions": here}, {"extensions": there}).ephemeral is ephemeral
