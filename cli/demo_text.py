"""The result of a demo as a person reads it."""

from itertools import groupby

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli import printing, tables
from cli.demo_document import ComparisonPart, Demo, OutagePart
from shared.model.view import RunView
from shared.report.words import moment, several, took


def print_plan(planned: RunView) -> None:
    """Print the plan as `hcx-fleet plan` does, before anything runs."""
    made = planned.plan
    if made is None:
        return
    printing.results().print()
    names = tables.names_of(planned)
    printing.parts("The plan, before anything runs:", tables.plan(made, names), tables.findings(made.findings, names))
    printing.results().print()


def print_demo(document: Demo, view: RunView) -> None:
    """Print where every cloud ended, the reports, and what really happened."""
    world = document.world
    span = f"{took(world.ended - world.began)} ({moment(world.began)} to {moment(world.ended)})"
    since = [f"{text[0].upper()}{text[1:]}." for text in document.plan.since] if document.plan else []
    told = f"{document.run.headline}\nSimulated time: {span}, in {world.real_seconds:.0f} s."
    printing.results().print()
    printing.parts(tables.clouds(view), tables.unread(view), "\n".join([told, *since]), _truth(document))
    printing.results().print()
    printing.places(document.reports)
    printing.results().print(_verdict(document))


def _truth(document: Demo) -> Group:
    found: list[RenderableType] = ["Compared with what really happened in the simulated world:"]
    for one in document.comparison:
        found += [_line(one), *(f"      {misfit}" for misfit in one.misfits)]
    found.append(f"    {several(document.changing_calls, 'changing call', 'changing calls')} by hcx-fleet")
    if document.outages:
        counted = several(len(document.outages), "outage", "outages")
        found += [f"    {counted} of stretched networks:", _outages(document.outages)]
    return Group(*found)


def _line(one: ComparisonPart) -> Text:
    sign, colour = ("✓", "green") if one.holds else ("✕", "red")
    return Text.assemble("  ", (sign, colour), f" {one.claim}")


def _outages(outages: tuple[OutagePart, ...]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 6), show_header=False)
    for _ in range(3):
        table.add_column()
    for (appliance, began), together in groupby(outages, key=lambda one: (one.appliance, one.began)):
        networks = list(together)
        span = max((one.seconds for one in networks if one.seconds is not None), default=None)
        lasted = f"{span:.0f} s" if span is not None else "still out"
        table.add_row(appliance, several(len(networks), "network", "networks"), f"{lasted} from {moment(began)}")
    return table


def _verdict(document: Demo) -> Text:
    if document.holds:
        return Text("Every expectation and the truth hold.", style="green")
    failed = ", ".join(one.id for one in document.comparison if not one.holds)
    return Text(f"Does not hold: {failed}.", style="red")
