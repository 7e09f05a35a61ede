"""`runsheet`: the page by which a person at a site performs one task; refused where the task is not ready."""

from datetime import datetime
from pathlib import Path

from cli import printing
from cli.edge import WrongUseError
from cli.environment import settings_from
from cli.exits import Exit
from cli.files import write_whole
from cli.following import time_of
from cli.local import Local
from cli.reading import catalogue_from, store_of
from cli.runs import Ended, Wanted, carried_through, problem_of
from shared.model.record import record
from shared.model.run import RunKind
from shared.policy.policy import read_policy
from shared.ports import Store
from shared.report.runsheet.making import runsheet as page_of
from shared.report.runsheet.page import in_html
from shared.report.runsheet.parts import name_of
from shared.report.runsheet.record import Material, RunSheet
from shared.report.runsheet.standing import standing
from shared.report.runsheet.stored import NoInventoryError, material_of
from shared.report.runsheet.text import in_markdown
from shared.report.task_meant import TaskNotFoundError, task_meant
from shared.settings import Settings


@record
class SheetOrder:
    """What is wanted of a run sheet."""

    subject: str
    draft: bool
    form: str
    """`html` or `md`."""
    out: Path | None
    live: bool


def runsheet(wanted: Wanted, order: SheetOrder) -> int:
    """Write the page: 0 where it is there, 3 with every reason where the task is not ready and no draft is wanted.

    Raises:
        WrongUseError: no plan has a task for the subject, or the file cannot be written.
        PolicyInvalidError: `fleet.yaml` cannot be read, so that nobody knows what it holds back.
    """
    settings = settings_from(wanted.settings)
    if order.live:
        return carried_through(wanted, RunKind.PLAN, lambda local, ended: _after(order, settings, local, ended))
    with store_of(wanted.settings) as store, time_of(wanted.world) as time:
        return _given(_material(store, order, settings, time.clock.now()), settings, order)


def _after(order: SheetOrder, settings: Settings, local: Local, ended: Ended) -> int:
    if ended.view.run.problem:
        return problem_of(ended.view)
    return _given(_material(local.ports.store, order, settings, local.ports.clock.now()), settings, order)


def _material(store: Store, order: SheetOrder, settings: Settings, now: datetime) -> Material:
    try:
        meant = task_meant(store, order.subject)
    except TaskNotFoundError as error:
        raise WrongUseError([str(error)]) from None
    try:
        policy = read_policy(settings.policy)
        run = meant.run.request.id
        return material_of(store, run, meant.plan, meant.task, policy=policy, now=now, draft=order.draft)
    except NoInventoryError as error:
        raise WrongUseError([str(error)]) from None


def _given(material: Material, settings: Settings, order: SheetOrder) -> int:
    found = standing(material, catalogue_from(settings))
    if not found.ready and not order.draft:
        name = name_of(material.task)
        _say([f"{name} is not ready:", *(f"- {one}" for one in found.reasons), "A draft: add --draft"])
        return Exit.NEEDS_OTHERS
    _write(page_of(material, found), order)
    return Exit.AS_WANTED


def _write(sheet: RunSheet, order: SheetOrder) -> None:
    content = in_html(sheet) if order.form == "html" else in_markdown(sheet).encode()
    if order.out is None:
        printing.as_text(content.decode())
        return
    write_whole(order.out, content)
    _say([f"{sheet.title}: {sheet.stamp}. It is in {order.out}"])


def _say(lines: list[str]) -> None:
    for line in lines:
        printing.progress().print(line, soft_wrap=True)
