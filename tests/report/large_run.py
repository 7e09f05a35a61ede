"""A fleet as large as promises are made for: every cloud with a connector and a mesh, and a task for each."""

from collections.abc import Iterator
from dataclasses import replace

from shared.model.facts import ApplianceKind, FleetFacts, ManagerFacts
from shared.model.plan import ManagerTask, MeshTask, PairingGroup, Task
from shared.model.policy import Owner
from shared.model.run import JournalEntry, Outcome, Run, RunState
from shared.model.view import RunView
from shared.rules.run_view import run_view
from tests.builders.fleet_facts import appliance, cloud_manager, connector, inventory, mesh, meshed
from tests.report.canonical_run import (
    BACKUP,
    BEGIN,
    LYON_MESH,
    OLD,
    PLAN,
    REQUEST,
    VMOTION,
    after,
    ended,
    manager_task,
    walked,
)

HOURS = 60


def large_run(clouds: int, outcome: Outcome) -> RunView:
    """A run over so many clouds in which every task ended alike."""
    numbers = range(clouds)
    facts = FleetFacts(managers=tuple(one for number in numbers for one in _managers(number)))
    groups = tuple(PairingGroup(id=f"g-{number}", managers=(), tasks=_tasks(number)) for number in numbers)
    findings = [replace(one, subject=f"con-site-{number:03}") for number in numbers for one in (VMOTION, BACKUP[0])]
    return run_view(
        run=Run(request=REQUEST, state=RunState.FAILED, started_at=BEGIN, ended_at=after(60 * HOURS)),
        plan=replace(PLAN, groups=groups, rest=()),
        journal=[entry for group in groups for entry in _told(group.tasks, outcome)],
        inventory=inventory(facts),
        facts=facts,
        findings=findings,
        now=after(60 * HOURS),
    )


def _managers(number: int) -> tuple[ManagerFacts, ManagerFacts]:
    cloud, site, name = f"pc-westeurope-{number:03}", f"con-site-{number:03}", f"mesh-{number:03}"
    shared = mesh(name, site, cloud)
    ix = appliance(f"{name}-IX-I1", name, site, "4.10.3", ApplianceKind.INTERCONNECT)
    return cloud_manager(cloud, "4.10.3"), meshed(connector(site, "4.10.3", pairs=(cloud,)), shared, ix)


def _tasks(number: int) -> tuple[Task, Task, Task]:
    cloud, site, name = f"pc-westeurope-{number:03}", f"con-site-{number:03}", f"mesh-{number:03}"
    first: ManagerTask = manager_task(cloud, (cloud,), Owner.PROVIDER)
    second = manager_task(site, (cloud,), Owner.OURS, (OLD, PLAN.target), first.id)
    third: MeshTask = replace(
        LYON_MESH, id=f"mesh:{name}", subject=name, name=name, clouds=(cloud,), depends_on=(second.id,)
    )
    return first, second, third


def _told(tasks: tuple[Task, ...], outcome: Outcome) -> Iterator[JournalEntry]:
    start = 15.0 * int(tasks[0].subject[-3:])
    for task, minutes in zip(
        tasks, ((1, 2, 1, 1, 200, 30, 8, 2), (1, 2, 1, 4, 1, 30, 6, 2), (1, 2, 1, 15)), strict=True
    ):
        yield from walked(task, start, minutes)
        start += sum(minutes)
        detail = f"a vMotion is moving vm-erp-07 at {task.subject}, and a restart of the manager would break it off"
        yield ended(task, start, outcome, VMOTION.check, detail, who=f"a person at {task.subject}: let it end first")
