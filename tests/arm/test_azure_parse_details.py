"""Documents of add-ons, sites, maintenances and locks that are not what they should be."""

import copy
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.arm.parse_details import PartUnreadableError, addon_of, lock_of, maintenance_of, site_of
from shared.model.codec import to_json_text
from tests.arm.test_azure_details import CLOUD_ID, KEY, addon, lock, maintenance, site

PARSERS: dict[str, tuple[Callable[[Any], object], Callable[[], dict[str, Any]]]] = {
    "addon": (addon_of, addon),
    "site": (site_of, site),
    "maintenance": (lambda found: maintenance_of(found, CLOUD_ID), maintenance),
    "lock": (lock_of, lambda: lock(CLOUD_ID)),
}
VALUES: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from([[], {}, [{}], "9999-12-31T23:59:59-10:00", "2026-11-25 02:00:00Z"])
)


@pytest.mark.parametrize("kind", sorted(PARSERS))
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_change_of_a_document_is_survived(kind: str, data: st.DataObject) -> None:
    """Fields that are missing or of another kind make a record with less, or an error that holds no value."""
    parse, make = PARSERS[kind]
    document = make()
    for _ in range(data.draw(st.integers(1, 4))):
        where = data.draw(st.sampled_from(_containers(document)))
        name = data.draw(st.sampled_from(sorted(where) if isinstance(where, dict) else range(len(where))))
        where[name] = copy.deepcopy(data.draw(VALUES))
    told = _told(parse, copy.deepcopy(document))

    assert KEY not in told


def _told(parse: Callable[[Any], object], document: object) -> str:
    """What is kept of a document, or said of one that cannot be read."""
    try:
        return to_json_text(parse(document))
    except PartUnreadableError as error:
        return str(error)


def _containers(document: Any) -> list[Any]:
    """Every object and list in a document that holds something."""
    inside = document.values() if isinstance(document, dict) else document if isinstance(document, list) else ()
    own = [document] if isinstance(document, dict | list) and document else []
    return [*own, *(found for one in inside for found in _containers(one))]


@pytest.mark.parametrize("document", [None, 7, "text", [], [{}], {}])
@pytest.mark.parametrize("kind", sorted(PARSERS))
def test_what_is_no_document_is_unreadable(kind: str, document: object) -> None:
    """Something else than an object, or an empty one, is an error of ours."""
    with pytest.raises(PartUnreadableError):
        PARSERS[kind][0](document)


@pytest.mark.parametrize(
    ("minutes", "duration"),
    [
        (960, timedelta(hours=16)),
        (0.5, timedelta(seconds=30)),
        (0, None),
        (-5, None),
        (True, None),
        ("960", None),
        (float("nan"), None),
        (10**30, None),
        (None, None),
    ],
)
def test_how_long_a_maintenance_takes(minutes: object, duration: timedelta | None) -> None:
    """A length that cannot be one is unknown, and the maintenance is there all the same."""
    assert maintenance_of(maintenance(estimatedDurationInMinutes=minutes), CLOUD_ID).duration == duration


@pytest.mark.parametrize("state", [None, 7, {}, {"name": None}, {"name": " "}])
def test_a_state_that_nobody_can_read_is_unknown(state: object) -> None:
    """The maintenance stays, in a state that counts as one whose time is fixed."""
    assert maintenance_of(maintenance(state=state), CLOUD_ID).state == "unknown"


def test_one_without_a_time_has_none() -> None:
    """A maintenance that is not scheduled has no start, which is no fault."""
    assert maintenance_of(maintenance(scheduledStartTime=None), CLOUD_ID).starts_at is None


def test_the_addon_of_something_else_is_not_that_of_hcx() -> None:
    """An add-on of another type under the name hcx is not taken for it."""
    with pytest.raises(PartUnreadableError, match="of HCX"):
        addon_of(addon(addonType="SRM"))


def test_a_lock_says_what_it_is_on() -> None:
    """An id that does not say so makes it unreadable."""
    with pytest.raises(PartUnreadableError, match="what it is on"):
        lock_of({**lock(CLOUD_ID), "id": "/providers/Microsoft.Authorization/locks/keep"})
