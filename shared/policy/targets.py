"""Wanted versions: one, the newest validated one, or for connectors the one of their cloud managers."""

from typing import Annotated

from pydantic import AfterValidator, Field

from shared.model.policy import ConnectorTarget
from shared.model.version import Version
from shared.policy.edge import VERSION_PATTERN, Edge

LATEST = "latest-validated"


def _target(text: str) -> str:
    if text != LATEST and not Version(text).known:
        raise ValueError(f'must be an HCX version such as "4.11.4", or {LATEST}')
    return text


def _connector_target(text: str) -> str:
    words = [one.value for one in ConnectorTarget]
    if text not in words and not Version(text).known:
        raise ValueError(f'must be {", ".join(words)} or an HCX version such as "4.11.4"')
    return text


def _schema(words: list[str]) -> dict[str, list[dict[str, object]]]:
    """The words are listed, so that an editor offers them."""
    return {"anyOf": [{"enum": words}, {"pattern": VERSION_PATTERN}]}


class TargetPart(Edge):
    """The wanted version."""

    version: Annotated[str, AfterValidator(_target), Field(json_schema_extra=_schema([LATEST]))]
    """Version that cloud managers should have, in quotes, or latest-validated."""
    connectors: Annotated[
        str,
        AfterValidator(_connector_target),
        Field(json_schema_extra=_schema([one.value for one in ConnectorTarget])),
    ] = ConnectorTarget.FOLLOW_CLOUD_MANAGER.value
    """Whether connectors go where their cloud managers are, to the version above, or to one of their own."""


def target_of(part: TargetPart) -> Version | None:
    """The version of cloud managers; None where it is the newest validated one."""
    return None if part.version == LATEST else Version(part.version)


def connector_target_of(part: TargetPart) -> tuple[ConnectorTarget, Version | None]:
    """Where connectors go, and to which version of their own."""
    if part.connectors not in list(ConnectorTarget):
        return ConnectorTarget.VERSION, Version(part.connectors)
    if part.connectors == ConnectorTarget.VERSION and part.version == LATEST:
        return ConnectorTarget.LATEST_VALIDATED, None
    return ConnectorTarget(part.connectors), None
