"""The tales of the chaos suite: which world, what people say in it, and how it has to end wherever its host is killed.

The checkers hold in every tale; what is said here beside them is what this one tale is told for. A host that dies right
while a change is on its way leaves a question, and that is a right end of the task it was about.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

from shared.model.command import CommandKind
from shared.model.record import record
from shared.model.run import JournalKind, Outcome, TaskResult
from tests.chaos.checkers import ALWAYS, IN_THE_END, Checker, leases_back
from tests.chaos.evidence import Evidence
from tests.chaos.obedience import means
from tests.chaos.words import Word, later, when_begun

WORLDS = Path(__file__).parent / "worlds"
QUESTION = "sent-unconfirmed"


@record
class Tale:
    """One tale."""

    name: str
    """Also that of its world, among those in `worlds/`."""
    ends: tuple[Checker, ...]
    """What holds when its run is over, and the answered one after that."""
    words: tuple[Word, ...] = ()
    answered: bool = False
    """Whether a question gets its answer, and everything its right end by that."""

    @property
    def world(self) -> Path:
        """The file of its world."""
        return WORLDS / f"{self.name}.yaml"


def task_ends(evidence: Evidence) -> dict[str, TaskResult]:
    """How every task ended, by its id; the last run's word counts."""
    links = (link.entry for links in evidence.links for link in links)
    return {one.result.task: one.result for one in links if one.kind is JournalKind.TASK_ENDED and one.result}


def meant_are_canceled(evidence: Evidence) -> Iterator[str]:
    """What the cancel means ends as canceled and everything else succeeds; or it asks its question."""
    cancels = [one for _, commands in evidence.commands for one in commands if one.kind is CommandKind.CANCEL]
    hit = {task.task for task in evidence.tasks if any(means(one, task) for one in cancels)}
    yield from _ended_unlike(evidence, "canceled", hit)
    yield from _ended_unlike(evidence, "upgraded", task_ends(evidence).keys() - hit)


def nothing_half_done(evidence: Evidence) -> Iterator[str]:
    """Every manager answers, and none is in the middle of an upgrade."""
    for manager in evidence.truth["managers"]:
        if manager["reach"] != "up" or manager["upgrade"] not in {None, "SUCCESS"}:
            yield f"{manager['id']} is left {manager['reach']}, its upgrade {manager['upgrade']}"


def budget_spent(evidence: Evidence) -> Iterator[str]:
    """As many tasks failed as may, and what is left was skipped because of that."""
    ends = task_ends(evidence)
    failed = {name for name, end in ends.items() if end.outcome is Outcome.FAILED}
    if len(failed) != evidence.failures_max:
        yield f"{sorted(failed)} failed, and {evidence.failures_max} may"
    yield from _ended_unlike(evidence, "budget", ends.keys() - failed)


def _ended_unlike(evidence: Evidence, reason: str, tasks: Iterable[str]) -> Iterator[str]:
    ends = task_ends(evidence)
    for name in tasks:
        end = ends.get(name)
        if end is None or end.reason not in {reason, QUESTION}:
            yield f"{name} ended as {end.reason if end else 'nothing'} and not as {reason}: {end.detail if end else ''}"


FIRST_HOP = when_begun("manager:pc-weu-01", "upgrade-manager:4.9.2")

TALES = (
    Tale(name="reference", ends=IN_THE_END, answered=True),
    Tale(
        name="cancel",
        ends=(*ALWAYS, leases_back, meant_are_canceled, nothing_half_done),
        words=(Word(key="stop", kind=CommandKind.CANCEL, due=FIRST_HOP, cloud="pc-weu-01"),),
    ),
    Tale(
        name="pause",
        ends=IN_THE_END,
        answered=True,
        words=(
            Word(key="wait", kind=CommandKind.PAUSE, due=FIRST_HOP, task="manager:pc-weu-01"),
            Word(key="go-on", kind=CommandKind.RESUME, due=later("wait", timedelta(hours=3))),
        ),
    ),
    Tale(name="failing", ends=(*ALWAYS, leases_back, budget_spent)),
)
"""The first one is the reference run."""
REFERENCE = TALES[0]


def tale_named(name: str) -> Tale:
    """One tale.

    Raises:
        KeyError: there is none of that name.
    """
    return {tale.name: tale for tale in TALES}[name]
