"""Following a run: how far it is, what it waits for, who can act, and when to look again."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.model.codec import to_json_text
from shared.model.plan import Plan
from shared.model.policy import Owner, Soak
from shared.model.run import JournalEntry, JournalKind, Outcome, RunState
from shared.model.soaking import SoakSample
from shared.model.waiting import Waiting, WaitingFor
from shared.rules.resume import turn_key
from tests.api.api_fleet import LATER, Api
from tests.api.commanded_fleet import CLOUD, CONNECTOR, WAVE, commanded, ended, over
from tests.builders.fleet_facts import NOW

RUN = "/v1/runs/r1"


@pytest.fixture
def api(tmp_path: Path) -> Api:
    """An API with an empty store."""
    return Api(tmp_path)


def _wait(api: Api, task: str | None, reason: WaitingFor, key: str = "w", **more: Any) -> None:
    """A task, or a whole wave, has come to wait."""
    waiting = Waiting(reason=reason, detail="so it is", since=NOW, who_can_act="Ann", **more)
    if task:
        api.journal("r1", JournalKind.ADMITTED, task, f"{task}/admitted")
    entry = JournalEntry(key=key, at=NOW, kind=JournalKind.WAITING, text="so", task=task, waiting=waiting)
    api.store.append("r1", entry)


def _ours(api: Api, plan: Plan) -> None:
    """The same plan, with everything in it done by hcx-fleet."""
    tasks = [tuple(replace(task, owner=Owner.OURS) for task in group.tasks) for group in plan.groups]
    groups = tuple(replace(group, tasks=own) for group, own in zip(plan.groups, tasks, strict=True))
    api.store.put_plan(replace(plan, groups=groups))


def test_progress_counts_every_task_once(api: Api) -> None:
    """One has ended as wanted, the other has not begun, and nobody knows when a person begins it."""
    commanded(api, asking=False)
    ended(api, "r1", CLOUD, Outcome.SUCCEEDED)
    progress = api.call("GET", RUN).json()["progress"]

    assert progress == {
        "done": 1,
        "running": 0,
        "waiting": 1,
        "failed": 0,
        "skipped": 0,
        "total": 2,
        "etaP50": None,
        "etaP90": None,
        "etaBasis": None,
    }


def test_how_long_it_still_takes(api: Api) -> None:
    """Where hcx-fleet does everything itself, as ISO 8601 durations, with what they rest on."""
    _ours(api, commanded(api, asking=False))
    progress = api.call("GET", RUN).json()["progress"]

    assert progress["etaP50"].startswith("P")
    assert progress["etaP90"].startswith("P")
    assert progress["etaBasis"].startswith("public figures")


def test_a_run_that_moves(api: Api) -> None:
    """It says how far it is, that hcx-fleet acts, and to look again soon."""
    commanded(api, asking=False)
    api.journal("r1", JournalKind.ADMITTED, CLOUD, "a")
    answer = api.call("GET", RUN)
    body = answer.json()

    assert (body["detail"]["phase"], answer.headers["retry-after"]) == ("running", "15")
    assert (body["why"], body["whoCanAct"]) == ("1 task is under way, 1 wait, 0 of 2 have ended.", "hcx-fleet")


def test_a_run_before_its_plan(api: Api) -> None:
    """Nothing is known yet but that it observes."""
    api.keep_run("r1")
    body = api.call("GET", RUN).json()

    assert (body["detail"]["phase"], body["why"], body["progress"]["total"]) == ("running", "Observes, and plans.", 0)


@pytest.mark.parametrize(
    ("reason", "phase", "seconds"),
    [
        (WaitingFor.PERSON, "waitingForPeople", "300"),
        (WaitingFor.PROVIDER, "waitingForProvider", "300"),
        (WaitingFor.WINDOW, "waitingForWindow", "300"),
        (WaitingFor.PAUSED, "paused", "60"),
        (WaitingFor.HCX_JOB, "running", "15"),
    ],
)
def test_what_it_waits_for(api: Api, reason: WaitingFor, phase: str, seconds: str) -> None:
    """In one line, since when and who can act; and the longer it may take, the later to look again."""
    commanded(api, asking=False)
    ended(api, "r1", CLOUD, Outcome.SUCCEEDED)
    _wait(api, CONNECTOR, reason)
    answer = api.call("GET", RUN)
    body = answer.json()

    assert (body["detail"]["phase"], answer.headers["retry-after"]) == (phase, seconds)
    if phase != "running":
        assert body["why"].startswith("Waits for ")
        assert body["why"].endswith(" since 24 Nov 06:00: so it is.")
        assert (body["whoCanAct"], body["progress"]["etaP50"]) == ("Ann", None)


@pytest.mark.parametrize(("minutes", "seconds"), [(-5, "15"), (0, "15"), (2, "120"), (600, "300")])
def test_when_to_look_again_is_when_it_is_known_to_move(api: Api, minutes: int, seconds: str) -> None:
    """Not before a window opens, and not much after; but never in a hurry, and never out of sight."""
    commanded(api, asking=False)
    ended(api, "r1", CLOUD, Outcome.SUCCEEDED)
    _wait(api, CONNECTOR, WaitingFor.WINDOW, next_look=LATER + timedelta(minutes=minutes))

    assert api.call("GET", RUN).headers["retry-after"] == seconds


def test_it_waits_to_be_let_go(api: Api) -> None:
    """Whoever may let the wave go can act; after that the run moves."""
    commanded(api)
    body = api.call("GET", RUN).json()
    key = turn_key(WAVE, "open", meshes=False, anew=0)
    api.store.append("r1", JournalEntry(key=key, at=NOW, kind=JournalKind.ADMITTED, text="go"))

    assert (body["detail"]["phase"], body["whoCanAct"]) == ("waitingForApproval", "Ann or ops")
    assert body["why"].startswith(f"Waits for an approval since 24 Nov 06:00: wave {WAVE} is to be let go")
    assert api.call("GET", RUN).json()["detail"]["phase"] == "running"


def test_it_waits_for_the_window_of_a_wave(api: Api) -> None:
    """What a whole wave waits for is what its tasks wait for, until that time has come."""
    commanded(api, asking=False)
    key = turn_key(WAVE, "window", meshes=False, anew=0)
    _wait(api, None, WaitingFor.WINDOW, f"{key}/1", next_look=LATER + timedelta(hours=1))
    first = api.call("GET", RUN).json()["detail"]["phase"]
    _wait(api, None, WaitingFor.WINDOW, f"{key}/0", next_look=LATER)

    assert first == "waitingForWindow"


def test_a_wave_is_watched(api: Api) -> None:
    """While a wave soaks and the next one waits for it, that is what goes on."""
    plan = commanded(api, asking=False)
    first, soak = plan.waves[0], Soak(span=timedelta(hours=4), samples=2)
    waves = (
        replace(first, name="one", tasks=(CLOUD,), approval=None, soak=soak),
        replace(first, name="two", tasks=(CONNECTOR,), approval=None),
    )
    groups = tuple(
        replace(group, tasks=tuple(replace(task, depends_on=()) for task in group.tasks)) for group in plan.groups
    )
    api.store.put_plan(replace(plan, waves=waves, groups=groups))
    ended(api, "r1", CLOUD, Outcome.SUCCEEDED)
    api.store.put_document("r1", "soak/one/look/1", to_json_text(SoakSample(number=1, at=LATER)))
    body = api.call("GET", RUN).json()

    assert (body["detail"]["phase"], body["whoCanAct"]) == ("soaking", "hcx-fleet")
    assert "wave one is watched until 24 Nov 11:30" in body["why"]


def test_a_paused_run(api: Api) -> None:
    """By a person's word, before any task has come to say so."""
    commanded(api, asking=False)
    api.call("POST", f"{RUN}:pause", {"by": "Ann"})
    body = api.call("GET", RUN).json()

    assert (body["detail"]["phase"], body["whoCanAct"]) == ("paused", "whoever may resume it")


def test_a_run_that_has_ended(api: Api) -> None:
    """It says how it came out and who moves what is left."""
    commanded(api)
    for task in (CLOUD, CONNECTOR):
        ended(api, "r1", task, Outcome.FAILED)
    over(api)
    answer = api.call("GET", RUN)
    body = answer.json()

    assert (body["detail"]["phase"], "retry-after" in answer.headers) == ("finished", False)
    assert body["why"].startswith("None of 1 private cloud is as wanted")
    assert (body["whoCanAct"], body["progress"]["failed"]) == ("x", 2)


def test_why_is_one_line_whatever_systems_say(api: Api) -> None:
    """What HCX and people say may have lines of its own; this has one."""
    commanded(api, asking=False)
    ended(api, "r1", CLOUD, Outcome.SUCCEEDED)
    waiting = Waiting(reason=WaitingFor.PERSON, detail="a\nb\r\n\tc", since=NOW, who_can_act="Ann")
    api.journal("r1", JournalKind.ADMITTED, CONNECTOR, "a")
    api.store.append(
        "r1", JournalEntry(key="w", at=NOW, kind=JournalKind.WAITING, text="so", task=CONNECTOR, waiting=waiting)
    )

    assert api.call("GET", RUN).json()["why"].endswith(": a b c.")


# --- lists in parts ---------------------------------------------------------------------------------------------------


def test_runs_are_listed_in_parts(api: Api) -> None:
    """Each part leads to the next one, and together they are all, though a run is added meanwhile."""
    for number in range(5):
        api.keep_run(f"r{number}", at=NOW + timedelta(minutes=number))
    seen, path = [], "/v1/runs?top=2"
    while path:
        part = api.call("GET", path).json()
        seen += [one["id"] for one in part["value"]]
        path = (part["nextLink"] or "").removeprefix("https://fleet.example")
        api.keep_run(f"new{len(seen)}", at=LATER)

    assert seen == ["r4", "r3", "r2", "r1", "r0"]


@pytest.mark.parametrize("query", ["top=0", "top=1001", "top=x", "after=nothing", "after=%FF", f"after={'x' * 401}"])
def test_parts_that_cannot_be(api: Api, query: str) -> None:
    """A wrong size or a place that is not in the list is refused by its field."""
    api.keep_run("r1")
    answer = api.call("GET", f"/v1/runs?{query}")

    assert (answer.status_code, answer.json()["code"]) == (422, "body.invalid")
    assert answer.json()["errors"][0]["field"] == query.split("=", maxsplit=1)[0]


def test_the_last_part_leads_nowhere(api: Api) -> None:
    """Nor does a list that fits into one, or has nothing in it."""
    empty = api.call("GET", "/v1/runs").json()
    api.keep_run("r1", state=RunState.SUCCEEDED)

    assert empty == {"value": [], "nextLink": None}
    assert api.call("GET", "/v1/runs?top=1").json()["nextLink"] is None
