"""How callers sign in, as settings and the platform say it: what is open is opened on purpose, and never on Azure."""

import logging
from pathlib import Path

import pytest

from shared import wiring
from shared.model.caller import Way
from shared.settings import SettingsInvalidError, asks_for_keys, on_azure, read_settings, sign_in_of

LEAST = {
    "HCX_FLEET_POLICY": "fleet.yaml",
    "HCX_FLEET_STORE": "fleet.sqlite",
    "HCX_FLEET_REPORTS": "reports",
    "HCX_FLEET_SECRETS_FILE": "secrets.yaml",
}


@pytest.mark.parametrize(
    ("said", "asks"), [("true", True), ("True", True), ("false", False), ("", False), (None, False), ("1", False)]
)
def test_the_platform_asks_only_where_it_says_so(said: str | None, *, asks: bool) -> None:
    """Anything else than its own word for yes lets nobody in."""
    environment = {} if said is None else {"WEBSITE_AUTH_ENABLED": said}

    assert sign_in_of(read_settings(LEAST), environment).platform_asks is asks


def test_without_a_word_the_platform_has_to_ask() -> None:
    """An app that nobody has set up is closed."""
    found = sign_in_of(read_settings(LEAST), {})

    assert (found.way, found.platform_asks) == (Way.PLATFORM, False)


@pytest.mark.parametrize(
    "there",
    [
        {"WEBSITE_SITE_NAME": "func-fleet"},
        {"WEBSITE_INSTANCE_ID": "abc"},
        {"WEBSITE_HOSTNAME": "func-fleet.azurewebsites.net"},
    ],
)
def test_an_app_on_azure_is_never_open_to_all(there: dict[str, str]) -> None:
    """Whoever reaches it is not on its machine: it does not start."""
    with pytest.raises(SettingsInvalidError, match="HCX_FLEET_SIGN_IN: is local, and this is an app on Azure"):
        read_settings({**LEAST, **there, "HCX_FLEET_SIGN_IN": "local"})


@pytest.mark.parametrize("there", [{}, {"WEBSITE_HOSTNAME": "localhost:7071"}])
def test_tools_for_developers_are_this_machine(there: dict[str, str]) -> None:
    """They set the name of a host as well."""
    assert not on_azure(there)
    assert read_settings({**LEAST, **there, "HCX_FLEET_SIGN_IN": "local"}).sign_in is Way.LOCAL


@pytest.mark.parametrize(("said", "by_key"), [("key", True), ("platform", False), ("Key", False), ("", False)])
def test_the_host_asks_for_keys_where_they_are_set(said: str, *, by_key: bool) -> None:
    """By the very word that settings take."""
    assert asks_for_keys({"HCX_FLEET_SIGN_IN": said}) is by_key


def test_an_app_that_lets_nobody_in_says_so_when_it_starts(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not only to whoever calls it."""
    monkeypatch.delenv("WEBSITE_AUTH_ENABLED", raising=False)
    places = {"HCX_FLEET_STORE": str(tmp_path / "store.sqlite"), "HCX_FLEET_REPORTS": str(tmp_path)}
    with caplog.at_level(logging.ERROR):
        wiring.build(read_settings({**LEAST, **places}), wiring.SystemClock())

    assert "nobody is let in over HTTP" in caplog.text
