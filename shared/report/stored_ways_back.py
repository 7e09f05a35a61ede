"""What a store holds of the ways back of a run."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from shared.model.codec import from_json_text
from shared.model.facts import FleetFacts
from shared.model.plan import Plan
from shared.model.run import JournalEntry
from shared.model.snapshots import SnapshotSeen
from shared.model.way_back import WaysBack
from shared.ports import Store
from shared.rules.way_back_clock import clocks

SNAPSHOT = "snapshot/"
"""Names of documents with how a snapshot of ours was seen last begin so; its task follows."""


def snapshots_seen(store: Store, run: str) -> Mapping[str, SnapshotSeen]:
    """How each snapshot of ours was seen last, by its task."""
    found = store.documents(run, SNAPSHOT)
    return {name.removeprefix(SNAPSHOT): from_json_text(SnapshotSeen, text) for name, text in found.items()}


def ways_back_of(
    store: Store,
    run: str,
    plan: Plan,
    facts: FleetFacts,
    *,
    now: datetime,
    journal: Iterable[JournalEntry] | None = None,
) -> WaysBack:
    """Every way back of a run at `now`, by its freshest facts; its journal is read where it is not given."""
    entries = (entry for _, entry in store.journal(run)) if journal is None else journal
    return clocks(plan, entries, snapshots_seen(store, run), now, facts)
