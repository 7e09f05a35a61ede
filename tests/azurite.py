"""Azurite, the storage emulator, as a process that tests start for themselves: real sockets, nothing kept on disk."""

import base64
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

from azure.core.credentials import AzureNamedKeyCredential

from shared.store.tables import TableStore, table_client

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / "tools" / "azurite" / "node_modules" / "azurite" / "dist" / "src" / "azurite.js"
ACCOUNT = "hcxfleet"
LISTENING = " service is successfully listening at "


@dataclass(frozen=True)
class Azurite:
    """A running emulator."""

    blobs: str
    """Endpoint, with the account in its path."""
    tables: str
    key: str

    @property
    def credential(self) -> AzureNamedKeyCredential:
        """The key of its one account."""
        return AzureNamedKeyCredential(ACCOUNT, self.key)

    def new_table(self) -> str:
        """The address of a table that is not there yet, for `open_table`."""
        return "|".join([self.tables, self.key, f"t{uuid4().hex}"])


def open_table(address: str, *, patience: float = 60, **options: Any) -> TableStore:
    """Open a store at the address of a table, from whatever process; `options` are of its client."""
    endpoint, key, table = address.split("|")
    client = table_client(endpoint, AzureNamedKeyCredential(ACCOUNT, key), table, **options)
    return TableStore(client, patience=patience)


@contextmanager
def running_azurite(*options: str) -> Iterator[Azurite]:
    """Start an emulator on free ports of the loopback, and end it, and it alone, afterwards."""
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    with subprocess.Popen(  # noqa: S603 -- the pinned package, by its own path
        [_node(), str(_script()), "--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry", "--silent"]
        + [argument for service in ("blob", "queue", "table") for argument in (f"--{service}Port", "0")]
        + list(options),
        env={"AZURITE_ACCOUNTS": f"{ACCOUNT}:{key}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            found = _endpoints(process)
            yield Azurite(blobs=found["Blob"], tables=found["Table"], key=key)
        finally:
            process.kill()


def _endpoints(process: subprocess.Popen[str]) -> dict[str, str]:
    """Where each service listens, as it says itself; what it says later is read and dropped, so that it never waits."""
    assert process.stdout is not None
    found: dict[str, str] = {}
    said = []
    for line in process.stdout:
        said.append(line)
        if LISTENING in line:
            service, _, url = line.strip().removeprefix("Azurite ").partition(LISTENING)
            found[service] = f"{url}/{ACCOUNT}"
        if len(found) == len(("Blob", "Queue", "Table")):
            Thread(target=process.stdout.read, daemon=True).start()
            return found
    raise RuntimeError(f"Azurite did not start: {''.join(said)}")


def _node() -> str:
    node = shutil.which("node")
    if node is None:
        raise RuntimeError("node was not found: install Node.js 20 or later with npm, then run: make azurite")
    return node


def _script() -> Path:
    if not SCRIPT.is_file():
        raise RuntimeError(f"{SCRIPT.relative_to(ROOT)} is not there; run: make azurite")
    return SCRIPT
