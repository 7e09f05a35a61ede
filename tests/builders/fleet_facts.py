"""Facts of small fleets in one line each, for tests of rules: everything healthy unless a test says otherwise."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.model.confirmation import Confirmations
from shared.model.facts import (
    Appliance,
    ApplianceKind,
    FleetFacts,
    Gap,
    GapReason,
    Health,
    Identity,
    ManagerFacts,
    Mesh,
    MeshEnd,
    Pairing,
    ReplicationCounters,
    Seen,
    ServiceState,
    Status,
    UpgradeStatus,
)
from shared.model.inventory import (
    Endpoint,
    Inventory,
    Manager,
    ManagerKind,
    PrivateCloud,
    ProvisioningState,
    SubscriptionSeen,
    SubscriptionState,
)
from shared.model.policy import CloudManagerEntry, ConnectorEntry, Mode, Policy
from shared.model.version import Version

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
UP = Status(health=Health.UP, text="UP")
ANCHOR = "a" * 64


def seen[T](value: T) -> Seen[T]:
    """A value observed just now."""
    return Seen(value=value, at=NOW)


def cloud_manager(name: str, version: str, *, pairs: tuple[str, ...] = (), **sections: Any) -> ManagerFacts:
    """Facts of a healthy cloud manager; `pairs` names the managers it is paired with."""
    return _manager(name, ManagerKind.CLOUD_MANAGER, version, pairs, sections)


def connector(name: str, version: str, *, pairs: tuple[str, ...] = (), **sections: Any) -> ManagerFacts:
    """Facts of a healthy connector that we may also reach on port 9443."""
    return _manager(name, ManagerKind.CONNECTOR, version, pairs, sections)


def unread(facts: ManagerFacts, reason: GapReason = GapReason.LOGIN_REFUSED) -> ManagerFacts:
    """The same manager, of which nothing could be read."""
    gap = Gap(section="manager", reason=reason, detail="the log-in was refused", remedy="renew the secret", at=NOW)
    return ManagerFacts(manager=facts.manager, observed_at=NOW, alive=seen(value=True), gaps=(gap,))


def mesh(name: str, initiator: str, receiver: str, *, services: tuple[str, ...] = ("INTERCONNECT",)) -> Mesh:
    """A mesh in sync between two managers."""
    return Mesh(
        id=name,
        name=name,
        ends=(
            MeshEnd(system_id=f"sys-{initiator}", name=initiator, initiator=True),
            MeshEnd(system_id=f"sys-{receiver}", name=receiver, initiator=False),
        ),
        services=services,
        state=Status(health=Health.UP, text="COMMITTED"),
        in_sync=True,
        last_job=None,
    )


def appliance(name: str, of: str, side: str, version: str, kind: ApplianceKind) -> Appliance:
    """An appliance of mesh `of` on the side of manager `side`."""
    return Appliance(
        id=f"id-{name}",
        name=name,
        kind=kind,
        mesh_id=of,
        system_id=f"sys-{side}",
        version=Version(version),
        available_version=None,
        tunnel=UP,
        extension_count=1,
        peers=(f"id-{name}-peer",),
    )


def meshed(facts: ManagerFacts, one: Mesh, *appliances: Appliance) -> ManagerFacts:
    """The manager with one more mesh and its appliances."""
    meshes = facts.meshes.value if facts.meshes else ()
    standing = facts.appliances.value if facts.appliances else ()
    return replace(facts, meshes=seen((*meshes, one)), appliances=seen((*standing, *appliances)))


def fleet(*managers: ManagerFacts) -> FleetFacts:
    """Facts of these managers."""
    return FleetFacts(managers=managers)


def inventory(facts: FleetFacts) -> Inventory:
    """The inventory in which these managers were found."""
    clouds = tuple(
        private_cloud(one.manager.id) for one in facts.managers if one.manager.kind is ManagerKind.CLOUD_MANAGER
    )
    read = SubscriptionSeen(id="sub-1", name="one", state=SubscriptionState.READ, private_clouds=len(clouds))
    return Inventory(
        observed_at=NOW,
        subscriptions=(read,),
        private_clouds=clouds,
        managers=tuple(one.manager for one in facts.managers),
    )


def private_cloud(name: str, *, hcx: bool = True) -> PrivateCloud:
    """A private cloud that is up."""
    return PrivateCloud(
        id=name,
        resource_id=f"/subscriptions/sub-1/resourceGroups/rg/providers/Microsoft.AVS/privateClouds/{name}",
        name=name,
        subscription_id="sub-1",
        location="westeurope",
        provisioning_state=ProvisioningState.SUCCEEDED,
        hcx_url=f"https://hcx.{name}.example/" if hcx else None,
        hcx_address=None,
    )


def policy(
    target: str = "4.11.4",
    *,
    clouds: tuple[CloudManagerEntry, ...] = (),
    connectors: tuple[ConnectorEntry, ...] = (),
    **more: Any,
) -> Policy:
    """A policy with this target and these entries."""
    return Policy(
        name="test",
        mode=Mode.PLAN_ONLY,
        target=Version(target),
        cloud_managers=clouds,
        connectors=connectors,
        hash="policy-hash",
        **more,
    )


def entry(name: str, **more: Any) -> ConnectorEntry:
    """The policy's entry of a connector."""
    return ConnectorEntry(name=name, site=name, endpoint=Endpoint(host=f"{name}.example"), credentials=name, **more)


NOTHING_CONFIRMED = Confirmations(hash="none")


def _manager(
    name: str, kind: ManagerKind, version: str, pairs: tuple[str, ...], sections: dict[str, Any]
) -> ManagerFacts:
    facts = ManagerFacts(
        manager=Manager(
            id=name,
            kind=kind,
            site=name,
            endpoint=Endpoint(host=f"hcx.{name}.example"),
            credentials=f"hcx-{name}",
            appliance_credentials=f"admin-{name}" if kind is ManagerKind.CONNECTOR else None,
            cloud_resource_id=private_cloud(name).resource_id if kind is ManagerKind.CLOUD_MANAGER else None,
        ),
        observed_at=NOW,
        alive=seen(value=True),
        logged_in=seen(value=True),
        certificate_until=seen(NOW + timedelta(days=300)),
        clock=seen(NOW),
        anchors=(ANCHOR,),
        identity=seen(Identity(version=Version(version), system_id=f"sys-{name}", name=name)),
        services=seen((ServiceState(name="appengine", running=True, text="RUNNING"),)),
        vcenter=seen(UP),
        nsx=seen(UP),
        pairings=seen(tuple(_pairing(other) for other in pairs)),
        meshes=seen(()),
        appliances=seen(()),
        extensions=seen(()),
        migrations=seen(()),
        replications=seen(ReplicationCounters(active=0, configuring=0, recovering=0, syncing=0)),
        jobs=seen(()),
        upgrade=seen(UpgradeStatus(job=None, staged=None)),
    )
    return replace(facts, **sections)


def _pairing(other: str) -> Pairing:
    return Pairing(
        remote_system_id=f"sys-{other}", remote_name=other, remote_url=f"https://hcx.{other}.example", status=UP
    )
