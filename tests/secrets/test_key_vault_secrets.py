"""Accounts from Key Vault, through Microsoft's own client over real TLS sockets."""

import json
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import trustme
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError

from shared.ports import SecretMissingError, Secrets
from shared.secrets.key_vault import KeyVaultSecrets
from tests.hcx.hcx_peer import Answer, Got, Peer, Raw, Reply, said
from tests.hcx.hcx_site import server_context

TOKEN = "vault-token-canary"  # noqa: S105 -- what tests look for in places where it must not be
VALUE = json.dumps({"username": "svc", "password": "password-canary"})


class Credential:
    """Gives out one token."""

    def get_token(self, *_: str, **__: Any) -> AccessToken:
        """A token for anything."""
        return AccessToken(TOKEN, int(time.time()) + 3600)


class Vault(Peer):
    """A Key Vault for tests: asks for a token, then gives its one answer."""

    answer: Answer | Callable[[Got], Answer] = Reply(404)

    def _answer(self, connection: Any, got: Got) -> bool:
        # The resource has to be a domain above the vault's: of an address, that is what follows its first number.
        challenge = f'Bearer authorization="https://login.test/t", resource="https://0.0.1:{self.port}"'
        asked = Reply(401, headers={"www-authenticate": challenge})
        self.answers[got.call] = self.answer if "authorization" in got.headers else asked
        return super()._answer(connection, got)


class World:
    """A CA and vaults with certificates of it."""

    def __init__(self, folder: Path, leave: ExitStack) -> None:
        self.ca = trustme.CA()
        self.file = folder / "ca.pem"
        self.ca.cert_pem.write_to_path(self.file)
        self.leave = leave

    def vault(self, answer: Answer | Callable[[Got], Answer]) -> Vault:
        """A vault that gives this answer to whoever has a token."""
        vault = self.leave.enter_context(Vault(server_context(self.ca, "127.0.0.1", 1), {}))
        vault.answer = answer
        return vault

    def secrets(self, vault: Peer, credential: Credential | None = None) -> KeyVaultSecrets:
        """A reader of that vault."""
        return KeyVaultSecrets(f"https://127.0.0.1:{vault.port}", credential or Credential(), ca=self.file)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A world of its own for one test."""
    with ExitStack() as leave:
        yield World(tmp_path, leave)


def secret(value: str, version: str = "0123456789abcdef") -> Reply:
    """A secret as the vault gives it."""
    return said({"value": value, "id": f"https://127.0.0.1/secrets/lyon/{version}", "attributes": {"enabled": True}})


def test_an_account_is_read(world: World) -> None:
    """The version is the secret's own."""
    secrets: Secrets = world.secrets(world.vault(secret(VALUE)))

    found = secrets.account("lyon")

    assert (found.secret, found.version, found.username) == ("lyon", "0123456789abcdef", "svc")
    assert found.password.reveal() == "password-canary"
    assert "canary" not in repr(found)


def test_a_new_version_counts_at_the_next_look(world: World) -> None:
    """Nothing is kept."""
    versions = iter(["1", "2"])
    secrets = world.secrets(world.vault(lambda _: secret(VALUE, next(versions))))

    assert [secrets.account("lyon").version for _ in range(2)] == ["1", "2"]


def test_many_threads_read_at_once(world: World) -> None:
    """A fleet pass looks up hundreds of accounts."""
    secrets = world.secrets(world.vault(secret(VALUE)))

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(secrets.account, ["lyon"] * 40))

    assert {one.username for one in found} == {"svc"}


UNUSABLE = {
    "no JSON": "password-canary",
    "a list": '["password-canary"]',
    "no password": '{"username": "password-canary"}',
    "an empty one": '{"username": "svc", "password": ""}',
    "a number": '{"username": "svc", "password": 815}',
    "nothing": "",
    "deep": "[" * 5000,
}


def _missing(world: World, answer: Answer, credential: Credential | None = None) -> str:
    with pytest.raises(SecretMissingError) as caught:
        world.secrets(world.vault(answer), credential).account("lyon")
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return str(caught.value)


@pytest.mark.parametrize("name", sorted(UNUSABLE))
def test_a_secret_that_is_no_account(world: World, name: str, caplog: pytest.LogCaptureFixture) -> None:
    """The remedy says how it should look; what it holds is told nowhere."""
    caplog.set_level(logging.DEBUG)

    text = _missing(world, secret(UNUSABLE[name]))

    assert 'JSON like {"username"' in text
    assert "canary" not in text + caplog.text


def _refused(code: str, status: int) -> Reply:
    return said({"error": {"code": code, "message": "canary"}}, status)


@pytest.mark.parametrize(
    ("answer", "remedy"),
    [
        (_refused("SecretNotFound", 404), "create it"),
        (_refused("Forbidden", 403), "Key Vault Secrets User"),
        (_refused("BadParameter", 400), "check its name"),
        (Reply(401), "Key Vault Secrets User"),
        (Reply(200, b"<html>canary"), "check its name"),
    ],
)
def test_what_somebody_has_to_mend_says_how(world: World, answer: Reply, remedy: str) -> None:
    """Without the vault's own words."""
    text = _missing(world, answer)

    assert (remedy in text, "canary" in text) == (True, False)


class Failing(Credential):
    """An identity that is not there."""

    def get_token(self, *_: str, **__: Any) -> AccessToken:
        """Fail."""
        raise ClientAuthenticationError("canary")


def test_no_token_for_the_vault(world: World) -> None:
    """The identity is what is missing."""
    assert "identity" in _missing(world, secret(VALUE), Failing())


@pytest.mark.parametrize("answer", [_refused("X", 503), _refused("Throttled", 429), Raw()])
def test_a_vault_that_does_not_answer_says_nothing_of_a_secret(world: World, answer: Answer) -> None:
    """It is worth asking again, so it is no missing secret."""
    with pytest.raises(ConnectionError) as caught:
        world.secrets(world.vault(answer)).account("lyon")

    assert "canary" not in str(caught.value)


def test_another_certificate_gets_no_token(world: World) -> None:
    """The vault is verified like everything else."""
    peer = world.leave.enter_context(Vault(server_context(trustme.CA(), "127.0.0.1", 1), {}))

    with pytest.raises(ConnectionError):
        world.secrets(peer).account("lyon")

    assert peer.bytes_received == 0


def test_nothing_is_logged(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Neither token nor value, with every debug record there is."""
    for name in ("", "azure", "urllib3"):
        caplog.set_level(logging.DEBUG, logger=name)

    world.secrets(world.vault(secret(VALUE))).account("lyon")

    assert "canary" not in caplog.text


def test_what_is_not_https_is_refused_at_once() -> None:
    """No secret ever comes over a plain connection."""
    with pytest.raises(ValueError, match="must be https"):
        KeyVaultSecrets("http://vault.test", Credential())
