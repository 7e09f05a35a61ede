"""What people say to a run."""
# ruff: noqa: PLC0415 -- each body is one lazy import and one call, so that `--help` costs nothing

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any

import typer

from cli.edge import carry_out
from cli.endpoint import only_elsewhere
from cli.options import (
    CallKey,
    Comment,
    Giver,
    Key,
    OneCloud,
    OneTask,
    Output,
    OutputForm,
    Run,
    SettingsFile,
    WorldTime,
)


class TaskForm(StrEnum):
    """The kinds of task in a wave."""

    MANAGER = "manager"
    MESH = "mesh"


class Ends(StrEnum):
    """Which ends of tasks are tried once more."""

    FAILED = "failed"
    SKIPPED = "skipped"
    BOTH = "both"


Wave = Annotated[str, typer.Option("--wave", metavar="WAVE", help="The wave that asks for it.")]
Tasks = Annotated[
    TaskForm | None,
    typer.Option("--tasks", metavar="manager/mesh", help="That kind of its tasks alone.", show_default=False),
]
Approver = Annotated[
    str,
    typer.Option(
        "--approver", metavar="NAME", help="The approver that they speak for, such as a group.", show_default=False
    ),
]


def approve(
    run: Run,
    *,
    wave: Wave,
    requester: Giver,
    tasks: Tasks = None,
    approver: Approver = "",
    plan: Annotated[
        str | None,
        typer.Option(
            "--plan",
            metavar="HASH",
            help="The plan that was looked at; the run's own if not given.",
            show_default=False,
        ),
    ] = None,
    comment: Comment = "",
    key: Key = None,
    clock: WorldTime = None,
    settings: SettingsFile = None,
    output: OutputForm = Output.TABLE,
) -> None:
    """Let a wave go that asks for it. Counts from its approvers alone, and not from whoever asked for the run."""
    _give(
        "approve",
        output,
        run=run,
        by=requester,
        comment=comment,
        key=key,
        wave=wave,
        tasks=tasks.value if tasks else None,
        approver=approver,
        plan=plan,
        world=clock,
        settings=settings,
    )


def reject(
    run: Run,
    *,
    wave: Wave,
    requester: Giver,
    tasks: Tasks = None,
    approver: Approver = "",
    comment: Comment = "",
    key: Key = None,
    clock: WorldTime = None,
    settings: SettingsFile = None,
    output: OutputForm = Output.TABLE,
) -> None:
    """Do not let a wave go that asks for it: its tasks end as skipped."""
    _give(
        "reject",
        output,
        run=run,
        by=requester,
        comment=comment,
        key=key,
        wave=wave,
        tasks=tasks.value if tasks else None,
        approver=approver,
        world=clock,
        settings=settings,
    )


SCOPED = {
    "pause": "Begin nothing new, and stop what is under way before its next change.",
    "resume": "Go on with what is paused. A run whose process is gone goes on with run --resume.",
    "cancel": "End it where nothing is half done; says of each task what still happens. Nothing takes it back.",
    "skip": "Leave out tasks that have changed nothing, with all that depends on them: name a task or a private cloud.",
}
"""What can be said of a run, of the tasks of one private cloud, or of one task, and what it means."""


def scoped(kind: str) -> Callable[..., None]:
    """The command that says it."""

    def said(
        run: Run,
        *,
        requester: Giver,
        task: OneTask = None,
        cloud: OneCloud = None,
        comment: Comment = "",
        key: Key = None,
        clock: WorldTime = None,
        settings: SettingsFile = None,
        output: OutputForm = Output.TABLE,
    ) -> None:
        _give(
            kind,
            output,
            run=run,
            by=requester,
            comment=comment,
            key=key,
            task=task,
            cloud=cloud,
            world=clock,
            settings=settings,
        )

    return said


def _give(kind: str, output: Output, **said: Any) -> None:
    def work() -> int:
        from cli.control import ControlOrder, control

        return control(ControlOrder(kind=kind, json=output is Output.JSON, **said))

    raise typer.Exit(carry_out(work))


def retry(
    run: Run,
    *,
    requester: Giver,
    only: Annotated[
        Ends | None,
        typer.Option(
            "--only",
            metavar="failed/skipped/both",
            help="Tasks that ended so; failed if not given, or both where tasks are named.",
            show_default=False,
        ),
    ] = None,
    task: Annotated[
        list[str], typer.Option("--task", metavar="TASK", help="That task alone; may be repeated.", show_default=False)
    ] = [],  # noqa: B006 -- typer's way of an option that may be repeated
    watch: Annotated[bool, typer.Option("--watch", help="Show what goes on.")] = False,
    idempotency_key: CallKey = None,
    clock: WorldTime = None,
    settings: SettingsFile = None,
    output: OutputForm = Output.TABLE,
) -> None:
    """Carry out tasks of a run once more, as a run of its own by the same plan, to the end of what can be done."""

    def work() -> int:
        from cli.runs import Wanted, upgrade
        from shared.api.again import Again
        from shared.model.run import Retry

        only_elsewhere("--idempotency-key", idempotency_key)
        again = Again(parent=run, only=Retry(only.value) if only else None, tasks=tuple(task))
        as_json = output is Output.JSON
        wanted = Wanted(settings=settings, json=as_json, requester=requester, world=clock, again=again)
        return upgrade(wanted, include_shared=False, watch=watch)

    raise typer.Exit(carry_out(work))
