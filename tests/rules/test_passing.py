"""What becomes of a mesh of which an appliance is passed over."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from shared.model.facts import ApplianceKind
from shared.rules.mode_now import PassedOver
from shared.rules.passing import bars, end_of
from tests.report.planned_fleet import MESH

IX, NE = MESH.appliances
SECOND = replace(
    NE, name="NE-I2", upgrade=replace(NE.upgrade, id="upgrade-appliance:NE-I2"), verify=replace(NE.verify, id="v:NE-I2")
)
TASK = replace(MESH, appliances=(IX, NE, SECOND))
WHY = PassedOver(
    reason="mode-changed", detail="NE-I1 was planned in service, and no address is spare", remedy="free one"
)


def test_a_network_extension_that_is_left_holds_up_no_other() -> None:
    """They have nothing to do with each other."""
    assert not bars(TASK, {NE.upgrade.id: WHY}, SECOND)


def test_nothing_goes_before_the_interconnect() -> None:
    """One that is left stops all that come after it."""
    assert bars(TASK, {IX.upgrade.id: WHY}, NE)
    assert bars(TASK, {IX.upgrade.id: WHY}, SECOND)


@given(left=st.sets(st.sampled_from([item.upgrade.id for item in TASK.appliances])))
def test_a_network_extension_goes_only_where_every_interconnect_did(left: set[str]) -> None:
    """Whatever else is left."""
    because = dict.fromkeys(left, WHY)
    going = [item for item in TASK.appliances if item.upgrade.id not in left and not bars(TASK, because, item)]

    assert not going or all(
        one.upgrade.id not in left for one in TASK.appliances if one.kind is ApplianceKind.INTERCONNECT
    )


def test_the_end_names_everything_that_is_left() -> None:
    """What was passed over with its reason, what was not begun because of it, and what somebody has to do."""
    done = {IX.upgrade.id, SECOND.upgrade.id}
    found = end_of(TASK, {NE.upgrade.id: WHY}, done)

    assert (found.reason, found.who_can_act) == ("mode-changed", "free one")
    assert found.detail == f"{WHY.detail}; not begun because of that: SGW-1"


def test_the_reason_is_that_of_the_first() -> None:
    """And the same remedy is said once."""
    other = replace(WHY, reason="networks-changed", detail="NE-I2 carries 3 now")
    found = end_of(TASK, {NE.upgrade.id: WHY, SECOND.upgrade.id: other}, {IX.upgrade.id})

    assert (found.reason, found.who_can_act) == ("mode-changed", "free one")
    assert "NE-I2 carries 3 now" in found.detail
