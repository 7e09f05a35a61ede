"""Every problem by its code: its status, when it comes, and what to do then. docs/api.md has this table."""

from collections.abc import Mapping
from typing import Final

from shared.api.problems import Code
from shared.model.record import record


@record
class About:
    """What is known of a code, whatever a single problem says beside it."""

    status: int
    when: str
    remedy: str
    """What the caller, or whoever it names, does about it."""


ABOUT: Final[Mapping[Code, About]] = {
    Code.BODY_UNREADABLE: About(status=400, when="the body is not JSON", remedy="send a JSON object"),
    Code.BODY_INVALID: About(
        status=422, when="fields are missing, unknown or wrong", remedy="correct every field that `errors` names"
    ),
    Code.BODY_TOO_LARGE: About(
        status=413,
        when="the body is longer than 64 KiB",
        remedy="send what the document of the API describes, which is shorter",
    ),
    Code.BODY_MEDIA_TYPE: About(
        status=415, when="the body is not said to be `application/json`", remedy="send `Content-Type: application/json`"
    ),
    Code.VERSION_UNKNOWN: About(
        status=400, when="`api-version` asks for another version than 1", remedy="leave `api-version` out"
    ),
    Code.SIGN_IN_OFF: About(
        status=503,
        when="the platform does not say that it asks callers who they are, so that nobody is let in",
        remedy="the owner of hcx-fleet turns on authentication for the app, or sets `HCX_FLEET_SIGN_IN` to `key`",
    ),
    Code.CALLER_UNKNOWN: About(
        status=401,
        when="nobody signed in, or the header of the platform does not say who did",
        remedy="send a token of Entra ID for this app",
    ),
    Code.CALLER_ROLE: About(
        status=403,
        when="the caller lacks the role that the call takes; the remedy names it",
        remedy="an owner of the app's registration gives the caller that role",
    ),
    Code.CALLER_KEY: About(
        status=403,
        when="a function key lets read, and start a plan that was let go beforehand",
        remedy="call with a token, or start a plan that was let go beforehand",
    ),
    Code.CALLER_NOT_APPROVER: About(
        status=403,
        when="the caller is not the approver that they speak for, or lets their own plan go",
        remedy="leave `approver` out, or ask one of the approvers",
    ),
    Code.CALLER_OTHER_SITE: About(
        status=403,
        when="a browser says that a page of another site made a call that changes something",
        remedy="call from a program",
    ),
    Code.CALLER_TOO_MANY: About(
        status=429,
        when="the caller has asked for more than one may in a minute; `Retry-After` says when to ask again",
        remedy="ask again after `Retry-After`, and look at a run as often as its own says",
    ),
    Code.ROUTE_UNKNOWN: About(status=404, when="no such address", remedy="look into the document of the API"),
    Code.METHOD_NOT_ALLOWED: About(status=405, when="not with that method", remedy="use a method that `Allow` names"),
    Code.RUN_UNKNOWN: About(status=404, when="no such run", remedy="`GET /v1/runs` lists them"),
    Code.RUN_OTHER_REQUEST: About(
        status=409, when="the id stands for a run that was asked for something else", remedy="choose another id"
    ),
    Code.RUN_ENDED: About(
        status=409,
        when="the run has ended, so nothing can be reported to it",
        remedy="start a run again: it observes what was done meanwhile",
    ),
    Code.TASK_UNKNOWN: About(
        status=404, when="the run has no plan yet, or no such task", remedy="`GET /v1/runs/{runId}` lists its tasks"
    ),
    Code.CLOUD_UNKNOWN: About(
        status=404,
        when="the newest observation has no such private cloud",
        remedy="`GET /v1/clouds` lists those in scope; `:check` looks at one",
    ),
    Code.CLOUD_AMBIGUOUS: About(
        status=409,
        when="several private clouds have that name; the detail lists their ids",
        remedy="use one of the ids",
    ),
    Code.SHARED_CONNECTOR: About(
        status=409,
        when="a connector also serves other private clouds",
        remedy="set `includeShared` to true if it may be changed for all of them",
    ),
    Code.PLAN_UNKNOWN: About(
        status=404,
        when="no plan of that hash is kept",
        remedy="a run of kind `plan` makes one, and names its `planHash`",
    ),
    Code.PLAN_OTHER_CLOUD: About(
        status=409,
        when="the plan covers more than that private cloud, or another one",
        remedy="`POST /v1/plans` with `privateCloud` makes one of that cloud alone",
    ),
    Code.PLAN_NONE: About(
        status=409,
        when="nothing was planned yet, or a run left nothing to make it from",
        remedy="`POST /v1/plans` makes one",
    ),
    Code.PLAN_NOT_APPROVED: About(
        status=403,
        when="a key may not start this plan: nobody has let it go, or that is too long ago",
        remedy="somebody with the role `Fleet.Approve` lets the plan go",
    ),
    Code.SHEET_NOT_READY: About(
        status=409,
        when="the task is not ready to be performed; `errors` has every reason",
        remedy="do what each reason says, then plan again",
    ),
    Code.POLICY_INVALID: About(
        status=500,
        when="`fleet.yaml`, or another file of its owner, cannot be used; `errors` has what is wrong with it",
        remedy="its owner corrects the file; `hcx-fleet lint` names every error",
    ),
    Code.COMMAND_UNFIT: About(
        status=409,
        when="a command does not fit how the run stands; the remedy says who can act",
        remedy="ask whoever `remedy` names",
    ),
    Code.COMMAND_OTHER: About(status=409, when="the key stands for another command", remedy="choose another key"),
    Code.RETRY_NOTHING: About(
        status=409,
        when="no task that is meant has ended so, or the run carried out no plan",
        remedy="look how its tasks ended; `only` says which ends are meant",
    ),
    Code.REVERT_NOTHING: About(
        status=409, when="the run goes on, or it is none that changes anything", remedy="look how the run stands"
    ),
    Code.LEASE_UNKNOWN: About(
        status=404, when="nobody has a lease on that subject", remedy="`GET /v1/leases` lists those that are held"
    ),
    Code.REPEAT_AMBIGUOUS: About(
        status=400,
        when="`Idempotency-Key` and `Repeatability-Request-ID` are both given, and differ",
        remedy="send one of them",
    ),
    Code.REPEAT_OTHER_BODY: About(
        status=422,
        when="under that key a call with another body was made",
        remedy="choose another key, or send the same bytes again",
    ),
    Code.REPEAT_UNDER_WAY: About(
        status=409,
        when="the first call under that key goes on; `Retry-After` says when to ask again",
        remedy="ask again with the same key",
    ),
    Code.MATCH_REQUIRED: About(
        status=428,
        when="the call needs `If-Match`",
        remedy="read it, and send its `ETag`; `*` is whatever state there is",
    ),
    Code.MATCH_FAILED: About(
        status=412,
        when="what is meant is in another state, or there already; the header `ETag` has the present one",
        remedy="read it again, and decide by what it says now",
    ),
    Code.STORE_BUSY: About(
        status=503,
        when=(
            "others hold the store, or it does not answer; `Retry-After` says when to ask again, "
            "which is harmless with the same `key` or `runId`"
        ),
        remedy="ask again after `Retry-After`",
    ),
    Code.STORE_TAMPERED: About(
        status=500,
        when="a row is not what was written there; the detail names it. A person has to look before anything goes on",
        remedy="a person finds out who changed that row",
    ),
    Code.STORE_UNUSABLE: About(
        status=500,
        when=(
            "it is no store of ours, of another version, damaged, full or refuses us; the detail "
            "says what to do, such as the migration to run"
        ),
        remedy="a person does what the detail says; nothing is changed until then",
    ),
    Code.INTERNAL: About(
        status=500,
        when="anything else; the detail is an id to look for in the log",
        remedy="look for the id in the log; asking again is safe",
    ),
}
"""In the order of the codes."""
