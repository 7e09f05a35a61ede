"""Scenarios in which nobody can judge a hand-over, and a person is asked."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from shared.model.codec import to_json
from shared.report.needs import needs

if TYPE_CHECKING:
    from tests.app.play import Stage

RUN, ASKED = "fleet", 2


def asked_and_resumed(stage: "Stage") -> str:
    """Somebody reports before they are asked, and after it; in between the host goes away and comes back."""
    _upgrade(stage)
    _at(stage, 7)
    _say(stage, "mesh-said", "reportDone", who="ana")
    _until_asked(stage)
    stage.asides["needs"] = [to_json(one) for one in needs(stage.local.view(RUN))]
    stage.asides["why"] = stage.why(RUN, "mesh-quiet")
    stage.restart()
    _upgrade(stage)
    _at(stage, 11)
    _say(stage, "mesh-said", "reportDone", who="ben")
    return _to_its_end(stage)


def asked_for_hours(stage: "Stage") -> str:
    """One is canceled, and of the other somebody says that it is well when everybody can see that it is not."""
    _upgrade(stage)
    _until_asked(stage)
    _say(stage, "mesh-ended", "cancel", by="eve", comment="its site is closed")
    _at(stage, 15)
    _say(stage, "mesh-down", "reportDone", who="ben")
    return _to_its_end(stage)


ASKING = (asked_and_resumed, asked_for_hours)


def _upgrade(stage: "Stage") -> None:
    stage.ask("PUT", f"/v1/runs/{RUN}", {"kind": "upgrade"})


def _at(stage: "Stage", hour: int) -> None:
    stage.let_time_pass(lambda: stage.now > datetime(2026, 11, 24, hour, tzinfo=UTC), run=RUN)


def _say(stage: "Stage", mesh: str, verb: str, **body: str) -> None:
    plan = stage.local.view(RUN).plan
    task = next(one.id for one in plan.tasks if getattr(one, "name", "") == mesh) if plan else ""
    stage.ask("POST", f"/v1/runs/{RUN}/tasks/{task}:{verb}", body)


def _until_asked(stage: "Stage") -> None:
    def asked() -> bool:
        waits = [one for one in stage.told(RUN) if one.waiting is not None and one.waiting.reason == "person"]
        return len({one.task for one in waits}) == ASKED

    stage.let_time_pass(asked, run=RUN)


def _to_its_end(stage: "Stage") -> str:
    stage.let_time_pass(lambda: stage.local.is_over(RUN), run=RUN)
    return RUN
