"""host.json and its variant for Azure Storage, against each other and against Bicep."""

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
VARIANTS = (ROOT / "host.json", ROOT / "infra" / "host.azure-storage.json")
APP_SETTING = re.compile(r"^ +(\w+): ", re.MULTILINE)


def _read(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def _texts(node: object) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _texts(child)


def _without_provider(document: dict[str, Any]) -> dict[str, Any]:
    rest = copy.deepcopy(document)
    del rest["extensions"]["durableTask"]["storageProvider"]
    return rest


def test_variants_differ_in_the_provider_only() -> None:
    """Where orchestrations are kept is all that the two variants disagree about."""
    scheduler, storage = (_read(path) for path in VARIANTS)

    assert _without_provider(scheduler) == _without_provider(storage)
    assert scheduler["extensions"]["durableTask"]["storageProvider"]["type"] == "azureManaged"
    assert storage["extensions"]["durableTask"]["storageProvider"]["type"] == "AzureStorage"


@pytest.mark.parametrize("path", VARIANTS, ids=lambda path: path.name)
def test_settings_named_by_the_host_are_set(path: Path) -> None:
    """Every app setting that host.json refers to is set by Bicep."""
    document = _read(path)
    provider = document["extensions"]["durableTask"]["storageProvider"]
    named = {found for text in _texts(document) for found in re.findall(r"%(\w+)%", text)}
    named |= {text for key, text in provider.items() if key == "connectionStringName"}

    set_by_bicep = {
        found for file in (ROOT / "infra").glob("*.bicep") for found in APP_SETTING.findall(file.read_text("utf-8"))
    }
    assert named
    assert named <= set_by_bicep


@pytest.mark.parametrize("path", VARIANTS, ids=lambda path: path.name)
def test_addresses_are_what_the_app_declares(path: Path) -> None:
    """The route prefix is empty, so that addresses begin with /v1 on Azure as they do on one machine."""
    assert _read(path)["extensions"]["http"]["routePrefix"] == ""


@pytest.mark.parametrize("path", VARIANTS, ids=lambda path: path.name)
def test_bundle_is_the_public_one(path: Path) -> None:
    """The released extension bundle of the fourth line is used, not capped below its newest."""
    assert _read(path)["extensionBundle"] == {
        "id": "Microsoft.Azure.Functions.ExtensionBundle",
        "version": "[4.*, 5.0.0)",
    }


@pytest.mark.parametrize("path", VARIANTS, ids=lambda path: path.name)
def test_no_setting_that_open_telemetry_ignores(path: Path) -> None:
    """With OpenTelemetry the host ignores the sampling of Application Insights, so it is not there to mislead."""
    document = _read(path)

    assert document["telemetryMode"] == "OpenTelemetry"
    assert "applicationInsights" not in document["logging"]
