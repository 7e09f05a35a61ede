"""What a vCenter of a world holds, and how the peer wants it written."""

from datetime import UTC, datetime
from typing import Any

import trustme

from shared.model.record import record
from simulator.state import Vcenter


@record
class Machine:
    """A virtual machine."""

    name: str
    ip: str
    uuid: str
    instance_uuid: str
    dns_name: str = ""
    provisioned_gb: int = 60
    independent_disk: bool = False
    consolidation_needed: bool = False
    managed_by_hcx: bool = False


@record
class Plugin:
    """A registered extension."""

    key: str
    version: str
    heartbeat: datetime = datetime(2026, 11, 1, tzinfo=UTC)


@record
class Content:
    """One vCenter."""

    username: str
    password: str
    machines: tuple[Machine, ...] = ()
    plugins: tuple[Plugin, ...] = ()
    free_gb: int = 500
    version: str = "8.0.3"
    build: str = "24322831"
    api_version: str = "8.0.3.0"
    instance_uuid: str = "6a3f9c2e-0d1b-4c5a-9e7f-2b8d4f6a1c30"
    clock: str = ""
    """A URL that answers with the time; empty for this machine's own."""


def plugins_of(version: str) -> tuple[Plugin, ...]:
    """The plug-ins that a manager of this version has registered: two of the keys that public scripts name."""
    return tuple(Plugin(key=key, version=version) for key in ("com.vmware.hybridity", "com.vmware.hybridity.dr"))


def machine_document(one: Machine) -> dict[str, Any]:
    """A virtual machine as the peer reads it."""
    return {
        "Name": one.name,
        "IP": one.ip,
        "DNSName": one.dns_name,
        "UUID": one.uuid,
        "InstanceUUID": one.instance_uuid,
        "ProvisionedGb": one.provisioned_gb,
        "IndependentDisk": one.independent_disk,
        "ConsolidationNeeded": one.consolidation_needed,
        "ManagedByHcx": one.managed_by_hcx,
    }


def condition(vcenter: Vcenter, machine: str, leaf: trustme.LeafCert) -> dict[str, Any]:
    """All the trouble of a vCenter, or none, as the peer reads it; `machine` is the one that trouble is about."""
    return {
        "Machine": machine,
        "Refusing": vcenter.refusing,
        "Silent": vcenter.silent,
        "Certificate": leaf.cert_chain_pems[0].bytes().decode(),
        "Key": leaf.private_key_pem.bytes().decode(),
        "Username": vcenter.account.username,
        "Password": vcenter.account.password,
        "Denied": list(vcenter.denied),
        "FreeGb": vcenter.free_gb,
        "Alarm": vcenter.alarmed,
        "Twin": vcenter.two_machines,
        "ConsolidationNeeded": vcenter.consolidation_needed,
        "Chain": vcenter.chain,
    }


def document(content: Content, address: str, port: int, certificate: str, key: str) -> dict[str, Any]:
    """The whole file for the peer; it holds the private key and the password, so it is for one reader only."""
    return {
        "Address": address,
        "Port": port,
        "Certificate": certificate,
        "Key": key,
        "Username": content.username,
        "Password": content.password,
        "FreeGb": content.free_gb,
        "Clock": content.clock,
        "About": {
            "Version": content.version,
            "Build": content.build,
            "APIVersion": content.api_version,
            "InstanceUUID": content.instance_uuid,
        },
        "VMs": [machine_document(one) for one in content.machines],
        "Extensions": [
            {"Key": one.key, "Version": one.version, "Label": one.key, "Heartbeat": one.heartbeat.isoformat()}
            for one in content.plugins
        ],
    }
