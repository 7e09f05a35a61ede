"""What people see of a run: lines, screens, tables."""

import io
from dataclasses import replace

from rich.console import Console, RenderableType

from cli import tables
from cli.progress import LINE_MAX, line, screen
from shared.model.finding import Finding, Verdict
from shared.model.inventory import SubscriptionSeen, SubscriptionState
from shared.model.plan import SubjectKind
from shared.model.policy import Mode, Owner
from shared.model.run import JournalEntry, JournalKind, Outcome
from shared.model.view import TaskPhase
from tests.builders.fleet_facts import NOW
from tests.cli.played_fleet import ended, view
from tests.report.planned_fleet import PLAN


def drawn(what: RenderableType, width: int = 200) -> str:
    """What a terminal of that width would show."""
    console = Console(file=io.StringIO(), width=width, color_system=None, highlight=False, markup=False)
    console.print(what)
    assert isinstance(console.file, io.StringIO)
    return "\n".join(text.rstrip() for text in console.file.getvalue().splitlines())


def entry(kind: JournalKind, text: str) -> JournalEntry:
    """One entry of a journal."""
    return JournalEntry(key="k", at=NOW, kind=kind, text=text, task="manager:con-a")


def test_a_log_gets_what_matters_with_its_time() -> None:
    """A line has time, task and text; steps and waits are left to the report."""
    told = line(ended("manager:con-a", Outcome.FAILED), {"manager:con-a": "con-a 4.11.2 → 4.11.4"})
    assert told == "24 Nov 11:00 con-a 4.11.2 → 4.11.4: failed: it came so"
    assert line(entry(JournalKind.STEP_STARTED, "begun"), {}) is None


def test_a_line_stays_one_line() -> None:
    """Instructions of several lines are folded into one and cut."""
    text = line(entry(JournalKind.INSTRUCTED, "Do this.\n" * 100), {}) or ""

    assert "\n" not in text
    assert len(text) == LINE_MAX + len("24 Nov 06:00 ")


def test_a_screen_shows_time_buckets_and_what_moves() -> None:
    """The screen of a run that goes on names its time, how the clouds stand, and the tasks under way."""
    made = view(None)
    running = replace(made, tasks=tuple(replace(one, phase=TaskPhase.RUNNING, waiting=None) for one in made.tasks))
    text = drawn(screen(running, rows=20))

    assert "24 Nov 2026 11:00 UTC" in text
    assert "1 private cloud:  ○ 1 planned" in text
    assert "con-a 4.11.2 → 4.11.4" in text


def test_a_screen_never_outgrows_the_terminal() -> None:
    """More tasks than rows are counted."""
    made = view(None)
    many = tuple(replace(made.tasks[0], task=f"t{n}", phase=TaskPhase.RUNNING, waiting=None) for n in range(50))
    text = drawn(screen(replace(made, tasks=many), rows=20))

    assert "… and 36 more" in text
    assert len(text.splitlines()) <= 20


def test_every_cloud_has_a_row_with_sign_word_and_reason() -> None:
    """The result names bucket, reason and who acts next; the sign is not a colour alone."""
    text = drawn(tables.clouds(view(Outcome.FAILED)) or "")

    assert "pc-a" in text
    assert "✕ failed" in text
    assert "because" in text
    assert "lea" in text


def test_names_stay_whole_on_a_narrow_terminal() -> None:
    """At 80 columns sentences are folded; names, versions, buckets and reasons are not."""
    long = "pc-with-a-long-name"
    made = view(Outcome.FAILED)
    named = tuple(replace(one, name=long) if one.kind is SubjectKind.PRIVATE_CLOUD else one for one in made.subjects)
    text = drawn(tables.clouds(replace(made, subjects=named)) or "", width=80)

    assert long in text
    assert "✕ failed" in text
    assert max(map(len, text.splitlines())) <= 80


def test_only_what_needs_somebody_is_listed() -> None:
    """What failed is listed with its reason, and where nothing needs anybody there is no table."""
    text = drawn(tables.what_is_needed(view(Outcome.FAILED)) or "")

    assert "because" in text
    assert tables.what_is_needed(view(Outcome.SUCCEEDED)) is None


def test_a_denied_subscription_is_shown_and_a_read_one_is_not() -> None:
    """Only what could not be read gets a table of its own."""
    denied = SubscriptionSeen(id="sub-9", name="lab", state=SubscriptionState.DENIED, detail="403")

    assert tables.unread(view()) is None
    assert "lab" in drawn(tables.unread(view(subscriptions=(denied,))) or "")


def test_a_plan_is_told_as_an_operator_would() -> None:
    """Every task has its way with all hops, its owner with the reason, and what comes before it."""
    text = drawn(tables.plan(PLAN, {}))
    con = next(row for row in text.splitlines() if row.startswith("con-lyon"))

    assert con.count("→") == 2
    assert "ours" in con
    assert "24 Nov 21:00" in con
    assert con.endswith("pc-weu-01")
    assert "mesh mesh-lyon" in text
    assert tables.what_next(PLAN) == "Next: hcx-fleet run --plan 9f2c41ab3d01 --watch"


def test_a_plan_of_others_work_leads_to_the_list() -> None:
    """Where nothing is ours and the timer only plans, the list of what people have to do comes before the run."""
    groups = tuple(
        replace(one, tasks=tuple(replace(task, owner=Owner.ASSISTED) for task in one.tasks)) for one in PLAN.groups
    )
    told = tables.what_next(replace(PLAN, mode=Mode.PLAN_ONLY, groups=groups)) or ""

    assert told.startswith("Next: hcx-fleet today says who must do what, by when; hcx-fleet run --plan 9f2c41ab3d01 ")
    assert tables.what_next(replace(PLAN, mode=Mode.PLAN_ONLY)) == tables.what_next(PLAN)
    assert tables.what_next(replace(PLAN, mode=Mode.AUTO, groups=groups)) == tables.what_next(PLAN)


def test_waves_are_compared_before_their_tasks_are_listed() -> None:
    """One row a wave: how many clouds, from where, when it can first start, and how many networks are at risk."""
    rows = drawn(tables.plan(PLAN, {})).splitlines()
    canary = next(row for row in rows if row.startswith("canary"))

    assert canary.split("  ")[0] == "canary"
    assert "4.8.2, 4.10.3" in canary
    assert canary.endswith("6")


def test_a_plan_without_work_shows_what_it_leaves_out() -> None:
    """There is no empty table of tasks, and nothing to carry out."""
    idle = replace(PLAN, groups=(), waves=())
    text = drawn(tables.plan(idle, {}))

    assert "WAY" not in text
    assert "pc-legacy-01" in text
    assert tables.what_next(idle) is None


def test_what_a_person_must_look_at_is_told_once_for_each_check() -> None:
    """Blocking findings have a line each; a manual one names everything it is about in one."""
    found = [
        Finding(check="photon", subject="con-a", verdict=Verdict.UPGRADE_FAILURE, summary="too old", remedy="redeploy"),
        Finding(check="backup", subject="con-a", verdict=Verdict.MANUAL, summary="?", remedy="look at the backup"),
        Finding(check="backup", subject="pc-a", verdict=Verdict.MANUAL, summary="?", remedy="look at the backup"),
        Finding(check="alive", subject="pc-a", verdict=Verdict.PASS, summary="alive"),
    ]
    text = drawn(tables.findings(tuple(found), {}) or "")

    assert "too old" in text
    assert "Look yourself (backup): look at the backup [con-a, pc-a]" in text
    assert "alive" not in text


def test_what_is_needed_names_who_and_what() -> None:
    """Whoever has to act is the first word of the row."""
    assert drawn(tables.what_is_needed(view(Outcome.FAILED)) or "").splitlines()[1].startswith("lea")


def test_tasks_show_where_they_are() -> None:
    """A run's tasks are listed with owner and outcome."""
    text = drawn(tables.tasks(view()))

    assert "succeeded" in text
    assert "provider" in text
