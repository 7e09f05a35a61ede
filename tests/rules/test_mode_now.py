"""Whether an appliance can still go as it was planned, by what both sides say right before it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.facts import Appliance, ApplianceKind, Gap, GapReason, HaGroup, ManagerFacts
from shared.model.ne_mode import ApplianceMode, ModeChoice
from shared.model.orders import Beside
from shared.model.plan import MeshTask
from shared.model.policy import ExtensionMode
from shared.model.version import Version
from shared.rules import mode_now
from shared.rules.mode_now import PassedOver, crowded_out, holds, passed_over, sides_of, unread
from shared.rules.ne_mode import Situation, choose
from tests.builders.fleet_facts import NOW, appliance, cloud_manager, connector, mesh, meshed, seen
from tests.report.planned_fleet import MESH
from tests.rules.test_ne_mode import ANY, COUNTS, EXTENSION, LIMIT, at, ready
from tests.rules.test_ne_mode import everything as every_situation

PLANNED = {mode: ModeChoice(mode=mode, reason="as the plan says") for mode in ApplianceMode}
SITUATIONS = st.builds(
    Situation,
    kind=st.sampled_from(ApplianceKind),
    wanted=st.sampled_from(ExtensionMode),
    in_group=st.sampled_from(ANY),
    ephemeral=st.sampled_from(ANY),
    here=st.builds(
        type(ready()),
        name=st.just("here"),
        uplink=st.sampled_from(COUNTS),
        management=st.sampled_from(COUNTS),
        firewall=st.booleans(),
        room=st.sampled_from(ANY),
    ),
    there=st.just(ready("there")),
    too_long=st.sampled_from(("", LIMIT)),
)


# --- the mode ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "changes", "words"),
    [
        (ApplianceMode.IN_SERVICE, {}, ""),
        (ApplianceMode.IN_SERVICE, {"here": replace(ready(), uplink=0)}, "no spare uplink address at con-lyon"),
        (
            ApplianceMode.IN_SERVICE,
            {"there": replace(ready("pc"), management=None)},
            "whether pc has a spare management",
        ),
        (ApplianceMode.IN_SERVICE, {"here": replace(ready(), firewall=False)}, "nobody attests"),
        (ApplianceMode.IN_SERVICE, {"in_group": True}, "high availability group, which cannot go in service"),
        (ApplianceMode.IN_SERVICE, {"in_group": None}, "is not known"),
        (ApplianceMode.IN_SERVICE, {"ephemeral": True}, "binds ephemerally"),
        (ApplianceMode.IN_SERVICE, {"ephemeral": None}, "static binding"),
        (ApplianceMode.STANDARD, {}, ""),
        (ApplianceMode.STANDARD, {"here": replace(ready(), uplink=0, firewall=False)}, ""),
        (ApplianceMode.STANDARD, {"in_group": None, "ephemeral": None}, ""),
        (ApplianceMode.STANDARD, {"in_group": True}, "in a high availability group now"),
        (ApplianceMode.STANDARD, {"ephemeral": True}, "binds ephemerally"),
        (ApplianceMode.STANDARD, {"too_long": LIMIT}, LIMIT),
        (ApplianceMode.STANDARD, {"kind": ApplianceKind.INTERCONNECT, "ephemeral": True, "too_long": LIMIT}, ""),
        (ApplianceMode.HA_GROUP, {"in_group": True}, ""),
        (ApplianceMode.HA_GROUP, {"in_group": True, "ephemeral": None, "too_long": LIMIT}, ""),
        (ApplianceMode.HA_GROUP, {"in_group": False}, "in no high availability group any more"),
        (ApplianceMode.HA_GROUP, {"in_group": None}, "is not known"),
        (ApplianceMode.HA_GROUP, {"in_group": True, "ephemeral": True}, "binds ephemerally"),
        (ApplianceMode.REDEPLOY, {"kind": ApplianceKind.SENTINEL_GATEWAY}, ""),
        (ApplianceMode.NONE, {}, "no mode"),
    ],
)
def test_a_mode_holds_or_says_why_not(mode: ApplianceMode, changes: dict[str, Any], words: str) -> None:
    """In service takes everything known to be true; the others take that nothing speaks against them."""
    found = holds(PLANNED[mode], at(**changes))

    assert (found is None) == (words == "")
    assert found is None or (words in found.text and found.fix)


def test_in_service_holds_exactly_where_it_would_be_chosen() -> None:
    """Of every situation that there can be: never where it is not possible, and always where it is."""
    for one in every_situation(EXTENSION):
        if one.wanted is ExtensionMode.AUTO:
            chosen = choose(one).mode is ApplianceMode.IN_SERVICE
            assert (holds(PLANNED[ApplianceMode.IN_SERVICE], one) is None) == chosen


@given(situation=SITUATIONS)
def test_what_was_just_chosen_holds(situation: Situation) -> None:
    """Planned and carried out at the same moment, a mode holds, whatever it is; the two tables say the same."""
    choice = choose(situation)

    assert choice.mode is ApplianceMode.NONE or holds(choice, situation) is None


@given(situation=SITUATIONS, mode=st.sampled_from(list(ApplianceMode)))
def test_to_know_less_never_makes_a_mode_hold(situation: Situation, mode: ApplianceMode) -> None:
    """What does not hold by what is known does not hold in service by knowing nothing of the group either."""
    less = replace(situation, in_group=None)

    if mode in {ApplianceMode.IN_SERVICE, ApplianceMode.HA_GROUP} and situation.kind is EXTENSION:
        assert holds(PLANNED[mode], less) is not None


# --- both sides -------------------------------------------------------------------------------------------------------

TARGET = Version("4.11.4")
ITEM = replace(
    MESH.appliances[1],
    appliance_id="id-ne",
    name="ne",
    networks=1,
    mode=PLANNED[ApplianceMode.IN_SERVICE],
    peers=("id-p",),
)
TASK = replace(MESH, subject="m", initiator="con", receiver="pc", target=TARGET, appliances=(ITEM,))
GROUP = HaGroup(id="g", mesh_id="m", members=("id-ne", "id-ne2"))
ACROSS = HaGroup(id="g", mesh_id="m", members=("id-p", "id-p2"))


def ne(name: str = "ne", side: str = "con", peer: str = "id-p", **changes: Any) -> Appliance:
    """A network extension appliance that is behind."""
    return replace(appliance(name, "m", side, "4.10.3", EXTENSION), peers=(peer,), **changes)


def facts(
    here: tuple[Appliance, ...], there: tuple[Appliance, ...], **sections: Any
) -> tuple[ManagerFacts, ManagerFacts]:
    """Both managers of mesh m; sections of the initiator, or of the receiver where they end in `_there`."""
    own: dict[str, Any] = {name: seen(value) for name, value in sections.items() if not name.endswith("_there")}
    other: dict[str, Any] = {
        name.removesuffix("_there"): seen(value) for name, value in sections.items() if name.endswith("_there")
    }
    one = meshed(connector("con", "4.11.4"), mesh("m", "con", "pc"), *here)
    return replace(one, **own), replace(meshed(cloud_manager("pc", "4.11.4"), mesh("m", "con", "pc"), *there), **other)


def asked(
    here: tuple[Appliance, ...] = (ne(),),
    there: tuple[Appliance, ...] = (ne("p", "pc", "id-ne"),),
    *,
    task: MeshTask = TASK,
    situation: Callable[[Appliance], Situation] = lambda _: at(),
    **sections: Any,
) -> PassedOver | None:
    """Whether the appliance goes, when the sides say this."""
    return passed_over(task, task.appliances[0], sides_of("m", *facts(here, there, **sections)), situation)


def test_what_is_as_it_was_planned_goes() -> None:
    """Both sides agree, the networks are as many, and the mode holds."""
    assert asked() is None


@pytest.mark.parametrize(
    ("here", "there", "sections", "reason", "words"),
    [
        ((), (ne("p", "pc", "id-ne"),), {}, mode_now.GONE, "ne is not among the appliances that con lists"),
        (
            (ne(),),
            (ne("q", "pc", "id-ne"),),
            {},
            mode_now.DISAGREE,
            "con names id-p as its peer, and pc does not list it",
        ),
        (
            (ne(),),
            (ne("p", "pc", "id-ne", extension_count=3),),
            {},
            mode_now.DISAGREE,
            "con counts 1 extended network on it, and pc 3 extended networks on its peer",
        ),
        (
            (ne(),),
            (ne("p", "pc", "id-ne"),),
            {"ha_groups": (), "ha_groups_there": (ACROSS,)},
            mode_now.DISAGREE,
            "con lists it in no high availability group and pc lists it in a high availability group",
        ),
        (
            (ne(extension_count=2),),
            (ne("p", "pc", "id-ne", extension_count=2),),
            {},
            mode_now.NETWORKS,
            "ne carries 2 extended networks now, and 1 extended network when it was planned",
        ),
        (
            (ne(extension_count=0),),
            (ne("p", "pc", "id-ne", extension_count=0),),
            {},
            mode_now.NETWORKS,
            "ne carries no extended networks now",
        ),
    ],
)
def test_what_changed_or_contradicts_itself_passes_an_appliance_over(
    here: tuple[Appliance, ...], there: tuple[Appliance, ...], sections: dict[str, Any], reason: str, words: str
) -> None:
    """With a stable reason, what was seen, and what somebody has to do."""
    found = asked(here, there, **sections)

    assert found is not None
    assert (found.reason, bool(found.remedy)) == (reason, True)
    assert words in found.detail


def test_a_mode_that_does_not_hold_is_the_last_reason() -> None:
    """It is named with what was planned and what keeps it away."""
    found = asked(situation=lambda _: at(here=replace(ready(), uplink=0)))

    assert found is not None
    assert found.reason == mode_now.MODE
    assert found.detail == "ne was planned in service, and no spare uplink address at con-lyon"


def test_what_is_there_already_is_never_passed_over() -> None:
    """Somebody was early: there is nothing left to do, so it does not matter what would keep it away."""
    done = (ne(version=TARGET, extension_count=5),), (ne("p", "pc", "id-ne", version=TARGET),)

    assert asked(*done, situation=lambda _: at(in_group=True)) is None


def test_a_group_counts_as_one() -> None:
    """Its networks may lie on either member, as after a switch-over, and a member that is gone is missed."""
    item = replace(ITEM, together=("id-ne2",), networks=2, mode=PLANNED[ApplianceMode.HA_GROUP])
    task = replace(TASK, appliances=(item,))
    own = (ne(extension_count=0), ne("ne2", peer="id-p2", extension_count=2))
    across = (ne("p", "pc", "id-ne", extension_count=2), ne("p2", "pc", "id-ne2", extension_count=0))
    groups = {"ha_groups": (GROUP,), "ha_groups_there": (ACROSS,)}

    def grouped(_: Appliance) -> Situation:
        return at(in_group=True)

    assert asked(own, across, task=task, situation=grouped, **groups) is None
    gone = asked(own[:1], across, task=task, situation=grouped, **groups)
    assert gone is not None
    assert gone.reason == mode_now.GONE


def test_a_receiver_that_tells_nothing_contradicts_nothing() -> None:
    """It may list no appliance of the mesh and ask for no groups, since the initiator tells them."""
    assert asked(there=()) is None


@pytest.mark.parametrize(
    ("section", "reason", "again"),
    [
        ("appliances", GapReason.NOT_YET, True),
        ("address_pools", GapReason.UNREACHABLE, True),
        ("ha_groups", GapReason.NOT_OFFERED, False),
        ("extensions", GapReason.UNREADABLE, False),
        ("licence", GapReason.NOT_YET, False),
    ],
)
def test_only_what_comes_back_by_itself_is_looked_for_again(section: str, reason: GapReason, again: bool) -> None:  # noqa: FBT001 -- a parameter
    """A manager that is busy answers in a moment; what it does not offer, it never will."""
    here, there = facts((ne(),), (ne("p", "pc", "id-ne"),))
    gap = Gap(section=section, reason=reason, detail="busy", remedy="wait", at=NOW)
    changes: dict[str, Any] = {section: None, "gaps": (gap,)}
    here = replace(here, **changes)

    assert bool(unread(ITEM, here, there)) is again


# --- beside others of its round ---------------------------------------------------------------------------------------


@given(
    before=st.integers(min_value=0, max_value=9),
    taken=st.integers(min_value=0, max_value=9),
    beside=st.integers(min_value=1, max_value=4),
    elsewhere=st.integers(min_value=0, max_value=4),
)
def test_beside_others_none_goes_in_service_without_an_address_of_its_own(
    before: int, taken: int, beside: int, elsewhere: int
) -> None:
    """However many of theirs show as taken already: what they still will take is none of its own.

    What somebody else took meanwhile may be taken for theirs; HCX refuses one of them then.
    """
    shown = min(taken, beside)
    left = before - beside
    found = crowded_out(ITEM, Beside(in_service=beside, spare=before), max(0, before - shown))
    fewer = crowded_out(ITEM, Beside(in_service=beside, spare=before), max(0, before - shown - elsewhere))

    assert (found is None) == (left > 0)
    assert found is None or fewer is not None


def test_what_goes_alone_or_needs_no_address_is_not_crowded_out() -> None:
    """The first of a round, a standard one, and where nothing is counted."""
    standard = replace(ITEM, mode=PLANNED[ApplianceMode.STANDARD])

    assert crowded_out(ITEM, Beside(), 1) is None
    assert crowded_out(standard, Beside(in_service=3, spare=1), 0) is None
    assert crowded_out(ITEM, Beside(in_service=1), None) is None


def test_without_a_count_from_before_the_others_are_taken_to_have_taken_nothing_yet() -> None:
    """The careful reading: it may pass over one that could have gone."""
    found = crowded_out(ITEM, Beside(in_service=1), 1)

    assert found is not None
    assert (found.reason, "take the last spare addresses" in found.detail) == (mode_now.MODE, True)
