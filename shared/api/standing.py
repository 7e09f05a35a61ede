"""A run as it stands, as an answer, with the headers that say in which state it is and when to look again."""

from datetime import datetime

from fastapi import Request, Response

from shared.api.answers import run_answer
from shared.api.bodies import RunAnswer
from shared.api.matching import refuse_other, tag
from shared.model.command import Command
from shared.model.run import JournalEntry, Run
from shared.ports import Ports, Store
from shared.report.control_json import control_part
from shared.report.run_standing import standing_of
from shared.report.stored import view_of
from shared.rules.generation import generation, since
from shared.rules.run_phase import RunPhase, RunStanding
from shared.store.errors import TamperedError

RETRY_AFTER = {
    RunPhase.RUNNING: 15,
    RunPhase.PAUSED: 60,
    RunPhase.WAITING_FOR_APPROVAL: 60,
    RunPhase.WAITING_FOR_PEOPLE: 300,
    RunPhase.WAITING_FOR_PROVIDER: 300,
    RunPhase.SOAKING: 300,
    RunPhase.WAITING_FOR_WINDOW: 300,
}
"""Seconds between two looks at a run: a step takes minutes, a person at a site hours."""

LOOK_AGAIN_MIN = 15


def answered(ports: Ports, run: Run, request: Request, response: Response) -> RunAnswer:
    """The run as the answer to a request."""
    view = view_of(ports.store, run, ports.clock.now())
    given = commands_of(ports.store, run.request.id)
    standing = standing_of(view, given or ())
    response.headers["ETag"] = tag(generation(run, view.journal, None if given is None else len(given)))
    seconds = retry_after(standing, view.now)
    if seconds is not None:
        response.headers["Retry-After"] = str(seconds)
    control = None if given is None else control_part(view, given, ports.store.leases(view.now))
    return run_answer(view, standing, control, request)


def retry_after(standing: RunStanding, now: datetime) -> int | None:
    """Seconds after which a look at the run may show something else; None where it has ended.

    Where it is known when that will be, such as when a window opens, nobody has to look before, nor much later.
    """
    usual = RETRY_AFTER.get(standing.phase)
    known = standing.wait.next_look if standing.wait is not None else None
    if usual is None or known is None:
        return usual
    return max(LOOK_AGAIN_MIN, min(usual, int((known - now).total_seconds())))


def refuse_other_state(store: Store, run: Run, if_match: str | None) -> None:
    """Go on where a call is meant for the state that a run is in.

    Raises:
        Problem: it is not, or does not say.
    """
    name = run.request.id
    given = commands_of(store, name)
    journal = tuple(entry for _, entry in store.journal(name))
    present = generation(run, journal, None if given is None else len(given))
    refuse_other(if_match, tag(present), lambda: told_since(name, journal, present, if_match))


def told_since(run_id: str, journal: tuple[JournalEntry, ...], present: int, if_match: str | None) -> str:
    """What has happened in a run since the state that a caller names, as far as they name one."""
    seen = (if_match or "").strip().strip('"')
    steps = present - int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < LONGEST else present
    if steps <= 0:
        return f"run {run_id} was never in the state that If-Match names"
    return f"run {run_id} has moved on since; the latest: {'; '.join(since(journal, steps)) or 'its state'}"


LONGEST = 10
"""Digits that the number of a state never has."""


def commands_of(store: Store, run_id: str) -> tuple[Command, ...] | None:
    """Every command to a run; None where one was changed behind our back: the rest has to be read all the more then."""
    try:
        return store.commands(run_id)
    except TamperedError:
        return None
