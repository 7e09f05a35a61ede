"""docs/operations.md has an entry for every control and for every way in which a change stops."""

import re
from pathlib import Path

import pytest

from orchestrators.waiting import PATIENCE_ENDS
from shared.model.command import CommandKind
from shared.model.waiting import WaitingFor
from shared.rules import mode_now
from shared.rules.admitting.held_back import REJECTED, SOAK
from shared.rules.retrying import NOT_RETRIED
from tests.docs.stops import reasons_of_stops

PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
ENDS_OF_ADMISSION = {
    WaitingFor.DEPENDENCY.value,
    WaitingFor.APPROVAL.value,
    WaitingFor.BUDGET.value,
    REJECTED,
    SOAK,
    NOT_RETRIED,
}
PASSED_OVER = {mode_now.MODE, mode_now.NETWORKS, mode_now.DISAGREE, mode_now.GONE, mode_now.UNREAD}
ROWS = re.compile(r"^\| \*\*(.+?)\*\* \|", re.MULTILINE)


def entries(heading: str) -> dict[str, list[str]]:
    """The entries below a heading of the second level: the bold words that begin their rows, by each title."""
    part = re.split(rf"^## {re.escape(heading)}$", PAGE, flags=re.MULTILINE)[1]
    part = re.split(r"^## ", part, maxsplit=1, flags=re.MULTILINE)[0]
    found = re.split(r"^### (.+)$", part, flags=re.MULTILINE)[1:]
    return {title: ROWS.findall(body) for title, body in zip(found[::2], found[1::2], strict=True)}


def titles(heading: str) -> set[str]:
    """Every word that has an entry below a heading."""
    return {word for title in entries(heading) for word in title.split(", ")}


def test_every_control_has_its_entry() -> None:
    """Whoever may give a command finds what to expect of it."""
    assert titles("Controls") == {*CommandKind, "retry"}


def test_every_stop_has_its_entry() -> None:
    """Every reason that an orchestrator, the ledger or admission ends a task for is explained, and nothing else is."""
    assert (
        titles("When something stops") - {"drift"}
        == reasons_of_stops() | set(PATIENCE_ENDS.values()) | ENDS_OF_ADMISSION | PASSED_OVER
    )


@pytest.mark.parametrize("heading", ["Controls", "When something stops", "When hcx-fleet itself is in trouble"])
def test_every_entry_says_what_to_do(heading: str) -> None:
    """An entry of a guide says what is seen or expected, and what comes next."""
    for title, rows in entries(heading).items():
        assert {"What to do", "Then", "Does not count", "Refused", "Expect"} & set(rows), title
        assert len(rows) > 1, title
