"""The confirmations file: what it becomes, when there are none, and its errors."""

from datetime import date
from pathlib import Path

import pytest

from shared.model.confirmation import Confirmation
from shared.policy import PolicyInvalidError
from shared.policy.confirmations import read_confirmations

PRINT = "ab" * 32

ONE = f"""\
entries:
  - route: upgrade-manager-4x
    generation: 4.x
    call: POST /api/admin/upgrade
    apiVersion: "1.2"
    trust: "{PRINT.upper()}"
    evidence: a request of the vendor's own page, recorded on a test system
    author: Operations
    confirmedOn: 2026-11-24
"""

OTHER = ONE.removeprefix("entries:\n").replace("upgrade-manager-4x", "upgrade-appliance")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the file is read."""
    return tmp_path / "confirmations.yaml"


def problems(path: Path, text: str) -> list[str]:
    """The errors in a file, without its folder."""
    path.write_text(text)
    with pytest.raises(PolicyInvalidError) as invalid:
        read_confirmations(path)
    return [problem.removeprefix(f"{path}:").strip() for problem in invalid.value.problems]


def test_one(path: Path) -> None:
    """An entry arrives as it was written, its fingerprint in the one notation that is compared."""
    path.write_text(ONE)

    read = read_confirmations(path)

    assert read.entries == (
        Confirmation(
            route="upgrade-manager-4x",
            generation="4.x",
            call="POST /api/admin/upgrade",
            trust=PRINT,
            evidence="a request of the vendor's own page, recorded on a test system",
            author="Operations",
            confirmed_on=date(2026, 11, 24),
            api_version="1.2",
        ),
    )
    assert read.covers("upgrade-manager-4x", "4.x", frozenset({PRINT}))


def test_none(path: Path) -> None:
    """No path, no file at the path and a list without entries all mean that nothing is confirmed, with one hash."""
    absent = read_confirmations(path)
    unnamed = read_confirmations(None)
    path.write_text("entries: []")

    assert absent == unnamed == read_confirmations(path)
    assert (absent.entries, len(absent.hash)) == ((), 64)


def test_hash(path: Path) -> None:
    """The hash follows what is confirmed and not the order it is written in."""
    hashes = []
    for text in (ONE, ONE + OTHER, "entries:\n" + OTHER + ONE.removeprefix("entries:\n"), ONE.replace("Op", "op")):
        path.write_text(text)
        hashes.append(read_confirmations(path).hash)

    assert hashes[1] == hashes[2]
    assert len(set(hashes)) == 3


def test_errors(path: Path) -> None:
    """Every error is said at once with its line and field."""
    text = ONE.replace("4.x", "5.x").replace(PRINT.upper(), "AB").replace("2026-11-24", "24.11.2026")

    assert problems(path, text.replace("author", "authr")) == [
        "2: entries[0].author: is missing: Who says so.",
        "3: entries[0].generation: must be '4.x' or '9.x'",
        "6: entries[0].trust: must be a SHA-256 fingerprint: 64 hexadecimal digits, with or without colons",
        "8: entries[0].authr: is unknown; did you mean author?",
        "9: entries[0].confirmedOn: must be a date such as 2026-11-24",
    ]


@pytest.mark.parametrize("text", ["", "entries:\n", "entry: []\n"], ids=["empty", "nothing under it", "other key"])
def test_not_taken_for_none(path: Path, text: str) -> None:
    """A file that does not say clearly that nothing is confirmed is an error."""
    assert problems(path, text)
