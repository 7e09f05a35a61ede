"""What a served world writes into its folder."""

import hashlib
import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from ruamel.yaml import YAML

from shared.policy.files import FileConfiguration
from shared.settings import read_settings
from simulator.visitor import Visitor

WORLD = """
subscriptions: [{name: sub-a}, {name: sub-b}]
clouds:
  - {name: pc-1, subscription: sub-a, hcx: "4.11.4", owner: ours, applianceManagement: true}
  - {name: pc-2, subscription: sub-a, hcx: "4.11.4"}
  - {name: pc-3, subscription: sub-b, hcx: "4.11.4", credentials: special}
connectors:
  - {name: con-lyon, hcx: "4.11.4", owner: ours, meshOwner: assisted, contact: ops@example.com}
  - {name: con-rome, site: italy, hcx: "4.11.4", applianceManagement: false}
  - {name: con-turin, site: italy, hcx: "4.11.4", contact: turin@example.com}
  - {name: con-hidden, hcx: "4.11.4", listed: false}
policy:
  metadata: {name: trial}
  mode: auto
  scope: {subscriptions: [sub-b], exclude: [{cloud: pc-3, reason: a lab, owner: ann, until: 2027-01-31}]}
  target: {version: "4.11.3", connectors: version}
  owners: {mesh: provider}
  pairOrder: together
  concurrency: 9
  patience: {provider: P3D, person: PT12H}
  timeZone: Europe/Rome
  waves:
    - name: canary
      select: {tags: {hcx-ring: [canary, early]}, versions: {below: "4.11"}}
      concurrency: "20%"
      soak: {for: PT24H}
      budget: {maxFailed: 1}
    - {name: broad}
  budget: {maxFailed: "10%", strict: false}
  holds: [{subject: con-lyon, reason: asked, owner: ann}]
  windows: [{name: nights, rrule: "FREQ=WEEKLY;BYDAY=TU", start: "22:00", duration: PT5H, cutOff: PT90M}]
  freezes: [{name: year-end, from: "2026-12-18T00:00", to: "2027-01-04T06:00", reason: shops, owner: ann}]
  sites:
    - {name: italy, contacts: [rome@example.com], change: CHG1, networks: [{network: net-1, owner: bob}]}
    - {name: weu, privateCloud: pc-1, provider: {announced: 2026-12-01}}
"""


def yaml_of(path: str) -> Any:
    """A published YAML file."""
    return YAML(typ="safe").load(Path(path).read_text("utf-8"))


def fleet(serve_file: Callable[[str], Visitor]) -> tuple[Visitor, Any]:
    """The world above and its fleet.yaml."""
    world = serve_file("start: 2026-11-24T06:00:00Z\n" + WORLD)
    return world, yaml_of(world.settings["HCX_FLEET_POLICY"])


def test_fleet_yaml_is_the_policy(serve_file: Callable[[str], Visitor]) -> None:
    """fleet.yaml says what the policy section says, with ids for names of subscriptions."""
    world, policy = fleet(serve_file)
    ids = {each["subscription"]: each["subscription_id"] for each in world.published["clouds"]}

    assert {key: value for key, value in policy.items() if key not in {"cloudManagers", "sites"}} == {
        "apiVersion": "hcxfleet/v1",
        "kind": "Fleet",
        "metadata": {"name": "trial"},
        "mode": "auto",
        "scope": {
            "subscriptions": [ids["sub-b"]],
            "exclude": [{"cloud": "pc-3", "reason": "a lab", "owner": "ann", "until": "2027-01-31"}],
        },
        "target": {"version": "4.11.3", "connectors": "version"},
        "owners": {"cloudManager": "provider", "connector": "assisted", "mesh": "provider"},
        "pairOrder": "together",
        "concurrency": 9,
        "patience": {"provider": "P3D", "person": "PT12H"},
        "timeZone": "Europe/Rome",
        "waves": [
            {
                "name": "canary",
                "select": {"tags": {"hcx-ring": ["canary", "early"]}, "versions": {"below": "4.11"}},
                "concurrency": "20%",
                "soak": {"for": "P1D"},
                "budget": {"maxFailed": 1},
            },
            {"name": "broad"},
        ],
        "budget": {"maxFailed": "10%", "strict": False},
        "holds": [{"subject": "con-lyon", "reason": "asked", "owner": "ann"}],
        "windows": [
            {
                "name": "nights",
                "rrule": "FREQ=WEEKLY;BYDAY=TU",
                "start": "22:00",
                "duration": "PT5H",
                "cutOff": "PT1H30M",
            }
        ],
        "freezes": [
            {
                "name": "year-end",
                "from": "2026-12-18T00:00",
                "to": "2027-01-04T06:00",
                "reason": "shops",
                "owner": "ann",
            }
        ],
    }


def test_fleet_yaml_names_cloud_managers_where_there_is_something_to_say(serve_file: Callable[[str], Visitor]) -> None:
    """Cloud managers share one pattern; an entry of its own has what differs."""
    _, policy = fleet(serve_file)

    assert policy["cloudManagers"] == {
        "credentials": "kv:hcx-{cloud}",
        "ca": "ca.pem",
        "entries": [
            {"cloud": "pc-1", "owner": "ours", "applianceCredentials": "kv:hcx-pc-1-admin"},
            {"cloud": "pc-3", "credentials": "kv:special"},
        ],
    }


def test_fleet_yaml_has_the_listed_connectors(serve_file: Callable[[str], Visitor]) -> None:
    """Every listed connector stands at its site with its endpoint, accounts and owners; an unlisted one does not."""
    world, policy = fleet(serve_file)
    place = next(each for each in world.published["managers"] if each["id"] == "con-lyon")
    italy, cloud, france = policy["sites"]
    (lyon,) = france["connectors"]
    rome, turin = italy["connectors"]

    assert lyon == {
        "name": "con-lyon",
        "endpoint": f"https://hcx.con-lyon.onprem.sim.test:{place['service_port']}",
        "appliancePort": place["appliance_port"],
        "address": place["address"],
        "ca": "ca.pem",
        "credentials": "kv:con-lyon-hcx",
        "owner": "ours",
        "meshOwner": "assisted",
        "applianceCredentials": "kv:con-lyon-admin",
    }
    assert (france["name"], france["contacts"]) == ("lyon", ["ops@example.com"])
    assert (rome["name"], turin["name"]) == ("con-rome", "con-turin")
    assert {"owner", "meshOwner", "applianceCredentials"}.isdisjoint(rome)
    assert {key: value for key, value in italy.items() if key != "connectors"} == {
        "name": "italy",
        "contacts": ["rome@example.com", "turin@example.com"],
        "change": "CHG1",
        "networks": [{"network": "net-1", "owner": "bob"}],
    }
    assert cloud == {"name": "weu", "privateCloud": "pc-1", "provider": {"announced": "2026-12-01"}}


def test_secrets_are_for_the_owner_only(pair: Visitor) -> None:
    """secrets.yaml holds user name, password and version of every account and is readable by its owner alone."""
    path = Path(pair.settings["HCX_FLEET_SECRETS_FILE"])

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {name: (each["username"], each["version"]) for name, each in pair.secrets.items()} == {
        "hcx-pc-weu-01": ("cloudadmin@vsphere.local", "1"),
        "hcx-pc-weu-01-admin": ("admin", "1"),
        "con-lyon-hcx": ("administrator@vsphere.local", "1"),
        "con-lyon-admin": ("admin", "1"),
    }


def test_confirmations_are_for_the_worlds_own_authority(pair: Visitor) -> None:
    """confirmations.yaml confirms the mutating routes for the SHA-256 of the published CA certificate."""
    entries = yaml_of(pair.settings["HCX_FLEET_CONFIRMATIONS"])["entries"]
    ca = x509.load_pem_x509_certificate(Path(pair.settings["HCX_FLEET_ARM_CA"]).read_bytes())

    assert {(each["route"], each["generation"]) for each in entries} == {
        ("upgrade-manager-4x", "4.x"),
        ("upgrade-manager-9x", "9.x"),
        ("upgrade-appliance", "4.x"),
        ("upgrade-appliance", "9.x"),
    }
    assert {each["trust"] for each in entries} == {hashlib.sha256(ca.public_bytes(Encoding.DER)).hexdigest()}
    assert {(each["author"], str(each["confirmedOn"])) for each in entries} == {("simulated world", "2026-11-24")}


def test_a_world_can_leave_confirmations_out(serve: Callable[[str], Visitor]) -> None:
    """Without confirmations there is no file and its setting is empty."""
    world = serve("confirmations: false\n")

    assert world.settings["HCX_FLEET_CONFIRMATIONS"] == ""
    assert not (Path(world.settings["HCX_FLEET_POLICY"]).parent / "confirmations.yaml").exists()


def test_settings_are_what_a_user_would_set(pair: Visitor) -> None:
    """settings.env holds one line a setting, the same as the control endpoint and world.json tell."""
    folder = Path(pair.settings["HCX_FLEET_POLICY"]).parent
    lines = (folder / "settings.env").read_text("utf-8").splitlines()

    assert dict(line.split("=", 1) for line in lines) == pair.settings
    assert json.loads((folder / "world.json").read_text("utf-8")) == pair.published
    assert pair.control.get("/world").json() == pair.published
    assert list(pair.settings) == [
        "HCX_FLEET_POLICY",
        "HCX_FLEET_CONFIRMATIONS",
        "HCX_FLEET_SECRETS_FILE",
        "HCX_FLEET_STORE",
        "HCX_FLEET_SIGN_IN",
        "HCX_FLEET_REPORTS",
        "HCX_FLEET_ARM_URL",
        "HCX_FLEET_ARM_SCOPE",
        "HCX_FLEET_ARM_CA",
        "HCX_FLEET_ARM_ADDRESS",
        "HCX_FLEET_HCX_SERVICE_PORT",
        "HCX_FLEET_HCX_APPLIANCE_PORT",
        "HCX_FLEET_EXECUTOR_CLIENT_ID",
        "HCX_FLEET_SCHEDULE",
        "IDENTITY_ENDPOINT",
        "IDENTITY_HEADER",
    ]


@pytest.mark.parametrize("confirmed", [True, False])
def test_the_product_reads_what_is_published(serve_file: Callable[[str], Visitor], *, confirmed: bool) -> None:
    """Settings, policy and confirmations as published are what hcx-fleet itself accepts."""
    world = serve_file(f"start: 2026-11-24T06:00:00Z\nconfirmations: {str(confirmed).lower()}\n" + WORLD)

    settings = read_settings(world.settings)
    configuration = FileConfiguration(settings.policy, settings.confirmations)
    policy = configuration.policy()

    assert (policy.name, str(policy.target), [each.name for each in policy.connectors]) == (
        "trial",
        "4.11.3",
        ["con-rome", "con-turin", "con-lyon"],
    )
    assert len(configuration.confirmations().entries) == (4 if confirmed else 0)


def test_unknown_control_routes_are_not_found(pair: Visitor) -> None:
    """The control endpoint answers 404 to what it does not have, and 400 to a number that is none."""
    assert pair.control.get("/nothing").status_code == 404
    assert pair.control.get("/people/said", params={"after": "x"}).status_code == 400
