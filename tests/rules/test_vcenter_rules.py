"""What vCenter's facts mean."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.model.vcenter import (
    Alarm,
    MachineSeen,
    PinnedMachine,
    Plugin,
    Room,
    VcenterFacts,
    VcenterGap,
    VcenterTask,
)
from shared.model.version import Version
from shared.rules.vcenter import (
    Witness,
    new_alarms,
    pinned,
    room_for_one_more,
    same_machine,
    snapshot_doubts,
    snapshot_obstacles,
    witness,
)

GIB = 2**30
AT = datetime(2026, 11, 24, tzinfo=UTC)
SOURCE, TARGET = Version("4.11.2"), Version("4.11.4")
MACHINE = MachineSeen(
    reference="vm-36",
    instance_uuid="5001",
    name="hcx",
    snapshots=(),
    chain=0,
    consolidation_needed=False,
    independent_disks=0,
    provisioned_bytes=60 * GIB,
    free_bytes=500 * GIB,
)


PINNED = PinnedMachine(reference="vm-36", instance_uuid="5001", name="hcx")


def seen(**parts: Any) -> VcenterFacts:
    """A look that saw a sound machine, and whatever a test says otherwise."""
    usual = VcenterFacts(observed_at=AT, machine=MACHINE, tasks=(), missing_privileges=())
    return replace(usual, **parts)


def gap(part: str) -> VcenterGap:
    """That a part could not be observed."""
    return VcenterGap(part=part, reason="refused", detail=f"{part} broke", remedy=f"mend {part}")


def plugins(*versions: str) -> tuple[Plugin, ...]:
    """Plug-ins of these versions."""
    return tuple(
        Plugin(key=f"com.vmware.hybridity.{index}", version=Version(text), heartbeat=None)
        for index, text in enumerate(versions)
    )


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (plugins("4.11.4.0", "4.11.4.0-24972695"), Witness.MOVED),
        (plugins("4.11.4.0", "4.11.2.0"), Witness.NOT_YET),
        (plugins("4.11.2.0", "4.11.2.0"), Witness.NOT_YET),
        (plugins("4.11.3.0"), Witness.NOT_YET),
        (plugins("9.0.0.0"), Witness.CONTRADICTS),
        (plugins("4.10.0.0"), Witness.CONTRADICTS),
        (plugins("4.11.4.0", "newest"), Witness.CONTRADICTS),
        ((), Witness.NOT_OBSERVED),
        (None, Witness.NOT_OBSERVED),
    ],
)
def test_plugins_are_a_witness(found: tuple[Plugin, ...] | None, says: Witness) -> None:
    """All of them at the target is an upgrade; fewer is not yet; anything outside of the hop contradicts it."""
    assert witness(found, SOURCE, TARGET) is says


def test_only_new_red_alarms_count() -> None:
    """What was red before the change, and what is yellow, is nobody's news."""
    red = Alarm(name="tunnel", entity="hcx", status="red", since=AT)
    yellow = replace(red, name="space", status="yellow")
    worse = replace(yellow, status="red")

    assert new_alarms([red, yellow], [red, yellow]) == ()
    assert new_alarms([red, yellow], [red, worse]) == (worse,)
    assert new_alarms([], [red]) == (red,)


def test_a_machine_under_the_same_name_is_another_machine() -> None:
    """Reference and instance id both have to be those that were pinned."""
    assert same_machine(PINNED, replace(MACHINE, name="renamed", chain=1))
    assert not same_machine(PINNED, replace(MACHINE, reference="vm-37"))
    assert not same_machine(PINNED, replace(MACHINE, instance_uuid="5002"))


def test_what_was_seen_is_pinned() -> None:
    """A machine that was not seen, or shows no id of its own, cannot be known again."""
    assert pinned(seen()) == PINNED
    assert pinned(seen(machine=None)) is None
    assert pinned(seen(machine=replace(MACHINE, instance_uuid=""))) is None
    assert pinned(None) is None


def test_a_sound_look_leaves_no_doubt() -> None:
    """Everything was seen and nothing stands in the way; gaps of other parts say nothing of snapshots."""
    assert snapshot_doubts(seen()) == ()
    assert snapshot_doubts(seen(gaps=(gap("alarms"),))) == ()


@pytest.mark.parametrize(
    ("look", "words"),
    [
        (None, ["was not asked"]),
        ({"machine": None, "gaps": ("vcenter",)}, ["vcenter broke"]),
        ({"machine": None, "gaps": ("machine", "alarms")}, ["machine broke"]),
        ({"tasks": None, "gaps": ("tasks",)}, ["tasks broke"]),
        ({"missing_privileges": None, "gaps": ("missing_privileges",)}, ["missing_privileges broke"]),
        ({"missing_privileges": ("A.B",), "machine": replace(MACHINE, chain=2)}, ["has not A.B on hcx", "in a row"]),
        ({"machine": replace(MACHINE, instance_uuid="")}, ["no instance id of hcx"]),
    ],
)
def test_what_stood_in_the_way_or_was_not_seen_is_a_doubt(look: dict[str, Any] | None, words: list[str]) -> None:
    """Each is said by itself, in order, with what to do about it."""
    doubts = snapshot_doubts(None if look is None else seen(**look | {"gaps": tuple(map(gap, look.get("gaps", ())))}))

    assert len(doubts) == len(words)
    assert all(word in detail and remedy for word, (detail, remedy) in zip(words, doubts, strict=True))


@pytest.mark.parametrize(
    ("machine", "word"),
    [
        (replace(MACHINE, chain=2), "in a row"),
        (replace(MACHINE, consolidation_needed=True), "consolidation"),
        (replace(MACHINE, consolidation_needed=None), "nobody knows"),
        (replace(MACHINE, independent_disks=1), "independent"),
        (replace(MACHINE, free_bytes=65 * GIB), "65 GiB free, 66 GiB are wanted"),
        (replace(MACHINE, free_bytes=None), "unknown space"),
    ],
)
def test_every_obstacle_is_said_with_its_remedy(machine: MachineSeen, word: str) -> None:
    """A machine with one thing wrong has exactly one obstacle."""
    found = snapshot_obstacles(machine, (), ())

    assert len(found) == 1
    assert word in found[0][0]
    assert found[0][1]


def test_a_sound_machine_has_no_obstacle() -> None:
    """One snapshot, room, and only the tasks of others elsewhere."""
    task = VcenterTask(id="t", description="VirtualMachine.relocate", machine="other", user="x", running=True)

    assert snapshot_obstacles(replace(MACHINE, chain=1), [task], ()) == ()
    assert len(snapshot_obstacles(MACHINE, [replace(task, machine="hcx")], ["A.B"])) == 2


@pytest.mark.parametrize(
    ("room", "fits"),
    [
        (Room(hosts=2, hosts_in_maintenance=1, free_bytes=70 * GIB, largest_appliance_bytes=60 * GIB), True),
        (Room(hosts=2, hosts_in_maintenance=2, free_bytes=70 * GIB, largest_appliance_bytes=60 * GIB), False),
        (Room(hosts=2, hosts_in_maintenance=0, free_bytes=65 * GIB, largest_appliance_bytes=60 * GIB), False),
        (Room(hosts=2, hosts_in_maintenance=0, free_bytes=65 * GIB, largest_appliance_bytes=None), None),
    ],
)
def test_room_for_one_more(room: Room, *, fits: bool | None) -> None:
    """A tenth more than the largest appliance, and a host that takes it; unknown sizes stay unknown."""
    assert room_for_one_more(room) is fits
