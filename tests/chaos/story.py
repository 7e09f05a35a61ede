"""One story: a run whose host is killed at one point, goes on in a new one, and is judged by the checkers.

    python -m tests.chaos.story [POINT] [--delivery twice] [--away-days N]

plays one, and leaves everything it made in a folder whose name it says.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from embedded.delivery import EXACTLY_ONCE, TWICE, Delivery, loses_the_first
from embedded.world_control import WorldControl
from shared.model.run import JournalKind, RunState
from tests.chaos.checkers import ALWAYS, IN_THE_END, breaches
from tests.chaos.evidence import Evidence, gather, points
from tests.chaos.host import ANSWER, RUN, Sent, send, settings_in, told_in
from tests.chaos.world import Living, world

REFERENCE = Path(__file__).parent / "worlds" / "reference.yaml"
KILLED = -9
QUESTION = "sent-unconfirmed"


@dataclass(frozen=True)
class Told:
    """What came of a story."""

    point: str | None
    problems: tuple[str, ...]
    """Everything that is not as it should be; empty where the run ended right."""
    questions: int
    """How many questions a person was asked."""
    points: tuple[str, ...]
    """Every point that its hosts came to."""
    seconds: float
    """Of real time."""


@dataclass(frozen=True)
class Plot:
    """What is played."""

    point: str | None = None
    """Where the host is killed; None: nowhere."""
    delivery: Delivery = EXACTLY_ONCE
    away: timedelta = timedelta()
    """How long no host is there after the kill."""


def play(plot: Plot, folder: Path, file: Path = REFERENCE) -> Told:
    """Play a story in an empty folder; what it made stays there."""
    began = time.monotonic()
    with world(file, folder) as living:
        problems, questions = _played(plot, folder, living)
    return Told(
        point=plot.point,
        problems=problems,
        questions=questions,
        points=points(told_in(folder)),
        seconds=time.monotonic() - began,
    )


def _played(plot: Plot, folder: Path, living: Living) -> tuple[tuple[str, ...], int]:
    if plot.point is not None:
        code = send(Sent(folder, living, kill_at=plot.point, delivery=plot.delivery))
        if code != KILLED:
            return (f"the host ended with {code} and never came to this point",), 0
        _let_pass(living, plot.away)
    if send(Sent(folder, living, delivery=plot.delivery)) != 0:
        return (f"the host that went on broke: {folder}/host.log",), 0
    found = _look(living, folder)
    asked = questions(found)
    if not asked:
        return (*_not_succeeded(found, RUN), *breaches(found, IN_THE_END)), 0
    before = breaches(found, ALWAYS)
    if len(asked) > 1 or before:
        return (*before, *(f"asked: {one}" for one in asked)), len(asked)
    return _answered(plot, folder, living), 1


def _let_pass(living: Living, away: timedelta) -> None:
    with WorldControl(living.control) as control:
        now = control.clock().now
        if away:
            control.advance(now + away)


def _answered(plot: Plot, folder: Path, living: Living) -> tuple[str, ...]:
    """One question is a right end for now; its answer has to lead to the right end."""
    if send(Sent(folder, living, answer=True, delivery=plot.delivery)) != 0:
        return (f"the host that carried out the answer broke: {folder}/host.log",)
    found = _look(living, folder)
    again = tuple(f"asked once more: {one}" for one in questions(found)[1:])
    return (*again, *_not_succeeded(found, ANSWER), *breaches(found, IN_THE_END))


def _look(living: Living, folder: Path) -> Evidence:
    return gather(living.control, settings_in(folder), told_in(folder))


def questions(evidence: Evidence) -> tuple[str, ...]:
    """What a person is asked, in words."""
    ends = (link.entry for links in evidence.links for link in links if link.entry.kind is JournalKind.TASK_ENDED)
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
    parser.add_argument("--delivery", choices=sorted(DELIVERIES), default="once", help="of work items (once)")
    parser.add_argument("--away-days", type=int, default=0, metavar="N", help="no host is there after the kill (0)")
    options = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="hcx-chaos-"))
    plot = Plot(options.point, DELIVERIES[options.delivery], timedelta(days=options.away_days))
    told = play(plot, folder)
    sys.stdout.write(f"{folder}: {told.seconds:.1f} s, {told.questions} questions, {len(told.points)} points\n")
    sys.stdout.writelines(f"  {problem}\n" for problem in told.problems)
    return 1 if told.problems else 0


if __name__ == "__main__":
    sys.exit(main())
