"""Which methods an address takes."""

from pathlib import Path

import pytest

from shared.api.addresses import Addresses
from tests.api.api_fleet import Api

RUN = ("/v1/runs/{runId}", {"PUT"}), ("/v1/runs/{runId}", {"GET"}), ("/v1/runs/{runId}:pause", {"POST"})
TASK = ("/v1/runs/{runId}/tasks/{taskId}:pause", {"POST"}), ("/v1/leases/{subject:path}:break", {"POST"})
ADDRESSES = Addresses([*RUN, *TASK])


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/v1/runs/r1", ("GET", "PUT")),
        ("/v1/runs/r1:pause", ("POST",)),
        ("/v1/runs/r\n1", ("GET", "PUT")),
        ("/v1/runs/r1:fly", ()),
        ("/v1/runs/r1/tasks/manager:con-a:pause", ("POST",)),
        ("/v1/leases/mesh:a/b:break", ("POST",)),
        ("/v1/nothing", ()),
    ],
)
def test_an_address_takes_the_methods_of_all_its_routes(path: str, methods: tuple[str, ...]) -> None:
    """A verb is never a part of a name, and where there is nothing, no method is taken."""
    assert ADDRESSES.methods(path) == methods


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("DELETE", "/v1/runs/r1", "GET, PUT"),
        ("PUT", "/v1/runs/r1:approve", "POST"),
        ("GET", f"/v1/plans/{'0' * 64}:reject", "POST"),
        ("OPTIONS", "/v1/plans", "GET, POST"),
        ("POST", "/v1/openapi.json", "GET"),
    ],
)
def test_another_method_is_told_which_there_are(tmp_path: Path, method: str, path: str, allow: str) -> None:
    """405 with every method that the address takes, whatever else is wrong with the call."""
    answer = Api(tmp_path).call(method, path)

    assert (answer.status_code, answer.json()["code"]) == (405, "method.notAllowed")
    assert answer.headers["Allow"] == allow
