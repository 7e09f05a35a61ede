"""What is proved of one task, and the page that a person performs it by."""
# ruff: noqa: PLC0415 -- each body is one lazy import and one call, so that `--help` costs nothing

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.edge import carry_out
from cli.options import Live, PlanOutput, Requester, SettingsFile, WorldTime


class PageForm(StrEnum):
    """How a run sheet is written."""

    HTML = "html"
    MARKDOWN = "md"


def prove(
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="A manager, mesh or task.")],
    *,
    live: Annotated[
        bool, typer.Option("--live", help="Observe first; otherwise the newest stored facts count.")
    ] = False,
    clock: WorldTime = None,
    settings: SettingsFile = None,
    output: Annotated[PlanOutput, typer.Option("--output", "-o", help="How it is printed.")] = PlanOutput.TABLE,
    requester: Requester = None,
) -> None:
    """Say what is proved of an upgrade by observation and what is not, with time and witness. Changes nothing.

    Exits with 3 where something that is needed is not proved.
    """

    def work() -> int:
        from cli.plans import Form
        from cli.prove import prove
        from cli.runs import Wanted

        as_json = output == PlanOutput.JSON
        wanted = Wanted(settings=settings, json=as_json, requester=requester, world=clock)
        return prove(wanted, subject, Form(output.value), live=live)

    raise typer.Exit(carry_out(work))


def runsheet(
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="A manager, mesh or task.")],
    *,
    draft: Annotated[
        bool, typer.Option("--draft", help="Print it although it is not ready; every page says so.")
    ] = False,
    form: Annotated[PageForm, typer.Option("--format", help="How it is written.")] = PageForm.HTML,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="The file to write; printed if not given.", show_default=False),
    ] = None,
    live: Live = False,
    clock: WorldTime = None,
    settings: SettingsFile = None,
    requester: Requester = None,
) -> None:
    """Write the page by which a person at a site performs one task, without any access to hcx-fleet. Changes nothing.

    Refused with exit code 3 and every reason where the task is not ready.
    """

    def work() -> int:
        from cli.runs import Wanted
        from cli.runsheet import SheetOrder, runsheet

        wanted = Wanted(settings=settings, json=False, requester=requester, world=clock)
        return runsheet(wanted, SheetOrder(subject=subject, draft=draft, form=form.value, out=out, live=live))

    raise typer.Exit(carry_out(work))
