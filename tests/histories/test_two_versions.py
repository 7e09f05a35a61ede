"""An orchestration that changed carries a new name, and what the old one had begun finishes on the old code."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded.clock import SystemClock
from embedded.host import LocalHost
from tests.app.histories import history_of
from tests.histories.kept import History, kind
from tests.histories.replay import registry_of, strays

APP = Path(__file__).parent / "two_versions"


@pytest.fixture
def host() -> Iterator[LocalHost]:
    """The app that has both."""
    with LocalHost(APP, SystemClock()) as made:
        yield made


def _visited(host: LocalHost, release: str) -> tuple[str, list[str]]:
    """Start a visit as a release does, and ring once it waits; its name and the activities that it asked for."""
    assert host.http("PUT", f"/{release}/{release}-1").status == 200
    assert host.wait_idle(10)
    assert host.http("POST", f"/ring/{release}-1").status == 200
    ended = host.wait_for_instance(release + "-1", 10)
    assert ended.status == "COMPLETED", ended
    asked = (one for one in history_of(host, ended.id) if kind(one) == "taskScheduled")
    return ended.name, [one.taskScheduled.input.value.strip('"') for one in asked]


def test_each_finishes_on_the_code_that_it_was_started_with(host: LocalHost) -> None:
    """One that the earlier release started goes on as it did, beside one that is started now."""
    assert _visited(host, "before") == ("visit", ["knock", "leave"])
    assert _visited(host, "now") == ("visit_2", ["look around", "stay"])


def test_new_code_under_the_old_name_would_have_broken_it(host: LocalHost) -> None:
    """The history that the old one left is no history of the new one: hence the name."""
    from tests.histories.two_versions.function_app import visit, visit_2  # noqa: PLC0415 -- the app is loaded by its host

    _visited(host, "before")
    left = History(instance="before-1", name="visit", events=tuple(history_of(host, "before-1")))
    renamed = registry_of([visit])
    renamed.orchestrators["visit"] = visit_2

    assert strays(left, registry_of([visit, visit_2])) == []
    assert "NonDeterminismError" in strays(left, renamed)[1]
