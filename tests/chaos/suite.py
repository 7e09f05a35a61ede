"""Kills the host of the reference run at every point there is, one story for each, and says what came of it.

    python -m tests.chaos.suite [--all | --known] [--jobs N] [--seeds DIR]

The points come from a run that nobody kills. Without `--all` they are those around every ledger transition and every
mutating activity; with it, those around every lease and journal entry as well; with `--known` those that are kept as
seeds. A point whose story does not end right
is printed with the command that plays it alone, and kept as a seed.
"""

import argparse
import gc
import json
import shlex
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from hashlib import sha256
from multiprocessing.connection import wait
from pathlib import Path

import function_app
from shared.api import app
from tests.chaos.story import Plot, Told, play
from tests.chaos.world import FORK

SEEDS = Path(__file__).parent / "seeds"
IN_CI = frozenset({"claim", "claimed", "sending", "adopted", "done", "released", "activity"})
"""Around the bytes of a call is `--all`: the ledger stands there as it does around `sending` and `adopted`."""
WARM = (function_app, app)
"""Imported for the processes that are forked: what a host imports otherwise takes longer than most of its run."""


def chosen(points: Iterable[str], *, every: bool) -> tuple[str, ...]:
    """The points to kill at."""
    return tuple(point for point in points if every or point.split()[1] in IN_CI)


def known(seeds: Path) -> tuple[str, ...]:
    """Points that once did not end right."""
    return tuple(json.loads(file.read_text())["point"] for file in sorted(seeds.glob("*.json")))


def tell(plots: Sequence[Plot], jobs: int) -> Iterator[Told]:
    """Play stories, so many at a time, each in processes of its own; in the order in which they end."""
    gc.collect()
    gc.freeze()  # what is forked has it already, and need not look at it again
    with tempfile.TemporaryDirectory(prefix="hcx-chaos-") as place:
        waiting, running = list(enumerate(plots)), dict[int, int]()
        while waiting or running:
            while waiting and len(running) < jobs:
                number, plot = waiting.pop(0)
                running[_begin(plot, Path(place) / str(number))] = number
            for ended in wait(list(running)):
                number = running.pop(ended)  # type: ignore[arg-type]  # these are the numbers that went in
                yield _result(plots[number], Path(place) / str(number))
                shutil.rmtree(Path(place) / str(number), ignore_errors=True)


def _begin(plot: Plot, folder: Path) -> int:
    (folder / "world").mkdir(parents=True)
    process = FORK.Process(target=_play, args=(plot, folder))
    process.start()
    return process.sentinel


def _play(plot: Plot, folder: Path) -> None:
    told = play(plot, folder / "world")
    (folder / "told.json").write_text(json.dumps(asdict(told)))


def _result(plot: Plot, folder: Path) -> Told:
    file = folder / "told.json"
    if not file.exists():
        return Told(plot.point, ("its own process broke",), 0, (), 0)
    told = json.loads(file.read_text())
    return Told(**{**told, "problems": tuple(told["problems"]), "points": tuple(told["points"])})


def enumerated(*, every: bool) -> tuple[str, ...]:
    """The points of a run that nobody kills.

    Raises:
        RuntimeError: not even that ends right.
    """
    (reference,) = tell([Plot()], 1)
    if reference.problems:
        raise RuntimeError("\n  ".join(("the run that nobody kills does not end right:", *reference.problems)))
    return chosen(reference.points, every=every)


def kill(points: Sequence[str], jobs: int, seeds: Path) -> int:
    """Kill a host at each of these points and print `kill points: n/n`; 0 when every story ended right."""
    began, right, asked = time.monotonic(), 0, 0
    for told in tell([Plot(point) for point in points], jobs):
        if told.problems:
            _failed(told, seeds)
        else:
            right, asked = right + 1, asked + told.questions
    took = time.monotonic() - began
    _print(f"kill points: {right}/{len(points)} ({asked} with one question), {took:.0f} s")
    return 0 if right == len(points) else 1


def _failed(told: Told, seeds: Path) -> None:
    """Say it, and keep it for the next change of the code."""
    point = told.point or ""
    _print(f"FAILED {point}", *told.problems, f"repeat: python -m tests.chaos.story {shlex.quote(point)}")
    seeds.mkdir(parents=True, exist_ok=True)
    seed = {"point": point, "problems": list(told.problems)}
    name = sha256(point.encode()).hexdigest()[:12]
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
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="stories at a time (2)")
    parser.add_argument("--seeds", type=Path, default=SEEDS, metavar="DIR", help="where points that fail are kept")
    options = parser.parse_args(arguments)
    points = known(options.seeds) if options.known else enumerated(every=options.all)
    return kill(points, options.jobs, options.seeds)


if __name__ == "__main__":
    sys.exit(main())
