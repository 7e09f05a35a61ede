"""Admission: who may go, who goes, who never will."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.model.orders import Admission, Calendar, GrantWord, LeftOff, SlotWord, TaskBrief, WaveBrief
from shared.model.policy import Approval, Owner, Soak, SoakCriterion, TimeOutAction
from shared.model.run import Outcome, TaskResult
from shared.model.soaking import SoakVerdict
from shared.model.span import Opening
from shared.model.waiting import WaitingFor
from shared.rules.inconclusive import INCONCLUSIVE
from shared.rules.rollout import Rollout
from tests.rules import soaks

NOW = datetime(2026, 11, 24, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)


def brief(name: str, *depends_on: str, owner: Owner = Owner.OURS, networks: int = 0, calendar: str = "") -> TaskBrief:
    """A task as admission sees it; one with a calendar needs two hours."""
    needs = 2 * HOUR if calendar else timedelta()
    return TaskBrief(
        id=name, owner=owner, depends_on=depends_on, mesh=False, networks=networks, needs=needs, calendar=calendar
    )


def wave(name: str, *tasks: str, soak: Soak | None = None, approval: Approval | None = None) -> WaveBrief:
    """A wave without limits of its own."""
    return WaveBrief(name=name, tasks=tasks, concurrency=99, soak=soak, approval=approval)


def rollout_of(
    tasks: Iterable[TaskBrief], *waves: WaveBrief, concurrency: int = 9, max_failed: int | None = None
) -> Rollout:
    """A rollout of these tasks, in one wave where none is given."""
    tasks = tuple(tasks)
    one = WaveBrief(name="all", tasks=tuple(task.id for task in tasks), concurrency=99)
    return Rollout(Admission(tasks=tasks, waves=waves or (one,), concurrency=concurrency, max_failed=max_failed))


def end(name: str, outcome: Outcome = Outcome.SUCCEEDED, at: datetime = NOW) -> TaskResult:
    """The end of a task."""
    return TaskResult(
        task=name, outcome=outcome, reason="because", detail="it did", who_can_act="somebody", ended_at=at
    )


def aside(name: str, *, changed: bool = False) -> SlotWord:
    """A task gives its slot back."""
    return SlotWord(task=name, wanted=False, changed=changed)


def asked_again(rollout: Rollout, *names: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What becomes of tasks that ask for their slot again."""
    for name in names:
        rollout.hear(SlotWord(task=name, wanted=True))
    answer = rollout.readmit(NOW)
    return answer.back, answer.refused


def ends_of(results: Iterable[TaskResult]) -> dict[str, str]:
    """The reasons of tasks that ended as skipped."""
    return {one.task: one.reason for one in results if one.outcome is Outcome.SKIPPED}


# --- dependencies and slots -------------------------------------------------------------------------------------------


def test_a_task_waits_for_everything_it_depends_on() -> None:
    """A mesh task starts only when both its managers' tasks have succeeded."""
    rollout = rollout_of([brief("cloud"), brief("connector"), brief("mesh", "cloud", "connector")])

    first = rollout.admit(NOW).start
    rollout.apply(end("cloud"))
    between = rollout.admit(NOW).start
    rollout.apply(end("connector"))

    assert (first, between, rollout.admit(NOW).start) == (("cloud", "connector"), (), ("mesh",))


def test_only_tasks_of_ours_take_a_slot() -> None:
    """While the provider and people take their time, every slot is left for what we do ourselves."""
    waiting = [brief("p", owner=Owner.PROVIDER), brief("a", owner=Owner.ASSISTED)]
    rollout = rollout_of([*waiting, brief("one"), brief("two")], concurrency=1)

    assert rollout.admit(NOW).start == ("p", "a", "one")


def test_a_failure_stops_what_depends_on_it_and_nothing_else() -> None:
    """A failed task skips its dependants, and theirs, with the failure as the reason; others go on."""
    rollout = rollout_of([brief("cloud"), brief("con", "cloud"), brief("mesh", "con"), brief("other")], concurrency=1)
    rollout.admit(NOW)

    skipped = rollout.apply(end("cloud", Outcome.FAILED))

    assert ends_of(skipped) == {"con": "dependency", "mesh": "dependency"}
    assert rollout.admit(NOW).start == ("other",)


def test_what_depends_on_something_that_is_not_there_ends_with_the_reason() -> None:
    """A run does not hang on a dependency that is not in its plan, nor on two tasks that wait for each other."""
    rollout = rollout_of([brief("lost", "nowhere"), brief("egg", "hen"), brief("hen", "egg"), brief("good")])

    first = rollout.admit(NOW)
    rollout.apply(end("good"))
    second = rollout.admit(NOW)

    assert (first.start, first.skipped) == (("good",), ())
    assert ends_of(second.skipped) == dict.fromkeys(("lost", "egg", "hen"), "dependency")
    assert rollout.finished


def test_a_task_that_waits_for_people_gives_its_slot_back() -> None:
    """While one waits for a bundle another one goes; it goes on when a slot is free again, and before new ones."""
    rollout = rollout_of([brief("one"), brief("two"), brief("three")], concurrency=1)

    first = rollout.admit(NOW).start
    rollout.hear(aside("one"))
    second = rollout.admit(NOW).start
    rollout.hear(SlotWord(task="one", wanted=True))
    meanwhile = rollout.readmit(NOW).back
    rollout.apply(end("two"))

    assert (first, second, meanwhile) == (("one",), ("two",), ())
    assert (rollout.readmit(NOW).back, rollout.admit(NOW).start) == (("one",), ())


def test_a_word_of_a_task_that_has_ended_means_nothing() -> None:
    """A task that asks for its slot and ends before it gets it takes none."""
    rollout = rollout_of([brief("one"), brief("two")], concurrency=1)
    rollout.admit(NOW)
    rollout.hear(aside("one"))
    rollout.admit(NOW)
    rollout.hear(SlotWord(task="one", wanted=True))
    rollout.apply(end("one"))
    rollout.hear(SlotWord(task="one", wanted=True))

    assert rollout.readmit(NOW).back == ()


def test_the_first_end_of_a_task_stays() -> None:
    """A task that is said to have ended twice ended as it did first, and skips nothing anew."""
    rollout = rollout_of([brief("cloud"), brief("con", "cloud")], concurrency=1)
    rollout.apply(end("cloud"))

    assert rollout.apply(end("cloud", Outcome.FAILED)) == ()
    assert rollout.admit(NOW).start == ("con",)


def test_networks_in_change_are_capped() -> None:
    """A mesh that would bring too many extended networks into change waits, and a smaller one goes meanwhile."""
    tasks = (brief("big", networks=6), brief("next", networks=5), brief("small", networks=2))
    wave_of_all = WaveBrief(name="all", tasks=("big", "next", "small"), concurrency=9)
    rollout = Rollout(Admission(tasks=tasks, waves=(wave_of_all,), concurrency=9, networks_at_risk=8))

    first = rollout.admit(NOW).start
    waits = rollout.waiting(NOW)["next"].reason
    rollout.hear(aside("big", changed=True))

    assert (first, waits) == (("big", "small"), WaitingFor.NETWORKS)
    assert rollout.admit(NOW).start == ("next",)


def test_what_was_begun_goes_before_what_is_new() -> None:
    """While a mesh waits for room for its many networks, no smaller one takes what becomes free."""
    tasks = (brief("big", networks=6), brief("next", networks=5), brief("small", "late", networks=2), brief("late"))
    wave_of_all = WaveBrief(name="all", tasks=("big", "next", "small", "late"), concurrency=9)
    rollout = Rollout(Admission(tasks=tasks, waves=(wave_of_all,), concurrency=9, networks_at_risk=8))
    rollout.admit(NOW)
    rollout.hear(aside("big", changed=True))
    rollout.admit(NOW)
    rollout.apply(end("late"))

    meanwhile = (asked_again(rollout, "big"), rollout.admit(NOW).start)
    rollout.apply(end("next"))

    assert meanwhile == (((), ()), ())
    assert (asked_again(rollout), rollout.admit(NOW).start) == ((("big",), ()), ("small",))


def test_a_mesh_with_more_networks_than_the_cap_ends_with_the_reason() -> None:
    """It could never start, so it does not wait for ever."""
    wave_of_all = WaveBrief(name="all", tasks=("huge",), concurrency=9)
    tasks = (brief("huge", networks=9),)
    rollout = Rollout(Admission(tasks=tasks, waves=(wave_of_all,), concurrency=9, networks_at_risk=8))

    assert ends_of(rollout.admit(NOW).skipped) == {"huge": "networks"}


# --- the failure budget -----------------------------------------------------------------------------------------------


def test_a_strict_budget_counts_what_runs_as_failed() -> None:
    """With one failure left only one task of ours goes at a time, however many slots there are."""
    rollout = rollout_of([brief("one"), brief("two")], max_failed=1)

    first = rollout.admit(NOW).start
    waits = rollout.waiting(NOW)["two"]
    rollout.apply(end("one"))

    assert (first, waits.reason, rollout.admit(NOW).start) == (("one",), WaitingFor.BUDGET, ("two",))


def test_half_done_work_counts_while_it_waits() -> None:
    """A task that gave its slot back counts for the budget if it has changed something, and else not."""
    rollout = rollout_of([brief("one"), brief("two"), brief("three")], max_failed=1)
    rollout.admit(NOW)
    rollout.hear(aside("one", changed=False))
    second = rollout.admit(NOW).start
    rollout.hear(aside("two", changed=True))

    assert (second, rollout.admit(NOW).start) == (("two",), ())


def test_a_budget_that_is_used_up_ends_what_has_not_started() -> None:
    """What is ours ends as skipped with the budget as the reason; what others do goes on; the run ends."""
    tasks = [brief("one"), brief("two"), brief("mesh", "two", owner=Owner.ASSISTED), brief("p", owner=Owner.PROVIDER)]
    rollout = rollout_of(tasks, max_failed=1)
    rollout.admit(NOW)
    rollout.apply(end("one", Outcome.FAILED))

    ended = rollout.admit(NOW)
    rollout.apply(end("p"))

    assert ends_of(ended.skipped) == {"two": "budget", "mesh": "dependency"}
    assert rollout.finished


def test_a_task_that_changed_nothing_is_not_let_back_into_a_used_up_budget() -> None:
    """It is told to end; one that is half done is let back, since it counts already."""
    people = brief("theirs", owner=Owner.ASSISTED)
    rollout = rollout_of([brief("new"), brief("half"), people], max_failed=2)
    rollout.admit(NOW)
    rollout.hear(aside("new", changed=False))
    rollout.hear(aside("half", changed=True))
    rollout.apply(end("theirs", Outcome.FAILED))
    waits = asked_again(rollout, "new", "half")
    rollout.hear(aside("half", changed=True))
    rollout.apply(end("half", Outcome.FAILED))

    assert waits == (("half",), ())
    assert asked_again(rollout, "new") == ((), ("new",))
    assert rollout.let_off("new")


def test_without_strictness_the_budget_counts_failures_alone() -> None:
    """As many go as there are slots, until enough have failed."""
    tasks = (brief("one"), brief("two"), brief("three"))
    waves = (WaveBrief(name="all", tasks=("one", "two", "three"), concurrency=2),)
    rollout = Rollout(Admission(tasks=tasks, waves=waves, concurrency=9, max_failed=1, strict=False))

    first = rollout.admit(NOW).start
    rollout.apply(end("one", Outcome.FAILED))

    assert first == ("one", "two")
    assert ends_of(rollout.admit(NOW).skipped) == {"three": "budget"}


def test_a_wave_has_a_budget_of_its_own() -> None:
    """When that of the first wave is used up its rest ends, and the next wave goes."""
    waves = (WaveBrief(name="canary", tasks=("one", "two"), concurrency=1, max_failed=1), wave("broad", "three"))
    rollout = Rollout(Admission(tasks=(brief("one"), brief("two"), brief("three")), waves=waves, concurrency=9))
    rollout.admit(NOW)
    rollout.apply(end("one", Outcome.FAILED))

    after = rollout.admit(NOW)

    assert (ends_of(after.skipped), after.start) == ({"two": "budget"}, ("three",))


# --- waves ------------------------------------------------------------------------------------------------------------


CANARY = (brief("one"), brief("two"))


def test_a_wave_waits_for_the_one_before_and_for_its_soak() -> None:
    """The second wave goes a day after the last end of the first one, and says until when it waits."""
    rollout = rollout_of(CANARY, wave("canary", "one", soak=Soak(span=24 * HOUR)), wave("broad", "two"))
    rollout.admit(NOW)
    early = rollout.waiting(NOW)["two"]
    rollout.apply(end("one", at=NOW + HOUR))
    meanwhile = rollout.admit(NOW + HOUR)

    assert (early.reason, early.detail) == (WaitingFor.WAVE, "begins after wave canary")
    assert (meanwhile.start, [one.turn for one in meanwhile.news]) == ((), ["watched"])
    assert rollout.next_wake(NOW + HOUR) == NOW + 25 * HOUR
    assert [(one.wave, one.began) for one in meanwhile.watch] == [("canary", NOW + HOUR)]
    soaks.told(rollout, meanwhile.watch, NOW + 2 * HOUR)
    assert rollout.admit(NOW + 24 * HOUR).start == ()
    assert rollout.admit(NOW + 25 * HOUR).start == ("two",)


def test_a_wave_waits_for_what_the_soak_before_comes_to() -> None:
    """Though the time of it is over, nothing goes before somebody says how it came out."""
    rollout = rollout_of(CANARY, wave("canary", "one", soak=Soak(span=HOUR)), wave("broad", "two"))
    rollout.admit(NOW)
    rollout.apply(end("one"))
    watched = rollout.admit(NOW).watch

    assert rollout.admit(NOW + 9 * HOUR).start == ()
    assert rollout.next_wake(NOW + 9 * HOUR) is None
    soaks.told(rollout, watched, NOW + 9 * HOUR)
    assert rollout.admit(NOW + 9 * HOUR).start == ("two",)
    assert (rollout.released(), rollout.released()) == (("canary",), ())


def test_after_a_soak_that_failed_nothing_goes_and_everything_is_kept() -> None:
    """Every later task ends as skipped with what was seen, and no way back is given up."""
    rollout = rollout_of(CANARY, wave("canary", "one", soak=Soak(span=HOUR, samples=2)), wave("broad", "two"))
    rollout.admit(NOW)
    rollout.apply(end("one"))
    soaks.told(rollout, rollout.admit(NOW).watch, NOW + HOUR, SoakVerdict.FAIL)
    later = rollout.admit(NOW + HOUR)

    assert (later.start, ends_of(later.skipped), rollout.released()) == ((), {"two": "soak"}, ())
    assert later.skipped[0].detail == "wave canary did not come out as its soak asks: a tunnel"


def test_where_nobody_could_see_how_it_came_out_anybody_is_asked() -> None:
    """One word of whoever may approve lets the whole next wave go, and what was kept for the way back may go then."""
    rollout = rollout_of(CANARY, wave("canary", "one", soak=Soak(span=HOUR, samples=2)), wave("broad", "two"))
    rollout.admit(NOW)
    rollout.apply(end("one"))
    soaks.told(rollout, rollout.admit(NOW).watch, NOW + HOUR, SoakVerdict.INCONCLUSIVE)
    asked = rollout.admit(NOW + HOUR)
    kept = rollout.released()
    granted = rollout.grant(GrantWord(wave="broad", by="eve"), NOW + 2 * HOUR)
    goes = rollout.admit(NOW + 2 * HOUR)

    assert (asked.start, asked.news[-1].turn, kept) == ((), "asked", ())
    assert asked.news[-1].because.who_can_act == "anybody who may approve"
    assert "nobody can say whether wave canary came out as its soak asks: a tunnel" in asked.news[-1].because.detail
    assert (granted, goes.start, rollout.released()) == (True, ("two",), ("canary",))


@pytest.mark.parametrize("outcome", [Outcome.CANCELED, Outcome.BLOCKED, Outcome.WAITING, Outcome.UNKNOWN])
def test_where_nothing_was_changed_nothing_is_watched(outcome: Outcome) -> None:
    """Nobody waits for the soak of a wave in which nothing can have gone wrong."""
    rollout = rollout_of((brief("one"),), wave("canary", "one", soak=Soak(span=HOUR, samples=1)))
    rollout.admit(NOW)
    rollout.apply(end("one", outcome))

    assert rollout.admit(NOW).watch == ()


def test_what_nobody_could_judge_is_watched() -> None:
    """It is upgraded and verified, though its end is unknown."""
    rollout = rollout_of((brief("one"),), wave("canary", "one", soak=Soak(span=HOUR, samples=1)))
    rollout.admit(NOW)
    rollout.apply(replace(end("one", Outcome.UNKNOWN), reason=INCONCLUSIVE))

    assert [one.wave for one in rollout.admit(NOW).watch] == ["canary"]


def test_the_last_wave_is_watched_too() -> None:
    """It has nobody behind it to stop, so that the run itself says what became of it."""
    rollout = rollout_of((brief("one"),), wave("canary", "one", soak=Soak(span=HOUR, samples=1)))
    rollout.admit(NOW)
    rollout.apply(end("one"))
    watched = rollout.admit(NOW).watch
    before = rollout.problem
    soaks.told(rollout, watched, NOW + HOUR, SoakVerdict.FAIL)

    assert (before, rollout.problem) == ("", "wave canary did not come out as its soak asks: a tunnel")


@pytest.mark.parametrize(
    ("criterion", "outcome", "goes"),
    [
        (SoakCriterion.NO_FAILURES, Outcome.FAILED, False),
        (SoakCriterion.NO_FAILURES, Outcome.WAITING, True),
        (SoakCriterion.ALL_UPGRADED, Outcome.WAITING, False),
        (SoakCriterion.ALL_UPGRADED, Outcome.SUCCEEDED, True),
    ],
)
def test_a_wave_that_did_not_come_out_as_it_must_is_the_last(
    criterion: SoakCriterion, outcome: Outcome, *, goes: bool
) -> None:
    """Every task of every later wave ends as skipped with the soak as the reason."""
    soak = Soak(span=HOUR, require=(criterion,))
    rollout = rollout_of(
        (*CANARY, brief("three")), wave("canary", "one", soak=soak), wave("broad", "two"), wave("rest", "three")
    )
    rollout.admit(NOW)
    rollout.apply(end("one", outcome))
    early = rollout.admit(NOW)
    soaks.told(rollout, early.watch, NOW)

    later = rollout.admit(NOW + HOUR)

    assert later.start == (("two",) if goes else ())
    assert ends_of((*early.skipped, *later.skipped)) == ({} if goes else {"two": "soak", "three": "soak"})


TWO_OF_THREE = Approval(approvers=("ann", "bob", "leads"), minimum=2, time_out=48 * HOUR)


def test_a_wave_goes_when_enough_people_let_it_go() -> None:
    """Two different people of those asked, each for themselves or for a group; nobody counts twice or uninvited."""
    rollout = rollout_of(CANARY, wave("canary", "one"), wave("broad", "two", approval=TWO_OF_THREE))
    rollout.admit(NOW)
    ahead = rollout.grant(GrantWord(wave="broad", by="ann"), NOW)
    rollout.apply(end("one"))
    asked = rollout.admit(NOW)
    granted = [
        rollout.grant(GrantWord(wave="broad", by=by, approver=approver), NOW)
        for by, approver in (("eve", ""), ("ann", ""), ("ann", "leads"))
    ]
    still = rollout.admit(NOW).start
    rollout.grant(GrantWord(wave="broad", by="carl", approver="leads"), NOW)

    assert (ahead, granted, still) == (False, [False, True, True], ())
    assert (asked.news[-1].turn, asked.news[-1].because.who_can_act) == ("asked", "2 of ann, bob, leads")
    assert rollout.admit(NOW).start == ("two",)


def test_a_wave_that_nobody_lets_go_is_cancelled_with_all_later_ones() -> None:
    """Its tasks, and those of later waves, end as skipped when the time-out is over."""
    waves = (wave("canary", "one", approval=TWO_OF_THREE), wave("broad", "two"))
    rollout = rollout_of(CANARY, *waves)
    asked = rollout.admit(NOW)
    waiting = rollout.waiting(NOW)["one"]

    assert (asked.start, rollout.asking, waiting.reason) == ((), "canary", WaitingFor.APPROVAL)
    assert rollout.next_wake(NOW) == waiting.due == NOW + 48 * HOUR
    assert ends_of(rollout.admit(NOW + 48 * HOUR).skipped) == {"one": "approval", "two": "approval"}
    assert not rollout.grant(GrantWord(wave="canary", by="ann"), NOW)


def test_an_approval_can_be_waited_for_without_end() -> None:
    """Then no time wakes anybody, and it still counts after the time-out."""
    approval = Approval(approvers=("ann",), time_out=HOUR, on_time_out=TimeOutAction.KEEP_WAITING)
    rollout = rollout_of([brief("one")], wave("canary", "one", approval=approval))
    rollout.admit(NOW)

    assert rollout.next_wake(NOW) is None
    assert rollout.admit(NOW + 100 * HOUR).skipped == ()
    assert rollout.grant(GrantWord(wave="canary", by="ann"), NOW + 100 * HOUR)
    assert rollout.admit(NOW + 100 * HOUR).start == ("one",)


def test_a_wave_of_which_nothing_was_started_is_not_watched() -> None:
    """Where everything in it was skipped there is nothing to soak, and nobody is asked for it."""
    soak = Soak(span=24 * HOUR)
    waves = (
        wave("a", "one"),
        WaveBrief(name="b", tasks=("two",), concurrency=1, soak=soak, approval=TWO_OF_THREE),
        wave("c", "three"),
    )
    rollout = rollout_of((brief("one"), brief("two", "one"), brief("three")), *waves)
    rollout.admit(NOW)
    rollout.apply(end("one", Outcome.BLOCKED))

    assert rollout.admit(NOW).start == ("three",)


@pytest.mark.parametrize(
    "waves", [(wave("a", "one"), wave("b", "two", "one")), (wave("a", "one"),), (wave("a", "two"), wave("b", "one"))]
)
def test_waves_that_cannot_be_followed_are_refused(waves: tuple[WaveBrief, ...]) -> None:
    """A task in two waves or in none, and one that depends on a task of a later wave, are mistakes of the plan."""
    with pytest.raises(ValueError, match="wave"):
        rollout_of((brief("one"), brief("two", "one")), *waves)


# --- windows ----------------------------------------------------------------------------------------------------------


def opening(start: int, end: int, last_start: int | None = None) -> Opening:
    """A window in hours from now."""
    last = end if last_start is None else last_start
    return Opening(opens=NOW + start * HOUR, closes=NOW + end * HOUR, last_start=NOW + last * HOUR)


def in_windows(tasks: Iterable[TaskBrief], *openings: Opening) -> Rollout:
    """A rollout with the calendar `night`."""
    tasks = tuple(tasks)
    one = WaveBrief(name="all", tasks=tuple(task.id for task in tasks), concurrency=9)
    calendars = (Calendar(key="night", openings=openings),)
    return Rollout(Admission(tasks=tasks, waves=(one,), concurrency=9, calendars=calendars))


def test_a_task_of_ours_starts_inside_a_window_that_it_fits_into() -> None:
    """Not before it opens, not where too little is left of it, not after the last start."""
    rollout = in_windows([brief("one", calendar="night")], opening(1, 2), opening(3, 9, last_start=4), opening(24, 27))

    early = rollout.admit(NOW)

    assert (early.start, rollout.next_wake(NOW)) == ((), NOW + 3 * HOUR)
    assert [(one.turn, one.until) for one in early.news] == [("window", NOW + 3 * HOUR)]
    assert rollout.waiting(NOW)["one"].next_look == NOW + 3 * HOUR
    assert rollout.admit(NOW + 5 * HOUR).start == ()
    assert rollout.next_wake(NOW + 5 * HOUR) == NOW + 24 * HOUR
    assert rollout.admit(NOW + 25 * HOUR).start == ("one",)


def test_a_window_that_was_missed_while_the_slots_were_taken_is_missed() -> None:
    """A task that was ready in the window and finds it closed waits for the next one."""
    tasks = (brief("one"), brief("two", calendar="night"))
    waves = (WaveBrief(name="all", tasks=("one", "two"), concurrency=1),)
    calendars = (Calendar(key="night", openings=(opening(0, 3), opening(24, 27))),)
    rollout = Rollout(Admission(tasks=tasks, waves=waves, concurrency=1, calendars=calendars))
    rollout.admit(NOW)
    rollout.apply(end("one"))

    assert rollout.admit(NOW + 2 * HOUR).start == ()
    assert rollout.next_wake(NOW + 2 * HOUR) == NOW + 24 * HOUR


def test_a_task_that_no_window_is_left_for_ends_with_the_reason() -> None:
    """So does one whose calendar is not there at all: what is missing means no."""
    rollout = in_windows([brief("late", calendar="night"), brief("odd", calendar="nowhere")], opening(0, 3))

    assert ends_of(rollout.admit(NOW + 2 * HOUR).skipped) == {"late": "window", "odd": "window"}
    assert rollout.finished


def test_windows_are_for_ours_alone() -> None:
    """When the provider or a person works is theirs to decide."""
    tasks = [brief(owner.value, owner=owner, calendar="night") for owner in (Owner.PROVIDER, Owner.ASSISTED)]

    assert in_windows(tasks, opening(24, 27)).admit(NOW).start == ("provider", "assisted")


def test_time_never_goes_back() -> None:
    """A clock that is set back opens no window again and starts nothing twice."""
    rollout = in_windows([brief("one", calendar="night")], opening(0, 3), opening(24, 27))

    assert rollout.admit(NOW + 4 * HOUR).start == ()
    assert rollout.admit(NOW).start == ()
    assert rollout.admit(NOW + 24 * HOUR).start == ("one",)


# --- a run that goes on -----------------------------------------------------------------------------------------------


def test_what_was_half_done_goes_on_first() -> None:
    """After the run's host went away it goes before all others, counts for the budget, and asks for no window."""
    half = TaskBrief(
        id="half", owner=Owner.OURS, depends_on=(), mesh=False, calendar="night", left_off=LeftOff(begun=("step",))
    )
    wave_of_all = WaveBrief(name="all", tasks=("new", "half"), concurrency=9, approval=TWO_OF_THREE)
    calendars = (Calendar(key="night", openings=()),)
    rollout = Rollout(
        Admission(tasks=(brief("new"), half), waves=(wave_of_all,), concurrency=9, max_failed=1, calendars=calendars)
    )

    assert rollout.admit(NOW).start == ("half",)
    assert rollout.waiting(NOW)["new"].reason is WaitingFor.BUDGET


def test_a_wave_that_was_let_go_before_is_not_asked_for_again() -> None:
    """What was approved once stays approved when the run's host comes back."""
    opened = WaveBrief(name="all", tasks=("one",), concurrency=9, approval=TWO_OF_THREE, opened=True)

    assert rollout_of([brief("one")], opened).admit(NOW).start == ("one",)


@pytest.mark.parametrize("outcome", [Outcome.CANCELED, Outcome.SUCCEEDED])
def test_an_end_from_before_lets_no_wave_go(outcome: Outcome) -> None:
    """A task that was canceled while its wave was asked, or that ended in another run, is no word for the others."""
    before = replace(brief("one"), left_off=LeftOff(result=end("one", outcome)))
    rollout = rollout_of([before, brief("two")], wave("all", "one", "two", approval=TWO_OF_THREE))
    rollout.apply(end("one", outcome))

    assert (rollout.admit(NOW).start, rollout.asking) == ((), "all")
