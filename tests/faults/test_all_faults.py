"""Every named fault has a test of what hcx-fleet does about it, or is known to be out of its sight."""

from pathlib import Path

import pytest

from simulator.faults import FAULTS

TESTS = "".join(
    path.read_text("utf-8") for path in sorted(Path(__file__).parent.glob("test_*.py")) if path != Path(__file__)
)
OUT_OF_SIGHT = {
    "av64_container": "where appliances are deployed is not read",
    "snapshot_missing": "an upgrade that took no snapshot succeeds, and its sub-tasks are not looked through",
    "tunnel_up_no_traffic": "no probe of an extended network is sent",
    "cmdlet_missing": "tested where run commands are",
}
"""What nothing here can tell yet, and why."""


@pytest.mark.parametrize("name", [each.name for each in FAULTS])
def test_every_fault_has_a_test(name: str) -> None:
    """A fault is either tested for or listed as out of sight, never both and never neither."""
    assert (f'"{name}' in TESTS) != (name in OUT_OF_SIGHT)
