"""The command as a user meets it: signed in by azure-identity, at an app elsewhere behind TLS."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
import trustme

from tests.cli.command import LAUNCHER, Answered
from tests.cli.far_app import BEARER, problem
from tests.cli.identity_endpoint import identity_endpoint
from tests.hcx.hcx_peer import Answers, Peer, said
from tests.hcx.hcx_site import server_context

LEASES = "GET /v1/leases"
NONE_HELD: Answers = {LEASES: said({"value": []})}


def called(folder: Path, variables: Mapping[str, str], *words: str) -> Answered:
    """Carry out a command with these variables."""
    environment = {**os.environ, "NO_PROXY": "localhost,127.0.0.1", **variables}  # noqa: TID251 -- handed on
    done = subprocess.run(  # noqa: S603 -- our own launcher
        [LAUNCHER, *words], cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    return Answered(code=done.returncode, out=done.stdout, err=done.stderr)


def test_a_token_for_the_audience_is_sent(tmp_path: Path) -> None:
    """Variables alone say where the app is and what its tokens are for; the token is never printed."""
    ca = trustme.CA()
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    with identity_endpoint(BEARER) as identity, Peer(server_context(ca, "localhost", 30), NONE_HELD) as peer:
        app = {"HCX_FLEET_ENDPOINT": f"https://localhost:{peer.port}", "HCX_FLEET_AUDIENCE": "api://fleet"}
        trusted = {"SSL_CERT_FILE": str(tmp_path / "ca.pem")}
        answered = called(tmp_path, {**identity.variables, **app, **trusted}, "leases")

        assert (answered.code, answered.out) == (0, "No lease is held.\n"), answered.err
        assert identity.asked == ["api://fleet"]
        assert [one.headers["authorization"] for one in peer.got] == [f"Bearer {BEARER}"]
    assert BEARER not in answered.out + answered.err


@pytest.mark.parametrize("form", [("leases",), ("-o", "json", "status")])
def test_who_is_not_let_in_is_told(tmp_path: Path, form: tuple[str, ...]) -> None:
    """What the app says of a caller is one line and exit code 4."""
    ca = trustme.CA()
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    refusal = problem(403, "caller.role")
    answers = {LEASES: refusal, "GET /v1/runs?top=1000": refusal}
    with identity_endpoint(BEARER) as identity, Peer(server_context(ca, "localhost", 30), answers) as peer:
        trusted = {**identity.variables, "SSL_CERT_FILE": str(tmp_path / "ca.pem")}
        where = ("--endpoint", f"https://localhost:{peer.port}", "--audience", "api://fleet")
        answered = called(tmp_path, trusted, *where, *form)

    assert (answered.code, answered.out) == (4, "")
    assert answered.err == "error: No [caller.role]: it does not go (ask somebody)\n"


def test_an_app_that_proves_nothing_gets_no_token(tmp_path: Path) -> None:
    """A certificate of an authority that nobody trusts ends the call before anything is sent."""
    with identity_endpoint(BEARER) as identity, Peer(server_context(trustme.CA(), "localhost", 30), NONE_HELD) as peer:
        where = ("--endpoint", f"https://localhost:{peer.port}", "--audience", "api://fleet")
        answered = called(tmp_path, identity.variables, *where, "leases")

        assert (answered.code, peer.got) == (1, [])
    assert "certificate" in answered.err.lower()


def test_who_is_not_signed_in_is_told_what_to_do(tmp_path: Path) -> None:
    """One line, exit code 4, and the app is not even called."""
    with identity_endpoint(None) as identity, Peer(server_context(trustme.CA(), "localhost", 30), NONE_HELD) as peer:
        where = ("--endpoint", f"https://localhost:{peer.port}", "--audience", "api://fleet")
        answered = called(tmp_path, identity.variables, *where, "leases")

        assert (answered.code, answered.out, peer.connections) == (4, "", 0)
    assert len(answered.err.splitlines()) == 1
    assert "az login" in answered.err
