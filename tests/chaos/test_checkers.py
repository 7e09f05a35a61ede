"""Each checker finds the breach that it is there for, and nothing in a story that is as it should be."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.model.command import Command, CommandKind
from shared.model.ledger import Claim, ClaimState, Lease
from shared.model.plan import SubjectKind
from shared.model.run import (
    Bucket,
    JournalEntry,
    JournalKind,
    Outcome,
    Placed,
    Run,
    RunKind,
    RunRequest,
    RunState,
    RunTrigger,
    TaskResult,
)
from shared.rules.chain import link_after
from tests.chaos import checkers, obedience
from tests.chaos.checkers import ALWAYS, IN_THE_END, Checker, breaches
from tests.chaos.evidence import Evidence, PlannedTask

SIX = datetime(2026, 11, 24, 6, tzinfo=UTC)
CANCEL, PAUSE, RESUME = CommandKind.CANCEL, CommandKind.PAUSE, CommandKind.RESUME
MANAGERS, MESH = ("pc", "con"), "m-1"
ENDS = {"pc": "m-IX-R1", "con": "m-IX-I1"}


def at(minutes: int) -> str:
    """A moment, as the truth writes it."""
    return (SIX + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


def manager_call(manager: str, minutes: int, target: str = "4.10.3", status: int = 202) -> dict[str, Any]:
    """The call that upgrades a manager."""
    return {
        "at": at(minutes),
        "manager": manager,
        "route": "upgrade-manager-4x",
        "subject": f"manager:{manager}",
        "body": {"targetVersion": target},
        "caller": "api",
        "status": status,
    }


def mesh_call(minutes: int) -> dict[str, Any]:
    """The call that upgrades an appliance."""
    changed = {"route": "upgrade-appliance", "subject": f"mesh:{MESH}", "body": {"appliances": ["m-IX-I1"]}}
    return {**manager_call("con", minutes, status=200), **changed}


def change(subject: str, minutes: int, before: str = "4.9.2", after: str = "4.10.3") -> dict[str, Any]:
    """A version that changed."""
    return {"at": at(minutes), "subject": subject, "from": before, "to": after, "caller": "api"}


def claim(subject: str, step: str, state: ClaimState = ClaimState.DONE) -> Claim:
    """A claim as the ledger ends with it."""
    return Claim(
        subject=subject, step=step, generation=1, holder="run", state=state, job="job", at=SIX, mine=True, fence=1
    )


def lease(what: str, subject: str, token: int, minutes: int, holder: str = "") -> dict[str, Any]:
    """What became of a lease."""
    quiet = ["manager:con", "manager:pc"] if subject.startswith("mesh") else []
    return {
        "what": what,
        "at": (SIX + timedelta(minutes=minutes)).isoformat(),
        "subject": subject,
        "quiet": quiet,
        "holder": holder or f"run {subject}",
        "token": token,
        "until": (SIX + timedelta(minutes=minutes + 60)).isoformat(),
    }


def planned(subject: str, step: str, *clouds: str) -> PlannedTask:
    """A task of the run, which has the name of what it changes."""
    return PlannedTask(run="run", task=subject, subject=subject, clouds=clouds, steps=(step,))


def placed(subject: str) -> Placed:
    """A subject in its bucket."""
    kind = SubjectKind.MESH if subject == MESH else SubjectKind.CONNECTOR
    return Placed(kind=kind, subject=subject, bucket=Bucket.UPGRADED, reason="upgraded", detail="", who_acts_next="")


def entry(key: str, kind: JournalKind = JournalKind.PROGRESS, task: str | None = None) -> JournalEntry:
    """A journal entry."""
    return JournalEntry(key=key, at=SIX, kind=kind, text=key, task=task)


def chained(*entries: JournalEntry) -> Any:
    """A journal of these."""
    links: list[Any] = []
    for one in entries:
        links.append(link_after(links[-1] if links else None, "run", one))
    return tuple(links)


@pytest.fixture
def good() -> Evidence:
    """A story that is as it should be: two managers, then the one appliance pair of their mesh."""
    appliances = [
        {"name": name, "manager": manager, "release": "4.10.3", "tunnel": "UP"} for manager, name in ENDS.items()
    ]
    truth = {
        "managers": [{"id": one, "release": "4.10.3"} for one in MANAGERS],
        "meshes": [{"id": MESH, "name": "m", "initiator": "con", "receiver": "pc", "appliances": appliances}],
        "mutations": [manager_call("pc", 0), manager_call("con", 30), mesh_call(60)],
        "changes": [change("manager:pc", 20), change("manager:con", 50)]
        + [change(f"appliance:{name}", 65) for name in ENDS.values()],
        "logins": [{"secret": "pc", "failed": 1, "locked": False}],
    }
    request = RunRequest(
        id="run", kind=RunKind.UPGRADE, trigger=RunTrigger.HTTP, requested_by="somebody", requested_at=SIX
    )
    run = Run(request=request, state=RunState.SUCCEEDED, ended_at=SIX, placed=tuple(map(placed, (*MANAGERS, MESH))))
    return Evidence(
        truth=truth,
        runs=(run,),
        claims=(
            claim("manager:pc", "upgrade-manager:4.10.3"),
            claim("manager:con", "upgrade-manager:4.10.3"),
            claim(f"mesh:{MESH}", "upgrade-appliance:m-IX-I1:4.10.3"),
        ),
        links=(chained(entry("a"), entry("b", JournalKind.TASK_ENDED, "t"), entry("c", JournalKind.RUN_ENDED)),),
        leases=(
            lease("taken", "manager:pc", 1, 0),
            lease("given-back", "manager:pc", 1, 29),
            lease("taken", "manager:con", 2, 30),
            lease("given-back", "manager:con", 2, 59),
            lease("taken", f"mesh:{MESH}", 3, 60),
            lease("given-back", f"mesh:{MESH}", 3, 70),
        ),
        confirmed=("upgrade-manager-4x", "upgrade-appliance"),
        concurrency=1,
        target="4.10.3",
        tasks=(
            planned("manager:pc", "upgrade-manager:4.10.3", "pc"),
            planned("manager:con", "upgrade-manager:4.10.3", "pc", "other"),
            planned(f"mesh:{MESH}", "upgrade-appliance:m-IX-I1:4.10.3", "pc"),
        ),
        failures_max=1,
    )


def with_truth(evidence: Evidence, **changed: Any) -> Evidence:
    """The same story with another truth."""
    return replace(evidence, truth={**evidence.truth, **changed})


def and_also(evidence: Evidence, part: str, *more: Any) -> Evidence:
    """The same story, in which more of a kind happened."""
    return with_truth(evidence, **{part: [*evidence.truth[part], *more]})


def forged(good: Evidence) -> Iterator[tuple[Checker, Evidence]]:
    """For each checker, stories that it has to find."""
    mutations = good.truth["mutations"]
    yield checkers.one_mutation, and_also(good, "mutations", manager_call("pc", 1))
    yield checkers.one_mutation, and_also(good, "mutations", mesh_call(61))
    yield checkers.one_mutation, and_also(good, "mutations", manager_call("pc", 1, status=500))
    yield checkers.ledger_knows, replace(good, claims=good.claims[1:])
    unsent = claim("manager:pc", "upgrade-manager:4.10.3", ClaimState.CLAIMED)
    yield checkers.ledger_knows, replace(good, claims=(unsent, *good.claims[1:]))
    yield checkers.none_unconfirmed, replace(good, confirmed=("upgrade-appliance",))
    refused = {**manager_call("pc", 1, status=401), "route": "guessed"}
    yield checkers.none_unconfirmed, and_also(good, "mutations", refused)
    for wrong in ({"failed": 2, "locked": False}, {"failed": 1, "locked": True}):
        yield checkers.one_failed_login, with_truth(good, logins=[{"secret": "pc", **wrong}])
    early = [mutations[0], manager_call("con", 10), mutations[2]]
    yield checkers.within_concurrency, with_truth(good, mutations=early)
    yield checkers.within_concurrency, _failing(good, mutations=early)
    yield checkers.within_budget, replace(good, links=(chained(_failed("a"), _failed("b")),))
    yield checkers.within_budget, _failing(good)
    left_behind = [good.truth["changes"][0], change("manager:con", 50, "4.7.0"), *_others(good)[1:]]
    yield checkers.within_skew, with_truth(good, changes=left_behind)
    yield checkers.within_skew, with_truth(good, changes=[change("manager:pc", 20, after="9.0.0"), *_others(good)])
    lagging = [change(f"appliance:{name}", 65, "4.7.0") for name in ENDS.values()]
    yield checkers.within_skew, with_truth(good, changes=[*good.truth["changes"][:2], *lagging])
    taken = lease("taken", "manager:pc", 2, 5, "another task")
    yield checkers.lease_exclusive, replace(good, leases=(good.leases[0], taken))
    yield checkers.lease_exclusive, replace(good, leases=(good.leases[4], lease("taken", "manager:pc", 4, 61, "other")))
    yield checkers.lease_exclusive, replace(good, leases=(good.leases[2], lease("taken", f"mesh:{MESH}", 3, 31, "m")))
    yield checkers.lease_exclusive, replace(good, leases=(good.leases[4], good.leases[5], lease("taken", "x", 3, 80)))
    yield checkers.changed_under_lease, replace(good, leases=good.leases[2:])
    yield checkers.changed_under_lease, with_truth(good, mutations=[manager_call("pc", 29 + 5), *mutations[1:]])
    standing = Lease(
        subject="manager:pc", quiet=(), run="run", task="t", token=1, since=SIX, until=SIX + timedelta(hours=1)
    )
    yield checkers.leases_back, replace(good, held=(standing,))
    yield from forged_words(good)
    run = good.runs[0]
    for lost in (run.placed[1:], (*run.placed, run.placed[0])):
        yield checkers.all_counted, replace(good, runs=(replace(run, placed=lost),))
    links = good.links[0]
    for broken in (links[1:], (links[0], links[2]), (links[0], replace(links[1], entry=entry("x")), links[2])):
        yield checkers.chain_whole, replace(good, links=(broken,))
    yield checkers.chain_whole, replace(good, links=(chained(entry("a"), entry("a")),))
    for kind in (JournalKind.TASK_ENDED, JournalKind.RUN_ENDED):
        twice = chained(entry("a", kind, "t"), entry("b", kind, "t"))
        yield checkers.tasks_end_once, replace(good, links=(twice,))
    behind = [{"id": "pc", "release": "4.9.2"}, {"id": "con", "release": "4.10.3"}]
    yield checkers.at_target, with_truth(good, managers=behind)
    mesh = good.truth["meshes"][0]
    down = {**mesh, "appliances": [{**one, "tunnel": "DOWN"} for one in mesh["appliances"]]}
    yield checkers.at_target, with_truth(good, meshes=[down])


def forged_words(good: Evidence) -> Iterator[tuple[Checker, Evidence]]:
    """For each checker of what people said, stories that it has to find."""
    for stops, checker in ((CANCEL, obedience.cancel_respected), (PAUSE, obedience.pause_respected)):
        yield checker, told(good, said(stops, 15))
        yield checker, told(good, said(stops, 45, task=f"mesh:{MESH}"))
        yield checker, told(good, said(stops, 29, cloud="other"))
        yield checker, told(good, said(stops, 15), said(RESUME, 20, task="manager:con"))
    yield obedience.cancel_respected, told(good, said(CANCEL, 15), said(RESUME, 20))
    yield obedience.pause_respected, told(good, said(PAUSE, 15), said(RESUME, 61))
    yield obedience.commands_told, replace(good, commands=(("run", (said(PAUSE, 15),)),))


def _others(good: Evidence) -> list[dict[str, Any]]:
    changes: list[dict[str, Any]] = good.truth["changes"]
    return changes[1:]


def _failed(task: str) -> JournalEntry:
    end = TaskResult(task=task, outcome=Outcome.FAILED, reason="r", detail="", who_can_act="", ended_at=SIX)
    return replace(entry(task, JournalKind.TASK_ENDED, task), result=end)


def _failing(good: Evidence, **changed: Any) -> Evidence:
    """Both upgrades of managers fail: none of them leaves a new version behind."""
    managers = [{**one, "upgrade": "FAILED"} for one in good.truth["managers"]]
    return with_truth(good, managers=managers, changes=_others(good)[1:], **changed)


def said(kind: CommandKind, minutes: int, task: str | None = None, cloud: str | None = None) -> Command:
    """What somebody says; of nothing but the run where neither task nor cloud is named."""
    moment = SIX + timedelta(minutes=minutes)
    return Command(
        key=f"{kind}/{minutes}", kind=kind, by="somebody", authenticated=False, at=moment, task=task, cloud=cloud
    )


def told(good: Evidence, *commands: Command) -> Evidence:
    """The same story, in which that was said, and stands in the journal."""
    entries = [entry(f"command/{one.key}", JournalKind.COMMANDED) for one in commands]
    return replace(good, commands=(("run", commands),), links=(chained(*entries),))


def test_a_good_story_is_good(good: Evidence) -> None:
    """Nothing is found where nothing is wrong."""
    assert breaches(good, IN_THE_END) == ()


def test_every_breach_is_found(good: Evidence) -> None:
    """Every forged story is found by its checker, by its name."""
    missed = [
        f"{checker.__name__} {number}"
        for number, (checker, story) in enumerate(forged(good))
        if not any(one.startswith(checker.__name__) for one in breaches(story, (checker,)))
    ]
    assert missed == []


def test_every_checker_is_tried(good: Evidence) -> None:
    """There is a forged story for each checker, and each that holds always holds in the end as well."""
    assert {checker for checker, _ in forged(good)} == set(IN_THE_END)
    assert set(ALWAYS) <= set(IN_THE_END)


def test_what_may_be_repeated_is_no_breach(good: Evidence) -> None:
    """A call that was turned down untouched, a retry in another generation and somebody else's call are no breaches."""
    turned_down = and_also(good, "mutations", manager_call("pc", 0, status=409))
    by_hand = and_also(good, "mutations", {**manager_call("pc", 1), "caller": "person"})
    again = replace(
        and_also(good, "mutations", manager_call("pc", 1)),
        claims=(*good.claims, replace(good.claims[0], generation=2)),
    )
    for story in (turned_down, by_hand, again):
        assert breaches(story, (checkers.one_mutation,)) == ()


def test_words_that_mean_something_else_are_no_breach(good: Evidence) -> None:
    """A stop of another task or cloud, of what was begun before it, or at the moment of a call, hinders no call."""
    for kind in (CANCEL, PAUSE):
        for word in (
            said(kind, 45, task="manager:con"),
            said(kind, 31, cloud="other"),
            said(kind, 61),
            said(kind, 60),
        ):
            assert breaches(told(good, word), ALWAYS) == ()


def test_a_pause_that_was_ended_is_no_breach(good: Evidence) -> None:
    """What was paused goes on with the resume, at the same moment even; one task may go on alone."""
    for words in (
        (said(PAUSE, 15), said(RESUME, 30)),
        (said(PAUSE, 31), said(RESUME, 40, task=f"mesh:{MESH}")),
    ):
        assert breaches(told(good, *words), ALWAYS) == ()


def test_as_many_failures_as_may_are_no_breach(good: Evidence) -> None:
    """A strict budget of two lets two fail, and where there is none any number may."""
    two = replace(_failing(good), links=(chained(_failed("a"), _failed("b")),))

    assert breaches(replace(two, failures_max=2), (checkers.within_budget, checkers.within_concurrency)) == ()
    assert breaches(replace(two, failures_max=None), (checkers.within_budget,)) == ()


def test_what_another_run_begins_is_no_matter_of_a_cancel(good: Evidence) -> None:
    """A run that takes the lease in the moment in which a canceled one gave it back is not meant by that cancel."""
    before = (lease("taken", "manager:con", 1, 20), lease("given-back", "manager:con", 1, 30))
    again = lease("taken", "manager:con", 2, 30, "again manager:con")
    canceled = told(good, said(CANCEL, 25, task="manager:con"))
    tasks = (*good.tasks, replace(good.tasks[1], run="again"))

    assert breaches(replace(canceled, tasks=tasks, leases=(*before, again)), (obedience.cancel_respected,)) == ()
    assert breaches(replace(canceled, tasks=tasks, leases=before), (obedience.cancel_respected,)) != ()
