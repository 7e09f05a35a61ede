"""`today` and `show fleet --azure-only` as a user meets them."""

import json
import time
from pathlib import Path

import pytest
from icalendar import Calendar

from benchmarks.large_fleet import large_inputs
from shared.model.codec import to_json_text
from shared.model.record import record
from shared.model.run import Run, RunKind, RunRequest, RunState, RunTrigger
from shared.report.kept_plans import POLICY
from shared.rules.planner import Inputs, make_plan
from shared.store.sqlite import SqliteStore
from simulator.loading import load
from simulator.running import running
from tests.cli.command import hcx_fleet, launched
from tests.cli.test_lint_and_init import WORLD

PROMISED_SECONDS = 2.0
TOLERANCE = 4
"""The promise is about a quiet machine; this runs on machines that nobody chose, beside other tests."""


@record
class Kept:
    """A folder with settings and a store that holds one plan."""

    folder: Path
    settings: Path
    store: Path


def kept(folder: Path, clouds: int) -> Kept:
    """The plan of a large fleet as a run leaves it; nothing else is there, no fleet.yaml and no network."""
    store, settings = folder / "store.sqlite", folder / "settings.env"
    lines = {"POLICY": folder / "none.yaml", "SECRETS_FILE": folder / "none", "STORE": store, "REPORTS": folder}
    settings.write_text("".join(f"HCX_FLEET_{name}={value}\n" for name, value in lines.items()), "utf-8")
    if clouds:
        with SqliteStore(store) as made:
            _keep(made, large_inputs(clouds))
    return Kept(folder=folder, settings=settings, store=store)


def _keep(store: SqliteStore, inputs: Inputs) -> None:
    plan = make_plan(inputs)
    request = RunRequest(
        id="plan-1", kind=RunKind.PLAN, trigger=RunTrigger.HTTP, requested_by="test", requested_at=inputs.now
    )
    store.put_plan(plan)
    store.put_run(Run(request=request, state=RunState.SUCCEEDED, plan_hash=plan.hash, ended_at=inputs.now))
    store.put_document("plan-1", POLICY, to_json_text(inputs.policy))
    store.put_document("plan-1", "inventory", to_json_text(inputs.inventory))
    for facts in inputs.facts.managers:
        store.put_document("plan-1", f"facts/{facts.manager.id}", to_json_text(facts))


@pytest.fixture(scope="module")
def forty(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """Forty private clouds."""
    return kept(tmp_path_factory.mktemp("forty"), 40)


def test_the_list_of_forty_clouds_asks_nobody(forty: Kept) -> None:
    """It is made from the store alone: there is no fleet.yaml, no secret, no Azure and no manager to ask."""
    answered = hcx_fleet(forty.folder, "--settings", forty.settings, "today", "-o", "json")
    document = json.loads(answered.out)

    assert (answered.code, answered.err) == (0, "")
    assert sum(one["subjects"] for one in document["counts"]) == document["subjects"]
    assert document["rows"]


@pytest.mark.scale
@pytest.mark.parametrize("clouds", [40, 200])
def test_the_list_is_there_at_once(tmp_path: Path, clouds: int) -> None:
    """Two seconds from the command to its end, for 40 private clouds and for 200."""
    there = kept(tmp_path, clouds)
    began = time.perf_counter()
    answered = launched(there.folder, "--settings", there.settings, "today")

    assert answered.code == 0
    assert time.perf_counter() - began < PROMISED_SECONDS * TOLERANCE


def test_a_person_a_site_and_a_day_are_options(forty: Kept) -> None:
    """A private cloud may be named for its site; what is left out is counted."""
    told = hcx_fleet(forty.folder, "--settings", forty.settings, "today", "--site", "pc-00003", "--until", "2027-01-31")
    csv = hcx_fleet(forty.folder, "--settings", forty.settings, "today", "--site", "con-00000", "-o", "csv")
    md = hcx_fleet(forty.folder, "--settings", forty.settings, "today", "--site", "con-00000", "-o", "md")

    assert told.code == 0
    assert "are not shown, as asked." in told.out
    assert csv.out.startswith("\ufeffwhen,by,day,time,who,")
    assert "| BY | WHO | WHERE | WHAT | WHY |" in md.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--person", "nobody@x"), "--person nobody@x: fleet.yaml has nothing of that name"),
        (("--site", "atlantis"), "--site atlantis: fleet.yaml has nothing of that name; known: con-00000"),
        (("--until", "tomorrow"), "--until tomorrow: is no day such as 2026-12-01"),
        (("--ics", "missing/t.ics"), "missing/t.ics: cannot be written: No such file or directory"),
    ],
)
def test_a_name_that_nobody_has_is_an_error(forty: Kept, words: tuple[str, str], said: str) -> None:
    """An empty list must not pass for nothing to do."""
    answered = hcx_fleet(forty.folder, "--settings", forty.settings, "today", *words)

    assert (answered.code, answered.out) == (2, "")
    assert said in answered.err


def test_a_calendar_is_written_beside_the_list(forty: Kept, tmp_path: Path) -> None:
    """Two exports hold the same events, so that a calendar that takes both in shows each once."""
    files = (tmp_path / "one.ics", tmp_path / "two.ics")
    told = [hcx_fleet(forty.folder, "--settings", forty.settings, "today", "--ics", one) for one in files]
    names = [sorted(str(e["uid"]) for e in Calendar.from_ical(one.read_bytes()).walk("VEVENT")) for one in files]

    assert names[0] == names[1]
    assert len(set(names[0])) == len(names[0]) > 0
    assert "have no date and no entry" in told[0].err


def test_without_a_plan_it_says_how_to_make_one(tmp_path: Path) -> None:
    """There is nothing to make the list from; the exit code is 2."""
    there = kept(tmp_path, 0)
    with SqliteStore(there.store):
        pass
    answered = hcx_fleet(tmp_path, "--settings", there.settings, "today")

    assert (answered.code, answered.err) == (2, "error: there is no plan yet; make one: hcx-fleet plan\n")


@pytest.mark.story
def test_azure_alone_needs_the_settings_of_azure_alone(tmp_path: Path) -> None:
    """No fleet.yaml, no secret and no store: clouds are listed, what was denied is named, and the exit code says so."""
    world = tmp_path / "world.yaml"
    world.write_text(WORLD, "utf-8")
    with running(load(world), tmp_path / "world") as published:
        azure = {name: value for name, value in published["settings"].items() if "ARM" in name or "IDENTITY" in name}
        settings = tmp_path / "azure.env"
        settings.write_text("".join(f"{name}={value}\n" for name, value in azure.items()), "utf-8")
        told = hcx_fleet(tmp_path, "--settings", settings, "show", "fleet", "--azure-only")
        document = json.loads(
            hcx_fleet(tmp_path, "--settings", settings, "show", "fleet", "--azure-only", "-o", "json").out
        )

    assert told.code == 3
    assert "2 subscriptions: 1 read and 1 denied." in told.out
    assert "2 private clouds listed, 2 by the subscriptions' own count." in told.out
    listed = [one["cloud"]["id"] for one in document["privateClouds"]]
    assert listed == ["pc-1", "pc-2"]
    assert sum(one["privateClouds"] for one in document["counts"]) == len(listed)
    assert "activationKey" not in json.dumps(document)
