"""Which files a commit plays, and which is begun first: what CI has the minutes for. The targets alone play all.

The parts take about as long as each other. In turns is what tells the pages of `docs` from what commands print, what
measures sizes, and variants of stories that are played with every commit: each rule behind them has tests of its own in
`make test`.
"""

from collections.abc import Callable, Sequence

PARTS: tuple[tuple[str, ...], ...] = (
    (
        "tests/api/test_reading_scale.py",
        "tests/app/test_changed_networks.py",
        "tests/app/test_cost_of_modes.py",
        "tests/app/test_outage_accuracy.py",
        "tests/chaos/test_ledger_cost.py",
    ),
    (
        "tests/app/test_inconclusive.py",
        "tests/app/test_no_end.py",
        "tests/app/test_paced.py",
        "tests/app/test_soaked.py",
        "tests/app/test_taking_back_commanded.py",
        "tests/cli/test_check_scale.py",
        "tests/cli/test_played_plans.py",
    ),
    (
        "tests/app/test_connector_snapshots.py",
        "tests/app/test_late_bundle.py",
        "tests/app/test_mesh_in_the_middle.py",
        "tests/app/test_outages_measured.py",
        "tests/app/test_passed_over.py",
        "tests/app/test_second_witness.py",
        "tests/app/test_taking_back_in_part.py",
        "tests/app/test_together.py",
        "tests/app/test_traffic_missing.py",
        "tests/cli/test_proof_played.py",
    ),
    (
        "tests/cli/test_remote_play.py",
        "tests/docs/test_first_afternoon.py",
        "tests/docs/test_mesh_page.py",
        "tests/docs/test_plan_page.py",
        "tests/docs/test_revert_page.py",
        "tests/docs/test_week_page.py",
        "tests/pipelines/test_azure.py",
        "tests/pipelines/test_github.py",
    ),
)
LONGEST: tuple[str, ...] = (
    "tests/app/test_outage_accuracy.py",
    "tests/docs/test_week_page.py",
    "tests/cli/test_played_worlds.py",
    "tests/cli/test_controlled_runs.py",
    "tests/chaos/test_stories.py",
    "tests/cli/test_played_plans.py",
    "tests/app/test_outages_measured.py",
    "tests/cli/test_played_checks.py",
    "tests/app/test_changed_meanwhile.py",
    "tests/docs/test_first_afternoon.py",
    "tests/app/test_waiting_for_others.py",
    "tests/app/test_commands_in_tasks.py",
    "tests/plans/test_plan_properties.py",
    "tests/store/test_store_conformance.py",
    "tests/policy/test_fleet_file.py",
    "tests/simulator/test_sim_faults.py",
)
"""Files that take longest, those of stories and then those of `make test`, longest first: begun last, one of them would
have a worker alone for minutes."""


def others(commit: str) -> frozenset[str]:
    """The files whose turn comes with other commits; the hash of the commit says which part has its turn now."""
    now = int(commit, 16) % len(PARTS)
    return frozenset(file for number, part in enumerate(PARTS) if number != now for file in part)


def longest_first[T](items: Sequence[T], file_of: Callable[[T], str]) -> list[T]:
    """The same, those of the longest files before all others."""
    rank = {name: number for number, name in enumerate(LONGEST)}
    return sorted(items, key=lambda one: rank.get(file_of(one), len(rank)))
