"""What is kept: refused accounts, leases, journals, and the store itself."""
# ruff: noqa: PLC0415 -- each body is one lazy import and one call, so that `--help` costs nothing

from pathlib import Path
from typing import Annotated

import typer

from cli.edge import carry_out
from cli.options import Giver, Output, OutputForm, Run, SettingsFile, WorldTime


def breakers(settings: SettingsFile = None, output: OutputForm = Output.TABLE) -> None:
    """Show accounts that were refused and are not tried again; reads the store and asks nobody."""

    def work() -> int:
        from cli.breaker import show_breaker

        return show_breaker(settings, as_json=output is Output.JSON)

    raise typer.Exit(carry_out(work))


def reset(
    secret: Annotated[str, typer.Argument(metavar="SECRET", help="Name of the secret.")],
    *,
    version: Annotated[str, typer.Option("--version", metavar="V", help="Its refused version.")],
    requester: Annotated[
        str, typer.Option("--as", metavar="NAME", help="Who says so; kept, and recorded as unauthenticated.")
    ],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why it is right after all; kept.")],
    settings: SettingsFile = None,
) -> None:
    """Allow exactly one more log-in with a refused secret version. A new version of the secret needs no reset."""

    def work() -> int:
        from cli.breaker import ResetOrder, reset

        return reset(ResetOrder(settings=settings, secret=secret, version=version, by=requester, reason=reason))

    raise typer.Exit(carry_out(work))


def leases(
    context: typer.Context, clock: WorldTime = None, settings: SettingsFile = None, output: OutputForm = Output.TABLE
) -> None:
    """Show who has the right to change what, and until when; reads the store and asks nobody."""
    if context.invoked_subcommand is not None:
        return

    def work() -> int:
        from cli.leases import show_leases

        return show_leases(settings, clock, as_json=output is Output.JSON)

    raise typer.Exit(carry_out(work))


def break_one(
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="Such as manager:con-lyon, as leases shows it.")],
    *,
    requester: Giver,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; kept in the journal of its run.")],
    clock: WorldTime = None,
    settings: SettingsFile = None,
) -> None:
    """Take a lease away from its holder, whose next change is refused then. For a host that never comes back."""

    def work() -> int:
        from cli.leases import BreakOrder, break_held

        return break_held(BreakOrder(settings=settings, subject=subject, by=requester, reason=reason, world=clock))

    raise typer.Exit(carry_out(work))


def journal(
    run: Run,
    *,
    export: Annotated[
        Path | None,
        typer.Option(
            "--export",
            metavar="FILE",
            help="Write it as the chain that is kept, a link in each line.",
            show_default=False,
        ),
    ] = None,
    settings: SettingsFile = None,
    output: OutputForm = Output.TABLE,
) -> None:
    """Show what happened in a run, in order, and whether it is as it was written: exits with 3 where it is not."""

    def work() -> int:
        from cli.journal import journal

        return journal(settings, run, export, as_json=output is Output.JSON)

    raise typer.Exit(carry_out(work))


def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What journal --export wrote.")],
    output: OutputForm = Output.TABLE,
) -> None:
    """Say whether an exported journal is whole: 0 where it is, 3 where it is not, naming the first broken link.

    Needs nothing but the file.
    """

    def work() -> int:
        from cli.journal import verify

        return verify(file, as_json=output is Output.JSON)

    raise typer.Exit(carry_out(work))


def migrate(settings: SettingsFile = None) -> None:
    """Bring the store of an earlier release up to this one, whole or not at all; a copy stays beside it."""

    def work() -> int:
        from cli.store import migrate_store

        return migrate_store(settings)

    raise typer.Exit(carry_out(work))
