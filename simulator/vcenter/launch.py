"""Runs a peer for as long as a block of code does, and changes what it holds."""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import trustme

from simulator.vcenter.build import PeerUnavailableError, built
from simulator.vcenter.content import Content, Machine, document, machine_document

CONTROL_SECONDS = 10.0
END_SECONDS = 10


class RunningVcenter:
    """A vCenter that runs, and the hand that changes it."""

    def __init__(self, address: str, port: int, control: int) -> None:
        self.address = address
        self.port = port
        self._control = httpx.Client(base_url=f"http://127.0.0.1:{control}", timeout=CONTROL_SECONDS, trust_env=False)

    def close(self) -> None:
        """Let go of the control endpoint."""
        self._control.close()

    def state(self) -> dict[str, Any]:
        """`calls` by method, and `snapshots`: their names by virtual machine."""
        found: dict[str, Any] = self._control.get("/state").raise_for_status().json()
        return found

    def calls(self, method: str) -> int:
        """How often a method was called."""
        return int(self.state()["calls"].get(method, 0))

    def snapshots(self, machine: str) -> list[str]:
        """Names of the snapshots of a virtual machine."""
        found: list[str] = self.state()["snapshots"][machine]
        return found

    def become(self, condition: Mapping[str, Any]) -> None:
        """Have that trouble and no other."""
        self._tell("/condition", condition)

    def register(self, versions: Mapping[str, str], at: datetime) -> None:
        """Give extensions a version, as a manager does when it registers them anew."""
        self._tell("/extensions", {"Versions": dict(versions), "At": at.isoformat()})

    def begin_task(self, machine: str, description: str, user: str, percent: int = 10) -> None:
        """Let somebody run a task on a virtual machine, until `end_tasks`."""
        self._tell("/tasks", {"VM": machine, "DescriptionID": description, "User": user, "Progress": percent})

    def end_tasks(self) -> None:
        """All tasks of others are over."""
        self._tell("/tasks", {"End": True})

    def raise_alarm(self, title: str, status: str = "red", machine: str = "") -> None:
        """Trigger an alarm on a virtual machine, or on the datacenter."""
        self._tell("/alarms", {"VM": machine, "Title": title, "Status": status})

    def calm(self) -> None:
        """No alarm is triggered any more."""
        self._tell("/alarms", {"Clear": True})

    def free_space(self, gigabytes: int) -> None:
        """Set the free space of every datastore."""
        self._tell("/space", {"FreeGb": gigabytes})

    def maintenance(self, *, on: bool) -> None:
        """Put the first host into maintenance mode, or take it out."""
        self._tell("/maintenance", on)

    def deny(self, privileges: Sequence[str]) -> None:
        """Take these privileges away, and give back all others."""
        self._tell("/privileges", list(privileges))

    def end_sessions(self) -> None:
        """Every log-in so far counts no more."""
        self._tell("/sessions/drop", {})

    def keep_silent(self, *, on: bool) -> None:
        """Take calls and answer none."""
        self._tell("/silence", on)

    def add(self, machine: Machine) -> None:
        """Add a virtual machine."""
        self._tell("/machines", machine_document(machine))

    def deploy_anew(self, machine: str, instance_uuid: str) -> None:
        """Another virtual machine takes the name and the address of this one."""
        self._tell("/machines/replace", {"Name": machine, "InstanceUUID": instance_uuid})

    def _tell(self, path: str, body: object) -> None:
        self._control.post(path, json=body).raise_for_status()


@contextmanager
def running_vcenter(
    content: Content, leaf: trustme.LeafCert, address: str = "127.0.0.1", port: int = 0
) -> Iterator[RunningVcenter]:
    """Serve `content` with the certificate `leaf` while the block runs.

    The process ends when its standard input closes, so that it outlives nobody, even one who is killed.

    Raises:
        PeerUnavailableError: it cannot be built, or did not start.
    """
    chain, key = leaf.cert_chain_pems[0].bytes().decode(), leaf.private_key_pem.bytes().decode()
    program = built()
    with tempfile.TemporaryDirectory(prefix="vcenter-") as folder:
        path = Path(folder) / "content.json"
        path.touch(mode=0o600)
        path.write_text(json.dumps(document(content, address, port, chain, key)), "utf-8")
        with subprocess.Popen(  # noqa: S603 -- a program of our own
            [str(program), str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={"PATH": os.defpath, "HOME": folder},
        ) as process:
            yield from _served(process, address)


def _served(process: "subprocess.Popen[str]", address: str) -> Iterator[RunningVcenter]:
    if process.stdin is None or process.stdout is None:
        raise PeerUnavailableError("the vCenter peer has no pipes")
    try:
        said = process.stdout.readline()
        if not said.startswith("ready "):
            raise PeerUnavailableError("the vCenter peer did not start: its certificate, port or content is refused")
        ready = json.loads(said.removeprefix("ready "))
        running = RunningVcenter(address, int(ready["port"]), int(ready["control"]))
        try:
            yield running
        finally:
            running.close()
    finally:
        process.stdin.close()
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
