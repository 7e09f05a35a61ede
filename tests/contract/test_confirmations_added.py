"""Adding a confirmation touches nothing else in the file."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from shared.model.confirmation import Confirmation
from shared.policy.confirmations import read_confirmations
from shared.policy.confirmations_added import add_confirmation
from shared.policy.problems import PolicyInvalidError

ADDED = Confirmation(
    route="upgrade-manager-4x",
    generation="4.x",
    call="POST /api/admin/upgrade",
    api_version="1.7",
    trust="b" * 64,
    evidence='said "yes": #1',
    author="Zoë",
    confirmed_on=date(2026, 11, 25),
)
BEFORE = f"""\
# what we have shown to be right
entries:
- route: upgrade-appliance   # by the lab
  generation: 4.x
  call: POST /hybridity/api/interconnect/serviceMesh/{{mesh}}/appliances/upgrade
  # the authority of Lyon
  trust: "{"a" * 64}"
  evidence: 'tried: it works'
  author: Ann
  confirmedOn: "2026-01-01"
# end of the list
"""


def written(folder: Path, text: str) -> Path:
    """A confirmations file."""
    path = folder / "confirmations.yaml"
    path.write_text(text, "utf-8")
    return path


def test_everything_else_stays(tmp_path: Path) -> None:
    """Every line of the file stays as it was, comments, quotes and indentation with it, and the entry comes after."""
    path = written(tmp_path, BEFORE)

    assert add_confirmation(path, ADDED)
    assert path.read_text("utf-8").startswith(BEFORE)
    assert read_confirmations(path).entries[1] == ADDED


@pytest.mark.parametrize("text", ["entries: []\n", "entries: []  # none yet\n", None])
def test_the_first_entry(tmp_path: Path, text: str | None) -> None:
    """An empty list gets its first entry, and a file that is not there is made."""
    path = tmp_path / "new" / "confirmations.yaml" if text is None else written(tmp_path, text)

    assert add_confirmation(path, ADDED)
    assert read_confirmations(path).entries == (ADDED,)
    assert ("none yet" in path.read_text("utf-8")) == (text is not None and "none" in text)


def test_twice(tmp_path: Path) -> None:
    """What is confirmed already is not written again."""
    path = written(tmp_path, BEFORE)
    add_confirmation(path, ADDED)
    before = path.read_bytes()

    assert not add_confirmation(path, replace(ADDED, author="Bo"))
    assert path.read_bytes() == before


def test_another_call_for_the_same(tmp_path: Path) -> None:
    """Two calls for one route and certificate are refused, naming the one that is there."""
    path = written(tmp_path, BEFORE)
    add_confirmation(path, ADDED)
    with pytest.raises(PolicyInvalidError, match=r"is confirmed as POST /api/admin/upgrade .* by Zoë"):
        add_confirmation(path, replace(ADDED, call="POST /api/admin/other"))


@pytest.mark.parametrize("text", ["entries:\n- route: x\n", "nothing: here\n", "entries: [\n"])
def test_a_broken_file_stays(tmp_path: Path, text: str) -> None:
    """A file with errors is left as it is, and its errors are said."""
    path = written(tmp_path, text)
    with pytest.raises(PolicyInvalidError):
        add_confirmation(path, ADDED)

    assert path.read_text("utf-8") == text


def test_a_folder_that_nobody_may_write_to(tmp_path: Path) -> None:
    """What cannot be written says so, and nothing is left beside it."""
    path = tmp_path / "confirmations.yaml"
    path.mkdir()
    with pytest.raises((PolicyInvalidError, OSError)):
        add_confirmation(path, ADDED)

    assert [one.name for one in tmp_path.iterdir()] == ["confirmations.yaml"]


def test_links_and_rights_stay(tmp_path: Path) -> None:
    """A link is not replaced by a file, and who may read the file does not change."""
    path, link = written(tmp_path, BEFORE), tmp_path / "link.yaml"
    path.chmod(0o600)
    link.symlink_to(path)
    add_confirmation(link, ADDED)

    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(read_confirmations(path).entries) == 2


def test_many_at_once(tmp_path: Path) -> None:
    """Of several callers at once none loses what another one wrote."""
    path = written(tmp_path, BEFORE)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda number: add_confirmation(path, replace(ADDED, trust=f"{number}" * 64)), range(6)))

    assert len(read_confirmations(path).entries) == 7
