"""The doctor at vCenters that cannot be asked: what it takes to say so needs no vCenter."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
import trustme
from ruamel.yaml import YAML

from shared.rules.doctor import Line, State
from tests.cli.doctor_world import surgery

WORLD = """\
start: 2026-11-24T06:00:00Z
subscriptions: [{name: sub-a}]
connectors: [{name: con, hcx: "4.11.4"}]
"""
HOST = "vc.example.test"
ABOUT = "vCenter of con"


@contextmanager
def listening() -> Iterator[socket.socket]:
    """A port at which connections are made; nobody answers them by itself."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def said(folder: Path, port: int, *, login: bool = True) -> dict[str, Line]:
    """What the doctor says of a vCenter at that port, by check."""
    with surgery(folder, WORLD) as served:
        policy, yaml = folder / "world" / "fleet.yaml", YAML()
        yaml.preserve_quotes = True
        fleet = yaml.load(policy)
        place = {"endpoint": f"https://{HOST}:{port}", "address": "127.0.0.1", "ca": "ca.pem", "credentials": "kv:vc"}
        fleet["sites"][0]["connectors"][0]["vcenter"] = place
        yaml.dump(fleet, policy)
        found = served.lines(login=login)
    return {one.check: one for one in found if one.about == ABOUT}


def test_nobody_is_there(tmp_path: Path) -> None:
    """A refused connection is told with what to look at, and that nothing else was looked at."""
    with listening() as server:
        port = server.getsockname()[1]
    found = said(tmp_path, port)

    assert (found["reachable"].state, str(port) in found["reachable"].detail) == (State.FAILED, True)
    assert found["reachable"].remedy.startswith("see that vCenter runs")
    assert found["everything else"].state is State.NOT_CHECKED


def test_somebody_keeps_silent(tmp_path: Path) -> None:
    """A handshake that never ends is given up after seconds."""
    with listening() as server:
        found = said(tmp_path, server.getsockname()[1])

    assert (found["reachable"].state, "within 5 s" in found["reachable"].detail) == (State.FAILED, True)


@contextmanager
def shaking_hands(leaf: trustme.LeafCert) -> Iterator[tuple[int, list[bytes]]]:
    """A port at which TLS is spoken, and what was sent there beyond the handshake."""
    context, heard = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), list[bytes]()
    leaf.configure_cert(context)
    with listening() as server:
        thread = Thread(target=_listen, args=(server, context, heard))
        thread.start()
        yield server.getsockname()[1], heard
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def _listen(server: socket.socket, context: ssl.SSLContext, heard: list[bytes]) -> None:
    while True:
        try:
            plain, _ = server.accept()
        except OSError:  # the test is over
            return
        with plain:
            try:
                with context.wrap_socket(plain, server_side=True) as secured:
                    heard.append(secured.recv(1024))
            except OSError:  # the handshake was refused, as it should be
                continue


@pytest.mark.parametrize("login", [True, False])
def test_a_foreign_certificate_is_told_nothing(tmp_path: Path, login: bool) -> None:  # noqa: FBT001 -- a parameter
    """A certificate that nobody vouches for ends the look: not a byte is sent after the handshake."""
    with shaking_hands(trustme.CA().issue_cert(HOST)) as (port, heard):
        found = said(tmp_path, port, login=login)

    assert (found["certificate"].state, "not trusted" in found["certificate"].detail) == (State.FAILED, True)
    assert "fleet.yaml" in found["certificate"].remedy
    assert found["everything else"].state is State.NOT_CHECKED
    assert [one for one in heard if one] == []
