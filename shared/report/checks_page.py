"""The page docs/checks.md: `python -m shared.report.checks_page > docs/checks.md` writes it."""

import sys
from collections.abc import Iterable
from inspect import getdoc
from typing import Final

from shared.checks.interface import Check, Concern
from shared.checks.order import TOPICS, Topic
from shared.model.finding import BLOCKING, Verdict
from shared.report.catalogue_table import table

_HEAD: Final = """\
# Prechecks

What is looked at before every change, in the order in which it is looked at, printed, and stops a task. A check is a
pure function of what was observed and of the target: it reaches no network and changes nothing. It says one or more of:

- **pass**: as it should be.
- **warn**: to be read; it stops nothing.
- **manual**: only a person can tell; the finding says what to look at, and stops nothing.
- **not-applicable**: it does not concern this subject, or another check says already what could not be seen.
- **outage-risk**, **upgrade-failure**: the change would hurt, or could not work. The task does not start.
- **unknown**: it could not be observed, or not understood. That stops a task like a failure.

The checks stand by topic. The topics, and the checks in each, come in the order in which they run: what explains the
most comes first. Of a check that can stop a task, its section says whether somebody could decide to go on in spite of
it, or whether what it says has to be put right. Some checks ask a [known risk](risks.md) of the catalogue. Every
verdict has a case in `tests/cases/`, which says in one sentence what is the matter.

Written from the checks in `shared/checks/` by `python -m shared.report.checks_page`.
"""

_TASKS: Final = {Concern.MANAGER: "manager", Concern.MESH: "mesh"}


def checks_page(topics: Iterable[Topic]) -> str:
    """The page: the topics first, then each with a list of its checks and a section for each of them.

    The text of a section is the docstring of the check's function.
    """
    listed = tuple(topics)
    rows = ((f"[{one.name}](#{one.name.lower()})", str(len(one.checks)), one.about) for one in listed)
    contents = table(("topic", "checks", "what is asked"), rows, ends=())
    return f"{_HEAD}\n{contents}\n\n" + "\n".join(map(_topic, listed))


def _topic(topic: Topic) -> str:
    rows = ((f"[{one.id}](#{one.id})", _tasks(one), _stops(one), one.title) for one in topic.checks)
    heads = ("check", "tasks", "can stop a task", "what should be true")
    sections = "\n".join(map(_section, topic.checks))
    return f"## {topic.name}\n\n{topic.about}\n\n{table(heads, rows, ends=())}\n\n{sections}"


def _tasks(check: Check) -> str:
    return ", ".join(words for concern, words in _TASKS.items() if concern in check.concerns)


def _stops(check: Check) -> str:
    return "yes" if check.verdicts & BLOCKING else "no"


def _section(check: Check) -> str:
    lines = (
        f"- before a change in a task of: {_tasks(check)}",
        f"- may say: {', '.join(one.value for one in Verdict if one in check.verdicts)}",
        *_waiver(check),
        *(("- silent while a plan is being made, whose own tasks bring it about",) if check.brought_about else ()),
        f"- [the vendor's page]({check.link})",
    )
    return f"### {check.id}\n\n{check.title}.\n\n" + "\n".join(lines) + f"\n\n{_told(check)}\n"


def _waiver(check: Check) -> tuple[str, ...]:
    if not check.verdicts & BLOCKING:
        return ()
    return (f"- waivable: {'yes' if check.waivable else 'no, what it says has to be put right'}",)


def _told(check: Check) -> str:
    """The docstring, a paragraph in a line each: the page does not keep where the source breaks its lines."""
    paragraphs = (getdoc(check.judge) or "").split("\n\n")
    return "\n\n".join(" ".join(one.split()) for one in paragraphs)


if __name__ == "__main__":
    sys.stdout.write(checks_page(TOPICS))
