"""Runs a function in a process of its own, forked from one that has imported everything already.

A fork shares nothing with its parent but what was imported before. A new interpreter instead spends two seconds of a
core on imports, and its world another one: half of what most plays take. It is forked from a server that does nothing
else, and not from the test run, whose threads a fork would cut off.
"""

import importlib
import multiprocessing
import os
import sys
import tempfile
from pathlib import Path

from shared.model.record import record

SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["tests.warm"])


@record
class Ended:
    """What a process printed and how it ended."""

    code: int
    out: str
    err: str


@record
class Call:
    """What a process is to do, and where."""

    module: str
    function: str
    folder: Path
    arguments: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    """Of its command line."""


def forked(call: Call, seconds: float) -> Ended:
    """Run it to its end.

    Raises:
        TimeoutError: it took longer than that, and was killed; with what it had printed.
    """
    with tempfile.TemporaryDirectory(prefix="hcx-forked-") as place:
        streams = Path(place) / "out", Path(place) / "err"
        process = SERVER.Process(target=_carry_out, args=(call, streams, dict(os.environ)))  # noqa: TID251 -- as it is
        process.start()
        process.join(seconds)
        late = process.is_alive()
        if late:
            process.kill()
            process.join()
        out, err = (one.read_text("utf-8") if one.exists() else "" for one in streams)
        if late:
            raise TimeoutError(f"{call} took more than {seconds:g} s; {out[-1000:]} {err[-3000:]}")
        return Ended(code=process.exitcode or 0, out=out, err=err)


def played(module: str, *arguments: object) -> None:
    """Run the `main` of a module that plays a scenario.

    Raises:
        AssertionError: it failed; with the end of what it printed.
    """
    call = Call(module=module, function="main", folder=Path.cwd(), arguments=tuple(map(str, arguments)))
    ended = forked(call, seconds=170)
    assert ended.code == 0, ended.err[-3000:]


def _carry_out(call: Call, streams: tuple[Path, Path], environment: dict[str, str]) -> None:
    for number, file in enumerate(streams, start=1):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), number)
    os.environ.clear()  # noqa: TID251 -- the server has the environment of the moment at which it began
    os.environ.update(environment)  # noqa: TID251
    os.chdir(call.folder)
    sys.argv = list(call.words) or [call.module]  # never empty: what is forked from here in turn writes its first word
    sys.path = [one for one in sys.path if one]  # else the files of that folder could be imported
    sys.exit(getattr(importlib.import_module(call.module), call.function)(*call.arguments))
