"""The configuration port on two files: a change counts at the next call."""

import shutil
from pathlib import Path

import pytest

from shared.policy import FileConfiguration, PolicyInvalidError
from shared.ports import Configuration

POLICY = 'apiVersion: hcxfleet/v1\nkind: Fleet\nmetadata: {name: demo}\ntarget: {version: "4.11.4"}\n'
ENTRY = (
    "entries:\n"
    f"  - {{route: upgrade-manager-4x, generation: 4.x, call: POST /api/admin/upgrade, trust: '{'ab' * 32}', "
    "evidence: seen, author: us, confirmedOn: 2026-11-24}\n"
)


def test_is_the_port(tmp_path: Path) -> None:
    """Both files are read through the port."""
    (tmp_path / "fleet.yaml").write_text(POLICY)
    configuration: Configuration = FileConfiguration(tmp_path / "fleet.yaml")

    assert configuration.policy().name == "demo"
    assert configuration.confirmations().entries == ()


def test_change_counts(tmp_path: Path) -> None:
    """A changed policy is the policy from the next call on, an unchanged one is not read twice."""
    path = tmp_path / "fleet.yaml"
    path.write_text(POLICY)
    configuration = FileConfiguration(path)
    first = configuration.policy()

    again = configuration.policy()
    path.write_text(POLICY.replace("demo", "omed"))  # as long as before, and within the same tick

    assert again is first
    assert configuration.policy().name == "omed"


def test_errors_come_and_go(tmp_path: Path) -> None:
    """An error is said for as long as it is there, and the old content does not stand in for it."""
    path = tmp_path / "fleet.yaml"
    path.write_text(POLICY)
    configuration = FileConfiguration(path)
    configuration.policy()
    path.write_text(POLICY.replace("kind", "kynd"))

    for _ in range(2):
        with pytest.raises(PolicyInvalidError):
            configuration.policy()
    path.write_text(POLICY)

    assert configuration.policy().name == "demo"


def test_policy_taken_away(tmp_path: Path) -> None:
    """A policy that is gone is an error that says so."""
    path = tmp_path / "fleet.yaml"
    path.write_text(POLICY)
    configuration = FileConfiguration(path)
    configuration.policy()
    path.unlink()

    with pytest.raises(PolicyInvalidError, match=r"fleet\.yaml: cannot be read"):
        configuration.policy()


def test_confirmations_taken_away(tmp_path: Path) -> None:
    """Confirmations that are taken away confirm nothing from the next call on, and count again when they are back."""
    path = tmp_path / "confirmations.yaml"
    path.write_text(ENTRY)
    configuration = FileConfiguration(tmp_path / "fleet.yaml", path)
    seen = [len(configuration.confirmations().entries)]

    shutil.move(path, tmp_path / "away")
    seen.append(len(configuration.confirmations().entries))
    shutil.move(tmp_path / "away", path)
    seen.append(len(configuration.confirmations().entries))

    assert seen == [1, 0, 1]


def test_changed_calendar_counts(tmp_path: Path) -> None:
    """A calendar beside the policy is looked at as the policy itself: appearing, changed and gone it counts."""
    path, calendar = tmp_path / "fleet.yaml", tmp_path / "board.ics"
    path.write_text(POLICY + "freezes: [{name: board, ics: board.ics, reason: asked, owner: ann}]\n")
    event = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART;VALUE=DATE:20261224\nEND:VEVENT\nEND:VCALENDAR\n"
    configuration = FileConfiguration(path)
    seen = [configuration.policy()]
    for content in (event, event, event.replace("24", "25"), None):
        calendar.write_text(content) if content else calendar.unlink()
        seen.append(configuration.policy())

    assert [[span.start.day for span in one.freezes[0].spans] for one in seen] == [[], [24], [24], [25], []]
    assert [bool(one.freezes[0].unreadable) for one in seen] == [True, False, False, False, True]
    assert seen[1] is seen[2]
    assert (seen[0].hash, len({one.hash for one in seen})) == (seen[4].hash, 3)
