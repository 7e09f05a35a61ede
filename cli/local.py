"""The app in this process: settings become ports, ports are installed, the embedded host loads the app over them."""

import contextlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from cli.edge import WrongUseError
from cli.environment import unusable
from cli.places import ROOT
from embedded.clock import HostClock
from embedded.host import LocalHost
from embedded.http_trigger import HttpAnswer
from shared import wiring
from shared.api.again import Again
from shared.hcx.route_overrides import routes_of
from shared.model.codec import from_json
from shared.model.orders import Finished
from shared.model.record import record
from shared.model.run import Run, RunKind, RunRequest
from shared.model.view import RunView
from shared.ports import Ports
from shared.report.stored import view_of
from shared.rules.run_view import ENDED
from shared.settings import Settings

WAIT_SECONDS = 60.0
"""Of one sleep; the host wakes it as soon as something has changed."""


class HostBrokenError(RuntimeError):
    """The app answered, or ended a run, in a way that none of its code means to."""


@record
class Asked:
    """A run that is wanted, in the words of the API."""

    kind: RunKind
    private_cloud: str | None
    include_shared: bool
    requested_by: str | None
    plan_hash: str | None = None
    """The plan to carry out; None: the run makes its own."""
    target: str | None = None
    """What-if: the version to plan for."""
    subject: str | None = None
    """Of a check: the one that it is about; None: all that is covered."""
    again: Again | None = None
    """Tasks of another run that are carried out once more, by its plan."""
    takes_back: str | None = None
    """Id of the run that a revert takes back."""

    @property
    def carries_out(self) -> bool:
        """Whether anything happens in it beside observing and planning."""
        return self.kind is RunKind.UPGRADE or (self.kind is RunKind.REVERT and self.plan_hash is not None)

    @property
    def body(self) -> dict[str, Any]:
        """The body that asks for it."""
        wanted = {
            "kind": self.kind.value,
            "privateCloud": self.private_cloud,
            "includeShared": self.include_shared,
            "requestedBy": self.requested_by,
            "planHash": self.plan_hash,
            "target": self.target,
            "subject": self.subject,
        }
        return {name: value for name, value in wanted.items() if value is not None}

    def call(self, run_id: str) -> tuple[str, str, dict[str, Any]]:
        """Method, path and body of the call that asks for it under that id."""
        by = self.requested_by or "somebody"
        if self.takes_back is not None:
            wanted = {"by": by, "privateCloud": self.private_cloud, "planHash": self.plan_hash, "runId": run_id}
            told = {name: value for name, value in wanted.items() if value is not None}
            return "POST", f"/v1/runs/{self.takes_back}:revert", told
        if self.again is None:
            return "PUT", f"/v1/runs/{run_id}", self.body
        only, tasks = self.again.meant.value, list(self.again.tasks)
        body = {"by": by, "only": only, "tasks": tasks, "runId": run_id}
        return "POST", f"/v1/runs/{self.again.parent}:retry", body


def asked_of(request: RunRequest) -> Asked:
    """What has to be asked for once more so that a run goes on, and nothing else begins.

    A plan says what is covered, so that a run by a plan names it alone. Who asked stays on record as it is.
    """
    if request.parent is not None:
        again = Again(parent=request.parent, only=request.retry, tasks=request.retry_tasks)
        return Asked(
            kind=request.kind,
            private_cloud=request.private_cloud,
            include_shared=request.include_shared,
            requested_by=None,
            plan_hash=request.plan_hash,
            again=again,
        )
    by_plan = request.plan_hash is not None
    return Asked(
        kind=request.kind,
        private_cloud=None if by_plan else request.private_cloud,
        include_shared=not by_plan and request.include_shared,
        requested_by=None,
        plan_hash=request.plan_hash,
        target=str(request.target) if request.target else None,
        subject=request.subject,
    )


ANY_STATE = {"If-Match": "*"}
"""Whoever carries a run out on this machine means it in whatever state it is."""


class Local:
    """The running app, and the store it writes to."""

    def __init__(self, host: LocalHost, ports: Ports) -> None:
        self.host = host
        self.ports = ports

    def start(self, run_id: str, asked: Asked) -> None:
        """Ask for a run through the front door.

        Raises:
            WrongUseError: the app refuses it; with what it says.
        """
        refuse_problems(self.host.http(*asked.call(run_id), headers=ANY_STATE))

    def is_over(self, run_id: str) -> bool:
        """Whether nothing of the run is left to do, its reports included.

        Raises:
            HostBrokenError: its orchestration broke, which nothing in the app means to happen.
        """
        state = self.host.instance(run_id)
        if state is None or not state.ended:
            return False
        if state.failure is not None:
            raise HostBrokenError(f"run {run_id}: {state.failure.error_type}: {state.failure.message}")
        return True

    def wait(self, run_id: str) -> None:
        """Sleep until the run is over."""
        while not self.host.wait_until(lambda: self.is_over(run_id), WAIT_SECONDS):
            pass

    def view(self, run_id: str, now: datetime | None = None) -> RunView:
        """The run as it stands."""
        run = self.ports.store.run(run_id)
        if run is None:
            raise HostBrokenError(f"run {run_id} is not in the store")
        return view_of(self.ports.store, run, now or self.ports.clock.now())

    def reports(self, run_id: str) -> tuple[str, ...]:
        """Where the reports of a run that is over lie."""
        state = self.host.instance(run_id)
        return from_json(Finished, state.output).reports if state and state.output else ()


@contextlib.contextmanager
def opened(settings: Settings, clock: HostClock) -> Iterator[Local]:
    """The app over these settings while inside.

    Raises:
        PolicyInvalidError: `fleet.yaml`, the confirmations or corrected routes cannot be used; found out before
            anything starts.
        WrongUseError: the same of another file or folder that a setting names.
    """
    if problems := unusable(settings):
        raise WrongUseError(problems)
    ports = wiring.build(settings, clock)
    ports.configuration.policy()
    ports.configuration.confirmations()
    routes_of(settings.routes)()
    wiring.install(ports)
    with LocalHost(ROOT, clock) as host:
        yield Local(host, ports)


def refuse_problems(answer: HttpAnswer) -> None:
    """Turn a problem into the error it is for a user of the command.

    Raises:
        WrongUseError: the request was refused.
        HostBrokenError: the app could not answer it.
    """
    if answer.status < 400:  # noqa: PLR2004 -- HTTP's own line
        return
    if answer.status >= 500 or not answer.body:  # noqa: PLR2004 -- the same
        raise HostBrokenError(f"the app answered {answer.status}")
    problem = answer.json()
    errors = [f"{one['field']}: {one['message']}" for one in problem["errors"]]
    remedy = f" ({problem['remedy']})" if problem["remedy"] else ""
    raise WrongUseError(errors or [f"{problem['title']}: {problem['detail']}{remedy}"])


def to_resume(runs: tuple[Run, ...], asked: Asked) -> str | None:
    """The id of an upgrade of the same scope that has not ended: its host went away, and it goes on under its own name.

    A check or a plan is never gone on with: what it observed is old.
    """
    if not asked.carries_out:
        return None
    same = (run for run in runs if run.state not in ENDED and run.request.kind is asked.kind and _asks(run, asked))
    return next((run.request.id for run in same), None)


def _asks(run: Run, asked: Asked) -> bool:
    """A plan says what is covered; a run of a plan and one that makes its own are never the same, nor is a retry."""
    request = run.request
    if asked.takes_back is not None:
        return (request.parent, request.plan_hash) == (asked.takes_back, asked.plan_hash)
    if asked.again or request.parent:
        wanted = asked.again
        again = (wanted.parent, wanted.meant, wanted.tasks) if wanted else None
        return again == (request.parent, request.retry, request.retry_tasks)
    if asked.plan_hash or run.request.plan_hash:
        return run.request.plan_hash == asked.plan_hash
    scope = (run.request.private_cloud, run.request.include_shared)
    return scope == (asked.private_cloud, asked.include_shared)
