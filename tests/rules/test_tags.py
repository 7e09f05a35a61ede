"""Tags on private clouds: they hold back, and what would widen is reported."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.finding import Verdict
from shared.model.inventory import PrivateCloud, Tag
from shared.model.policy import ExtensionMode, ExtensionPolicy, Policy, Selector, SiteEntry, Wave, Window
from shared.model.version import Version
from shared.rules import tags
from shared.rules.ne_mode import stricter
from shared.rules.tags import Restraints
from tests.builders.fleet_facts import policy, private_cloud

TODAY = date(2026, 11, 24)


def window(name: str, zone: str = "Europe/Paris") -> Window:
    """A window of every night."""
    return Window(name=name, rrule="FREQ=DAILY", start="22:00", zone=zone, duration=timedelta(hours=5))


FLEET = policy(
    windows=(window("weeknights"),),
    waves=(Wave(name="canary", select=Selector(tags=(Tag(name="hcx-ring", value="canary"),))),),
)


def tagged(**values: str) -> PrivateCloud:
    """A private cloud with these tags; `_` stands for `-`."""
    pairs = tuple(Tag(name=name.replace("_", "-"), value=value) for name, value in values.items())
    return replace(private_cloud("pc-1"), tags=pairs)


def read(fleet: Policy = FLEET, **values: str) -> Restraints:
    """What these tags hold back."""
    return tags.restraints(tagged(**values), fleet, TODAY)


def ignored(found: Restraints) -> tuple[str, ...]:
    """Names of the tags without effect."""
    return tuple(note.tag for note in found.notes if note.ignored)


def test_a_cloud_without_tags_is_free() -> None:
    """Nothing is held back and nothing is to tell."""
    assert read() == Restraints()


def test_tags_of_others_are_nobodys_business() -> None:
    """A tag that does not begin as ours do is neither read nor reported."""
    assert read(environment="production", owner="ours") == Restraints()


# --- hold -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["true", "TRUE", "yes", "1", "", "  "])
def test_a_hold_may_leave_its_reason_to_another_tag(value: str) -> None:
    """Whatever does not say no holds, and the reason stands in the tag for reasons."""
    held = read(hcx_hold=value, hcx_hold_reason="year-end close", hcx_owner="avs@contoso.example").held

    assert held is not None
    assert (held.reason, held.owner, held.tag) == ("year-end close", "avs@contoso.example", "hcx-hold")


def test_a_hold_may_give_its_reason_itself() -> None:
    """Any other text is the reason, and where no owner is named it says whom to look for."""
    held = read(hcx_hold="migrated away").held

    assert held is not None
    assert (held.reason, held.owner) == ("migrated away", "whoever sets the tags of pc-1")


def test_a_hold_without_a_reason_says_so() -> None:
    """A hold counts with or without a reason."""
    held = read(hcx_hold="true").held

    assert held is not None
    assert held.reason == "no reason given"


@pytest.mark.parametrize("value", ["false", "No", "off", "0"])
def test_a_tag_lets_nothing_go(value: str) -> None:
    """A hold that says no has no effect, and is reported."""
    found = read(hcx_hold=value)

    assert found.held is None
    assert ignored(found) == ("hcx-hold",)


def test_the_other_hold_tags_hold_nothing_alone() -> None:
    """A reason or an end without a hold protects nothing, which somebody must be told."""
    found = read(hcx_hold_reason="close", hcx_hold_until="2027-01-04")

    assert found.held is None
    assert ignored(found) == ("hcx-hold-reason", "hcx-hold-until")


@pytest.mark.parametrize(
    ("until", "day", "told"),
    [
        ("2026-11-25", date(2026, 11, 25), False),
        ("2026-11-24", date(2026, 11, 24), False),
        ("2026-11-23", date(2026, 11, 23), True),
        ("next week", None, True),
    ],
)
def test_a_hold_outlives_its_day(until: str, day: date | None, told: bool) -> None:  # noqa: FBT001 -- a parameter
    """A hold whose day has passed, or cannot be read, still holds and is reported."""
    found = read(hcx_hold="true", hcx_hold_until=until)

    assert found.held is not None
    assert found.held.until == day
    assert bool(found.notes) is told


# --- window and freeze ------------------------------------------------------------------------------------------------


def test_a_window_of_the_file_narrows() -> None:
    """A name that the file knows is handed on, whichever site has it."""
    elsewhere = replace(FLEET, sites=(SiteEntry(name="lyon", windows=(window("sundays"),)),))

    assert read(hcx_window="weeknights").window == "weeknights"
    assert read(elsewhere, hcx_window="sundays").window == "sundays"


def test_an_unknown_window_holds() -> None:
    """Nobody knows when it would be open, so it never is."""
    found = read(hcx_window="weekends")

    assert found.window is None
    assert found.held is not None
    assert "'weekends' is no window of fleet.yaml" in found.held.reason
    assert found.notes


def test_the_window_of_the_own_site_comes_first() -> None:
    """Of several windows with one name, that of the private cloud's own site is meant."""
    own, other = window("nights", "Asia/Tokyo"), window("nights", "Europe/Paris")
    fleet = replace(FLEET, windows=(other,), sites=(SiteEntry(name="here", private_cloud="pc-1", windows=(own,)),))

    assert tags.window_named(fleet, tagged(), "nights") == own
    assert tags.window_named(FLEET, tagged(), "nights") is None


def test_a_freeze_covers_its_last_day() -> None:
    """Its days are those of the zone of the windows, the last one to its end."""
    (span,) = read(hcx_freeze="2026-12-18/2027-01-04").freezes

    assert (span.start, span.end) == (datetime(2026, 12, 17, 23, tzinfo=UTC), datetime(2027, 1, 4, 23, tzinfo=UTC))


def test_a_freeze_without_zones_covers_its_days_everywhere() -> None:
    """Where no window names a zone, it lasts as long as it is that day anywhere."""
    (span,) = read(policy(), hcx_freeze="2026-12-18").freezes

    assert (span.start, span.end) == (datetime(2026, 12, 17, 10, tzinfo=UTC), datetime(2026, 12, 19, 12, tzinfo=UTC))


def test_a_freeze_counts_in_the_zone_of_its_own_site() -> None:
    """Windows of the private cloud's own site come before those of the fleet."""
    tokyo = SiteEntry(name="here", private_cloud="pc-1", windows=(window("nights", "Asia/Tokyo"),))
    (span,) = read(replace(FLEET, sites=(tokyo,)), hcx_freeze="2026-12-18").freezes

    assert (span.start, span.end) == (datetime(2026, 12, 17, 15, tzinfo=UTC), datetime(2026, 12, 18, 15, tzinfo=UTC))


def test_several_freezes_stand_in_one_tag() -> None:
    """Commas part them, and they come out in order."""
    found = read(hcx_freeze="2027-02-01, 2026-12-18/2027-01-04").freezes

    assert [one.start.year for one in found] == [2026, 2027]


@pytest.mark.parametrize("value", ["", "Christmas", "2027-01-04/2026-12-18", "2026-12-18/", "0001-01-01", "9999-12-31"])
def test_an_unreadable_freeze_holds(value: str) -> None:
    """Nobody knows when it would end; a start without an end is one day."""
    found = read(policy(), hcx_freeze=value)

    assert (found.held is not None) is (value != "2026-12-18/")
    assert bool(found.freezes) is (value == "2026-12-18/")


def test_a_midnight_that_is_left_out_is_taken_wider() -> None:
    """Where a day begins at one o'clock because of daylight saving time, the freeze covers the night before as well."""
    cairo = policy(windows=(window("nights", "Africa/Cairo"),))
    (span,) = read(cairo, hcx_freeze="2026-04-24").freezes

    assert span.start <= datetime(2026, 4, 23, 22, tzinfo=UTC)


# --- version, mode, owner ---------------------------------------------------------------------------------------------


def test_a_version_caps() -> None:
    """It keeps back what is beyond it and nothing else."""
    found = read(hcx_max_version="4.11.3")

    assert found.caps(Version("4.11.4"))
    assert not found.caps(Version("4.11.3"))
    assert not found.caps(Version("4.10.3"))
    assert not Restraints().caps(Version("9.1.0"))
    assert found.notes == ()


def test_a_short_version_is_the_first_of_its_kind() -> None:
    """4.11 is 4.11.0, which its writer should know."""
    found = read(hcx_max_version="4.11")

    assert found.caps(Version("4.11.1"))
    assert "4.11 counts as 4.11.0" in found.notes[0].text


def test_an_unreadable_version_holds() -> None:
    """Nobody knows what it was to keep back."""
    assert read(hcx_max_version="latest").held is not None


@pytest.mark.parametrize(
    ("mode", "tag", "left", "reported"),
    [
        ("auto", "in-service-only", "in-service-only", False),
        ("auto", "standard", "standard", False),
        ("auto", "manual", "manual", False),
        ("auto", "auto", "auto", False),
        ("in-service-only", "auto", None, True),
        ("in-service-only", "manual", "manual", False),
        ("in-service-only", "standard", "manual", True),
        ("standard", "in-service-only", "manual", True),
        ("manual", "auto", None, True),
        ("manual", "standard", None, True),
        ("auto", "In-Service-Only", "in-service-only", False),
    ],
)
def test_a_mode_may_only_be_stricter(mode: str, tag: str, left: str | None, reported: bool) -> None:  # noqa: FBT001
    """What file and tag leave together counts; a looser tag has no effect and is reported."""
    found = read(replace(FLEET, extension=ExtensionPolicy(mode=ExtensionMode(mode))), hcx_ne_mode=tag)

    assert found.extension_mode == (ExtensionMode(left) if left else None)
    assert bool(found.notes) is reported


def test_an_unreadable_mode_holds() -> None:
    """Nobody knows what it was to keep back."""
    assert read(hcx_ne_mode="gently").held is not None


@pytest.mark.parametrize("value", ["ours", "Provider", "assisted"])
def test_a_tag_never_says_who_performs_the_work(value: str) -> None:
    """A word for an owner of steps is no address, and is reported."""
    found = read(hcx_owner=value)

    assert found.owner == ""
    assert ignored(found) == ("hcx-owner",)


def test_unknown_tags_of_ours_are_reported() -> None:
    """One that no wave selects by has no effect: it may be misspelt."""
    assert ignored(read(hcx_hodl="true", hcx_ring="canary")) == ("hcx-hodl",)


def test_notes_become_warnings() -> None:
    """Each says what is wrong with which tag, and who can put it right."""
    (finding,) = tags.findings("pc-1", read(hcx_hodl="true", hcx_owner="avs@contoso.example"))

    assert (finding.check, finding.subject, finding.verdict) == ("tags", "pc-1", Verdict.WARN)
    assert "hcx-hodl" in finding.summary
    assert finding.remedy.startswith("avs@contoso.example")


# --- properties -------------------------------------------------------------------------------------------------------

VALUES = {
    "hcx-hold": ["true", "false", "close", ""],
    "Hcx-Hold-Reason": ["close"],
    "hcx-hold-until": ["2026-01-01", "2027-01-01", "soon"],
    "hcx-window": ["weeknights", "weekends"],
    "hcx-freeze": ["2026-12-18/2027-01-04", "2026-12-18", "never"],
    "hcx-max-version": ["4.11.3", "9.1", "latest"],
    "hcx-ne-mode": [*ExtensionMode, "gently"],
    "hcx-owner": ["ours", "avs@contoso.example"],
    "hcx-ring": ["canary"],
    "hcx-strange": ["x"],
}
SETS = st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in VALUES.items()})
MODES = st.sampled_from(ExtensionMode)


def of(values: dict[str, str], mode: ExtensionMode) -> Restraints:
    """What these tags hold back under a policy of that mode."""
    cloud = replace(private_cloud("pc-1"), tags=tuple(Tag(name=name, value=value) for name, value in values.items()))
    return tags.restraints(cloud, replace(FLEET, extension=ExtensionPolicy(mode=mode)), TODAY)


@given(SETS, MODES, st.data())
def test_removing_a_tag_never_makes_anything_stricter(
    values: dict[str, str], mode: ExtensionMode, data: st.DataObject
) -> None:
    """With one tag less there is a hold, a freeze, a window, a cap or a mode less, or the same as before."""
    gone = data.draw(st.sets(st.sampled_from(sorted(VALUES))))
    before, after = of(values, mode), of({key: value for key, value in values.items() if key not in gone}, mode)

    assert before.held or not after.held
    assert set(after.freezes) <= set(before.freezes)
    assert after.window in {None, before.window}
    assert after.max_version in {None, before.max_version}
    assert after.extension_mode in {None, before.extension_mode}


@given(SETS, MODES)
def test_a_tag_never_widens_the_mode_of_the_file(values: dict[str, str], mode: ExtensionMode) -> None:
    """What is left of both is never looser than the file alone."""
    found = of(values, mode).extension_mode

    assert found is None or stricter(mode, found) is found


@given(SETS, MODES)
def test_many_clouds_read_as_one(values: dict[str, str], mode: ExtensionMode) -> None:
    """Reading all at once says the same of each."""
    fleet = replace(FLEET, extension=ExtensionPolicy(mode=mode))
    cloud = replace(private_cloud("pc-1"), tags=tuple(Tag(name=name, value=value) for name, value in values.items()))

    assert tags.of_all((cloud,), fleet, TODAY) == {"pc-1": tags.restraints(cloud, fleet, TODAY)}
