"""Probes on real sockets: who is there, who is not, and what says nothing of the network."""

import logging
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from shared.model.inventory import Trust
from shared.model.policy import Probe
from shared.model.probe import ProbeAnswer
from shared.probe.asking import NetworkProbes
from tests.hcx.hcx_peer import Reply, Silence
from tests.hcx.hcx_site import Site

CALL = "GET /health"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Certificates and peers for one test."""
    with ExitStack() as leave:
        yield Site(tmp_path, leave)


def _tcp(host: str, port: int) -> Probe:
    return Probe(name="shop", network="net-1", host=host, port=port)


def _get(site: Site, answer: Reply | Silence, *, host: str = "localhost", seconds: float = 2) -> ProbeAnswer:
    peer = site.peer({CALL: answer}, host="localhost")
    probe = Probe(name="shop", network="net-1", url=f"https://{host}:{peer.port}/health")
    return NetworkProbes(Trust(ca_file=site.ca_file)).ask(probe, seconds)


def test_whoever_takes_a_connection_is_there() -> None:
    """A connection is all that is wanted; nothing is sent over it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        answer = NetworkProbes().ask(_tcp("127.0.0.1", listener.getsockname()[1]), 2)
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.recv(1) == b""

    assert answer == ProbeAnswer(ok=True, detail="connected")


def test_whoever_refuses_a_connection_is_not() -> None:
    """A port at which nobody listens shows no traffic."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    assert NetworkProbes().ask(_tcp("127.0.0.1", port), 2).ok is False


@pytest.mark.parametrize(("status", "there"), [(200, True), (302, True), (401, True), (404, True), (500, False)])
def test_any_answer_below_500_shows_traffic(site: Site, status: int, *, there: bool) -> None:
    """A gateway answers 5xx for an application that it does not reach; a redirect is an answer and not followed."""
    answer = _get(site, Reply(status, b"", {"location": "https://elsewhere.example/"}))

    assert answer == ProbeAnswer(ok=there, detail=f"answered {status}")


def test_whoever_does_not_answer_is_given_up_in_time(site: Site) -> None:
    """A connection without an answer shows no traffic, after the seconds that were given."""
    began = time.monotonic()

    assert _get(site, Silence(), seconds=0.5).ok is False
    assert time.monotonic() - began < 2


def test_an_untrusted_certificate_says_nothing(site: Site) -> None:
    """Somebody answered and nobody knows who: neither traffic nor none."""
    peer = site.peer({CALL: Reply(200)}, host="localhost", ca=site.other_ca)
    probe = Probe(name="shop", network="net-1", url=f"https://localhost:{peer.port}/health")

    answer = NetworkProbes(Trust(ca_file=site.ca_file)).ask(probe, 2)

    assert (answer.ok, peer.got) == (None, [])
    assert "certificate" in answer.detail


@pytest.mark.parametrize(
    "probe",
    [
        _tcp("no-such-host.invalid", 80),
        Probe(name="shop", network="net-1", url="http://no-such-host.invalid/"),
    ],
    ids=["tcp", "http"],
)
def test_a_name_that_nobody_knows_says_nothing(probe: Probe) -> None:
    """Not to find whom to ask is no outage of the network."""
    assert NetworkProbes().ask(probe, 2).ok is None


def test_each_probe_makes_a_connection_of_its_own(site: Site) -> None:
    """A connection from before the change would prove nothing."""
    peer = site.peer({CALL: Reply(200)}, host="localhost")
    probe = Probe(name="shop", network="net-1", url=f"https://localhost:{peer.port}/health")
    probes = NetworkProbes(Trust(ca_file=site.ca_file))

    assert [probes.ask(probe, 2).ok for _ in range(3)] == [True] * 3
    assert peer.connections == 3


def test_what_is_answered_is_told_nowhere(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """Content of somebody's application belongs into no log and no journal."""
    caplog.set_level(logging.DEBUG)

    answer = _get(site, Reply(200, b"canary-in-the-body", {"x-canary": "canary-in-a-header"}))

    assert "canary" not in answer.detail
    assert "canary-in-the-body" not in caplog.text
