"""Before the first run: a `fleet.yaml` to start from, whether all is there, and what a live manager confirms."""
# ruff: noqa: PLC0415 -- each body is one lazy import and one call, so that `--help` costs nothing

from pathlib import Path
from typing import Annotated

import typer

from cli.edge import carry_out
from cli.options import Output, OutputForm, SettingsFile, WorldTime


def init(
    *,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The file to write.")] = Path("fleet.yaml"),
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    no_hold: Annotated[
        bool, typer.Option("--no-hold", help="Do not hold the fleet, so that plans say who does what.")
    ] = False,
    settings: SettingsFile = None,
) -> None:
    """Start a fleet.yaml from the private clouds in Azure, every entry commented out; nothing can run until you opt in.

    Needs only the settings of Azure.
    """

    def work() -> int:
        from cli.init import init

        return init(settings, out, force=force, held=not no_hold)

    raise typer.Exit(carry_out(work))


def lint(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="The fleet.yaml of the settings if not given.", show_default=False),
    ] = None,
    settings: SettingsFile = None,
    output: OutputForm = Output.TABLE,
) -> None:
    """Say everything that is wrong with a fleet.yaml, with file, line and field; warnings alone exit with 0."""

    def work() -> int:
        from cli.lint import lint_file

        return lint_file(file, settings, as_json=output is Output.JSON)

    raise typer.Exit(carry_out(work))


def doctor(
    *,
    contract: Annotated[
        str | None,
        typer.Option(
            "--contract",
            metavar="MANAGER",
            help="Look at one manager alone: does every readable route answer as assumed. Writes a recording.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="With --contract: the recording; contract-recording.json if not given."
        ),
    ] = None,
    no_login: Annotated[bool, typer.Option("--no-login", help="Use no account of any manager.")] = False,
    clock: WorldTime = None,
    settings: SettingsFile = None,
    output: OutputForm = Output.TABLE,
) -> None:
    """Say of everything that hcx-fleet needs whether it is there, and what to do where it is not. Changes nothing.

    Needs only the settings of Azure; what else is set is looked at too.
    """

    def work() -> int:
        as_json = output is Output.JSON
        if contract is not None:
            from cli.doctor_contract import ContractOrder, walk_over

            return walk_over(
                ContractOrder(
                    settings=settings, manager=contract, out=out, json=as_json, world=clock, login=not no_login
                )
            )
        from cli.doctor import DoctorOrder, doctor

        return doctor(DoctorOrder(settings=settings, json=as_json, login=not no_login, world=clock, out=out))

    raise typer.Exit(carry_out(work))


def confirm(
    recording: Annotated[Path, typer.Argument(metavar="RECORDING", help="What doctor --contract wrote.")],
    *,
    route: Annotated[str, typer.Option("--route", metavar="ID", help="The changing route, as docs/hcx-routes.md.")],
    author: Annotated[str, typer.Option("--author", metavar="NAME", help="Who stands for it.")],
    manager: Annotated[
        str | None,
        typer.Option(
            "--manager",
            metavar="NAME",
            help="Bind it to the certificate that fleet.yaml trusts this manager by.",
            show_default=False,
        ),
    ] = None,
    trust: Annotated[
        str | None,
        typer.Option(
            "--trust", metavar="SHA256", help="Bind it to this certificate of the recording.", show_default=False
        ),
    ] = None,
    evidence: Annotated[str, typer.Option("--evidence", metavar="TEXT", help="What else it rests on.")] = "",
    settings: SettingsFile = None,
    output: OutputForm = Output.TABLE,
) -> None:
    """Confirm a changing call that the recorded API document describes: method, path and body. Nothing else can."""

    def work() -> int:
        from cli.confirm import ConfirmOrder, confirm

        return confirm(
            ConfirmOrder(
                settings=settings,
                recording=recording,
                route=route,
                manager=manager,
                trust=trust,
                author=author,
                evidence=evidence,
                json=output is Output.JSON,
            )
        )

    raise typer.Exit(carry_out(work))
