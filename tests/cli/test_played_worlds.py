"""The commands against simulated worlds: real processes, real sockets, the real app."""

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import httpx
import pytest

from cli.truth import Truth, World, read_truth
from cli.world_process import Pace, simulated
from shared.model.codec import from_json
from shared.model.plan import Plan
from shared.model.run import JournalKind
from shared.store.sqlite import SqliteStore
from tests.cli.command import ROOT, Answered, hcx_fleet, started

pytestmark = pytest.mark.story

ONE_PAIR = (ROOT / "examples" / "worlds" / "one-pair.yaml").read_text("utf-8")
EXPECTED = "{outcome: upgraded, reason: upgraded}"
PROBE = "probes: [{name: lyon-web, network: mesh-lyon-ne1-net1}]\n"


@pytest.fixture
def standing(tmp_path: Path) -> Iterator[tuple[Path, World]]:
    """A world of one pair whose time stands still, with its settings."""
    file = tmp_path / "one-pair.yaml"
    file.write_text(ONE_PAIR, "utf-8")
    with simulated(file, tmp_path / "world", Pace()) as world:
        yield tmp_path / "world" / "settings.env", world


def calls(truth: Truth) -> list[str]:
    """What hcx-fleet changed, or tried to."""
    return [one.subject for one in truth.mutations if one.caller == "api"]


def demo(folder: Path, world: str, *options: str) -> Answered:
    """Play a demo of a world file."""
    file = folder / "world.yaml"
    file.write_text(world, "utf-8")
    return hcx_fleet(folder, "demo", "--world", file, "--report-dir", folder / "reports", *options)


def waited_for(process: subprocess.Popen[str], store: Path, kind: JournalKind) -> bool:
    """Whether a command comes to write an entry of this kind into the journal of its run."""
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        if store.exists() and kind in _told(store):
            return True
        Event().wait(0.1)
    return False


def _told(store: Path) -> set[JournalKind]:
    with SqliteStore(store) as kept:
        return {entry.kind for run in kept.runs() for _, entry in kept.journal(run.request.id)}


# --- demo -----------------------------------------------------------------------------------------------------------


def test_a_demo_that_holds_exits_0(tmp_path: Path) -> None:
    """One document on stdout, both reports where it says, and nothing left over but those of the plan and the log."""
    answered = demo(tmp_path, ONE_PAIR, "-o", "json")
    document = json.loads(answered.out)

    assert answered.code == 0
    assert (document["holds"], document["buckets"]) == (True, {"upgraded": 1})
    assert document["changingCalls"] == 5
    assert (document["plan"]["tasks"], document["plan"]["waves"], document["plan"]["since"]) == (3, ["all"], [])
    assert [Path(place).name for place in document["reports"]] == ["report.html", "report.json"]
    assert all(Path(place).is_relative_to(tmp_path / "reports") for place in document["reports"])
    assert sorted(one.name for one in (tmp_path / "reports").iterdir()) == ["demo", "demo-plan", "hcx-fleet.log"]


def test_the_page_of_a_demo_has_outages_and_ways_back(tmp_path: Path) -> None:
    """Appliances and managers change within a demo: its page says what that cost each network and what leads back."""
    answered = demo(tmp_path, f"{ONE_PAIR}\n{PROBE}", "-o", "json")
    page = (tmp_path / "reports" / "demo" / "report.html").read_text("utf-8")
    outages, _, ways_back = page.partition("<h2>Outages of extended networks</h2>")[2].partition("<h2>Ways back</h2>")

    assert answered.code == 0
    assert "<td>mesh-lyon-ne1-net1 " in outages
    assert "<td>a probe" in outages
    assert '<path class="error" ' in outages.partition("<td>mesh-lyon-ne1-net1 ")[2]
    assert "<td>con-lyon<td>" in ways_back


def test_a_demo_that_does_not_hold_exits_1_and_says_what(tmp_path: Path) -> None:
    """A cloud that ended otherwise than expected is named; everything else is shown as well."""
    answered = demo(tmp_path, ONE_PAIR.replace(EXPECTED, "{outcome: blocked, reason: photon}"))

    assert answered.code == 1
    assert "pc-weu-01: expected blocked (photon), ended upgraded (upgraded)" in answered.out
    assert answered.out.rstrip().endswith("Does not hold: expectations.")


def test_a_demo_shows_its_plan_first_and_carries_that_out(tmp_path: Path) -> None:
    """The plan stands before anything runs; what the provider does until it is approved is told as progress."""
    moving = "approvedAfter: PT2H\nprovider: [{cloud: pc-weu-01, at: PT1H}]\n"
    provided = ONE_PAIR.replace("    owner: ours\n    applianceManagement: true\n", "")
    answered = demo(tmp_path, f"{provided}\n{moving}")
    shown, ended = answered.out.split("\nPRIVATE CLOUD ")

    assert answered.code == 0, answered.out
    assert "The plan, before anything runs:" in shown
    assert "con-lyon" in shown
    assert "Since the plan: manager pc-weu-01 4.11.2 → 4.11.4" in ended
    assert "✓ what was carried out is the plan that was shown" in ended


def test_without_confirmations_a_demo_changes_nothing(tmp_path: Path) -> None:
    """What would be ours becomes assisted, nobody acts, and the run ends by waiting: no changing call at all."""
    world = ONE_PAIR.replace(EXPECTED, "{outcome: waiting, reason: person}") + "\nconfirmations: false\n"
    answered = demo(tmp_path, world, "-o", "json")

    assert (answered.code, json.loads(answered.out)["changingCalls"]) == (0, 0)


def test_a_demo_with_time_that_passes_by_itself(tmp_path: Path) -> None:
    """At speed the same demo comes to the same end, and what it kept can be asked afterwards."""
    answered = demo(tmp_path, ONE_PAIR, "--speed", "1200", "--keep")
    settings = tmp_path / "reports" / "world" / "settings.env"

    assert answered.code == 0, answered.out
    assert "Every expectation and the truth hold." in answered.out
    assert hcx_fleet(tmp_path, "status", "demo", "--settings", settings).code == 0
    assert "is upgraded" in hcx_fleet(tmp_path, "why", "pc-weu-01", "--settings", settings).out


# --- looking --------------------------------------------------------------------------------------------------------


def test_looking_changes_nothing_and_says_all(standing: tuple[Path, World], tmp_path: Path) -> None:
    """`check`, `plan` and `show fleet` observe, print and exit 0 where everything is fine; no changing call is sent."""
    settings, world = standing
    check = hcx_fleet(tmp_path, "check", "--settings", settings)
    plan = hcx_fleet(tmp_path, "plan", "--settings", settings, "-o", "json", "--as", "lea")
    fleet = hcx_fleet(tmp_path, "show", "fleet", "--settings", settings)
    status = hcx_fleet(tmp_path, "status", "--settings", settings)

    assert (check.code, plan.code, fleet.code, status.code) == (0, 0, 0, 0), check.err + plan.err + fleet.err
    assert "\nREADY, observed from " in check.out
    assert {task.subject for task in from_json(Plan, json.loads(plan.out)).tasks} >= {"con-lyon", "pc-weu-01"}
    assert "con-lyon 4.11.2" in fleet.out
    assert status.out.startswith("Run check-")
    assert calls(read_truth(world.control)) == []


def test_the_next_check_says_what_changed_since(standing: tuple[Path, World], tmp_path: Path) -> None:
    """The first check has nothing to compare with; the next one ends with what became other, here nothing."""
    first, second = (hcx_fleet(tmp_path, "check", "--settings", standing[0]) for _ in range(2))

    assert "Since run" not in first.out
    assert second.out.rstrip().endswith("no finding changed.")


def test_a_check_says_ready_to_programs(standing: tuple[Path, World], tmp_path: Path) -> None:
    """The report with READY and its end beside it; progress stays out of standard output."""
    checked = hcx_fleet(tmp_path, "-o", "json", "check", "--settings", standing[0], "--as", "lea")
    document = json.loads(checked.out)

    assert (checked.code, document["ready"], document["countsUntil"] is not None) == (0, True, True)
    assert document["run"]["requestedBy"] == "lea (unauthenticated)"
    assert "2 managers" in checked.err


def test_a_broken_policy_is_told_before_anything_starts(standing: tuple[Path, World], tmp_path: Path) -> None:
    """Every error of fleet.yaml with its line, exit 2, and no run on record."""
    settings, _ = standing
    policy = settings.with_name("fleet.yaml")
    policy.write_text(policy.read_text("utf-8").replace("mode: plan-only", "mode: never\nweather: fine"), "utf-8")
    for command in ("check", "plan", "run", "serve"):
        answered = hcx_fleet(tmp_path, command, "--settings", settings)

        assert (answered.code, answered.out) == (2, ""), command
        told = answered.err.splitlines()
        assert len(told) == 2, answered.err
        assert all(text.startswith(f"error: {policy}:") for text in told)
    assert "There is no run yet" in hcx_fleet(tmp_path, "status", "--settings", settings).err


def test_a_cloud_that_is_not_there_is_wrong_use(standing: tuple[Path, World], tmp_path: Path) -> None:
    """Before the first observation the run finds out, after it the front door does: exit 2 both times."""
    for _ in range(2):
        answered = hcx_fleet(tmp_path, "run", "--cloud", "pc-nowhere", "--settings", standing[0])

        assert answered.code == 2
        assert "pc-nowhere" in answered.err


# --- running --------------------------------------------------------------------------------------------------------


def test_an_interrupted_run_says_how_to_come_back_and_goes_on(standing: tuple[Path, World], tmp_path: Path) -> None:
    """Ctrl-C exits 130; the same command goes on with the same run, and what was called once is not called again."""
    settings, world = standing
    first = started(tmp_path, "run", "--watch", "--settings", settings)
    assert waited_for(first, settings.with_name("store.sqlite"), JournalKind.CALLED)
    run = _interrupted(first)
    second = started(tmp_path, "run", "--watch", "--settings", settings)
    assert second.stderr is not None
    said = second.stderr.readline()
    Event().wait(4)  # long enough for a second call, if one were made

    assert said == f"Run {run} had not ended and goes on: what is done is observed and not repeated.\n"
    assert _interrupted(second) == run
    assert calls(read_truth(world.control)) == ["manager:pc-weu-01"]


def test_a_store_is_worked_on_by_one_process(standing: tuple[Path, World], tmp_path: Path) -> None:
    """While one process carries out a run, another one is refused instead of taking the run over."""
    settings, _ = standing
    first = started(tmp_path, "run", "--settings", settings)
    assert waited_for(first, settings.with_name("store.sqlite"), JournalKind.RUN_REQUESTED)
    second = hcx_fleet(tmp_path, "run", "--settings", settings)
    _interrupted(first)

    assert second.code == 2
    assert "another hcx-fleet carries out the runs of this store" in second.err


def _interrupted(process: subprocess.Popen[str]) -> str:
    """Press Ctrl-C; gives the run that the command tells how to come back to."""
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=20)

    assert process.returncode == 130
    assert "Start it again with the same command" in told
    return told.split("hcx-fleet status ")[-1].strip()


def test_an_interrupted_check_leaves_no_open_run(standing: tuple[Path, World], tmp_path: Path) -> None:
    """A check that somebody stops is closed, so that it does not keep the timer from its work."""
    settings, _ = standing
    process = started(tmp_path, "check", "--settings", settings)
    assert waited_for(process, settings.with_name("store.sqlite"), JournalKind.RUN_REQUESTED)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    status = hcx_fleet(tmp_path, "status", "--settings", settings, "-o", "json")

    assert json.loads(status.out)["run"]["state"] in {"Canceled", "Succeeded"}


def test_the_app_is_served_until_somebody_stops_it(standing: tuple[Path, World], tmp_path: Path) -> None:
    """`serve` prints its address, answers there, names the next timer, and says what stops with it."""
    settings, _ = standing
    process = started(tmp_path, "serve", "--port", "0", "--settings", settings)
    assert process.stdout is not None
    greeting = [process.stdout.readline() for _ in range(3)]
    address = greeting[0].split()[1]
    made = httpx.put(f"{address}/runs/r1", json={"kind": "plan"}, trust_env=False, timeout=30)
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=20)

    assert (made.status_code, made.headers["operation-location"]) == (201, f"{address}/runs/r1")
    assert "next at" in greeting[2]
    assert process.returncode == 130
    assert "Stopped." in told


def test_a_taken_port_is_wrong_use(standing: tuple[Path, World], tmp_path: Path) -> None:
    """A port that somebody else has is named."""
    _, world = standing
    taken = httpx.URL(world.control).port
    answered = hcx_fleet(tmp_path, "serve", "--port", taken, "--settings", standing[0])

    assert answered.code == 2
    assert f"port {taken}" in answered.err
