"""Which run or plan of the app a person means."""

import re
from collections.abc import Iterator
from urllib.parse import quote

from cli.edge import WrongUseError
from cli.remote.client import Client
from cli.remote.documents import PlanListed, Plans, RunListed, Runs, RunSeen
from shared.model.record import record
from shared.model.run import RunKind
from shared.rules.run_view import ENDED

_PREFIX = re.compile(r"[0-9a-f]{1,64}")


@record
class Standing:
    """A run as the app says that it stands, and the state that it says it of."""

    run: RunSeen
    tag: str | None
    retry_after: float | None


def run_path(run: str) -> str:
    """Where a run is."""
    return f"/v1/runs/{segment(run)}"


def segment(name: str) -> str:
    """A name as one part of an address, whatever is in it."""
    return quote(name, safe="") or "-"


def read_run(client: Client, run: str) -> Standing:
    """A run of that id.

    Raises:
        ToldError: the app knows none, or says nothing.
    """
    answer = client.get(run_path(run))
    return Standing(run=answer.read(RunSeen), tag=answer.tag, retry_after=answer.retry_after)


def runs_of(client: Client) -> Iterator[RunListed]:
    """Every run, newest request first."""
    for part in client.parts("/v1/runs"):
        yield from part.read(Runs).value


def newest_run(client: Client) -> str | None:
    """The one that a person means who names none: an upgrade that goes on, else the newest that was no what-if."""
    every = list(runs_of(client))
    under_way = (one.id for one in every if one.kind is RunKind.UPGRADE and one.status not in ENDED)
    return next(under_way, None) or next((one.id for one in every if one.target is None), None)


def hash_named(client: Client, text: str) -> str:
    """The whole hash of the plan whose hash begins so.

    Raises:
        WrongUseError: there is none, or there are several.
    """
    found = [one.hash for one in _plans(client, text)]
    if len(found) == 1:
        return found[0]
    how = f"several begin so: {', '.join(one[:16] for one in found)}" if found else "none begins so"
    raise WrongUseError([f"plan {text}: {how}"])


def newest_planned(client: Client) -> Iterator[RunListed]:
    """Runs that have a plan which somebody may mean to carry out, the newest first."""
    return (one for one in runs_of(client) if one.plan_hash and one.target is None and one.subject is None)


def newest_hash(client: Client) -> str:
    """The hash of the newest plan.

    Raises:
        WrongUseError: there is none yet.
    """
    found = next(newest_planned(client), None)
    if found is None or found.plan_hash is None:
        raise WrongUseError(["there is no plan yet; make one: hcx-fleet plan"])
    return found.plan_hash


def _plans(client: Client, text: str) -> list[PlanListed]:
    prefix = text.strip().lower().removeprefix("sha256:")
    if not _PREFIX.fullmatch(prefix):
        return []
    return [one for part in client.parts("/v1/plans", {"prefix": prefix}) for one in part.read(Plans).value]
