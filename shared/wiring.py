"""The only place that picks real adapters.

Real Azure and a simulated fleet differ by settings and data only; the embedded host differs by its clock, which it
installs here before the app is loaded.
"""

import logging
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Lock, Semaphore

from azure.identity import DefaultAzureCredential, ManagedIdentityCredential

from shared.arm.azure import AzureReader
from shared.arm.connection import Connection
from shared.arm.run_command_snapshots import RunCommandSnapshots
from shared.arm.run_commands import RunCommands
from shared.hcx.adapter import HcxAdapter
from shared.hcx.route_overrides import routes_of
from shared.model.caller import SignIn, Way
from shared.notify.webhook import WebhookNotices
from shared.policy.files import FileConfiguration
from shared.ports import (
    AlarmClock,
    Clock,
    CloudPorts,
    NoOverrides,
    NoSnapshots,
    Ports,
    Reports,
    Secrets,
    Snapshots,
    Store,
)
from shared.probe.asking import NetworkProbes
from shared.rules.sleeping import SLEEPERS_MAX, sleepers
from shared.secrets.key_vault import KeyVaultSecrets
from shared.secrets.local_file import LocalFileSecrets
from shared.settings import Settings, activity_threads, read_settings, sign_in_of
from shared.store.folder import FolderReports
from shared.store.override_file import OverrideFile
from shared.store.sqlite import SqliteStore
from shared.vsphere.adapter import VcenterReader
from shared.vsphere.sessions import Sessions as VcenterSessions
from shared.vsphere.snapshots import VcenterSnapshots

_LOG = logging.getLogger(__name__)


class SystemClock:
    """The machine's own clock, by which at most so many threads of a process sleep at once.

    A process that ends joins its pools before anybody could call `stop`: it waits for a sleeper as long as that sleeps,
    which is a minute at most. `stop` is for whoever ends a clock and not its process.
    """

    def __init__(self, sleepers: int = SLEEPERS_MAX) -> None:
        self._room = Semaphore(sleepers)
        self._stopping = Event()

    def now(self) -> datetime:
        """Now, in UTC."""
        return datetime.now(UTC)

    def wait_until(self, at: datetime) -> bool:
        """Sleep as long as that takes; False where no thread can be spared for it, or `stop` was called."""
        seconds = (at - self.now()).total_seconds()
        if seconds <= 0:
            return True
        if not self._room.acquire(blocking=False):
            return False
        try:
            return not self._stopping.wait(seconds)
        finally:
            self._room.release()

    def stop(self) -> None:
        """Wake whoever sleeps, and let nobody sleep any more."""
        self._stopping.set()


class _Installed:
    ports: Ports | None = None
    lock = Lock()


def ports() -> Ports:
    """The ports of this process, built from the environment on first use.

    Raises:
        SettingsInvalidError: with every setting that is missing or wrong.
    """
    with _Installed.lock:
        if _Installed.ports is None:
            _Installed.ports = build(read_settings(), SystemClock(sleepers(activity_threads())))
        return _Installed.ports


def install(chosen: Ports) -> None:
    """Use these ports in this process: for a host that brings its own clock or settings."""
    with _Installed.lock:
        _Installed.ports = chosen


def build(settings: Settings, clock: AlarmClock) -> Ports:
    """Real adapters for these settings."""
    store = _store(settings)
    secrets = secrets_of(settings)
    configuration = FileConfiguration(settings.policy, settings.confirmations)
    vcenters = VcenterSessions(clock=clock, secrets=secrets, breaker=store)
    return Ports(
        clock=clock,
        secrets=secrets,
        azure=azure(settings),
        hcx=HcxAdapter(
            clock=clock,
            secrets=secrets,
            breaker=store,
            confirmations=configuration.confirmations,
            routes=routes_of(settings.routes),
        ),
        store=store,
        reports=_reports(settings),
        configuration=configuration,
        overrides=NoOverrides() if settings.catalogue is None else OverrideFile(settings.catalogue),
        cloud_ports=CloudPorts(service=settings.hcx_service_port, appliance=settings.hcx_appliance_port),
        vcenters=VcenterReader(vcenters, clock),
        probes=NetworkProbes(),
        notices=WebhookNotices(secrets),
        sign_in=_sign_in(settings),
        vcenter_snapshots=VcenterSnapshots(vcenters),
        run_command_snapshots=_run_command_snapshots(settings, clock),
    )


def _sign_in(settings: Settings) -> SignIn:
    """How callers sign in; an app that lets nobody in says so when it starts, and not only to whoever calls."""
    found = sign_in_of(settings)
    if found.way is Way.PLATFORM and not found.platform_asks:
        _LOG.error("the platform does not say that it asks callers who they are: nobody is let in over HTTP")
    return found


def _store(settings: Settings) -> Store:
    """A SQLite file on one machine, a table on Azure."""
    if isinstance(settings.store, Path):
        return SqliteStore(settings.store)
    from shared.store.tables import TableStore, table_client  # noqa: PLC0415 -- its SDK takes a quarter of a second

    return TableStore(table_client(settings.store, DefaultAzureCredential()))


def _reports(settings: Settings) -> Reports:
    """A folder on one machine, blobs on Azure."""
    if isinstance(settings.reports, Path):
        return FolderReports(settings.reports)
    from shared.store.blobs import BlobReports, container_client  # noqa: PLC0415 -- the same

    return BlobReports(container_client(settings.reports, DefaultAzureCredential()))


def azure(settings: Settings) -> AzureReader:
    """The reader of Azure alone, for a command that needs nothing else."""
    return AzureReader(
        DefaultAzureCredential(),
        url=settings.arm_url,
        scope=settings.arm_scope,
        ca=settings.arm_ca,
        address=settings.arm_address,
    )


def _run_command_snapshots(settings: Settings, clock: Clock) -> Snapshots:
    """Snapshots by run command as an identity of its own: the one that reads everything starts nothing."""
    if settings.executor_client_id is None:
        return NoSnapshots("no identity for run commands is set: HCX_FLEET_EXECUTOR_CLIENT_ID")
    connection = Connection(
        ManagedIdentityCredential(client_id=settings.executor_client_id),
        url=settings.arm_url,
        scope=settings.arm_scope,
        ca=settings.arm_ca,
        address=settings.arm_address,
    )
    return RunCommandSnapshots(RunCommands(connection), clock)


def secrets_of(settings: Settings) -> Secrets:
    """Where the accounts of these settings come from."""
    if settings.secrets_file is not None:
        return LocalFileSecrets(settings.secrets_file)
    return KeyVaultSecrets(settings.key_vault or "", DefaultAzureCredential())
