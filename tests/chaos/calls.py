"""The calls of the app that changed something in the world, and under which lease each was made."""

from datetime import datetime
from typing import Any

from tests.chaos.evidence import Evidence

OURS = "api"
NOT_TAKEN_UP = frozenset({400, 401, 403, 404, 409, 422, 429, 503})
"""Answers that say that nothing was begun: such a call may be made again."""


def our_calls(evidence: Evidence) -> list[dict[str, Any]]:
    """Every one that may have begun something."""
    calls = (call for call in evidence.truth["mutations"] if call["caller"] == OURS)
    return [call for call in calls if call["status"] not in NOT_TAKEN_UP]


def subject_of(call: dict[str, Any]) -> str:
    """What a call changes, as the ledger names it."""
    return str(call["subject"])


def step_of(call: dict[str, Any]) -> str:
    """The step that a call belongs to, worked out from its body."""
    body = call["body"]
    if "targetVersion" in body:
        return f"upgrade-manager:{body['targetVersion']}"
    return f"upgrade-appliance:{body['appliances'][0]}"


def covers(leases: tuple[dict[str, Any], ...], index: int, subject: str, at: datetime) -> bool:
    """Whether this entry is a lease on the subject that was held then: until its end, or until it was given back."""
    lease = leases[index]
    if lease["what"] != "taken" or lease["subject"] != subject:
        return False
    back = next(
        (one["at"] for one in leases[index:] if one["what"] == "given-back" and one["token"] == lease["token"]),
        lease["until"],
    )
    return datetime.fromisoformat(lease["at"]) <= at <= datetime.fromisoformat(back)
