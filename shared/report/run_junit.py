"""A run as JUnit XML, which pipelines show beside their own tests: one private cloud is one test case.

What its connectors and meshes need is told in the case of the cloud, which stands where the worst of them stands. Those
of no cloud, and subscriptions that could not be read, are cases of their own, so that nothing that was seen is lost.
The suite fails where the run did: a case says it as a whole.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from shared.model.inventory import SubscriptionSeen
from shared.model.plan import SubjectKind
from shared.model.record import record
from shared.model.run import Bucket, RunState
from shared.model.view import RunView, TaskView
from shared.report.check_junit import clean
from shared.report.headline import headline
from shared.report.needs import Need, needs
from shared.report.rows import ResultRow, result_rows
from shared.report.words import KINDS, sentence
from shared.rules.run_end import AS_WANTED, UNREAD
from shared.rules.run_view import ENDED

_STOPS = {Bucket.FAILED: "failure", Bucket.BLOCKED: "failure", Bucket.UNKNOWN: "error"}
_NOT_ASKED_FOR = frozenset({Bucket.EXCLUDED, Bucket.CANCELED})
"""Nobody wanted it to be upgraded, or somebody ended it: skipped, and the reason says who."""


@record
class _Case:
    kind: str
    name: str
    tag: str
    """`failure`, `error` or `skipped`; empty where it passed."""
    reason: str
    message: str
    text: str = ""
    took: timedelta = timedelta()


def run_junit(view: RunView) -> bytes:
    """The document as UTF-8."""
    root = Element("testsuites")
    cases = tuple(_cases(view))
    suite = SubElement(root, "testsuite", {**_about(view), **_numbers(cases)})
    SubElement(suite, "properties")
    for one in cases:
        _add(suite, one)
    SubElement(suite, "system-out").text = clean(headline(view, len(needs(view))))
    SubElement(suite, "system-err")
    indent(root)
    text = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode(errors="replace")


# --- cases ------------------------------------------------------------------------------------------------------------


def _cases(view: RunView) -> Iterator[_Case]:
    yield _of_run(view)
    yield from (_of_subscription(one) for one in view.subscriptions if one.state in UNREAD)
    clouds = {(one.kind, one.id): one.clouds for one in view.subjects}
    needed = needs(view)
    for row in result_rows(view):
        if row.kind is SubjectKind.PRIVATE_CLOUD or not clouds.get((row.kind, row.subject)):
            yield _of_subject(view, row, [one for one in needed if _concerns(one, row)])


def _concerns(need: Need, row: ResultRow) -> bool:
    return (need.kind, need.subject) == (row.kind, row.subject) or row.subject in need.clouds


def _of_run(view: RunView) -> _Case:
    run, said = view.run, headline(view, len(needs(view)))
    tags = {RunState.FAILED: "failure", RunState.CANCELED: "skipped", RunState.SUCCEEDED: ""}
    under_way = "" if run.state in ENDED else "the run has not ended: "
    return _Case(
        kind="run",
        name=run.request.id,
        tag=tags.get(run.state, "skipped"),
        reason=run.state.value,
        message=f"{under_way}{said}",
        text=run.problem or said,
        took=(run.ended_at or view.now) - run.started_at if run.started_at else timedelta(),
    )


def _of_subscription(one: SubscriptionSeen) -> _Case:
    said = one.detail or "its private clouds are not in this report"
    name = one.name or one.id
    return _Case(kind="subscription", name=name, tag="error", reason=one.state.value, message=said, text=said)


def _of_subject(view: RunView, row: ResultRow, needed: list[Need]) -> _Case:
    return _Case(
        kind=KINDS[row.kind][0],
        name=row.name if row.name == row.subject else f"{row.name} ({row.subject})",
        tag=_tag(row.bucket, view),
        reason=row.reason,
        message=f"{row.bucket.value}: {row.detail}",
        text="\n".join(_lines(row, needed)),
        took=_took([one for one in view.tasks if row.subject in {*one.clouds, one.subject}], view.now),
    )


def _tag(bucket: Bucket, view: RunView) -> str:
    """What is not as wanted fails once the run has ended; until then it is only not there yet."""
    if bucket in _STOPS:
        return _STOPS[bucket]
    if bucket in _NOT_ASKED_FOR:
        return "skipped"
    could_go = bucket is Bucket.PLANNED and not view.run.request.carries_out
    if bucket in AS_WANTED or could_go:
        return ""
    return "failure" if view.run.state in ENDED and view.run.request.carries_out else "skipped"


def _lines(row: ResultRow, needed: list[Need]) -> Iterator[str]:
    yield f"{row.version}; {row.bucket.value}: {sentence(row.detail)}"
    yield f"Who acts next: {row.who_acts_next}"
    for one in needed:
        yield f"{KINDS[one.kind][0]} {one.subject}: {one.reason}: {sentence(one.detail)} Who can act: {one.who}"
        if one.remedy:
            yield f"To do: {one.remedy}"
        if one.link:
            yield one.link


def _took(tasks: list[TaskView], now: datetime) -> timedelta:
    begins = [span.started_at for task in tasks for span in task.spans]
    ends = [task.result.ended_at if task.result else now for task in tasks if task.spans]
    return max(ends) - min(begins) if begins else timedelta()


# --- XML --------------------------------------------------------------------------------------------------------------


def _add(suite: Element, one: _Case) -> None:
    took = f"{max(one.took.total_seconds(), 0):.0f}"
    case = SubElement(suite, "testcase", {"classname": clean(one.kind), "name": clean(one.name), "time": took})
    if one.tag == "skipped":
        SubElement(case, "skipped", {"message": clean(one.message)})
    elif one.tag:
        about = {"message": clean(one.message), "type": clean(one.reason)}
        SubElement(case, one.tag, about).text = clean(one.text)


def _about(view: RunView) -> dict[str, str]:
    asked = view.run.request
    begun = view.run.started_at or asked.requested_at
    return {
        "name": clean(f"hcx-fleet {asked.kind.value} {asked.id}"),
        "id": "0",
        "package": "hcx-fleet",
        "timestamp": f"{begun:%Y-%m-%dT%H:%M:%S}",
        "time": f"{max(((view.run.ended_at or view.now) - begun).total_seconds(), 0):.0f}",
        "hostname": "hcx-fleet",
    }


def _numbers(cases: tuple[_Case, ...]) -> dict[str, str]:
    tags = [one.tag for one in cases]
    return {
        "tests": str(len(cases)),
        "failures": str(tags.count("failure")),
        "errors": str(tags.count("error")),
        "skipped": str(tags.count("skipped")),
    }
