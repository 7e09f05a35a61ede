"""The report of a run as one HTML page: no script, no outside address, nothing to load.

What is said comes from the same document as the JSON file; this file only groups it, and the template only shows it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from itertools import groupby

from jinja2 import Environment, StrictUndefined, Template

from shared.model.finding import Verdict
from shared.model.plan import SubjectKind
from shared.model.policy import Owner
from shared.model.record import record
from shared.model.run import Bucket, Outcome
from shared.model.view import RunView
from shared.report import words
from shared.report.content import report
from shared.report.document import FindingPart, NeedPart, Report, StepPart, SubjectPart, TaskPart
from shared.report.outage_page import OutagesShown, outages_shown
from shared.report.outage_text import SILENT, WHY_NOT, length
from shared.report.plan_words import APPLIANCE_MODE
from shared.report.timeline import THICKNESS, Picture, Shape, Stretch, lines, picture
from shared.report.way_back_page import WaysBackShown, ways_back_shown
from shared.rules.buckets import NOBODY, WHO_PERFORMS, WORST_FIRST

STEPS_SHOWN = 60
"""Tasks whose steps the page lists, those that need a look first. A fleet of 200 clouds has 600 tasks: all their steps
would make the page too heavy to mail, and nobody reads the steps of what went well. The JSON file has every one."""

CARDS_SHOWN = 60
"""Things listed under "Needs you"; beyond that the list is no list of things to do any more."""

CARD_LINES_SHOWN = 8
"""Subjects listed on one card; the tables below name all of them."""

LINES_SHOWN = 30
"""Subjects listed under one finding; the others are counted and named in the JSON file."""

QUIET = frozenset({Verdict.PASS, Verdict.NOT_APPLICABLE})
"""Verdicts that are counted, not listed."""

_LOOKS = frozenset({"1.1", "1.2", "1.3", "1.7", "1.8", "2.1", "2.2", "2.5", "2.7"})
"""Sections of docs/procedure.md in which hcx-fleet only looks."""

_BY_OTHERS = frozenset({"1.4", "1.5", "2.3"})
"""Sections in which a step that is not ours waits for its owner; the ones left are HCX at work."""


def render_html(view: RunView, calls: Mapping[str, int] | None = None) -> bytes:
    """The report as a UTF-8 page."""
    document = report(view, calls)
    text = _template().render(report=document, page=_page(document))
    # A lone surrogate in a name from outside must not cost anybody the report.
    return text.encode(errors="replace")


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(
        when=words.when,
        moment=words.moment,
        seconds=_seconds,
        day=lambda at: words.when(at).rsplit(" ", 1)[0],
        sentence=words.sentence,
        vendor_link=_vendor_link,
        took=_took,
    )
    environment.globals.update(
        words=words,
        several=words.several,
        performs=WHO_PERFORMS,
        nobody=NOBODY,
        thickness=THICKNESS,
        steps_shown=STEPS_SHOWN,
        cards_shown=CARDS_SHOWN,
        lines_shown=LINES_SHOWN,
        modes=APPLIANCE_MODE,
        silent_text=SILENT,
        why_not=WHY_NOT,
        card_lines_shown=CARD_LINES_SHOWN,
    )
    text = resources.files("shared.report").joinpath("run.html.j2").read_text(encoding="utf-8")
    return environment.from_string(text)


def _vendor_link(link: str) -> str:
    """The link if it is one that a page may offer: `javascript:` and its kin are shown as text at most."""
    return link if link.startswith("https://") else ""


def _took(step: StepPart) -> str:
    return words.took(step.ended_at - step.started_at) if step.started_at and step.ended_at else ""


def _seconds(seconds: float, *, up: bool = False) -> str:
    return length(timedelta(seconds=seconds), up=up)


# --- what the page groups -------------------------------------------------------------------------------------------


@record
class Card:
    """What one party has to do, for every subject that waits for the same."""

    first: NeedPart
    needs: tuple[NeedPart, ...]
    remedy: str
    """What to do, where that is the same for all."""
    link: str
    since: datetime | None
    until: datetime | None
    """When the first of them is closed."""


@record
class Group:
    """Subjects of one kind in one bucket."""

    bucket: Bucket
    subjects: tuple[SubjectPart, ...]


@record
class Kind:
    """All subjects of one kind, worst first."""

    counted: str
    """How many there are, such as `14 connectors`."""
    total: int
    groups: tuple[Group, ...]


@record
class Advice:
    """What one check found about several subjects, with the remedy they share."""

    check: str
    verdict: str
    blocks: bool
    remedy: str
    link: str
    found: tuple[FindingPart, ...]


@record
class TaskBlock:
    """One task with the bucket whose sign and colour it shows."""

    bucket: Bucket
    state: str
    task: TaskPart


@record
class Page:
    """The report, arranged for reading."""

    cards: tuple[Card, ...]
    clouds: Kind
    others: tuple[Kind, ...]
    blocks: tuple[TaskBlock, ...]
    timeline: Picture | None
    drawn: tuple[TaskBlock, ...]
    """Tasks that have a row in the timeline, in its order."""
    paths: tuple[tuple[Shape, str], ...]
    advice: tuple[Advice, ...]
    quiet: int
    """Findings that pass or do not apply."""
    outages: OutagesShown
    ways_back: WaysBackShown


def _page(document: Report) -> Page:
    begun = [task for task in document.tasks if any(step.started_at for step in task.steps)]
    now = None if document.run.phase == "finished" else document.as_of
    drawn = picture([_stretches(task, document.as_of) for task in begun], now)
    loud = [one for one in document.findings if one.verdict not in QUIET]
    return Page(
        cards=_cards(document.needs),
        clouds=_kind(document, SubjectKind.PRIVATE_CLOUD),
        others=(_kind(document, SubjectKind.CONNECTOR), _kind(document, SubjectKind.MESH)),
        blocks=tuple(sorted(map(_block, document.tasks), key=lambda one: WORST_FIRST.index(one.bucket))),
        timeline=drawn,
        drawn=tuple(map(_block, begun)),
        paths=tuple((shape, lines(drawn, shape)) for shape in Shape) if drawn else (),
        advice=_advice(loud),
        quiet=len(document.findings) - len(loud),
        outages=outages_shown(document.outages),
        ways_back=ways_back_shown(document.ways_back),
    )


def _cards(needs: Iterable[NeedPart]) -> tuple[Card, ...]:
    """What the same party has to do for the same reason is one thing to do, however many subjects it holds up."""
    cards: dict[tuple[str, ...], list[NeedPart]] = {}
    for one in needs:
        cards.setdefault((one.bucket, one.reason, one.who), []).append(one)
    return tuple(map(_card, cards.values()))


def _card(needs: Sequence[NeedPart]) -> Card:
    return Card(
        first=needs[0],
        needs=tuple(needs),
        remedy=_shared(one.remedy for one in needs),
        link=_shared(one.link for one in needs),
        since=min((one.since for one in needs if one.since), default=None),
        until=min((one.until for one in needs if one.until), default=None),
    )


def _shared(texts: Iterable[str]) -> str:
    """The text if all say the same: instructions name their own manager, and one of forty would mislead."""
    different = set(texts)
    return different.pop() if len(different) == 1 else ""


def _kind(document: Report, kind: SubjectKind) -> Kind:
    subjects = [one for one in document.subjects if one.kind is kind]
    groups = [_group(bucket, [one for one in subjects if one.bucket is bucket]) for bucket in WORST_FIRST]
    return Kind(
        counted=words.several(len(subjects), *words.KINDS[kind]),
        total=len(subjects),
        groups=tuple(one for one in groups if one.subjects),
    )


def _group(bucket: Bucket, subjects: Sequence[SubjectPart]) -> Group:
    return Group(bucket=bucket, subjects=tuple(sorted(subjects, key=lambda one: one.name)))


def _block(task: TaskPart) -> TaskBlock:
    state = task.result.outcome if task.result else task.phase
    return TaskBlock(bucket=words.BUCKET_OF_STATE[state], state=state.value, task=task)


def _advice(findings: Iterable[FindingPart]) -> tuple[Advice, ...]:
    """By gravity, then by check: a remedy that twenty clouds share is said once."""
    gravity = {verdict: rank for rank, verdict in enumerate(words.VERDICT)}

    def order(one: FindingPart) -> tuple[int, str, str, str]:
        return gravity[one.verdict], one.check, one.remedy, one.link

    return tuple(
        Advice(
            check=check,
            verdict=words.VERDICT[found[0].verdict],
            blocks=found[0].blocks,
            remedy=remedy,
            link=link,
            found=tuple(sorted(found, key=lambda one: one.subject)),
        )
        for (_, check, remedy, link), members in groupby(sorted(findings, key=order), key=order)
        for found in [list(members)]
    )


# --- the timeline ---------------------------------------------------------------------------------------------------


def _stretches(task: TaskPart, now: datetime) -> list[Stretch]:
    last = task.result.ended_at if task.result else now
    drawn = [
        Stretch(start=step.started_at, end=step.ended_at or last, shape=_shape(step))
        for step in task.steps
        if step.started_at
    ]
    if drawn and task.result and task.result.outcome not in {Outcome.SUCCEEDED, Outcome.WAITING}:
        drawn.append(Stretch(start=last, end=last, shape=Shape.STOP))
    return drawn


def _shape(step: StepPart) -> Shape:
    if step.section in _LOOKS:
        return Shape.LOOK
    if step.section in _BY_OTHERS and step.owner is not Owner.OURS:
        return Shape.OTHERS
    # Nobody but a person can put a bundle on a manager, whoever owns the upgrade.
    return Shape.OTHERS if step.section == "1.4" else Shape.CHANGE
