"""An HCX manager for tests: a real TLS socket, a table of canned answers, and a record of what arrived."""

import json
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Any, Self

TOKEN = "token-canary-4711"  # noqa: S105 -- what tests look for in places where it must not be
LOGIN = "POST /hybridity/api/sessions"


@dataclass
class Got:
    """A request as it arrived."""

    call: str
    """Method and target."""
    headers: dict[str, str]
    body: bytes
    connection: int
    """Number of the connection it came over."""


@dataclass
class Reply:
    """What to answer."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    def wire(self) -> bytes:
        """The answer as it is sent."""
        headers = {"content-length": str(len(self.body)), **self.headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"HTTP/1.1 {self.status} Said\r\n{lines}\r\n".encode() + self.body


@dataclass
class Raw:
    """Bytes to send as they are before hanging up."""

    content: bytes = b""


class Silence:
    """Say nothing until the peer closes."""


type Answer = Reply | Raw | Silence
type Answers = Mapping[str, Answer | Callable[[Got], Answer]]


def said(document: object, status: int = 200, headers: dict[str, str] | None = None) -> Reply:
    """A JSON answer."""
    return Reply(status, json.dumps(document).encode(), {"content-type": "application/json", **(headers or {})})


def xml(text: str, status: int) -> Reply:
    """An XML answer."""
    return Reply(status, text.encode(), {"content-type": "application/xml"})


class Peer:
    """Listens until it is left. What is not in the table is answered with 404."""

    def __init__(self, context: ssl.SSLContext, answers: Answers, host: str = "127.0.0.1") -> None:
        self.answers: dict[str, Answer | Callable[[Got], Answer]] = dict(answers)
        self.got: list[Got] = []
        self.connections = 0
        self.bytes_received = 0
        """Bytes after the handshake."""
        self._context = context
        self._lock = Lock()
        self._closing = Event()
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server((host, 0))
        self.port: int = self._listener.getsockname()[1]
        self._acceptor = Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._acceptor.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening and hang up."""
        if self._closing.is_set():
            return
        self._closing.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for one in self._open:
                one.close()

    def calls(self) -> list[str]:
        """Method and target of every request, in order."""
        return [one.call for one in self.got]

    def count(self, call: str) -> int:
        """How often that call arrived."""
        return self.calls().count(call)

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            Thread(target=self._serve, args=(plain, self.connections), daemon=True).start()

    def _serve(self, plain: socket.socket, number: int) -> None:
        with self._lock:
            self._open.add(plain)
        try:
            with self._context.wrap_socket(plain, server_side=True) as connection:
                while self._one(connection, number):
                    pass
        except OSError:  # the other side did not like the certificate, or hung up
            plain.close()

    def _one(self, connection: ssl.SSLSocket, number: int) -> bool:
        """Serve one request; False once the connection is over."""
        head = self._until(connection, b"\r\n\r\n")
        if head is None:
            return False
        lines = head.decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:] if line)
        }
        body = self._exactly(connection, int(headers.get("content-length", "0")))
        got = Got(call=lines[0].rsplit(" ", 1)[0], headers=headers, body=body, connection=number)
        with self._lock:
            self.got.append(got)
        return self._answer(connection, got)

    def _answer(self, connection: ssl.SSLSocket, got: Got) -> bool:
        found = self.answers.get(got.call, Reply(404))
        answer = found(got) if callable(found) else found
        match answer:
            case Reply():
                connection.sendall(answer.wire())
                return True
            case Raw(content=content):
                connection.sendall(content)
                connection.unwrap()
                return False
            case _:
                self._closing.wait(30)
                return False

    def _until(self, connection: ssl.SSLSocket, end: bytes) -> bytes | None:
        content = b""
        while not content.endswith(end):
            piece = connection.recv(1)
            if not piece:
                return None
            self.bytes_received += len(piece)
            content += piece
        return content

    def _exactly(self, connection: ssl.SSLSocket, size: int) -> bytes:
        content = b""
        while len(content) < size:
            piece = connection.recv(size - len(content))
            if not piece:
                break
            self.bytes_received += len(piece)
            content += piece
        return content


API = "/hybridity/api"
MESH = "servicemesh-1"
IX, IX_PEER = "appliance-ix", "appliance-ix-peer"
SELF_ID, CLOUD_ID = "endpoint-con", "endpoint-pc"
V4_STATUS, V4_BUNDLE, V4_START = (
    "GET /api/admin/upgrade",
    "GET /api/admin/upgrade/bundle",
    "POST /api/admin/upgrade",
)
UPGRADE_APPLIANCE = f"POST {API}/interconnect/serviceMesh/{MESH}/appliances/upgrade"
APPLIANCES = f"POST {API}/interconnect/appliances/query"
TASKS = f"GET {API}/interconnect/tasks"
SUPPORT = f"GET {API}/metainfo/context/support"
LIVENESS = f"GET {API}/endpointInfo"
NO_UPGRADE = said({"status": "NOT_STARTED", "message": "none"})


def of_version(text: str) -> Reply:
    """The answer that tells a manager's version."""
    return said({"success": True, "data": {"localEndpoints": [{"endpoint": {"version": text}}]}})


def appliance(version: object, peer_version: object, tunnel: str = "UP") -> dict[str, Any]:
    """An interconnect appliance with its peer, as its own side lists it."""

    def one(name: str, system: str, version: object) -> dict[str, Any]:
        return {
            "applianceId": name,
            "applianceName": f"mesh-{name}",
            "applianceType": "HCX-WAN-IX",
            "serviceMeshId": MESH,
            "endpointId": system,
            "applianceVersion": version,
            "networkExtensionCount": 0,
            "status": {"summary": {"overallStatus": tunnel, "reasons": []}},
        }

    return {**one(IX, SELF_ID, version), "peerAppliances": [one(IX_PEER, CLOUD_ID, peer_version)]}


def task(status: str = "RUNNING", *, names: tuple[str, ...] = (IX,), mesh: str = MESH) -> dict[str, Any]:
    """An interconnect task."""
    return {
        "interconnectTaskId": "task-1",
        "entityDetails": {"id": mesh, "type": "ServiceMesh", "name": "mesh"},
        "type": "upgradeAppliances",
        "status": status,
        "progress": 40,
        "message": "Deploying",
        "errorMessage": "it broke" if status == "FAILED" else "",
        "request": {"appliances": [{"applianceId": name} for name in names]},
        "steps": [{"title": "Deploy", "status": status, "errors": [], "warnings": []}],
    }


def upgrade(status: str, version: str = "4.11.4") -> Reply:
    """An `UpgradeResponse` about that version."""
    return said(
        {
            "status": status,
            "message": "Upgrade",
            "progress": 60,
            "createTime": 1_700_000_000_000,
            "bundleMetadata": {"version": version, "buildNumber": "25000001"},
            "subTasks": [{"state": "APPLY_UPGRADE", "status": status, "message": "applying"}],
        }
    )


OLD = {"major": 4, "minor": 11, "patch": 3, "build": 24972695}


def healthy() -> dict[str, Answer | Callable[[Got], Answer]]:
    """A connector at 4.11.3 with one mesh, nothing running, and the bundle of 4.11.4 staged."""
    return {
        LIVENESS: Reply(404),
        LOGIN: said({"success": True}, headers={"x-hm-authorization": TOKEN}),
        SUPPORT: of_version("4.11.3.0-24972695"),
        f"POST {API}/service/inventory/cloud/list": said({"data": {"items": [{"endpointId": SELF_ID, "name": "con"}]}}),
        f"GET {API}/cloudConfigs": said(
            {"data": {"items": [{"endpointId": CLOUD_ID, "name": "pc", "url": "u", "status": {"state": "CONNECTED"}}]}}
        ),
        f"GET {API}/interconnect/serviceMesh": said({"items": [_mesh(), _system_mesh()]}),
        APPLIANCES: said({"items": [appliance(OLD, OLD)]}),
        f"GET {API}/l2Extensions": said({"items": [_extension()]}),
        f"POST {API}/migrations?action=query": said({"rows": [_migration("MIGRATING"), _migration("MIGRATED")]}),
        f"POST {API}/replications?action=query": said(_counters(1)),
        TASKS: said({"items": [task("SUCCESS")], "paging": {"offset": 0, "pageSize": 1, "totalSize": 1}}),
        "GET /components/appengine/status": said({"result": "RUNNING"}),
        "GET /components/web/status": said({"result": "RUNNING"}),
        "GET /components/planengine/status": said({"result": "STOPPED"}),
        "GET /api/admin/global/config/vcenter": _registered("OK"),
        "GET /api/admin/global/config/nsx": _registered("CONNECTION_FAILED"),
        V4_STATUS: NO_UPGRADE,
        V4_BUNDLE: upgrade("SUCCESS"),
        V4_START: said({"status": "QUEUED", "createTime": 1_700_000_000_000}, 202),
        UPGRADE_APPLIANCE: said({"data": {"interconnectTaskId": "task-9", "serviceMeshId": MESH}}),
    }


def _registered(state: str) -> Reply:
    return said({"data": {"items": [{"config": {"status": state, "password": "cGFzcw=="}, "section": "s"}]}})


def _mesh() -> dict[str, Any]:
    return {
        "serviceMeshId": MESH,
        "name": "mesh",
        "state": "COMMITTED",
        "backingApplianceType": "PHOTON",
        "computeProfiles": [
            {"endpointId": SELF_ID, "endpointName": "con", "isInitiator": True},
            {"endpointId": CLOUD_ID, "endpointName": "pc", "isInitiator": False},
        ],
        "services": [{"name": "INTERCONNECT"}, {"name": "VMOTION"}],
        "lastTaskDetails": {"type": "resyncServiceMesh", "status": "RUNNING", "taskId": "gone"},
    }


def _system_mesh() -> dict[str, Any]:
    return {
        "serviceMeshId": "servicemesh-self",
        "name": "default-service-mesh-1",
        "state": "COMMITTED",
        "backingApplianceType": "NOT_APPLICABLE",
        "computeProfiles": [{"endpointId": SELF_ID, "isInitiator": True}],
    }


def _extension() -> dict[str, Any]:
    return {
        "stretchId": "stretch-1",
        "operationStatus": {"state": "REALIZED"},
        "sourceNetwork": {"networkId": "dvpg-1", "networkName": "app-net"},
        "sourceAppliance": {"applianceId": "appliance-ne"},
    }


def _migration(state: str) -> dict[str, Any]:
    return {
        "migrationId": f"migration-{state}",
        "migrationInfo": {
            "entityDetails": {"entityName": "vm-1"},
            "migrationType": "BULK",
            "phase": "SWITCHOVER_WAITING",
        },
        "jobInfo": {"state": state, "creationDate": "2026-11-20T06:00:00Z"},
    }


def _counters(active: int) -> dict[str, Any]:
    counters: dict[str, Any] = {f"{name}ReplicationCnt": {} for name in ("configuring", "recovering", "syncing")}
    return {**counters, "activeReplicationCnt": {"outgoing": active, "incoming": 2}}
