"""A notice as the JSON document that a webhook gets; docs/notices.md tells of every key."""

import json

from shared.model.notice import Notice
from shared.model.plan import Task
from shared.report.camel_json import camel_json

VERSION = "hcxfleet/notice/v1"


def notice_body(notice: Notice, task: Task, sheet: str) -> bytes:
    """The document in UTF-8; the same notice at the same state of the run is the same document.

    Args:
        notice: the notice.
        task: the task that it is about.
        sheet: its run sheet as Markdown; empty where there is none, and then the instruction stands for it.
    """
    told = camel_json(notice)
    return json.dumps(
        {
            "apiVersion": VERSION,
            "id": notice.id,
            **told,
            "subject": task.subject,
            "privateClouds": list(task.clouds),
            "targetVersion": task.target.release,
            "runSheet": {"format": "markdown", "text": sheet or notice.next_action},
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()
