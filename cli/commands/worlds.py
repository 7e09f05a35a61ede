"""Simulated worlds: one played from end to end, and one that is served."""
# ruff: noqa: PLC0415 -- each body is one lazy import and one call, so that `--help` costs nothing

from pathlib import Path
from typing import Annotated

import typer

from cli.edge import carry_out
from cli.options import Output, OutputForm
from cli.places import DEMO_WORLD

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
