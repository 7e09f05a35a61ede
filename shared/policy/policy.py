"""`fleet.yaml` as the records that everything else works with."""

from hashlib import sha256
from pathlib import Path

from shared.model.policy import (
    DefaultOwners,
    ExtensionPolicy,
    Patience,
    Policy,
    Retention,
    Scope,
    SnapshotPolicy,
)
from shared.model.record import record
from shared.policy.canonical import digest
from shared.policy.contradictions import contradictions
from shared.policy.exceptions import accepted_risk_of, exclusion_of, hold_of, waiver_of
from shared.policy.fleet_file import ExtensionPart, FleetFile, ScopePart
from shared.policy.freezes import Calendars, calendars_of, freeze_of
from shared.policy.managers import OwnersPart, cloud_manager_of, path_of
from shared.policy.notices import notices_of
from shared.policy.probes import probe_of
from shared.policy.reading import read_file
from shared.policy.sites import connectors_of, site_of
from shared.policy.targets import connector_target_of, target_of
from shared.policy.waves import budget_of, wave_of
from shared.policy.windows import window_of


@record
class PolicyRead:
    """A policy, and the files beside `fleet.yaml` that it was made from."""

    policy: Policy
    calendars: dict[Path, bytes | None]
    """What each held; None where it could not be read."""


def read_policy(path: Path) -> Policy:
    """Read `fleet.yaml`. What time it is plays no part: one content always becomes one policy.

    Raises:
        PolicyInvalidError: with every error, each naming file, line and field.
    """
    return read_with_calendars(path).policy


def read_with_calendars(path: Path) -> PolicyRead:
    """The same, with the calendar files whose change is a change of the policy.

    Raises:
        PolicyInvalidError: with every error, each naming file, line and field.
    """
    file, folder = read_file(path, FleetFile, contradictions), path.parent
    calendars = calendars_of(file.freezes, folder)
    held = {folder / name: found if isinstance(found, bytes) else None for name, found in calendars.items()}
    return PolicyRead(policy=policy_of(file, folder, calendars), calendars=held)


def policy_of(file: FleetFile, folder: Path, calendars: Calendars) -> Policy:
    """The policy that a validated file describes; paths in it start at `folder`."""
    connector_target, connector_version = connector_target_of(file.target)
    zone = file.time_zone
    return Policy(
        name=file.metadata.name,
        mode=file.mode,
        target=target_of(file.target),
        connector_target=connector_target,
        connector_version=connector_version,
        scope=_scope(file.scope),
        owners=_owners(file.owners),
        pair_order=file.pair_order,
        concurrency=file.concurrency,
        patience=Patience(provider=file.patience.provider, person=file.patience.person),
        cloud_credentials=file.cloud_managers.credentials,
        cloud_ca_file=path_of(folder, file.cloud_managers.ca),
        cloud_managers=tuple(cloud_manager_of(part, folder) for part in file.cloud_managers.entries),
        connectors=tuple(connectors_of(file.sites, folder)),
        sites=tuple(site_of(part, zone) for part in file.sites),
        waves=tuple(map(wave_of, file.waves)),
        shared_connectors=file.shared_connectors,
        budget=budget_of(file.budget),
        holds=tuple(map(hold_of, file.holds)),
        windows=tuple(window_of(part, zone) for part in file.windows),
        freezes=tuple(freeze_of(part, calendars, zone) for part in file.freezes),
        split=file.split,
        extension=_extension(file.network_extension),
        snapshots=SnapshotPolicy(cloud_managers=file.snapshots.cloud_managers, connectors=file.snapshots.connectors),
        notices=notices_of(file.notices, folder),
        accepted_risks=tuple(map(accepted_risk_of, file.risks.accept)),
        waivers=tuple(map(waiver_of, file.waivers)),
        probes=tuple(map(probe_of, file.probes)),
        retention=Retention(
            runs=file.retention.runs, evidence=file.retention.evidence, instances=file.retention.instances
        ),
        hash=_hash(file, calendars),
    )


_NO_PART_OF_A_PLAN: dict[str, bool | set[str]] = {
    "notices": True,
    "retention": {"instances"},
    "network_extension": {"sample_every"},
}


def _hash(file: FleetFile, calendars: Calendars) -> str:
    """Over what the file says and what its calendars hold; one that cannot be read counts by its reason.

    Without `notices`, `retention.instances` and `networkExtension.sampleEvery`: where people are told of a step, how
    long the engine remembers one and how often one looks at what it costs, changes nothing of what is done, and must
    make no plan stale.
    """
    held = {name: found if isinstance(found, str) else sha256(found).hexdigest() for name, found in calendars.items()}
    return digest({"file": file.model_dump(mode="json", by_alias=True, exclude=_NO_PART_OF_A_PLAN), "calendars": held})


def _scope(part: ScopePart) -> Scope:
    return Scope(subscriptions=part.subscriptions, exclude=tuple(map(exclusion_of, part.exclude)))


def _owners(part: OwnersPart) -> DefaultOwners:
    return DefaultOwners(cloud_manager=part.cloud_manager, connector=part.connector, mesh=part.mesh)


def _extension(part: ExtensionPart) -> ExtensionPolicy:
    return ExtensionPolicy(
        mode=part.mode,
        outage_limit=part.outage_limit,
        at_risk=part.at_risk,
        together=part.together,
        sample_every=part.sample_every,
    )
