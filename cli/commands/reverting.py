"""Taking back what a run did, and saying what was done."""
# ruff: noqa: PLC0415 -- each body is one lazy import and one call, so that `--help` costs nothing

from pathlib import Path
from typing import Annotated

import typer

from cli.edge import carry_out
from cli.options import Comment, Giver, Output, OutputForm, PlanOutput, Requester, Run, SettingsFile, WorldTime


def revert(
    cloud: Annotated[str, typer.Argument(metavar="CLOUD", help="The private cloud, with its connectors and meshes.")],
    *,
    of: Annotated[str, typer.Option("--of", metavar="RUN", help="The run that is taken back.")],
    start: Annotated[
        bool, typer.Option("--start", help="Tell people, wait and observe, by the plan that --plan names.")
    ] = False,
    plan: Annotated[
        str | None,
        typer.Option("--plan", metavar="HASH", help="The plan that was looked at; with --start.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Write the plan there, as Markdown.", show_default=False),
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Show what goes on.")] = False,
    clock: WorldTime = None,
    settings: SettingsFile = None,
    output: Annotated[
        PlanOutput, typer.Option("--output", "-o", help="How the plan is printed; of --start, table or json.")
    ] = PlanOutput.TABLE,
    requester: Requester = None,
) -> None:
    """Plan how a run is taken back, with who does what until when; --start follows people through it."""

    def work() -> int:
        from cli.plans import Form
        from cli.reverting import revert
        from cli.runs import Wanted

        as_json = output.value == Output.JSON.value
        wanted = Wanted(
            settings=settings, json=as_json, requester=requester, cloud=cloud, world=clock, plan=plan, takes_back=of
        )
        return revert(wanted, Form(output.value), out, start=start, watch=watch)

    raise typer.Exit(carry_out(work))


def report_done(
    run: Run,
    task: Annotated[str, typer.Argument(metavar="TASK", help="Id of the task, or of the step of a revert.")],
    *,
    requester: Giver,
    comment: Comment = "",
    clock: WorldTime = None,
    settings: SettingsFile = None,
    output: OutputForm = Output.TABLE,
) -> None:
    """Say that what a task waits for is done. It proves nothing where anything can be observed; the next look tells."""

    def work() -> int:
        from cli.reported import report_done

        return report_done(settings, clock, run, task, who=requester, comment=comment, as_json=output is Output.JSON)

    raise typer.Exit(carry_out(work))
