"""The settings: what the environment becomes, and every error of it at once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from shared.settings import Settings, SettingsInvalidError, read_settings, settings_table

ROOT = Path(__file__).parents[2]

LEAST = {
    "HCX_FLEET_POLICY": "fleet.yaml",
    "HCX_FLEET_SECRETS_FILE": "secrets.yaml",
    "HCX_FLEET_STORE": "fleet.sqlite",
    "HCX_FLEET_REPORTS": "reports",
}

FULL = {
    "HCX_FLEET_POLICY": "/etc/fleet.yaml",
    "HCX_FLEET_CONFIRMATIONS": "/etc/confirmations.yaml",
    "HCX_FLEET_CATALOGUE": "/etc/catalogue.yaml",
    "HCX_FLEET_ROUTES": "/etc/routes.yaml",
    "HCX_FLEET_KEY_VAULT": "https://fleet.vault.azure.net/",
    "HCX_FLEET_STORE": "/var/fleet.sqlite",
    "HCX_FLEET_REPORTS": "/var/reports",
    "HCX_FLEET_ARM_URL": "https://management.sim.test:4711",
    "HCX_FLEET_ARM_SCOPE": "https://management.sim.test/.default",
    "HCX_FLEET_ARM_CA": "/etc/ca.pem",
    "HCX_FLEET_ARM_ADDRESS": "127.77.1.2",
    "HCX_FLEET_EXECUTOR_CLIENT_ID": "00000000-0000-0000-0000-0000000000ec",
    "HCX_FLEET_HCX_SERVICE_PORT": "8443",
    "HCX_FLEET_HCX_APPLIANCE_PORT": "9444",
    "HCX_FLEET_SCHEDULE": "0 */5 8-18 * * MON-FRI",
    "HCX_FLEET_PROCESS_LABEL": "laptop",
}


def problems(changes: dict[str, str | None], environ: dict[str, str] = LEAST) -> list[str]:
    """The errors in an environment with some variables changed, or taken away."""
    changed = {name: value for name, value in {**environ, **changes}.items() if value is not None}
    with pytest.raises(SettingsInvalidError) as invalid:
        read_settings(changed)
    assert str(invalid.value) == "\n".join(invalid.value.problems)
    return list(invalid.value.problems)


def test_everything() -> None:
    """Every variable arrives in its setting."""
    assert read_settings(FULL) == Settings(
        policy=Path("/etc/fleet.yaml"),
        confirmations=Path("/etc/confirmations.yaml"),
        catalogue=Path("/etc/catalogue.yaml"),
        routes=Path("/etc/routes.yaml"),
        secrets_file=None,
        key_vault="https://fleet.vault.azure.net",
        store=Path("/var/fleet.sqlite"),
        reports=Path("/var/reports"),
        arm_url="https://management.sim.test:4711",
        arm_scope="https://management.sim.test/.default",
        arm_ca=Path("/etc/ca.pem"),
        arm_address="127.77.1.2",
        executor_client_id="00000000-0000-0000-0000-0000000000ec",
        hcx_service_port=8443,
        hcx_appliance_port=9444,
        schedule="0 */5 8-18 * * MON-FRI",
        process_label="laptop",
    )


def test_least() -> None:
    """What is not set is Azure's public cloud, HCX's own ports, a timer on the hour and no confirmations."""
    assert read_settings(LEAST) == Settings(
        policy=Path("fleet.yaml"),
        secrets_file=Path("secrets.yaml"),
        store=Path("fleet.sqlite"),
        reports=Path("reports"),
        confirmations=None,
        catalogue=None,
        routes=None,
        key_vault=None,
        arm_url="https://management.azure.com",
        arm_scope="https://management.azure.com/.default",
        arm_ca=None,
        arm_address=None,
        hcx_service_port=443,
        hcx_appliance_port=9443,
        schedule="0 0 * * * *",
        process_label=None,
    )


def test_empty_is_not_set() -> None:
    """A variable that is there without content counts as not set, as a cleared app setting is."""
    empty = {name: "" for name in FULL if name not in LEAST} | {"HCX_FLEET_ARM_CA": "  "}

    assert read_settings(LEAST | empty) == read_settings(LEAST)


def test_others_are_ignored() -> None:
    """Variables of others are none of our business."""
    assert read_settings(LEAST | {"PATH": "/bin", "IDENTITY_ENDPOINT": "x", "hcx_fleet_policy": "y"}) == read_settings(
        LEAST
    )


def test_frozen() -> None:
    """Settings do not change once they are read."""
    with pytest.raises(ValidationError, match="frozen"):
        read_settings(LEAST).schedule = "0 0 0 * * *"  # type: ignore[misc]


def test_nothing_set() -> None:
    """An empty environment is told everything that is needed, at once, with what to do."""
    assert [problem.split("; it is")[0].split(". On Azure")[0] for problem in problems({}, {})] == [
        "HCX_FLEET_POLICY: is not set; set it to the path of `fleet.yaml`",
        "HCX_FLEET_REPORTS: is not set; set it to the folder that reports are written to",
        "HCX_FLEET_SECRETS_FILE: is not set, and neither is HCX_FLEET_KEY_VAULT; set the one that holds the accounts",
        "HCX_FLEET_STORE: is not set; set it to the path of the SQLite file that keeps runs, ledger and journal",
    ]


def test_places_on_azure() -> None:
    """Store and reports may be endpoints of Azure Storage; what works on a file then says what it needs."""
    settings = read_settings(
        LEAST
        | {
            "HCX_FLEET_STORE": "https://fleet.table.core.windows.net/",
            "HCX_FLEET_REPORTS": "https://fleet.blob.core.windows.net",
        }
    )

    assert (settings.store, settings.reports) == (
        "https://fleet.table.core.windows.net",
        "https://fleet.blob.core.windows.net",
    )
    with pytest.raises(SettingsInvalidError, match="HCX_FLEET_STORE: is an endpoint of Azure; set it to the path of a"):
        _ = settings.store_file
    with pytest.raises(SettingsInvalidError, match="HCX_FLEET_REPORTS: is an endpoint of Azure; set it to a folder"):
        _ = settings.reports_folder


def test_places_on_this_machine() -> None:
    """A path is a path, for what works on a file too."""
    settings = read_settings(LEAST)

    assert (settings.store_file, settings.reports_folder) == (Path("fleet.sqlite"), Path("reports"))


@pytest.mark.parametrize(
    "place", ["http://fleet.table.core.windows.net", "https://h/table", "https://u:p@h", "ftp://h"]
)
@pytest.mark.parametrize("variable", ["HCX_FLEET_STORE", "HCX_FLEET_REPORTS"])
def test_places_of_no_kind(variable: str, place: str) -> None:
    """A URL that is no endpoint with TLS is refused, and not taken for a path."""
    [problem] = problems({variable: place})

    assert problem.startswith(f"{variable}: must be a path, or https://host or https://host:port, without path, user ")


def test_both_sources_of_accounts() -> None:
    """A secrets file and a key vault together are refused: nobody could say which account is used."""
    assert problems({"HCX_FLEET_KEY_VAULT": "https://fleet.vault.azure.net"}) == [
        "HCX_FLEET_SECRETS_FILE: is set together with HCX_FLEET_KEY_VAULT; keep the one that holds the accounts"
    ]


@pytest.mark.parametrize(
    "url",
    [
        "http://management.azure.com",
        "management.azure.com",
        "https://",
        "https://management.azure.com/subscriptions",
        "https://user:canary@management.azure.com",
        "https://management.azure.com:none",
        "https://management azure com",
    ],
)
@pytest.mark.parametrize("variable", ["HCX_FLEET_ARM_URL", "HCX_FLEET_KEY_VAULT"])
def test_urls(variable: str, url: str) -> None:
    """A URL without TLS, or with more than a host, is refused and not repeated."""
    vault_only: dict[str, str | None] = {"HCX_FLEET_SECRETS_FILE": None, "HCX_FLEET_KEY_VAULT": "https://v.example"}

    [problem] = problems(vault_only | {variable: url})

    assert problem.startswith(f"{variable}: must be https://host or https://host:port, without path, user or query; ")
    assert "canary" not in problem


@pytest.mark.parametrize(
    ("variable", "value", "wrong"),
    [
        ("HCX_FLEET_ARM_SCOPE", "https://management.azure.com", "must be https://…/.default"),
        ("HCX_FLEET_ARM_ADDRESS", "management.azure.com", "must be an IP address"),
        ("HCX_FLEET_HCX_SERVICE_PORT", "0", "must be a number from 1 to 65535"),
        ("HCX_FLEET_HCX_SERVICE_PORT", "65536", "must be a number from 1 to 65535"),
        ("HCX_FLEET_HCX_APPLIANCE_PORT", "https", "must be a number from 1 to 65535"),
        ("HCX_FLEET_HCX_APPLIANCE_PORT", "9443.0", "must be a number from 1 to 65535"),
        ("HCX_FLEET_SCHEDULE", "0 * * * *", "must have six fields: second, minute, hour, day, month, day of the week"),
        ("HCX_FLEET_SCHEDULE", "0 0 ? * * *", "must hold digits, names of days and months, and * / , - only"),
    ],
)
def test_wrong_values(variable: str, value: str, wrong: str) -> None:
    """A value that cannot be right is refused with what is wrong and what to do."""
    [problem] = problems({variable: value})

    assert problem.startswith(f"{variable}: {wrong}; set it to the ")


def test_all_at_once() -> None:
    """All errors of an environment are said in one go."""
    changes = {
        "HCX_FLEET_POLICY": None,
        "HCX_FLEET_ARM_URL": "http://x",
        "HCX_FLEET_SCHEDULE": "hourly",
        "HCX_FLEET_KEY_VAULT": "x",
    }

    assert [problem.split(":")[0] for problem in problems(changes)] == [
        "HCX_FLEET_ARM_URL",
        "HCX_FLEET_KEY_VAULT",
        "HCX_FLEET_POLICY",
        "HCX_FLEET_SCHEDULE",
        "HCX_FLEET_SECRETS_FILE",
    ]


@pytest.mark.parametrize(
    ("variable", "hint"),
    [
        ("HCX_FLEET_CONFIRMATION", "did you mean HCX_FLEET_CONFIRMATIONS?"),
        ("HCX_FLEET_ARMURL", "did you mean HCX_FLEET_ARM_URL?"),
        ("HCX_FLEET_QQQQQQQQQQQQQQQQQQ", "remove it, or see docs/settings.md for what there is"),
    ],
)
def test_mistyped(variable: str, hint: str) -> None:
    """A mistyped variable is an error and not silently a default; its value is not repeated."""
    assert problems({variable: "canary"}) == [f"{variable}: is unknown; {hint}"]


def test_real_environment() -> None:
    """Without an argument the process's own environment is read."""
    ended = subprocess.run(
        [sys.executable, "-c", "from shared.settings import read_settings; print(read_settings().store)"],
        env={**os.environ, **LEAST, "PYTHONPATH": str(ROOT)},  # noqa: TID251 -- handed on to a process of our own
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert ended.stdout.strip() == "fleet.sqlite"


def test_table_current() -> None:
    """docs/settings.md is what the code says; `python -m shared.settings` prints it."""
    assert (ROOT / "docs/settings.md").read_text(encoding="utf-8") == settings_table()
