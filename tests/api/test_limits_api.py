"""What a call may weigh and how much a caller may ask for: refused in the documented form, before anything is done."""

from dataclasses import replace
from pathlib import Path

import pytest

from shared.api.limits import BODY_MAX, READ, RENDERED, START, Spending, cost
from shared.api.problems import Problem
from shared.model.caller import Role, SignIn, Way
from tests.api.api_fleet import Api
from tests.api.signed_in import principal

JSON = {"content-type": "application/json"}


@pytest.fixture
def api(tmp_path: Path) -> Api:
    """An API with an empty store."""
    return Api(tmp_path)


@pytest.mark.parametrize("length", [BODY_MAX, BODY_MAX + 1])
def test_a_body_is_as_long_as_it_may_be_and_no_longer(api: Api, length: int) -> None:
    """By its bytes, whatever its header says its length was."""
    body = b'{"kind": "check", "requestedBy": "lea"' + b" " * (length - 39) + b"}"
    headers = {**JSON, "content-length": "2"} if length > BODY_MAX else JSON
    answer = api.call("PUT", "/v1/runs/r1", content=body, headers=headers)

    assert len(body) == length
    assert (answer.status_code, answer.headers.get("x-ms-error-code")) == (
        (413, "body.tooLarge") if length > BODY_MAX else (201, None)
    )


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data", ""])
def test_a_form_is_no_json(api: Api, kind: str) -> None:
    """A page in a browser can send one to any address without asking: it would come with its reader's sign-in."""
    answer = api.call("PUT", "/v1/runs/r1", content=b'{"kind": "check"}', headers={"content-type": kind})

    assert (answer.status_code, answer.json()["code"]) == (415, "body.mediaType")
    assert api.store.run("r1") is None


@pytest.mark.parametrize(("query", "status"), [("", 200), ("api-version=1", 200), ("api-version=2024-01-01", 400)])
def test_another_version_than_there_is_is_refused(api: Api, query: str, status: int) -> None:
    """Clients of Azure send one; whoever means another API is told which there is."""
    answer = api.call("GET", f"/v1/runs?{query}")

    assert answer.status_code == status
    assert status == 200 or (answer.json()["code"], "1" in answer.json()["remedy"]) == ("version.unknown", True)


def test_who_asks_too_much_waits_and_others_do_not(api: Api) -> None:
    """Each caller has a minute's worth of their own; what is refused costs nothing and says when to come again."""
    api.ports = replace(api.ports, sign_in=SignIn(way=Way.PLATFORM, platform_asks=True, calls_per_minute=2))
    ann, bo = principal("ann@contoso.example", Role.READ), principal("bo@contoso.example", Role.READ)
    codes = [api.call("GET", "/v1/runs", headers=ann).status_code for _ in range(3)]
    refused = api.call("GET", "/v1/runs", headers=ann)

    assert codes == [200, 200, 429]
    assert (refused.json()["code"], api.call("GET", "/v1/runs", headers=bo).status_code) == ("caller.tooMany", 200)
    assert 1 <= int(refused.headers["Retry-After"]) <= 30


def test_what_was_spent_flows_back_evenly() -> None:
    """By a clock that is given: half of a minute gives half of it back, and never more than all."""
    time = [0.0]
    spending = Spending(lambda: time[0])
    for _ in range(6):
        spending.spend("ann", 10, 60)
    with pytest.raises(Problem) as refused:
        spending.spend("ann", 10, 60)
    time[0] = 10.0
    spending.spend("ann", 10, 60)
    time[0] = 10_000.0
    spending.spend("ann", 60, 60)

    assert refused.value.headers == {"Retry-After": "10"}


@pytest.mark.parametrize(
    ("method", "path", "price"),
    [
        ("GET", "/v1/runs/r1", READ),
        ("POST", "/v1/runs/r1:pause", READ),
        ("GET", "/v1/runs/r1/report.html", RENDERED),
        ("GET", "/v1/today.ics", RENDERED),
        ("PUT", "/v1/runs/r1", START),
        ("POST", "/v1/plans", START),
        ("POST", "/v1/clouds/pc-a:upgrade", START),
        ("POST", "/v1/runs/r1:retry", START),
    ],
)
def test_what_keeps_a_core_busy_costs_more(method: str, path: str, price: int) -> None:
    """A read is cheap, a rendered report is not, and a start least of all."""
    assert cost(method, path) == price


@pytest.mark.parametrize(
    ("origin", "status"), [(None, 202), ("https://fleet.example", 202), ("https://evil.example", 403), ("null", 403)]
)
def test_a_page_of_another_site_starts_nothing(api: Api, origin: str | None, status: int) -> None:
    """A browser lets any page call any address, and an empty body needs no leave for that."""
    headers = {} if origin is None else {"origin": origin}
    answer = api.call("POST", "/v1/clouds/pc-a:upgrade", headers=headers)
    read = api.call("GET", "/v1/runs", headers=headers)

    assert (answer.status_code, len(api.store.runs())) == (status, int(status == 202))
    assert status == 202 or answer.json()["code"] == "caller.otherSite"
    assert read.status_code == 200
