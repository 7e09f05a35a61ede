"""Asking Azure once more about private clouds right before a change."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from activities.known import clouds_of, inventory_of
from activities.observe import discover, observe_clouds
from shared.model.inventory import ProvisioningState, SubscriptionState
from shared.model.orders import CloudsOrder
from shared.ports import Ports
from tests.activities.desk import Hands, asked, ports_of
from tests.builders.fleet_facts import NOW, private_cloud

ORDER = CloudsOrder(run="r", clouds=("pc",))
LATER = timedelta(minutes=10)


@pytest.fixture
def hands() -> Hands:
    """One private cloud."""
    return Hands()


@pytest.fixture
def ports(hands: Hands, tmp_path: Path) -> Ports:
    """Ports over it, with the cloud discovered and some time gone."""
    ports = ports_of(hands, tmp_path)
    discover(ports, asked(ports))
    hands.later(LATER)
    return ports


def state_of(ports: Ports) -> tuple[ProvisioningState, timedelta]:
    """The state that checks see, and how long after discovery it was observed."""
    clouds, at = clouds_of(ports, "r", inventory_of(ports, "r"), ["pc"])
    return clouds[0].provisioning_state, at - NOW


def test_the_newest_word_counts(hands: Hands, ports: Ports) -> None:
    """A cloud that is being updated now is seen so, with the time of that look."""
    hands.clouds = (replace(private_cloud("pc"), provisioning_state=ProvisioningState.UPDATING),)

    observe_clouds(ports, ORDER)

    assert state_of(ports) == (ProvisioningState.UPDATING, LATER)


def test_a_cloud_that_is_gone_is_in_no_known_state(hands: Hands, ports: Ports) -> None:
    """What a readable subscription does not show any more must not pass for what it was."""
    hands.clouds = ()

    observe_clouds(ports, ORDER)

    assert state_of(ports) == (ProvisioningState.UNKNOWN, LATER)


def test_an_unreadable_subscription_leaves_what_was_seen_to_grow_old(hands: Hands, ports: Ports) -> None:
    """That Azure does not answer says nothing of the cloud."""
    hands.subscription = replace(hands.subscription, state=SubscriptionState.FAILED)

    observe_clouds(ports, ORDER)

    assert state_of(ports) == (ProvisioningState.SUCCEEDED, timedelta(0))


def test_a_newer_discovery_beats_an_older_look(hands: Hands, ports: Ports) -> None:
    """A run that goes on discovers anew: what a task saw in its earlier life is older then."""
    hands.clouds = (replace(private_cloud("pc"), provisioning_state=ProvisioningState.UPDATING),)
    observe_clouds(ports, ORDER)
    hands.clouds = (private_cloud("pc"),)
    hands.later(LATER)
    request = ports.store.run("r")
    assert request is not None
    discover(ports, request.request)

    assert state_of(ports) == (ProvisioningState.SUCCEEDED, 2 * LATER)


def test_every_private_cloud_of_a_task_is_asked_for_in_one_read(hands: Hands, ports: Ports) -> None:
    """A subscription is read once for all of its clouds, and none is read for a cloud that nobody knows."""
    before = hands.reads
    hands.clouds = (private_cloud("pc"), private_cloud("pc-two"))
    hands.later(LATER)
    run = ports.store.run("r")
    assert run is not None
    discover(ports, run.request)
    hands.later(LATER)

    observe_clouds(ports, replace(ORDER, clouds=("pc", "pc-two", "pc-nowhere")))
    observe_clouds(ports, replace(ORDER, clouds=("pc-nowhere",)))

    assert hands.reads - before == 2
    assert clouds_of(ports, "r", inventory_of(ports, "r"), ["pc", "pc-two"])[1] == NOW + 3 * LATER
