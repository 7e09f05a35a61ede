"""`python -m simulator --world FILE --out DIR [--seed N] [--speed N | --lockstep]`: serve a world until interrupted."""

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from simulator.build import build
from simulator.loading import load, schema
from simulator.reading import FileUnreadableError
from simulator.serving import served
from simulator.state import World

WRONG_USE = 2
SPEED = 600.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; 2 when the world file or the arguments are wrong."""
    options = _parser().parse_args(arguments)
    if options.schema:
        sys.stdout.write(json.dumps(schema(), indent=2) + "\n")
        return 0
    if options.world is None or options.out is None:
        sys.stderr.write("--world and --out are needed\n")
        return WRONG_USE
    try:
        file = load(options.world, options.seed, options.fault)
    except FileUnreadableError as error:
        sys.stderr.write(f"{error}\n")
        return WRONG_USE
    try:
        options.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        sys.stderr.write(f"{options.out}: cannot be used as a folder: {error.strerror}\n")
        return WRONG_USE
    world = build(file, None if options.lockstep else options.speed)
    asyncio.run(_serve(world, options.out, attended=options.attended))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulator", description="Serve a simulated world.")
    parser.add_argument("--world", type=Path, metavar="FILE", help="the world file")
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder for the published files")
    parser.add_argument("--seed", type=int, metavar="N", help="replaces the seed of the world file")
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="NAME[@SUBJECT][,from=PT1H][,until=PT2H]",
        help="adds a fault of docs/faults.md; may be repeated",
    )
    parser.add_argument("--schema", action="store_true", help="print the JSON Schema of world files and stop")
    parser.add_argument("--attended", action="store_true", help="end as well when standard input does")
    pace = parser.add_mutually_exclusive_group()
    pace.add_argument("--speed", type=_speed, default=SPEED, metavar="N", help="world seconds in a second (600)")
    pace.add_argument("--lockstep", action="store_true", help="time stands still until it is advanced")
    return parser


def _speed(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1e6:  # noqa: PLR2004 -- beyond it one event a second is a fortnight
        raise argparse.ArgumentTypeError(f"{text!r} is not a number between 0 and 1000000")
    return value


async def _serve(world: World, folder: Path, *, attended: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if attended:
        loop.add_reader(sys.stdin, stop.set)  # nothing is ever written there: it can only end
    async with served(world, folder) as published:
        for told in published["without_effect"]:
            sys.stderr.write(f"{told}\n")
        sys.stdout.write(f"ready {json.dumps(published)}\n")
        sys.stdout.flush()
        await stop.wait()


if __name__ == "__main__":
    sys.exit(main())
