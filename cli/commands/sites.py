"""What goes out to sites and comes back in: tables, orders for collectors, and the facts that they collect."""
# ruff: noqa: PLC0415 -- each body is one lazy import and one call, so that `--help` costs nothing

from pathlib import Path
from typing import Annotated

import typer

from cli.edge import carry_out
from cli.options import Output, OutputForm, SettingsFile, WorldTime


def sites_out(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The CSV file; columns of your own in it are kept.")],
    settings: SettingsFile = None,
) -> None:
    """Write the sites of fleet.yaml, with what was observed of them, as a table for a spreadsheet program."""

    def work() -> int:
        from cli.sites import export_sites

        return export_sites(settings, file)

    raise typer.Exit(carry_out(work))


def sites_in(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The CSV file as a spreadsheet program saved it.")],
    *,
    yes: Annotated[
        bool, typer.Option("--yes", help="Write it; without this it is only shown, with exit code 3.")
    ] = False,
    settings: SettingsFile = None,
) -> None:
    """Show what a table of sites changes in fleet.yaml; with --yes change it there, and nothing else in it."""

    def work() -> int:
        from cli.sites import import_sites

        return import_sites(settings, file, yes=yes)

    raise typer.Exit(carry_out(work))


def collect(
    *,
    site: Annotated[
        str | None,
        typer.Option("--site", metavar="NAME", help="The site, as fleet.yaml names it; the order's if not given."),
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE|DIR", help="The file to write; in a folder it is SITE-facts.json.")
    ],
    order: Annotated[
        Path | None,
        typer.Option(
            "--order", metavar="FILE", help="What export site wrote, instead of fleet.yaml.", show_default=False
        ),
    ] = None,
    clock: WorldTime = None,
    settings: SettingsFile = None,
) -> None:
    """Read the managers of a site from here and write a file for import facts. Changes nothing at any manager.

    Exits with 3 where a manager could not be read.
    """

    def work() -> int:
        from cli.collect import CollectOrder, collect

        return collect(CollectOrder(settings=settings, site=site, order=order, out=out, world=clock))

    raise typer.Exit(carry_out(work))


def site_out(
    sites: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="Sites, as fleet.yaml names them.")
    ] = None,
    *,
    everywhere: Annotated[bool, typer.Option("--all", help="Every site that is collected.")] = False,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE|DIR", help="The file to write; in a folder each is SITE-order.json.")
    ],
    settings: SettingsFile = None,
) -> None:
    """Write what a collector on a jump host needs to know of a site: managers and certificates, never a secret."""

    def work() -> int:
        from cli.collect import export_orders

        return export_orders(settings, tuple(sites or ()), out, everywhere=everywhere)

    raise typer.Exit(carry_out(work))


def facts_in(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="What collectors wrote.")],
    *,
    accept_identity: Annotated[
        list[str],
        typer.Option(
            "--accept-identity",
            metavar="MANAGER",
            help="This manager was deployed anew: another system may answer as it. May be repeated.",
            show_default=False,
        ),
    ] = [],  # noqa: B006 -- typer's way of an option that may be repeated
    clock: WorldTime = None,
    settings: SettingsFile = None,
    output: OutputForm = Output.TABLE,
) -> None:
    """Take in facts that were collected at sites. A file is taken wholly or not at all, with every reason at once."""

    def work() -> int:
        from cli.importing import ImportOrder, import_facts

        return import_facts(
            ImportOrder(
                settings=settings,
                files=tuple(files),
                accept_identity=tuple(accept_identity),
                json=output is Output.JSON,
                world=clock,
            )
        )

    raise typer.Exit(carry_out(work))
