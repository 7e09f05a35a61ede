"""A process of its own that works on a store: raced against others, or killed, by the conformance suite.

Called as `store_process.py KIND ADDRESS DEED NAME COUNT`. It opens the store, prints `ready`, waits for a line on
stdin, does its deed and prints one JSON line with what it got.
"""

import json
import sqlite3
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from shared.model.ledger import BreakerAnswer, ClaimState, LeaseWish
from shared.model.run import JournalEntry, JournalKind
from shared.ports import Store
from shared.store.errors import ClaimMovedError, LeaseHeldError, StoreUnusableError
from shared.store.sqlite import SqliteStore
from tests.azurite import open_table

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)

OPENERS: dict[str, Callable[[str], Store]] = {
    "sqlite": lambda address: SqliteStore(Path(address)),
    "tables": open_table,
}


def claim_all(store: Store, name: str, count: int) -> list[int]:
    """Claim every step and go to sending; the numbers of those that this process may send."""
    won = []
    for number in range(count):
        claim = store.claim(f"manager:{number}", "upgrade-manager", 1, name, NOW)
        if claim.mine and claim.state in {ClaimState.INTENDED, ClaimState.CLAIMED}:
            try:
                claim = store.record_claim(claim, ClaimState.CLAIMED, None, NOW)
                store.record_claim(claim, ClaimState.SENDING, None, NOW)
            except ClaimMovedError:
                continue
            won.append(number)
    return won


def log_in_all(store: Store, _name: str, count: int) -> list[int]:
    """Ask to log in to every account; the numbers of those that this process may try."""
    answers = [store.begin_login(f"account-{number}", "v1", NOW).answer for number in range(count)]
    return [number for number, answer in enumerate(answers) if answer is BreakerAnswer.GO]


def lease_all(store: Store, name: str, count: int) -> list[int]:
    """Take every lease; the numbers of those that this process got."""
    won = []
    for number in range(count):
        subject = f"manager:{number}"
        wish = LeaseWish(subject=subject, quiet=(), run=name, task=subject, until=NOW + timedelta(hours=1))
        try:
            store.take_lease(wish, NOW)
        except LeaseHeldError:
            continue
        won.append(number)
    return won


def raise_all(store: Store, _name: str, count: int) -> list[int]:
    """Raise one generation for each of many causes; the numbers that they got."""
    return [store.raise_generation("manager:lyon", f"cause-{number}", NOW) for number in range(count)]


def append_all(store: Store, name: str, count: int) -> list[int]:
    """Append to one journal, and print each key once the store has taken it."""
    for number in range(count):
        key = f"{name}-{number}"
        store.append("run", JournalEntry(key=key, at=NOW, kind=JournalKind.PROGRESS, text="still at work"))
        sys.stdout.write(f"{key}\n")
        sys.stdout.flush()
    return list(range(count))


def append_until_refused(store: Store, name: str, count: int) -> list[str]:
    """Append to one journal until the store takes no more; what it says then."""
    try:
        append_all(store, name, count)
    except StoreUnusableError as refused:
        return [str(refused)]
    return []


def hold(address: str) -> None:
    """Change a SQLite store without ever committing, and stay there."""
    connection = sqlite3.connect(address, autocommit=True)
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO documents VALUES ('run', 'half', 'written')")
    sys.stdout.write("held\n")
    sys.stdout.flush()
    sys.stdin.readline()


DEEDS: dict[str, Callable[[Store, str, int], list[int] | list[str]]] = {
    "claim": claim_all,
    "log-in": log_in_all,
    "lease": lease_all,
    "raise": raise_all,
    "append": append_all,
    "append-until-refused": append_until_refused,
}


def main(kind: str, address: str, deed: str, name: str, count: str) -> None:
    """Do one deed when told to."""
    if deed == "hold":
        hold(address)
        return
    if deed != "open":
        store = OPENERS[kind](address)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    if deed == "open":
        store = OPENERS[kind](address)
        store.put_document("run", name, "opened")
        got: list[int] | list[str] = [1]
    else:
        got = DEEDS[deed](store, name, int(count))
    sys.stdout.write(json.dumps(got) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
