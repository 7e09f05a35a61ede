"""The command as a user meets it: help, wrong use, wrong files, interruption. Never a stack trace."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Event
from time import monotonic

import pytest

from cli.reference import reference
from tests.api.api_fleet import PAIR, Api
from tests.cli.command import ROOT, launched, started

HEAVY = {"azure", "durabletask", "fastapi", "grpc", "httpx", "pydantic", "sqlite3", "starlette", "uvicorn"}
WORLD = ROOT / "examples" / "worlds" / "one-pair.yaml"


def python(code: str) -> subprocess.CompletedProcess[str]:
    """Run a few lines in an interpreter of their own."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603


def stored(folder: Path) -> Path:
    """Settings whose store holds one run of a small fleet."""
    Api(folder).keep_run("r1", PAIR)
    return settings_beside(folder)


def settings_beside(folder: Path) -> Path:
    """Settings of the store in a folder."""
    settings = folder / "settings.env"
    lines = {
        "HCX_FLEET_POLICY": folder / "fleet.yaml",
        "HCX_FLEET_SECRETS_FILE": folder / "secrets.yaml",
        "HCX_FLEET_STORE": folder / "store.sqlite",
        "HCX_FLEET_REPORTS": folder / "reports",
    }
    settings.write_text("".join(f"{name}={value}\n" for name, value in lines.items()), "utf-8")
    return settings


def test_the_reference_is_current() -> None:
    """docs/cli.md is what `python -m cli.reference` prints."""
    assert (ROOT / "docs" / "cli.md").read_text("utf-8") == reference()


def test_help_loads_nothing_heavy() -> None:
    """What makes a command slow is loaded by its body, not by the list of commands."""
    loaded = python("import cli.main, sys; print(*sorted({name.split('.')[0] for name in sys.modules}))").stdout

    assert HEAVY & set(loaded.split()) == set()


def test_the_launcher_works_from_anywhere(tmp_path: Path) -> None:
    """The command is found through its own place; a folder named like one of ours is not taken for it."""
    (tmp_path / "cli").mkdir()
    (tmp_path / "cli" / "__main__.py").write_text("raise SystemExit('wrong one')", "utf-8")
    answered = launched(tmp_path, "--help")

    assert answered.code == 0
    assert "simulate" in answered.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("why",),
        ("simulate",),
        ("check", "--nonsense"),
        ("serve", "--port", "nine"),
        ("demo", "-o", "xml"),
    ],
)
def test_wrong_use_is_2(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Unknown commands and options, missing arguments and impossible values are told, and exit 2."""
    answered = launched(tmp_path, *arguments)

    assert answered.code == 2
    assert "Error" in answered.err


def test_both_clocks_at_once_are_wrong_use(tmp_path: Path) -> None:
    """A world has one pace."""
    answered = launched(tmp_path, "simulate", "--world", WORLD, "--speed", "60", "--lockstep")

    assert (answered.code, answered.err) == (2, "error: --speed and --lockstep exclude each other\n")


@pytest.mark.parametrize("command", ["simulate", "demo"])
def test_a_broken_world_file_is_told_with_every_error(tmp_path: Path, command: str) -> None:
    """Each error names file, line and field; nothing is started."""
    world = tmp_path / "world.yaml"
    world.write_text(
        'start: yesterday\nclouds:\n  - {name: pc-a, subscription: s, hcx: "4.x"}\nweather: fine\n', "utf-8"
    )
    answered = launched(tmp_path, command, "--world", world)

    assert answered.code == 2
    assert answered.out == ""
    told = [text for text in answered.err.splitlines() if text.startswith("error: ")]
    assert [text for text in told if f"{world}:1: start" in text]
    assert [text for text in told if f"{world}:3: clouds[0].hcx" in text]
    assert [text for text in told if f"{world}:4: weather" in text]
    assert "Traceback" not in answered.err


@pytest.mark.parametrize("command", ["simulate", "demo"])
def test_wrong_faults_are_told_with_what_was_meant(tmp_path: Path, command: str) -> None:
    """Every fault of the command line that the world cannot have is told in the words in which it was given."""
    faults = ("--fault", "http_53", "--fault", "tunnel_down@mesh-lion")
    answered = launched(tmp_path, command, "--world", WORLD, *faults)

    assert (answered.code, answered.out) == (2, "")
    assert [text for text in answered.err.splitlines() if text.startswith("error: ")] == [
        "error: --fault http_53: name: there is no fault 'http_53'; did you mean http_503?",
        "error: --fault tunnel_down@mesh-lion: on: there is no mesh 'mesh-lion' in this file; did you mean mesh-lyon?",
    ]


@pytest.mark.parametrize("command", [("check",), ("plan",), ("run",), ("show", "fleet"), ("serve",), ("status",)])
def test_broken_settings_are_told_with_every_error(tmp_path: Path, command: tuple[str, ...]) -> None:
    """Each missing or wrong setting has a line with what to do."""
    settings = tmp_path / "settings.env"
    settings.write_text("HCX_FLEET_STORE=store.sqlite\nHCX_FLEET_SCHEDULE=never\nHCX_FLEET_ARM_ADDRESS=x\n", "utf-8")
    answered = launched(tmp_path, *command, "--settings", settings)

    assert (answered.code, answered.out) == (2, "")
    told = {text.split(":")[1].strip() for text in answered.err.splitlines()}
    assert {"HCX_FLEET_POLICY", "HCX_FLEET_REPORTS", "HCX_FLEET_SCHEDULE", "HCX_FLEET_ARM_ADDRESS"} <= told


def test_options_before_the_command_count(tmp_path: Path) -> None:
    """`hcx-fleet --settings FILE -o json status` is `hcx-fleet status --settings FILE -o json`."""
    settings = stored(tmp_path)

    before = launched(tmp_path, "--settings", settings, "-o", "json", "status")
    after = launched(tmp_path, "status", "--settings", settings, "-o", "json")
    assert (before.code, before.out[:1]) == (after.code, after.out[:1]) == (0, "{")


def test_status_shows_the_newest_run(tmp_path: Path) -> None:
    """Without a host: state, sentence, every cloud and every task."""
    answered = launched(tmp_path, "status", "--settings", stored(tmp_path))

    assert answered.code == 0
    assert answered.out.startswith("Run r1: Running, running, 0 %")
    assert "pc-a" in answered.out
    assert "con-a 4.10.3 → 4.11.4" in answered.out


def test_a_run_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    """Asking for the wrong run never answers for another one; the known ones are named."""
    answered = launched(tmp_path, "status", "r9", "--settings", stored(tmp_path))

    assert (answered.code, answered.err) == (2, "error: there is no run 'r9'; known: r1\n")


def test_why_says_what_stands_in_the_way(tmp_path: Path) -> None:
    """A cloud, a connector or a task is explained; a name that is none is wrong use with what may be meant."""
    settings = stored(tmp_path)
    known = launched(tmp_path, "why", "con-a", "--settings", settings)
    unknown = launched(tmp_path, "why", "con", "--settings", settings)

    assert known.code == 0
    assert "con-a" in known.out
    assert unknown.code == 2
    assert "con-a" in unknown.err


def test_no_store_is_no_stack_trace(tmp_path: Path) -> None:
    """Before the first run there is nothing to read, and it says how to get something."""
    settings = stored(tmp_path)
    (tmp_path / "store.sqlite").unlink()
    answered = launched(tmp_path, "why", "pc-a", "--settings", settings)

    assert answered.code == 2
    assert "hcx-fleet check makes one" in answered.err


def test_a_store_that_is_none_is_wrong_use(tmp_path: Path) -> None:
    """A file that is no store of ours is named."""
    settings = stored(tmp_path)
    for file in tmp_path.glob("store.sqlite*"):
        file.unlink()
    (tmp_path / "store.sqlite").write_text("no database at all", "utf-8")
    answered = launched(tmp_path, "status", "--settings", settings)

    assert answered.code == 2
    assert "store.sqlite" in answered.err


def test_an_internal_error_is_one_line_that_names_the_log() -> None:
    """The story is in the log, the terminal has where that is."""
    done = python("from cli.edge import carry_out; raise SystemExit(carry_out(lambda: 1 // 0))")
    told = done.stderr.splitlines()

    assert (done.returncode, len(told)) == (1, 1)
    log = Path(told[0].split("the log is ")[1])
    assert "ZeroDivisionError" in log.read_text("utf-8")
    log.unlink()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_simulated_world_ends_with_its_command(tmp_path: Path, how: signal.Signals) -> None:
    """It says how to go on with the world's own clock; ended, it says so, exits 130, and leaves no world behind."""
    process = started(tmp_path, "simulate", "--world", WORLD, "--out", tmp_path / "world")
    assert process.stdout is not None
    assert process.stderr is not None
    greeting = [process.stdout.readline() for _ in range(9)]
    children = _children(process.pid)
    process.send_signal(how)

    assert process.wait(20) == 130
    assert "Stopped: the world is gone" in process.stderr.read()
    assert "1 private cloud, 600 times real time" in greeting[0]
    assert any("connector con-lyon" in text for text in greeting)
    assert greeting[8].startswith("Use it: hcx-fleet check --settings ")
    assert greeting[8].endswith(f"--clock {tmp_path / 'world' / 'world.json'}\n")
    assert len(children) == 1
    assert not any(_alive(child) for child in children)
    process.stdout.close()
    process.stderr.close()


def test_no_world_outlives_a_command_that_was_killed(tmp_path: Path) -> None:
    """Killed without a chance to clean up, the command takes its world with it all the same."""
    process = started(tmp_path, "simulate", "--world", WORLD, "--out", tmp_path / "world")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    children = _children(process.pid)
    process.kill()
    process.wait(20)
    process.stdout.close()
    process.stderr.close()

    assert len(children) == 1
    assert _gone(children[0], seconds=20)


def _gone(pid: int, seconds: float) -> bool:
    """Whether a process ends in that time; one that only waits to be collected has ended."""
    ended = monotonic() + seconds
    while monotonic() < ended:
        if not _alive(pid) or Path(f"/proc/{pid}/stat").read_text("utf-8").split()[2] == "Z":
            return True
        Event().wait(0.1)
    return False


@pytest.mark.parametrize("command", [("demo", "--report-dir"), ("simulate", "--out")])
def test_a_folder_that_cannot_be_one_is_wrong_use(tmp_path: Path, command: tuple[str, str]) -> None:
    """A file where a folder should be is named, and nothing is said to have gone wrong inside."""
    (tmp_path / "taken").write_text("", "utf-8")
    answered = launched(tmp_path, command[0], "--world", WORLD, command[1], tmp_path / "taken")

    assert answered.code == 2
    assert str(tmp_path / "taken") in answered.err


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text("utf-8").split()]


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
