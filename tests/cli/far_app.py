"""An app elsewhere for tests of the command line: a TLS socket with canned answers, and a client that trusts it."""

import json
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import trustme

from cli.remote.address import Address
from cli.remote.client import Client
from tests.builders.fleet_facts import NOW
from tests.hcx.hcx_peer import Answers, Peer, Reply, said
from tests.hcx.hcx_site import server_context

BEARER = "bearer-canary-815"
RUN = "GET /v1/runs/r1"


@dataclass
class Far:
    """The app, somebody who calls it, and how long they waited in between."""

    peer: Peer
    client: Client
    pauses: list[float] = field(default_factory=list)


@contextmanager
def far_app(answers: Answers, *, here: bool = False) -> Iterator[Far]:
    """An app that gives these answers, called by somebody with a token.

    Args:
        answers: by method and target.
        here: whether the caller takes it for one of this machine.
    """
    ca, pauses = trustme.CA(), list[float]()
    tls = ssl.create_default_context()
    ca.configure_trust(tls)
    with Peer(server_context(ca, "localhost", 30), answers) as peer:
        address = Address(base=f"https://localhost:{peer.port}", audience="api://fleet", here=here)
        with Client(address, lambda: BEARER, pause=pauses.append, tls=tls) as client:
            yield Far(peer=peer, client=client, pauses=pauses)


def problem(status: int, code: str, headers: Mapping[str, str] | None = None, **more: Any) -> Reply:
    """The app says no."""
    document = {
        "type": f"urn:hcx-fleet:problem:{code}",
        "title": "No",
        "status": status,
        "detail": "it does not go",
        "code": code,
        "remedy": "ask somebody",
        "errors": [],
        **more,
    }
    types = {"content-type": "application/problem+json", "x-ms-error-code": code}
    return Reply(status, json.dumps(document).encode(), {**types, **(headers or {})})


def run_document(**more: Any) -> dict[str, Any]:
    """A run, as far as a command goes by it."""
    return {
        "id": "r1",
        "status": "Running",
        "kind": "upgrade",
        "target": None,
        "subject": None,
        "parent": None,
        "planHash": "a" * 64,
        "problem": "",
        "detail": {"phase": "running"},
        "percent": 40,
        "why": "1 task is under way.",
        "whoCanAct": "hcx-fleet",
        "tasks": [],
        "placed": [],
        **more,
    }


def run_said(tag: str = '"7"', retry_after: str = "15", **more: Any) -> Reply:
    """The answer that tells of it."""
    return said(run_document(**more), headers={"etag": tag, "retry-after": retry_after})


FINISHED: Mapping[str, Any] = {"status": "Succeeded", "detail": {"phase": "finished"}, "percent": 100}


def journal_said(*texts: str, cursor: int = 0) -> Reply:
    """The answer that tells what happened."""
    entries = [
        {
            "sequence": cursor + number,
            "key": text,
            "at": NOW.isoformat(),
            "kind": "observed",
            "text": text,
            "task": None,
        }
        for number, text in enumerate(texts, 1)
    ]
    return said({"value": entries, "cursor": cursor + len(texts), "more": False, "faults": [], "nextLink": None})


def commanded(text: str = "The run is paused.") -> Reply:
    """The answer to a command that is kept."""
    return said({"runId": "r1", "key": "k", "kind": "pause", "by": "ann", "text": text, "still": []}, 202)
