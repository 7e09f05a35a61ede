"""The demo's JSON: stable, and documented key by key."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

from cli.comparison import compare
from cli.demo_document import PROGRESS, Demo, Played, demo_document
from cli.relay import Report
from cli.world_process import Pace
from shared.model.run import Bucket, JournalEntry, JournalKind, RunKind
from tests.builders.fleet_facts import policy
from tests.cli.played_fleet import CLOUDS, LATER, truth, view

PAGE = (Path(__file__).parents[2] / "docs" / "demo.md").read_text(encoding="utf-8")


def played(**changes: Any) -> Played:
    """A demo of the small fleet."""
    reported, really = view(), truth(**changes)
    return Played(
        file="world.yaml",
        pace=Pace().words,
        real_seconds=12.34,
        planned=view(None, kind=RunKind.PLAN),
        view=reported,
        truth=really,
        compared=compare(reported, really, CLOUDS, policy(), confirmed=True, shown=reported.run.plan_hash),
        said=(Report(at=LATER, who="lea", about="manager:con-a", taken=True),),
        reports=("a.html", "a.json"),
    )


def keys(schema: dict[str, Any]) -> set[str]:
    """Every key of the document, at any depth."""
    parts = [schema, *schema.get("$defs", {}).values()]
    return {key for part in parts for key in part.get("properties", {})}


def test_every_key_is_documented() -> None:
    """docs/demo.md names each key of the document."""
    missing = {key for key in keys(Demo.model_json_schema(by_alias=True)) if f"`{key}`" not in PAGE}

    assert missing == set()


def test_the_keys_of_the_document_are_these() -> None:
    """A key that goes or is renamed shows here: it needs a new schema version."""
    document = demo_document(played()).model_dump(mode="json", by_alias=True)

    assert list(document) == [
        "schemaVersion",
        "holds",
        "world",
        "plan",
        "run",
        "buckets",
        "clouds",
        "subscriptions",
        "people",
        "comparison",
        "changingCalls",
        "outages",
        "reports",
    ]
    assert list(document["clouds"][0]) == [
        "id",
        "version",
        "bucket",
        "reason",
        "detail",
        "whoActsNext",
        "expectedOutcome",
        "expectedReason",
        "asExpected",
    ]
    assert get_args(Demo.model_fields["schema_version"].annotation) == (document["schemaVersion"],) == ("1",)


def test_every_comparison_is_documented() -> None:
    """docs/demo.md has one line for each comparison, and no other."""
    table = PAGE.split("## What is compared")[1].split("## ")[0]

    assert re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE) == [one.id for one in played().compared]


def test_a_demo_that_holds_says_so() -> None:
    """Every comparison holds, every cloud is as expected."""
    document = demo_document(played())

    assert document.holds
    assert [(one.id, one.as_expected) for one in document.clouds] == [("pc-a", True)]
    assert document.buckets == {Bucket.UPGRADED: 1}
    assert (document.world.pace, document.world.real_seconds) == ("lockstep", 12.3)


def test_the_plan_is_told_with_what_others_did_since() -> None:
    """The plan that was shown is named by its hash, and progress of others stands beside it."""
    made = played()
    moved = JournalEntry(key=PROGRESS, at=LATER, kind=JournalKind.OBSERVED, text="since the plan: pc-a moved")
    plan = demo_document(replace(made, view=replace(made.view, journal=(moved,)))).plan

    assert plan is not None
    assert (plan.hash, plan.tasks, plan.since) == (made.view.run.plan_hash, 3, ("since the plan: pc-a moved",))


def test_one_misfit_is_enough() -> None:
    """A demo does not hold when anything does not fit, and says which cloud was not as expected."""
    expected = [{"cloud": "pc-a", "outcome": "blocked", "reason": "photon"}]
    document = demo_document(played(expectations=expected))

    assert not document.holds
    assert [one.as_expected for one in document.clouds] == [False]
    assert [one.id for one in document.comparison if not one.holds] == ["expectations"]


def test_a_cloud_nobody_expects_anything_of_is_neither() -> None:
    """Without an expectation there is nothing to be right or wrong about."""
    (cloud,) = demo_document(played(expectations=[])).clouds

    assert (cloud.expected_outcome, cloud.as_expected) == (None, None)


def test_outages_have_their_length() -> None:
    """An outage that is over has seconds, one that lasts has none."""
    over = {"network": "n1", "mesh": "m", "appliance": "a", "from": LATER, "to": LATER + timedelta(seconds=9)}
    lasting = {**over, "to": None}
    document = demo_document(played(outages=[over, lasting]))

    assert [one.seconds for one in document.outages] == [9.0, None]


def test_a_run_without_end_or_plan_is_told_all_the_same() -> None:
    """A run that broke early still makes a document: that is when it is needed most."""
    broken = played()
    run = replace(broken.view.run, ended_at=None, problem="no inventory")
    planned = replace(broken.planned, plan=None)
    document = demo_document(replace(broken, planned=planned, view=replace(broken.view, run=run, plan=None)))

    assert (document.plan, document.run.target, document.run.problem) == (None, None, "no inventory")
