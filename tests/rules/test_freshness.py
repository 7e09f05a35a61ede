"""How long observations count."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest

from shared.model.facts import ManagerFacts
from shared.rules.freshness import ASPECTS, CLOCKS_APART, PROVISIONING, TUNNELS, VERSION, Aspect, LifeSpan
from tests.builders.fleet_facts import connector

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("life", [*(aspect.life for aspect in ASPECTS), PROVISIONING])
def test_an_observation_counts_to_the_end_of_its_span(life: LifeSpan) -> None:
    """It counts up to its span and not a second longer."""
    assert life.covers(NOW, NOW)
    assert life.covers(NOW - life.span, NOW)
    assert not life.covers(NOW - life.span - SECOND, NOW)


@pytest.mark.parametrize("aspect", ASPECTS, ids=lambda aspect: aspect.name)
def test_an_observation_from_the_future_does_not_count(aspect: Aspect[object]) -> None:
    """Clocks may be a little apart; a time further ahead says that nobody knows the age."""
    assert aspect.life.covers(NOW + CLOCKS_APART, NOW)
    assert not aspect.life.covers(NOW + CLOCKS_APART + SECOND, NOW)


@pytest.mark.parametrize("aspect", ASPECTS, ids=lambda aspect: aspect.name)
def test_an_aspect_reads_the_section_it_names(aspect: Aspect[object]) -> None:
    """The name by which gaps are found is the field that is read, and every span has a reason."""
    facts = connector("con", "4.11.4")

    assert aspect.section in {field.name for field in fields(ManagerFacts)}
    assert aspect.read(facts) is getattr(facts, aspect.section)
    assert aspect.life.reason


def test_versions_outlive_tunnels() -> None:
    """What only an upgrade changes counts for days, what may break at any moment for minutes."""
    assert VERSION.life.span >= timedelta(days=1)
    assert timedelta(minutes=15) >= TUNNELS.life.span
