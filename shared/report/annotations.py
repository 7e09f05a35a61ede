"""What a pipeline shows of a run beside its log, gravest first: it shows about ten things, and drops the rest."""

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from shared.model.finding import Finding, Verdict
from shared.model.plan import SubjectKind
from shared.model.record import record
from shared.model.run import Bucket
from shared.model.view import RunView
from shared.report.needs import Need, needs
from shared.report.words import KINDS, VERDICT, sentence

SHOWN = 10
_TEXT_MAX = 1000
_SIGN_BEFORE_ITS_LIKE = re.compile(r"#(?=#)|:(?=:)")


class Level(StrEnum):
    """How grave it is, in the words of GitHub."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


@record
class Annotation:
    """One of them; both texts are one line."""

    level: Level
    title: str
    message: str


_LEVELS = {
    Bucket.FAILED: Level.ERROR,
    Bucket.UNKNOWN: Level.ERROR,
    Bucket.BLOCKED: Level.ERROR,
    Bucket.WAITING: Level.WARNING,
    Bucket.RUNNING: Level.WARNING,
}
"""Of what needs somebody; what else does is a notice."""


def annotations(view: RunView) -> tuple[Annotation, ...]:
    """All there are, gravest first; whoever shows them shows the first ten."""
    names = {(one.kind, one.id): one.name for one in view.subjects}
    names |= {(SubjectKind.SUBSCRIPTION, one.id): one.name or one.id for one in view.subscriptions}
    found = (*_of_run(view), *(_of_need(one, names) for one in needs(view)), *_of_warnings(view, names))
    return tuple(sorted(found, key=lambda one: list(Level).index(one.level)))


def for_github(found: Iterable[Annotation]) -> Iterator[str]:
    """Lines of a log of GitHub Actions that become annotations."""
    for one in found:
        title = _percent(one.title).replace(":", "%3A").replace(",", "%2C")
        yield f"::{one.level.value} title={title}::{_percent(one.message)}"


def for_azure(found: Iterable[Annotation]) -> Iterator[str]:
    """Lines of a log of Azure Pipelines that become issues of its run; it knows errors and warnings only."""
    for one in found:
        level = Level.ERROR if one.level is Level.ERROR else Level.WARNING
        yield f"##vso[task.logissue type={level.value}]{one.title}: {one.message}"


def _percent(text: str) -> str:
    return text.replace("%", "%25")


def _of_run(view: RunView) -> Iterator[Annotation]:
    if view.run.problem:
        title = f"run {view.run.request.id} could not go on"
        yield Annotation(level=Level.ERROR, title=_line(title), message=_line(view.run.problem))


def _of_need(need: Need, names: Mapping[tuple[SubjectKind, str], str]) -> Annotation:
    name = names.get((need.kind, need.subject), need.subject)
    todo = f" To do: {sentence(need.remedy)}" if need.remedy and need.remedy != need.who else ""
    who = f" Who can act: {sentence(need.who)}" if need.who else ""
    return Annotation(
        level=_LEVELS.get(need.bucket, Level.NOTICE),
        title=_line(f"{KINDS[need.kind][0]} {name}: {need.bucket.value} ({need.reason})"),
        message=_line(f"{sentence(need.detail)}{who}{todo}"),
    )


def _of_warnings(view: RunView, names: Mapping[tuple[SubjectKind, str], str]) -> Iterator[Annotation]:
    called = {subject: name for (_, subject), name in names.items()}
    yield from (_of_finding(one, called) for one in view.findings if one.verdict is Verdict.WARN)


def _of_finding(one: Finding, called: Mapping[str, str]) -> Annotation:
    todo = f" To do: {sentence(one.remedy)}" if one.remedy else ""
    return Annotation(
        level=Level.NOTICE,
        title=_line(f"{called.get(one.subject, one.subject)}: {VERDICT[one.verdict]} ({one.check})"),
        message=_line(f"{sentence(one.summary)}{todo}"),
    )


def _line(text: str) -> str:
    """One line in which no pipeline finds a command: those begin with `##` anywhere, or with `::`."""
    shown = "".join(one if one.isprintable() else " " for one in text)
    folded = " ".join(_SIGN_BEFORE_ITS_LIKE.sub(r"\g<0> ", shown).split())
    return folded if len(folded) <= _TEXT_MAX else f"{folded[:_TEXT_MAX]}…"
