"""API documents for tests, in both formats."""

from typing import Any

type Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
POLICY: Schema = {
    "type": "object",
    "properties": {"skipVmSnapshot": FLAG, "skipUpgradeValidation": FLAG, "skipConfigBackup": FLAG},
}
REQUEST: Schema = {
    "type": "object",
    "required": ["targetVersion"],
    "properties": {"targetVersion": TEXT, "upgradePolicy": {"$ref": "#/components/schemas/Policy"}},
}
RESPONSE: Schema = {
    "type": "object",
    "properties": {"status": TEXT, "subTasks": {"type": "array", "items": {"type": "object"}}},
}
STARTED: Schema = {
    "type": "object",
    "properties": {"data": {"type": "object", "properties": {"interconnectTaskId": TEXT}}},
}
APPLIANCES: Schema = {
    "type": "object",
    "required": ["appliances"],
    "properties": {
        "appliances": {
            "type": "array",
            "items": {"type": "object", "properties": {"applianceId": TEXT, "applianceName": TEXT}},
        },
        "mode": {"type": "string", "enum": ["STANDARD", "IN_SERVICE"]},
        "force": FLAG,
    },
}


def operation(request: Any = None, response: Any = None, **more: Any) -> dict[str, Any]:
    """One operation of OpenAPI 3."""
    asked = {"requestBody": {"content": {"application/json": {"schema": request}}}} if request else {}
    answered = {"content": {"application/json": {"schema": response}}} if response else {}
    return {**asked, "responses": {"202": {"description": "", **answered}, "400": {"description": ""}}, **more}


def openapi(paths: dict[str, Any], *, version: str = "9.1", base: str = "", **schemas: Any) -> dict[str, Any]:
    """A document of OpenAPI 3."""
    return {
        "openapi": "3.0.1",
        "info": {"title": "HCX", "version": version},
        **({"servers": [{"url": f"https://hcx.lyon.example{base}"}]} if base else {}),
        "paths": paths,
        "components": {"schemas": {"Policy": POLICY, **schemas}},
    }


UPGRADES = {
    "/api/admin/v3/upgrades": {"post": operation(REQUEST, RESPONSE, operationId="startUpgrade")},
    "/api/admin/v3/upgrades/current": {"get": operation(None, RESPONSE, operationId="upgradeStatus")},
    "/api/admin/v3/bundle": {"get": operation(None, RESPONSE, operationId="bundleUploadStatus")},
}
"""The documented operations of the System Upgrade API under addresses of their own."""
