"""What it takes to add a check: one file, its line in the order, and its cases."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PARTS = ("shared", "tests/checks", "tests/cases", "tests/builders", "pyproject.toml")
CHECK = '''"""Is it Tuesday?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.model.finding import Evidence, Verdict


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The step is made on a Tuesday.

    Nobody asks for it: this check is here to be added.
    """
    tuesday = context.now.isoweekday() == 2
    evidence = (Evidence(text=f"{context.now:%A}", observed_at=context.now),)
    verdict = Verdict.PASS if tuesday else Verdict.OUTAGE_RISK
    return (Judgement(verdict=verdict, summary=f"it is {context.now:%A}", evidence=evidence, remedy="wait"),)


CHECK = Check(
    id="on-a-tuesday",
    title="It is Tuesday",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.PASS}),
    waivable=False,
    link=links.MANAGER,
    judge=judge,
)
'''
CASE = """about: The cases are set on a Tuesday.
expect:
  - verdict: pass
    says: it is Tuesday
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of all that checks and their tests are."""
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / part, tmp_path / part)
    return tmp_path


def write_check(tree: Path) -> None:
    """The one file."""
    (tree / "shared/checks/on_a_tuesday.py").write_text(CHECK, encoding="utf-8")


def write_order(tree: Path) -> None:
    """The one line: after the checks of the last topic."""
    path = tree / "shared/checks/order.py"
    before, last, after = path.read_text(encoding="utf-8").rpartition('",\n        ),')
    path.write_text(f'{before}",\n            "on_a_tuesday{last}{after}', encoding="utf-8")


def write_case(tree: Path) -> None:
    """The case of the one verdict that it declares."""
    folder = tree / "tests/cases/on-a-tuesday"
    folder.mkdir()
    (folder / "pass-tuesday.yaml").write_text(CASE, encoding="utf-8")


def suite(tree: Path) -> subprocess.CompletedProcess[str]:
    """The tests of the list and of the cases, over the copy, as far as they are about the new check or the whole."""
    chosen = "tuesday or contract or one_file or every_folder or healthy"
    command = [sys.executable, "-m", "pytest", "tests/checks/test_check_list.py", "tests/checks/test_case_files.py"]
    return subprocess.run(  # noqa: S603 -- this interpreter and these words
        [*command, "-p", "no:cacheprovider", "-k", chosen],
        cwd=tree,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_one_file_its_line_in_the_order_and_its_case_are_enough(tree: Path) -> None:
    """A check that is written, registered and shown by a case passes the suite, and nothing else had to be touched."""
    write_check(tree)
    write_order(tree)
    write_case(tree)
    done = suite(tree)

    assert done.returncode == 0, done.stdout
    assert "passed" in done.stdout or "100%" in done.stdout


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ((write_check,), "test_every_check_is_one_file_in_the_list"),
        ((write_check, write_order), "test_every_declared_verdict_has_a_case[on-a-tuesday]"),
        ((write_case,), "test_every_folder_is_a_check"),
    ],
    ids=["not in the order", "without a case", "a case alone"],
)
def test_what_is_missing_is_told(tree: Path, written: tuple[Callable[[Path], None], ...], told: str) -> None:
    """A check outside the order, one without a case, and cases without a check: a test names each of them."""
    for write in written:
        write(tree)
    done = suite(tree)

    assert done.returncode == 1
    assert told in done.stdout
