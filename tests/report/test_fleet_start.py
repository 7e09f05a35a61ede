"""The beginning of a fleet.yaml: as it is written nothing can run, and with every entry taken in it is a valid file."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.model.inventory import Inventory, PrivateCloud, ProvisioningState, SubscriptionSeen, SubscriptionState
from shared.model.policy import Mode, Owner, Policy
from shared.policy.lint import lint
from shared.policy.policy import read_policy
from shared.policy.problems import Severity
from shared.report.fleet_start import fleet_start
from shared.rules.catalogue import catalogue
from shared.rules.cloud_ids import with_ids

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)


def cloud(name: str, number: int = 0, *, hcx: bool = True) -> PrivateCloud:
    """A private cloud as Azure lists it."""
    return PrivateCloud(
        id="",
        resource_id=f"/subscriptions/sub-1/clouds/{number}/{name}",
        name=name,
        subscription_id="sub-1",
        location="westeurope",
        provisioning_state=ProvisioningState.SUCCEEDED,
        hcx_url="https://hcx.example" if hcx else None,
        hcx_address=None,
    )


def found(*clouds: PrivateCloud, **changes: str) -> Inventory:
    """What discovery found: these clouds in one subscription, beside one that may not be read."""
    return Inventory(
        observed_at=NOW,
        subscriptions=(
            SubscriptionSeen(id="sub-1", name=changes.get("subscription", "Production"), state=SubscriptionState.READ),
            SubscriptionSeen(id="sub-2", name="Lab", state=SubscriptionState.DENIED, detail="no\nrole"),
        ),
        private_clouds=with_ids(clouds),
        managers=(),
    )


FOUND = found(cloud("pc-weu-01"), cloud("pc-same", 1), cloud("pc-same", 2), cloud("4711", hcx=False))


def taken_in(text: str) -> str:
    """The same file with the first sign of every comment taken away."""
    return re.sub(r"^# ?", "", text, flags=re.MULTILINE)


def read(folder: Path, text: str) -> Policy:
    """The policy of a file that has no errors, not even those that only time makes."""
    path = folder / "fleet.yaml"
    path.write_text(text, "utf-8")
    assert [one for one in lint(path, NOW) if one.severity is Severity.ERROR] == []
    return read_policy(path)


def test_the_target_is_one_that_listed_ways_lead_to(tmp_path: Path) -> None:
    """A first plan has a way: the newest release of the validated major that the catalogue lists one for."""
    target = read(tmp_path, fleet_start(FOUND)).target

    assert target is not None
    assert any(target.same_release(to) for way in catalogue().paths.allowed for to in way.to)


def test_nothing_runs(tmp_path: Path) -> None:
    """As it is written the whole fleet is held, the timer only plans, and no entry counts."""
    policy = read(tmp_path, fleet_start(FOUND))

    assert ([one.subject for one in policy.holds], policy.mode) == (["*"], Mode.PLAN_ONLY)
    assert (policy.sites, policy.waves, policy.windows, policy.connectors, policy.cloud_managers) == (
        (),
        (),
        (),
        (),
        (),
    )


def test_every_entry_is_valid(tmp_path: Path) -> None:
    """With every entry taken in each cloud has its site, nothing is ours, and the whole fleet is still held."""
    policy = read(tmp_path, taken_in(fleet_start(FOUND)))
    ids = {one.id for one in FOUND.private_clouds}

    assert {one.private_cloud for one in policy.sites} == {None, *ids}
    assert {one.cloud for one in policy.cloud_managers} == ids
    assert {one.owner for one in policy.cloud_managers} == {Owner.PROVIDER}
    assert [one.name for one in policy.waves] == ["canary", "broad"]
    assert (len(policy.windows), len(policy.connectors), policy.budget is not None) == (1, 1, True)
    assert [one.subject for one in policy.holds] == ["*"]


def test_what_was_not_read_is_named() -> None:
    """A subscription that could not be read is named with the reason, on one line."""
    assert "## Not read: subscription Lab: no role\n" in fleet_start(FOUND)


def test_no_clouds(tmp_path: Path) -> None:
    """A fleet without private clouds has a valid beginning too."""
    text = fleet_start(found())

    assert read(tmp_path, text).sites == ()
    assert [one.name for one in read(tmp_path, taken_in(text)).sites] == ["on-premises-1"]


@settings(max_examples=60, deadline=None)
@given(
    names=st.lists(st.from_regex(r"[0-9A-Za-z][0-9A-Za-z_-]{0,63}", fullmatch=True), max_size=4),
    subscription=st.text(max_size=12),
)
def test_whatever_it_is_called(tmp_path_factory: pytest.TempPathFactory, names: list[str], subscription: str) -> None:
    """Any name of a private cloud or a subscription gives a file that is valid with and without its entries."""
    folder = tmp_path_factory.getbasetemp()
    clouds = [cloud(name, number) for number, name in enumerate(names)]
    text = fleet_start(found(*clouds, subscription=subscription))

    assert read(folder, text).sites == ()
    assert len(read(folder, taken_in(text)).sites) == len(names) + 1


def test_a_file_without_the_hold_makes_nothing_ours(tmp_path: Path) -> None:
    """Plans of it say who does what, while nothing is ours to change and the timer only plans."""
    policy = read(tmp_path, fleet_start(FOUND, held=False))

    assert policy.holds == ()
    assert policy.mode is Mode.PLAN_ONLY
    assert Owner.OURS not in {policy.owners.cloud_manager, policy.owners.connector, policy.owners.mesh}
    assert (policy.cloud_managers, policy.connectors) == ((), ())
