"""Exposure: what a fleet's versions mean for it today, with everything that cannot be told counted as such."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.facts import ApplianceKind, Licence, NetworkExtension
from shared.model.version import UNKNOWN, Version
from shared.rules.catalogue import catalogue, catalogue_with
from shared.rules.exposure import (
    SOON,
    Exposure,
    Nearing,
    Spread,
    VersionCount,
    exposure,
    nearing,
    releases_behind,
    support_of,
)
from tests.builders.fleet_facts import NOW, UP, appliance, cloud_manager, connector, fleet, mesh, meshed, seen, unread

TODAY = NOW.date()
MON = NetworkExtension(id="n", network="net-app", appliance_id=None, state=UP, optimized=True)


def of(*managers: object, now: datetime = NOW) -> Exposure:
    """The exposure of these managers."""
    return exposure(catalogue(), fleet(*managers), now)  # type: ignore[arg-type]  # facts of managers


# --- spread -----------------------------------------------------------------------------------------------------------


def test_versions_are_counted_per_kind() -> None:
    """Builds are one release, oldest first; what cannot be told is counted apart."""
    found = of(
        cloud_manager("pc-1", "4.11.3.0-24972693"),
        cloud_manager("pc-2", "4.11.3"),
        connector("con-1", "4.10.3"),
        connector("con-2", "4.9.2"),
        connector("con-3", "odd"),
        unread(connector("con-4", "4.10.3")),
    )

    assert found.spreads == (
        Spread(kind="cloud-manager", versions=(VersionCount(release="4.11.3", count=2),), unknown=0),
        Spread(
            kind="connector",
            versions=(VersionCount(release="4.9.2", count=1), VersionCount(release="4.10.3", count=1)),
            unknown=2,
        ),
        Spread(kind="appliance", versions=(), unknown=0),
    )
    assert found.unknown_versions == 2


def test_an_appliance_that_two_managers_report_counts_once() -> None:
    """Appliances are counted by their id."""
    one = mesh("m", "con", "pc")
    box = appliance("ix", "m", "con", "4.10.3", ApplianceKind.INTERCONNECT)
    odd = appliance("ne", "m", "con", "", ApplianceKind.NETWORK_EXTENSION)

    found = of(meshed(connector("con", "4.10.3"), one, box, odd), meshed(cloud_manager("pc", "4.11.3"), one, box))

    assert found.spreads[2] == Spread(kind="appliance", versions=(VersionCount(release="4.10.3", count=1),), unknown=1)


def test_managers_come_in_the_order_of_their_ids() -> None:
    """The order of the input says nothing."""
    one, other = connector("a", "4.10.3"), connector("b", "4.10.3")

    assert of(other, one) == of(one, other)


# --- how far behind ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "target", "behind"),
    [
        ("4.10.3", "4.11.3", 4),
        ("4.10.3.0-24000000", "4.11.3", 4),
        ("4.10.9", "4.11.0", 1),
        ("4.11.3", "4.11.3", 0),
        ("4.11.4", "4.11.3", 0),
        ("4.11.3", "4.11.9", 3),
        ("odd", "4.11.3", None),
        ("4.10.3", "odd", None),
    ],
)
def test_releases_behind(version: str, target: str, behind: int | None) -> None:
    """Listed releases up to the target are counted, and the target itself where nobody lists it."""
    assert releases_behind(catalogue(), Version(version), Version(target)) == behind


def test_the_newest_validated_release_is_the_target_of_those_without_one() -> None:
    """A target of its own counts; else the newest validated release does."""
    managers = fleet(connector("own", "4.10.3"), connector("plain", "4.10.3"))
    own, plain = exposure(catalogue(), managers, NOW, {"own": Version("4.11.0")}).managers

    assert (str(own.target), own.behind) == ("4.11.0", 1)
    assert (str(plain.target), plain.behind) == ("4.11.3", 4)


def test_without_any_target_nobody_is_behind() -> None:
    """Where nothing is known to be validated, nothing is said."""
    known = catalogue_with(
        "releases: ["
        + ", ".join(
            f'{{release: "{one}", released: null, source: oracle, confidence: seen, dated: 2026-11-24}}'
            for one in ("4.8.2", "4.11.0", "4.11.3")
        )
        + "]",
        "own.yaml",
    )
    (one,) = exposure(known, fleet(connector("con", "4.10.3")), NOW).managers

    assert (one.target, one.behind) == (None, None)


# --- support ----------------------------------------------------------------------------------------------------------


def test_the_earliest_end_counts_and_every_word_is_kept() -> None:
    """Where two sources disagree, support has passed at the earlier day, and both are named."""
    found = support_of(catalogue(), Version("4.11.2"), date(2025, 12, 25))

    assert (found.state, found.on) == (Nearing.PAST, date(2025, 12, 24))
    assert [(end.on, end.source) for end in found.ends] == [
        (date(2026, 2, 20), "ms-upgrade"),
        (date(2025, 12, 24), "vcf-handbook"),
    ]


def test_a_release_before_one_whose_support_ended_has_none_either() -> None:
    """No source speaks of 4.9.2; the next release with an end that passed stands in, and is named."""
    found = support_of(catalogue(), Version("4.9.2"), TODAY)

    assert (found.state, found.on, str(found.inferred_from)) == (Nearing.PAST, date(2025, 7, 27), "4.10.0")


@pytest.mark.parametrize("version", ["4.11.4", "9.1.1", "4.12.0", "odd", ""])
def test_where_nobody_says_when_support_ends_it_is_unknown(version: str) -> None:
    """Neither a newer release nor another major is a reason."""
    assert support_of(catalogue(), Version(version), TODAY).state is Nearing.UNKNOWN


@pytest.mark.parametrize(
    ("days", "state"),
    [(-1, Nearing.PAST), (0, Nearing.SOON), (SOON.days, Nearing.SOON), (SOON.days + 1, Nearing.OPEN)],
)
def test_soon_is_ninety_days(days: int, state: Nearing) -> None:
    """The last day still counts, and so does the ninetieth before it."""
    assert nearing(TODAY + timedelta(days=days), TODAY) is state


def test_managers_by_support() -> None:
    """Those that are out of support, or soon will be, can be listed."""
    before = datetime(2025, 10, 1, tzinfo=UTC)
    found = of(connector("a", "4.10.3"), connector("b", "4.11.2"), connector("c", "4.11.3"), now=before)

    assert [one.manager for one in found.support(Nearing.PAST)] == ["a"]
    assert [one.manager for one in found.support(Nearing.SOON)] == ["b"]
    assert [one.manager for one in found.support(Nearing.OPEN)] == ["c"]


# --- advisories -------------------------------------------------------------------------------------------------------


def test_open_advisories() -> None:
    """Risks of running versions are grouped, the surest first; a notice is none."""
    found = of(
        connector("a", "4.8.2"),
        connector("b", "4.9.0"),
        connector("c", "4.11.3", extensions=seen((MON,))),
        connector("d", "4.11.4", extensions=seen((MON,))),
    )
    grouped = found.open_advisories()

    assert list(grouped) == ["HCX-CVE-2024-38814", "HCX-MON-4113"]
    assert [match.subject for match in grouped["HCX-CVE-2024-38814"]] == ["a", "b"]


def test_what_cannot_be_excluded_is_an_open_advisory() -> None:
    """A manager that nobody could read has every advisory open."""
    found = of(unread(connector("a", "4.11.4")))

    assert {match.applies for match in found.managers[0].advisories} == {None}
    assert "HCX-CVE-2024-38814" in found.open_advisories()


# --- licences ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "licence", "clocks"),
    [
        ("4.10.3", None, []),
        ("4.11.3", None, [("activation-450", Nearing.UNKNOWN)]),
        ("4.11.3", Licence(mode="ACTIVATED", until=date(2026, 12, 1)), [("activation-450", Nearing.SOON)]),
        ("4.11.3", Licence(mode="ACTIVATED", until=None), [("activation-450", Nearing.UNKNOWN)]),
        ("9.1.1", None, [("evaluation-90", Nearing.UNKNOWN)]),
        ("9.1.1", Licence(mode="EVALUATION_MODE", until=date(2026, 11, 1)), [("evaluation-90", Nearing.PAST)]),
        ("9.1.1", Licence(mode="LICENSED", until=None), []),
        ("odd", None, []),
    ],
)
def test_licence_clocks(version: str, licence: Licence | None, clocks: list[tuple[str, Nearing]]) -> None:
    """A clock runs to the day that the manager says; one whose start nobody knows is unknown, not absent."""
    found = of(connector("con", version, licence=seen(licence) if licence else None))

    assert [(one.clock.id, one.state) for one in found.managers[0].clocks] == clocks
    assert found.clocks_unknown == sum(state is Nearing.UNKNOWN for _, state in clocks)


# --- properties -------------------------------------------------------------------------------------------------------


versions = st.sampled_from([*(one.release for one in catalogue().releases), Version("4.8.1"), Version("odd"), UNKNOWN])


@given(st.lists(versions, max_size=8))
def test_nobody_is_left_out(mix: list[Version]) -> None:
    """Every manager is in the list, and is counted in its spread or as unknown."""
    found = of(*(connector(f"con-{number}", str(version)) for number, version in enumerate(mix)))

    assert len(found.managers) == len(mix)
    assert sum(one.count for one in found.spreads[1].versions) + found.spreads[1].unknown == len(mix)


@given(versions, versions)
def test_a_newer_version_is_never_further_behind(one: Version, other: Version) -> None:
    """Going on never adds to the distance."""
    target = Version("9.1.1")
    if one.known and other.known and not other.older_than(one):
        behind, less = releases_behind(catalogue(), one, target), releases_behind(catalogue(), other, target)

        assert behind is not None
        assert less is not None
        assert less <= behind
