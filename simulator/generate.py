"""Scale: a fleet of private clouds made from the seed, described by a few lines of the world file."""

from collections.abc import Iterator
from random import Random

from shared.model.version import Version
from simulator.world_file import Appliance, Cloud, Connector, Generate, Mesh, Pair, Subscription, WorldFile


def expanded(world: WorldFile) -> WorldFile:
    """The same world with what `generate` describes added to what the file lists."""
    if world.generate is None:
        return world
    plan = world.generate
    subscriptions = [
        Subscription(name=f"{plan.prefix}-sub-{number:02d}") for number in range(1, plan.subscriptions + 1)
    ]
    made = list(_clouds(plan, subscriptions, Random(world.seed), world.policy.target.version))  # noqa: S311 -- a repeatable draw
    return world.model_copy(
        update={
            "subscriptions": world.subscriptions + subscriptions,
            "clouds": world.clouds + [cloud for cloud, _, _ in made],
            "connectors": world.connectors + [connector for _, connector, _ in made],
            "meshes": world.meshes + [mesh for _, _, mesh in made],
        }
    )


def _clouds(
    plan: Generate, subscriptions: list[Subscription], draw: Random, target: str
) -> Iterator[tuple[Cloud, Connector, Mesh]]:
    for number in range(1, plan.clouds + 1):
        place = subscriptions[(number - 1) % len(subscriptions)]
        cloud = Cloud(
            name=f"{plan.prefix}-{number:04d}",
            subscription=place.name,
            region=draw.choice(plan.regions),
            hcx=draw.choice(plan.cloud_versions),
            owner=plan.cloud_owner,
            expect=plan.expect,
        )
        connector = _connector(plan, cloud, draw.choice(plan.connector_versions), target)
        yield cloud, connector, _mesh(plan, cloud, connector)


def _connector(plan: Generate, cloud: Cloud, version: str, target: str) -> Connector:
    behind = Version(version).older_than(Version(target))
    return Connector(
        name=f"con-{cloud.name}",
        site=f"site-{cloud.name}",
        hcx=version,
        owner=plan.connector_owner,
        mesh_owner=plan.mesh_owner,
        pairs=[Pair(cloud=cloud.name)],
        staged=[target] if plan.staged and behind else [],
    )


def _mesh(plan: Generate, cloud: Cloud, connector: Connector) -> Mesh:
    extenders = [Appliance(type="NE", networks=plan.networks) for _ in range(plan.ne)]
    return Mesh(
        name=f"mesh-{cloud.name}",
        initiator=connector.name,
        receiver=cloud.name,
        appliances=[Appliance(type="IX"), *extenders],
    )
