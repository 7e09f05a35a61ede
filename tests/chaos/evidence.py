"""What is left of a story: the world's truth, and what the store says. Read from outside, when every host has ended."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx

from shared.model.chain import Link
from shared.model.command import Command
from shared.model.ledger import Claim, Lease
from shared.model.plan import Plan, StepKind
from shared.model.policy import Budget
from shared.model.record import record
from shared.model.run import Run
from shared.policy.files import FileConfiguration
from shared.settings import Settings
from shared.store.sqlite import SqliteStore

CHANGES = frozenset({StepKind.UPGRADE_MANAGER, StepKind.UPGRADE_APPLIANCE})


@record
class PlannedTask:
    """A task of a run, as far as people mean it and calls belong to it."""

    run: str
    task: str
    subject: str
    """What it changes, such as `manager:con-lyon`."""
    clouds: tuple[str, ...]
    steps: tuple[str, ...]
    """Ids of the steps that change something."""


@record
class Evidence:
    """Everything that checkers judge; nothing of it can be changed by them."""

    truth: dict[str, Any]
    """The document of the world's truth endpoint: docs/simulator.md."""
    runs: tuple[Run, ...] = ()
    """Oldest first."""
    claims: tuple[Claim, ...] = ()
    links: tuple[tuple[Link, ...], ...] = ()
    """The journal of each run."""
    commands: tuple[tuple[str, tuple[Command, ...]], ...] = ()
    """Of each run, by its id."""
    leases: tuple[dict[str, Any], ...] = ()
    """What became of leases, in order, as the watch of `tests/chaos/watch.py` wrote it down."""
    held: tuple[Lease, ...] = ()
    """Leases that are held at the end."""
    confirmed: tuple[str, ...] = ()
    """Ids of the routes that are confirmed."""
    concurrency: int = 1
    """How many subjects may be in change at once."""
    target: str = ""
    """Where everything is meant to be in the end."""
    tasks: tuple[PlannedTask, ...] = ()
    """Of every run that has a plan."""
    failures_max: int | None = None
    """How many tasks of a run may fail by a strict budget; None: any number."""


def gather(control: str, settings: Settings, told: Path) -> Evidence:
    """Look at everything.

    Args:
        control: address of the world's control endpoint.
        settings: of the app that was at work.
        told: what its watch wrote down.
    """
    truth = httpx.get(f"{control}/truth", timeout=60, trust_env=False).raise_for_status().json()
    configuration = FileConfiguration(settings.policy, settings.confirmations)
    policy = configuration.policy()
    with SqliteStore(settings.store_file) as store:
        runs = tuple(reversed(store.runs()))
        ids = [run.request.id for run in runs]
        tasks = tuple(task for run in runs for task in _tasks_of(run, store.plan(run.plan_hash or "")))
        return Evidence(
            truth=truth,
            runs=runs,
            claims=tuple(claim for run in ids for claim in store.claims_of(run)),
            links=tuple(store.chain(run) for run in ids),
            commands=tuple((run, store.commands(run)) for run in ids),
            leases=tuple(one["lease"] for one in read_told(told) if "lease" in one),
            held=store.leases(max(run.request.requested_at for run in runs)),
            confirmed=tuple(one.route for one in configuration.confirmations().entries),
            concurrency=policy.concurrency,
            target=policy.target.release if policy.target else "",
            tasks=tasks,
            failures_max=_failures_max(policy.budget, len({task.task for task in tasks})),
        )


def _tasks_of(run: Run, plan: Plan | None) -> Iterator[PlannedTask]:
    for task in plan.tasks if plan else ():
        yield PlannedTask(
            run=run.request.id,
            task=task.id,
            subject=f"{task.kind}:{task.subject}",
            clouds=task.clouds,
            steps=tuple(step.id for step in task.steps if step.kind in CHANGES),
        )


def _failures_max(budget: Budget | None, tasks: int) -> int | None:
    """What `fleet.yaml` says, and not what the plan made of it."""
    return budget.max_failed.of(tasks) if budget and budget.strict else None


def read_told(told: Path) -> Sequence[dict[str, Any]]:
    """What a watch wrote down; the last line of a killed process may be missing, and is never half a line."""
    return [json.loads(line) for line in told.read_text().splitlines()]


def points(told: Path) -> tuple[str, ...]:
    """Every point that was reached, in order."""
    return tuple(one["point"] for one in read_told(told) if "point" in one)
