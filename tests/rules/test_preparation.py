"""What people do ahead of a task."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from shared.model.inventory import Manager
from shared.model.plan import Preparation, PreparationKind
from shared.model.policy import Owner, ProviderDates, SiteEntry
from shared.model.version import Version
from shared.rules.catalogue import removed_services
from shared.rules.preparation import LEADS, Ask, for_manager, for_mesh
from shared.rules.protection import Change
from tests.builders.fleet_facts import cloud_manager, connector, mesh

CONNECTOR = connector("con-lyon", "4.10.3").manager
CLOUD = cloud_manager("pc-weu-01", "4.10.3").manager
LYON = SiteEntry(name="lyon", contacts=("lyon-ops@contoso.example",))
SERVICES = removed_services()


def hops(*releases: str) -> tuple[Change, ...]:
    """Version changes from each release to the next."""
    return tuple(Change(source=Version(one), target=Version(other)) for one, other in pairwise(releases))


def connectors(*releases: str, clouds: tuple[str, ...] = ("pc-weu-01",)) -> tuple[Preparation, ...]:
    """What to do for a connector of the site in Lyon."""
    ask = Ask(manager=CONNECTOR, owner=Owner.ASSISTED, site=LYON, clouds=clouds)
    return for_manager(ask, hops(*releases), (), SERVICES)


def providers(dates: ProviderDates | None = None, contacts: tuple[str, ...] = ()) -> Preparation:
    """The answer to the provider that is asked of somebody."""
    site = SiteEntry(name="weu", private_cloud="pc-weu-01", provider=dates or ProviderDates(), contacts=contacts)
    (found,) = for_manager(Ask(manager=CLOUD, owner=Owner.PROVIDER, site=site), hops("4.10.3", "4.11.4"), (), SERVICES)
    return found


def test_a_connector_is_prepared_in_order() -> None:
    """Fetch, verify, upload, back up, take a snapshot: each closer to the start, all by the people of the site."""
    found = connectors("4.10.3", "4.11.4")

    assert [one.id for one in found] == [
        "fetch-bundle:4.11.4",
        "verify-bundle:4.11.4",
        "upload-bundle:4.11.4",
        "back-up:4.10.3",
        "snapshot",
    ]
    assert sorted((one.lead for one in found), reverse=True) == [one.lead for one in found]
    assert {(one.who, one.owner) for one in found} == {("lyon-ops@contoso.example", Owner.ASSISTED)}


@pytest.mark.parametrize(
    ("target", "clouds", "words", "days"),
    [
        ("4.11.0", ("pc-weu-01",), "AVS_Official_HCX_Connector_Binaries on the vSAN datastore of pc-weu-01", 7),
        ("4.11.4", ("pc-b", "pc-a"), "the vSAN datastore of pc-a (or of pc-b)", 7),
        ("4.10.3", ("pc-weu-01",), "by a support ticket", 14),
        ("4.11.4", (), "by a support ticket", 14),
    ],
)
def test_the_bundle_of_a_connector_has_its_place(target: str, clouds: tuple[str, ...], words: str, days: int) -> None:
    """From 4.11 on in a folder of its private cloud, below by a ticket, which takes longer."""
    fetch = connectors("4.9.2", target, clouds=clouds)[0]

    assert words in fetch.title
    assert fetch.lead == timedelta(days=days)


def test_every_hop_has_its_bundle_and_its_backup() -> None:
    """Ids stay unique; fetching and verifying is ahead of it all, what needs the hop before comes after the rest."""
    found = connectors("4.8.2", "4.9.2", "4.11.4")

    assert [(one.id, one.lead > timedelta()) for one in found] == [
        ("fetch-bundle:4.9.2", True),
        ("fetch-bundle:4.11.4", True),
        ("verify-bundle:4.9.2", True),
        ("verify-bundle:4.11.4", True),
        ("upload-bundle:4.9.2", True),
        ("back-up:4.8.2", True),
        ("snapshot", True),
        ("back-up:4.9.2", False),
        ("upload-bundle:4.11.4", False),
    ]
    assert all(one.title.count("once it is at 4.9.2") == 1 for one in found[-2:])
    assert "once it is" not in " ".join(one.title for one in found[:-2])


@pytest.mark.parametrize(
    ("releases", "asked"),
    [
        (("4.8.2", "4.9.2"), {}),
        (("4.8", "4.9.2"), {"upload-bundle:4.9.2": "while it is at 4.8"}),
        (
            ("4.2.4", "4.4.2", "4.9.2", "4.11.4"),
            {"upload-bundle:4.4.2": "while it is at 4.2.4", "upload-bundle:4.9.2": "once it is at 4.4.2"},
        ),
    ],
)
def test_before_one_release_no_bundle_can_be_uploaded(releases: tuple[str, ...], asked: dict[str, str]) -> None:
    """Support is asked for the way there, as long ahead as any ticket takes, for a later hop as well."""
    asks = {one.id: one for one in connectors(*releases) if one.title.startswith("Ask support")}

    assert asks.keys() == asked.keys()
    for name, words in asked.items():
        assert words in asks[name].title
        assert "KB 97087" in asks[name].title
        assert asks[name].lead == timedelta(days=14)


def test_a_cloud_manager_of_our_own_has_no_folder_and_no_backup() -> None:
    """No source shows where its bundle lies; Microsoft backs it up, and a run command takes the snapshot."""
    found = for_manager(Ask(manager=CLOUD, owner=Owner.ASSISTED), hops("4.10.3", "4.11.4"), (), SERVICES)

    assert "by a support ticket" in found[0].title
    assert PreparationKind.BACK_UP not in {one.kind for one in found}
    assert "New-HCXManagerSnapshot" in found[-1].title
    assert found[0].who == "the people of pc-weu-01"


def test_without_a_change_there_is_nothing_to_prepare() -> None:
    """A manager that stays where it is needs nothing."""
    assert connectors("4.11.4") == ()


# --- the provider -----------------------------------------------------------------------------------------------------


def test_the_providers_date_is_answered_in_time() -> None:
    """Until when the provider wants its answer counts, not our own table."""
    dates = ProviderDates(announced=date(2026, 12, 1), answer_by=date(2026, 11, 28), case="2611-17")
    found = providers(dates, ("avs@contoso.example",))

    assert (found.kind, found.who) == (PreparationKind.ANSWER_PROVIDER, "avs@contoso.example")
    assert found.lead == timedelta(days=3)
    assert all(word in found.title for word in ("2611-17", "by 2026-11-28", "announced for 2026-12-01"))


@pytest.mark.parametrize(
    "dates",
    [
        ProviderDates(announced=date(2026, 12, 1)),
        ProviderDates(answer_by=date(2026, 11, 28)),
        ProviderDates(announced=date(2026, 12, 1), answer_by=date(2026, 12, 2)),
    ],
)
def test_half_known_dates_leave_our_own_lead(dates: ProviderDates) -> None:
    """Without both dates, or with an answer after the upgrade, the table counts."""
    assert providers(dates).lead == LEADS[PreparationKind.ANSWER_PROVIDER].span


def test_an_unknown_date_is_asked_for() -> None:
    """It comes by mail or support case, so that whoever gets those writes it down."""
    found = providers()

    assert found.title.startswith("Ask the provider when it upgrades pc-weu-01 to 4.11.4")
    assert found.who == "whoever gets the provider's mails about pc-weu-01"


# --- services ---------------------------------------------------------------------------------------------------------


def removals(manager: Manager, target: str, *services: str) -> list[Preparation]:
    """Removals before a manager with one mesh of these services goes to a release."""
    one = mesh("mesh-lyon", "con-lyon", "pc-weu-01", services=services)
    found = for_manager(Ask(manager=manager, owner=Owner.PROVIDER), hops("4.11.2", target), (one,), SERVICES)
    return [each for each in found if each.kind is PreparationKind.REMOVE_SERVICES]


@pytest.mark.parametrize("manager", [CONNECTOR, CLOUD])
def test_a_service_that_the_target_drops_is_removed_on_both_sides(manager: Manager) -> None:
    """Whoever upgrades the manager: it is a mesh change of its own."""
    (found,) = removals(manager, "4.11.4", "INTERCONNECT", "WANOPT")

    assert found.id == "remove-services:wan-optimization"
    assert "Remove WAN Optimization of mesh-lyon" in found.title
    assert "on both sides, in a window of its own" in found.title


def test_a_service_that_stays_or_is_off_is_left_alone() -> None:
    """Nothing to remove before the release that drops it, or where no mesh uses it."""
    assert removals(CONNECTOR, "4.11.2", "WANOPT") == []
    assert removals(CONNECTOR, "4.11.4", "INTERCONNECT") == []


def test_what_nobody_can_read_is_looked_for() -> None:
    """V2T migration has no known name on the wire, so that a person looks."""
    found = {one.id: one.title for one in removals(CONNECTOR, "9.1.0", "DISASTER_RECOVERY")}

    assert set(found) == {"remove-services:disaster-recovery", "remove-services:v2t-migration"}
    assert found["remove-services:v2t-migration"].startswith("Look whether mesh-lyon uses V2T migration")


def test_a_mesh_of_managers_that_are_there_asks_for_removals_itself() -> None:
    """Where no manager has a task, the mesh's own task names what is in the way."""
    one = mesh("mesh-lyon", "con-lyon", "pc-weu-01", services=("WANOPT",))

    assert [each.who for each in for_mesh(one, Version("4.11.4"), LYON, SERVICES)] == ["lyon-ops@contoso.example"]
    assert for_mesh(one, Version("4.11.2"), None, SERVICES) == ()
    assert for_mesh(one, Version("4.11.4"), None, SERVICES)[0].who == "the people of the source side"


def test_every_lead_has_its_reason() -> None:
    """The table covers every kind, and says why so long."""
    assert set(LEADS) == set(PreparationKind)
    assert all(lead.span > timedelta() and lead.reason for lead in LEADS.values())
