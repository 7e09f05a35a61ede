"""Kills the host of every tale at every point there is, one story for each, and says what came of it.

    python -m tests.chaos.suite [--all | --known] [--tale NAME]... [--turn HASH] [--jobs N] [--seeds DIR]

The points come from a run that nobody kills. Without `--all` they are those around every ledger transition, every
mutating activity and every command of people; with it, those around every lease and journal entry as well; with
`--known` those that are kept as seeds. `--turn` plays a quarter of them, which the hash of a commit picks. A point
whose story does not end right is printed with the command that plays it alone, and kept as a seed.
"""

import argparse
import gc
import json
import os
import shlex
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from hashlib import sha256
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path

import function_app
from shared.api import app
from shared.rules.catalogue.reading import catalogue
from tests.chaos.story import Plot, Told, play
from tests.chaos.tales import TALES, Tale, tale_named
from tests.chaos.world import FORK

SEEDS = Path(__file__).parent / "seeds"
IN_CI = frozenset({"claim", "claimed", "sending", "adopted", "done", "released", "activity", "command"})
"""Around the bytes of a call is `--all`: the ledger stands there as it does around `sending` and `adopted`."""
TURNS = 4
"""How many commits it takes, at the least, until every point has had its turn."""
TRIES = 12
"""How often a story is played until its host comes to the point: tasks that begin in one moment go in either order."""
WARM = (function_app, app, catalogue())
"""Imported and read for the processes that are forked: for a host it takes longer otherwise than most of its run."""


def chosen(points: Iterable[str], *, every: bool) -> tuple[str, ...]:
    """The points to kill at."""
    return tuple(point for point in points if every or point.split()[1] in IN_CI)


def turn_of(plots: tuple[Plot, ...], commit: str) -> tuple[Plot, ...]:
    """Every fourth story; the commit says with which to begin, and the order of points spreads each part over a run."""
    return plots[int(commit, 16) % TURNS :: TURNS]


def known(seeds: Path) -> tuple[Plot, ...]:
    """Stories that once did not end right."""
    found = (json.loads(file.read_text()) for file in sorted(seeds.glob("*.json")))
    return tuple(Plot(tale_named(seed["tale"]), seed["point"]) for seed in found)


def tell(plots: Sequence[Plot], jobs: int) -> Iterator[Told]:
    """Play stories, so many at a time, each in processes of its own; in the order in which they end.

    One whose host never comes to its point is played again: nobody was killed in it.
    """
    gc.collect()
    gc.freeze()  # what is forked has it already, and need not look at it again
    with tempfile.TemporaryDirectory(prefix="hcx-chaos-") as place:
        waiting, running = list(enumerate(plots)), dict[int, tuple[int, BaseProcess]]()
        tries = Counter[int]()
        while waiting or running:
            while waiting and len(running) < jobs:
                number, plot = waiting.pop(0)
                process = _begun(plot, Path(place) / str(number))
                running[process.sentinel] = number, process
            for ended in wait(list(running)):
                # Until here the process was kept: with it its sentinel is closed, and the next one may get the same.
                number, _ = running.pop(ended)  # type: ignore[arg-type]  # these are the numbers that went in
                told = _result(plots[number], Path(place) / str(number))
                shutil.rmtree(Path(place) / str(number), ignore_errors=True)
                tries[number] += 1
                if told.passed_by and tries[number] < TRIES:
                    waiting.append((number, plots[number]))
                else:
                    yield told


def _begun(plot: Plot, folder: Path) -> BaseProcess:
    (folder / "world").mkdir(parents=True)
    process = FORK.Process(target=_play, args=(plot, folder))
    process.start()
    return process


def _play(plot: Plot, folder: Path) -> None:
    told = play(plot, folder / "world")
    (folder / "told.json").write_text(json.dumps(asdict(told)))


def _result(plot: Plot, folder: Path) -> Told:
    file = folder / "told.json"
    if not file.exists():
        return Told(plot.tale.name, plot.point, ("its own process broke",), 0, (), 0)
    told = json.loads(file.read_text())
    return Told(**{**told, "problems": tuple(told["problems"]), "points": tuple(told["points"])})


def enumerated(tales: Sequence[Tale], jobs: int, *, every: bool) -> tuple[Plot, ...]:
    """The stories of runs that somebody kills, from those that nobody kills.

    Raises:
        RuntimeError: not even that ends right.
    """
    found = {told.tale: told for told in tell([Plot(tale) for tale in tales], jobs)}
    for told in found.values():
        if told.problems:
            raise RuntimeError("\n  ".join((f"{told.tale}, which nobody kills, does not end right:", *told.problems)))
    return tuple(Plot(tale, point) for tale in tales for point in chosen(found[tale.name].points, every=every))


def kill(plots: Sequence[Plot], jobs: int, seeds: Path) -> int:
    """Kill a host in each of these stories and print `kill points: n/n`; 0 when every one ended right."""
    began, right, asked = time.monotonic(), Counter[str](), 0
    for told in tell(plots, jobs):
        if told.problems:
            _failed(told, seeds)
        else:
            right[told.tale] += 1
            asked += told.questions > 0
    took = time.monotonic() - began
    of = Counter(plot.tale.name for plot in plots)
    parts = ", ".join(f"{name} {right[name]}/{number}" for name, number in of.items())
    _print(f"kill points: {right.total()}/{len(plots)} ({asked} with a question), {took:.0f} s: {parts}")
    return 0 if right == of else 1


def _failed(told: Told, seeds: Path) -> None:
    """Say it, and keep it for the next change of the code."""
    point = told.point or ""
    repeat = f"python -m tests.chaos.story --tale {told.tale} {shlex.quote(point)}"
    _print(f"FAILED {told.tale}: {point}", *told.problems, f"repeat: {repeat}")
    seeds.mkdir(parents=True, exist_ok=True)
    seed = {"tale": told.tale, "point": point, "problems": list(told.problems)}
    name = sha256(f"{told.tale} {point}".encode()).hexdigest()[:12]
    (seeds / f"{name}.json").write_text(json.dumps(seed, indent=2) + "\n")


def _print(first: str, *more: str) -> None:
    sys.stdout.write("\n  ".join((first, *more)) + "\n")
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.suite", description="Kill the host everywhere.")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--all", action="store_true", help="at every lease and journal entry as well")
    which.add_argument("--known", action="store_true", help="at the points that are kept as seeds")
    names = [tale.name for tale in TALES]
    parser.add_argument("--tale", action="append", choices=names, help="only this one; may be repeated (all)")
    parser.add_argument("--turn", metavar="HASH", help="a quarter of the points, by the hash of the commit")
    jobs = (os.cpu_count() or 1) + 1  # one more: a story's host and its world wait for each other all the time
    parser.add_argument("--jobs", type=int, default=jobs, metavar="N", help=f"stories at a time (here {jobs})")
    parser.add_argument("--seeds", type=Path, default=SEEDS, metavar="DIR", help="where points that fail are kept")
    options = parser.parse_args(arguments)
    tales = tuple(map(tale_named, options.tale or names))
    plots = known(options.seeds) if options.known else enumerated(tales, options.jobs, every=options.all)
    if options.turn:
        plots = turn_of(plots, options.turn)
    return kill(plots, options.jobs, options.seeds)


if __name__ == "__main__":
    sys.exit(main())
