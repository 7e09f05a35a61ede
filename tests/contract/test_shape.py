"""The shape of an answer, and in what it differs from the expected one."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.hcx.contract.shape import DEPTH_MAX, PATHS_MAX, Field, Kind, differences, shape_of, unexpected

ANY_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=5), inside, max_size=3),
    max_leaves=12,
)
MESH = tuple(map(Field.of, ("items: list", "items[].state: text", "items[].name?: text", "paging?: object")))


def told(document: Any, *fields: str) -> list[str]:
    """The differences from these fields."""
    return [str(one) for one in differences(shape_of(document), map(Field.of, fields))]


def test_paths_and_kinds() -> None:
    """Members of a list share one path, and every kind that stands under a path is told."""
    shape = shape_of({"items": [{"state": "A"}, {"state": None, "count": 1.5, "on": True}]})

    assert shape["items[].state"] == {Kind.TEXT, Kind.NULL}
    assert (set(shape["items[].count"]), set(shape["items[].on"])) == ({Kind.NUMBER}, {Kind.FLAG})


def test_as_expected() -> None:
    """What may be left out is no difference, neither missing nor empty."""
    assert told({"items": [{"state": "A"}]}, "items: list", "items[].state: text", "items[].name?: text") == []
    assert told({"items": [{"state": "A", "name": None}]}, "items[].name?: text") == []


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"items": [{"name": "A"}]}, ["items[].state: expected text, found nothing"]),
        ({"items": [{"state": 1}]}, ["items[].state: expected text, found number"]),
        ({"items": {"state": "A"}}, ["items: expected list, found object"]),
        ({"rows": []}, ["items: expected list, found nothing"]),
        ({"items": []}, []),
    ],
)
def test_differences(document: Any, expected: list[str]) -> None:
    """Missing fields and other kinds are told once, where they begin; an empty list says nothing of its members."""
    assert [str(one) for one in differences(shape_of(document), MESH)] == expected


def test_alternatives() -> None:
    """A field that comes as text or as a structure may be either, and nothing else."""
    assert told({"version": {"major": 4}}, "version: text|object") == []
    assert told({"version": []}, "version: text|object") == ["version: expected object or text, found list"]


def test_news() -> None:
    """Plain values that nobody expected are named; what they stand in is not."""
    found = unexpected(shape_of({"items": [{"state": "A", "extra": {"depth": 1}}]}), MESH)

    assert found == ("items[].extra.depth",)


def test_limits() -> None:
    """A map of thousands of names and a nest of hundreds of levels end at the limits."""
    deep: Any = 1
    for _ in range(300):
        deep = [deep]

    assert len(shape_of({f"n{number}": 1 for number in range(PATHS_MAX * 2)})) == PATHS_MAX
    assert len(shape_of(deep)) == DEPTH_MAX + 1


@given(ANY_JSON)
def test_any_document(document: Any) -> None:
    """Every JSON document has a shape, and its own top is in it."""
    assert "" in shape_of(document)
