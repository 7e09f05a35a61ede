"""Holds a journal against the numbered headings of docs/procedure.md."""

import re
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[2] / "docs" / "procedure.md"
HEADING = re.compile(r"^### (\d\.\d) .*?(\(per (?:hop|appliance|gateway)\))?$", re.MULTILINE)
RARE = "(per gateway)"
"""What most tasks have none of."""
SECTION_OF = {"manager": "1", "mesh": "2"}


def strays(journal: list[dict[str, Any]]) -> list[str]:
    """Tasks that succeeded, and whose steps are not the headings of their section in order; empty when all are."""
    return [f"{task}: {steps}" for task, steps in _steps(journal) if not re.fullmatch(_pattern(task), steps)]


def _steps(journal: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Each succeeded task with the sections of the steps it began, in the order in which it began them."""
    ends = (one["result"] for one in journal if one["kind"] == "task-ended")
    tasks = [end["task"] for end in ends if end["outcome"] == "succeeded"]
    began = [one for one in journal if one["kind"] == "step-started"]
    return [(task, "".join(f"{one['section']} " for one in began if one["task"] == task)) for task in tasks]


def _pattern(task: str) -> str:
    """The headings of a task's section as a pattern over `1.1 1.2 …`; neighbours that repeat are repeated together."""
    section = SECTION_OF[task.partition(":")[0]]
    every = [one for one in HEADING.findall(PAGE.read_text()) if one[0][0] == section]
    rare = "".join(f"(?:{re.escape(number)} )*" for number, again in every if again == RARE)
    headings = [(number, bool(again)) for number, again in every if again != RARE]
    first = next(index for index, (_, again) in enumerate(headings) if again)
    before, repeated, after = (
        "".join(re.escape(f"{number} ") for number, _ in part)
        for part in (
            headings[:first],
            [one for one in headings if one[1]],
            [one for one in headings[first:] if not one[1]],
        )
    )
    return f"{before}(?:{repeated})+{rare}{after}"
