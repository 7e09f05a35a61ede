"""Coverage: every private cloud is counted once, and what nothing will ever reach is named."""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.inventory import Endpoint, Inventory, Reach, SubscriptionSeen, SubscriptionState, Tag
from shared.model.plan import Plan, Rest, SubjectKind, Unplanned
from shared.model.policy import ConnectorEntry, Exclusion, Hold, Scope, SiteEntry
from shared.rules.coverage import BY_REST, NEVER, Cover, coverage
from tests.builders.fleet_facts import NOW, policy, private_cloud
from tests.report.planned_fleet import PLAN, TODAY

PLAIN = policy()
FOUND = Inventory(
    observed_at=NOW,
    subscriptions=(
        SubscriptionSeen(id="sub-1", name="one", state=SubscriptionState.READ),
        SubscriptionSeen(id="sub-2", name="two", state=SubscriptionState.DENIED),
    ),
    private_clouds=tuple(private_cloud(name) for name in PLAN.private_clouds),
    managers=(),
)


def rest(kind: SubjectKind, subject: str, reason: Unplanned, cloud: str) -> Rest:
    """Something without a task."""
    return Rest(kind=kind, subject=subject, clouds=(cloud,), reason=reason, detail="so it is", who_can_act="lea")


def only(*rests: Rest) -> Plan:
    """A plan of one private cloud in which nothing has a task."""
    return replace(PLAN, private_clouds=("pc-1",), groups=(), waves=(), rest=rests)


def covered(plan: Plan) -> dict[str, Cover]:
    """How each private cloud is covered."""
    return {one.cloud: one.cover for one in coverage(plan, PLAIN, FOUND, TODAY).clouds}


def test_each_cloud_stands_where_the_worst_of_it_stands() -> None:
    """A cloud that is current itself has no known start while its connector has none."""
    assert covered(PLAN) == {
        "pc-us-02": Cover.HELD,
        "pc-ger-01": Cover.NO_START,
        "pc-weu-01": Cover.PLANNED,
        "pc-legacy-01": Cover.LEFT_ALONE,
    }


def test_every_reason_for_having_no_task_says_something_of_the_cloud() -> None:
    """No reason of a plan is left out of the counts."""
    assert set(BY_REST) == set(Unplanned)


@pytest.mark.parametrize("reason", [Unplanned.NO_WAVE, Unplanned.NO_WINDOW])
def test_what_no_wave_or_window_reaches_is_never_reached(reason: Unplanned) -> None:
    """Only a change of the file will reach such a cloud, even where only its connector is meant."""
    plan = only(
        rest(SubjectKind.PRIVATE_CLOUD, "pc-1", Unplanned.CURRENT, "pc-1"),
        rest(SubjectKind.CONNECTOR, "con-1", reason, "pc-1"),
    )
    (found,) = coverage(plan, PLAIN, FOUND, TODAY).never

    assert (found.cloud, found.about, found.who_can_act) == ("pc-1", "con-1", "lea")
    assert found.cover in NEVER


def test_a_cloud_that_is_left_alone_is_left_alone() -> None:
    """Whatever stands around an excluded cloud, it is not counted as out of reach."""
    plan = only(
        rest(SubjectKind.PRIVATE_CLOUD, "pc-1", Unplanned.EXCLUDED, "pc-1"),
        rest(SubjectKind.CONNECTOR, "con-1", Unplanned.NO_WAVE, "pc-1"),
    )

    assert covered(plan) == {"pc-1": Cover.LEFT_ALONE}


def test_a_cloud_of_which_nothing_is_said_is_unseen() -> None:
    """A gap of the plan is told instead of passed over."""
    assert covered(only()) == {"pc-1": Cover.UNSEEN}


REASONS = [*product(("pc-1", "pc-2", "pc-3"), Unplanned)]


@given(st.lists(st.sampled_from(REASONS), max_size=12))
def test_the_counts_add_up_to_all_clouds(chosen: list[tuple[str, Unplanned]]) -> None:
    """Whatever the plan says of them, each private cloud is in exactly one count."""
    rests = tuple(rest(SubjectKind.CONNECTOR, f"con-{n}", reason, cloud) for n, (cloud, reason) in enumerate(chosen))
    plan = replace(only(*rests), private_clouds=("pc-1", "pc-2", "pc-3"))
    found = coverage(plan, PLAIN, FOUND, TODAY)

    assert sum(one.clouds for one in found.counts) == len(found.clouds) == 3


def test_what_people_should_look_at_is_listed() -> None:
    """Sites without contacts, connectors that people must report on, and holds whose day is over."""
    hand = ConnectorEntry(
        name="con-1", site="ulm", endpoint=Endpoint(host="x.example"), credentials="kv:x", reach=Reach.MANUAL
    )
    asked = policy(
        connectors=(hand,),
        sites=(SiteEntry(name="ulm"), SiteEntry(name="lyon", contacts=("a@b.example",))),
        holds=(
            Hold(subject="con-1", reason="audit", owner="lea", until=date(2026, 11, 1)),
            Hold(subject="con-2", reason="audit", owner="lea", until=date(2027, 1, 1)),
        ),
        scope=Scope(exclude=(Exclusion(cloud="pc-9", reason="sold", owner="tom", until=date(2026, 10, 1)),)),
    )
    tagged = replace(
        private_cloud("pc-1"),
        tags=(Tag(name="hcx-hold", value="migration"), Tag(name="hcx-hold-until", value="2026-09-01")),
    )
    found = coverage(PLAN, asked, replace(FOUND, private_clouds=(tagged,)), TODAY)

    assert (found.sites_without_contacts, found.connectors_by_hand) == (("ulm",), ("con-1",))
    assert [one.what.split()[0] for one in found.ended] == ["tag", "exclusion", "hold"]
    assert found.unread == ("two",)
