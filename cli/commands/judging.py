"""Is it safe, what will be done, in what do plans differ."""
# ruff: noqa: PLC0415 -- each body is one lazy import and one call, so that `--help` costs nothing

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.edge import carry_out
from cli.options import Cloud, Output, OutputForm, PlanOutput, Requester, SettingsFile, WorldTime


class CheckOutput(StrEnum):
    """How a check is printed."""

    TABLE = "table"
    JSON = "json"
    JUNIT = "junit"
    MARKDOWN = "md"


class StepForm(StrEnum):
    """The kinds of step."""

    MANAGER = "manager"
    MESH = "mesh"


def check(
    subject: Annotated[
        str | None,
        typer.Argument(
            metavar="[SUBJECT]",
            help="One private cloud, connector or mesh, by id or name: only its pairing group is observed.",
            show_default=False,
        ),
    ] = None,
    *,
    steps: Annotated[
        StepForm | None, typer.Option("--for", metavar="manager/mesh", help="That kind of step alone.")
    ] = None,
    only: Annotated[
        list[str],
        typer.Option("--only", metavar="ID", help="That check alone, by its id; may be repeated.", show_default=False),
    ] = [],  # noqa: B006 -- typer's way of an option that may be repeated
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="FACTS",
            help="Ask nobody: judge what a run kept, or a file of collected facts.",
            show_default=False,
        ),
    ] = None,
    cloud: Cloud = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="With what passed or does not apply, which is counted otherwise.")
    ] = False,
    clock: WorldTime = None,
    settings: SettingsFile = None,
    output: Annotated[CheckOutput, typer.Option("--output", "-o", help="How results are printed.")] = CheckOutput.TABLE,
    requester: Requester = None,
) -> None:
    """Observe and check: is an upgrade safe right now, why not, who can act, and until when that holds."""

    def work() -> int:
        from cli.check import CheckOrder, check
        from cli.runs import Wanted

        as_json = output is CheckOutput.JSON
        wanted = Wanted(settings=settings, json=as_json, requester=requester, cloud=cloud, world=clock)
        kind = steps.value if steps else None
        order = CheckOrder(
            subject=subject, steps=kind, only=tuple(only), as_of=as_of, form=output.value, verbose=verbose
        )
        return check(wanted, order)

    raise typer.Exit(carry_out(work))


def plan(
    *,
    cloud: Cloud = None,
    target: Annotated[
        str | None,
        typer.Option("--target", metavar="VERSION", help="What if this were the target.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="Write the plan there: Markdown with -o md, else JSON.", show_default=False
        ),
    ] = None,
    clock: WorldTime = None,
    settings: SettingsFile = None,
    output: Annotated[PlanOutput, typer.Option("--output", "-o", help="How it is printed.")] = PlanOutput.TABLE,
    requester: Requester = None,
) -> None:
    """Observe, check and plan: who does what, in which order and when. Changes nothing."""

    def work() -> int:
        from cli.plans import Form, plan
        from cli.runs import Wanted

        as_json = output == PlanOutput.JSON
        wanted = Wanted(settings=settings, json=as_json, requester=requester, cloud=cloud, world=clock, target=target)
        return plan(wanted, Form(output.value), out)

    raise typer.Exit(carry_out(work))


def diff(
    before: Annotated[str, typer.Argument(metavar="PLAN", help="How its hash begins, or a file.")],
    after: Annotated[
        str | None, typer.Argument(metavar="[OTHER]", help="The newest plan if not given.", show_default=False)
    ] = None,
    *,
    live: Annotated[
        bool, typer.Option("--live", help="Compare with the fleet as it is: observe and plan again.")
    ] = False,
    clock: WorldTime = None,
    settings: SettingsFile = None,
    output: OutputForm = Output.TABLE,
    requester: Requester = None,
) -> None:
    """Say in what two plans differ; with --live, what changed since a plan was made, and exit 3 where that voids it."""

    def work() -> int:
        from cli.plans import Comparison, diff
        from cli.runs import Wanted

        wanted = Wanted(settings=settings, json=output is Output.JSON, requester=requester, world=clock)
        return diff(wanted, Comparison(before=before, after=after, live=live))

    raise typer.Exit(carry_out(work))
