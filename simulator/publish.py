"""What a served world writes into its folder: exactly the files that a user of hcx-fleet would have."""

import io
import json
import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from shared.model.record import record
from shared.policy.edge import Edge
from simulator import world_file
from simulator.http import hcx_appliance, hcx_service, identity
from simulator.http.control import IDENTITY_PATH
from simulator.names import ARM_ADDRESS, ARM_HOST
from simulator.spreadsheet import spreadsheet
from simulator.state import Manager, PrivateCloud, ProbeTarget, World
from simulator.tls import Identity, Vault
from simulator.vcenters import ServedVcenter, without_effect

SCHEDULE = "0 0 * * * *"
_CONFIRMED = (
    ("upgrade-manager-4x", "4.x"),
    ("upgrade-manager-9x", "9.x"),
    ("upgrade-appliance", "4.x"),
    ("upgrade-appliance", "9.x"),
)
_CALLS = {route.id: f"{route.method} {route.path}" for route in (*hcx_service.ROUTES, *hcx_appliance.ROUTES)}
"""What the world serves, as confirmations write it."""
_ALWAYS = ("metadata", "mode", "scope", "target", "owners", "pairOrder", "concurrency", "patience")
"""Keys that are written even where the world says nothing of them."""
_NEEDS_QUOTES = re.compile(r"[\d.:T-]+")
"""Versions, times and days: readers of YAML differ over those without."""


@record
class Ports:
    """Where a world listens."""

    control: int
    arm: int
    service: int
    appliance: int
    probes: int
    """Of every probe target; 0 where there is none."""


@record
class Served:
    """What a served world has beyond its state."""

    vault: Vault
    identities: dict[str, Identity]
    ports: Ports
    identity_header: str
    vcenters: tuple[ServedVcenter, ...] = ()
    """None where the world names none, or where they cannot be had."""

    def vcenter_of(self, manager: str) -> dict[str, Any] | None:
        """What fleet.yaml says of a manager's vCenter."""
        found = (one for one in self.vcenters if manager in one.part.serves)
        return next(map(_vcenter_entry, found), None)


def into(folder: Path, world: World, served: Served) -> dict[str, Any]:
    """Write every file and give what `world.json` holds."""
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ca.pem").write_bytes(served.vault.ca_pem)
    _write_policy(folder, world, served)
    _write_secrets(folder / "secrets.yaml", world)
    settings = _settings(folder, world, served)
    if world.file.confirmations:
        _write_yaml(folder / "confirmations.yaml", _confirmations(world, served.vault))
    else:
        (folder / "confirmations.yaml").unlink(missing_ok=True)
    (folder / "settings.env").write_text("".join(f"{name}={value}\n" for name, value in settings.items()), "utf-8")
    published = _published(folder, world, served, settings)
    (folder / "world.json").write_text(json.dumps(published, indent=1), "utf-8")
    return published


def _write_policy(folder: Path, world: World, served: Served) -> None:
    """What the owner of the fleet begins with; a fleet.yaml made from the spreadsheet is the owner's own."""
    if world.file.owner_has == "fleet-file":
        _write_yaml(folder / "fleet.yaml", _fleet(world, served))
        return
    pins = {name: one.thumbprint for name, one in served.identities.items()}
    (folder / "sites.csv").write_text(spreadsheet(world, served.ports.service, pins), "utf-8", newline="")


def _write_yaml(path: Path, document: object) -> None:
    yaml = YAML()  # keeps the order of keys, which is the order a person reads them in
    yaml.indent(mapping=2, sequence=4, offset=2)
    text = io.StringIO()
    yaml.dump(_quoted(document), text)
    path.write_text(text.getvalue(), "utf-8")


def _quoted(value: Any) -> Any:
    match value:
        case dict():
            return {key: _quoted(item) for key, item in value.items()}
        case list():
            return [_quoted(item) for item in value]
        case str() if _NEEDS_QUOTES.fullmatch(value):
            return DoubleQuotedScalarString(value)
    return value


def _write_secrets(path: Path, world: World) -> None:
    """Only for the owner's eyes, from the first byte on."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    _write_yaml(
        path,
        {
            each.secret: {"username": each.username, "password": each.published, "version": "1"}
            for each in world.accounts.values()
        },
    )


def _confirmations(world: World, vault: Vault) -> dict[str, Any]:
    entries = [
        {
            "route": route,
            "generation": generation,
            "call": _CALLS[route],
            "trust": vault.ca_fingerprint,
            "evidence": "the simulated world serves this route",
            "author": "simulated world",
            "confirmedOn": world.file.start.date(),
        }
        for route, generation in _CONFIRMED
    ]
    return {"entries": entries}


def _settings(folder: Path, world: World, served: Served) -> dict[str, str]:
    """The environment of hcx-fleet for this world; secrets come from a file, so there is no key vault."""
    ports = served.ports
    return {
        "HCX_FLEET_POLICY": str(folder / "fleet.yaml"),
        "HCX_FLEET_CONFIRMATIONS": str(folder / "confirmations.yaml") if world.file.confirmations else "",
        "HCX_FLEET_SECRETS_FILE": str(folder / "secrets.yaml"),
        "HCX_FLEET_STORE": str(folder / "store.sqlite"),
        "HCX_FLEET_SIGN_IN": "local",
        "HCX_FLEET_REPORTS": str(folder / "reports"),
        "HCX_FLEET_ARM_URL": f"https://{ARM_HOST}:{ports.arm}",
        "HCX_FLEET_ARM_SCOPE": f"https://{ARM_HOST}/.default",
        "HCX_FLEET_ARM_CA": str(folder / "ca.pem"),
        "HCX_FLEET_ARM_ADDRESS": ARM_ADDRESS,
        "HCX_FLEET_HCX_SERVICE_PORT": str(ports.service),
        "HCX_FLEET_HCX_APPLIANCE_PORT": str(ports.appliance),
        "HCX_FLEET_EXECUTOR_CLIENT_ID": identity.executor(world) or "",
        "HCX_FLEET_SCHEDULE": SCHEDULE,
        "IDENTITY_ENDPOINT": f"http://127.0.0.1:{ports.control}{IDENTITY_PATH}",
        "IDENTITY_HEADER": served.identity_header,
        **({"SSL_CERT_FILE": str(folder / "ca.pem")} if world.file.owner_has == "spreadsheet" else {}),
    }


def _published(folder: Path, world: World, served: Served, settings: dict[str, str]) -> dict[str, Any]:
    ports = served.ports
    return {
        "control": f"http://127.0.0.1:{ports.control}",
        "arm": {"url": f"https://{ARM_HOST}:{ports.arm}", "address": ARM_ADDRESS, "ca": str(folder / "ca.pem")},
        "managers": [
            {
                "id": each.id,
                "kind": each.kind,
                "host": each.host,
                "address": each.address,
                "service_port": ports.service,
                "appliance_port": ports.appliance,
                "ca": str(folder / "ca.pem"),
                "thumbprint": served.identities[each.id].thumbprint,
            }
            for each in world.managers.values()
        ],
        "vcenters": [
            {
                "name": each.part.name,
                "serves": each.part.serves,
                "host": each.host,
                "address": each.running.address,
                "port": each.running.port,
            }
            for each in served.vcenters
        ],
        "probes": [
            {
                "name": each.part.name,
                "network": each.part.network,
                "kind": each.part.kind,
                "address": each.address,
                "port": ports.probes,
            }
            for each in world.probes.values()
        ],
        "without_effect": without_effect(world, served.vcenters),
        "clouds": [
            {
                "id": name,
                "subscription": each.subscription.name,
                "subscription_id": each.subscription.id,
                "resource_id": each.resource_id,
                "manager": each.manager.id if each.manager else None,
            }
            for name, each in world.clouds.items()
        ],
        "approved_after": world.file.approved_after.total_seconds(),
        "settings": settings,
    }


def _fleet(world: World, served: Served) -> dict[str, Any]:
    """fleet.yaml: the file's policy, with every manager of the world filled in."""
    policy = world.file.policy
    by_name = {each.name: each.id for each in world.subscriptions}
    said = policy.model_dump(mode="json", by_alias=True)
    usual = {key: said.pop(key) for key in _ALWAYS}
    usual["scope"]["subscriptions"] = [by_name[name] for name in policy.scope.subscriptions]
    return {
        "apiVersion": "hcxfleet/v1",
        "kind": "Fleet",
        **usual,
        **{key: value for key, value in _chosen(policy).items() if key not in {*_ALWAYS, "sites", "probes"}},
        **_probes(world, served.ports),
        "cloudManagers": {
            "credentials": "kv:hcx-{cloud}",
            "ca": "ca.pem",
            "entries": [entry for cloud in world.clouds.values() if (entry := _cloud_entry(cloud, served))],
        },
        "sites": _sites(world, served),
    }


def _probes(world: World, ports: Ports) -> dict[str, Any]:
    """What the file's policy names, and every target that the world itself serves."""
    said = _chosen(world.file.policy).get("probes", [])
    served = [_probe_entry(each, ports.probes) for each in world.probes.values()]
    return {"probes": [*said, *served]} if said or served else {}


def _probe_entry(target: ProbeTarget, port: int) -> dict[str, Any]:
    asked = {"host": target.address, "port": port}
    if target.part.kind == "http":
        asked = {"url": f"http://{target.address}:{port}/"}
    return {"name": target.part.name, "network": target.part.network, **asked}


def _chosen(part: Edge) -> dict[str, Any]:
    """What was chosen against the defaults, in the keys of the file."""
    return part.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _sites(world: World, served: Served) -> list[dict[str, Any]]:
    """One entry a site: what the file says of it, the contacts of its connectors, and they themselves."""
    sites: dict[str, dict[str, Any]] = {part.name: _chosen(part) for part in world.file.policy.sites}
    for part in world.file.connectors:
        if part.listed:
            site = sites.setdefault(part.place, {"name": part.place})
            contacts = [*site.get("contacts", []), *([part.contact] if part.contact else [])]
            site |= {"contacts": list(dict.fromkeys(contacts))} if contacts else {}
            site.setdefault("connectors", []).append(_connector_entry(world.managers[part.name], part, served))
    return list(sites.values())


def _cloud_entry(cloud: PrivateCloud, served: Served) -> dict[str, Any] | None:
    """An entry of its own where there is something to say beyond the pattern for all."""
    part, manager = cloud.part, cloud.manager
    entry: dict[str, Any] = {}
    if part.owner:
        entry["owner"] = part.owner
    if part.credentials:
        entry["credentials"] = f"kv:{part.credentials}"
    if manager and manager.appliance_account:
        entry["applianceCredentials"] = f"kv:{manager.appliance_account.secret}"
    if manager and (vcenter := served.vcenter_of(manager.id)):
        entry["vcenter"] = vcenter
    return {"cloud": part.name, **entry} if entry else None


def _connector_entry(manager: Manager, part: world_file.Connector, served: Served) -> dict[str, Any]:
    trust = {"ca": "ca.pem"} if part.trust == "ca" else {"thumbprint": served.identities[part.name].thumbprint}
    reach = None if part.reach == "direct" else part.reach
    optional: dict[str, Any] = {"reach": reach, "owner": part.owner, "meshOwner": part.mesh_owner}
    if manager.appliance_account:
        optional["applianceCredentials"] = f"kv:{manager.appliance_account.secret}"
    optional["vcenter"] = served.vcenter_of(manager.id)
    return {
        "name": part.name,
        "endpoint": f"https://{manager.host}:{served.ports.service}",
        "appliancePort": served.ports.appliance,
        "address": manager.address,
        **trust,
        "credentials": f"kv:{manager.service_account.secret}",
        **{key: value for key, value in optional.items() if value},
    }


def _vcenter_entry(vcenter: ServedVcenter) -> dict[str, Any]:
    return {
        "endpoint": f"https://{vcenter.host}:{vcenter.running.port}",
        "address": vcenter.running.address,
        "ca": "ca.pem",
        "credentials": f"kv:{vcenter.account.secret}",
    }
