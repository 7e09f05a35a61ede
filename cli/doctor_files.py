"""The doctor's first questions: do the settings say how to work, and can the files that they name be used."""

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from cli.environment import merged
from shared.checks import WAIVABLE
from shared.hcx.route_overrides import read_routes
from shared.model.record import record
from shared.policy.confirmations import read_confirmations
from shared.policy.lint import lint
from shared.policy.problems import PolicyInvalidError, Severity
from shared.ports import SecretMissingError
from shared.report.words import several
from shared.rules.doctor import Line, failed, good, left_out, warned
from shared.secrets.local_file import LocalFileSecrets
from shared.settings import PREFIX, Settings, SettingsInvalidError, read_azure_settings
from shared.store.errors import StoreError
from shared.store.override_file import OverrideFile
from shared.store.sqlite import SqliteStore

_WANTED = {
    "POLICY": "set it to the path of fleet.yaml; hcx-fleet init starts one",
    "STORE": "set it to the path of a SQLite file; it is made where there is none",
    "REPORTS": "set it to a folder for reports",
    "SECRETS_FILE": "set it to the path of a file with accounts, or HCX_FLEET_KEY_VAULT to a vault's URL",
}


@record
class Known:
    """What the environment says."""

    settings: Settings | None
    """None where something in it is wrong; a setting in `missing` holds nothing that may be used."""
    missing: frozenset[str]
    problems: tuple[str, ...]

    def has(self, *names: str) -> bool:
        """Whether these are set."""
        return self.settings is not None and not self.missing & set(names)


def known(file: Path | None) -> Known:
    """The settings as far as they are there: whoever starts has those of Azure and nothing else.

    Raises:
        WrongUseError: the file cannot be read as KEY=value lines.
    """
    environ = {name: value for name, value in merged(file, {}).items() if value.strip()}
    missing = {name for name in _WANTED if f"{PREFIX}{name}" not in environ}
    if f"{PREFIX}KEY_VAULT" in environ:
        missing.discard("SECRETS_FILE")
    try:
        return Known(settings=read_azure_settings(environ), missing=frozenset(missing), problems=())
    except SettingsInvalidError as error:
        return Known(settings=None, missing=frozenset(missing), problems=error.problems)


def files(found: Known, now: datetime) -> Iterator[Line]:
    """One line for the settings, and one for each file or folder."""
    yield from _settings(found)
    if found.settings is None:
        yield left_out("everything else", "all checks", "the settings do not say how to work")
        return
    yield from _policy(found, found.settings, now)
    yield from _optional(found.settings)
    yield from _secrets(found, found.settings)
    yield from _store(found, found.settings.store)
    yield from _reports(found, found.settings.reports)


def _settings(found: Known) -> Iterator[Line]:
    for problem in found.problems:
        name, _, told = problem.partition(": ")
        yield failed("settings", name, told, "docs/settings.md has every setting")
    if not found.problems:
        yield good("settings", "settings", "those that are set can be read")


def _unset(name: str, about: str) -> Line:
    return left_out(about, f"{PREFIX}{name}", "is not set", _WANTED[name])


def _policy(found: Known, settings: Settings, now: datetime) -> Iterator[Line]:
    if "POLICY" in found.missing:
        yield _unset("POLICY", "policy")
        return
    told = lint(settings.policy, now, WAIVABLE)
    errors = [one.text for one in told if one.severity is Severity.ERROR]
    warnings = [one.text for one in told if one.severity is not Severity.ERROR]
    all_of_it = f"hcx-fleet lint {settings.policy} says all of it"
    if errors:
        yield failed("policy", "lint", f"{several(len(errors), 'error', 'errors')}: {errors[0]}", all_of_it)
    elif warnings:
        yield warned("policy", "lint", f"{several(len(warnings), 'warning', 'warnings')}: {warnings[0]}", all_of_it)
    else:
        yield good("policy", "lint", str(settings.policy))


def _optional(settings: Settings) -> Iterator[Line]:
    """Files that need not be there."""
    yield _confirmations(settings.confirmations)
    if settings.routes:
        yield _read("routes", settings.routes, read_routes)
    if settings.catalogue:
        yield _read("catalogue", settings.catalogue, lambda path: OverrideFile(path).read())


def _confirmations(path: Path | None) -> Line:
    try:
        entries = len(read_confirmations(path).entries)
    except PolicyInvalidError as error:
        return failed("confirmations", "file", error.problems[0], "mend it: until then nothing is changed at all")
    told = several(entries, "changing call is confirmed", "changing calls are confirmed")
    return good("confirmations", "file", told if entries else "nothing is confirmed, so hcx-fleet changes nothing")


def _read(about: str, path: Path, read: Callable[[Path], object]) -> Line:
    try:
        read(path)
    except PolicyInvalidError as error:
        return failed(about, "file", error.problems[0], f"mend {path}")
    return good(about, "file", str(path))


def _secrets(found: Known, settings: Settings) -> Iterator[Line]:
    if "SECRETS_FILE" in found.missing:
        yield _unset("SECRETS_FILE", "secrets")
    elif settings.secrets_file is None:
        yield good("secrets", "Key Vault", f"{settings.key_vault}; each account is looked up with its manager")
    else:
        try:
            LocalFileSecrets(settings.secrets_file).check()
            yield good("secrets", "file", str(settings.secrets_file))
        except SecretMissingError as error:
            yield failed("secrets", "file", str(error), "mend the file of accounts")


def _store(found: Known, path: Path | str) -> Iterator[Line]:
    """Opens, holds tables of this release, and can be written. One that is not there yet is not made."""
    if "STORE" in found.missing:
        yield _unset("STORE", "store")
    elif isinstance(path, str):
        yield left_out("store", path, "is of Azure", "the app there reads it with its own identity")
    elif not path.exists():
        yield _to_come("store", path.parent, f"{path} is made by the first run")
    else:
        try:
            with SqliteStore(path) as store:
                store.take_write_lock()
            yield good("store", "file", f"{path} opens, has this release's tables, and can be written")
        except StoreError as error:
            yield failed("store", "file", str(error), "mend what it names, or name another file as HCX_FLEET_STORE")


def _reports(found: Known, path: Path | str) -> Iterator[Line]:
    if "REPORTS" in found.missing:
        yield _unset("REPORTS", "reports")
    elif isinstance(path, str):
        yield left_out("reports", path, "is of Azure", "the app there writes them with its own identity")
    elif not path.exists():
        yield _to_come("reports", path.parent, f"{path} is made by the first run")
    elif path.is_dir() and os.access(path, os.W_OK | os.X_OK):
        yield good("reports", "folder", f"{path} can be written")
    else:
        yield failed(
            "reports", "folder", f"{path} is no folder that may be written to", "name one as HCX_FLEET_REPORTS"
        )


def _to_come(about: str, folder: Path, detail: str) -> Line:
    """Something that the first run makes: in a folder that it may write to, or whose parents it may make."""
    there = next((one for one in (folder, *folder.resolve().parents) if one.exists()), folder)
    if os.access(there, os.W_OK | os.X_OK):
        return good(about, "folder", detail)
    return failed(about, "folder", f"nothing can be made in {there}", "give this account the right to write there")
