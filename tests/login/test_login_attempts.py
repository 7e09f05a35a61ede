"""Whoever logs in anywhere: at most one failed log-in per account and secret version, over a real store."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Lock

import pytest

from shared.login.attempts import Logins
from shared.model.ledger import BreakerAnswer, BreakerState
from shared.model.secret import Account, SecretText
from shared.store.sqlite import SqliteStore

ACCOUNT = Account(secret="lyon", version="1", username="svc", password=SecretText("some"))  # noqa: S106 -- a name


class Stopped:
    """A clock that stands still."""

    def now(self) -> datetime:
        """Always the same."""
        return datetime(2026, 11, 24, 6, tzinfo=UTC)


class HeldBackError(Exception):
    """The breaker did not allow a try."""

    def __init__(self, state: BreakerState) -> None:
        super().__init__(state.detail)
        self.answer = state.answer


@pytest.fixture
def each(tmp_path: Path) -> Iterator[list[Logins]]:
    """Eight that log in, each over a connection of its own to one store, as processes would."""
    with ExitStack() as leave:
        stores = [leave.enter_context(SqliteStore(tmp_path / "store.sqlite")) for _ in range(8)]
        yield [Logins(one, Stopped()) for one in stores]


def end(logins: Logins, *, refused: bool | None, account: Account = ACCOUNT) -> None:
    """A try that ends so."""
    with logins.attempt(account, "hcx.lyon.test", HeldBackError) as attempt:
        attempt.ended(refused=refused, detail="told")


def test_a_wrong_password_is_sent_once_by_all_together(each: list[Logins]) -> None:
    """Of eight that try at the same moment, and again afterwards, one sends the password."""
    start, lock, sent = Barrier(len(each)), Lock(), []

    def one(logins: Logins) -> None:
        start.wait()
        for _ in range(3):
            try:
                with logins.attempt(ACCOUNT, "hcx.lyon.test", HeldBackError) as attempt:
                    with lock:
                        sent.append(ACCOUNT)
                    attempt.ended(refused=True, detail="told")
            except HeldBackError:
                continue

    with ThreadPoolExecutor(len(each)) as pool:
        list(pool.map(one, each))

    assert len(sent) == 1


def test_a_refused_version_stays_refused_and_a_new_one_is_tried(each: list[Logins]) -> None:
    """Everybody is held back with what was told, until the secret has a new version."""
    end(each[0], refused=True)

    with pytest.raises(HeldBackError, match="told") as held:
        end(each[1], refused=False)
    end(each[1], refused=False, account=replace(ACCOUNT, version="2"))

    assert held.value.answer is BreakerAnswer.OPEN


def test_a_try_that_breaks_off_showed_nothing(each: list[Logins]) -> None:
    """A manager that hangs up says nothing about a password: the error comes out, and the next one may try."""
    with pytest.raises(ConnectionError), each[0].attempt(ACCOUNT, "hcx.lyon.test", HeldBackError):
        raise ConnectionError

    end(each[1], refused=None)
    end(each[2], refused=False)


def test_what_was_told_stays_when_the_block_breaks_off_later(each: list[Logins]) -> None:
    """Once a log-in was taken everybody may use it while it lasts, and whatever becomes of the session."""

    def session() -> None:
        with each[0].attempt(ACCOUNT, "vc.lyon.test", HeldBackError) as attempt:
            attempt.ended(refused=False, detail="told")
            end(each[1], refused=False)
            raise ConnectionError

    with pytest.raises(ConnectionError):
        session()

    with each[1].attempt(ACCOUNT, "vc.lyon.test", HeldBackError):
        end(each[2], refused=False)
