"""Where to log in and which buttons to press, by the version that the manager was seen to have.

The words are those of the screens as public texts give them. Where no text gives them for a version, the page says
that they are inferred.
"""

from collections.abc import Iterator

from shared.model.facts import ApplianceKind
from shared.model.inventory import Manager, ManagerKind
from shared.model.ne_mode import ApplianceMode
from shared.model.plan import ApplianceUpgrade, Hop, ManagerTask, MeshTask
from shared.model.policy import Owner
from shared.model.version import Version
from shared.report.runsheet.record import NOTHING, Deed
from shared.report.sheet import Grid
from shared.report.words import listed, took
from shared.rules.preparation import UPLOAD_FROM

V9 = 9
WITHOUT_SCREEN = Version("9.1.0")
"""From here on public texts quote the screens of 9.x; what 9.0 calls them is inferred."""

NOT_PRINTED = "The password is not on this page: whoever keeps the passwords of the site has it."

DOCUMENTED_4 = "The words are those of the 4.x screens (release notes of 4.9, user guides of 4.6 and 4.10)."
QUOTED_9 = "The words are quoted from the vendor's page for 9.1."
INFERRED_90 = "Inferred from the vendor's page for 9.1: in 9.0 a screen may be called otherwise."
INFERRED_MESH_9 = (
    "Inferred from the 4.x screens: for 9.x public texts give the order of the appliances and not what the screens say."
)
ON_CLOUD = (
    "Whether a customer's account may start this at all is not public: where the button is not there, stop and call."
)
MODES = {
    ApplianceMode.STANDARD: "Standard",
    ApplianceMode.IN_SERVICE: "In-Service",
}
"""What the screen calls the modes of network extension."""


# --- logging in -------------------------------------------------------------------------------------------------------

LOG_IN_COLUMNS = ("What", "Address", "Account")


def log_in(managers: tuple[Manager, ...], *, appliance: bool) -> Grid:
    """Where each of these answers and with which kind of account; port 9443 where `appliance` is wanted."""
    rows = [row for one in managers for row in _doors(one, appliance=appliance)]
    return Grid(columns=LOG_IN_COLUMNS, rows=tuple(rows))


def _doors(manager: Manager, *, appliance: bool) -> Iterator[tuple[str, str, str]]:
    is_cloud = manager.kind is ManagerKind.CLOUD_MANAGER
    if appliance and not is_cloud:
        account = "the appliance's own local account admin"
        yield f"{manager.id}, appliance management", appliance_address(manager), account
    user = "cloudadmin@vsphere.local" if is_cloud else "a vCenter SSO user of the site"
    roles = "with the HCX role System Administrator or Enterprise Administrator"
    yield f"{manager.id}, HCX console", service_address(manager), f"{user}, {roles}"


def service_address(manager: Manager) -> str:
    """The console that everybody works with."""
    return _address(manager, manager.endpoint.service_port)


def appliance_address(manager: Manager) -> str:
    """The management of the appliance itself."""
    return _address(manager, manager.endpoint.appliance_port)


def _address(manager: Manager, port: int) -> str:
    place = manager.endpoint
    dialled = f" (at {place.address})" if place.address else ""
    return f"https://{place.host}:{port}{dialled}"


# --- a manager --------------------------------------------------------------------------------------------------------


def words_of_manager(task: ManagerTask, seen: Version | None) -> tuple[str, ...]:
    """How sure the words of its screens are, said once for all its hops; `seen` is its version now."""
    if task.owner is Owner.PROVIDER:
        return ()
    if task.manager_kind is ManagerKind.CLOUD_MANAGER:
        return (ON_CLOUD,)
    return tuple(dict.fromkeys(_basis(starting_from(task, hop, seen)) for hop in task.hops))


def starting_from(task: ManagerTask, hop: Hop, seen: Version | None) -> Version:
    """Whose screens a hop meets: those of the version that was seen, and for later hops those of the one before."""
    first = hop == task.hops[0]
    return seen if first and seen is not None and seen.known else hop.source


def _basis(source: Version) -> str:
    if source.major < V9:
        return DOCUMENTED_4
    return INFERRED_90 if source.older_than(WITHOUT_SCREEN) else QUOTED_9


def for_hop(task: ManagerTask, hop: Hop, manager: Manager, seen: Version | None) -> Iterator[Deed]:
    """What to do for one hop, by the version that it starts from; `seen` is the manager's version now."""
    if task.owner is Owner.PROVIDER:
        way = f"from {hop.source.release} to {hop.target.release}"
        yield Deed(text=f"Microsoft upgrades {task.subject} {way}. Nothing to press.")
        return
    start = starting_from(task, hop, seen)
    if task.manager_kind is ManagerKind.CLOUD_MANAGER:
        yield from _on_console(hop, manager, start)
    else:
        yield from _on_appliance(hop, manager, start)
    yield from _afterwards(hop)


def _on_appliance(hop: Hop, manager: Manager, start: Version) -> Iterator[Deed]:
    release = hop.target.release
    yield Deed(text=f"Open {appliance_address(manager)} and log in as admin.")
    yield Deed(text="Open the upgrade page.", buttons=_pages(start))
    if start.older_than(UPLOAD_FROM):
        early = f"before {UPLOAD_FROM.release} none can be uploaded here (KB 97087)"
        yield Deed(text=f"Bring the {release} bundle onto it as support told you: {early}.")
    else:
        yield Deed(
            text=f"Upload the {release} bundle (.tar.gz), unless it lies there already. Wait until the upload is done."
        )
    yield from _start(release, start)


def _start(release: str, start: Version) -> Iterator[Deed]:
    if start.major < V9:
        yield Deed(text=f"Start the upgrade to {release}.")
        return
    buttons = ("Begin Upgrade", "Continue", "Confirm & Start Upgrade")
    yield Deed(text=f"Start the upgrade to {release}.", buttons=buttons)
    if not start.older_than(WITHOUT_SCREEN):
        there = ("Precheck", "Upgrade now")
        yield Deed(text="Where VCF Operations manages this manager, start it there instead.", buttons=there)


def _pages(start: Version) -> tuple[str, ...]:
    return ("Administration", "System Management", "Upgrade") if start.major >= V9 else ("Administration", "Upgrade")


UPDATES = ("Administration", "System Updates", "Local HCX", "Available Service Update Versions", "Check for Updates")


def _on_console(hop: Hop, manager: Manager, start: Version) -> Iterator[Deed]:
    """Port 9443 of a private cloud's manager is the provider's; of a 9.x console no public text gives the words."""
    yield Deed(text=f"Open {service_address(manager)} and log in as cloudadmin@vsphere.local.")
    if start.major >= V9:
        yield Deed(text="No public text says which buttons a customer has here in 9.x: ask by a support ticket.")
        return
    yield Deed(text="Open the page of updates.", buttons=UPDATES)
    yield Deed(text=f"Choose {hop.target.release} and upgrade.", buttons=("Select Service Update",))


def _afterwards(hop: Hop) -> Iterator[Deed]:
    release = hop.target.release
    yield Deed(
        text=f"Wait: the manager reboots, and its services come back minutes later. At most {took(hop.answer.budget)}."
    )
    yield Deed(text=f"Log in again and read the version: it must be {release}. Write down the time.")


# --- a mesh -----------------------------------------------------------------------------------------------------------


def words_of_mesh(seen: Version) -> tuple[str, ...]:
    """How sure the words of its screens are."""
    return (INFERRED_MESH_9 if seen.known and seen.major >= V9 else DOCUMENTED_4,)


def open_mesh(task: MeshTask, initiator: Manager) -> Deed:
    """Where all work on a mesh begins."""
    return Deed(
        text=f"At the source site only: open {service_address(initiator)}, or HCX in the vSphere Client, and log in. "
        "Open the appliances of the mesh.",
        buttons=("Interconnect", "Service Mesh", task.name, "View Appliances"),
    )


def for_appliance(task: MeshTask, item: ApplianceUpgrade) -> Iterator[Deed]:
    """What to do for one appliance; its peer goes with it."""
    release = task.target.release
    yield Deed(text=f"Select {item.name}, and nothing else.", buttons=("Update Appliance",))
    yield Deed(
        text=f"See that it goes from Current {item.source.shown} to Available {release}. Without the button there is "
        "nothing to update: stop and call."
    )
    mode = MODES.get(item.mode.mode)
    if item.kind is ApplianceKind.NETWORK_EXTENSION and mode:
        yield Deed(text="Choose the mode.", buttons=(mode,))
    yield Deed(text="Start it, and follow it.", buttons=("Update", "Tasks"))
    if item.mode.mode is ApplianceMode.HA_GROUP:
        back = "It does not switch back: swapped roles are a success."
        yield Deed(text=f"HCX upgrades the standby, switches over and upgrades the other. {back}")
    until = f"Wait until Current is {release} and the tunnel shows Tunnel Up, at most {took(item.back.budget)}"
    yield Deed(text=f"{until}. {_then(task, item)}")


def _then(task: MeshTask, item: ApplianceUpgrade) -> str:
    """When the next one may be started: the last of a round is waited for together with all of it."""
    together = [one.name for one in task.round_of(item.upgrade.id)]
    beside = listed([name for name in together if name != item.name])
    if item.name != together[-1]:
        return f"Meanwhile start {together[together.index(item.name) + 1]}."
    return f"Only then, and when the same is true of {beside}, go on." if beside else "Only then go on."


def by_hand(task: MeshTask) -> Iterator[Deed]:
    """Gateways that never show an update, after the others."""
    for one in task.by_hand:
        yield Deed(text=f"Last: select {one.name}, which never shows an update.", buttons=("Redeploy",))


def mode_rows(task: MeshTask) -> Iterator[tuple[str, ...]]:
    """Every appliance in its order, with its mode and the reason."""
    for number, item in enumerate(task.appliances, 1):
        way = f"{item.source.shown} → {task.target.shown}"
        mode = MODES.get(item.mode.mode, item.mode.mode.value)
        yield str(number), item.name, way, mode, item.mode.reason or NOTHING
    for number, one in enumerate(task.by_hand, len(task.appliances) + 1):
        yield str(number), one.name, NOTHING, "Redeploy", one.mode.reason or NOTHING
