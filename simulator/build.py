"""From a valid world file to a world that stands at its start."""

from collections.abc import Iterator

from shared.model.version import Version
from simulator import world_file
from simulator.clock import Clock, Lockstep, Speed
from simulator.faults import begin_faults
from simulator.ledger import Ledger
from simulator.names import Ids, cloud_host, connector_host, manager_address, network_name, probe_address
from simulator.people import begin_schedules
from simulator.state import (
    Account,
    Appliance,
    AppliancePair,
    Extension,
    Manager,
    Mesh,
    Pairing,
    PrivateCloud,
    ProbeTarget,
    Side,
    Subscription,
    Vcenter,
    World,
)
from simulator.traffic import note

CLOUD_USER = "cloudadmin@vsphere.local"
CONNECTOR_USER = "administrator@vsphere.local"
APPLIANCE_USER = "admin"
VCENTER_USER = "hcx-fleet@vsphere.local"


def build(file: world_file.WorldFile, speed: float | None = None) -> World:
    """Make the world; without `speed` its clock is in lockstep."""
    ids = Ids(file.seed)
    clock = Clock(file.start, Speed(file.start, speed) if speed else Lockstep())
    world = World(file=file, ids=ids, clock=clock, ledger=Ledger(), tenant=ids.uuid("tenant"))
    world.subscriptions = [
        Subscription(
            id=ids.uuid("subscription", each.name),
            name=each.name,
            denied=each.denied,
            denied_parts=frozenset(each.denied_parts),
        )
        for each in file.subscriptions
    ]
    _managers(world)
    _pairings(world)
    for vcenter in file.vcenters:
        world.vcenters[vcenter.name] = _vcenter(world, vcenter)
    for part in file.meshes:
        world.meshes[part.name] = _mesh(world, part)
    _probes(world)
    for mesh in world.meshes.values():
        note(world, mesh)
    begin_faults(world)
    begin_schedules(world)
    return world


def _probes(world: World) -> None:
    by_name = {each.network: each for mesh in world.meshes.values() for pair in mesh.pairs for each in pair.extensions}
    for index, part in enumerate(world.file.probes):
        world.probes[part.name] = ProbeTarget(part=part, extension=by_name[part.network], address=probe_address(index))


def _managers(world: World) -> None:
    subscriptions = {each.name: each for each in world.subscriptions}
    for cloud in world.file.clouds:
        manager = None
        if cloud.hcx != world_file.NO_HCX:
            manager = world.managers[cloud.name] = _cloud_manager(world, cloud)
        place = subscriptions[cloud.subscription]
        world.clouds[cloud.name] = PrivateCloud(
            part=cloud, subscription=place, resource_id=_resource_id(place, cloud), manager=manager
        )
        place.clouds.append(world.clouds[cloud.name])
    for connector in world.file.connectors:
        world.managers[connector.name] = _connector(world, connector)


def _resource_id(place: Subscription, cloud: world_file.Cloud) -> str:
    group = f"/subscriptions/{place.id}/resourceGroups/rg-{cloud.name}"
    return f"{group}/providers/Microsoft.AVS/privateClouds/{cloud.name}"


def _cloud_manager(world: World, cloud: world_file.Cloud) -> Manager:
    usual = world_file.CLOUD_SECRETS
    service = cloud.credentials or usual.service.format(cloud.name)
    appliance = cloud.appliance_credentials or usual.appliance.format(cloud.name)
    return Manager(
        id=cloud.name,
        kind="cloud-manager",
        endpoint_id=world.ids.uuid("endpoint", cloud.name),
        host=cloud_host(cloud.name, cloud.region),
        address=manager_address(len(world.managers)),
        service_account=_account(world, service, CLOUD_USER),
        appliance_account=_account(world, appliance, APPLIANCE_USER) if cloud.appliance_management else None,
        behaviour=cloud,
        release=Version(cloud.hcx).release,
        certificate=cloud.certificate,
        staged=[Version(text).release for text in cloud.staged],
        system_mesh_id=world.ids.uuid("system-mesh", cloud.name) if cloud.system_mesh else None,
    )


def _connector(world: World, connector: world_file.Connector) -> Manager:
    usual = world_file.CONNECTOR_SECRETS
    service = connector.credentials or usual.service.format(connector.name)
    appliance = connector.appliance_credentials or usual.appliance.format(connector.name)
    return Manager(
        id=connector.name,
        kind="connector",
        endpoint_id=world.ids.uuid("endpoint", connector.name),
        host=connector_host(connector.name),
        address=manager_address(len(world.managers)),
        service_account=_account(world, service, CONNECTOR_USER),
        appliance_account=_account(world, appliance, APPLIANCE_USER) if connector.appliance_management else None,
        behaviour=connector,
        release=Version(connector.hcx).release,
        certificate=connector.certificate,
        staged=[Version(text).release for text in connector.staged],
    )


def _vcenter(world: World, part: world_file.Vcenter) -> Vcenter:
    secret = part.credentials or world_file.VCENTER_SECRET.format(part.name)
    return Vcenter(part=part, account=_account(world, secret, VCENTER_USER), plugins=part.plugins)


def _account(world: World, secret: str, username: str) -> Account:
    """The account behind a secret; managers that name the same secret share it, lock included."""
    if secret not in world.accounts:
        part = next((each for each in world.file.accounts if each.secret == secret), world_file.Account(secret=secret))
        password = world.ids.secret("password", secret)
        world.accounts[secret] = Account(
            secret=secret,
            username=part.username or username,
            password=password,
            published=world.ids.secret("older password", secret) if part.stale else password,
            lock_after=part.lock_after,
        )
    return world.accounts[secret]


def _pairings(world: World) -> None:
    for manager in world.managers.values():
        for pair in manager.behaviour.pairs:
            remote = world.managers[pair.cloud]
            manager.pairings.append(
                Pairing(remote=remote, username=remote.service_account.username, connected=pair.health == "connected")
            )


def _mesh(world: World, part: world_file.Mesh) -> Mesh:
    initiator, receiver = world.managers[part.initiator], world.managers[part.receiver]
    return Mesh(
        id=f"servicemesh-{world.ids.uuid('mesh', part.name)}",
        name=part.name,
        initiator=initiator,
        receiver=receiver,
        part=part,
        pairs=list(_appliance_pairs(world, part, initiator, receiver)),
        state="COMMITTED" if part.in_sync else "UPDATE_FAILED",
    )


def _appliance_pairs(
    world: World, part: world_file.Mesh, initiator: Manager, receiver: Manager
) -> Iterator[AppliancePair]:
    numbers: dict[str, int] = {}
    for each in part.appliances:
        number = numbers[each.type] = numbers.get(each.type, 0) + 1
        release = Version(each.version or part.version or initiator.release).release
        ends = {
            side: _appliance(world, f"{part.name}-{each.type}-{side}{number}", side, manager, release)
            for side, manager in ((Side.INITIATOR, initiator), (Side.RECEIVER, receiver))
        }
        yield AppliancePair(
            type=each.type,
            ends=ends,
            extensions=[_extension(world, part, number, index) for index in range(1, each.networks + 1)],
            tunnel=each.tunnel.upper(),
            reasons=[] if each.tunnel == "up" else ["tunnel is not stable"],
            group=each.group,
            optimized=each.optimized,
        )


def _appliance(world: World, name: str, side: Side, manager: Manager, release: str) -> Appliance:
    return Appliance(id=world.ids.uuid("appliance", name), name=name, side=side, manager=manager, release=release)


def _extension(world: World, part: world_file.Mesh, number: int, index: int) -> Extension:
    network = network_name(part.name, number, index)
    return Extension(
        id=world.ids.uuid("extension", network),
        network=network,
        network_id=f"dvportgroup-{1000 + world.ids.number(9000, 'network', network)}",
    )
