"""The steps of a task, worded as an operator would say them, in the order of docs/procedure.md."""

from datetime import timedelta

from shared.model.facts import Appliance
from shared.model.plan import ApplianceUpgrade, CancelClass, Hop, Step, StepKind
from shared.model.policy import Owner, Patience
from shared.model.version import Version

LOOKING = timedelta(minutes=30)
"""Observing and checking: seconds of work; the rest is patience with a manager that just starts."""

ANSWERING = timedelta(hours=3)
"""From the start of an upgrade until the manager answers with its new version. Public figures speak of half an hour and
of services that come back minutes later (weak sources); a slow appliance was seen to need far more, and giving up early
would report a failure that is none."""

CONVERGING = timedelta(hours=2)
"""Until services, pairs and meshes are back after the manager answers."""

APPLIANCE = timedelta(hours=2)
"""One appliance pair; public figures speak of 15 to 20 minutes a mesh (weak sources)."""


def patience_for(owner: Owner, patience: Patience, ours: timedelta) -> timedelta:
    """How long a step may take: our own limit, or the policy's patience with others."""
    return {Owner.OURS: ours, Owner.PROVIDER: patience.provider, Owner.ASSISTED: patience.person}[owner]


def manager_hop(name: str, source: Version, target: Version, owner: Owner, patience: Patience) -> Hop:
    """One version change of one manager."""
    to = target.release
    # Bundles are never streamed by us: even for a task of ours, a person puts the bundle there.
    staging = patience_for(Owner.ASSISTED if owner is Owner.OURS else owner, patience, patience.person)
    return Hop(
        source=source,
        target=target,
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


def appliance_upgrade(appliance: Appliance, target: Version, owner: Owner, patience: Patience) -> ApplianceUpgrade:
    """One appliance with its peers. The ledger knows a change by its step, so the id names the version it is to."""
    name, to = appliance.name, target.release
    return ApplianceUpgrade(
        appliance_id=appliance.id,
        name=name,
        kind=appliance.kind,
        source=appliance.version,
        peers=tuple(sorted(appliance.peers)),
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


def single(kind: StepKind, title: str, owner: Owner, budget: timedelta = LOOKING) -> Step:
    """A step that occurs once in its task and changes nothing."""
    return Step(id=kind.value, kind=kind, title=title, owner=owner, cancel=CancelClass.SAFE_NOW, budget=budget)
