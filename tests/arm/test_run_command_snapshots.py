"""Snapshots of cloud managers by run command, against the simulated world: over TLS, as an identity of their own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from azure.identity import ManagedIdentityCredential

from shared import wiring
from shared.arm.connection import Connection
from shared.arm.run_command_allowed import Command, Parameter
from shared.arm.run_command_snapshots import RunCommandSnapshots
from shared.arm.run_commands import RunCommands
from shared.model.acts import Adopted, AskAgain, Refused, Started
from shared.model.inventory import Endpoint, Manager, ManagerKind
from shared.model.snapshots import SnapshotSeen, SnapshotState
from shared.ports import NoSnapshots, Snapshots
from shared.settings import Settings, read_settings
from simulator.loading import load
from simulator.running import running
from simulator.visitor import Visitor
from tests.builders.sending import at_once

NAME = "hcx-fleet run-1 manager:pc-1"
MINUTE = timedelta(minutes=1)
WORLD = """
start: 2026-11-24T06:00:00Z
arm: {{runCommandIdentity: {identity}}}
subscriptions: [{{name: sub-a}}]
clouds: [{{name: pc-1, subscription: sub-a, hcx: "4.11.2", runCommands: {trouble}}}]
"""


class Site:
    """One cloud in a world, and our way to its snapshots."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.settings: Settings = read_settings(visitor.settings)
        self.cloud = str(visitor.published["clouds"][0]["resource_id"])
        self.manager = Manager(
            id="pc-1",
            kind=ManagerKind.CLOUD_MANAGER,
            site="pc-1",
            endpoint=Endpoint(host="hcx.pc-1.test"),
            credentials="hcx-pc-1",
            cloud_resource_id=self.cloud,
        )
        self.snapshots: Snapshots = wiring.build(self.settings, self).run_command_snapshots

    def now(self) -> datetime:
        """World time: the clock that our part goes by."""
        return self.visitor.now

    def wait_until(self, at: datetime) -> bool:
        """Whether that has come; nobody sleeps by it."""
        return at <= self.now()

    def commands(self, client_id: str | None = None) -> RunCommands:
        """Run commands, of which nobody made snapshots yet."""
        return RunCommands(
            Connection(
                ManagedIdentityCredential(client_id=client_id) if client_id else ManagedIdentityCredential(),
                url=self.settings.arm_url,
                scope=self.settings.arm_scope,
                ca=self.settings.arm_ca,
                address=self.settings.arm_address,
            )
        )

    def seen(self, minutes: int = 20) -> SnapshotSeen:
        """How the snapshot stands once that is known, looked at every minute; the last look where it never is."""
        for _ in range(minutes):
            look = self.snapshots.seen(self.manager, NAME)
            if look.state not in {SnapshotState.MAKING, SnapshotState.REMOVING}:
                break
            self.visitor.advance(MINUTE)
        return look

    def take(self) -> SnapshotSeen:
        """Take it, and see it."""
        assert isinstance(self.snapshots.take(self.manager, NAME, at_once), Started)
        return self.seen()

    def remove(self) -> Any:
        """Remove it: asked for every minute until it is more than to be asked again."""
        for _ in range(20):
            act = self.snapshots.remove(self.manager, NAME, at_once)
            if not isinstance(act, AskAgain):
                return act
            self.visitor.advance(MINUTE)
        return act

    def somebody_takes(self, description: str) -> None:
        """Somebody else who may takes a snapshot."""
        commands = self.commands(self.settings.executor_client_id)
        act = commands.start(
            self.cloud, "snapshot-by-hand", Command.TAKE, {Parameter.DESCRIPTION: description}, at_once
        )
        assert isinstance(act, Started)
        self.visitor.advance(10 * MINUTE)

    def cmdlets(self) -> list[str]:
        """Every cmdlet that somebody asked to start, in order."""
        return [str(one["body"]["cmdlet"]) for one in self.visitor.truth()["mutations"]]

    def there(self) -> list[str]:
        """Descriptions of the snapshots that are there in truth."""
        return [str(one["description"]) for one in self.visitor.truth()["snapshots"] if one["gone"] is None]


type Found = Callable[..., Site]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Found]:
    """Serve a world and stand before its cloud."""
    with ExitStack() as leave:

        def start(trouble: str = "usual", *, identity: bool = True) -> Site:
            (tmp_path / "world.yaml").write_text(
                WORLD.format(trouble=trouble, identity=str(identity).lower()), encoding="utf-8"
            )
            published = leave.enter_context(running(load(tmp_path / "world.yaml"), tmp_path / "out"))
            visitor = leave.enter_context(Visitor(published))
            for name in ("IDENTITY_ENDPOINT", "IDENTITY_HEADER"):
                monkeypatch.setenv(name, visitor.settings[name])
            return Site(visitor)

        yield start


# --- the whole way ----------------------------------------------------------------------------------------------------


def test_a_snapshot_is_taken_seen_and_removed(site: Found) -> None:
    """Each cmdlet is started when it is needed and no oftener, and at the end nothing of ours is there."""
    here = site()

    taken = here.take()
    between = here.there()
    removal = here.remove()
    at_last = here.seen()

    assert (taken.state, between) == (SnapshotState.THERE, [NAME])
    assert taken.made_at is not None
    assert isinstance(removal, Started)
    assert (at_last.state, here.there()) == (SnapshotState.ABSENT, [])
    changes = [one for one in here.cmdlets() if one != Command.LIST]
    assert changes == [Command.TAKE, Command.REMOVE]
    assert here.cmdlets().count(Command.LIST) <= 3


def test_nothing_is_there_before_it_was_taken(site: Found) -> None:
    """A look at a snapshot that nobody asked for says so, and so does its removal; neither starts anything."""
    here = site()

    look, removal = here.snapshots.seen(here.manager, NAME), here.snapshots.remove(here.manager, NAME, at_once)

    assert look.state is SnapshotState.ABSENT
    assert isinstance(removal, Adopted)
    assert here.cmdlets() == []


def test_a_second_start_is_the_same_one(site: Found) -> None:
    """A host that was killed before it could record the first start adopts it, while it runs and when it is over."""
    here = site()
    here.snapshots.take(here.manager, NAME, at_once)

    running_still = Site(here.visitor).snapshots.take(here.manager, NAME, at_once)
    here.visitor.advance(10 * MINUTE)
    over = Site(here.visitor).snapshots.take(here.manager, NAME, at_once)

    assert isinstance(running_still, Adopted)
    assert isinstance(over, Adopted)
    assert here.cmdlets() == [Command.TAKE]


def test_a_second_removal_is_the_same_one(site: Found) -> None:
    """Removing is started once, whoever asks again."""
    here = site()
    here.take()
    here.remove()

    again = Site(here.visitor).snapshots.remove(here.manager, NAME, at_once)

    assert isinstance(again, Adopted)
    assert here.cmdlets().count(Command.REMOVE) == 1


def test_it_goes_away_by_itself(site: Found) -> None:
    """After 72 hours a later look shows that it is gone, and there is nothing to remove."""
    here = site()
    here.take()
    here.visitor.advance(timedelta(hours=73))

    look, removal = here.seen(), here.remove()

    assert look.state is SnapshotState.ABSENT
    assert isinstance(removal, Adopted)
    assert Command.REMOVE not in here.cmdlets()


def test_snapshots_of_others_stay(site: Found) -> None:
    """Only the one that has exactly our description is removed."""
    here = site()
    here.somebody_takes(f"{NAME}0")
    here.take()

    here.remove()
    here.visitor.advance(10 * MINUTE)

    assert here.there() == [f"{NAME}0"]


def test_two_of_the_same_description_are_left_to_a_person(site: Found) -> None:
    """Nobody can tell which one is ours: nothing is sent."""
    here = site()
    here.somebody_takes(NAME)
    here.take()

    removal = here.remove()

    assert isinstance(removal, Refused)
    assert "2 snapshots" in removal.detail
    assert here.there() == [NAME, NAME]
    assert Command.REMOVE not in here.cmdlets()


# --- what goes wrong --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trouble", "reason", "told"),
    [("missing", "cmdlet-missing", "New-HCXManagerSnapshot"), ("wants-more", "cmdlet-changed", "TicketNumber")],
)
def test_a_package_that_changed_starts_nothing(site: Found, trouble: str, reason: str, told: str) -> None:
    """A cmdlet that is gone, or wants to be told what nobody knows, is refused, and nothing is sent."""
    here = site(trouble)

    act = here.snapshots.take(here.manager, NAME, at_once)

    assert isinstance(act, Refused)
    assert (act.reason, told in act.detail, bool(act.remedy)) == (reason, True, True)
    assert here.cmdlets() == []


def test_a_command_that_fails_is_told_with_its_reason(site: Found) -> None:
    """The execution says why, and so do we."""
    here = site("fails")

    look = here.take()

    assert look.state is SnapshotState.FAILED
    assert "could not be found" in look.detail


def test_a_slow_command_is_waited_for(site: Found) -> None:
    """For most of an hour it is being made; then a look, as slow as that, shows it."""
    here = site("slow")
    here.snapshots.take(here.manager, NAME, at_once)

    early = here.seen(minutes=5)
    here.visitor.advance(50 * MINUTE)
    listing = here.seen(minutes=5)
    here.visitor.advance(50 * MINUTE)
    late = here.seen(minutes=5)

    assert (early.state, listing.state) == (SnapshotState.MAKING, SnapshotState.MAKING)
    assert late.state is SnapshotState.THERE
    assert here.cmdlets().count(Command.TAKE) == 1


def test_a_success_without_a_snapshot_is_none(site: Found) -> None:
    """What a command says of itself is not enough: only what is listed is there."""
    assert site("nothing-made").take().state is SnapshotState.ABSENT


def test_a_list_in_other_words_is_unknown(site: Found) -> None:
    """It is neither there nor absent, and nothing is removed on such ground."""
    here = site("unreadable")

    look, removal = here.take(), here.remove()

    assert look.state is SnapshotState.UNKNOWN
    assert isinstance(removal, Refused)
    assert Command.REMOVE not in here.cmdlets()


def test_another_identity_may_not(site: Found) -> None:
    """The identity that reads everything else starts nothing; the refusal says which role is missing."""
    here = site()
    reader = RunCommandSnapshots(here.commands(), here)

    act = reader.take(here.manager, NAME, at_once)

    assert isinstance(act, Refused)
    assert "HCX_FLEET_EXECUTOR_CLIENT_ID" in act.remedy
    assert [one["status"] for one in here.visitor.truth()["mutations"]] == [403]
    assert here.there() == []


def test_as_delivered_there_is_no_such_identity(site: Found) -> None:
    """Without the setting nothing can be started, and everything says so."""
    here = site(identity=False)

    assert isinstance(here.snapshots, NoSnapshots)
    assert "HCX_FLEET_EXECUTOR_CLIENT_ID" in (here.snapshots.offered(here.manager) or "")
    assert isinstance(here.snapshots.take(here.manager, NAME, at_once), Refused)


def test_connectors_have_no_run_commands(site: Found) -> None:
    """Only private clouds have them, and a manager in none is told so."""
    here = site()
    connector = Manager(
        id="con-1",
        kind=ManagerKind.CONNECTOR,
        site="s",
        endpoint=Endpoint(host="hcx.con-1.test"),
        credentials="con-1-hcx",
    )

    assert here.snapshots.offered(here.manager) is None
    assert "con-1" in (here.snapshots.offered(connector) or "")
    assert isinstance(here.snapshots.take(connector, NAME, at_once), Refused)
    assert here.snapshots.seen(connector, NAME).state is SnapshotState.UNKNOWN
