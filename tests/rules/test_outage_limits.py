"""Which outage the owner accepts, network by network."""

from dataclasses import replace
from datetime import timedelta

from shared.model.policy import ExtensionPolicy, NetworkEntry, SiteEntry
from shared.rules.outage_limits import limits_of
from tests.builders.fleet_facts import policy

FLEET = timedelta(seconds=30)


def _site(name: str, **limits: int | None) -> SiteEntry:
    networks = (
        NetworkEntry(network=one, owner="ann", outage_limit=None if limit is None else timedelta(seconds=limit))
        for one, limit in limits.items()
    )
    return SiteEntry(name=name, networks=tuple(networks))


POLICY = replace(
    policy(),
    extension=ExtensionPolicy(outage_limit=FLEET),
    sites=(_site("lyon", Net_a=10, net_b=None, net_c=90), _site("pc", net_c=60), _site("oslo", net_d=1)),
)


def test_the_own_entry_goes_before_that_of_the_fleet() -> None:
    """Stricter or looser, whatever the case of its name; the stricter of two; an entry without a limit has none."""
    found = limits_of(POLICY, ("lyon", "pc"), ("net_a", "net_b", "net_c", "net_d"))

    assert {name: limit.total_seconds() for name, limit in found.items()} == {
        "net_a": 10,
        "net_b": 30,
        "net_c": 60,
        "net_d": 30,
    }


def test_without_any_limit_nothing_is_too_long() -> None:
    """A network that nobody limits is left out."""
    unlimited = replace(POLICY, extension=ExtensionPolicy())

    assert set(limits_of(unlimited, ("lyon",), ("net_a", "net_b"))) == {"net_a"}
