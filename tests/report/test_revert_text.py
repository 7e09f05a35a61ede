"""The plan of a revert as people read it, and the notices of its steps."""

import json
from datetime import timedelta

from shared.model.notice import Notice, NoticeKind
from shared.report.notice_body import revert_notice_body
from shared.report.revert_text import revert_text
from tests.report.planned_fleet import NOW
from tests.rules.test_reverting import CLOUD, FULL, PARTIAL


def test_a_plan_says_who_does_what_until_when() -> None:
    """Each manager with its time left, each step with who, and the command that begins it."""
    text = revert_text(FULL, NOW)

    assert "| con-lyon | 4.9.2 | HCX's own snapshot | 22 Nov 2026 10:02 UTC | 23 Nov 2026 10:02 UTC | 4 h |" in text
    assert "| 3. take con-lyon back to 4.9.2 | a person at con-lyon | 23 Nov 2026 10:02 UTC |" in text
    assert f"hcx-fleet revert {CLOUD} --of run-1 --start --plan {FULL.hash[:12]}" in text
    assert text.rstrip().endswith("```")


def test_time_that_is_over_is_no_negative_time() -> None:
    """Whoever looks at an old plan sees that nothing is left."""
    assert "| 0 s |" in revert_text(FULL, NOW + timedelta(days=2))


def test_a_partial_one_says_so_first() -> None:
    """And that support has to be asked."""
    text = revert_text(PARTIAL, NOW)

    assert "not everything that it changed can go back, so that support has to be asked first" in text
    assert "Support has to agree, since managers are rolled back on both sides or not at all." in text


def test_a_notice_carries_what_its_reader_needs() -> None:
    """The request for support with the first step, and the version to go back to with a manager's."""
    bodies = [json.loads(revert_notice_body(_notice(one), FULL)) for one in (f"case:{CLOUD}", "manager:con-lyon")]

    assert bodies[0]["runSheet"]["text"] == FULL.support_case
    assert bodies[1]["targetVersion"] == "4.9.2"
    assert bodies[1]["runSheet"]["text"] == bodies[1]["nextAction"]
    assert [one["privateClouds"] for one in bodies] == [[CLOUD], [CLOUD]]


def _notice(task: str) -> Notice:
    return Notice(
        run="back",
        task=task,
        step=task,
        generation=1,
        kind=NoticeKind.INSTRUCTION,
        at=NOW,
        title="revert",
        next_action="do it",
        who="ann",
    )
