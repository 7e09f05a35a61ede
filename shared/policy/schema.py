"""The JSON Schema of `fleet.yaml`, for editors: `python -m shared.policy.schema > docs/fleet.schema.json`."""

import json
import sys

from shared.model.codec import Json
from shared.policy.fleet_file import FleetFile


def schema_text() -> str:
    """The schema as it stands in docs/fleet.schema.json."""
    schema = FleetFile.model_json_schema(by_alias=True)
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "fleet.yaml of hcx-fleet",
        "properties": _required_first(schema["properties"], schema["required"]),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _required_first(properties: dict[str, Json], required: list[str]) -> dict[str, Json]:
    """In the order in which people write a file, which is also that of an editor's proposals."""
    return dict(sorted(properties.items(), key=lambda one: one[0] not in required))


if __name__ == "__main__":
    sys.stdout.write(schema_text())
