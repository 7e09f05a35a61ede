"""What safety costs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHARE_MAX = 0.15


@pytest.mark.scale
@pytest.mark.timeout(900)
def test_ledger_and_journal_cost_little_of_a_run(capsys: pytest.CaptureFixture[str]) -> None:
    """In lockstep, where waiting costs nothing, at most 15 % of a run of the demo's world are ledger and journal."""
    command = [sys.executable, "-m", "tests.chaos.ledger_cost"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=880, check=False)  # noqa: S603 -- ours
    assert done.returncode == 0, done.stderr[-3000:]
    cost = json.loads(done.stdout)
    share = cost["ledgerAndJournal"] / cost["run"]
    with capsys.disabled():
        sys.stdout.write(f"\nledger and journal: {share:.1%} of {cost['run']:.0f} s, {cost['entries']} entries\n")
    assert cost["entries"] > 0
    assert share <= SHARE_MAX
