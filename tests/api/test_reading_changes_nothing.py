"""Every GET of the app, played against a store that is full: it changes nothing, starts nothing, and leaks nothing."""

import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute

from shared.api.app import ROUTES
from shared.model.codec import to_json_text
from shared.model.run import RunKind
from shared.report.stored import REVERT
from tests.api.api_fleet import Api
from tests.api.commanded_fleet import CONNECTOR
from tests.api.filled_fleet import filled
from tests.rules.test_reverting import FULL

OF_DURABLE = re.compile(
    r"/runtime/webhooks|durabletask|/instances/|taskHub|connection=|[?&]code=|sendEventPostUri|purgeHistory|terminate"
)
"""Addresses of the engine's own management, which carry a key to all of it."""

ABSENT: dict[str, str] = {"runId": "none", "cloud": "none", "planHash": "0" * 64, "taskId": "none"}
STRANGE: dict[str, str] = {
    "runId": "%00'%3B--",
    "cloud": "%E2%80%AE%3Cb%3E",
    "planHash": "9f2c'",
    "taskId": "..%5C..%0D%0A",
}


def routes() -> list[str]:
    """The path of every GET, as the app has it."""
    found = [route for module in ROUTES for route in module.router.routes if isinstance(route, APIRoute)]
    paths = [route.path for route in found if "GET" in (route.methods or set())]
    return ["/v1/health", "/v1/openapi.json", *paths]


@pytest.fixture
def api(tmp_path: Path) -> Api:
    """An API with an empty store."""
    return Api(tmp_path)


def test_every_get_of_the_app_is_played_here(api: Api) -> None:
    """The table of routes is the app's own: what is added tomorrow is played tomorrow."""
    document: dict[str, dict[str, Any]] = api.call("GET", "/v1/openapi.json").json()["paths"]

    assert {path for path, one in document.items() if "get" in one} == set(routes()) - {"/v1/openapi.json"}


@pytest.mark.parametrize("path", routes())
def test_no_get_changes_anything(api: Api, tmp_path: Path, path: str) -> None:
    """Whatever is asked for, of what is there, of what is not, or of nonsense: the store stays byte for byte as it was.

    The durable client is not called, no answer is an error of ours, and none holds an address of the engine.
    """
    plan = filled(api)
    api.keep_run("back", kind=RunKind.REVERT)
    api.store.put_document("back", REVERT, to_json_text(FULL))
    run = "back" if "revertPlan" in path else "u1"
    there = {"runId": run, "cloud": "pc-a", "planHash": plan.hash, "taskId": CONNECTOR}
    before = _content(tmp_path / "store.sqlite")
    api.durable = _Unused()  # type: ignore[assignment]

    for names in (there, ABSENT, STRANGE):
        answer = api.call("GET", path.format(**names), params={"draft": True} if "runSheet" in path else {})
        assert answer.status_code in ({200, 202} if names is there else {200, 202, 404, 422}), answer.text
        assert not OF_DURABLE.search(answer.text + str(dict(answer.headers)))
    assert _content(tmp_path / "store.sqlite") == before


def test_no_answer_to_a_change_holds_an_address_of_the_engine(api: Api) -> None:
    """Whoever starts or steers something is led to our own routes: the engine's would let them forge, and purge."""
    filled(api)
    calls: tuple[tuple[str, str, dict[str, str]], ...] = (
        ("PUT", "/v1/runs/r9", {"kind": "check"}),
        ("POST", "/v1/plans", {}),
        ("POST", "/v1/clouds/pc-a:check", {}),
        ("POST", "/v1/clouds/pc-a:upgrade", {}),
        ("POST", "/v1/runs/u1:resume", {"by": "Ann"}),
        ("POST", "/v1/runs/u1:cancel", {"by": "Ann"}),
        ("POST", "/v1/leases/manager:con-a:break", {"by": "Ann", "reason": "gone"}),
    )
    for method, path, body in calls:
        answer = api.call(method, path, body)
        assert answer.is_success, answer.text
        assert not OF_DURABLE.search(answer.text + str(dict(answer.headers)))


class _Unused:
    """A durable client that nobody may call."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"reading reached for {name} of the durable client")


def _content(path: Path) -> list[str]:
    with sqlite3.connect(path) as db:
        return list(db.iterdump())
