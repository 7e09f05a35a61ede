"""Every named fault has a test of what hcx-fleet does about it, or is known to be out of its sight."""

from pathlib import Path

import pytest

from simulator.faults import FAULTS

FOLDERS = Path(__file__).parent, Path(__file__).parents[1] / "vsphere"
"""Faults of vCenters are tested where a vCenter can be had."""
TESTS = "".join(
    path.read_text("utf-8") for folder in FOLDERS for path in sorted(folder.glob("test_*.py")) if path != Path(__file__)
)
OUT_OF_SIGHT: dict[str, str] = {}
"""What nothing here can tell yet, and why."""


@pytest.mark.parametrize("name", [each.name for each in FAULTS])
def test_every_fault_has_a_test(name: str) -> None:
    """A fault is either tested for or listed as out of sight, never both and never neither."""
    assert (f'"{name}' in TESTS) != (name in OUT_OF_SIGHT)
