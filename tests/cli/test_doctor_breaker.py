"""`show breaker` and `breaker reset`: what keeps an account from being locked, and a person's word against it."""

import json
from pathlib import Path

import pytest

from cli.breaker import ResetOrder, reset
from cli.edge import WrongUseError
from shared.rules.doctor import State
from shared.store.sqlite import SqliteStore
from tests.cli.command import hcx_fleet
from tests.cli.doctor_world import Surgery, surgery

STALE = """\
start: 2026-11-24T06:00:00Z
subscriptions: [{name: sub-a}]
connectors: [{name: con-stale, hcx: "4.11.4", credentials: stale-account}]
accounts: [{secret: stale-account, stale: true}]
"""


def order(served: Surgery, **more: str) -> ResetOrder:
    """A right order to reset, but for what is named."""
    right = {"secret": "stale-account", "version": "1", "by": "Ann", "reason": "unlocked by hand"}
    return ResetOrder(settings=served.settings, **{**right, **more})


def test_from_refused_to_reset(tmp_path: Path) -> None:
    """A refused account is shown with what to do; a reset by name and reason allows one more log-in, and no third."""
    with surgery(tmp_path, STALE) as served:
        served.lines()
        shown = hcx_fleet(tmp_path, "show", "breaker", "--settings", served.settings)
        given = ("--version", "1", "--as", "Ann", "--reason", "unlocked by hand", "--settings", served.settings)
        done = hcx_fleet(tmp_path, "breaker", "reset", "stale-account", *given)
        after = [served.said()["con-stale", "account"].state for _ in range(3)]
        failed = served.failed("stale-account")
        again = json.loads(hcx_fleet(tmp_path, "show", "breaker", "-o", "json", "--settings", served.settings).out)

    assert (shown.code, done.code) == (3, 0)
    assert "hcx-fleet breaker reset stale-account --version 1" in " ".join(shown.out.split())
    assert "by the word of Ann" in done.out
    assert after == [State.FAILED] * 3
    assert failed == 2
    assert [(one["by"], one["reason"]) for one in again["open"][0]["resets"]] == [("Ann", "unlocked by hand")]


def test_a_new_version_needs_no_reset(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where a newer version of the secret is there, nothing is reset: it is tried by itself."""
    with surgery(tmp_path, STALE) as served:
        served.lines()
        secrets = tmp_path / "world" / "secrets.yaml"
        secrets.write_text(secrets.read_text("utf-8").replace('version: "1"', 'version: "2"'), "utf-8")

        assert reset(order(served)) == 0
        assert "Nothing to reset: secret stale-account has version 2 now" in " ".join(capsys.readouterr().out.split())
        with SqliteStore(tmp_path / "world" / "store.sqlite") as store:
            assert store.breakers()[0].resets == ()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"secret": "other"}, "no breaker is open for secret other, version 1; open: stale-account version 1"),
        ({"version": "2"}, "no breaker is open for secret stale-account, version 2"),
        ({"by": " ", "reason": ""}, "--as: must not be empty\n--reason: must not be empty"),
    ],
)
def test_resets_that_cannot_be(tmp_path: Path, wrong: dict[str, str], told: str) -> None:
    """A secret that is not open, another version, and a word without name or reason are wrong use."""
    with surgery(tmp_path, STALE) as served:
        served.lines()
        with pytest.raises(WrongUseError, match=told):
            reset(order(served, **wrong))


def test_nothing_open(tmp_path: Path) -> None:
    """Without an open breaker that is said, and nobody is needed."""
    with surgery(tmp_path, STALE) as served:
        SqliteStore(tmp_path / "world" / "store.sqlite").close()
        shown = hcx_fleet(tmp_path, "show", "breaker", "--settings", served.settings)

    assert (shown.code, shown.out) == (0, "No breaker is open.\n")
