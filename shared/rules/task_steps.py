"""The steps of a task, worded as an operator would say them, in the order of docs/procedure.md."""

from datetime import timedelta

from shared.model.facts import Appliance
from shared.model.ne_mode import ModeChoice
from shared.model.plan import (
    ApplianceUpgrade,
    ByHand,
    CancelClass,
    Estimate,
    Hop,
    Requirement,
    Safeguard,
    Step,
    StepKind,
)
from shared.model.policy import Owner, Patience
from shared.model.record import record
from shared.model.version import Version

LOOKING = timedelta(minutes=30)
"""Observing and checking: seconds of work; the rest is patience with a manager that just starts."""

ANSWERING = timedelta(hours=3)
"""From the start of an upgrade until the manager answers with its new version. Public figures speak of half an hour and
of services that come back minutes later (weak sources); a slow appliance was seen to need far more, and giving up early
would report a failure that is none."""

SNAPSHOT = timedelta(hours=2)
"""A snapshot of ours, until it is seen. A run command has half an hour by itself (Microsoft's guidelines for their
authors), and one more shows what is there; the rest is patience."""

CONVERGING = timedelta(hours=2)
"""Until services, pairs and meshes are back after the manager answers."""

APPLIANCE = timedelta(hours=2)
"""One appliance pair; public figures speak of 15 to 20 minutes a mesh (weak sources)."""


def patience_for(owner: Owner, patience: Patience, ours: timedelta) -> timedelta:
    """How long a step may take: our own limit, or the policy's patience with others."""
    return {Owner.OURS: ours, Owner.PROVIDER: patience.provider, Owner.ASSISTED: patience.person}[owner]


@record
class Way:
    """One version change, as far as it is the same for everybody."""

    source: Version
    target: Version
    requires: tuple[Requirement, ...]
    takes: Estimate


def manager_hop(name: str, way: Way, owner: Owner, patience: Patience) -> Hop:
    """One version change of one manager."""
    to = way.target.release
    # Bundles are never streamed by us: even for a task of ours, a person puts the bundle there.
    staging = patience_for(Owner.ASSISTED if owner is Owner.OURS else owner, patience, patience.person)
    return Hop(
        source=way.source,
        target=way.target,
        requires=way.requires,
        takes=way.takes,
        stage=Step(
            id=f"stage:{to}",
            kind=StepKind.STAGE,
            title=f"Have the {to} bundle on {name}",
            owner=owner,
            cancel=CancelClass.SAFE_NOW,
            budget=staging,
        ),
        upgrade=Step(
            id=f"upgrade-manager:{to}",
            kind=StepKind.UPGRADE_MANAGER,
            title=f"{_start(owner)} the upgrade of {name} to {to}",
            owner=owner,
            cancel=CancelClass.PAST_RETURN if owner is Owner.OURS else CancelClass.SAFE_NOW,
            budget=patience_for(owner, patience, LOOKING),
        ),
        answer=Step(
            id=f"answer:{to}",
            kind=StepKind.ANSWER,
            title=f"Wait until {name} answers again with {to}",
            owner=owner,
            cancel=CancelClass.PAST_RETURN,
            budget=ANSWERING,
        ),
        verify=Step(
            id=f"verify-manager:{to}",
            kind=StepKind.VERIFY_MANAGER,
            title=f"Verify version {to} and the services of {name}",
            owner=owner,
            cancel=CancelClass.AFTER_THIS_STEP,
            budget=CONVERGING,
        ),
    )


def _start(owner: Owner) -> str:
    return {
        Owner.OURS: "Start",
        Owner.PROVIDER: "Wait for the provider to do",
        Owner.ASSISTED: "Have a person at the site do",
    }[owner]


@record
class Change:
    """What is decided of one appliance before its steps are written."""

    appliance: Appliance
    target: Version
    together: tuple[str, ...]
    networks: int
    mode: ModeChoice
    takes: Estimate
    round: int = 0
    """Number of its round; 0 as long as that is not decided."""


def appliance_upgrade(change: Change, owner: Owner, patience: Patience) -> ApplianceUpgrade:
    """One appliance with its peers. The ledger knows a change by its step, so the id names the version it is to."""
    appliance = change.appliance
    name, to = appliance.name, change.target.release
    return ApplianceUpgrade(
        appliance_id=appliance.id,
        name=name,
        kind=appliance.kind,
        source=appliance.version,
        peers=tuple(sorted(appliance.peers)),
        together=change.together,
        round=change.round,
        networks=change.networks,
        mode=change.mode,
        takes=change.takes,
        upgrade=Step(
            id=f"upgrade-appliance:{name}:{to}",
            kind=StepKind.UPGRADE_APPLIANCE,
            title=f"{_start(owner)} the upgrade of {name} and its peer to {to}",
            owner=owner,
            cancel=CancelClass.PAST_RETURN if owner is Owner.OURS else CancelClass.SAFE_NOW,
            budget=patience_for(owner, patience, LOOKING),
        ),
        back=Step(
            id=f"appliance-back:{name}:{to}",
            kind=StepKind.APPLIANCE_BACK,
            title=f"Wait until {name} and its peer are back",
            owner=owner,
            cancel=CancelClass.PAST_RETURN,
            budget=APPLIANCE,
        ),
        verify=Step(
            id=f"verify-appliance:{name}:{to}",
            kind=StepKind.VERIFY_APPLIANCE,
            title=f"Verify versions and tunnels of {name} and its peer",
            owner=owner,
            cancel=CancelClass.AFTER_THIS_STEP,
            budget=CONVERGING,
        ),
    )


def by_hand(gateway: Appliance, target: Version, mode: ModeChoice, patience: Patience) -> ByHand:
    """A gateway, which a person redeploys whoever owns the mesh: no update reaches it, and nothing asks for that."""
    name, to = gateway.name, target.release
    return ByHand(
        appliance_id=gateway.id,
        name=name,
        mode=mode,
        redeploy=Step(
            id=f"redeploy-gateway:{name}:{to}",
            kind=StepKind.REDEPLOY_GATEWAY,
            title=f"{_start(Owner.ASSISTED)} the redeployment of {name} at {to}",
            owner=Owner.ASSISTED,
            cancel=CancelClass.SAFE_NOW,
            budget=patience.person,
        ),
    )


def protect(name: str, owner: Owner, snapshot: Safeguard) -> Step:
    """The step that makes sure of the way back: looking it up takes no time, a snapshot of ours takes some."""
    if snapshot is Safeguard.NONE:
        return single(StepKind.PROTECT, f"Know the way back of {name}", owner)
    return single(StepKind.PROTECT, f"Take a snapshot of {name} and know its way back", owner, SNAPSHOT)


def single(kind: StepKind, title: str, owner: Owner, budget: timedelta = LOOKING) -> Step:
    """A step that occurs once in its task and changes nothing."""
    return Step(id=kind.value, kind=kind, title=title, owner=owner, cancel=CancelClass.SAFE_NOW, budget=budget)
