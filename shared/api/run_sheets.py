"""Run sheets: the page by which a person at a site performs one task; refused where the task is not ready."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from shared.api.access import READING
from shared.api.bodies import FieldError
from shared.api.bodies_reports import DeedPart, GridPart, LinePart, RunSheetAnswer, SheetPart
from shared.api.given import PortsOf
from shared.api.problems import Code, Problem
from shared.api.rendered import HTML, MARKDOWN, described, rendered
from shared.api.repeat import RepeatableRoute
from shared.api.runs import known_run
from shared.model.plan import Plan, Task
from shared.model.run import Run
from shared.ports import Ports
from shared.report.runsheet.making import runsheet
from shared.report.runsheet.page import in_html
from shared.report.runsheet.parts import name_of
from shared.report.runsheet.record import Material, Part, RunSheet
from shared.report.runsheet.standing import standing
from shared.report.runsheet.stored import NoInventoryError, material_of
from shared.report.runsheet.text import in_markdown
from shared.report.stored import plan_of
from shared.rules.catalogue import catalogue_of

router = APIRouter(
    prefix="/v1/runs/{runId}/tasks/{taskId}", tags=["run sheets"], dependencies=[READING], route_class=RepeatableRoute
)


def _sheet(
    runId: str,  # noqa: N803 -- the path's own word
    taskId: str,  # noqa: N803
    ports: PortsOf,
    *,
    draft: Annotated[
        bool, Query(description="Make it although the task is not ready; it says so on each page.")
    ] = False,
) -> RunSheet:
    run = known_run(ports.store, runId)
    plan = plan_of(ports.store, run)
    task = next((one for one in plan.tasks if one.id == taskId), None) if plan else None
    if plan is None or task is None:
        remedy = f"GET /v1/runs/{runId} lists its tasks, once it is planned"
        raise Problem(404, Code.TASK_UNKNOWN, f"the plan of run {runId} has no task {taskId!r}", remedy=remedy)
    return _ready_or_draft(_material(ports, run, plan, task, draft=draft), ports)


type SheetOf = Annotated[RunSheet, Depends(_sheet)]


@router.get("/runSheet")
def get_run_sheet(sheet: SheetOf) -> RunSheetAnswer:
    """The run sheet of one task, by what its run observed: `hcx-fleet runsheet` of that plan.

    409 with every reason while the task is not ready.
    """
    return RunSheetAnswer(
        title=sheet.title,
        stamp=sheet.stamp,
        draft=sheet.draft,
        ready=sheet.ready,
        reasons=sheet.reasons,
        parts=tuple(map(_part, sheet.parts)),
        foot=sheet.foot,
    )


@router.get("/runSheet.html", response_class=Response, responses=described("The run sheet.", HTML))
def get_run_sheet_page(sheet: SheetOf) -> Response:
    """The same as one page for A4 without scripts, which loads nothing."""
    return rendered(in_html(sheet), HTML)


@router.get("/runSheet.md", response_class=Response, responses=described("The run sheet.", MARKDOWN))
def get_run_sheet_markdown(sheet: SheetOf) -> Response:
    """The same as Markdown."""
    return rendered(in_markdown(sheet).encode(errors="replace"), MARKDOWN)


def _material(ports: Ports, run: Run, plan: Plan, task: Task, *, draft: bool) -> Material:
    policy, now = ports.configuration.policy(), ports.clock.now()
    try:
        return material_of(ports.store, run.request.id, plan, task, policy=policy, now=now, draft=draft)
    except NoInventoryError as error:
        raise Problem(409, Code.PLAN_NONE, str(error), remedy="POST /v1/plans makes one") from None


def _ready_or_draft(material: Material, ports: Ports) -> RunSheet:
    found = standing(material, catalogue_of(ports.overrides.read()))
    if not found.ready and not material.draft:
        detail = f"{name_of(material.task)} is not ready: {' '.join(found.reasons)}"
        told = [FieldError(field="", message=one) for one in found.reasons]
        remedy = "do what each reason says, then plan again; ?draft=true gives a page that nobody may go by"
        raise Problem(409, Code.SHEET_NOT_READY, detail, remedy=remedy, errors=told)
    return runsheet(material, found)


def _part(one: Part) -> SheetPart:
    return SheetPart(
        title=one.title,
        notes=one.notes,
        points=one.points,
        lines=tuple(LinePart(label=line.label, value=line.value) for line in one.lines),
        deeds=tuple(DeedPart(text=deed.text, buttons=deed.buttons) for deed in one.deeds),
        grid=GridPart(columns=one.grid.columns, rows=one.grid.rows) if one.grid else None,
    )
