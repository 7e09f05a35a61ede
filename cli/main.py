"""The commands and their options. Every body is one lazy import and one call, so that `--help` costs nothing."""
# ruff: noqa: PLC0415 -- that is what this file is about
# ruff: noqa: FBT002 -- a flag of a command line is a boolean with a default

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.control_commands import register
from cli.edge import carry_out
from cli.options import Output, OutputForm, Requester, SettingsFile, WorldTime
from cli.places import DEMO_WORLD

app = typer.Typer(
    name="hcx-fleet",
    help="Keeps VMware HCX current on a fleet of Azure VMware Solution private clouds.",
    epilog="Exit codes: 0 all as wanted, 1 an upgrade failed, 2 wrong use or invalid input, "
    "3 blocked or waiting for people, 130 interrupted.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
show = typer.Typer(help="Show what there is.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(show, name="show")
breaker = typer.Typer(
    help="What keeps a refused account from being locked.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(breaker, name="breaker")
exports = typer.Typer(help="Write down for others what there is.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(exports, name="export")
imports = typer.Typer(help="Take in what others wrote.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(imports, name="import")


class PlanOutput(StrEnum):
    """How a plan is printed."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "md"


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


class ListOutput(StrEnum):
    """How a list is printed."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "md"
    CSV = "csv"


class PageForm(StrEnum):
    """How a run sheet is written."""

    HTML = "html"
    MARKDOWN = "md"


Cloud = Annotated[
    str | None,
    typer.Option(
        "--cloud", metavar="NAME", help="One private cloud with its connectors and their meshes.", show_default=False
    ),
]
Live = Annotated[bool, typer.Option("--live", help="Observe and plan first; otherwise the newest plan counts.")]
WorldFile = Annotated[Path, typer.Option("--world", metavar="FILE", help="The world file.")]
Speed = Annotated[
    float | None,
    typer.Option("--speed", metavar="N", min=0.001, max=999_999, help="World seconds in a second.", show_default=False),
]
Lockstep = Annotated[bool, typer.Option("--lockstep", help="Time jumps from event to event.")]
Faults = Annotated[
    list[str],
    typer.Option(
        "--fault",
        metavar="NAME[@SUBJECT][,from=PT1H][,until=PT2H]",
        help="Add a fault of docs/faults.md; may be repeated.",
        show_default=False,
    ),
]
RunId = Annotated[
    str | None,
    typer.Option("--run", metavar="RUN", help="The run to look at; the newest if not given.", show_default=False),
]
Shared = Annotated[
    bool, typer.Option("--include-shared", help="Change connectors shared with other private clouds as well.")
]


@app.callback()
def everywhere(
    context: typer.Context,
    settings: SettingsFile = None,
    output: OutputForm = Output.TABLE,
    requester: Requester = None,
    no_color: Annotated[bool, typer.Option("--no-color", help="No colours; NO_COLOR does the same.")] = False,
) -> None:
    """Options that stand before a command count for it as well."""
    given = {"settings": settings, "output": output, "requester": requester}
    commands = dict.fromkeys(("demo", "init", "lint", "serve", "check", "plan", "diff", "run", "status", "why"), given)
    shown = dict.fromkeys(("fleet", "coverage", "calendar", "exposure", "forecast", "breaker"), given)
    first = dict.fromkeys(("doctor", "confirm", "prove", "runsheet", "today", "collect"), given)
    exported, imported = dict.fromkeys(("sites", "site"), given), dict.fromkeys(("sites", "facts"), given)
    groups = {"show": shown, "breaker": {"reset": given}, "export": exported, "import": imported}
    controls = dict.fromkeys(("approve", "reject", "pause", "resume", "cancel", "skip", "retry", "journal"), given)
    kept = {"leases": {**given, "break": given}, "store": {"migrate": given}}
    context.default_map = {**commands, **first, **groups, **controls, **kept}
    if no_color:
        os.environ["NO_COLOR"] = "1"  # noqa: TID251 -- written, not read: the one switch that every library honours


@app.command()
def demo(
    *,
    world: WorldFile = DEMO_WORLD,
    speed: Speed = None,
    lockstep: Lockstep = False,
    fault: Faults = [],  # noqa: B006 -- typer's way of an option that may be repeated
    report_dir: Annotated[Path, typer.Option("--report-dir", metavar="DIR", help="Where reports go.")] = Path(".demo"),
    output: OutputForm = Output.TABLE,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the world's files and the store in DIR/world.")] = False,
) -> None:
    """Upgrade a simulated fleet from end to end and compare with the truth; needs no Azure."""

    def work() -> int:
        from cli.demo import DemoOrder, demo
        from cli.world_process import pace

        return demo(
            DemoOrder(
                world=world,
                faults=tuple(fault),
                pace=pace(speed, lockstep=lockstep),
                report_dir=report_dir,
                json=output is Output.JSON,
                keep=keep,
            )
        )

    raise typer.Exit(carry_out(work))


@app.command()
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


@app.command()
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


@app.command()
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


@app.command()
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


@show.command("breaker")
def breakers(settings: SettingsFile = None, output: OutputForm = Output.TABLE) -> None:
    """Show accounts that were refused and are not tried again; reads the store and asks nobody."""

    def work() -> int:
        from cli.breaker import show_breaker

        return show_breaker(settings, as_json=output is Output.JSON)

    raise typer.Exit(carry_out(work))


@breaker.command()
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


@app.command()
def simulate(
    *,
    world: WorldFile,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Where its files go; a temporary folder if not given.")
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", metavar="N", help="Replaces the seed of the file.")] = None,
    speed: Speed = None,
    lockstep: Lockstep = False,
    fault: Faults = [],  # noqa: B006 -- typer's way of an option that may be repeated
) -> None:
    """Serve a simulated world until interrupted; without --lockstep its time runs 600 times as fast."""

    def work() -> int:
        from cli.simulate import simulate
        from cli.world_process import pace

        return simulate(world, out, pace(speed, lockstep=lockstep, otherwise=600.0), seed, fault)

    raise typer.Exit(carry_out(work))


@app.command()
def serve(
    port: Annotated[int, typer.Option("--port", metavar="N", min=0, max=65535, help="0 for any free one.")] = 7071,
    settings: SettingsFile = None,
) -> None:
    """Serve the HTTP API on this machine and fire the timer, until interrupted."""

    def work() -> int:
        from cli.serve import serve

        return serve(settings, port)

    raise typer.Exit(carry_out(work))


@app.command()
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


@show.command()
def fleet(
    *,
    azure_only: Annotated[
        bool, typer.Option("--azure-only", help="What Azure alone says; needs only the settings of Azure.")
    ] = False,
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

        return show_fleet(Wanted(settings=settings, json=output is Output.JSON, requester=requester))

    raise typer.Exit(carry_out(work))


@show.command()
def coverage(
    *, live: Live = False, settings: SettingsFile = None, output: OutputForm = Output.TABLE, requester: Requester = None
) -> None:
    """Show which private clouds the plan reaches, and which no wave or window ever will."""

    def work() -> int:
        from cli.runs import Wanted
        from cli.shows import show_coverage

        return show_coverage(Wanted(settings=settings, json=output is Output.JSON, requester=requester), live=live)

    raise typer.Exit(carry_out(work))


@show.command()
def calendar(
    *, live: Live = False, settings: SettingsFile = None, output: OutputForm = Output.TABLE, requester: Requester = None
) -> None:
    """Show when windows open, when nothing may be changed, and what will probably start, week by week."""

    def work() -> int:
        from cli.runs import Wanted
        from cli.shows import show_calendar

        return show_calendar(Wanted(settings=settings, json=output is Output.JSON, requester=requester), live=live)

    raise typer.Exit(carry_out(work))


@show.command()
def exposure(
    *, live: Live = False, settings: SettingsFile = None, output: OutputForm = Output.TABLE, requester: Requester = None
) -> None:
    """Show versions, how far they are behind, what is out of support, and open advisories."""

    def work() -> int:
        from cli.runs import Wanted
        from cli.shows import show_exposure

        return show_exposure(Wanted(settings=settings, json=output is Output.JSON, requester=requester), live=live)

    raise typer.Exit(carry_out(work))


@show.command()
def forecast(
    *, live: Live = False, settings: SettingsFile = None, output: OutputForm = Output.TABLE, requester: Requester = None
) -> None:
    """Show when the plan will probably be done, wave by wave, and who has to do something."""

    def work() -> int:
        from cli.runs import Wanted
        from cli.shows import show_forecast

        return show_forecast(Wanted(settings=settings, json=output is Output.JSON, requester=requester), live=live)

    raise typer.Exit(carry_out(work))


@app.command()
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


@app.command()
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


@app.command()
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


@app.command()
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
    clock: WorldTime = None,
    settings: SettingsFile = None,
    output: OutputForm = Output.TABLE,
    requester: Requester = None,
) -> None:
    """Plan and carry out, to the end of what can be done; started again, it goes on with a run that was interrupted."""

    def work() -> int:
        from cli.runs import Wanted, upgrade

        as_json = output is Output.JSON
        wanted = Wanted(
            settings=settings, json=as_json, requester=requester, cloud=cloud, world=clock, plan=plan, resume=resume
        )
        return upgrade(wanted, include_shared=include_shared, watch=watch)

    raise typer.Exit(carry_out(work))


@app.command()
def status(
    run: Annotated[
        str | None, typer.Argument(metavar="[RUN]", help="The newest if not given.", show_default=False)
    ] = None,
    settings: SettingsFile = None,
    output: OutputForm = Output.TABLE,
) -> None:
    """Show how a run stands; reads the store and asks nobody."""

    def work() -> int:
        from cli.reading import status

        return status(settings, run, as_json=output is Output.JSON)

    raise typer.Exit(carry_out(work))


@app.command()
def why(
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="A private cloud, connector, mesh or task.")],
    run: RunId = None,
    settings: SettingsFile = None,
    output: OutputForm = Output.TABLE,
) -> None:
    """Say what stands in the way of something, since when, and who can act; reads the store and asks nobody."""

    def work() -> int:
        from cli.reading import why

        return why(settings, subject, run, as_json=output is Output.JSON)

    raise typer.Exit(carry_out(work))


@app.command()
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


@app.command()
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


@exports.command("sites")
def sites_out(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The CSV file; columns of your own in it are kept.")],
    settings: SettingsFile = None,
) -> None:
    """Write the sites of fleet.yaml, with what was observed of them, as a table for a spreadsheet program."""

    def work() -> int:
        from cli.sites import export_sites

        return export_sites(settings, file)

    raise typer.Exit(carry_out(work))


@imports.command("sites")
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


@app.command()
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


@exports.command("site")
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


@imports.command("facts")
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


register(app)


def hcx_fleet() -> None:
    """Run the command."""
    app(prog_name="hcx-fleet")
