"""A notice as the JSON document that a webhook gets; docs/notices.md tells of every key."""

import json

from shared.model.notice import Notice
from shared.model.plan import Task
from shared.model.revert import RevertPlan, RevertStepKind
from shared.report.camel_json import camel_json

VERSION = "hcxfleet/notice/v1"


def notice_body(notice: Notice, task: Task, sheet: str) -> bytes:
    """The document in UTF-8; the same notice at the same state of the run is the same document.

    Args:
        notice: the notice.
        task: the task that it is about.
        sheet: its run sheet as Markdown; empty where there is none, and then the instruction stands for it.
    """
    return _body(notice, task.subject, task.clouds, task.target.release, sheet)


def revert_notice_body(notice: Notice, plan: RevertPlan) -> bytes:
    """The same about a step of a revert: its version is the one to go back to, its sheet may be a support request."""
    step = plan.step(notice.task)
    back = next((one.back_to.release for one in plan.managers if one.manager == step.subject), "")
    sheet = plan.support_case if step.kind is RevertStepKind.OPEN_CASE else ""
    return _body(notice, step.subject, (plan.private_cloud,), back, sheet)


def _body(notice: Notice, subject: str, clouds: tuple[str, ...], version: str, sheet: str) -> bytes:
    return json.dumps(
        {
            "apiVersion": VERSION,
            "id": notice.id,
            **camel_json(notice),
            "subject": subject,
            "privateClouds": list(clouds),
            "targetVersion": version,
            "runSheet": {"format": "markdown", "text": sheet or notice.next_action},
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()
