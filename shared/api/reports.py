"""The report of a run, made when it is asked for, in every form; and what a pipeline shows beside its log."""

from collections.abc import Callable, Iterable, Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from shared.api.access import READING
from shared.api.bodies_reports import AnnotationPart, AnnotationsAnswer
from shared.api.given import PortsOf
from shared.api.rendered import CSV, HTML, JSON, MARKDOWN, TEXT, XML, described, rendered
from shared.api.repeat import RepeatableRoute
from shared.api.runs import known_run
from shared.api.standing import commands_of
from shared.model.command import Command
from shared.model.record import record
from shared.model.view import RunView
from shared.ports import Store
from shared.report.annotations import SHOWN, Annotation, annotations, for_azure, for_github
from shared.report.control_json import control_part
from shared.report.html import render_html
from shared.report.run_csv import run_csv
from shared.report.run_json import render_json
from shared.report.run_junit import run_junit
from shared.report.run_markdown import run_markdown
from shared.report.run_standing import standing_of, why_line
from shared.report.stored import settled_view

router = APIRouter(prefix="/v1/runs/{runId}", tags=["reports"], dependencies=[READING], route_class=RepeatableRoute)


@record
class Reported:
    """A run as it stands, and what people said to it."""

    store: Store
    view: RunView
    given: tuple[Command, ...] | None
    """None where a command was changed by something else than hcx-fleet."""


def _reported(runId: str, ports: PortsOf) -> Reported:  # noqa: N803 -- the path's own word
    run = known_run(ports.store, runId)
    view = settled_view(ports.store, run, ports.clock.now())
    return Reported(store=ports.store, view=view, given=commands_of(ports.store, runId))


type ReportedOf = Annotated[Reported, Depends(_reported)]


@router.get("/report.json", response_class=Response, responses=described("The report.", JSON))
def get_report_json(reported: ReportedOf) -> Response:
    """Everything that a report says, as docs/report.schema.json describes it."""
    view, given = reported.view, reported.given
    control = None if given is None else control_part(view, given, reported.store.leases(view.now))
    return rendered(render_json(view, control=control), JSON)


@router.get("/report.html", response_class=Response, responses=described("The report.", HTML))
def get_report_page(reported: ReportedOf) -> Response:
    """The same as one page without scripts, which loads nothing."""
    return rendered(render_html(reported.view), HTML)


@router.get("/report.md", response_class=Response, responses=described("The report.", MARKDOWN))
def get_report_markdown(reported: ReportedOf) -> Response:
    """The same for the summary of a pipeline's step: whole sections, or none of them, so that it fits there."""
    view = reported.view
    page = run_markdown(view, why_line(view, standing_of(view, reported.given or ())))
    return rendered(page.encode(errors="replace"), MARKDOWN)


@router.get("/report.xml", response_class=Response, responses=described("The report.", XML))
def get_report_junit(reported: ReportedOf) -> Response:
    """The same as JUnit: one private cloud is one test case, what is skipped has a reason, what failed what to do."""
    return rendered(run_junit(reported.view), XML)


@router.get("/report.csv", response_class=Response, responses=described("The report.", CSV))
def get_report_table(reported: ReportedOf) -> Response:
    """Every private cloud, connector and mesh in its one bucket, for spreadsheet programs."""
    return rendered(run_csv(reported.view), CSV)


@router.get("/annotations")
def get_annotations(reported: ReportedOf) -> AnnotationsAnswer:
    """The ten gravest things of the run, for a pipeline that shows them beside its log."""
    found = annotations(reported.view)
    shown = (AnnotationPart(level=one.level, title=one.title, message=one.message) for one in found[:SHOWN])
    return AnnotationsAnswer(value=tuple(shown), total=len(found))


@router.get("/annotations.github", response_class=Response, responses=described("Lines of a log.", TEXT))
def get_annotations_for_github(reported: ReportedOf) -> Response:
    """The same as lines that a job of GitHub Actions prints into its log."""
    return _lines(reported, for_github)


@router.get("/annotations.azure", response_class=Response, responses=described("Lines of a log.", TEXT))
def get_annotations_for_azure(reported: ReportedOf) -> Response:
    """The same as lines that a job of Azure Pipelines prints into its log."""
    return _lines(reported, for_azure)


def _lines(reported: Reported, said: Callable[[Iterable[Annotation]], Iterator[str]]) -> Response:
    lines = said(annotations(reported.view)[:SHOWN])
    return rendered("".join(f"{line}\n" for line in lines).encode(errors="replace"), TEXT)
