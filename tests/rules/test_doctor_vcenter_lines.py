"""What the doctor says of one look at a vCenter, from literals."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.model.vcenter import Alarm, MachineSeen, Plugin, VcenterFacts, VcenterGap, VcenterTask
from shared.model.version import Version
from shared.rules.doctor import Line, State, vcenter

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)
GIB = 2**30
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
WELL = VcenterFacts(
    observed_at=NOW,
    plugins=(Plugin(key="com.vmware.hybridity", version=Version("4.11.2.0"), heartbeat=NOW),),
    machine=MACHINE,
    tasks=(),
    alarms=(),
    missing_privileges=(),
)
CREATE = "VirtualMachine.State.CreateSnapshot"
CLONE = VcenterTask(id="1", description="VirtualMachine.clone", machine="hcx", user="x", running=True)
OLDER = Plugin(key="com.vmware.hybridity.dr", version=Version("4.10"), heartbeat=NOW)


def lines(seen: VcenterFacts, *, wanted: bool = True) -> dict[str, Line]:
    """The lines by their checks."""
    return {line.check: line for line in vcenter("vCenter of con", seen, snapshot_wanted=wanted)}


def test_all_is_well() -> None:
    """One good line for each check, and nothing to do."""
    found = lines(WELL)

    assert list(found) == ["machine", "snapshot", "privileges", "plug-ins", "alarms"]
    assert {(one.state, one.remedy) for one in found.values()} == {(State.OK, "")}


@pytest.mark.parametrize(
    ("change", "check", "detail"),
    [
        ({"machine": replace(MACHINE, chain=2)}, "snapshot", "2 snapshots in a row"),
        ({"machine": replace(MACHINE, free_bytes=None)}, "snapshot", "unknown space"),
        ({"tasks": (CLONE,)}, "snapshot", "VirtualMachine.clone by x is at work on hcx"),
        ({"missing_privileges": (CREATE,)}, "privileges", CREATE),
        ({"plugins": ()}, "plug-ins", "no witness"),
        ({"plugins": (*(WELL.plugins or ()), OLDER)}, "plug-ins", "4.10, 4.11.2.0"),
        ({"alarms": (Alarm(name="Fan", entity="host-1", status="red", since=NOW),)}, "alarms", "red: Fan on host-1"),
    ],
)
def test_what_to_look_at(change: dict[str, object], check: str, detail: str) -> None:
    """What somebody has to look at is a warning with what to do, and only that check warns."""
    found = lines(replace(WELL, **change))  # type: ignore[arg-type]

    assert [one.check for one in found.values() if one.state is State.WARNING] == [check]
    assert detail in found[check].detail
    assert found[check].remedy


def test_a_yellow_alarm_is_borne() -> None:
    """Only what is red is told."""
    seen = replace(WELL, alarms=(Alarm(name="Fan", entity="host-1", status="yellow", since=NOW),))

    assert lines(seen)["alarms"].state is State.OK


def test_privileges_that_nothing_needs_are_named_and_no_trouble() -> None:
    """Where fleet.yaml asks for no snapshots there, an account that may only look is right."""
    line = lines(replace(WELL, missing_privileges=(CREATE,)), wanted=False)["privileges"]

    assert (line.state, CREATE in line.detail) == (State.OK, True)


def test_a_part_that_was_not_seen_is_a_failure_with_its_remedy() -> None:
    """A gap is told as it is; what depends on the machine is said to be left out."""
    gap = VcenterGap(part="machine", reason="machine-not-found", detail="2 machines", remedy="see which one")
    found = lines(replace(WELL, machine=None, missing_privileges=None, gaps=(gap,)))

    assert (found["machine"].state, found["machine"].remedy) == (State.FAILED, "see which one")
    assert found["privileges and snapshot"].state is State.NOT_CHECKED
