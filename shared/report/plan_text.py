"""A plan as Markdown, for a person who has to read, compare and approve it: every task and step, and why so.

First comes what people look for: when each task of each wave goes, by whom, and what it waits for. What several tasks
share (findings, steps, ways back) is told once, with the names of all of which it is true.

What is the same in two plans is the same text in both, so that two files can be compared by any tool.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from shared.model.finding import Finding
from shared.model.plan import MeshTask, Plan, PlannedWave
from shared.model.policy import Owner, Policy
from shared.report.markdown import plain, table
from shared.report.plan_steps_text import forms_of, steps_lines
from shared.report.plan_task_text import TaskBook, task_book, task_lines
from shared.report.plan_waiting import waits_words
from shared.report.plan_waves import WaveRow, at_once, limits_words, wave_rows
from shared.report.plan_ways_back import ways_back_lines
from shared.report.plan_why import cloud_why, placing
from shared.report.plan_words import (
    HASH,
    MODE,
    PERFORMS,
    UNPLANNED,
    about,
    approval_words,
    brief_time,
    budget_words,
    day_and_time,
    name_of,
    soak_words,
    subject_names,
    way_of,
)
from shared.report.rows import finding_rows
from shared.report.words import VERDICT, listed, moment, sentence, several, took
from shared.rules.run_view import short


def plan_text(plan: Plan, zones: Mapping[str, str] | None = None) -> str:
    """The whole plan.

    Args:
        plan: the plan.
        zones: IANA names by site, to show local times beside UTC.
    """
    forms = forms_of(plan)
    book = task_book(plan, zones or {}, forms)
    lines = (
        *_head(plan),
        *_waves(plan, book),
        *_findings(plan),
        *_tasks(book),
        *steps_lines(forms),
        *ways_back_lines(plan),
        *_rest(plan),
        *_clouds(plan),
    )
    return "\n".join(lines).rstrip("\n") + "\n"


def zones_of(policy: Policy) -> dict[str, str]:
    """The zone of every site whose windows agree on one, by the site's name."""
    found = {}
    for site in policy.sites:
        zones = {window.zone for window in site.windows or policy.windows}
        if len(zones) == 1:
            found[site.name] = zones.pop()
    return found


# --- head -------------------------------------------------------------------------------------------------------------


def _head(plan: Plan) -> Iterator[str]:
    yield f"# Plan {plain(plan.name)}: HCX {short(plan.target)}"
    yield ""
    yield _sum(plan)
    yield ""
    yield from (f"- {name}: {plain(value)}" for name, value in _facts(plan))
    yield ""


def _sum(plan: Plan) -> str:
    clouds = several(len(plan.private_clouds), "private cloud", "private clouds")
    tasks, waves = several(len(plan.tasks), "task", "tasks"), several(len(plan.waves), "wave", "waves")
    by = Counter(task.owner for task in plan.tasks)
    shares = [f"{by[owner]} by {PERFORMS[owner]}" for owner in Owner if by[owner]]
    told = f"{clouds}, {tasks} in {waves}" + (f": {listed(shares)}." if shares else ".")
    return f"{told} {_ends(plan)}".rstrip()


def _ends(plan: Plan) -> str:
    times = plan.schedule
    if times.ends_p50 is None:
        return ""
    surely = f", by {day_and_time(times.ends_p90)} nine times in ten" if times.ends_p90 else ""
    return f"It ends by {day_and_time(times.ends_p50)} as likely as not{surely}."


def _facts(plan: Plan) -> Iterator[tuple[str, str]]:
    yield "plan", f"`{plan.hash[:HASH]}`, made {moment(plan.made_at)}"
    if plan.parent:
        yield "replaces", f"`{plan.parent[:HASH]}`"
    if plan.private_cloud:
        yield "part", f"private cloud {plan.private_cloud} alone, with its connectors and their meshes"
    yield "mode", f"{plan.mode.value}: {MODE[plan.mode]}"
    yield "at a time", _at_a_time(plan)
    yield "failures", budget_words(plan.max_failed, strict=plan.strict)
    yield "findings", _counted(plan.findings)
    times = plan.schedule
    yield "nights", f"{times.nights}, in which hcx-fleet changes something"
    yield "approvals", str(times.approvals)
    if times.people:
        yield "people", ", ".join(times.people)
    yield "fleet.yaml", f"`{plan.policy_hash[:HASH]}`"
    corrected = f", corrected by `{plan.overrides_hash[:HASH]}`" if plan.overrides_hash else ""
    yield "catalogue", f"`{plan.catalogue_hash[:HASH]}`{corrected}"
    yield "confirmations", f"`{plan.confirmations_hash[:HASH]}`"


def _at_a_time(plan: Plan) -> str:
    real = max((at_once(plan, wave) for wave in plan.waves), default=plan.concurrency)
    more = f" (concurrency allows {plan.concurrency})" if real < plan.concurrency else ""
    ours = f"{several(real, 'task', 'tasks')} of ours{more}"
    if plan.networks_at_risk is None:
        return ours
    return f"{ours}, {several(plan.networks_at_risk, 'extended network', 'extended networks')} in change"


def _counted(found: Iterable[Finding]) -> str:
    by = Counter(one.verdict for one in found)
    return ", ".join(f"{words} {by[verdict]}" for verdict, words in VERDICT.items() if by[verdict]) or "none"


# --- findings ---------------------------------------------------------------------------------------------------------


def _findings(plan: Plan) -> Iterator[str]:
    yield from ("## Findings", "")
    if not plan.findings:
        yield from ("Nothing was found that an operator has to know first.", "")
    yield from table(("about", "verdict", "check", "what", "what to do"), _alike(plan))


def _alike(plan: Plan) -> Iterator[tuple[str, ...]]:
    """Gravest first; what is said of several in the same words is said once, with all of them."""
    names = {subject: name for (_, subject), name in subject_names(plan).items()}
    about_whom: dict[tuple[str, ...], set[str]] = {}
    for one in finding_rows(plan.findings):
        told = (one.said, one.check, one.summary, one.remedy)
        about_whom.setdefault(told, set()).add(names.get(one.subject, one.subject))
    return ((", ".join(sorted(subjects)), *told) for told, subjects in about_whom.items())


# --- waves ------------------------------------------------------------------------------------------------------------


def _waves(plan: Plan, book: TaskBook) -> Iterator[str]:
    if not plan.tasks:
        yield from ("## Waves", "", "Nothing is to be done.", "")
        return
    rows = wave_rows(plan)
    if len(rows) > 1:
        yield from ("## Waves", "")
        yield from table(WAVE_COLUMNS, map(wave_cells, rows))
    for number, (wave, row) in enumerate(zip(plan.waves, rows, strict=True), 1):
        yield f"## Wave {number} of {len(rows)}: {plain(wave.name)}"
        yield ""
        yield from _wave(plan, wave, row)
        yield from table(TASK_COLUMNS, [_task_cells(name, book) for name in wave.tasks])


WAVE_COLUMNS = ("wave", "clouds", "tasks", "now", "hops", "expected from", "longest (p90)", "networks at risk")
"""What waves are compared by."""


def wave_cells(row: WaveRow) -> tuple[str, ...]:
    """One wave as a row of a table."""
    start = day_and_time(row.first_start) if row.first_start else "not known"
    return row.name, str(row.clouds), str(row.tasks), row.versions, row.hops, start, took(row.longest), row.risk


def _wave(plan: Plan, wave: PlannedWave, row: WaveRow) -> Iterator[str]:
    clouds = f": {', '.join(wave.clouds)}" if wave.clouds else ""
    yield f"- {plain(several(len(wave.clouds), 'private cloud', 'private clouds') + clouds)}."
    if wave.approval:
        yield f"- Starts after {plain(approval_words(wave.approval))}."
    yield f"- {limits_words(plan, wave)}."
    if row.at_risk:
        yield f"- Up to {several(row.at_risk, 'extended network is', 'extended networks are')} in change at once."
    if wave.soak:
        yield f"- Is {soak_words(wave.soak)}."
    yield ""


TASK_COLUMNS = (
    "#",
    "what",
    "way",
    "who",
    "may start (UTC)",
    "expected (UTC)",
    "done by (p90, UTC)",
    "networks at risk",
    "waits for",
)
"""What people look for first, of every task."""


def _task_cells(name: str, book: TaskBook) -> tuple[str, ...]:
    task, time = book.around.tasks[name], book.times.get(name)
    times = (time.earliest, time.starts, time.ends_p90) if time else (None, None, None)
    return (
        str(book.numbers[name]),
        name_of(task),
        way_of(task),
        PERFORMS[task.owner],
        *(brief_time(at, book.plan) for at in times),
        str(task.networks if isinstance(task, MeshTask) else 0),
        "; ".join(filter(None, (waits_words(task, time, book.around), _ahead(name, book)))),
    )


def _ahead(name: str, book: TaskBook) -> str:
    """By when the first thing is to be done for it: often that, and no window, is why it is expected so late.

    The provider waits for nothing that people do.
    """
    due = book.first_due.get(name)
    if due is None or book.around.tasks[name].owner is Owner.PROVIDER:
        return ""
    return f"preparation (first due {brief_time(due, book.plan)})"


def _tasks(book: TaskBook) -> Iterator[str]:
    if book.numbers:
        yield from ("## Tasks", "")
    for name in book.numbers:
        yield from task_lines(book.around.tasks[name], book)


# --- what has no task -------------------------------------------------------------------------------------------------


def _rest(plan: Plan) -> Iterator[str]:
    if not plan.rest:
        return
    names = subject_names(plan)
    yield from ("## No task for", "")
    rows = [
        (about(one.kind, one.subject, names), UNPLANNED[one.reason], one.detail, one.who_can_act) for one in plan.rest
    ]
    yield from table(("what", "why", "detail", "who can act"), rows)


def _clouds(plan: Plan) -> Iterator[str]:
    yield from ("## Why each cloud is where it is", "")
    index = placing(plan)
    yield from (_cloud(cloud, cloud_why(index, cloud)) for cloud in plan.private_clouds)


def _cloud(cloud: str, sentences: Iterable[str]) -> str:
    return f"- **{plain(cloud)}**: {plain(' '.join(map(sentence, sentences)))}"
