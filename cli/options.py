"""Options that several commands have, whichever file they are in."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Output(StrEnum):
    """How results are printed."""

    TABLE = "table"
    JSON = "json"


class PlanOutput(StrEnum):
    """How a plan, or what is proved of it, is printed."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "md"


SettingsFile = Annotated[
    Path | None,
    typer.Option("--settings", metavar="FILE", help="KEY=value lines, added to the environment.", show_default=False),
]
OutputForm = Annotated[Output, typer.Option("--output", "-o", help="How results are printed.")]
Requester = Annotated[
    str | None,
    typer.Option("--as", metavar="NAME", help="Who asks; recorded as unauthenticated.", show_default=False),
]
WorldTime = Annotated[
    str | None,
    typer.Option(
        "--clock",
        metavar="URL|FILE",
        help="Go by the time of a simulated world (its control address, or its world.json).",
        show_default=False,
    ),
]
Cloud = Annotated[
    str | None,
    typer.Option(
        "--cloud", metavar="NAME", help="One private cloud with its connectors and their meshes.", show_default=False
    ),
]
Live = Annotated[bool, typer.Option("--live", help="Observe and plan first; otherwise the newest plan counts.")]
Run = Annotated[str, typer.Argument(metavar="RUN", help="Id of the run.")]
Giver = Annotated[str, typer.Option("--as", metavar="NAME", help="Who says it; recorded as unauthenticated.")]
Comment = Annotated[str, typer.Option("--comment", metavar="TEXT", help="Why; kept with it.", show_default=False)]
OneTask = Annotated[
    str | None, typer.Option("--task", metavar="TASK", help="One task alone, by its id.", show_default=False)
]
OneCloud = Annotated[
    str | None,
    typer.Option("--cloud", metavar="NAME", help="The tasks of one private cloud alone.", show_default=False),
]
CallKey = Annotated[
    str | None,
    typer.Option(
        "--idempotency-key",
        metavar="KEY",
        help="With --endpoint: given again with it, it is the same run and no other.",
        show_default=False,
    ),
]
Key = Annotated[
    str | None,
    typer.Option(
        "--key", metavar="KEY", help="Given again with it, it is the same command and no other.", show_default=False
    ),
]
