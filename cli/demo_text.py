"""The result of a demo as a person reads it."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli import printing, tables
from cli.demo_document import ComparisonPart, Demo, OutagePart
from shared.model.view import RunView
from shared.report.words import moment, several, took


def print_demo(document: Demo, view: RunView) -> None:
    """Print where every cloud ended, the reports, and what really happened."""
    console = printing.results()
    console.print()
    for part in (tables.clouds(view), tables.unread(view)):
        if part is not None:
            console.print(part)
            console.print()
    console.print(document.run.headline)
    _print_time(console, document)
    console.print()
    _print_truth(console, document)
    console.print()
    for place in document.reports:
        console.print(f"Report: {place}", soft_wrap=True)
    console.print(_verdict(document))


def _print_time(console: Console, document: Demo) -> None:
    world = document.world
    console.print(
        f"{took(world.ended - world.began)} of simulated time ({moment(world.began)} to {moment(world.ended)}) "
        f"in {world.real_seconds:.0f} s."
    )


def _print_truth(console: Console, document: Demo) -> None:
    console.print("Compared with what really happened in the simulated world:")
    for one in document.comparison:
        console.print(_line(one))
        for misfit in one.misfits:
            console.print(f"      {misfit}", soft_wrap=True)
    console.print(f"    {several(document.changing_calls, 'changing call', 'changing calls')} by hcx-fleet")
    if document.outages:
        console.print(f"    {several(len(document.outages), 'outage', 'outages')} of stretched networks:")
        console.print(_outages(document.outages))


def _line(one: ComparisonPart) -> Text:
    sign, colour = ("✓", "green") if one.holds else ("✕", "red")
    return Text.assemble("  ", (sign, colour), f" {one.claim}")


def _outages(outages: tuple[OutagePart, ...]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 6), show_header=False)
    for _ in range(3):
        table.add_column()
    for one in outages:
        span = f"{one.seconds:.0f} s" if one.seconds is not None else "still out"
        table.add_row(one.network, span, f"from {moment(one.began)}")
    return table


def _verdict(document: Demo) -> Text:
    if document.holds:
        return Text("Every expectation and the truth hold.", style="green")
    failed = ", ".join(one.id for one in document.comparison if not one.holds)
    return Text(f"Does not hold: {failed}.", style="red")
