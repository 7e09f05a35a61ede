"""How long the planner takes for 1,000 to 10,000 private clouds: `make bench`.

Only `make_plan` is timed, once for each size and in a process of its own: nothing is warm that would be cold in an
activity, and the peak of memory is that of one size. Facts, policy and catalogue are there before. It ends with 1 where
a promise is broken: 1,000 private clouds in 2 seconds, 10,000 in 20.
"""

import math
import multiprocessing
import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor

from benchmarks.large_fleet import large_inputs
from shared.model.record import record
from shared.rules.planner import make_plan

SIZES = (1_000, 2_000, 5_000, 10_000)
PROMISED_SECONDS = {1_000: 2.0, 10_000: 20.0}
LOOPS = 5_000_000
"""Rounds of the loop that tells how fast this machine runs Python: figures of two machines compare by it."""


@record
class Measured:
    """What came of planning one fleet."""

    clouds: int
    managers: int
    tasks: int
    seconds: float
    peak_mib: float
    """Of the whole process, facts included."""


def measure(clouds: int) -> Measured:
    """Plan a fleet of so many private clouds, once."""
    inputs = large_inputs(clouds)
    began = time.perf_counter()
    plan = make_plan(inputs)
    seconds = time.perf_counter() - began
    return Measured(
        clouds=clouds,
        managers=len(inputs.facts.managers),
        tasks=len(plan.tasks),
        seconds=seconds,
        peak_mib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def growth(measured: Iterable[Measured]) -> float:
    """The exponent with which time grows over size: 1 is linear, 2 quadratic. By a line through the logarithms."""
    points = [(math.log(one.clouds), math.log(one.seconds)) for one in measured]
    return statistics.linear_regression(*zip(*points, strict=True)).slope


def broken_promises(measured: Iterable[Measured]) -> Iterator[str]:
    """What took longer than is promised."""
    for one in measured:
        promised = PROMISED_SECONDS.get(one.clouds, math.inf)
        if one.seconds > promised:
            yield f"{one.clouds:,} private clouds took {one.seconds:.2f} s, promised are {promised:g} s"


def machine() -> str:
    """What this was measured on, with how fast it runs Python."""
    began = time.perf_counter()
    sum(number & 7 for number in range(LOOPS))
    loop = time.perf_counter() - began
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{os.cpu_count()} cores, {platform.machine()}, {python}, {LOOPS:,} rounds of a plain loop in {loop:.2f} s"


def table(measured: Iterable[Measured]) -> Iterator[str]:
    """The figures as lines of a Markdown table."""
    yield "| private clouds | managers | tasks | seconds | peak MiB |"
    yield "|---:|---:|---:|---:|---:|"
    for one in measured:
        yield f"| {one.clouds:,} | {one.managers:,} | {one.tasks:,} | {one.seconds:.2f} | {one.peak_mib:.0f} |"


def main() -> int:
    """Measure every size and print what came of it."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=fresh, max_tasks_per_child=1) as one_at_a_time:
        measured = list(one_at_a_time.map(measure, SIZES))
    broken = list(broken_promises(measured))
    told = (machine(), "", *table(measured), "", f"growth exponent {growth(measured):.2f} (1 is linear)", *broken)
    sys.stdout.write("\n".join(told) + "\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
