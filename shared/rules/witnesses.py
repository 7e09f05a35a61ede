"""What each witness says to a claim: HCX on one side, HCX on the other, vCenter, an HCX job, a person.

Only a fresh observation is for or against something. What is missing or too old is silent, and so is every job and
every person, whatever they say: they are listed, and they prove nothing.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final

from shared.model.facts import Appliance, FleetFacts, GapReason, HcxJob, Health, ManagerFacts, Mesh, Pairing, Seen
from shared.model.proof import Stance, WitnessKind, Word
from shared.model.record import record
from shared.model.run import JournalEntry, JournalKind
from shared.model.version import Version
from shared.rules.freshness import APPLIANCES, MESHES, PAIRINGS, SERVICES, TUNNELS, VERSION, Aspect
from shared.rules.vcenter import Witness, versions_of, witness

_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
_ACCOUNT: Final = {
    Witness.MOVED: Stance.FOR,
    Witness.NOT_YET: Stance.AGAINST,
    Witness.CONTRADICTS: Stance.AGAINST,
    Witness.NOT_OBSERVED: Stance.SILENT,
}


@record
class Court:
    """Everything that may be asked, as of one moment."""

    facts: FleetFacts
    now: datetime
    said: tuple[Word, ...] = ()
    """What people said of the task."""


def reports_of(journal: Iterable[JournalEntry], task: str) -> tuple[Word, ...]:
    """What people reported of a task, oldest first."""
    entries = (one for one in journal if one.kind is JournalKind.REPORTED and one.task == task)
    return tuple(
        Word(kind=WitnessKind.PERSON, by="a person's report", says=one.text, at=one.at, stance=Stance.SILENT)
        for one in entries
    )


def looked[T](court: Court, manager: str, aspect: Aspect[T]) -> Seen[T] | Word:
    """What a manager showed and still counts; otherwise the silent word that says why it does not."""
    facts = court.facts.of(manager)
    seen = aspect.read(facts) if facts else None
    if seen is None:
        return _silent(manager, f"{aspect.name} not observed{_gap(facts, aspect.section)}", None)
    if not aspect.life.covers(seen.at, court.now):
        return _silent(manager, f"{aspect.name} observed {_ago(court.now - seen.at)}, which is too old", seen.at)
    return seen


def hcx(manager: str, says: str, at: datetime | None, stance: Stance, *, must: bool = False) -> Word:
    """A word of HCX at a manager."""
    return Word(kind=WitnessKind.HCX, by=f"HCX at {manager}", says=says, at=at, stance=stance, must=must)


def not_offered(court: Court, manager: str, section: str) -> bool:
    """Whether that manager does not show this to anybody but the provider."""
    facts = court.facts.of(manager)
    gap = facts.gap(section) if facts else None
    return gap is not None and gap.reason is GapReason.NOT_OFFERED


def _silent(manager: str, says: str, at: datetime | None) -> Word:
    return hcx(manager, says, at, Stance.SILENT, must=True)


def _gap(facts: ManagerFacts | None, section: str) -> str:
    gap = facts.gap(section) if facts else None
    return f": {gap.detail}" if gap else ""


def _ago(age: timedelta) -> str:
    if age < timedelta():
        return "in the future, by a clock that is wrong"
    for unit, size in (("day", _DAY), ("hour", _HOUR)):
        if age >= size:
            return f"{age // size} {unit}{'s' if age // size > 1 else ''} ago"
    return f"{age // timedelta(minutes=1)} minutes ago"


def by_version(found: Version, target: Version) -> Stance:
    """At the target or beyond it is for, before it is against; a version that nobody understands says nothing."""
    if not found.known:
        return Stance.SILENT
    return Stance.AGAINST if found.older_than(target) else Stance.FOR


# --- a manager --------------------------------------------------------------------------------------------------------


def version_word(court: Court, manager: str, target: Version, system_id: str = "") -> Word:
    """The version that the manager itself reports; of another system than `system_id` it is no word for it."""
    seen = looked(court, manager, VERSION)
    if isinstance(seen, Word):
        return seen
    who = seen.value
    if system_id and who.system_id != system_id:
        says = f"another system answers: {who.system_id} instead of {system_id}"
        return hcx(manager, says, seen.at, Stance.AGAINST)
    return hcx(manager, f"version {who.version}", seen.at, by_version(who.version, target), must=True)


def plugin_word(court: Court, manager: str, source: Version, target: Version) -> Word | None:
    """What the plug-ins in its vCenter say; None where nobody asks a vCenter."""
    facts = court.facts.of(manager)
    seen = facts.vsphere if facts else None
    if facts is None or seen is None:
        return None
    if seen.plugins is None:
        why = next((one.detail for one in seen.gaps if one.part in {"plugins", "vcenter"}), "nobody says why")
        return _vcenter(manager, f"plug-ins not observed: {why}", seen.observed_at, Stance.SILENT)
    if not VERSION.life.covers(seen.observed_at, court.now):
        age = _ago(court.now - seen.observed_at)
        return _vcenter(manager, f"plug-ins observed {age}, which is too old", seen.observed_at, Stance.SILENT)
    told = witness(seen.plugins, source, _wanted(facts.version, target))
    shown = ", ".join(versions_of(seen.plugins)) or "none of HCX"
    return _vcenter(manager, f"plug-ins {shown}", seen.observed_at, _ACCOUNT[told])


def _wanted(reported: Version | None, target: Version) -> Version:
    """Who was moved beyond the target has plug-ins beyond it."""
    beyond = reported is not None and reported.known and target.older_than(reported)
    return reported if beyond and reported is not None else target


def _vcenter(manager: str, says: str, at: datetime, stance: Stance) -> Word:
    return Word(kind=WitnessKind.VCENTER, by=f"vCenter of {manager}", says=says, at=at, stance=stance)


def upgrade_job_words(court: Court, manager: str) -> tuple[Word, ...]:
    """What the manager's own upgrade job says, which counts for nothing."""
    facts = court.facts.of(manager)
    status = facts.upgrade if facts else None
    return (job_word(manager, status.value.job, status.at),) if status and status.value.job else ()


def job_word(manager: str, job: HcxJob, at: datetime) -> Word:
    """What a job says of itself."""
    says = f"job {job.id} says {job.state.value}"
    return Word(kind=WitnessKind.HCX_JOB, by=f"an HCX job at {manager}", says=says, at=at, stance=Stance.SILENT)


def services_word(court: Court, manager: str) -> Word:
    """Whether the manager's components run."""
    seen = looked(court, manager, SERVICES)
    if isinstance(seen, Word):
        return seen
    says = ", ".join(f"{one.name} {one.text}" for one in seen.value) or "lists no service"
    running = {one.running for one in seen.value}
    stance = Stance.AGAINST if False in running else Stance.FOR if running == {True} else Stance.SILENT
    return hcx(manager, says, seen.at, stance, must=True)


# --- a pairing --------------------------------------------------------------------------------------------------------


def pairing_word(court: Court, manager: str, other: str) -> Word:
    """What one end says of its pairing with the other. The end that it was not made from may list none."""
    if court.facts.of(manager) is None:
        return hcx(manager, "not read by hcx-fleet", None, Stance.SILENT)
    seen = looked(court, manager, PAIRINGS)
    if isinstance(seen, Word):
        return seen
    there = court.facts.of(other)
    if there is None or there.identity is None:
        return hcx(manager, f"which system {other} is was not observed", seen.at, Stance.SILENT, must=True)
    system = there.identity.value.system_id
    listed = next((one for one in seen.value if one.remote_system_id == system), None)
    if listed is None:
        return hcx(manager, f"lists no pairing with {other}", seen.at, Stance.SILENT)
    return _paired(manager, listed, seen.at)


def _paired(manager: str, listed: Pairing, at: datetime) -> Word:
    says = f"pairing with {listed.remote_name}: {listed.status.text}"
    return hcx(manager, says, at, by_health(listed.status.health), must=True)


def by_health(health: Health) -> Stance:
    """Up is for, down and degraded are against, and a word that nobody understands is neither."""
    if health is Health.UNKNOWN:
        return Stance.SILENT
    return Stance.FOR if health is Health.UP else Stance.AGAINST


# --- a mesh -----------------------------------------------------------------------------------------------------------


def sync_word(court: Court, manager: str, mesh: str) -> Word:
    """Whether one end says that the mesh is in sync; its record of its last job is no witness."""
    seen = looked(court, manager, MESHES)
    if isinstance(seen, Word):
        return seen
    found = next((one for one in seen.value if one.id == mesh), None)
    if found is None:
        return _silent(manager, "does not list the mesh", seen.at)
    told = {True: "in sync", False: "needs a resync", None: "does not say whether it is in sync"}[found.in_sync]
    return hcx(manager, f"{found.state.text}, {told}", seen.at, _synced(found))


def _synced(mesh: Mesh) -> Stance:
    if mesh.in_sync is False or mesh.state.health in {Health.DOWN, Health.DEGRADED}:
        return Stance.AGAINST
    return Stance.FOR if mesh.in_sync and mesh.state.health is Health.UP else Stance.SILENT


def mesh_job_words(court: Court, manager: str, mesh: str) -> tuple[Word, ...]:
    """What the mesh keeps of its last job, which counts for nothing."""
    facts = court.facts.of(manager)
    seen = facts.meshes if facts else None
    jobs = [one.last_job for one in seen.value if one.id == mesh and one.last_job] if seen else []
    return tuple(job_word(manager, one, seen.at) for one in jobs) if seen else ()


@record
class Place:
    """One appliance as its own side reports it."""

    manager: str
    mesh: str
    id: str
    name: str = ""
    """Where it is known: an upgrade in service makes a new appliance, which may bear the old name."""


def appliance_version_word(court: Court, place: Place, target: Version) -> Word:
    """The version of an appliance, from the manager of its side."""
    return _of_appliance(
        court, place, APPLIANCES, lambda one: (f"{one.name} at {one.version}", by_version(one.version, target))
    )


def tunnel_word(court: Court, place: Place) -> Word:
    """The tunnel of an appliance, from the manager of its side."""
    return _of_appliance(
        court, place, TUNNELS, lambda one: (f"{one.name}: tunnel {one.tunnel.text}", by_health(one.tunnel.health))
    )


def peers_now(court: Court, place: Place) -> tuple[str, ...]:
    """Ids of its peers as its own side names them now: an upgrade in service makes a new pair with new ids."""
    seen = looked(court, place.manager, APPLIANCES)
    found = None if isinstance(seen, Word) else _found(seen.value, place)
    return found.peers if found else ()


def _of_appliance(
    court: Court,
    place: Place,
    aspect: Aspect[tuple[Appliance, ...]],
    say: Callable[[Appliance], tuple[str, Stance]],
) -> Word:
    seen = looked(court, place.manager, aspect)
    if isinstance(seen, Word):
        return seen
    found = _found(seen.value, place)
    if found is None:
        return _silent(place.manager, f"lists no appliance {place.name or place.id}", seen.at)
    says, stance = say(found)
    return hcx(place.manager, says, seen.at, stance, must=True)


def _found(appliances: Iterable[Appliance], place: Place) -> Appliance | None:
    own = [one for one in appliances if one.mesh_id == place.mesh]
    by_name = (one for one in own if place.name and one.name == place.name)
    return next((one for one in own if one.id == place.id), None) or next(by_name, None)
