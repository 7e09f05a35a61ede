"""Settings from a file of KEY=value lines, added to the environment before the settings are read."""

import os
import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path

from cli.edge import WrongUseError
from cli.endpoint import AUDIENCE, URL
from shared.model.caller import Way
from shared.ports import SecretMissingError
from shared.secrets.local_file import LocalFileSecrets
from shared.settings import PREFIX, Settings, read_azure_settings, read_settings


def settings_from(file: Path | None, changes: Mapping[str, str] | None = None) -> Settings:
    """The settings of the environment with those of `file` over them, and `changes` over both.

    Raises:
        WrongUseError: the file cannot be read as KEY=value lines.
        SettingsInvalidError: with every setting that is missing or wrong.
    """
    return read_settings(merged(file, changes or {}))


def azure_settings_from(file: Path | None) -> Settings:
    """The settings of the environment and of `file`, as far as reading Azure needs them.

    Raises:
        WrongUseError: the file cannot be read as KEY=value lines.
        SettingsInvalidError: with every setting that is wrong.
    """
    return read_azure_settings(merged(file, {}))


def read_lines(file: Path) -> dict[str, str]:
    """The variables in a file; empty lines and comments are left out.

    Raises:
        WrongUseError: naming every line that is none. What it holds is not repeated: it may be a secret.
    """
    try:
        text = file.read_text("utf-8")
    except OSError as error:
        raise WrongUseError([f"{file}: cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise WrongUseError([f"{file}: is not UTF-8 text"]) from None
    numbered = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    told = [(number, line.partition("=")) for number, line in numbered if line and not line.startswith("#")]
    wrong = [number for number, (name, equals, _) in told if not equals or not name.strip().isidentifier()]
    if wrong:
        raise WrongUseError([f"{file}:{number}: is not a KEY=value line" for number in wrong])
    return {name.strip(): _unquoted(value.strip()) for _, (name, _, value) in told}


def merged(file: Path | None, changes: Mapping[str, str]) -> dict[str, str]:
    """The environment with the lines of `file` over it, and `changes` over both.

    Raises:
        WrongUseError: the file cannot be read as KEY=value lines.
    """
    lines = read_lines(file) if file else {}
    # Other libraries read theirs themselves: azure-identity its IDENTITY_ENDPOINT, for one.
    os.environ.update({name: value for name, value in lines.items() if not name.startswith(PREFIX)})  # noqa: TID251
    here = {f"{PREFIX}SIGN_IN": Way.LOCAL.value}  # no platform stands between this command and whoever types it
    every = {**here, **os.environ, **lines, **changes}  # noqa: TID251 -- merged here, read in shared/settings.py
    return {name: value for name, value in every.items() if name not in {URL, AUDIENCE}}  # no settings of the app


def unusable(settings: Settings) -> list[str]:
    """What is wrong with files and folders that settings name; `fleet.yaml` and confirmations are read elsewhere."""
    return [
        *unusable_authority(settings.arm_ca),
        *_unusable_secrets(settings.secrets_file),
        *_unusable_reports(settings.reports_folder),
    ]


def unusable_authority(path: Path | None) -> Iterator[str]:
    """What is wrong with the file of Azure's authority: with it every subscription would fail, after long retries."""
    if path is None:
        return
    try:
        ssl.create_default_context(cafile=path)
    except ssl.SSLError:
        yield f"HCX_FLEET_ARM_CA: {path}: holds no certificate in PEM form"
    except OSError as error:
        yield f"HCX_FLEET_ARM_CA: {path}: cannot be read: {error.strerror}"


def _unusable_secrets(path: Path | None) -> Iterator[str]:
    """Without it every manager would be told to mend a secret of its own."""
    if path is None:
        return
    try:
        LocalFileSecrets(path).check()
    except SecretMissingError as error:
        yield f"HCX_FLEET_SECRETS_FILE: {error}"


def _unusable_reports(path: Path) -> Iterator[str]:
    """A run that could not leave its report would break at its very end."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        if not os.access(path, os.W_OK | os.X_OK):
            yield f"HCX_FLEET_REPORTS: {path}: is not a folder that may be written to"
    except OSError as error:
        yield f"HCX_FLEET_REPORTS: {path}: cannot be used as a folder: {error.strerror}"


def _unquoted(value: str) -> str:
    for quote in "'\"":
        if len(value) > 1 and value[0] == value[-1] == quote:
            return value[1:-1]
    return value
