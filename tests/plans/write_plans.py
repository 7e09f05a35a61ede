"""Write the golden plans anew: `python -m tests.plans.write_plans [STORY ...]`, then read the difference.

Only the readable plans are rewritten. What a story expects stands in the story, and no command changes it.
"""

import hashlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import wrap

from shared.model.codec import to_json_text
from shared.model.plan import Plan
from shared.policy.lint import lint
from shared.policy.problems import Severity
from shared.report.plan_text import plan_text, zones_of
from shared.rules.planner import Inputs, PlanContradictionError, make_plan
from tests.plans.fleet_file import fleet_file_text, write_fleet_file
from tests.plans.fleet_notation import Story, read_story, stories
from tests.plans.fleet_records import inputs_of

WIDTH = 118
"""Of the story's words in the golden file, which a person reads beside the code."""
HASH = re.compile(r"`[0-9a-f]{12}`")
"""A hash as the text shows it. It is left out here: otherwise one more entry in the catalogue would change every golden
file, and nobody would read the difference. What makes a hash change has a property test of its own."""


def planned(path: Path) -> tuple[Inputs, Plan]:
    """The plan for a story, and what it is made from.

    Raises:
        PolicyInvalidError: its `fleet.yaml` cannot be used.
        PlanContradictionError: the policy contradicts itself over this fleet.
    """
    with TemporaryDirectory() as folder:
        inputs = inputs_of(path, Path(folder))
    return inputs, make_plan(inputs)


def refusals(path: Path) -> tuple[str, ...]:
    """The errors that a story is refused with: those of `hcx-fleet lint` where there are any, else the planner's."""
    with TemporaryDirectory() as folder:
        file = write_fleet_file(path, Path(folder))
        found = [one.text for one in lint(file, read_story(path).now) if one.severity is Severity.ERROR]
        if found:
            return tuple(one.replace(f"{Path(folder)}/", "") for one in found)
        try:
            make_plan(inputs_of(path, Path(folder)))
        except PlanContradictionError as error:
            return error.problems
    return ()


def digest() -> str:
    """One hash over the plan of every story, to the last byte: for comparing processes with each other."""
    planned_ones = (planned(path)[1] for path in stories() if not read_story(path).refused)
    return hashlib.sha256("\n".join(map(to_json_text, planned_ones)).encode()).hexdigest()


def golden(path: Path) -> str:
    """What lies beside a story: its words, and then the plan as an operator reads it, or the errors."""
    story = read_story(path)
    body = _refused(path) if story.refused else _plan(path)
    return "\n".join((*_quoted(story), "", *body.splitlines(), ""))


def _plan(path: Path) -> str:
    inputs, plan = planned(path)
    return HASH.sub("`(hash)`", plan_text(plan, zones_of(inputs.policy)))


def _refused(path: Path) -> str:
    lines = enumerate(fleet_file_text(path).splitlines(), 1)
    told = ("# There is no plan", "", *(f"- {one}" for one in refusals(path)), "", "## fleet.yaml", "", "```text")
    return "\n".join((*told, *(f"{number:3}  {line}" for number, line in lines), "```"))


def _quoted(story: Story) -> Iterator[str]:
    yield from (f"> {line}" for line in wrap(" ".join(story.about.split()), WIDTH))


if __name__ == "__main__":
    wanted = set(sys.argv[1:])
    for story_path in stories():
        if not wanted or story_path.stem in wanted:
            story_path.with_suffix(".md").write_text(golden(story_path), encoding="utf-8")
            print(story_path.with_suffix(".md").name)  # noqa: T201 -- what a script is for
