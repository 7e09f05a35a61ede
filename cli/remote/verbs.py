"""Every verb of the command line, and what it is for an app elsewhere: a call of its API, or a reason why not."""

from collections.abc import Callable, Mapping
from typing import Final

from cli.edge import WrongUseError
from cli.endpoint import Endpoint
from cli.remote import control, plans, reading, reverting, runs
from cli.remote.address import address_of
from cli.remote.client import Client
from cli.remote.given import Given, refuse
from cli.remote.signing_in import token_for
from shared.model.record import record


@record
class Verb:
    """A verb that speaks to the app."""

    work: Callable[[Client, Given], int]
    without: Mapping[str, str]
    """Options that it has nothing for, by their names in the program."""


_CLOCK = {"clock": "--clock"}
_JUDGED_THERE = {**_CLOCK, "steps": "--for", "only": "--only", "as_of": "--as-of", "verbose": "--verbose"}

VERBS: Final[Mapping[str, Verb]] = {
    "check": Verb(work=runs.check, without=_JUDGED_THERE),
    "plan": Verb(work=plans.plan, without=_CLOCK),
    "diff": Verb(work=plans.diff, without={**_CLOCK, "live": "--live"}),
    "run": Verb(work=runs.run, without=_CLOCK),
    "status": Verb(work=runs.status, without=_CLOCK),
    "why": Verb(work=reading.why, without=_CLOCK),
    "approve": Verb(work=control.approve, without=_CLOCK),
    "reject": Verb(work=control.reject, without=_CLOCK),
    "pause": Verb(work=control.pause, without=_CLOCK),
    "resume": Verb(work=control.resume, without=_CLOCK),
    "cancel": Verb(work=control.cancel, without=_CLOCK),
    "skip": Verb(work=control.skip, without=_CLOCK),
    "retry": Verb(work=runs.retry, without=_CLOCK),
    "revert": Verb(work=reverting.revert, without=_CLOCK),
    "report-done": Verb(work=control.report_done, without=_CLOCK),
    "today": Verb(work=reading.today, without=_CLOCK),
    "journal": Verb(work=reading.journal, without={"export": "--export"}),
    "runsheet": Verb(work=reading.runsheet, without={**_CLOCK, "live": "--live"}),
    "leases": Verb(work=reading.leases, without=_CLOCK),
    "leases break": Verb(work=control.break_lease, without=_CLOCK),
    "show fleet": Verb(work=reading.fleet, without={**_CLOCK, "azure_only": "--azure-only"}),
    "show calendar": Verb(work=plans.calendar, without=_CLOCK),
    "show forecast": Verb(work=plans.forecast, without=_CLOCK),
}

_WORLD = "plays a world on this machine"
_FILES = "works with files of the app's owner, on this machine"
_STORE = "reads the store itself, and the API shows no such thing"

HERE_ALONE: Final[Mapping[str, str]] = {
    "demo": _WORLD,
    "simulate": _WORLD,
    "serve": "serves an app on this machine",
    "collect": "reads the managers of a site from this machine",
    "init": _FILES,
    "lint": _FILES,
    "doctor": "looks at what the app needs from where it runs; call it there",
    "confirm": _FILES,
    "prove": _STORE,
    "show breaker": _STORE,
    "show coverage": _STORE,
    "show exposure": _STORE,
    "breaker reset": "writes into the store itself",
    "export sites": _FILES,
    "export site": _FILES,
    "import sites": _FILES,
    "import facts": "writes into the store itself",
    "store migrate": "is about a store on this machine",
}
"""Verbs that no app elsewhere is asked for, and why."""


def carried_out(verb: str, endpoint: Endpoint, given: Given) -> int:
    """Carry a verb out at an app elsewhere; gives the exit code.

    Raises:
        WrongUseError: it is for this machine alone, or is given what it has nothing for.
        ToldError: the app says no, or nothing.
    """
    reason = HERE_ALONE.get(verb)
    if reason is not None:
        raise WrongUseError([f"{verb} {reason}: leave out --endpoint, and HCX_FLEET_ENDPOINT"])
    known = VERBS[verb]
    refuse(given, known.without)
    address = address_of(endpoint)
    with Client(address, token_for(address)) as client:
        return known.work(client, given)
