"""Who may call what: every route beside every role, and whoever says that they are somebody else."""

import json
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from shared.api.app import ROUTES
from shared.api.principal import HEADER, LENGTH_MAX, caller_in
from shared.model.caller import Role, SignIn, Way
from shared.model.command import CommandKind
from shared.rules.commands import person
from tests.api.api_fleet import Api
from tests.api.commanded_fleet import WAVE, commanded
from tests.api.filled_fleet import filled
from tests.api.signed_in import TENANT, claim, header, object_id, principal

BY_TOKEN = SignIn(way=Way.PLATFORM, platform_asks=True)
BY_KEY = SignIn(way=Way.KEY)
ANN, BO = "ann@contoso.example", "bo@contoso.example"

OPERATE = {
    "put_run",
    "report_done",
    "make_plan",
    "check_cloud",
    "upgrade_cloud",
    *("skip", "retry", "revert", "pause", "resume", "cancel"),
    *(f"{verb}_task" for verb in ("pause", "resume", "cancel", "skip")),
}
APPROVE = {"approve", "reject", "approve_plan", "reject_plan"}
ADMIN = {"break_held"}
ENOUGH = {
    Role.READ: {Role.READ, Role.OPERATE, Role.APPROVE, Role.ADMIN},
    Role.OPERATE: {Role.OPERATE, Role.ADMIN},
    Role.APPROVE: {Role.APPROVE},
    Role.ADMIN: {Role.ADMIN},
}
NAMES = {"runId": "none", "cloud": "none", "planHash": "0" * 64, "taskId": "none", "subject": "none"}


def routes() -> list[APIRoute]:
    """Every route that is not for everybody."""
    return [route for module in ROUTES for route in module.router.routes if isinstance(route, APIRoute)]


def role_of(route: APIRoute) -> Role:
    """What a route takes, as it was decided: another one in the code is a mistake here or there."""
    for role, known in ((Role.OPERATE, OPERATE), (Role.APPROVE, APPROVE), (Role.ADMIN, ADMIN)):
        if route.name in known:
            return role
    assert route.methods == {"GET"}, f"{route.name} changes something, and nobody said who may"
    return Role.READ


@pytest.fixture
def api(tmp_path: Path) -> Api:
    """An API behind the platform's sign-in."""
    api = Api(tmp_path)
    api.ports = replace(api.ports, sign_in=BY_TOKEN)
    return api


def called(api: Api, route: APIRoute, headers: dict[str, str]) -> httpx.Response:
    """The route for what is not there, with a body that is none of its own."""
    method = next(iter(route.methods or ()))
    path = route.path.replace("{subject:path}", "{subject}").format(**NAMES)
    return api.call(method, path, None if method == "GET" else {"nonsense": 1}, headers=headers)


def code_of(answer: httpx.Response) -> str:
    """The code of a problem; empty where the answer is none."""
    return str(answer.json().get("code", "")) if "json" in answer.headers.get("content-type", "") else ""


@pytest.mark.parametrize("route", routes(), ids=lambda route: route.name)
def test_each_route_lets_in_the_roles_that_are_enough_and_no_other(api: Api, route: APIRoute) -> None:
    """Whoever may not is refused before anybody looks at what they sent or whether what they mean is there."""
    for role in Role:
        answer = called(api, route, principal(ANN, role))
        if role in ENOUGH[role_of(route)]:
            assert answer.status_code not in {401, 403, 503}, answer.text
        else:
            assert (answer.status_code, code_of(answer)) == (403, "caller.role")
            assert role_of(route).value in answer.json()["remedy"]


@pytest.mark.parametrize("route", routes(), ids=lambda route: route.name)
def test_without_a_role_or_a_name_nobody_is_let_in(api: Api, route: APIRoute) -> None:
    """Signed in without a role is 403, not signed in is 401 with what to sign in by."""
    unknown = called(api, route, {})

    assert code_of(called(api, route, principal(ANN))) == "caller.role"
    assert (unknown.status_code, code_of(unknown)) == (401, "caller.unknown")
    assert unknown.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("route", routes(), ids=lambda route: route.name)
def test_a_platform_that_does_not_ask_lets_nobody_in(api: Api, route: APIRoute) -> None:
    """Its header may be anybody's then, so that even a good one counts for nothing."""
    api.ports = replace(api.ports, sign_in=SignIn(way=Way.PLATFORM, platform_asks=False))
    answer = called(api, route, principal(ANN, *Role))

    assert (answer.status_code, code_of(answer)) == (503, "signIn.off")


def test_health_and_the_document_are_for_everybody(api: Api) -> None:
    """Probes of the platform have no token, and the document holds no secret."""
    assert api.call("GET", "/v1/health").status_code == 200
    assert api.call("GET", "/v1/openapi.json").status_code == 200


FORGED: dict[str, dict[str, str]] = {
    "no Base64": {HEADER: "ann!"},
    "not ASCII": {HEADER: "ä"},
    "no JSON": {HEADER: b64encode(b"ann").decode()},
    "no claims": header({"auth_typ": "aad"}),
    "claims of another type": header({"auth_typ": "aad", "claims": [{"typ": "roles", "val": 1}]}),
    "another provider": header({"auth_typ": "github", "claims": [claim("roles", Role.ADMIN.value)]}),
    "no object id": header({"auth_typ": "aad", "claims": [claim("roles", Role.ADMIN.value), claim("tid", TENANT)]}),
    "no tenant": header({"auth_typ": "aad", "claims": [claim("oid", object_id(ANN))]}),
    "too long": {HEADER: "A" * (LENGTH_MAX + 4)},
    "the name alone": {"x-ms-client-principal-name": ANN, "x-ms-client-principal-id": object_id(ANN)},
    "a token of the caller's own": {"Authorization": "Bearer eyJhbGciOiJub25lIn0.eyJyb2xlcyI6WyJGbGVldC5BZG1pbiJdfQ."},
}


@pytest.mark.parametrize("headers", FORGED.values(), ids=FORGED)
def test_a_forged_header_is_nobody(api: Api, headers: dict[str, Any]) -> None:
    """What the platform would never write is not believed, and not repeated."""
    given = {name: value.encode("latin-1") for name, value in headers.items()}
    answer = api.call("GET", "/v1/runs", headers=given)

    assert (answer.status_code, code_of(answer)) == (401, "caller.unknown")
    assert all(value not in answer.text for value in headers.values())


def test_two_headers_are_nobody(api: Api) -> None:
    """One of them is of somebody who wants to be taken for another."""
    both = [*principal(BO, Role.READ).items(), *principal(ANN, Role.ADMIN).items()]

    assert code_of(api.without_state("GET", "/v1/runs", None, both)) == "caller.unknown"


def test_a_header_is_no_more_than_a_header_where_callers_come_by_key(api: Api) -> None:
    """Whoever has the key may write any header, and gains nothing by it."""
    api.ports = replace(api.ports, sign_in=BY_KEY)
    answer = api.call("POST", "/v1/runs/r1:pause", {"by": "Ann"}, headers=principal(ANN, *Role))

    assert (answer.status_code, code_of(answer)) == (403, "caller.key")


@pytest.mark.parametrize("route", routes(), ids=lambda route: route.name)
def test_a_key_lets_read_and_nothing_else_but_a_start(api: Api, route: APIRoute) -> None:
    """A start is looked at for itself: without a plan that was let go it is refused as well."""
    api.ports = replace(api.ports, sign_in=BY_KEY)
    answer = called(api, route, {})

    if role_of(route) is Role.READ:
        assert answer.status_code not in {401, 403}
    elif route.name in {"put_run", "upgrade_cloud"}:
        assert answer.status_code == 422, "it is let in, and its body is none"
    else:
        assert (answer.status_code, code_of(answer)) == (403, "caller.key")


# --- who it was -------------------------------------------------------------------------------------------------------


def test_a_name_comes_from_the_token_and_not_from_the_body(api: Api) -> None:
    """A body that names somebody beside a token is refused; without it the token's name is kept."""
    commanded(api)
    refused = api.call("POST", "/v1/runs/r1:pause", {"by": "the boss"}, headers=principal(ANN, Role.OPERATE))
    taken = api.call("POST", "/v1/runs/r1:pause", {}, headers=principal(ANN, Role.OPERATE))
    kept = api.store.commands("r1")

    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "by")
    assert taken.status_code == 202
    assert [(one.kind, one.by, one.authenticated) for one in kept] == [
        (CommandKind.PAUSE, f"{ANN} ({object_id(ANN)})", True)
    ]


def test_without_a_token_somebody_has_to_be_named(api: Api) -> None:
    """And what they say is kept as a claim."""
    api.ports = replace(api.ports, sign_in=SignIn(way=Way.LOCAL))
    commanded(api)
    refused = api.call("POST", "/v1/runs/r1:pause", {})
    api.call("POST", "/v1/runs/r1:pause", {"by": "Ann"})

    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "by")
    assert [(one.by, one.authenticated) for one in api.store.commands("r1")] == [("Ann", False)]


def test_an_approver_is_who_the_token_says(api: Api) -> None:
    """Nobody speaks for an approver whom the token does not name, and one whom it names need not say so."""
    plan = commanded(api)
    said = {"wave": WAVE, "planHash": plan.hash}
    own = asked_for(api)
    stranger = api.call("POST", "/v1/runs/r1:approve", {**said, "approver": own}, headers=principal(BO, Role.APPROVE))
    counted = api.call("POST", "/v1/runs/r1:approve", said, headers=principal(own, Role.APPROVE))

    assert (stranger.status_code, code_of(stranger)) == (403, "caller.notApprover")
    assert counted.status_code == 202, counted.text
    assert [one.approver for one in api.store.commands("r1")] == [own]


def asked_for(api: Api) -> str:
    """Whom the wave of that run asks."""
    run = api.store.run("r1")
    plan = api.store.plan(run.plan_hash or "") if run else None
    approval = next((wave.approval for wave in plan.waves if wave.name == WAVE), None) if plan else None
    assert approval is not None
    return approval.approvers[0]


# --- a plan that is let go beforehand ---------------------------------------------------------------------------------


def test_a_key_starts_a_plan_that_somebody_let_go(api: Api) -> None:
    """Before that, after it was taken back, and for another plan it does not."""
    plan = filled(api)
    path, body = f"/v1/plans/{plan.hash}", {"kind": "upgrade", "planHash": plan.hash}
    states = [started(api, "r7", body)]
    let_go = api.call("POST", f"{path}:approve", {"comment": "looked at"}, headers=principal(ANN, Role.APPROVE))
    states.append(started(api, "r8", body))
    api.call("POST", f"{path}:reject", {}, headers=principal(ANN, Role.APPROVE))
    states.append(started(api, "r9", body))

    assert (let_go.status_code, let_go.json()["approved"], let_go.json()["whyNot"]) == (200, True, "")
    assert [(one.status_code, code_of(one)) for one in states] == [
        (403, "plan.notApproved"),
        (201, ""),
        (403, "plan.notApproved"),
    ]
    assert code_of(started(api, "r10", {"kind": "upgrade"})) == "caller.key"
    assert api.call("GET", f"{path}/approval", headers=principal(BO, Role.READ)).json()["approved"] is False


def started(api: Api, run: str, body: dict[str, str]) -> httpx.Response:
    """A start by key."""
    by_token, api.ports = api.ports, replace(api.ports, sign_in=BY_KEY)
    answer = api.call("PUT", f"/v1/runs/{run}", body)
    api.ports = by_token
    return answer


def test_nobody_lets_their_own_plan_go(api: Api) -> None:
    """Two people look at it before a key carries it out; the same one under another role is still the same."""
    plan = filled(api)
    made = next(run for run in api.store.runs() if run.plan_hash == plan.hash and run.request.plan_hash is None)
    api.ports = replace(api.ports, sign_in=SignIn(way=Way.LOCAL))
    own = api.call("POST", f"/v1/plans/{plan.hash}:approve", {"by": made.request.requested_by})

    assert (own.status_code, code_of(own)) == (403, "caller.notApprover")


def test_a_word_that_is_repeated_overrides_none_that_was_said_since(api: Api) -> None:
    """The answer to it was lost, somebody takes it back meanwhile, and the client asks again under the same key."""
    plan = filled(api)
    path, key = f"/v1/plans/{plan.hash}", {"Idempotency-Key": "k-1"}
    ann, bo = principal(ANN, Role.APPROVE), principal(BO, Role.APPROVE)
    api.call("POST", f"{path}:approve", {}, headers={**ann, **key})
    api.call("POST", f"{path}:reject", {}, headers=bo)
    api.store.forget_calls(api.clock.now() + timedelta(days=1))  # as if its answer had never been kept
    again = api.call("POST", f"{path}:approve", {}, headers={**ann, **key})

    assert (again.status_code, again.json()["approved"]) == (200, False)


def test_a_word_on_a_plan_is_for_the_words_that_were_read(api: Api) -> None:
    """Whoever lets go what somebody has just taken back is told so; without a state nothing is taken."""
    path, ann = f"/v1/plans/{filled(api).hash}", principal(ANN, Role.APPROVE)
    seen = api.call("GET", f"{path}/approval", headers=ann).headers["ETag"]
    nothing = api.without_state("POST", f"{path}:approve", {}, ann)
    api.call("POST", f"{path}:reject", {}, headers=principal(BO, Role.APPROVE))
    late = api.call("POST", f"{path}:approve", {}, headers={**ann, "If-Match": seen})
    now = api.call("POST", f"{path}:approve", {}, headers={**ann, "If-Match": late.headers["ETag"]})

    assert [one.status_code for one in (nothing, late, now)] == [428, 412, 200]
    assert (late.json()["code"], now.json()["approved"]) == ("match.failed", True)


def test_one_person_with_two_names_is_one_person(api: Api) -> None:
    """Another application's token may call them something else; their object id is the same."""
    asked = f"{ANN} ({object_id(ANN)})"
    plan = filled(api)
    made = api.store.run("p1")
    assert made is not None
    api.store.update_run(
        replace(made, request=replace(made.request, requested_by=f"ANN@old.example ({object_id(ANN)})"))
    )
    own = api.call("POST", f"/v1/plans/{plan.hash}:approve", {}, headers=principal(ANN, Role.APPROVE))

    assert person(asked) == person(f"app-7 ({object_id(ANN)})") != person(f"{asked} (unauthenticated)")
    assert (own.status_code, code_of(own)) == (403, "caller.notApprover")


def test_an_application_that_speaks_for_a_person_is_not_that_application() -> None:
    """A token without a name of its own is called by its application only where nobody is behind it."""
    alone = [claim("oid", object_id(ANN)), claim("tid", TENANT), claim("azp", "app-7")]
    behind = [*alone, claim("scp", "user_impersonation")]
    names = [caller_in(header({"auth_typ": "aad", "claims": told})[HEADER]).name for told in (alone, behind)]

    assert names == ["app-7", object_id(ANN)]


def test_a_caller_of_another_tenant_is_nobody(api: Api) -> None:
    """Whatever roles an owner elsewhere gave them, and whomever the platform lets in."""
    api.ports = replace(api.ports, sign_in=replace(BY_TOKEN, tenant="9f0d6a3e-0000-4000-8000-00000000000f"))
    foreign = api.call("GET", "/v1/runs", headers=principal(ANN, *Role))
    api.ports = replace(api.ports, sign_in=replace(BY_TOKEN, tenant=TENANT))

    assert (foreign.status_code, code_of(foreign)) == (401, "caller.unknown")
    assert api.call("GET", "/v1/runs", headers=principal(ANN, Role.READ)).status_code == 200


def test_who_comes_by_key_lets_go_with_a_token_where_the_platform_asks(api: Api) -> None:
    """The platform owns the header then: a plan is let go in the same app that a key starts it in."""
    api.ports = replace(api.ports, sign_in=replace(BY_KEY, platform_asks=True))
    plan = filled(api)
    let_go = api.call("POST", f"/v1/plans/{plan.hash}:approve", {}, headers=principal(ANN, Role.APPROVE))
    started_by_key = api.call("PUT", "/v1/runs/r8", {"kind": "upgrade", "planHash": plan.hash})

    assert (let_go.status_code, started_by_key.status_code) == (200, 201)


def test_a_name_is_one_line_of_what_can_be_seen(api: Api) -> None:
    """What callers call themselves ends up in journals: no second line, and nothing that turns one around."""
    api.ports = replace(api.ports, sign_in=SignIn(way=Way.LOCAL))
    api.call("PUT", "/v1/runs/r1", {"kind": "check", "requestedBy": "Ann\nBo approves\u202e"})

    assert api.store.journal("r1")[0][1].text.endswith("requested by Ann\ufffdBo approves\ufffd (unauthenticated)")


def test_no_answer_repeats_a_function_key(api: Api) -> None:
    """A key may come in the address; the link that leads on is kept and logged."""
    for number in range(3):
        api.keep_run(f"r{number}")
    api.ports = replace(api.ports, sign_in=BY_KEY)
    runs = api.call("GET", "/v1/runs?top=1&code=s3cret").json()
    journal = api.call("GET", "/v1/runs/r1/journal?top=1&code=s3cret").text

    assert runs["nextLink"].startswith("https://fleet.example/v1/runs?top=1&after=")
    assert "s3cret" not in json.dumps(runs) + journal
