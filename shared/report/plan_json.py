"""A plan as a file: canonical JSON (RFC 8785), so that the same plan is the same bytes on every machine."""

import json

import rfc8785

from shared.model.codec import RecordUnreadableError, from_json_text, to_json
from shared.model.plan import Plan
from shared.rules.planning.sealing import plan_hash


class PlanUnreadableError(ValueError):
    """A file that should hold a plan does not, or holds one that was changed by hand; the message says which."""


def plan_json(plan: Plan) -> bytes:
    """The whole plan, its schedule and findings included."""
    return rfc8785.dumps(to_json(plan)) + b"\n"


def read_plan(content: bytes) -> Plan:
    """The plan in a file.

    Raises:
        PlanUnreadableError: it holds none, or what it holds is not what its hash was made of.
    """
    try:
        plan = from_json_text(Plan, content)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):  # the last one: nested beyond any plan
        raise PlanUnreadableError("is not JSON") from None
    except RecordUnreadableError as error:
        raise PlanUnreadableError(f"holds no plan of this release: {error}") from None
    if plan_hash(plan) != plan.hash:
        raise PlanUnreadableError(f"content and hash {plan.hash[:12]} do not fit: it was changed after it was made")
    return plan
