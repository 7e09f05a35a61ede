"""Small rules: ids, login rounds, polling, reconciling, managers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.inventory import Reach
from shared.model.orders import ManagerBrief
from shared.model.policy import CloudManagerEntry, Exclusion, Mode, Scope
from shared.model.run import Run, RunKind, RunRequest, RunState, RunTrigger
from shared.model.waiting import WaitingFor
from shared.ports import CloudPorts
from shared.rules.cloud_ids import long_id, with_ids
from shared.rules.login_rounds import login_rounds
from shared.rules.managers import managers_of
from shared.rules.polling import OTHERS_LONGEST, OURS_SHORTEST, next_look
from shared.rules.reconcile import wanted_run
from shared.rules.safety import still_count
from tests.builders.fleet_facts import entry, policy, private_cloud

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


def test_a_unique_name_is_the_id_and_a_shared_one_gets_a_mark() -> None:
    """Two clouds of one name get ids that differ and say so; a third keeps its plain name."""
    one, two, other = private_cloud("pc"), private_cloud("pc"), private_cloud("else")
    two = replace(two, resource_id=two.resource_id.replace("sub-1", "sub-2"))

    ids = [cloud.id for cloud in with_ids([one, two, other])]

    assert ids == sorted(["else", long_id(one), long_id(two)])
    assert long_id(one) != long_id(two)


@given(
    st.lists(
        st.builds(
            ManagerBrief, id=st.sampled_from("mnopqrstuv"), account=st.sampled_from("xyz"), connector=st.booleans()
        ),
        unique_by=lambda brief: brief.id,
    )
)
def test_each_account_is_tried_once_before_all_others(briefs: list[ManagerBrief]) -> None:
    """Every manager has one turn, a new account is one manager's alone in its round, and connectors go first."""
    rounds = login_rounds(briefs)
    of = {one.id: one for one in briefs}
    known: set[str] = set()

    assert sorted(name for members in rounds for name in members) == sorted(of)
    for members in rounds:
        accounts = [of[name].account for name in members]
        assert all(accounts.count(new) == 1 for new in set(accounts) - known)
        known |= set(accounts)
    turns = [of[name].connector for members in rounds for name in members]
    assert turns == sorted(turns, reverse=True)


@given(st.sampled_from(WaitingFor), st.timedeltas(timedelta(0), timedelta(days=30)))
def test_the_next_look_is_neither_rude_nor_late(waiting_for: WaitingFor, waited: timedelta) -> None:
    """A look comes at least every four hours, and never faster than every half minute."""
    assert OURS_SHORTEST <= next_look(waiting_for, waited) <= OTHERS_LONGEST


def test_two_weeks_of_waiting_for_people_stay_below_a_hundred_looks() -> None:
    """Waiting for people keeps a task's history small."""
    waited, looks = timedelta(0), 0
    while waited < timedelta(days=14):
        waited += next_look(WaitingFor.PERSON, waited)
        looks += 1

    assert looks < 120


@pytest.mark.parametrize(
    ("mode", "kind"),
    [(Mode.PLAN_ONLY, RunKind.PLAN), (Mode.APPROVE_EACH, RunKind.PLAN), (Mode.AUTO, RunKind.UPGRADE)],
)
def test_the_timer_upgrades_only_in_auto(mode: Mode, kind: RunKind) -> None:
    """What the timer asks for follows from the policy's mode and from nothing else."""
    decision = wanted_run(mode, (), NOW.isoformat(), NOW)

    assert decision.request is not None
    assert (decision.request.id, decision.request.kind) == ("timer-20261124T0600", kind)


def test_a_decision_asked_for_again_is_the_same() -> None:
    """A timer's run that is on record and was not started is given out again to the same firing, and to no other."""
    decided = wanted_run(Mode.AUTO, (), NOW.isoformat(), NOW)
    assert decided.request is not None
    kept = (Run(request=decided.request, state=RunState.NOT_STARTED),)
    later = NOW + timedelta(hours=1)

    assert wanted_run(Mode.AUTO, kept, NOW.isoformat(), later).request == decided.request
    assert wanted_run(Mode.AUTO, kept, later.isoformat(), later).request is None


@given(st.timedeltas(timedelta(minutes=-5), timedelta(days=30)))
def test_checks_count_as_long_as_the_shortest_lived_thing_they_look_at(age: timedelta) -> None:
    """Right before a change, checks of the last quarter of an hour still stand, and older ones do not."""
    assert still_count(NOW - age, NOW) == (age <= timedelta(minutes=15))
    assert not still_count(None, NOW)


def test_a_cloud_called_like_a_connector_gets_a_mark() -> None:
    """Managers of either kind are known by their ids alone, so a private cloud gives way to a connector's name."""
    cloud = private_cloud("con-lyon")

    assert [one.id for one in with_ids([cloud], taken=["con-lyon"])] == [long_id(cloud)]


def test_the_timer_starts_nothing_beside_a_run_under_way() -> None:
    """A run that has not ended keeps the timer from starting another one, and is named."""
    request = RunRequest(
        id="r-1", kind=RunKind.UPGRADE, trigger=RunTrigger.HTTP, requested_by="somebody", requested_at=NOW
    )

    decision = wanted_run(Mode.AUTO, (Run(request=request, state=RunState.RUNNING),), NOW.isoformat(), NOW)

    assert decision.request is None
    assert "r-1" in decision.reason


def test_managers_come_from_azure_and_from_the_policy() -> None:
    """Each cloud with HCX has a manager with the credentials of its entry or of the pattern; connectors follow."""
    wanted = policy(
        clouds=(CloudManagerEntry(cloud="pc-1", credentials="own", appliance_credentials="own-admin"),),
        connectors=(replace(entry("con"), reach=Reach.MANUAL),),
        scope=Scope(exclude=(Exclusion(cloud="pc-4", reason="gone", owner="ops", until=None),)),
    )
    clouds = [private_cloud("pc-1"), private_cloud("pc-2"), private_cloud("pc-3", hcx=False), private_cloud("pc-4")]

    found = managers_of(clouds, wanted, CloudPorts(service=443, appliance=9443))

    assert [(one.id, one.credentials, one.appliance_credentials) for one in found] == [
        ("con", "con", None),
        ("pc-1", "own", "own-admin"),
        ("pc-2", "hcx-pc-2", None),
    ]
    assert [one.reach for one in found] == [Reach.MANUAL, Reach.DIRECT, Reach.DIRECT]
