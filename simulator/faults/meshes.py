"""Faults of service meshes, their appliances, and what goes through them."""

from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from simulator import world_file
from simulator.faults.bends import appliances, rewritten, route_of
from simulator.faults.changing import Until, all_altered, altered, as_if, bent, ends, together
from simulator.faults.fault import Effect
from simulator.http import shapes
from simulator.http.hcx import not_found
from simulator.http.message import Bend, Onward, Request, Response, json_answer, text_answer
from simulator.state import DOWN, AppliancePair, Extension, Mesh, ProbeTarget, Task, TaskStep, World
from simulator.traffic import note, noted

BAD_NAME = 'web/ädm <v10> "%2f"'
GROUP = "ha-1"
STUCK_FOR = timedelta(days=40)
HA_TURN = timedelta(minutes=10)
CRASH_TURN = timedelta(minutes=5)
LOST_ONE_OF = 3
SAMPLED = frozenset({"appliances", "extensions"})


def being(**values: object) -> Effect:
    """The mesh is as if its part of the world file had these values."""
    return lambda _, mesh: as_if(mesh, **values)


def with_service(name: str) -> Effect:
    """That service is on."""
    return lambda _, mesh: as_if(mesh, services=list(dict.fromkeys([*mesh.part.services, name])))


def out_of_sync(_world: World, mesh: Mesh) -> AbstractContextManager[None]:
    """Its state is not the good one."""
    return altered(mesh, state="UPDATE_FAILED")


def tunnels_down(world: World, mesh: Mesh) -> AbstractContextManager[None]:
    """No tunnel is up."""
    return noted(world, mesh, all_altered(mesh.pairs, tunnel=DOWN, reasons=["tunnel is down"]))


def machine_missing(world: World, mesh: Mesh) -> AbstractContextManager[None]:
    """The virtual machine of its first appliance is gone, and no upgrade comes to an end."""
    gone = all_altered(mesh.pairs[:1], tunnel=DOWN, reasons=["appliance does not answer"])
    return together(noted(world, mesh, gone), as_if(mesh, trouble="task-fails"))


def certificate_mismatch(_world: World, mesh: Mesh) -> AbstractContextManager[None]:
    """Its interconnect does not accept the certificates of its host."""
    reasons = ["host certificate does not fit"]
    return all_altered([each for each in mesh.pairs if each.type == "IX"], tunnel="DEGRADED", reasons=reasons)


def odd_network_name(_world: World, mesh: Mesh) -> AbstractContextManager[None]:
    """A stretched network has characters in its name that are more than letters."""
    names = [each for pair in mesh.pairs for each in pair.extensions]
    return all_altered(names[:1], network=BAD_NAME)


def in_group(_world: World, mesh: Mesh) -> AbstractContextManager[None]:
    """Its network extensions are one HA group."""
    return all_altered(_extending(mesh), group=GROUP)


def failing_over(world: World, mesh: Mesh) -> AbstractContextManager[None]:
    """Its network extensions are one HA group that does not find rest."""
    return together(in_group(world, mesh), by_turns(HA_TURN, "DEGRADED", "HA fail-over")(world, mesh))


def crashing(world: World, mesh: Mesh) -> AbstractContextManager[None]:
    """Its network extensions are optimized for mobility, and crash."""
    optimized = all_altered(_extending(mesh), optimized=True)
    return together(optimized, by_turns(CRASH_TURN, "DOWN", "service restarts")(world, mesh))


def _extending(mesh: Mesh) -> list[AppliancePair]:
    return [each for each in mesh.pairs if each.type == "NE"]


def by_turns(length: timedelta, word: str, reason: str) -> Effect:
    """Its network extensions are not up and up, each for that long."""

    def effect(world: World, mesh: Mesh) -> AbstractContextManager[None]:
        began = world.now

        def change(document: Any) -> None:
            if (world.now - began) // length % 2 == 0:
                for item in appliances(document, mesh.id):
                    if item["applianceType"] == shapes.TYPES["NE"]:
                        item["status"]["summary"] = {"overallStatus": word, "reasons": [reason]}

        return bent(world, rewritten(change, "appliances"), *ends(mesh))

    return effect


def old_gateway(world: World, mesh: Mesh) -> AbstractContextManager[None]:
    """It has an appliance for OS-assisted migration, which is old and never offers an update."""

    def change(document: Any) -> None:
        document["items"] += [
            _gateway(world, each) for each in document["items"][:1] if each["serviceMeshId"] == mesh.id
        ]

    service = with_service("OS_ASSISTED_MIGRATION")(world, mesh)
    return together(service, bent(world, rewritten(change, "appliances"), *ends(mesh)))


def _gateway(world: World, other: dict[str, Any]) -> dict[str, Any]:
    """Its type is a word that nobody knows: the real one is published nowhere."""
    kept = {name: other[name] for name in ("serviceMeshId", "computeProfileId", "endpointId", "status")}
    return {
        **kept,
        "applianceId": world.ids.uuid("gateway", other["applianceId"]),
        "applianceName": f"{other['applianceName']}-SG",
        "applianceType": "HCX-UNPUBLISHED",
        "applianceVersion": {"major": 4, "minor": 9, "patch": 0, "build": 23529166},
        "networkExtensionCount": 0,
        "peerAppliances": [],
    }


def stuck_migration(_world: World, mesh: Mesh) -> AbstractContextManager[None]:
    """A migration has been running for weeks and never ends."""
    stuck = world_file.Migration(vm="left-behind", type="BULK", age=STUCK_FOR)
    return as_if(mesh, migrations=[*mesh.part.migrations, stuck])


def replicating(_world: World, mesh: Mesh) -> AbstractContextManager[None]:
    """Replications run on it."""
    return as_if(mesh, replications=world_file.Replications(active=2, syncing=1))


@contextmanager
def somebody_works(world: World, mesh: Mesh) -> Until:
    """Somebody else has started something on it, which goes on for as long as the fault does."""
    title = "Syncing updated records"
    task = Task(
        id=world.ids.uuid("task of somebody", mesh.name),
        type="resyncServiceMesh",
        mesh=mesh,
        caller="person",
        request={},
        began=world.now,
        steps=[TaskStep(title=title, status="RUNNING", began=world.now)],
        status="RUNNING",
        message=title,
        progress=40,
    )
    mesh.tasks.append(task)
    yield
    task.status, task.progress, task.ended = "SUCCESS", 100, world.now


def failed_jobs(world: World, mesh: Mesh) -> AbstractContextManager[None]:
    """Its upgrades fail, and are known as jobs only, which are done *and* failed."""

    def bend(request: Request, onward: Onward) -> Response:
        asked = request.path.rpartition("/")[2]
        task = next((each for each in mesh.tasks if each.id == asked), None)
        if task is None:
            return onward(request)
        return json_answer(shapes.job(world, _as_job(task))) if route_of(request) == "job" else not_found(request.path)

    def hide(document: Any) -> None:
        document["items"] = [each for each in document["items"] if each["entityDetails"]["id"] != mesh.id]

    return together(
        as_if(mesh, trouble="task-fails"),
        bent(world, bend, *ends(mesh)),
        bent(world, rewritten(hide, "hcx-tasks"), *ends(mesh)),
    )


def _as_job(task: Task) -> world_file.Job:
    return world_file.Job(
        id=task.id, done=not task.running, failed=task.status == "FAILED", percent=100 if task.ended else task.progress
    )


def nothing_passes(world: World, mesh: Mesh) -> AbstractContextManager[None]:
    """Its tunnels are up and nothing passes: only the truth tells, and what stands behind its networks."""
    return noted(world, mesh, all_altered([each for pair in mesh.pairs for each in pair.extensions], passing=False))


@contextmanager
def network_extended(world: World, mesh: Mesh) -> Until:
    """Somebody extends one more network over its first network extension, where it has any."""
    late = Extension(
        id=world.ids.uuid("extension", mesh.name, "late"),
        network=f"{mesh.name}-late",
        network_id=f"dvportgroup-{mesh.name}-late",
    )
    for pair in _extending(mesh)[:1]:
        pair.extensions.append(late)
    note(world, mesh)
    yield
    _take_away(world, mesh, late)


@contextmanager
def extension_removed(world: World, mesh: Mesh) -> Until:
    """Somebody takes the last of its networks away; what is behind it does not answer until it is extended anew."""
    found = [(pair, each) for pair in mesh.pairs for each in pair.extensions][-1:]
    behind = [target for target in world.probes.values() if target.extension in [each for _, each in found]]
    with _silenced(behind):
        for _, each in found:
            _take_away(world, mesh, each)
        yield
        for pair, each in found:
            pair.extensions.append(each)
        note(world, mesh)


def _take_away(world: World, mesh: Mesh, extension: Extension) -> None:
    """A network that is not extended any more has no outage."""
    for pair in mesh.pairs:
        pair.extensions = [each for each in pair.extensions if each is not extension]
    if extension.outage is not None:
        extension.outage.ended = world.now
        extension.outage = None


@contextmanager
def _silenced(targets: list[ProbeTarget]) -> Until:
    """What does not answer, whatever its network carries."""
    with all_altered(targets, down=True):
        for each in targets:
            each.on_change(each)
        yield
    for each in targets:
        each.on_change(each)


def lost_samples(world: World, mesh: Mesh) -> AbstractContextManager[None]:
    """While it is worked on, every third moment one of its managers does not say how its appliances and networks are.

    By the time and not by turns: what is asked again at the same moment is lost again.
    """

    def bending(endpoint: str) -> Bend:
        def bend(request: Request, onward: Onward) -> Response:
            lost = world.ids.number(LOST_ONE_OF, "lost", endpoint, world.now) == 0
            if not (lost and mesh.busy and route_of(request) in SAMPLED):
                return onward(request)
            world.ledger.requests["fault"] += 1
            answer = text_answer("<h1>503 Service Unavailable</h1>", 503)
            return replace(answer, lost=bool(world.ids.number(2, "how", endpoint, world.now)))

        return bend

    return together(*(bent(world, bending(endpoint), endpoint) for endpoint in ends(mesh)))


def probe_red(world: World, mesh: Mesh) -> AbstractContextManager[None]:
    """What stands behind the first of its networks that has something there does not answer."""
    networks = [each for pair in mesh.pairs for each in pair.extensions]
    return _silenced([each for each in world.probes.values() if each.extension in networks][:1])
