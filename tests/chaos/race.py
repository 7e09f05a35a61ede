"""Two runs in one store that want the same managers.

    python -m tests.chaos.race FOLDER

plays it, and writes what came of it as JSON.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from shared.model.record import record
from shared.model.run import JournalKind
from shared.model.waiting import WaitingFor
from tests.chaos.checkers import ALWAYS, at_target, breaches, leases_back, within_concurrency
from tests.chaos.evidence import Evidence, gather
from tests.chaos.host import Sent, send, settings_in, told_in
from tests.chaos.tales import REFERENCE
from tests.chaos.world import world

RUNS = ("first", "second")
NO_CONCURRENCY = tuple(one for one in ALWAYS if one is not within_concurrency)
"""Concurrency is a promise of each run: two of them may have two subjects in change."""


@record
class Race:
    """What came of it."""

    problems: tuple[str, ...]
    refused: tuple[str, ...]
    """What was said where a lease was held by the other run."""


def raced(folder: Path) -> Race:
    """Two upgrades of the same fleet side by side, until both are over."""
    with world(REFERENCE.world, folder) as living:
        code = send(Sent(folder, living, runs=RUNS))
        found = gather(living.control, settings_in(folder), told_in(folder))
    broke = () if code == 0 else (f"the host broke: {folder}/host.log",)
    return Race(problems=(*broke, *breaches(found, (*NO_CONCURRENCY, leases_back, at_target))), refused=_refused(found))


def _refused(found: Evidence) -> tuple[str, ...]:
    entries = [link.entry for links in found.links for link in links]
    waits = [one.text for one in entries if one.waiting and one.waiting.reason is WaitingFor.LEASE]
    ends = [one for one in entries if one.kind is JournalKind.TASK_ENDED and one.result]
    return (*waits, *(one.text for one in ends if one.result and one.result.reason == "leased"))


def main() -> None:
    """The command."""
    sys.stdout.write(json.dumps(asdict(raced(Path(sys.argv[1])))))


if __name__ == "__main__":
    main()
