"""Every command, in the order of its help. What each takes is in `commands/`, what it does elsewhere."""

import os
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

import typer

from cli import endpoint as elsewhere
from cli.commands import beginning, control, judging, kept, proving, reverting, running, showing, sites, worlds
from cli.edge import carry_out
from cli.options import Output, OutputForm, Requester, SettingsFile

app = typer.Typer(
    name="hcx-fleet",
    help="Keeps VMware HCX current on a fleet of Azure VMware Solution private clouds.",
    epilog="Exit codes: 0 all as wanted, 1 an upgrade failed, 2 wrong use or invalid input, "
    "3 blocked or waiting for people, 4 not signed in, 130 interrupted.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def everywhere(
    context: typer.Context,
    *,
    settings: SettingsFile = None,
    output: OutputForm = Output.TABLE,
    requester: Requester = None,
    no_color: Annotated[bool, typer.Option("--no-color", help="No colours; NO_COLOR does the same.")] = False,
    endpoint: Annotated[
        str | None,
        typer.Option(
            "--endpoint",
            metavar="URL",
            help="Speak to the app that is served there; HCX_FLEET_ENDPOINT does the same.",
            show_default=False,
        ),
    ] = None,
    audience: Annotated[
        str | None,
        typer.Option(
            "--audience",
            metavar="URI",
            help="What tokens for that app are asked for, such as api://hcx-fleet; HCX_FLEET_AUDIENCE does the same.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Options that stand before a command count for it as well."""
    # An app elsewhere knows from the token who calls: no name has to be given then.
    known = elsewhere.choose(endpoint, audience, settings) is not None
    given = {"settings": settings, "output": output, "requester": requester or ("" if known else None)}
    commands = dict.fromkeys(("demo", "init", "lint", "serve", "check", "plan", "diff", "run", "status", "why"), given)
    shown = dict.fromkeys(("fleet", "coverage", "calendar", "exposure", "forecast", "breaker"), given)
    first = dict.fromkeys(("doctor", "confirm", "prove", "runsheet", "today", "collect"), given)
    exported, imported = dict.fromkeys(("sites", "site"), given), dict.fromkeys(("sites", "facts"), given)
    groups = {"show": shown, "breaker": {"reset": given}, "export": exported, "import": imported}
    controls = dict.fromkeys(
        ("approve", "reject", "pause", "resume", "cancel", "skip", "retry", "revert", "report-done", "journal"), given
    )
    stored = {"leases": {**given, "break": given}, "store": {"migrate": given}}
    context.default_map = {**commands, **first, **groups, **controls, **stored}
    if no_color:
        os.environ["NO_COLOR"] = "1"  # noqa: TID251 -- written, not read: the one switch that every library honours


type Command = Callable[..., None]

COMMANDS: tuple[Command, ...] = (
    worlds.demo,
    beginning.init,
    beginning.lint,
    beginning.doctor,
    beginning.confirm,
    worlds.simulate,
    running.serve,
    showing.today,
    judging.check,
    judging.plan,
    judging.diff,
    running.run,
    running.status,
    running.why,
    proving.prove,
    proving.runsheet,
    sites.collect,
    control.approve,
    control.reject,
)
LATER: tuple[Command, ...] = (control.retry, reverting.revert, reverting.report_done, kept.journal, kept.verify)
"""Those after the commands of `SCOPED`, which are made from a table."""

SHOWN: dict[str, Command] = {
    "breaker": kept.breakers,
    "fleet": showing.fleet,
    **{what: showing.planned(what) for what in showing.PLANNED},
}


def _either(verb: str, command: Command) -> Command:
    """The command, carried out by the app in this process, or at the one elsewhere that was chosen."""

    @wraps(command)
    def carried(**given: Any) -> None:
        chosen, context = elsewhere.chosen.get(), given.get("context")
        if chosen is None or verb in LOCAL_FILES:
            command(**given)
        elif context is None or context.invoked_subcommand is None:
            raise typer.Exit(carry_out(lambda: _carried_out(verb, chosen, given)))

    return carried


def _verb(command: Command) -> str:
    """What people type for it."""
    return command.__name__.replace("_", "-")


LOCAL_FILES = frozenset({"verify"})
"""Verbs that need nothing but a file, whichever app is meant."""


def _carried_out(verb: str, chosen: elsewhere.Endpoint, given: dict[str, Any]) -> int:
    from cli.remote.verbs import carried_out  # noqa: PLC0415 -- only who speaks to an app elsewhere pays for it

    return carried_out(verb, chosen, given)


def _group(name: str, about: str, commands: dict[str, Command], alone: Command | None = None) -> None:
    """Commands under one word; `alone` is what the word does by itself."""
    group = typer.Typer(help=about, no_args_is_help=alone is None, rich_markup_mode=None)
    for each, command in commands.items():
        group.command(each)(_either(f"{name} {each}", command))
    if alone is not None:
        group.callback(invoke_without_command=True)(_either(name, alone))
    app.add_typer(group, name=name)


_group("show", "Show what there is.", SHOWN)
_group("breaker", "What keeps a refused account from being locked.", {"reset": kept.reset})
_group("export", "Write down for others what there is.", {"sites": sites.sites_out, "site": sites.site_out})
_group("import", "Take in what others wrote.", {"sites": sites.sites_in, "facts": sites.facts_in})
_group("leases", "Who may change what right now.", {"break": kept.break_one}, alone=kept.leases)
_group("store", "The file that everything is kept in.", {"migrate": kept.migrate})
for _one in COMMANDS:
    app.command()(_either(_verb(_one), _one))
for _kind, _about in control.SCOPED.items():
    app.command(_kind, help=_about)(_either(_kind, control.scoped(_kind)))
for _one in LATER:
    app.command()(_either(_verb(_one), _one))


def hcx_fleet() -> None:
    """Run the command."""
    app(prog_name="hcx-fleet")
