"""The truth: what really happened and how everything stands, for tests and for the last comparison of a demo."""

from typing import Any

from shared.model.version import Version
from simulator.http.message import zulu
from simulator.ledger import Mutation, Outage, Replacement, VersionChange
from simulator.state import Account, Manager, Mesh, OwnSnapshot, Snapshot, World

SCHEMA = "hcxfleet-truth/v1"


def truth(world: World) -> dict[str, Any]:
    """The whole of it, as JSON; docs/simulator.md explains it."""
    ledger = world.ledger
    return {
        "schema": SCHEMA,
        "now": zulu(world.now),
        "managers": [_manager(each) for each in world.managers.values()],
        "meshes": [_mesh(each) for each in world.meshes.values()],
        "mutations": [_mutation(each) for each in sorted(ledger.mutations, key=_mutation_order)],
        "changes": [_change(each) for each in sorted(ledger.changes, key=lambda each: (each.at, each.subject))],
        "logins": [_account(each) for each in sorted(world.accounts.values(), key=lambda each: each.secret)],
        "outages": [_outage(each) for each in sorted(ledger.outages, key=lambda each: (each.began, each.network))],
        "inChange": [_replacement(each) for each in sorted(ledger.replacements, key=_replacement_order)],
        "ownSnapshots": [_own_snapshot(each.id, one) for each in world.managers.values() for one in each.own_snapshots],
        "snapshots": [_snapshot(name, each) for name, cloud in world.clouds.items() for each in cloud.snapshots],
        "requests": dict(sorted(ledger.requests.items())),
        "said": [
            {"seq": each.seq, "at": zulu(each.at), "who": each.who, "about": each.about, "says": each.says}
            for each in ledger.statements
        ],
        "expectations": [
            {"cloud": each.name, "outcome": each.expect.outcome, "reason": each.expect.reason}
            for each in world.file.clouds
            if each.expect
        ],
    }


def _mutation_order(each: Mutation) -> tuple[Any, ...]:
    """By world time; what happens at one moment has no order of its own."""
    return each.at, each.manager, each.route, each.subject, each.status


def _replacement_order(each: Replacement) -> tuple[Any, ...]:
    return each.began, each.mesh, each.appliance


def _manager(each: Manager) -> dict[str, Any]:
    return {
        "id": each.id,
        "kind": each.kind,
        "endpointId": each.endpoint_id,
        "release": each.release,
        "version": each.wire_version,
        "reach": each.reach,
        "upgrade": each.upgrade.status if each.upgrade else None,
    }


def _mesh(each: Mesh) -> dict[str, Any]:
    return {
        "id": each.id,
        "name": each.name,
        "initiator": each.initiator.id,
        "receiver": each.receiver.id,
        "state": each.state,
        "appliances": [
            {
                "id": end.id,
                "name": end.name,
                "type": pair.type,
                "manager": end.manager.id,
                "release": Version(end.release).release,
                "tunnel": pair.says(end.side),
            }
            for pair in each.pairs
            for end in pair.ends.values()
        ],
    }


def _mutation(each: Mutation) -> dict[str, Any]:
    return {
        "at": zulu(each.at),
        "manager": each.manager,
        "route": each.route,
        "subject": each.subject,
        "body": each.body,
        "caller": each.caller,
        "status": each.status,
        "accepted": each.status < 300,  # noqa: PLR2004 -- HTTP's own line
    }


def _change(each: VersionChange) -> dict[str, Any]:
    return {
        "at": zulu(each.at),
        "subject": each.subject,
        "from": each.source,
        "to": each.target,
        "caller": each.caller,
    }


def _replacement(each: Replacement) -> dict[str, Any]:
    return {
        "mesh": each.mesh,
        "appliance": each.appliance,
        "caller": each.caller,
        "from": zulu(each.began),
        "to": zulu(each.ended) if each.ended else None,
    }


def _account(each: Account) -> dict[str, Any]:
    return {"secret": each.secret, "failed": each.failed, "succeeded": each.succeeded, "locked": each.locked}


def _snapshot(cloud: str, each: Snapshot) -> dict[str, Any]:
    return {
        "cloud": cloud,
        "name": each.name,
        "description": each.description,
        "made": zulu(each.made),
        "gone": zulu(each.gone) if each.gone else None,
        "expired": each.expired,
    }


def _own_snapshot(manager: str, each: OwnSnapshot) -> dict[str, Any]:
    return {"manager": manager, "release": each.release, "made": zulu(each.made), "expires": zulu(each.expires)}


def _outage(each: Outage) -> dict[str, Any]:
    return {
        "network": each.network,
        "extension": each.extension,
        "mesh": each.mesh,
        "appliance": each.appliance,
        "from": zulu(each.began),
        "to": zulu(each.ended) if each.ended else None,
    }
