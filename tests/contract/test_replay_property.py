"""Whatever a manager answers: it is judged, kept without a name, and judged alike when it is replayed."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.hcx.answer import Answer
from shared.hcx.contract.expectations import EXPECTATIONS, known_fields
from shared.hcx.contract.recording import RecordedCall
from shared.hcx.contract.redaction import Redactor
from shared.hcx.contract.verdicts import judged

CANARY = "canary-vm-4711"
FIELDS = sorted(known_fields())
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.sampled_from(
        [2**60, 0.5, "", " ", "COMMITTED", "UP", "RUNNING", "SUCCESS", "4.11.3.0-24972695", "4.11", CANARY]
    ),
    st.sampled_from([f"{CANARY}-{number}" for number in range(3)]),
)
ANSWERS: st.SearchStrategy[Any] = st.recursive(
    VALUES,
    lambda inside: (
        st.lists(inside, max_size=3) | st.dictionaries(st.sampled_from([*FIELDS, CANARY, "oracle"]), inside, max_size=5)
    ),
    max_leaves=12,
)


def shaped(paths: list[str], values: list[Any]) -> Any:
    """A document that holds these values under these paths, as far as they fit into each other."""
    document: dict[str, Any] = {}
    for path, value in zip(paths, values, strict=True):
        place: Any = document
        steps = path.split(".")
        for step in steps[:-1]:
            name, listed = step.removesuffix("[]"), step.endswith("[]")
            held = place.setdefault(name, [{}] if listed else {})
            place = held[0] if isinstance(held, list) and held and isinstance(held[0], dict) else held
            if not isinstance(place, dict):
                break
        else:
            place.setdefault(steps[-1].removesuffix("[]"), value)
    return document


@st.composite
def plausible(draw: st.DrawFn, route: str) -> Any:
    """An answer of that route with some fields left out and others of strange kinds."""
    wanted = EXPECTATIONS[route]
    paths = [field.path for field in wanted.fields]
    chosen = draw(st.lists(st.sampled_from(paths), unique=True, min_size=len(paths) // 2)) if paths else []
    item = shaped(chosen, [draw(ANSWERS if draw(st.integers(0, 9)) == 0 else VALUES) for _ in chosen])
    if not wanted.listed:
        return item
    around = draw(st.sampled_from(["items", "rows", "bare", "data", "other"]))
    members = [item, *draw(st.lists(ANSWERS, max_size=1))]
    return {
        "items": {"items": members},
        "rows": {"rows": members},
        "bare": members,
        "data": {"data": {"items": members}},
    }.get(around, {around: members})


@pytest.mark.parametrize("route", sorted(EXPECTATIONS))
@settings(max_examples=40, deadline=None)
@given(data=st.data(), status=st.sampled_from([200, 200, 200, 202, 401, 404, 409, 503]))
def test_live_and_replayed(route: str, data: st.DataObject, status: int) -> None:
    """A recorded answer gets the verdict that the live one got, and holds no name."""
    body = data.draw(plausible(route) | ANSWERS)
    answer = Answer(
        manager="m",
        route=route,
        status=status,
        content_type="application/json",
        body=json.dumps(body).encode(),
        whole=True,
        token=None,
        retry_after_seconds=None,
        certificate="",
    )
    live = judged(answer, body)
    redactor = Redactor(known_fields())
    redactor.learn(body)
    kept = RecordedCall(
        route=route,
        method="GET",
        target="/x",
        confidence="seen",
        verdict=live.verdict,
        detail=live.detail,
        status=status,
        form="json",
        body=redactor.redacted(body),
    )
    again = kept.judged_again
    assert again is not None

    assert (again.verdict, again.detail, again.differences) == (live.verdict, live.detail, live.differences)
    assert CANARY not in json.dumps(kept.body)
