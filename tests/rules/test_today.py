"""Who must do what, by when: every subject counted once, rows by date, and nothing in the past without a word."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.model.facts import Gap, GapReason, Licence
from shared.model.finding import Finding, Verdict
from shared.model.inventory import Maintenance, MaintenanceConstraint, Tag
from shared.model.ledger import BreakerAnswer, BreakerState
from shared.model.plan import Plan, Preparation, PreparationKind
from shared.model.policy import AcceptedRisk, Exclusion, Freeze, Hold, Owner, Scope, Waiver
from shared.model.run import Run, RunKind, RunRequest, RunState, RunTrigger
from shared.model.span import Span
from shared.report.today_needs import needed
from shared.report.today_text import by_text, today_json, today_sheet
from shared.rules.agenda.records import Item, Matter, Tally, Today, When
from shared.rules.agenda.tally import counted
from shared.rules.planner import make_plan
from shared.rules.run_view import run_view
from shared.rules.today import Chosen, book_of, chosen, today
from tests.builders.fleet_facts import cloud_manager, connector, fleet, seen, unread
from tests.plans.any_fleet import AnyFleet, any_fleets
from tests.report.canonical_run import after
from tests.report.canonical_run import at as canonical
from tests.report.planned_fleet import NOW, PLAN, WINDOW
from tests.rules.today_material import FACTS, LYON, PEOPLE, WEU, a_view, inventory, material, moment, row

DAY = timedelta(days=1)
KINDS = {Matter.STEP, Matter.NEED}


def listed(**more: Any) -> Today:
    """The list an hour after the plan was made."""
    return today(material(**more), NOW + timedelta(hours=1))


def about(found: Today, matter: Matter) -> list[Item]:
    """The items of one matter."""
    return [one.item for one in found.rows if one.item.matter is matter]


# --- what the plan asks -----------------------------------------------------------------------------------------------


def test_a_preparation_is_due_its_lead_before_the_start() -> None:
    """Counted from the start of its task, and late where that is over already, whatever day the plan was made on."""
    found = listed()
    fetch, back_up = (row(found, f"preparation/manager:con-lyon/{one}") for one in ("fetch-bundle:4.11.4", "back-up"))

    assert (fetch.when, moment(fetch)) == (When.LATE, WINDOW - 5 * DAY)
    assert (back_up.when, moment(back_up)) == (When.AHEAD, WINDOW - DAY)
    assert (fetch.item.who, fetch.item.people, fetch.item.sites) == (LYON, (LYON,), ("lyon",))
    assert fetch.item.why.startswith("5 d before con-lyon 4.8.2 → 4.11.4: a large file")


def test_a_preparation_that_was_seen_done_is_no_row() -> None:
    """What lies on the manager already is asked of nobody."""
    due = tuple(replace(one, done=True) for one in PLAN.schedule.due)
    plan = replace(PLAN, schedule=replace(PLAN.schedule, due=due))

    assert about(listed(plan=plan), Matter.PREPARATION) == []


def test_the_provider_counts_by_the_days_of_the_file() -> None:
    """An announced day is a row of the provider's, and until when an answer is taken counts instead of any lead."""
    answer = Preparation(
        id="answer-provider",
        kind=PreparationKind.ANSWER_PROVIDER,
        title="Answer",
        owner=Owner.ASSISTED,
        who=WEU,
        lead=7 * DAY,
    )
    found = listed(plan=_asking("manager:pc-weu-01", answer))
    announced, answered = (row(found, f"{key}") for key in ("provider/manager:pc-weu-01", _answer_key()))

    assert (announced.when, moment(announced), announced.item.who) == (When.AHEAD, date(2026, 11, 24), "the provider")
    assert "SR-77" in announced.item.why
    assert (answered.when, moment(answered)) == (When.LATE, date(2026, 11, 20))
    assert answered.item.why.startswith("the provider takes an answer until then")


def _answer_key() -> str:
    return "preparation/manager:pc-weu-01/answer-provider"


def _asking(task_id: str, *preparations: Preparation) -> Plan:
    """The plan in which this task asks for these."""
    groups = (
        replace(
            group, tasks=tuple(replace(t, preparations=preparations) if t.id == task_id else t for t in group.tasks)
        )
        for group in PLAN.groups
    )
    return replace(PLAN, groups=tuple(groups))


def test_a_task_of_a_person_names_the_run_sheet() -> None:
    """It has no date where its start is not known, and says what it waits for then."""
    ulm = row(listed(), "task/manager:con-ulm")

    assert (ulm.when, ulm.item.who) == (When.NO_DATE, LYON)
    assert ulm.item.what == "Upgrade con-ulm 4.10.3 → 4.11.4: hcx-fleet runsheet con-ulm"
    assert "nobody knows when people at ulm do it" in ulm.item.why


def test_what_no_update_reaches_is_a_row_though_the_mesh_is_ours() -> None:
    """A gateway that has to be deployed anew by hand is a person's work at the mesh's start."""
    gateway = row(listed(), "by-hand/mesh:m-17/id-SGW-1")

    assert (moment(gateway), gateway.item.people) == (WINDOW + DAY, (LYON,))


def test_a_wave_that_asks_for_approval_and_the_start_of_the_plan_are_rows() -> None:
    """Until somebody starts the plan and lets the wave go, nothing of it moves."""
    found = listed()

    assert row(found, "approval/broad").item.people == ("avs-leads",)
    assert moment(row(found, "start")) == NOW
    assert row(found, "start").item.what.endswith(f"hcx-fleet run --plan {PLAN.hash[:12]}")


def test_a_plan_that_is_being_carried_out_is_not_to_be_started() -> None:
    """With a run under way, only what it has not begun is asked for."""
    found = listed(under_way=(a_view(kind=RunKind.UPGRADE),))

    assert not [one for one in found.rows if one.item.key == "start"]


def test_a_finding_that_blocks_a_planned_task_is_due_at_its_start() -> None:
    """What would stop a task has to be gone by then; what only a person can look at is counted."""
    full = Finding(check="room", subject="con-lyon", verdict=Verdict.OUTAGE_RISK, summary="no room", remedy="make room")
    found = listed(plan=replace(PLAN, findings=(*PLAN.findings, full)))
    told = row(found, "finding/room/con-lyon")

    assert (moment(told), told.item.what, told.item.why) == (WINDOW, "make room", "room: no room")
    assert found.by_hand == 1


# --- what was decided and ends ----------------------------------------------------------------------------------------


def test_everything_with_an_end_is_its_owners() -> None:
    """Waivers, risks, holds, exclusions and tags come with their last day, a freeze with the moment of its end."""
    day = date(2026, 12, 1)
    span = Span(start=NOW - DAY, end=NOW + 3 * DAY)
    wanted = replace(
        PEOPLE,
        waivers=(Waiver(check="backup-known", subject="CON-LYON", owner="w@x", reason="r", until=day),),
        accepted_risks=(AcceptedRisk(id="R-1", owner="a@x", reason="r", until=day, subjects=("con-lyon",)),),
        holds=(
            Hold(subject="*", reason="r", owner="h@x", until=day),
            Hold(subject="m", reason="r", owner="n", until=None),
        ),
        freezes=(Freeze(name="f", spans=(span,), reason="r", owner="f@x"),),
        scope=Scope(exclude=(Exclusion(cloud="pc-us-02", reason="r", owner="e@x", until=day),)),
    )
    ger = inventory()
    tags = (Tag(name="hcx-hold", value="audit"), Tag(name="hcx-hold-until", value="2026-11-01"))
    clouds = tuple(replace(one, tags=tags) if one.id == "pc-ger-01" else one for one in ger.private_clouds)
    found = about(listed(wanted=wanted, inventory=replace(ger, private_clouds=clouds)), Matter.ENDING)

    assert {one.who: one.by.day or one.by.at for one in found if one.key != "tag/pc-ger-01"} == {
        "f@x": span.end,
        "a@x": day,
        "w@x": day,
        "e@x": day,
        "h@x": day,
    }
    assert [one.by.day for one in found if one.key == "tag/pc-ger-01"] == [date(2026, 11, 1)]
    assert {one.sites for one in found if one.key.startswith("waiver")} == {("lyon",)}


def test_a_last_day_is_late_only_when_it_is_over() -> None:
    """On the day itself there is still time; at midnight UTC there is none."""
    wanted = replace(PEOPLE, holds=(Hold(subject="*", reason="r", owner="h@x", until=date(2026, 12, 1)),))
    given_ = material(wanted=wanted)
    evening, midnight = datetime(2026, 12, 1, 23, 59, tzinfo=UTC), datetime(2026, 12, 2, tzinfo=UTC)

    assert [row(today(given_, at), "hold/*").when for at in (evening, midnight)] == [When.AHEAD, When.LATE]


def test_a_calendar_that_cannot_be_read_is_due_now() -> None:
    """It holds everything back until somebody mends it."""
    wanted = replace(PEOPLE, freezes=(Freeze(name="f", spans=(), reason="r", owner="f@x", unreadable="not there"),))

    assert row(listed(wanted=wanted), "freeze/f").when is When.NOW


# --- what was and was not observed ------------------------------------------------------------------------------------


def test_a_gap_is_told_once_with_its_remedy() -> None:
    """A manager that could not be read is one row, though the run needs somebody for it as well."""
    facts = fleet(unread(FACTS.managers[0]), *FACTS.managers[1:])
    given_ = material(facts=facts)
    found = today(given_, NOW, lambda people: needed([given_.view], people))
    about_it = [one.item for one in found.rows if one.item.where in {"con-lyon", "connector con-lyon"}]
    told = [one for one in about_it if one.matter in {*KINDS, Matter.CREDENTIALS, Matter.READING}]

    assert [(one.key, one.what, one.matter) for one in told] == [
        ("gap/connector/con-lyon/manager", "renew the secret", Matter.CREDENTIALS)
    ]


def test_a_gap_that_nobody_has_to_close_is_no_row() -> None:
    """What a provider's manager does not offer, or another manager tells, is asked of nobody."""
    gaps = tuple(
        Gap(section=one.value, reason=one, detail="d", remedy="r", at=NOW)
        for one in (GapReason.NOT_OFFERED, GapReason.ELSEWHERE)
    )
    facts = fleet(replace(FACTS.managers[0], gaps=gaps), *FACTS.managers[1:])

    assert about(listed(facts=facts), Matter.READING) == []


def test_a_refused_account_is_a_row_until_a_gap_says_so_already() -> None:
    """The breaker of a secret names the managers that use it."""
    used = FACTS.managers[0].manager.credentials
    state = BreakerState(secret=used, version="3", answer=next(iter(BreakerAnswer)), detail="401", at=NOW - DAY)
    told = row(listed(breakers=(state,)), "breaker/hcx-con-lyon")
    refused = fleet(unread(FACTS.managers[0]), *FACTS.managers[1:])

    assert (told.when, told.item.where, told.item.people) == (When.NOW, "con-lyon", (LYON,))
    assert [one.key for one in about(listed(breakers=(state,), facts=refused), Matter.CREDENTIALS)] == [
        "gap/connector/con-lyon/manager"
    ]


def test_a_licence_that_ends_has_its_day_and_one_that_does_not_say_has_none() -> None:
    """Managers that do not say until when share one row, since that is one question."""
    ends = seen(Licence(mode="", until=date(2026, 12, 20)))
    facts = fleet(
        connector("con-lyon", "4.11.4", licence=ends),
        connector("con-ulm", "4.11.4"),
        cloud_manager("pc-ger-01", "4.11.4"),
    )
    found = about(listed(facts=facts), Matter.LICENCE)

    assert [(one.where, one.by.day) for one in found] == [
        ("con-lyon", date(2026, 12, 20)),
        ("con-ulm, pc-ger-01", None),
    ]


def test_a_release_out_of_support_is_one_row() -> None:
    """Managers of one release share it, and the day is the earliest that a source names."""
    facts = fleet(connector("con-lyon", "4.10.3"), connector("con-ulm", "4.10.3"))
    [told] = about(listed(facts=facts), Matter.SUPPORT)

    assert (told.where, told.key, told.by.day is not None) == ("con-lyon, con-ulm", "support/4.10.3", True)


@pytest.mark.parametrize(
    ("state", "starts", "due"),
    [("NotScheduled", None, NOW + 5 * DAY), ("Scheduled", NOW + 2 * DAY, NOW + 2 * DAY), ("Success", NOW + DAY, None)],
)
def test_a_maintenance_is_answered_or_expected(state: str, starts: datetime | None, due: datetime | None) -> None:
    """One without a time is due when its scheduling window ends, a fixed one at its start; one that is over is gone."""
    window = MaintenanceConstraint(kind="SchedulingWindow", starts_at=NOW, ends_at=NOW + 5 * DAY)
    one = Maintenance(
        id="m1",
        cloud_resource_id=inventory().private_clouds[-1].resource_id.upper(),
        component="ESXI",
        title="esxi",
        state=state,
        starts_at=starts,
        duration=None,
        constraints=(window,),
    )
    found = about(listed(inventory=inventory(one)), Matter.MAINTENANCE)

    assert [(told.where, told.by.at, told.people) for told in found] == ([("pc-weu-01", due, (WEU,))] if due else [])


# --- runs -------------------------------------------------------------------------------------------------------------


def test_what_a_run_waits_for_comes_with_its_instruction_and_its_date() -> None:
    """A waiting step is told as the person was told it, and replaces the task's own row."""
    view = canonical(40)
    assert view.plan is not None
    given_ = material(plan=view.plan, view=view, under_way=(view,))
    found = today(given_, after(40), lambda people: needed([view], people))
    ulm = row(found, "step/connector/con-ulm")

    assert (ulm.when, ulm.item.by.at is not None) == (When.AHEAD, True)
    assert ulm.item.what.startswith("Upgrade con-ulm") or "con-ulm" in ulm.item.what
    assert not [one for one in found.rows if one.item.key == "task/manager:con-ulm"]


def test_a_name_is_no_part_of_a_word() -> None:
    """Somebody who is called as a word begins, or ends, is not meant by it."""
    wanted = replace(PEOPLE, holds=(Hold(subject="*", reason="r", owner="ours", until=None),))
    people = book_of(material(wanted=wanted), NOW)

    assert people.mentioned("ours: remove the hold") == ("ours",)
    assert people.mentioned("it takes hours, colours@x and ours@x.example") == ()


def test_what_is_held_is_told_and_not_due_now() -> None:
    """Somebody means it to stand still."""
    given_ = material()
    found = today(given_, NOW, lambda people: needed([given_.view], people))

    assert row(found, "need/private-cloud/pc-us-02").when is When.NO_DATE
    assert row(found, "gap/subscription/sub-9/manager").when is When.NOW


# --- counts -----------------------------------------------------------------------------------------------------------


def test_counts_say_what_waits_for_the_provider() -> None:
    """A connector and a mesh that come after the provider's task are parked with it."""
    found = {one.tally: one.subjects for one in counted(a_view())}

    assert found == {
        Tally.UNKNOWN: 0,
        Tally.PARKED: 3,  # pc-weu-01, con-lyon, mesh-lyon
        Tally.STOPPED: 1,  # pc-us-02 is held
        Tally.READY: 2,  # con-ulm, and pc-ger-01 because of it
        Tally.DONE: 1,  # mesh-ulm
        Tally.NOT_COUNTABLE: 1,  # pc-legacy-01
    }


@pytest.mark.parametrize("minutes", [0, 1, 2, 3, 40, 100, 180])
@pytest.mark.parametrize("kind", list(RunKind))
def test_counts_add_up_at_any_moment_of_any_run(minutes: int, kind: RunKind) -> None:
    """Whatever a run has come to, every subject is in exactly one count."""
    view = canonical(minutes, kind)

    assert sum(one.subjects for one in counted(view)) == len(view.subjects)


# --- choosing ---------------------------------------------------------------------------------------------------------


def test_a_person_a_site_and_a_day_choose_rows() -> None:
    """Each choice keeps the order; a last day leaves out what has no date, and never what is late or due now."""
    rows = listed().rows
    of_lyon = chosen(rows, Chosen(person=LYON.upper()))
    soon = chosen(rows, Chosen(until=date(2026, 11, 23)))

    assert of_lyon
    assert all(LYON in one.item.people for one in of_lyon)
    assert all("lyon" in one.item.sites for one in chosen(rows, Chosen(site="LYON")))
    assert {one.when for one in soon} <= {When.LATE, When.NOW, When.AHEAD}
    assert all((one.item.by.date or date.min) <= date(2026, 11, 23) for one in soon)
    assert chosen(rows, Chosen()) == rows


# --- of any fleet -----------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made=any_fleets(), days=st.integers(min_value=-40, max_value=400), kind=st.sampled_from(RunKind))
def test_the_list_of_any_fleet(made: AnyFleet, days: int, kind: RunKind) -> None:
    """Every subject is counted once, keys are unique, rows are by date, and none of the past goes without `late`."""
    inputs = made.inputs
    plan = make_plan(inputs)
    request = RunRequest(id="r", kind=kind, trigger=RunTrigger.TIMER, requested_by="t", requested_at=inputs.now)
    now = inputs.now + days * DAY
    view = run_view(
        run=Run(request=request, state=RunState.RUNNING, plan_hash=plan.hash),
        plan=plan,
        journal=(),
        inventory=inputs.inventory,
        facts=inputs.facts,
        findings=plan.findings,
        now=now,
    )
    given_ = material(plan, inputs.policy, inputs.facts, inventory=inputs.inventory, view=view)
    found = today(given_, now, lambda people: needed([view], people))
    days_of = [one.item.by.date or (now.date() if one.when is When.NOW else date.max) for one in found.rows]
    keys = [one.item.key for one in found.rows]

    assert sum(one.subjects for one in found.counts) == found.subjects == len(view.subjects)
    assert days_of == sorted(days_of)
    assert len(keys) == len(set(keys))
    assert all(by_text(one, now).startswith("late") == _past(one.item, now) for one in found.rows)
    assert len(today_sheet(found, found.rows).grids[0].rows) == len(today_json(found, found.rows)["rows"])
    assert all(one.item.who and one.item.where and one.item.what and one.item.why for one in found.rows)


def _past(item: Item, now: datetime) -> bool:
    if item.by.at:
        return item.by.at < now
    return item.by.day is not None and item.by.day < now.date()
