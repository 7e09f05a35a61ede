"""The HTTP server in front of a host, with a real client."""

import socket
from typing import TYPE_CHECKING

import httpx
import pytest

from embedded.front import serve_front

if TYPE_CHECKING:
    from tests.embedded.conftest import Sample


def test_a_request_passes_unchanged(sample: "Sample") -> None:
    """Method, path, repeated query parameters, headers and body reach the app, and its answer comes back."""
    with serve_front(sample.host) as front:
        answer = httpx.put(f"{front.url}/echo/a%20b/c?x=1&x=2", content=b"raw", headers={"X-Sample": "kept"})
    assert answer.status_code == 200
    seen = answer.json()
    assert (seen["rest"], seen["header"], seen["body"]) == ("a b/c", "kept", "raw")
    assert seen["query"] == [["x", "1"], ["x", "2"]]
    assert seen["url"].startswith(front.url)


def test_a_line_break_in_a_path_reaches_the_app(sample: "Sample") -> None:
    """What the app says of such an address is what a caller hears, as on Azure: the server has no opinion of it."""
    with serve_front(sample.host) as front:
        assert httpx.get(f"{front.url}/echo/a%0Ab").json() == {"detail": "Not Found"}


def test_a_run_can_be_started_and_followed(sample: "Sample") -> None:
    """An orchestration that was started over HTTP is followed to its end over HTTP."""
    with serve_front(sample.host) as front, httpx.Client(base_url=front.url) as client:
        assert client.put("/runs/it", params={"orchestrator": "chain"}, json=["one"]).status_code == 200
        sample.host.wait_for_instance("it", timeout=5)
        assert client.get("/runs/it").json() == {"status": "COMPLETED"}


def test_statuses_come_back(sample: "Sample") -> None:
    """What the app and the host answer besides 200 keeps its status."""
    with serve_front(sample.host) as front, httpx.Client(base_url=front.url) as client:
        assert client.delete("/plain/ann").status_code == 404
        assert client.get("/plain/nobody").status_code == 500
        assert client.get("/plain/ann").text == "hello ann"
        assert client.get("/echo/x").status_code == 405


def test_another_name_is_refused(sample: "Sample") -> None:
    """A request that a browser sends under a foreign name is answered with 400 and does not reach the app."""
    with serve_front(sample.host) as front:
        assert httpx.get(f"{front.url}/plain/ann", headers={"host": "evil.example"}).status_code == 400


def test_a_taken_port_is_an_error(sample: "Sample") -> None:
    """A port that somebody else listens on is refused at once."""
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(OSError, match="in use"),
        serve_front(sample.host, taken.getsockname()[1]),
    ):
        pass
