"""A desk for activities: a real store in a folder; Azure, policy and clock say what a test gives them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from shared.model.confirmation import Confirmations
from shared.model.inventory import (
    CloudDetails,
    Maintenance,
    MaintenancesSeen,
    PrivateCloud,
    SubscriptionSeen,
    SubscriptionState,
    Unread,
)
from shared.model.policy import Policy
from shared.model.run import Run, RunKind, RunRequest, RunState, RunTrigger
from shared.policy.problems import PolicyInvalidError
from shared.ports import Ports
from shared.store.sqlite import SqliteStore
from tests.builders.fleet_facts import NOTHING_CONFIRMED, NOW, policy, private_cloud

READ = SubscriptionSeen(id="sub-1", name="one", state=SubscriptionState.READ)


class Hands:
    """The clock, Azure and the configuration in one; what each says may be changed between two calls."""

    def __init__(self) -> None:
        self.time = NOW
        self.clouds: tuple[PrivateCloud, ...] = (private_cloud("pc"),)
        self.subscription = READ
        self.wanted: Policy | None = policy()
        self.maintenances: tuple[Maintenance, ...] = ()
        self.unread: tuple[Unread, ...] = ()
        self.reads = 0
        """How often a subscription was read."""

    def now(self) -> datetime:
        """The time."""
        return self.time

    def wait_until(self, at: datetime) -> bool:
        """Time jumps there."""
        self.time = max(self.time, at)
        return True

    def later(self, by: timedelta) -> None:
        """Let time pass."""
        self.time += by

    def subscriptions(self, wanted: Sequence[str]) -> tuple[SubscriptionSeen, ...]:
        """The one subscription."""
        del wanted
        return (self.subscription,)

    def private_clouds(self, subscription: SubscriptionSeen) -> tuple[SubscriptionSeen, tuple[PrivateCloud, ...]]:
        """Its private clouds, if it can be read."""
        del subscription
        self.reads += 1
        readable = self.subscription.state is SubscriptionState.READ
        return self.subscription, self.clouds if readable else ()

    def details(self, clouds: Sequence[PrivateCloud]) -> tuple[tuple[CloudDetails, ...], tuple[Maintenance, ...]]:
        """What belongs to its private clouds."""
        return tuple(
            CloudDetails(cloud_resource_id=one.resource_id, unread=self.unread) for one in clouds
        ), self.maintenances

    def maintenances_of(self, clouds: Sequence[PrivateCloud]) -> tuple[MaintenancesSeen, ...]:
        """Maintenances alone."""
        unread = next(iter(self.unread), None)
        return tuple(
            MaintenancesSeen(
                cloud_resource_id=one.resource_id,
                maintenances=tuple(each for each in self.maintenances if each.cloud_resource_id == one.resource_id),
                unread=unread,
            )
            for one in clouds
        )

    def policy(self) -> Policy:
        """The file as it is now; None stands for one that cannot be used."""
        if self.wanted is None:
            raise PolicyInvalidError(["fleet.yaml:1: broken"])
        return self.wanted

    def confirmations(self) -> Confirmations:
        """None at all."""
        return NOTHING_CONFIRMED


def ports_of(hands: Hands, folder: Path) -> Ports:
    """Ports over these hands; nothing in these tests calls HCX, secrets or reports."""
    nothing: Any = None
    return Ports(
        clock=hands,
        secrets=nothing,
        azure=hands,
        hcx=nothing,
        store=SqliteStore(folder / "fleet.sqlite"),
        reports=nothing,
        configuration=hands,
    )


def asked(ports: Ports, kind: RunKind = RunKind.UPGRADE, cloud: str | None = None, run: str = "r") -> RunRequest:
    """A run that somebody asked for, on record."""
    request = RunRequest(
        id=run, kind=kind, trigger=RunTrigger.HTTP, requested_by="ana", requested_at=NOW, private_cloud=cloud
    )
    ports.store.put_run(Run(request=request, state=RunState.NOT_STARTED))
    return request
