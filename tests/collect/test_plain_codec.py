"""The codec without libraries and the codec of everything else say the same."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from shared.model.codec import RecordUnreadableError, from_json, to_json
from shared.model.collected import SiteFacts, SiteOrder
from shared.model.facts import ManagerFacts
from shared.model.plain import from_plain, to_plain
from shared.store.breaker import Login
from tests.model.test_round_trip import any_of

_MANY = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("kind", [ManagerFacts, SiteFacts, SiteOrder, Login], ids=lambda kind: kind.__name__)
def test_the_same_bytes(kind: Any) -> None:
    """What a collector writes is what the other codec would write, and the other one reads it back."""

    @_MANY
    @given(any_of(kind))
    def same(record: Any) -> None:
        document = json.loads(json.dumps(to_plain(record)))

        assert document == to_json(record)
        assert from_json(kind, document) == record

    same()


@pytest.mark.parametrize("kind", [SiteOrder, Login], ids=lambda kind: kind.__name__)
def test_it_comes_back(kind: Any) -> None:
    """What a collector has to read it reads as it was."""

    @_MANY
    @given(any_of(kind))
    def comes_back(record: Any) -> None:
        assert from_plain(kind, json.loads(json.dumps(to_json(record)))) == record

    comes_back()


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {"site": "lyon"},
        {"site": 7, "release": "1", "managers": []},
        {"site": "lyon", "release": "1", "managers": "none"},
        {"site": "lyon", "release": "1", "managers": [], "secret": "canary-3f1b"},
        {"site": "lyon", "release": "1", "managers": [{"id": "a", "kind": "canary-3f1b"}]},
    ],
)
def test_what_is_no_order_is_refused(document: Any) -> None:
    """A document that is not the record is refused, and its values are not repeated."""
    with pytest.raises(RecordUnreadableError) as refusal:
        from_plain(SiteOrder, document)

    assert "canary" not in str(refusal.value)


def test_what_facts_do_not_hold_is_refused() -> None:
    """A value of a kind that no facts have is a mistake of ours, and not written in some way or other."""
    with pytest.raises(TypeError, match="float"):
        to_plain(0.5)
