"""The golden plans: every story comes out as it was reviewed, and says what the story itself expects of it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.plans.claims import unmet
from tests.plans.fleet_notation import FOLDER, read_story, stories
from tests.plans.write_plans import golden, planned, refusals

ROOT = Path(__file__).parents[2]
REFUSED = "refused-"
PLANNED = [path for path in stories() if not path.stem.startswith(REFUSED)]
BAD = [path for path in stories() if path.stem.startswith(REFUSED)]


def _named(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", stories(), ids=_named)
def test_a_plan_reads_as_it_was_reviewed(path: Path) -> None:
    """The text of the plan is what lies beside its story; `python -m tests.plans.write_plans` writes it anew."""
    expected = path.with_suffix(".md").read_text(encoding="utf-8")

    assert golden(path).splitlines() == expected.splitlines(), (
        f"{path.stem}.md is out of date: python -m tests.plans.write_plans {path.stem}, then read the difference"
    )


@pytest.mark.parametrize("path", PLANNED, ids=_named)
def test_a_plan_says_what_its_story_expects(path: Path) -> None:
    """Whatever the golden text looks like, each subject gets the hops, owner, wave and time that its story names."""
    _, plan = planned(path)

    assert "\n".join(unmet(plan, read_story(path).expect)) == ""


@pytest.mark.parametrize("path", BAD, ids=_named)
def test_a_contradiction_is_refused_with_everything_that_is_wrong(path: Path) -> None:
    """There is no plan, and there is one error for each thing that the story names, all of them at once."""
    told = refusals(path)
    wanted = read_story(path).refused

    assert len(told) == len(wanted), told
    assert [text for text in wanted if not any(text in one for one in told)] == []


def test_no_plan_depends_on_how_a_process_hashes() -> None:
    """Python orders sets of text in another way in each process: two of them plan every story to the same bytes."""
    code = "from tests.plans.write_plans import digest; print(digest())"
    told = {
        subprocess.run(  # noqa: S603 -- this interpreter and these words
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(told) == 1


def test_every_golden_file_has_its_story() -> None:
    """No readable plan is left over from a story that is gone."""
    assert {path.stem for path in FOLDER.glob("*.md")} - {"README"} == {path.stem for path in stories()}
