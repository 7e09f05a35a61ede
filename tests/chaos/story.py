"""One story: a run whose host is killed at one point, goes on in a new one, and is judged by the checkers.

    python -m tests.chaos.story [POINT] [--tale NAME] [--delivery twice] [--away-days N]

plays one, and leaves everything it made in a folder whose name it says.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from embedded.delivery import EXACTLY_ONCE, TWICE, Delivery, loses_the_first
from embedded.world_control import WorldControl
from shared.model.run import JournalKind, RunState
from shared.store.sqlite import SqliteStore
from tests.chaos.checkers import ALWAYS, breaches
from tests.chaos.evidence import Evidence, gather, points
from tests.chaos.host import ANSWER, RUN, Sent, send, settings_in, told_in
from tests.chaos.tales import QUESTION, REFERENCE, TALES, Tale, tale_named
from tests.chaos.words import say_to_nobody
from tests.chaos.world import Living, world

KILLED = -9


@dataclass(frozen=True)
class Told:
    """What came of a story."""

    tale: str
    point: str | None
    problems: tuple[str, ...]
    """Everything that is not as it should be; empty where the run ended right."""
    questions: int
    """How many questions a person was asked."""
    points: tuple[str, ...]
    """Every point that its hosts came to."""
    seconds: float
    """Of real time."""

    @property
    def passed_by(self) -> bool:
        """Whether nobody was killed, since tasks that begin in one moment of the world went in the other order."""
        return self.problems == (_never_came(0),)


@dataclass(frozen=True)
class Plot:
    """What is played."""

    tale: Tale = REFERENCE
    point: str | None = None
    """Where the host is killed; None: nowhere."""
    delivery: Delivery = EXACTLY_ONCE
    away: timedelta = timedelta()
    """How long no host is there after the kill."""


def play(plot: Plot, folder: Path) -> Told:
    """Play a story in an empty folder; what it made stays there."""
    began = time.monotonic()
    with world(plot.tale.world, folder) as living:
        problems, asked = _played(plot, folder, living)
    return Told(
        tale=plot.tale.name,
        point=plot.point,
        problems=problems,
        questions=asked,
        points=points(told_in(folder)),
        seconds=time.monotonic() - began,
    )


def _played(plot: Plot, folder: Path, living: Living) -> tuple[tuple[str, ...], int]:
    sent = Sent(folder, living, delivery=plot.delivery, words=plot.tale.words)
    if plot.point is not None:
        code = send(replace(sent, kill_at=plot.point))
        if code != KILLED:
            return (_never_came(code),), 0
        _meanwhile(plot, folder, living)
    if send(sent) != 0:
        return (f"the host that went on broke: {folder}/host.log",), 0
    return _judged(plot, folder, living, sent)


def _never_came(code: int) -> str:
    return f"the host ended with {code} and never came to this point"


def _judged(plot: Plot, folder: Path, living: Living, sent: Sent) -> tuple[tuple[str, ...], int]:
    """One question for each change that may be on its way at once is a right end for now."""
    found = _look(living, folder)
    asked = questions(found)
    unsaid = () if asked else tuple(_unsaid(plot.tale, found))
    if not plot.tale.answered:
        return (*unsaid, *_too_many(asked, found), *breaches(found, plot.tale.ends)), len(asked)
    if not asked:
        return (*unsaid, *_not_succeeded(found, RUN), *breaches(found, plot.tale.ends)), 0
    before = (*_too_many(asked, found), *breaches(found, ALWAYS))
    return before or _answered(plot, folder, living, sent), len(asked)


def _unsaid(tale: Tale, found: Evidence) -> Iterator[str]:
    """A story in which nobody said what it is about shows nothing."""
    kept = {command.key for _, commands in found.commands for command in commands}
    yield from (f"nobody said {word.key}" for word in tale.words if word.key not in kept)


def _too_many(asked: tuple[str, ...], found: Evidence) -> tuple[str, ...]:
    return tuple(f"asked: {one}" for one in asked) if len(asked) > found.concurrency else ()


def _meanwhile(plot: Plot, folder: Path, living: Living) -> None:
    """No host is there: time may pass, and people say what they have to say."""
    with WorldControl(living.control) as control, SqliteStore(settings_in(folder).store_file) as store:
        now = control.clock().now
        if plot.away:
            now = control.advance(now + plot.away).now
        say_to_nobody(plot.tale.words, store, RUN, now)


def _answered(plot: Plot, folder: Path, living: Living, sent: Sent) -> tuple[str, ...]:
    """The answer to a question has to lead to the right end."""
    if send(replace(sent, answer=True, words=())) != 0:
        return (f"the host that carried out the answer broke: {folder}/host.log",)
    found = _look(living, folder)
    again = tuple(f"asked once more: {one}" for one in questions(found, ANSWER))
    return (*again, *_not_succeeded(found, ANSWER), *breaches(found, plot.tale.ends))


def _look(living: Living, folder: Path) -> Evidence:
    return gather(living.control, settings_in(folder), told_in(folder))


def questions(evidence: Evidence, run: str = RUN) -> tuple[str, ...]:
    """What a person is asked by a run, in words."""
    links = (link for links in evidence.links for link in links if link.run == run)
    ends = (link.entry for link in links if link.entry.kind is JournalKind.TASK_ENDED)
    return tuple(entry.text for entry in ends if entry.result and entry.result.reason == QUESTION)


def _not_succeeded(evidence: Evidence, run: str) -> tuple[str, ...]:
    found = next((one for one in evidence.runs if one.request.id == run), None)
    if found is None:
        return (f"there is no run {run}",)
    if found.state is RunState.SUCCEEDED:
        return ()
    where = "; ".join(f"{one.subject} {one.bucket}: {one.detail}" for one in found.placed)
    return (f"run {run} ended as {found.state} {found.problem}: {where}",)


DELIVERIES = {"once": EXACTLY_ONCE, "twice": TWICE, "lossy": Delivery(loses=loses_the_first)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Play one and say what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.story", description="Play one story.")
    parser.add_argument("point", nargs="?", help="where the host is killed; nowhere without it")
    parser.add_argument("--tale", choices=[tale.name for tale in TALES], default=REFERENCE.name, help="(reference)")
    parser.add_argument("--delivery", choices=sorted(DELIVERIES), default="once", help="of work items (once)")
    parser.add_argument("--away-days", type=int, default=0, metavar="N", help="no host is there after the kill (0)")
    options = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="hcx-chaos-"))
    away = timedelta(days=options.away_days)
    plot = Plot(tale_named(options.tale), options.point, DELIVERIES[options.delivery], away)
    told = play(plot, folder)
    sys.stdout.write(f"{folder}: {told.seconds:.1f} s, {told.questions} questions, {len(told.points)} points\n")
    sys.stdout.writelines(f"  {problem}\n" for problem in told.problems)
    return 1 if told.problems else 0


if __name__ == "__main__":
    sys.exit(main())
