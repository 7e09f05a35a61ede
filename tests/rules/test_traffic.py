"""What the words of both sides and of probes come to, network by network."""

from collections.abc import Sequence

import pytest

from shared.model.acts import ApplianceTraffic, TunnelSeen
from shared.model.facts import Health, NetworkExtension, Status
from shared.model.outage import Traffic
from shared.model.probe import ProbeAnswer
from shared.rules.traffic import Carriers, carried, networks_seen
from tests.builders.fleet_facts import NOW

NE = Carriers(own=frozenset({"ne"}), peers=frozenset({"ne-peer"}))
GROUP = Carriers(own=frozenset({"ne", "ne-2"}), peers=frozenset({"ne-peer", "ne-2-peer"}))
UP, DOWN, UNKNOWN, STRANGE = Traffic.UP, Traffic.DOWN, Traffic.UNKNOWN, Traffic.STRANGE
OK, RED, MUTE = (ProbeAnswer(ok=ok, detail="") for ok in (True, False, None))


def _extension(network: str, on: str = "ne", state: Health = Health.UP) -> NetworkExtension:
    return NetworkExtension(
        id=f"stretch-{network}", network=network, appliance_id=on, state=Status(health=state, text=state.value)
    )


def _side(*extensions: NetworkExtension, **tunnels: Health) -> ApplianceTraffic:
    said = {name.replace("_", "-"): Status(health=health, text=health.value) for name, health in tunnels.items()}
    seen = tuple(TunnelSeen(appliance=name, status=status) for name, status in said.items())
    return ApplianceTraffic(at=NOW, tunnels=seen, extensions=extensions)


SILENT = ApplianceTraffic(at=NOW)
GOOD = _side(_extension("a"), ne=Health.UP, ne_peer=Health.UP)


def _by_hcx(*sides: ApplianceTraffic, carriers: Carriers = NE) -> Traffic:
    (seen,) = networks_seen(("a",), carriers, sides, {})
    return seen.by_hcx


def test_a_healthy_network_carries_traffic() -> None:
    """Its tunnel is up at both ends, and its extension is as it should be."""
    assert _by_hcx(GOOD, GOOD) is UP


@pytest.mark.parametrize(
    ("side", "word"),
    [
        (_side(_extension("a"), ne=Health.DOWN, ne_peer=Health.UP), DOWN),
        (_side(_extension("a"), ne=Health.UP, ne_peer=Health.DOWN), DOWN),
        (_side(_extension("a", state=Health.DOWN), ne=Health.UP), DOWN),
        (_side(_extension("a", state=Health.UNKNOWN), ne=Health.UP), STRANGE),
        (_side(_extension("a"), ne=Health.DEGRADED), UP),
        (_side(_extension("a"), ne=Health.UNKNOWN), UNKNOWN),
        (_side(_extension("b"), ne=Health.UP), UNKNOWN),
        (_side(_extension("a"), other=Health.UP), UNKNOWN),
        (_side(_extension("a"), other=Health.DOWN, ne=Health.UP), UP),
        (_side(_extension("a"), _extension("a", state=Health.UNKNOWN), ne=Health.UP), STRANGE),
        (SILENT, UNKNOWN),
    ],
)
def test_the_word_of_one_side(side: ApplianceTraffic, word: Traffic) -> None:
    """Either end and the extension can say no, and it takes tunnel and extension to say yes."""
    assert _by_hcx(side) is word


@pytest.mark.parametrize(
    ("sides", "whole", "listed"),
    [
        ((GOOD, SILENT), True, True),
        ((_side(_extension("b")), GOOD), True, True),
        ((GOOD,), False, True),
        ((_side(_extension("b")), SILENT), True, False),
        ((_side(_extension("a", on="another")),), True, False),
        ((SILENT, _side(_extension("b"))), True, None),
        ((_side(_extension("b")),), False, None),
        ((), False, None),
    ],
)
def test_a_network_is_gone_where_the_initiator_could_list_it(
    sides: Sequence[ApplianceTraffic],
    whole: bool,  # noqa: FBT001 -- a parameter
    listed: bool | None,  # noqa: FBT001
) -> None:
    """Either side can show that it is extended on the appliance; that it is not, the initiator's alone."""
    (seen,) = networks_seen(("a",), NE, sides, {}, whole=whole)

    assert seen.listed is listed


@pytest.mark.parametrize(
    ("sides", "word"),
    [
        ((GOOD, SILENT), UP),
        ((SILENT, GOOD), UP),
        ((GOOD, _side(_extension("a"), ne_peer=Health.DOWN)), DOWN),
        ((SILENT, _side(_extension("a"), ne_peer=Health.DOWN)), DOWN),
        ((SILENT, SILENT), UNKNOWN),
        ((), UNKNOWN),
    ],
)
def test_both_sides_together(sides: Sequence[ApplianceTraffic], word: Traffic) -> None:
    """A peer that lags behind is an outage; a side that cannot be read leaves the word to the other one."""
    assert _by_hcx(*sides) is word


def test_of_a_group_one_member_carries_everything() -> None:
    """While the standby is replaced, its tunnel is down and the networks carry traffic."""
    upgrading = _side(
        _extension("a", on="ne-2"), ne=Health.DOWN, ne_2=Health.UP, ne_peer=Health.DOWN, ne_2_peer=Health.UP
    )
    switching = _side(_extension("a"), ne=Health.DOWN, ne_2=Health.DOWN)

    assert _by_hcx(upgrading, carriers=GROUP) is UP
    assert _by_hcx(switching, carriers=GROUP) is DOWN


@pytest.mark.parametrize(
    ("answers", "word"),
    [
        ([OK], UP),
        ([RED], DOWN),
        ([MUTE], UNKNOWN),
        ([RED, OK], UP),
        ([RED, MUTE], UNKNOWN),
        ([], None),
    ],
)
def test_the_word_of_probes(answers: list[ProbeAnswer], word: Traffic | None) -> None:
    """One answer proves traffic; one that could not be asked leaves it open; no probe is no word."""
    (seen,) = networks_seen(("a",), NE, (GOOD,), {"a": answers})

    assert seen.by_probe is word


def test_networks_are_told_apart() -> None:
    """Of two networks of one appliance, the one whose extension is not back is down alone."""
    side = _side(_extension("a"), _extension("b", state=Health.DOWN), ne=Health.UP)

    assert [one.by_hcx for one in networks_seen(("a", "b"), NE, (side,), {})] == [UP, DOWN]


def test_the_networks_of_an_appliance() -> None:
    """Those that it carries, by name, each once; what other appliances carry is no concern of it."""
    listed = [_extension("b"), _extension("a"), _extension("b"), _extension("c", on="other"), _extension("")]

    assert carried(listed, NE) == ("a", "b", "stretch-")
