"""Waivers of checks: one that could never let anything pass is an error with its line."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.checks import CHECKS, WAIVABLE
from shared.policy.lint import lint

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)
HEAD = """\
apiVersion: hcxfleet/v1
kind: Fleet
metadata: {name: demo}
target: {version: "4.11.4"}
budget: {maxFailed: 1}
"""


def said(folder: Path, check: str) -> list[str]:
    """What is said of a file that waives this check."""
    path = folder / "fleet.yaml"
    path.write_text(f"{HEAD}waivers: [{{check: {check}, subject: c, owner: ann, reason: seen, until: 2026-12-31}}]\n")
    return [f"{one.severity}: {one.text.replace(str(path), path.name)}" for one in lint(path, NOW, WAIVABLE)]


@pytest.mark.parametrize("check", ["peer-not-observed", "tunnels-up", "backup-known"])
def test_a_check_that_can_be_waived(tmp_path: Path, check: str) -> None:
    """Nothing is said of it."""
    assert said(tmp_path, check) == []


def test_a_check_that_cannot_be_waived(tmp_path: Path) -> None:
    """A hold beats everything, a waiver too."""
    assert said(tmp_path, "not-held") == [
        "error: fleet.yaml:6: waivers[0].check: not-held cannot be waived, so that this lets nothing pass"
    ]


def test_a_check_that_does_not_exist(tmp_path: Path) -> None:
    """A misspelt waiver is found when the file is written, and not in the night of the upgrade."""
    (told,) = said(tmp_path, "tunnel-up")

    assert told.startswith("error: fleet.yaml:6: waivers[0].check: there is no check tunnel-up: ")


def test_the_list_is_the_checks() -> None:
    """Every check is known, with what it says of itself."""
    assert {check.id: check.waivable for check in CHECKS} == WAIVABLE
