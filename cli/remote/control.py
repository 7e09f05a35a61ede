"""What people say to a run of an app elsewhere. Each word is meant for the state that the run was just read in."""

from dataclasses import replace
from typing import Any

from cli import printing, tables
from cli.edge import WrongUseError
from cli.exits import Exit
from cli.remote import sheets
from cli.remote.answer import Answer
from cli.remote.client import Change, Client
from cli.remote.documents import Commanded, Leases, Reported
from cli.remote.given import Given, form_of, key_of, word
from cli.remote.meant import hash_named, read_run, run_path, segment
from cli.remote.refusing import RefusedError, plain
from shared.model.command import CommandKind

MOVED_ON = "match.failed"
READ_AGAIN = 3
"""How often a run is read again that moved on between a look and a word which is meant whatever it does."""

_WHATEVER_IT_DOES = frozenset({CommandKind.PAUSE, CommandKind.RESUME, CommandKind.CANCEL, CommandKind.SKIP})


def approve(client: Client, given: Given) -> int:
    """Let a wave go, by the plan that was looked at: the run's own where none is named."""
    named = word(given, "plan")
    plan = hash_named(client, named) if named else read_run(client, str(given["run"])).run.plan_hash
    return _say(client, CommandKind.APPROVE, given, {**_of_wave(given), "planHash": plan})


def reject(client: Client, given: Given) -> int:
    """Do not let a wave go."""
    return _say(client, CommandKind.REJECT, given, _of_wave(given))


def pause(client: Client, given: Given) -> int:
    """Begin nothing new."""
    return _say(client, CommandKind.PAUSE, given, _scope(given))


def resume(client: Client, given: Given) -> int:
    """Go on with what is paused."""
    return _say(client, CommandKind.RESUME, given, _scope(given))


def cancel(client: Client, given: Given) -> int:
    """End it where nothing is half done."""
    return _say(client, CommandKind.CANCEL, given, _scope(given))


def skip(client: Client, given: Given) -> int:
    """Leave out tasks that have changed nothing.

    Raises:
        WrongUseError: neither a task nor a private cloud is named.
    """
    if not (word(given, "task") or word(given, "cloud")):
        raise WrongUseError(["skip: give --task or --cloud; a whole run is ended by hcx-fleet cancel"])
    return _say(client, CommandKind.SKIP, given, _scope(given))


def report_done(client: Client, given: Given) -> int:
    """Say that what a task waits for is done."""
    path = f"{run_path(str(given['run']))}/tasks/{segment(str(given['task']))}:reportDone"
    body = {"who": word(given, "requester"), "comment": word(given, "comment")}
    answer = client.change(Change(method="POST", path=path, body=body, key=key_of(given, "idempotency_key")))
    if form_of(given) == "json":
        printing.as_json(answer.json())
    else:
        told = answer.read(Reported)
        printing.results().print(f"Taken down as report {told.report} of {plain(told.task)}.", soft_wrap=True)
    return Exit.AS_WANTED


def break_lease(client: Client, given: Given) -> int:
    """Take the lease that is held now away from its holder.

    Raises:
        WrongUseError: nobody has it.
    """
    subject = str(given["subject"])
    every = client.get("/v1/leases").read(Leases).value
    held = next((one for one in every if one.subject == subject), None)
    if held is None:
        there = ", ".join(one.subject for one in every) or "none"
        raise WrongUseError([f"nothing to break: nobody has a lease on {subject}; held: {there}"])
    body = {"by": word(given, "requester"), "reason": word(given, "reason")}
    path, key = f"/v1/leases/{segment(subject)}:break", key_of(given, "idempotency_key")
    client.change(Change(method="POST", path=path, body=body, key=key, if_match=f'"{held.token}"'))
    told = f"The lease on {subject} is broken. Run {held.run}, task {held.task}, had it: its next change is refused."
    printing.results().print(plain(told), soft_wrap=True)
    return Exit.AS_WANTED


def _of_wave(given: Given) -> dict[str, Any]:
    return {
        "wave": word(given, "wave"),
        "tasks": word(given, "tasks"),
        "approver": word(given, "approver"),
    }


def _scope(given: Given) -> dict[str, Any]:
    if word(given, "task") and word(given, "cloud"):
        raise WrongUseError(["--task, --cloud: give one of them"])
    return {"privateCloud": word(given, "cloud")}


def _say(client: Client, kind: CommandKind, given: Given, about: dict[str, Any]) -> int:
    run, task = str(given["run"]), word(given, "task")
    place = f"{run_path(run)}/tasks/{segment(task)}" if task else run_path(run)
    said = {"by": word(given, "requester"), "comment": word(given, "comment"), "key": word(given, "key")}
    path, key = f"{place}:{kind.value}", key_of(given, "key")
    answer = _kept(client, kind, run, Change(method="POST", path=path, body={**said, **about}, key=key))
    if form_of(given) == "json":
        printing.as_json(answer.json())
    else:
        printing.parts(tables.sheet(sheets.said(answer.read(Commanded), run)))
    return Exit.AS_WANTED


def _kept(client: Client, kind: CommandKind, run: str, wanted: Change) -> Answer:
    """The answer of the app that keeps a word. Who lets a wave go decides by what they saw, and is told instead."""
    left = READ_AGAIN if kind in _WHATEVER_IT_DOES else 1
    while True:
        left -= 1
        tag = read_run(client, run).tag
        try:
            return client.change(replace(wanted, if_match=tag))
        except RefusedError as error:
            if error.reason != MOVED_ON or not left:
                raise
