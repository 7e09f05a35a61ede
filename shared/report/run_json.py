"""The report of a run as JSON; docs/report.md names every key."""

import json
from collections.abc import Mapping
from typing import Any

from shared.model.view import RunView
from shared.report.content import report
from shared.report.control_document import ControlPart
from shared.report.document import Report


def render_json(view: RunView, calls: Mapping[str, int] | None = None, control: ControlPart | None = None) -> bytes:
    """The report as UTF-8 JSON, indented for people, with keys in the order of the schema.

    Args:
        view: the run as it stands.
        calls: as `report` takes them.
        control: the same.
    """
    document = report(view, calls, control).model_dump(mode="json", by_alias=True)
    # A lone surrogate in a name from outside must not cost anybody the report.
    return json.dumps(document, ensure_ascii=False, indent=2).encode(errors="replace") + b"\n"


def json_schema() -> dict[str, Any]:
    """The JSON Schema of the report: docs/report.schema.json is this, written down."""
    schema = Report.model_json_schema(by_alias=True, mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
