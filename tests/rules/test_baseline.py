"""The baseline of a plan: sorted, without times, the same whatever the order in which things were seen."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from shared.model.facts import ApplianceKind, FleetFacts
from shared.model.plan import Baseline, RestraintKind, RestraintThen, SubjectKind
from shared.rules.baseline import baseline_of, part_of, unread
from shared.rules.meshes import meshes_seen
from tests.builders.fleet_facts import appliance, cloud_manager, connector, fleet, inventory, mesh, meshed
from tests.builders.fleet_facts import unread as nothing_read

IX, NE = ApplianceKind.INTERCONNECT, ApplianceKind.NETWORK_EXTENSION
WEU, GER = cloud_manager("pc-weu", "4.10.3", pairs=("con-lyon",)), cloud_manager("pc-ger", "4.11.4")
LYON = meshed(
    connector("con-lyon", "4.8.2", pairs=("pc-weu", "pc-ger")),
    mesh("m-2", "con-lyon", "pc-weu", services=("NETWORK_EXTENSION", "INTERCONNECT")),
    appliance("NE-I1", "m-2", "con-lyon", "4.8.2", NE),
    appliance("IX-I1", "m-2", "con-lyon", "4.8.2", IX),
    appliance("IX-R1", "m-2", "pc-weu", "4.8.2", IX),
)
FLEET = fleet(WEU, GER, LYON)


def baseline(facts: FleetFacts) -> Baseline:
    """The baseline of these facts."""
    return baseline_of(facts, inventory(facts), meshes_seen(facts))


def test_it_holds_what_would_make_another_plan() -> None:
    """Versions, systems, pairs, ends and services, and the appliances of the initiator's side."""
    found = baseline(FLEET)
    (lyon, *_), (one,) = found.managers, found.meshes

    assert [each.manager for each in found.managers] == ["con-lyon", "pc-ger", "pc-weu"]
    assert (str(lyon.version), lyon.system_id, lyon.pairs) == ("4.8.2", "sys-con-lyon", ("sys-pc-ger", "sys-pc-weu"))
    assert (one.ends, one.services) == (("sys-con-lyon", "sys-pc-weu"), ("INTERCONNECT", "NETWORK_EXTENSION"))
    assert [each.name for each in one.appliances] == ["IX-I1", "NE-I1"]
    assert all(member == member.lower() for member in found.members)


@given(st.permutations(FLEET.managers))
def test_the_order_of_the_input_does_not_show(managers: list[object]) -> None:
    """Whatever the order in which managers were observed, the baseline is the same."""
    shuffled = FleetFacts(managers=tuple(managers))  # type: ignore[arg-type]

    assert baseline(shuffled) == baseline(FLEET)


def test_a_manager_without_identity_is_no_part_of_it() -> None:
    """Nothing is known of it, and it is named as unread together with those whose sections are missing."""
    half = replace(GER, pairings=None)
    found = fleet(nothing_read(WEU), half, LYON)

    assert [one.manager for one in baseline(found).managers] == ["con-lyon", "pc-ger"]
    assert unread(found) == {"pc-weu", "pc-ger"}


def test_a_mesh_within_one_site_is_left_out() -> None:
    """The provider's own mesh, both of whose ends are one system, is nobody's to plan."""
    own = meshed(WEU, mesh("m-9", "pc-weu", "pc-weu"))

    assert baseline(fleet(own)).meshes == ()


def test_a_mesh_whose_initiator_was_not_read_has_no_appliances() -> None:
    """The other side's appliances are not taken for the initiator's."""
    seen = meshed(WEU, mesh("m-2", "con-lyon", "pc-weu"), appliance("IX-R1", "m-2", "pc-weu", "4.8.2", IX))

    assert baseline(fleet(seen)).meshes[0].appliances == ()


def test_what_was_held_back_is_part_of_it() -> None:
    """A part keeps what is about its own private clouds, connectors and meshes."""
    kinds = {"pc-ger": SubjectKind.PRIVATE_CLOUD, "con-lyon": SubjectKind.CONNECTOR, "m-2": SubjectKind.MESH}
    held = tuple(
        RestraintThen(kind=RestraintKind.HOLD, of=kind, subject=name, text="held") for name, kind in kinds.items()
    )
    whole = baseline_of(FLEET, inventory(FLEET), meshes_seen(FLEET), held)

    assert whole.restraints == held
    assert [one.subject for one in part_of(whole, {"pc-ger"}, ()).restraints] == ["pc-ger"]
    assert [one.subject for one in part_of(whole, {"con-lyon"}, ()).restraints] == ["con-lyon", "m-2"]


def test_a_part_keeps_what_touches_its_managers() -> None:
    """The part of one private cloud has its managers, the meshes that end at one of them, and its own membership."""
    whole = baseline(FLEET)
    part = part_of(whole, {"pc-ger"}, (whole.members[0].upper(),))

    assert [one.manager for one in part.managers] == ["pc-ger"]
    assert part.meshes == ()
    assert part.members == whole.members[:1]
    assert part_of(whole, {"pc-weu"}, ()).meshes == whole.meshes
