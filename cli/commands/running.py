"""Runs: served or carried out here, and how they stand."""
# ruff: noqa: PLC0415 -- each body is one lazy import and one call, so that `--help` costs nothing

from typing import Annotated

import typer

from cli.edge import carry_out
from cli.endpoint import only_elsewhere
from cli.options import CallKey, Cloud, Output, OutputForm, Requester, SettingsFile, WorldTime

RunId = Annotated[
    str | None,
    typer.Option("--run", metavar="RUN", help="The run to look at; the newest if not given.", show_default=False),
]
Shared = Annotated[
    bool, typer.Option("--include-shared", help="Change connectors shared with other private clouds as well.")
]


def serve(
    port: Annotated[int, typer.Option("--port", metavar="N", min=0, max=65535, help="0 for any free one.")] = 7071,
    settings: SettingsFile = None,
) -> None:
    """Serve the HTTP API on this machine and fire the timer, until interrupted."""

    def work() -> int:
        from cli.serve import serve

        return serve(settings, port)

    raise typer.Exit(carry_out(work))


def run(
    *,
    cloud: Cloud = None,
    include_shared: Shared = False,
    plan: Annotated[
        str | None,
        typer.Option(
            "--plan",
            metavar="HASH",
            help="Carry this plan out and nothing else, unless something changed that it did not expect.",
            show_default=False,
        ),
    ] = None,
    resume: Annotated[
        str | None,
        typer.Option("--resume", metavar="RUN", help="Go on with exactly that run, and no other.", show_default=False),
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Show what goes on.")] = False,
    idempotency_key: CallKey = None,
    clock: WorldTime = None,
    settings: SettingsFile = None,
    output: OutputForm = Output.TABLE,
    requester: Requester = None,
) -> None:
    """Plan and carry out, to the end of what can be done; started again, it goes on with a run that was interrupted."""

    def work() -> int:
        from cli.runs import Wanted, upgrade

        only_elsewhere("--idempotency-key", idempotency_key)
        as_json = output is Output.JSON
        wanted = Wanted(
            settings=settings, json=as_json, requester=requester, cloud=cloud, world=clock, plan=plan, resume=resume
        )
        return upgrade(wanted, include_shared=include_shared, watch=watch)

    raise typer.Exit(carry_out(work))


def status(
    run: Annotated[
        str | None, typer.Argument(metavar="[RUN]", help="The newest if not given.", show_default=False)
    ] = None,
    clock: WorldTime = None,
    settings: SettingsFile = None,
    output: OutputForm = Output.TABLE,
) -> None:
    """Show how a run stands; reads the store and asks nobody."""

    def work() -> int:
        from cli.reading import status

        return status(settings, run, clock, as_json=output is Output.JSON)

    raise typer.Exit(carry_out(work))


def why(
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="A private cloud, connector, mesh or task.")],
    run: RunId = None,
    clock: WorldTime = None,
    settings: SettingsFile = None,
    output: OutputForm = Output.TABLE,
) -> None:
    """Say what stands in the way of something, since when, and who can act; reads the store and asks nobody."""

    def work() -> int:
        from cli.reading import why

        return why(settings, subject, run, clock, as_json=output is Output.JSON)

    raise typer.Exit(carry_out(work))
