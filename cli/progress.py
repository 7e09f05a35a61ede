"""How a run looks while it goes on: a screen that is drawn again and again, or lines for a log. Pure."""

from collections import Counter
from collections.abc import Mapping

from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from shared.model.plan import SubjectKind
from shared.model.run import Bucket, JournalEntry, JournalKind
from shared.model.view import RunView, TaskPhase, TaskView
from shared.report.words import KINDS, SYMBOL, WAITS_FOR, moment, several
from shared.rules.buckets import WORST_FIRST

COLOUR = {
    Bucket.FAILED: "red",
    Bucket.UNKNOWN: "magenta",
    Bucket.BLOCKED: "yellow",
    Bucket.WAITING: "cyan",
    Bucket.RUNNING: "blue",
    Bucket.CANCELED: "bright_yellow",
    Bucket.PLANNED: "default",
    Bucket.REVERTED: "green",
    Bucket.UPGRADED: "green",
    Bucket.CURRENT: "green",
    Bucket.EXCLUDED: "bright_black",
}
"""Never the only sign: each bucket has a symbol and its word beside it."""

NEWS = frozenset(
    {
        JournalKind.RUN_REQUESTED,
        JournalKind.DISCOVERED,
        JournalKind.OBSERVED,
        JournalKind.PLANNED,
        JournalKind.CALLED,
        JournalKind.ADOPTED,
        JournalKind.NOT_CALLED,
        JournalKind.INSTRUCTED,
        JournalKind.NOT_NOTIFIED,
        JournalKind.REPORTED,
        JournalKind.COMMANDED,
        JournalKind.MEASURED,
        JournalKind.TASK_ENDED,
        JournalKind.RUN_ENDED,
    }
)
"""What a log gets; steps and waits would be hundreds of lines, and are in the report."""

LINE_MAX = 150
"""Characters of a line in a log, beside its time."""

_ACTIVE = (TaskPhase.RUNNING, TaskPhase.WAITING)
_BAR = 32
_TITLE = 28


def line(entry: JournalEntry, titles: Mapping[str, str]) -> str | None:
    """One entry of the journal as a line for a log, None when it is not worth one; tasks go by their titles."""
    if entry.kind not in NEWS:
        return None
    about = f"{titles.get(entry.task, entry.task)}: " if entry.task else ""
    text = " ".join(f"{about}{entry.text}".split())
    return f"{entry.at:%d %b %H:%M} {text if len(text) <= LINE_MAX else text[: LINE_MAX - 1] + '…'}"


def screen(view: RunView, rows: int) -> RenderableType:
    """The whole run on one screen: time, how far, clouds by bucket, and the tasks that something happens with."""
    active = sorted((task for task in view.tasks if task.phase in _ACTIVE), key=_liveliest)
    shown = active[: max(rows - 6, 1)]
    more = [Text(f"  … and {len(active) - len(shown)} more", style="dim")] if len(active) > len(shown) else []
    return Group(_head(view), _buckets(view), _tasks(shown) if shown else Text(_doing(view)), *more)


def _head(view: RunView) -> Table:
    grid = Table.grid(padding=(0, 2))
    bar = ProgressBar(total=100, completed=view.percent, width=_BAR)
    grid.add_row(Text(moment(view.now), style="bold"), Text(view.run.request.id), bar, f"{view.percent} %")
    return grid


def _buckets(view: RunView) -> Text:
    counts = Counter(one.bucket for one in view.placed if one.kind is SubjectKind.PRIVATE_CLOUD)
    text = Text(f"{several(counts.total(), *KINDS[SubjectKind.PRIVATE_CLOUD])}:" if counts else "")
    for bucket in WORST_FIRST:
        if counts[bucket]:
            text.append("  ")
            text.append(f"{SYMBOL[bucket]} {counts[bucket]} {bucket.value}", style=COLOUR[bucket])
    return text


def _tasks(tasks: list[TaskView]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False, expand=True)
    table.add_column(no_wrap=True, overflow="ellipsis", min_width=_TITLE)
    table.add_column(no_wrap=True, justify="right", min_width=len("100 %"))
    table.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
    for task in tasks:
        waits = task.phase is TaskPhase.WAITING
        table.add_row(task.title, f"{task.percent} %", Text(_at(task), style=COLOUR[Bucket.WAITING] if waits else ""))
    return table


def _liveliest(task: TaskView) -> tuple[bool, str]:
    """What moves comes before what waits for others."""
    return task.phase is TaskPhase.WAITING, task.task


def _at(task: TaskView) -> str:
    span = next((span for span in reversed(task.spans) if span.ended_at is None), None)
    step = f"{span.section} {span.title}" if span else "about to begin"
    return f"{step} – waits for {WAITS_FOR[task.waiting.reason]}" if task.waiting else step  # noqa: RUF001 -- a dash


def _doing(view: RunView) -> str:
    """Before there are tasks, the last entry of the journal is all there is to tell."""
    return view.journal[-1].text if view.journal else "starting"
