"""A vCenter for one test: govmomi's simulator behind real TLS, and adapters over a real store."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from shared.model.inventory import Endpoint, Manager, ManagerKind, Trust, VcenterPlace
from shared.model.secret import Account, SecretText
from shared.model.vcenter import PinnedMachine
from shared.rules.vcenter import pinned
from shared.store.sqlite import SqliteStore
from shared.tls.contexts import fingerprint
from shared.vsphere.adapter import VcenterReader
from shared.vsphere.sessions import Sessions
from shared.vsphere.snapshots import VcenterSnapshots
from simulator.vcenter.build import available
from simulator.vcenter.content import Content, Machine, plugins_of
from simulator.vcenter.launch import RunningVcenter, running_vcenter

HOST = "vc.lyon.test"
ADDRESS = "10.20.0.5"
PASSWORD = "vcenter-canary-0817"  # noqa: S105 -- what tests look for in places where it must not be
MACHINE = Machine(name="hcx-connector", ip=ADDRESS, uuid="4201aaaa-0000", instance_uuid="5001aaaa-0000")


class TickingClock:
    """A clock that goes on by a second at each look."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 24, 6, tzinfo=UTC)

    def now(self) -> datetime:
        """Now."""
        self.time += timedelta(seconds=1)
        return self.time


class Drawer:
    """One account, with a password that can be changed."""

    def __init__(self) -> None:
        self.password = PASSWORD
        self.version = "1"

    def account(self, name: str) -> Account:
        """The account."""
        return Account(secret=name, version=self.version, username="svc", password=SecretText(self.password))


class Site:
    """A site with one vCenter."""

    def __init__(self, folder: Path, leave: ExitStack) -> None:
        self.ca = trustme.CA()
        self.ca_file = str(folder / "ca.pem")
        self.ca.cert_pem.write_to_path(self.ca_file)
        self.clock, self.secrets = TickingClock(), Drawer()
        self.store = leave.enter_context(SqliteStore(folder / "store.sqlite"))
        self._leave = leave

    def vcenter(self, *machines: Machine, host: str = HOST, ca: trustme.CA | None = None) -> RunningVcenter:
        """A vCenter with these machines, and plug-ins of 4.11.2."""
        content = Content(
            username="svc", password=PASSWORD, machines=machines or (MACHINE,), plugins=plugins_of("4.11.2.0")
        )
        self.leaf = (ca or self.ca).issue_cert(host)
        return self._leave.enter_context(running_vcenter(content, self.leaf))

    @property
    def thumbprint(self) -> str:
        """SHA-256 of the certificate that the vCenter shows."""
        return fingerprint(ssl.PEM_cert_to_DER_cert(self.leaf.cert_chain_pems[0].bytes().decode()))

    def sessions(self, seconds: float = 3.0) -> Sessions:
        """Log-ins over the store of this site."""
        return Sessions(clock=self.clock, secrets=self.secrets, breaker=self.store, seconds=seconds)

    def reader(self, seconds: float = 3.0) -> VcenterReader:
        """The adapter."""
        return VcenterReader(self.sessions(seconds), self.clock)

    def pin(self, manager: Manager) -> PinnedMachine:
        """The machine of that manager as it is now."""
        machine = pinned(self.reader().facts(manager))
        assert machine is not None
        return machine

    def snapshots(self) -> VcenterSnapshots:
        """The adapter of snapshots."""
        return VcenterSnapshots(self.sessions())


def manager_at(port: int, trust: Trust) -> Manager:
    """A connector whose vCenter listens at that port of this machine."""
    return Manager(
        id="con-lyon",
        kind=ManagerKind.CONNECTOR,
        site="lyon",
        endpoint=Endpoint(host="hcx.lyon.test", address=ADDRESS),
        credentials="lyon",
        vcenter=VcenterPlace(host=HOST, address="127.0.0.1", port=port, trust=trust, credentials="lyon-vc"),
    )


type Named = Callable[[RunningVcenter], Manager]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A site of its own for one test."""
    if not available():
        pytest.skip("no vCenter peer here: make vcenter installs what it takes")
    with ExitStack() as leave:
        yield Site(tmp_path, leave)


@pytest.fixture
def named(site: Site) -> Named:
    """The connector of a running vCenter, trusted by the site's authority."""
    return lambda vcenter: manager_at(vcenter.port, Trust(ca_file=site.ca_file))
