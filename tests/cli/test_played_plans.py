"""Plans by the commands, against simulated worlds: made, kept, compared, refused, and carried out by their hash."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli.truth import Truth, World, read_truth
from cli.world_process import Pace, simulated
from shared.report.plan_json import read_plan
from tests.cli.command import Answered, hcx_fleet

pytestmark = pytest.mark.story

WORLD = """\
start: 2026-11-24T06:00:00Z
subscriptions: [{name: sub-a}]
clouds:
  - {name: pc-one, subscription: sub-a, hcx: "4.11.2"}
  - {name: pc-two, subscription: sub-a, hcx: "4.11.4", tags: {hcx-hold: an audit, hcx-owner: lea@contoso.example}}
connectors:
  - {name: con-one, hcx: "4.11.2", owner: ours, meshOwner: ours, staged: ["4.11.4"], pairs: [{cloud: pc-one}]}
  - {name: con-two, hcx: "4.11.2", owner: ours, meshOwner: ours, staged: ["4.11.4"], pairs: [{cloud: pc-two}]}
meshes:
  - {name: mesh-one, initiator: con-one, receiver: pc-one}
  - {name: mesh-two, initiator: con-two, receiver: pc-two}
provider:
  - {cloud: pc-one, at: PT1H}
policy:
  waves: [{name: first, select: {names: [pc-one]}}, {name: rest}]
  windows: [{name: evenings, rrule: "FREQ=DAILY", start: "20:00", duration: PT6H, cutOff: PT1H}]
"""
"""A cloud that the provider upgrades an hour later, with a connector of ours; and another one, held by its tag."""

SHOWS = ("coverage", "calendar", "exposure", "forecast")
LARGER = ("concurrency: 4", "concurrency: 5")


class Stage:
    """A world that stands still between commands, and what each command answered."""

    def __init__(self, folder: Path, world: World) -> None:
        self.folder = folder
        self.world = world
        self.told: dict[str, Answered] = {}

    def play(self, name: str, *words: object, clock: bool = True) -> Answered:
        """Carry out a command as a user of the world's settings would."""
        time = ("--clock", self.world.control) if clock else ()
        self.told[name] = hcx_fleet(self.folder, "--settings", "settings.env", *words, *time)
        return self.told[name]

    def advance(self, until: str) -> None:
        """Let the world go on until a time of its first day."""
        body = {"until": f"2026-11-24T{until}:00Z"}
        httpx.post(f"{self.world.control}/clock/advance", json=body, trust_env=False, timeout=60).raise_for_status()

    def change(self, old: str, new: str) -> None:
        """Change `fleet.yaml`."""
        path = self.folder / "fleet.yaml"
        text = path.read_text("utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), "utf-8")

    @property
    def hash(self) -> str:
        """The hash of the plan that was written down, as people type it."""
        return read_plan((self.folder / "plan.json").read_bytes()).hash[:12]

    @property
    def calls(self) -> list[str]:
        """What hcx-fleet changed, or tried to, until now."""
        truth: Truth = read_truth(self.world.control)
        return [one.subject for one in truth.mutations if one.caller == "api"]


def staged(folder: Path, text: str) -> Iterator[Stage]:
    """The stage while its world is served."""
    file = folder / "world.yaml"
    file.write_text(text, "utf-8")
    with simulated(file, folder / "served", Pace()) as world:
        yield Stage(folder / "served", world)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A plan in all its forms, refused after a change of fleet.yaml, then carried out while the provider moved on."""
    for stage in staged(tmp_path_factory.mktemp("kept"), WORLD):
        stage.play("plan", "plan", "--out", "plan.json")
        for name in SHOWS:
            stage.play(name, "show", name, clock=False)
        stage.play("exposure.json", "-o", "json", "show", "exposure", clock=False)
        for name in ("con-one", "pc-two"):
            stage.play(f"why {name}", "why", name, clock=False)
        stage.advance("06:10")
        stage.play("cloud", "plan", "--cloud", "pc-one", "-o", "json")
        stage.advance("06:20")
        stage.play("what-if", "plan", "--target", "4.11.3", "-o", "md", "--out", "what-if.md")
        stage.play("none", "run", "--plan", "000000000000")
        stage.change(*LARGER)
        stage.advance("06:30")
        stage.play("refused", "run", "--plan", stage.hash)
        stage.advance("06:40")
        stage.play("changed", "plan")
        stage.play("diff", "diff", "plan.json", clock=False)
        stage.change(*reversed(LARGER))
        assert stage.calls == []
        stage.advance("07:45")
        stage.play("live", "-o", "json", "diff", stage.hash, "--live")
        stage.play("carried out", "-o", "json", "run", "--plan", stage.hash, "--watch")
        stage.play("after", "-o", "json", "diff", stage.hash, "--live")
        yield stage


# --- made -------------------------------------------------------------------------------------------------------------


def test_a_plan_is_a_table_and_a_file(kept: Stage) -> None:
    """The table names waves, tasks and what has none; the file holds the plan of the same hash."""
    plan = kept.told["plan"]

    assert plan.code == 3, "one cloud is held"
    assert f"Plan {kept.hash} is in plan.json" in plan.err
    assert f"Next: hcx-fleet run --plan {kept.hash} --watch" in plan.out
    rows = [" ".join(line.split()) for line in plan.out.splitlines()]
    assert any(row.startswith("first 1 3 4.11.2 1 ") for row in rows), "the wave with anything to do"
    assert any(row.startswith("con-one 4.11.2 → 4.11.4 ours ") for row in rows)
    assert "connector con-two held an audit (tag hcx-hold of pc-two) lea@contoso.example: let it go" in rows


def test_a_plan_of_one_cloud_has_its_tasks_alone(kept: Stage) -> None:
    """JSON goes to standard output; the plan is about the cloud, its connector and their mesh."""
    document = json.loads(kept.told["cloud"].out)
    subjects = {task["subject"] for group in document["groups"] for task in group["tasks"]}

    assert (kept.told["cloud"].code, document["private_cloud"], document["private_clouds"]) == (0, "pc-one", ["pc-one"])
    assert {"pc-one", "con-one"} < subjects
    assert len(subjects) == 3


def test_another_target_is_only_asked_for(kept: Stage) -> None:
    """What if: a Markdown file for the other target, nothing on standard output, and no newest plan for others."""
    text = (kept.folder / "what-if.md").read_text("utf-8")

    assert kept.told["what-if"].out == ""
    assert text.startswith("# Plan simulated: HCX 4.11.3\n")
    assert f"to plan {kept.hash}" not in kept.told["diff"].out


# --- shown ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("coverage", "pc-two"),
        ("calendar", "evenings"),
        ("exposure", "2 releases behind 4.11.4"),
        ("forecast", "NO START KNOWN"),
    ],
)
def test_what_follows_from_the_newest_plan_is_shown(kept: Stage, name: str, told: str) -> None:
    """Each of the four is a table and exits with 0."""
    assert told in kept.told[name].out
    assert kept.told[name].code == 0


def test_what_is_shown_is_a_document_as_well(kept: Stage) -> None:
    """`show exposure` needs the catalogue beside the plan, and gives programs the same."""
    managers = json.loads(kept.told["exposure.json"].out)["managers"]

    assert {one["manager"] for one in managers} == {"pc-one", "pc-two", "con-one", "con-two"}


def test_why_tells_of_the_plan(kept: Stage) -> None:
    """A planned connector has its wave, its start and what it waits for; a held cloud has who holds it."""
    planned = kept.told["why con-one"].out

    assert f"plan {kept.hash}" in planned
    assert all(words in planned for words in ("wave first", "Tue 24 Nov 2026 20:00 UTC", "pc-one", "window evenings"))
    assert "is blocked [held]: an audit (tag hcx-hold of pc-two)" in kept.told["why pc-two"].out


# --- compared and refused ---------------------------------------------------------------------------------------------


def test_two_plans_are_compared_in_words(kept: Stage) -> None:
    """A change of fleet.yaml is told with what it comes to, and comparing exits with 0."""
    assert kept.told["diff"].code == 0
    assert "fleet.yaml was changed" in kept.told["diff"].out
    assert "tasks of ours at a time: 5 instead of 4" in kept.told["diff"].out


def test_a_plan_that_nobody_made_is_wrong_use(kept: Stage) -> None:
    """Exit 2, and nothing is observed."""
    assert (kept.told["none"].code, kept.told["none"].out) == (2, "")
    assert "no plan is kept" in kept.told["none"].err


def test_a_changed_policy_voids_a_plan(kept: Stage) -> None:
    """Exit 3 with the difference; nothing was sent."""
    assert kept.told["refused"].code == 3
    assert f"plan {kept.hash} does not fit what is there now, so nothing was started" in kept.told["refused"].err
    assert "fleet.yaml was changed" in kept.told["refused"].err


def changes(answered: Answered) -> list[Mapping[str, Any]]:
    """What `diff --live` found, as programs read it."""
    found: list[Mapping[str, Any]] = json.loads(answered.out)["changes"]
    return found


def test_what_the_provider_did_meanwhile_is_progress(kept: Stage) -> None:
    """`--live` exits with 0: the cloud manager moved, as the plan waits for."""
    (moved,) = changes(kept.told["live"])

    assert kept.told["live"].code == 0
    assert (moved["subject"], moved["kind"], moved["expected"]) == ("pc-one", "version", True)
    assert json.loads(kept.told["live"].out)["holds"]


# --- carried out ------------------------------------------------------------------------------------------------------


def test_a_plan_is_carried_out_by_its_hash(kept: Stage) -> None:
    """The run names the plan, takes the provider's upgrade as done, and changes what the plan leaves to us alone."""
    report = json.loads(kept.told["carried out"].out)
    ended = {one["name"]: one["bucket"] for one in report["subjects"] if one["kind"] == "private-cloud"}

    assert kept.told["carried out"].code == 3, "the other cloud is held"
    assert report["plan"]["hash"].startswith(kept.hash)
    assert ended == {"pc-one": "upgraded", "pc-two": "blocked"}
    assert "since the plan: manager pc-one 4.11.2 → 4.11.4" in kept.told["carried out"].err
    assert len(kept.calls) == 3
    assert {one.partition(":")[0] for one in kept.calls} == {"manager", "mesh"}
    assert kept.calls[0] == "manager:con-one"


def test_what_a_run_of_the_plan_did_is_no_drift(kept: Stage) -> None:
    """Afterwards everything that moved was expected."""
    found = changes(kept.told["after"])

    assert kept.told["after"].code == 0
    assert {one["subject"] for one in found} > {"pc-one", "con-one"}
    assert all(one["expected"] for one in found)


# --- somebody else was there ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def strayed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Somebody upgrades a connector that the plan has as ours."""
    who = '- {who: somebody@contoso.example, about: "manager:con-one", do: upgrade-manager, at: PT20M}'
    for stage in staged(tmp_path_factory.mktemp("strayed"), f"{WORLD}people:\n  {who}\n"):
        stage.play("plan", "plan", "--out", "plan.json")
        stage.advance("07:00")
        stage.play("live", "diff", "plan.json", "--live")
        stage.advance("07:10")
        stage.play("refused", "run", "--plan", stage.hash)
        yield stage


def test_what_nobody_expected_is_told_with_its_versions(strayed: Stage) -> None:
    """`--live` exits with 3 and says that it was not us."""
    assert strayed.told["live"].code == 3
    assert "manager con-one 4.11.2 → 4.11.4, not by us, before its task began" in strayed.told["live"].out
    assert f"Plan {strayed.hash} is stale" in strayed.told["live"].out


def test_a_run_of_a_stale_plan_starts_nothing(strayed: Stage) -> None:
    """Exit 3 with the same difference, and not one changing call."""
    assert strayed.told["refused"].code == 3
    assert "manager con-one 4.11.2 → 4.11.4, not by us, before its task began" in strayed.told["refused"].err
    assert strayed.calls == []
