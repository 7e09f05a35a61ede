"""Accounts from a local file, and what is said when they cannot be had."""

import logging
import os
from pathlib import Path

import pytest

from shared.ports import SecretMissingError, Secrets
from shared.secrets.local_file import LocalFileSecrets

GOOD = """\
lyon-hcx:
  username: svc@vsphere.local
  password: "canary-1"
  version: "7"
other:
  username: other
  password: 'canary-2'
  version: 2
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with two accounts, for its owner only."""
    return _write(tmp_path / "secrets.yaml", GOOD)


def _write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    path.chmod(0o600)
    return path


def test_an_account_is_read(path: Path) -> None:
    """User name, password and version; the name is the key of its breaker."""
    secrets: Secrets = LocalFileSecrets(path)

    found = secrets.account("lyon-hcx")

    assert (found.secret, found.version, found.username) == ("lyon-hcx", "7", "svc@vsphere.local")
    assert found.password.reveal() == "canary-1"


def test_a_version_may_be_a_number(path: Path) -> None:
    """People count."""
    assert LocalFileSecrets(path).account("other").version == "2"


def test_a_changed_file_counts_at_once(path: Path) -> None:
    """Also where size and time of the file stay the same."""
    secrets = LocalFileSecrets(path)
    secrets.account("lyon-hcx")
    before = path.stat()

    _write(path, GOOD.replace('"7"', '"8"'))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert secrets.account("lyon-hcx").version == "8"


@pytest.mark.skipif(os.name != "posix", reason="permissions of this kind are POSIX's")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o620, 0o610])
def test_a_file_that_others_may_open_is_refused(path: Path, mode: int) -> None:
    """The remedy is the command that mends it."""
    path.chmod(mode)

    with pytest.raises(SecretMissingError, match=f"chmod 600 {path}"):
        LocalFileSecrets(path).account("lyon-hcx")


def test_permissions_are_looked_at_every_time(path: Path) -> None:
    """A file that was all right yesterday may not be so today."""
    secrets = LocalFileSecrets(path)
    secrets.account("lyon-hcx")
    path.chmod(0o644)

    with pytest.raises(SecretMissingError):
        secrets.account("lyon-hcx")


BROKEN: dict[str, str | bytes] = {
    "no such name": GOOD,
    "empty": "",
    "list": "- canary",
    "text": "canary",
    "yaml": "mine: {password: canary",
    "yaml with a tag": "mine: !!python/object:os.system canary",
    "twice": "mine: {username: canary, username: canary}",
    "an alias": "mine: *canary",
    "bytes": b"mine: \xff\xfe canary",
    "a control character": b"mine: \x07 canary",
    "no entry": "mine:",
    "entry is text": "mine: canary",
    "no password": "mine: {username: canary, version: '1'}",
    "no version": "mine: {username: canary, password: canary}",
    "empty password": "mine: {username: canary, password: '', version: '1'}",
    "number as password": "mine: {username: canary, password: 0815, version: '1'}",
    "list as password": "mine: {username: canary, password: [canary], version: '1'}",
    "yes as version": "mine: {username: canary, password: canary, version: true}",
    "deep": "[" * 1000,
}


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_what_cannot_be_used_says_so_without_its_content(
    tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The message names file and secret and what to do; nothing of the file is in it, in its causes, or in a log."""
    caplog.set_level(logging.DEBUG)
    path = _write(tmp_path / "secrets.yaml", BROKEN[name])

    with pytest.raises(SecretMissingError) as caught:
        LocalFileSecrets(path).account("mine")

    said = f"{caught.value} {caught.value.__cause__!r} {caplog.text}"
    assert "secrets.yaml" in said
    assert "canary" not in said
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_an_error_names_the_line(tmp_path: Path) -> None:
    """Of a broken file, that is all that may be said."""
    path = _write(tmp_path / "secrets.yaml", "good:\n  username: a\n  password: {canary\n")

    with pytest.raises(SecretMissingError, match=r"secrets\.yaml:\d is no readable YAML"):
        LocalFileSecrets(path).account("good")


def test_a_missing_file(tmp_path: Path) -> None:
    """The remedy names the setting."""
    with pytest.raises(SecretMissingError, match="HCX_FLEET_SECRETS_FILE"):
        LocalFileSecrets(tmp_path / "gone.yaml").account("mine")


def test_nothing_prints_a_password(path: Path) -> None:
    """Not the account, not its password, not what keeps them."""
    secrets = LocalFileSecrets(path)
    found = secrets.account("lyon-hcx")

    assert "canary" not in f"{found} {found!r} {found.password} {found.password!r} {secrets!r} {[found]}"


def test_the_file_as_a_whole_can_be_looked_at(path: Path) -> None:
    """A good file passes; one that others may read is refused before any account is asked for."""
    LocalFileSecrets(path).check()
    path.chmod(0o644)

    with pytest.raises(SecretMissingError, match="chmod 600"):
        LocalFileSecrets(path).check()
