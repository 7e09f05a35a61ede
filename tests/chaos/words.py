"""What people say to a run in a story, and when: said once, whatever host is there to hear it.

A word is due by what the store holds and not by a point that a host comes to. So it is said all the same where the host
that came to the point is dead, and a word that was kept before the kill is not said again.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from cli.edge import WrongUseError
from cli.local import ANY_STATE, Local, refuse_problems
from shared.api.commanding import take_down
from shared.model.command import Command, CommandKind
from shared.model.ledger import ClaimState
from shared.model.record import record
from shared.ports import Store

type Due = Callable[[Store, str, datetime], bool]
"""Whether the moment of a word has come, by the store, the run and the time."""

BY, COMMENT = "a person", "the story wants it"
_BEGUN = frozenset({ClaimState.SENDING, ClaimState.ADOPTED, ClaimState.DONE})


@record
class Word:
    """One command."""

    key: str
    """Unique in its tale."""
    kind: CommandKind
    due: Due
    task: str | None = None
    cloud: str | None = None
    """With neither, the whole run is meant."""

    def command(self, now: datetime) -> Command:
        """What is kept of it."""
        return Command(
            key=self.key,
            kind=self.kind,
            by=BY,
            authenticated=False,
            at=now,
            comment=COMMENT,
            task=self.task,
            cloud=self.cloud,
        )

    def call(self, run: str) -> tuple[str, dict[str, Any]]:
        """Path and body of the request that says it."""
        about = run if self.task is None else f"{run}/tasks/{self.task}"
        body = {"by": BY, "key": self.key, "comment": COMMENT}
        return f"/v1/runs/{about}:{self.kind}", {**body, "privateCloud": self.cloud} if self.cloud else body


def when_begun(subject: str, step: str) -> Due:
    """Due as soon as the ledger says that the change of a step may have been sent."""

    def due(store: Store, run: str, _: datetime) -> bool:
        claims = (one for one in store.claims_of(run) if (one.subject, one.step) == (subject, step))
        return any(one.state in _BEGUN for one in claims)

    return due


def later(key: str, than: timedelta) -> Due:
    """Due so long after another word was kept."""

    def due(store: Store, run: str, now: datetime) -> bool:
        return any(one.key == key and now >= one.at + than for one in store.commands(run))

    return due


def due_now(words: Iterable[Word], store: Store, run: str, now: datetime) -> list[Word]:
    """The words that are to be said now: their moment has come, and they are not kept yet."""
    kept = {one.key for one in store.commands(run)}
    return [word for word in words if word.key not in kept and word.due(store, run, now)]


def say_to_nobody(words: Iterable[Word], store: Store, run_id: str, now: datetime) -> None:
    """Say what is due while no host is there, as the command line does: kept in the store, and no bell rings."""
    run = store.run(run_id)
    if run is not None:
        for word in due_now(words, store, run_id, now):
            take_down(store, run, word.command(now))


class People:
    """Those who say the words of one story to one run, through the host that carries it out."""

    def __init__(self, local: Local, run: str, words: tuple[Word, ...]) -> None:
        self._local = local
        self._run = run
        self._left = list(words)

    def speak(self) -> bool:
        """Say what is due; gives False, as that is never the end of a run."""
        ports = self._local.ports
        for word in due_now(self._left, ports.store, self._run, ports.clock.now()) if self._left else ():
            self._left.remove(word)
            path, body = word.call(self._run)
            with suppress(WrongUseError):  # such as the end of a pause of what has asked its question meanwhile
                refuse_problems(self._local.host.http("POST", path, body, ANY_STATE))
        return False
