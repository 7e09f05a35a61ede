"""A hand-over that nobody can judge: nothing is seen to be wrong, and something that it needs cannot be observed.

Waiting for it alone leads nowhere: a log-in that is refused stays refused, and a word of HCX that nobody understands
says the same tomorrow. So a person is asked, who can look where hcx-fleet cannot. Whatever becomes visible meanwhile
counts more than what they say.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from shared.model.finding import Finding, Verdict
from shared.model.orders import Said
from shared.model.plan import ManagerTask, Task
from shared.model.run import JournalEntry, JournalKind
from shared.model.waiting import WaitingFor
from shared.rules.entries import key_of
from shared.rules.progress import Progress, State
from shared.rules.safety import CONVERGED, handed_over

INCONCLUSIVE = "inconclusive"
"""Reason of a task that nobody could judge."""

ASKED = "asked"
"""What tells the journal entry of the question from all others of its step."""


def judged(findings: Iterable[Finding]) -> Progress:
    """The same as `handed_over`, marked where it is inconclusive: all that stands in the way is not known."""
    found = handed_over(every := tuple(findings))
    blocks = [one for one in every if one.check in CONVERGED and one.blocks]
    if not blocks or any(one.verdict is not Verdict.UNKNOWN for one in blocks):
        return found
    return replace(
        found,
        detail="; ".join(dict.fromkeys(f"{one.check}: {one.summary}" for one in blocks)),
        reason=INCONCLUSIVE,
        remedy="; ".join(dict.fromkeys(one.remedy for one in blocks if one.remedy)),
    )


def is_open(found: Progress) -> bool:
    """Whether a look came to nothing that could be judged."""
    return found.state is State.NOT_YET and found.reason == INCONCLUSIVE


def asked_before(found: Progress) -> Progress:
    """The same of a hand-over about which somebody was asked before the run's host went away: they still are."""
    return replace(found, state=State.STOP) if is_open(found) else found


def answered(found: Progress, said: Said | None, since: datetime) -> Progress:
    """The same with what a person reported: it ends what nobody could judge, and nothing that is seen to be wrong.

    Args:
        found: what a look came to.
        said: what was reported last.
        since: from when on a report is an answer; an earlier one is about something else.
    """
    if not is_open(found):
        return found
    if said is not None and said.at >= since:
        return replace(found, state=State.DONE, detail=f"{INCONCLUSIVE}: {said.text}; {found.detail}")
    return replace(found, waiting_for=WaitingFor.PERSON)


def word_for_it(found: Progress) -> str:
    """What stands for a hand-over that ended well where only a person said so; empty where that was seen."""
    return found.detail if found.reason == INCONCLUSIVE else ""


def question(task: Task, run: str, found: Progress) -> str:
    """What a person is asked, and how each answer is given."""
    first = f" ({found.remedy})" if found.remedy else ""
    return (
        f"Nobody can tell whether {_name(task)} is well after its upgrade to {task.target.release}: {found.detail}. "
        f"Make it visible{first}, and the next look decides. Or look by hand at services, site pairings and meshes; "
        f"where all is well: hcx-fleet report-done {run} {task.id} --as NAME. Where it is not, mend it; to wait no "
        f"longer, hcx-fleet cancel {run} --task {task.id} --as NAME: then it ends as unknown, as it does when nobody "
        "answers."
    )


def who_sees_to_it(site: str, found: Progress) -> str:
    """Who can act once nobody is asked any more."""
    remedy = f"{found.remedy}; " if found.remedy else ""
    return f"a person at {site}: {remedy}then run it again: what is upgraded is left as it is"


def _name(task: Task) -> str:
    return task.subject if isinstance(task, ManagerTask) else task.name


# --- by the journal ---------------------------------------------------------------------------------------------------


def asked_since(task: Task, entries: Iterable[JournalEntry]) -> datetime | None:
    """Since when somebody is asked, by the journal entries of a task; None where nobody is."""
    key = key_of(task.id, task.hand_over, ASKED)
    return next((one.at for one in entries if one.key == key), None)


def said_since(task: Task, entries: Sequence[JournalEntry]) -> Said | None:
    """What was reported last since then, by the same entries in their order; None where nothing was."""
    key = key_of(task.id, task.hand_over, ASKED)
    start = next((number for number, one in enumerate(entries) if one.key == key), len(entries))
    reports = [one for one in entries[start:] if one.kind is JournalKind.REPORTED]
    return Said(at=reports[-1].at, text=reports[-1].text) if reports else None
