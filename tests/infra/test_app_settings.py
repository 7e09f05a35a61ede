"""The settings that Bicep sets are those that the code reads on Azure, no more and no fewer."""

import re
from pathlib import Path

from shared.settings import Settings

ROOT = Path(__file__).parents[2]
INFRA = ROOT / "infra"
OURS = re.compile(r"\bHCX_FLEET_[A-Z_]+\b")

NOT_ON_AZURE = {
    "HCX_FLEET_ARM_ADDRESS": "dials a simulated Azure Resource Manager",
    "HCX_FLEET_ARM_CA": "verifies a simulated Azure Resource Manager",
    "HCX_FLEET_PROCESS_LABEL": "names a process where several share one SQLite file",
    "HCX_FLEET_SECRETS_FILE": "a file, of the embedded host; accounts come from Key Vault",
}
"""Settings that Bicep does not set, with the reason."""


def _read_by_the_code() -> set[str]:
    fields = {field.alias or f"HCX_FLEET_{name.upper()}" for name, field in Settings.model_fields.items()}
    triggers = OURS.findall((ROOT / "function_app.py").read_text(encoding="utf-8"))
    return fields | set(triggers)


def _set_by_bicep() -> set[str]:
    return {name for path in INFRA.glob("*.bicep") for name in OURS.findall(path.read_text(encoding="utf-8"))}


def test_bicep_sets_what_the_code_reads() -> None:
    """A setting of the code is set by Bicep or named here with the reason why not, and nothing else is set."""
    assert _set_by_bicep() == _read_by_the_code() - set(NOT_ON_AZURE)


def test_exceptions_are_real() -> None:
    """Every exception is a setting that the code still reads."""
    assert set(NOT_ON_AZURE) <= _read_by_the_code()


def test_every_setting_is_explained() -> None:
    """infra/README.md names every setting of the code, whether Bicep sets it or not."""
    explained = set(OURS.findall((INFRA / "README.md").read_text(encoding="utf-8")))

    assert explained == _read_by_the_code()
