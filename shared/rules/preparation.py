"""What people do ahead of a task, and how long ahead.

Bundles are never carried by us, and services are removed by people; so all of this is asked of somebody, whoever owns
the task. Where the provider upgrades a cloud manager it prepares that itself: what is left is to answer its date and to
remove what stands in the way.

Bundles are fetched and verified ahead, for all hops of a manager. What can only be done between two hops, because the
manager has to be at the version that the later one starts from, is named as well, with no time ahead of the task.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from shared.model.facts import Mesh
from shared.model.inventory import Manager, ManagerKind
from shared.model.plan import Preparation, PreparationKind
from shared.model.policy import Owner, ProviderDates, SiteEntry
from shared.model.record import record
from shared.model.version import Version
from shared.rules.catalogue.records import RemovedService
from shared.rules.protection import Change

IN_FOLDER_FROM = Version("4.11.0")
"""Connector bundles of this release and later lie on the private cloud's vSAN datastore; earlier ones come by support
ticket."""
FOLDER = "AVS_Official_HCX_Connector_Binaries"
UPLOAD_FROM = Version("4.8.2")
"""A bundle can be uploaded on port 9443 of a manager of this release or a later one (KB 97087)."""


@record
class Lead:
    """How long ahead something is done, and why so long."""

    span: timedelta
    reason: str


LEADS = {
    PreparationKind.ANSWER_PROVIDER: Lead(
        span=timedelta(days=7), reason="the provider plans its slots; where it wrote until when, that counts instead"
    ),
    PreparationKind.REMOVE_SERVICES: Lead(
        span=timedelta(days=7), reason="it is a mesh change of its own, at both sides, in a window before this one"
    ),
    PreparationKind.FETCH_BUNDLE: Lead(
        span=timedelta(days=7), reason="a large file crosses from the private cloud to the site, and may have to twice"
    ),
    PreparationKind.VERIFY_BUNDLE: Lead(
        span=timedelta(days=5), reason="a wrong hash means to fetch it again, which takes days"
    ),
    PreparationKind.UPLOAD_BUNDLE: Lead(
        span=timedelta(days=3), reason="an upload that fails in the window costs the window"
    ),
    PreparationKind.BACK_UP: Lead(
        span=timedelta(days=1),
        reason="a restore undoes every later change, so it is young, and there is time to repeat it",
    ),
    PreparationKind.SNAPSHOT: Lead(
        span=timedelta(hours=1),
        reason="a snapshot holds the state before the upgrade, and is a burden while it is kept",
    ),
}
"""Our own choice, all of it: no vendor text gives times."""

TICKET = Lead(span=timedelta(days=14), reason="a support ticket takes its time before anything can be fetched")
"""For bundles that lie in no folder, and for managers that take no upload."""
BETWEEN_HOPS = timedelta()
"""What has to wait for the hop before it is done while the task goes on."""


@record
class Ask:
    """Whose manager it is and whom to ask."""

    manager: Manager
    owner: Owner
    """Who upgrades it."""
    site: SiteEntry | None = None
    clouds: tuple[str, ...] = ()
    """Ids of the private clouds that a connector is paired with."""
    own_snapshot: bool = False
    """Whether hcx-fleet takes a snapshot itself."""


def for_manager(
    ask: Ask, changes: tuple[Change, ...], meshes: tuple[Mesh, ...], services: tuple[RemovedService, ...]
) -> tuple[Preparation, ...]:
    """What to do before a manager goes through these changes, in the order in which it is due.

    Args:
        ask: whose manager it is.
        changes: its version changes in order; without any there is nothing to prepare.
        meshes: those that the manager is an end of.
        services: everything that later releases no longer have.
    """
    if not changes:
        return ()
    return tuple(sorted(_for_manager(ask, changes, meshes, services), key=lambda one: -one.lead))


def _for_manager(
    ask: Ask, changes: tuple[Change, ...], meshes: tuple[Mesh, ...], services: tuple[RemovedService, ...]
) -> Iterator[Preparation]:
    who = _site_people(ask.site, ask.manager.site)
    if ask.owner is Owner.PROVIDER:
        yield _answer(ask, changes[-1].target)
    yield from _removals(meshes, changes[-1].target, services, who)
    if ask.owner is Owner.PROVIDER:
        return
    for change in changes:
        first = change is changes[0]
        yield from _bundle(ask, change.target, who)
        if ask.manager.kind is ManagerKind.CONNECTOR:
            yield _back_up(ask.manager.id, change.source, who, first=first)
        yield _upload(ask.manager.id, change, who, first=first)
    if not ask.own_snapshot:
        yield _snapshot(ask.manager, who)


def for_mesh(
    mesh: Mesh, target: Version, initiator: SiteEntry | None, services: tuple[RemovedService, ...]
) -> tuple[Preparation, ...]:
    """What to do before the appliances of a mesh go to `target`: services that its managers no longer have are removed.

    Their managers' own tasks ask for the same; this is for a mesh whose managers are there already.
    """
    people = _site_people(initiator, initiator.name if initiator else "the source side")
    return tuple(_removals((mesh,), target, services, people))


# --- the provider -----------------------------------------------------------------------------------------------------


def _answer(ask: Ask, target: Version) -> Preparation:
    dates = ask.site.provider if ask.site else ProviderDates()
    name, to = ask.manager.id, target.release
    case = f" in case {dates.case}" if dates.case else ""
    if dates.announced is None and dates.answer_by is None:
        title = f"Ask the provider{case} when it upgrades {name} to {to}, and write its dates into fleet.yaml"
    else:
        until = f" by {dates.answer_by.isoformat()}" if dates.answer_by else ""
        slot = f", announced for {dates.announced.isoformat()}" if dates.announced else ""
        title = f"Answer the provider{case}{until} if {name} needs another slot for its upgrade to {to}{slot}"
    kind = PreparationKind.ANSWER_PROVIDER
    who = _site_people(ask.site, "", otherwise=f"whoever gets the provider's mails about {name}")
    return _preparation(kind, kind.value, title, who, lead=_answer_lead(dates))


def _answer_lead(dates: ProviderDates) -> timedelta:
    if dates.announced and dates.answer_by and dates.answer_by <= dates.announced:
        return dates.announced - dates.answer_by
    return LEADS[PreparationKind.ANSWER_PROVIDER].span


# --- services ---------------------------------------------------------------------------------------------------------


def _removals(
    meshes: Iterable[Mesh], target: Version, services: Iterable[RemovedService], who: str
) -> Iterator[Preparation]:
    """One for each service that is on, or that nobody but a person can see."""
    ordered = sorted(meshes, key=lambda mesh: (mesh.name, mesh.id))
    for service in services:
        users = [mesh.name for mesh in ordered if service.wire is None or service.wire in mesh.services]
        if users and not target.older_than(service.from_release):
            yield _removal(service, ", ".join(users), target, who)


def _removal(service: RemovedService, users: str, target: Version, who: str) -> Preparation:
    where = "from mesh and compute profiles on both sides, in a window of its own"
    if service.wire is None:
        title = f"Look whether {users} uses {service.service}, which nobody can read by machine, and remove it {where}"
    else:
        title = f"Remove {service.service} of {users} {where}"
    kind = PreparationKind.REMOVE_SERVICES
    identity = f"{kind}:{service.service.lower().replace(' ', '-')}"
    return _preparation(kind, identity, f"{title}: {target.release} does not have it", who)


# --- the bundle -------------------------------------------------------------------------------------------------------


def _bundle(ask: Ask, target: Version, who: str) -> Iterator[Preparation]:
    name, to = ask.manager.id, target.release
    fetch, verify = PreparationKind.FETCH_BUNDLE, PreparationKind.VERIFY_BUNDLE
    source, lead = _where(ask, target)
    yield _preparation(fetch, f"{fetch}:{to}", f"Fetch the {to} bundle for {name} {source}", who, lead=lead.span)
    yield _preparation(verify, f"{verify}:{to}", f"Compare the hash of the {to} bundle with the published one", who)


def _where(ask: Ask, target: Version) -> tuple[str, Lead]:
    """Where the bundle comes from. Only those of connectors are known to lie in a folder."""
    in_folder = ask.manager.kind is ManagerKind.CONNECTOR and not target.older_than(IN_FOLDER_FROM)
    if not in_folder or not ask.clouds:
        return "by a support ticket", TICKET
    cloud, *others = sorted(ask.clouds)
    also = f" (or of {', '.join(others)})" if others else ""
    return f"from the folder {FOLDER} on the vSAN datastore of {cloud}{also}", LEADS[PreparationKind.FETCH_BUNDLE]


def _upload(name: str, change: Change, who: str, *, first: bool) -> Preparation:
    kind, to, source = PreparationKind.UPLOAD_BUNDLE, change.target.release, change.source.release
    identity = f"{kind}:{to}"
    if change.source.older_than(UPLOAD_FROM):
        title = (
            f"Ask support how the {to} bundle gets onto {name} {'while' if first else 'once'} it is at {source}: "
            f"before {UPLOAD_FROM.release} none can be uploaded on port 9443 (KB 97087)"
        )
        return _preparation(kind, identity, title, who, lead=TICKET.span)
    if first:
        return _preparation(kind, identity, f"Upload the {to} bundle to {name} on port 9443", who)
    title = f"Upload the {to} bundle to {name} on port 9443 once it is at {source}"
    return _preparation(kind, identity, title, who, lead=BETWEEN_HOPS)


# --- backup and snapshot ----------------------------------------------------------------------------------------------


def _back_up(name: str, source: Version, who: str, *, first: bool) -> Preparation:
    """One for each hop: a backup restores into the same version only, so an older one does not bring a hop back."""
    kind, release = PreparationKind.BACK_UP, source.release
    title = (
        f"Back up {name} on port 9443 {'while' if first else 'once'} it is at {release}: "
        "it restores into the same version only"
    )
    return _preparation(kind, f"{kind}:{release}", title, who, lead=None if first else BETWEEN_HOPS)


def _snapshot(manager: Manager, who: str) -> Preparation:
    kind = PreparationKind.SNAPSHOT
    if manager.kind is ManagerKind.CLOUD_MANAGER:
        title = f"Take a snapshot of {manager.id} by the run command New-HCXManagerSnapshot: it is kept for 72 hours"
    else:
        title = f"Take a snapshot of {manager.id} in vCenter, and delete it when the upgrade is accepted"
    return _preparation(kind, kind.value, title, who)


# --- whom to ask ------------------------------------------------------------------------------------------------------


def _site_people(site: SiteEntry | None, name: str, *, otherwise: str = "") -> str:
    if site and site.contacts:
        return ", ".join(site.contacts)
    return otherwise or f"the people of {name}"


def _preparation(
    kind: PreparationKind, identity: str, title: str, who: str, *, lead: timedelta | None = None
) -> Preparation:
    """All of it is a person's work, whoever owns the task."""
    own = LEADS[kind].span if lead is None else lead
    return Preparation(id=identity, kind=kind, title=title, owner=Owner.ASSISTED, who=who, lead=own)
