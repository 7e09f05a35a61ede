"""`python -m simulator` as a program."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from simulator.visitor import Visitor

ROOT = Path(__file__).parents[2]
ONE_PAIR = ROOT / "examples" / "worlds" / "one-pair.yaml"
TWO_HUNDRED = ROOT / "examples" / "worlds" / "two-hundred.yaml"
SECONDS_MAX = 30
MEMORY_KIB_MAX = 150 * 1024


def command(*arguments: object) -> list[str]:
    """The command line."""
    return [sys.executable, "-m", "simulator", *map(str, arguments)]


def finished(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run it to its end."""
    return subprocess.run(  # noqa: S603 -- our own program
        command(*arguments), cwd=ROOT, capture_output=True, text=True, timeout=SECONDS_MAX, check=False
    )


@contextmanager
def program(*arguments: object) -> Iterator[tuple[subprocess.Popen[str], Visitor]]:
    """Run it while the block does, and visit it."""
    with subprocess.Popen(  # noqa: S603 -- our own program
        command(*arguments), cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            word, _, document = process.stdout.readline().partition(" ")
            assert word == "ready"
            with Visitor(json.loads(document)) as visitor:
                yield process, visitor
        finally:
            process.kill()


def test_a_file_in_the_place_of_its_folder_is_wrong_use(tmp_path: Path) -> None:
    """A folder that cannot be written to is told in one line, with exit code 2."""
    (tmp_path / "out").write_text("", "utf-8")
    done = finished("--world", ONE_PAIR, "--out", tmp_path / "out")

    assert (done.returncode, done.stderr.splitlines()) == (
        2,
        [f"{tmp_path / 'out'}: cannot be used as a folder: File exists"],
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_it_is_told_to_stop(tmp_path: Path, number: signal.Signals) -> None:
    """It says ready once everything listens, serves, and ends with 0 and closed sockets on SIGTERM and SIGINT."""
    with program("--world", ONE_PAIR, "--out", tmp_path, "--lockstep") as (process, visitor):
        answers = visitor.manager("con-lyon").login().status_code, visitor.control.get("/clock").json()["mode"]
        process.send_signal(number)
        ended = process.wait(SECONDS_MAX)
        with pytest.raises(httpx.ConnectError):
            visitor.control.get("/clock")

    assert (answers, ended) == ((200, "lockstep"), 0)


def test_worlds_stand_side_by_side(tmp_path: Path) -> None:
    """Two worlds at the same time share addresses, and neither is in the other one's way."""
    with (
        program("--world", ONE_PAIR, "--out", tmp_path / "a", "--lockstep") as (_, first),
        program("--world", ONE_PAIR, "--out", tmp_path / "b", "--lockstep") as (_, second),
    ):
        for world in (first, second):
            con = world.manager("con-lyon")
            assert con.appliance("POST", "/api/admin/upgrade", {"targetVersion": "4.11.4"}).status_code == 202
            world.advance(timedelta(hours=1))
            assert con.login().status_code == 200


def test_speed_and_seed_can_be_given(tmp_path: Path) -> None:
    """Speed and seed come from the command line."""
    with program("--world", ONE_PAIR, "--out", tmp_path, "--speed", 1234, "--seed", 99) as (_, visitor):
        clock, ids = visitor.control.get("/clock").json(), {each["endpointId"] for each in visitor.truth()["managers"]}
    with program("--world", ONE_PAIR, "--out", tmp_path, "--lockstep") as (_, visitor):
        others = {each["endpointId"] for each in visitor.truth()["managers"]}

    assert (clock["mode"], clock["speed"]) == ("speed", 1234)
    assert ids.isdisjoint(others)


def test_a_broken_world_ends_with_2(tmp_path: Path) -> None:
    """A broken world file ends the program with 2 and its faults, one a line, and no stack trace."""
    bad = tmp_path / "bad.yaml"
    bad.write_text("clouds: 3\nsed: 1\n", "utf-8")

    result = finished("--world", bad, "--out", tmp_path / "out", "--lockstep")

    assert result.returncode == 2
    assert result.stderr.splitlines() == [
        f"{bad}:1: clouds: must be a valid list",
        f"{bad}:1: start: is required",
        f"{bad}:2: sed: is not a known key; did you mean seed?",
    ]


@pytest.mark.parametrize(
    "arguments", [("--speed", "0"), ("--speed", "fast"), ("--speed", "5", "--lockstep"), ("--nothing",), ()]
)
def test_wrong_arguments_end_with_2(arguments: tuple[str, ...]) -> None:
    """Wrong arguments end the program with 2."""
    assert finished(*arguments).returncode == 2


def test_it_prints_its_schema() -> None:
    """With --schema it prints the JSON Schema of world files."""
    assert json.loads(finished("--schema").stdout)["title"] == "WorldFile"


def test_two_hundred_clouds_fit(tmp_path: Path) -> None:
    """Four hundred managers listen within the time of a test, in less than 150 MB, and any of them answers."""
    with program("--world", TWO_HUNDRED, "--out", tmp_path, "--lockstep") as (process, visitor):
        for place in visitor.published["managers"][::40]:
            assert visitor.manager(place["id"]).login().status_code == 200
        status = Path(f"/proc/{process.pid}/status").read_text("utf-8")

    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    assert len(visitor.published["managers"]) == 400
    assert peak < MEMORY_KIB_MAX
