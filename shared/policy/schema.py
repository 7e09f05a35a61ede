"""The JSON Schema of `fleet.yaml`, for editors: `python -m shared.policy.schema > docs/fleet.schema.json`."""

import json
import sys

from shared.policy.fleet_file import FleetFile


def schema_text() -> str:
    """The schema as it stands in docs/fleet.schema.json."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "fleet.yaml of hcx-fleet",
        **FleetFile.model_json_schema(by_alias=True),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
