"""Scenarios in which an appliance cannot go any more as it was planned."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from shared.model.codec import to_json
from shared.model.run import JournalKind

if TYPE_CHECKING:
    from tests.app.play import Stage

RUN = "fleet"
TAKEN = datetime(2026, 11, 24, 5, 30, tzinfo=UTC)
"""When the last spare address has been taken."""


def passed_over(stage: "Stage") -> str:
    """The last address goes while the interconnect is upgraded; before its end somebody frees one, and plans again."""
    stage.ask("PUT", f"/v1/runs/{RUN}", {"kind": "upgrade"})
    stage.let_time_pass(lambda: stage.local.is_over(RUN), run=RUN)
    _plan(stage, "next")
    return RUN


def address_taken(stage: "Stage") -> str:
    """The plan is made while an address is spare, and carried out by its hash when it has been taken."""
    _plan(stage, "before")
    stage.let_time_pass(lambda: stage.now > TAKEN, run="before", timer=True)
    made = stage.local.ports.store.run("before")
    stage.ask("PUT", f"/v1/runs/{RUN}", {"kind": "upgrade", "planHash": made.plan_hash if made else None})
    stage.let_time_pass(lambda: stage.local.is_over(RUN), run=RUN)
    return RUN


def restarted_in_a_round(stage: "Stage") -> str:
    """The host goes away while two appliances of one mesh are in change, and comes back."""
    stage.ask("PUT", f"/v1/runs/{RUN}", {"kind": "upgrade"})
    stage.let_time_pass(lambda: _called(stage) == LEADING + TOGETHER, run=RUN)
    stage.restart()
    stage.ask("PUT", f"/v1/runs/{RUN}", {"kind": "upgrade"})
    stage.let_time_pass(lambda: stage.local.is_over(RUN), run=RUN)
    return RUN


LEADING, TOGETHER = 1, 2
"""The interconnect, and the appliances of the first round after it."""


def _called(stage: "Stage") -> int:
    return sum(one.kind is JournalKind.CALLED for one in stage.told(RUN))


def asked_why(stage: "Stage") -> str:
    """An upgrade of the whole scope; then somebody asks why its mesh stands as it does."""
    stage.ask("PUT", f"/v1/runs/{RUN}", {"kind": "upgrade"})
    stage.let_time_pass(lambda: stage.local.is_over(RUN), run=RUN)
    stage.asides["why"] = stage.why(RUN, "mesh-oslo")
    return RUN


PASSING = (passed_over, address_taken, restarted_in_a_round, asked_why)


def _plan(stage: "Stage", run: str) -> None:
    stage.ask("PUT", f"/v1/runs/{run}", {"kind": "plan"})
    stage.let_time_pass(lambda: stage.local.is_over(run), run=run)
    stage.asides[run] = to_json(stage.local.view(run).plan)
