"""What .funcignore leaves in the deployed package: named things, and nothing that happens to lie around."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pathspec import GitIgnoreSpec

ROOT = Path(__file__).parents[2]
DEPLOYED = {"activities", "function_app.py", "host.json", "orchestrators", "requirements.txt", "shared"}
STRAY = (
    ".env",
    ".venv/bin/python",
    "cli/shared/left.py",
    "embedded/host.py",
    "fleet.sqlite",
    "infra/host.json",
    "local.settings.json",
    "orchestrators/__pycache__/fleet.cpython-313.pyc",
    "shared/left.pyc",
    "shared/model/__pycache__/plan.cpython-313.pyc",
    "simulator/world.py",
    "tests/host.json",
)
KEPT = (
    "activities/observe.py",
    "function_app.py",
    "orchestrators/fleet.py",
    "shared/rules/catalogue/paths.yaml",
)


def _spec() -> GitIgnoreSpec:
    return GitIgnoreSpec.from_lines((ROOT / ".funcignore").read_text(encoding="utf-8").splitlines())


def _is_left_out(path: str) -> bool:
    """Whether git's rules leave `path` out: nothing comes back in below a folder that is out."""
    parts = path.split("/")
    folders = ("/".join(parts[:depth]) + "/" for depth in range(1, len(parts)))
    return any(_spec().match_file(folder) for folder in folders) or _spec().match_file(path)


def _packaged(folder: Path) -> Iterator[Path]:
    """What a packer that walks the project and asks about each entry puts into the package."""
    for entry in sorted(folder.iterdir()):
        name = entry.relative_to(ROOT).as_posix()
        if entry.is_dir() and not _spec().match_file(f"{name}/"):
            yield from _packaged(entry)
        elif entry.is_file() and not _spec().match_file(name):
            yield entry.relative_to(ROOT)


@pytest.mark.parametrize("path", STRAY)
def test_stray_files_stay_out(path: str) -> None:
    """Tools, tests, local settings, stores and compiled files are not deployed, wherever they lie."""
    assert _is_left_out(path)


@pytest.mark.parametrize("path", KEPT)
def test_the_app_goes_in(path: str) -> None:
    """Code and data of the deployed folders go in, at any depth."""
    assert not _is_left_out(path)


def test_exactly_the_app_is_packaged() -> None:
    """At the top of the package are the named files and folders, and nothing else."""
    assert {path.parts[0] for path in _packaged(ROOT)} == DEPLOYED


def test_only_code_and_data_are_packaged() -> None:
    """Nothing but code, its data files, its templates and the three files of the host is in the package."""
    suffixes = {path.suffix for path in _packaged(ROOT)}

    assert suffixes <= {".css", ".html", ".j2", ".json", ".py", ".typed", ".txt", ".yaml"}
