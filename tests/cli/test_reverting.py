"""Going back from a command line: what is refused, and what somebody reports."""

from pathlib import Path

import pytest

from cli.edge import WrongUseError
from cli.plans import Form
from cli.reported import report_done
from cli.reverting import revert
from cli.runs import Wanted
from shared.model.codec import to_json_text
from shared.model.run import JournalKind, Run, RunKind, RunRequest, RunState, RunTrigger
from tests.api.api_fleet import Api
from tests.api.commanded_fleet import CONNECTOR, commanded, over
from tests.cli.test_command_line import settings_beside
from tests.report.planned_fleet import NOW
from tests.rules.test_reverting import FULL


@pytest.fixture
def api(tmp_path: Path) -> Api:
    """A store with a run, and with a planned revert of it."""
    made = Api(tmp_path)
    commanded(made)
    request = RunRequest(
        id="look",
        kind=RunKind.REVERT,
        trigger=RunTrigger.HTTP,
        requested_by="ann",
        requested_at=NOW,
        private_cloud=FULL.private_cloud,
        parent="r1",
    )
    made.store.put_run(Run(request=request, state=RunState.RUNNING))
    made.store.put_document("look", "revert", to_json_text(FULL))
    return made


def wanted(folder: Path, plan: str | None) -> Wanted:
    """What the command is told."""
    return Wanted(
        settings=settings_beside(folder), json=False, requester="ann", cloud="pc-a", plan=plan, takes_back="r1"
    )


@pytest.mark.parametrize(("start", "plan"), [(True, None), (False, "abc")])
def test_only_what_was_looked_at_is_started(tmp_path: Path, start: bool, plan: str | None) -> None:  # noqa: FBT001 -- a parameter
    """A start without a hash, and a hash without a start, are refused before anything is asked."""
    with pytest.raises(WrongUseError, match="belong together"):
        revert(wanted(tmp_path, plan), Form.TABLE, None, start=start, watch=False)


@pytest.mark.usefixtures("api")
@pytest.mark.parametrize("plan", ["ffff", ""])
def test_a_hash_that_no_revert_of_that_run_has_is_refused(tmp_path: Path, plan: str) -> None:
    """Nothing begins so, and an empty beginning means nothing."""
    with pytest.raises(WrongUseError, match="none begins so; look: hcx-fleet revert pc-a --of r1"):
        revert(wanted(tmp_path, plan), Form.TABLE, None, start=True, watch=False)


def reported(folder: Path, run: str, task: str, who: str = "ann") -> int:
    """Somebody reports something as done."""
    return report_done(settings_beside(folder), None, run, task, who=who, comment="by phone", as_json=False)


@pytest.mark.parametrize(("run", "task"), [("look", FULL.steps[0].id), ("r1", CONNECTOR)])
def test_what_somebody_reports_is_in_the_journal(api: Api, tmp_path: Path, run: str, task: str) -> None:
    """Of a step of a revert, and of any other task; each report is one more."""
    assert [reported(tmp_path, run, task) for _ in range(2)] == [0, 0]
    kept = [one for _, one in api.store.journal(run) if one.kind is JournalKind.REPORTED]

    assert [one.task for one in kept] == [task, task]
    assert kept[0].text == "ann (unauthenticated) reports it as done: by phone"


def test_a_report_that_nobody_could_mean_is_refused(api: Api, tmp_path: Path) -> None:
    """Of no such task, by nobody, or to a run that has ended."""
    for run, task, who, why in (("look", "case:x", "ann", "has no task"), ("look", FULL.steps[0].id, " ", "say who")):
        with pytest.raises(WrongUseError, match=why):
            reported(tmp_path, run, task, who)
    over(api)
    with pytest.raises(WrongUseError, match="has ended"):
        reported(tmp_path, "r1", CONNECTOR)
