"""What there is, what is to come, and who must do what."""
# ruff: noqa: PLC0415 -- each body is one lazy import and one call, so that `--help` costs nothing

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.edge import carry_out
from cli.options import Live, Output, OutputForm, Requester, SettingsFile, WorldTime


class ListOutput(StrEnum):
    """How a list is printed."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "md"
    CSV = "csv"


def fleet(
    *,
    azure_only: Annotated[
        bool, typer.Option("--azure-only", help="What Azure alone says; needs only the settings of Azure.")
    ] = False,
    clock: WorldTime = None,
    settings: SettingsFile = None,
    output: OutputForm = Output.TABLE,
    requester: Requester = None,
) -> None:
    """Observe, and list private clouds and connectors with their versions."""

    def work() -> int:
        if azure_only:
            from cli.azure_only import show_azure

            return show_azure(settings, as_json=output is Output.JSON)
        from cli.runs import Wanted, show_fleet

        wanted = Wanted(settings=settings, json=output is Output.JSON, requester=requester, world=clock)
        return show_fleet(wanted)

    raise typer.Exit(carry_out(work))


PLANNED = {
    "coverage": "Show which private clouds the plan reaches, and which no wave or window ever will.",
    "calendar": "Show when windows open, when nothing may be changed, and what will probably start, week by week.",
    "exposure": "Show versions, how far they are behind, what is out of support, and open advisories.",
    "forecast": "Show when the plan will probably be done, wave by wave, and who has to do something.",
}
"""What can be shown of a plan, the newest one or a fresh one, and what that is."""


def planned(what: str) -> Callable[..., None]:
    """The command that shows it."""

    def shown(
        *,
        live: Live = False,
        clock: WorldTime = None,
        settings: SettingsFile = None,
        output: OutputForm = Output.TABLE,
        requester: Requester = None,
    ) -> None:
        def work() -> int:
            from cli.runs import Wanted
            from cli.shows import SHOWS

            wanted = Wanted(settings=settings, json=output is Output.JSON, requester=requester, world=clock)
            return SHOWS[what](wanted, live=live)

        raise typer.Exit(carry_out(work))

    shown.__doc__ = PLANNED[what]
    return shown


def today(
    *,
    person: Annotated[
        str | None,
        typer.Option("--person", metavar="NAME", help="Only theirs, as fleet.yaml names them.", show_default=False),
    ] = None,
    site: Annotated[
        str | None,
        typer.Option("--site", metavar="NAME", help="Only what is at this site or private cloud.", show_default=False),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="DATE", help="Only up to this day, such as 2026-12-01.", show_default=False),
    ] = None,
    ics: Annotated[
        Path | None,
        typer.Option("--ics", metavar="FILE", help="Write a calendar file as well.", show_default=False),
    ] = None,
    clock: WorldTime = None,
    settings: SettingsFile = None,
    output: Annotated[ListOutput, typer.Option("--output", "-o", help="How results are printed.")] = ListOutput.TABLE,
) -> None:
    """Show who must do what, by when and why, from the newest plan and what is stored. Asks nobody."""

    def work() -> int:
        from cli.today import TodayOrder, show_today

        return show_today(
            TodayOrder(
                settings=settings, form=output.value, person=person, site=site, until=until, ics=ics, world=clock
            )
        )

    raise typer.Exit(carry_out(work))
