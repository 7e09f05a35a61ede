"""A plan as Markdown, for a person who has to read, compare and approve it: every task and step, and why so.

What is the same in two plans is the same text in both, so that two files can be compared by any tool.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from shared.model.finding import Finding
from shared.model.plan import Plan, PlannedWave
from shared.model.policy import Owner, Policy
from shared.report.markdown import plain, table
from shared.report.plan_task_text import TaskBook, task_book, task_lines
from shared.report.plan_waves import WaveRow, wave_rows
from shared.report.plan_why import cloud_why, placing
from shared.report.plan_words import (
    HASH,
    MODE,
    PERFORMS,
    UNPLANNED,
    about,
    approval_words,
    budget_words,
    day_and_time,
    limits_words,
    soak_words,
    subject_names,
)
from shared.report.rows import finding_rows
from shared.report.words import listed, moment, sentence, several, took
from shared.rules.run_view import short


def plan_text(plan: Plan, zones: Mapping[str, str] | None = None) -> str:
    """The whole plan.

    Args:
        plan: the plan.
        zones: IANA names by site, to show local times beside UTC.
    """
    book = task_book(plan, zones or {})
    lines = (*_head(plan), *_findings(plan.findings), *_waves(plan, book), *_rest(plan), *_clouds(plan))
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
    ours = f"{several(plan.concurrency, 'task', 'tasks')} of ours"
    if plan.networks_at_risk is None:
        return ours
    return f"{ours}, {several(plan.networks_at_risk, 'extended network', 'extended networks')} in change"


def _findings(found: tuple[Finding, ...]) -> Iterator[str]:
    yield "## Findings"
    yield ""
    if not found:
        yield "Nothing was found that an operator has to know first."
        yield ""
    rows = finding_rows(found)
    cells = [(one.subject, one.said, one.check, one.summary, one.remedy) for one in rows]
    yield from table(("about", "verdict", "check", "what", "what to do"), cells)


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
        yield from _wave(wave, row, book, f"{number} of {len(rows)}")


WAVE_COLUMNS = ("wave", "clouds", "tasks", "now", "hops", "first start", "longest (p90)", "networks at risk")
"""What waves are compared by."""


def wave_cells(row: WaveRow) -> tuple[str, ...]:
    """One wave as a row of a table."""
    start = day_and_time(row.first_start) if row.first_start else "not known"
    return row.name, str(row.clouds), str(row.tasks), row.versions, row.hops, start, took(row.longest), row.risk


def _wave(wave: PlannedWave, row: WaveRow, book: TaskBook, place: str) -> Iterator[str]:
    yield f"## Wave {place}: {plain(wave.name)}"
    yield ""
    clouds = f": {', '.join(wave.clouds)}" if wave.clouds else ""
    yield f"{plain(several(len(wave.clouds), 'private cloud', 'private clouds') + clouds)}."
    yield ""
    if wave.approval:
        yield f"- Starts after {plain(approval_words(wave.approval))}."
    yield f"- {limits_words(wave)}."
    if row.at_risk:
        yield f"- Up to {several(row.at_risk, 'extended network is', 'extended networks are')} in change at once."
    if wave.soak:
        yield f"- Is {soak_words(wave.soak)}."
    yield ""
    for number, task in enumerate(wave.tasks, 1):
        yield from task_lines(book.tasks[task], book, number)


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
