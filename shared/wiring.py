"""The only place that picks real adapters.

Real Azure and a simulated fleet differ by settings and data only; the embedded host differs by its clock, which it
installs here before the app is loaded.
"""

from datetime import UTC, datetime
from threading import Lock

from azure.identity import DefaultAzureCredential

from shared.arm.azure import AzureReader
from shared.hcx.adapter import HcxAdapter
from shared.policy.files import FileConfiguration
from shared.ports import Clock, CloudPorts, NoOverrides, Ports, Secrets
from shared.secrets.key_vault import KeyVaultSecrets
from shared.secrets.local_file import LocalFileSecrets
from shared.settings import Settings, read_settings
from shared.store.folder import FolderReports
from shared.store.override_file import OverrideFile
from shared.store.sqlite import SqliteStore


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Now, in UTC."""
        return datetime.now(UTC)


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
            _Installed.ports = build(read_settings(), SystemClock())
        return _Installed.ports


def install(chosen: Ports) -> None:
    """Use these ports in this process: for a host that brings its own clock or settings."""
    with _Installed.lock:
        _Installed.ports = chosen


def build(settings: Settings, clock: Clock) -> Ports:
    """Real adapters for these settings."""
    store = SqliteStore(settings.store)
    secrets = _secrets(settings)
    configuration = FileConfiguration(settings.policy, settings.confirmations)
    return Ports(
        clock=clock,
        secrets=secrets,
        azure=azure(settings),
        hcx=HcxAdapter(clock=clock, secrets=secrets, breaker=store, confirmations=configuration.confirmations),
        store=store,
        reports=FolderReports(settings.reports),
        configuration=configuration,
        overrides=NoOverrides() if settings.catalogue is None else OverrideFile(settings.catalogue),
        cloud_ports=CloudPorts(service=settings.hcx_service_port, appliance=settings.hcx_appliance_port),
    )


def azure(settings: Settings) -> AzureReader:
    """The reader of Azure alone, for a command that needs nothing else."""
    return AzureReader(
        DefaultAzureCredential(),
        url=settings.arm_url,
        scope=settings.arm_scope,
        ca=settings.arm_ca,
        address=settings.arm_address,
    )


def _secrets(settings: Settings) -> Secrets:
    if settings.secrets_file is not None:
        return LocalFileSecrets(settings.secrets_file)
    return KeyVaultSecrets(settings.key_vault or "", DefaultAzureCredential())
