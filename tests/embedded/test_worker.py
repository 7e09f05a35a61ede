"""The production worker library: what it refuses here as on Azure, and what it leaves behind."""

import os
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from embedded.clock import SystemClock
from embedded.functions import AppInvalidError
from embedded.host import LocalHost
from embedded.worker import Worker
from tests.embedded.conftest import SAMPLE_APP, Sample

HEAD = """
from typing import Any
import azure.durable_functions as df
import azure.functions as func
app = df.DFApp()
"""


def app(folder: Path, code: str) -> Path:
    """Write an app."""
    (folder / "function_app.py").write_text(HEAD + dedent(code))
    return folder


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ('@app.activity_trigger(input_name="x")\ndef a(x: dict[str, Any]): ...', "invalid non-type annotation"),
        ('@app.activity_trigger(input_name="y")\ndef a(x: int): ...', "declared in Python"),
        ("import no_such_module", "No module named 'no_such_module'"),
        ("del app", "Could not find top level function app"),
        (
            '@app.entity_trigger(context_name="c")\ndef counter(c): ...',
            "this host serves no entities, and the app has counter",
        ),
        (
            '@app.route(route="x/{id:int}")\ndef a(req: func.HttpRequest) -> str: ...',
            "does not serve '{id:int}' in the route of a",
        ),
    ],
)
def test_an_app_that_cannot_be_served_is_refused(tmp_path: Path, code: str, says: str) -> None:
    """Starting a faulty app fails with what the worker or the host has against it."""
    with pytest.raises(AppInvalidError) as refused, LocalHost(app(tmp_path, code), SystemClock()):
        pass
    assert says in str(refused.value)


def test_a_folder_without_an_app_is_refused(tmp_path: Path) -> None:
    """A folder with no function_app.py is named in the refusal."""
    with pytest.raises(AppInvalidError, match=r"has no function_app\.py with functions"):
        LocalHost(tmp_path, SystemClock()).__enter__()


def test_hosts_may_follow_each_other(sample: Sample, tmp_path: Path) -> None:
    """When a host has stopped, or failed to start, another one of any app runs as if it were the first."""
    assert sample.run("chain", ["one"]) == ["ONE", "done"]
    with pytest.raises(RuntimeError, match="one at a time"):
        LocalHost(tmp_path, SystemClock()).__enter__()
    assert sample.run("fan_out", 1) == ["W0"]


def test_different_apps_may_follow_each_other(tmp_path: Path) -> None:
    """Two apps with a function of the same name, one after the other, each run their own."""
    code = '@app.route(route="plain/{{who}}")\ndef plain(req: func.HttpRequest) -> str: return "{}"'
    for answer in ("first", "second"):
        folder = tmp_path / answer
        folder.mkdir()
        with LocalHost(app(folder, code.format(answer)), SystemClock()) as host:
            assert host.http("GET", "/api/plain/x").text == answer


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    """Environment, import path and modules are afterwards what they were before."""
    before = (dict(os.environ), list(sys.path), sys.modules.get("function_app"))  # noqa: TID251 -- looked at, not used
    settings = {"SAMPLE_FOLDER": str(tmp_path), "PYTHON_THREADPOOL_THREAD_COUNT": "3"}
    with LocalHost(SAMPLE_APP, SystemClock(), app_settings=settings):
        assert os.environ["SAMPLE_FOLDER"] == str(tmp_path)  # noqa: TID251 -- what the app would see
        assert Path(str(sys.modules["function_app"].__file__)).parent == SAMPLE_APP
    after = (dict(os.environ), list(sys.path), sys.modules.get("function_app"))  # noqa: TID251 -- looked at, not used
    assert after == before


def test_the_thread_pool_has_the_size_of_the_setting(tmp_path: Path) -> None:
    """Synchronous functions run on as many threads as the app setting says, and on sixteen without it."""
    with LocalHost(app(tmp_path, ""), SystemClock(), app_settings={"PYTHON_THREADPOOL_THREAD_COUNT": "3"}):
        assert _pool_size() == 3
    with LocalHost(tmp_path, SystemClock()):
        assert _pool_size() == 16


def _pool_size() -> int:
    from azure_functions_runtime import get_threadpool_executor  # noqa: PLC0415 -- untyped, and of use here only

    size: int = get_threadpool_executor()._max_workers
    return size


def test_a_worker_knows_the_functions_of_its_app(tmp_path: Path) -> None:
    """Every function is indexed and loaded when the worker has started, two built in by the durable SDK included."""
    code = '@app.activity_trigger(input_name="x")\ndef a(x: int) -> int: return x'
    with Worker(app(tmp_path, code), {}) as worker:
        assert [each.name for each in worker.functions][-1] == "a"
        assert len(worker.functions) == 3
