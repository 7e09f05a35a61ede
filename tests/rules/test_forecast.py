"""The forecast: the same admission, driven through virtual time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.model.orders import Admission, Calendar, TaskBrief, WaveBrief
from shared.model.plan import Estimate
from shared.model.policy import Approval, Owner, Soak
from shared.model.span import Opening
from shared.model.waiting import WaitingFor
from shared.rules.forecast import Forecast, forecast

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def task(name: str, *depends_on: str, owner: Owner = Owner.OURS, calendar: str = "") -> TaskBrief:
    """A task that needs three hours of a window."""
    return TaskBrief(id=name, owner=owner, depends_on=depends_on, mesh=False, needs=3 * HOUR, calendar=calendar)


def takes(p50: int, p90: int) -> Estimate:
    """So many hours."""
    return Estimate(p50=p50 * HOUR, p90=p90 * HOUR, basis="a test")


def night(day: int) -> Opening:
    """The window of one night, ten hours from noon and five hours long."""
    opens = NOW + day * DAY + 10 * HOUR
    return Opening(opens=opens, closes=opens + 5 * HOUR, last_start=opens + 4 * HOUR)


def admission_of(*tasks: TaskBrief, waves: tuple[WaveBrief, ...] = (), concurrency: int = 9) -> Admission:
    """These tasks, in one wave where none is given, with three nights to work in."""
    one = WaveBrief(name="all", tasks=tuple(one.id for one in tasks), concurrency=9)
    return Admission(
        tasks=tasks,
        waves=waves or (one,),
        concurrency=concurrency,
        calendars=(Calendar(key="nights", openings=(night(0), night(1), night(2))),),
    )


def forecast_of(admission: Admission, **more: tuple[Estimate, ...]) -> Forecast:
    """A month ahead; what takes no time of its own takes one hour, or three where it goes slowly."""
    durations = {one.id: more.get(one.id, (takes(1, 3),)) for one in admission.tasks}
    return forecast(admission, durations, NOW, NOW + 30 * DAY)


def test_work_goes_on_in_its_windows() -> None:
    """Half of the times two tasks fit into one night, nine times in ten the second one needs the next."""
    found = forecast_of(admission_of(task("one", calendar="nights"), task("two", "one", calendar="nights")))

    assert (found.tasks[0].start_p50, found.tasks[0].end_p90) == (NOW + 10 * HOUR, NOW + 13 * HOUR)
    assert (found.tasks[1].start_p50, found.tasks[1].start_p90) == (NOW + 11 * HOUR, NOW + DAY + 10 * HOUR)
    assert (found.ends_p50, found.ends_p90) == (NOW + 12 * HOUR, NOW + DAY + 13 * HOUR)
    assert (found.nights, found.never) == (2, {})


def test_soaks_and_approvals_take_their_time() -> None:
    """The second wave goes a day and eight hours after the first has ended: watched, then asked for and let go."""
    waves = (
        WaveBrief(name="canary", tasks=("one",), concurrency=1, soak=Soak(span=DAY)),
        WaveBrief(name="broad", tasks=("two",), concurrency=1, approval=Approval(approvers=("leads",), minimum=2)),
    )

    found = forecast_of(admission_of(task("one"), task("two"), waves=waves))

    assert found.tasks[1].start_p50 == NOW + HOUR + DAY + 8 * HOUR
    assert found.approvals == ("broad",)


def test_an_approval_that_takes_longer_than_its_time_out_ends_the_wave() -> None:
    """What never starts is told with the reason."""
    approval = Approval(approvers=("ann",), time_out=4 * HOUR)
    waves = (WaveBrief(name="all", tasks=("one",), concurrency=1, approval=approval),)

    found = forecast_of(admission_of(task("one"), waves=waves))

    assert found.never["one"].reason is WaitingFor.APPROVAL
    assert (found.ends_p50, found.ends_p90) == (None, None)


def test_others_begin_on_the_date_that_they_announced() -> None:
    """The provider's task starts then, and what depends on it after that."""
    admission = admission_of(task("cloud", owner=Owner.PROVIDER), task("con", "cloud"))
    durations = {one.id: (takes(1, 2),) for one in admission.tasks}

    found = forecast(admission, durations, NOW, NOW + 30 * DAY, not_before={"cloud": NOW + 7 * DAY})

    assert [one.start_p50 for one in found.tasks] == [NOW + 7 * DAY, NOW + 7 * DAY + HOUR]
    assert found.nights == 1


def test_a_split_task_waits_for_a_window_between_its_pieces_without_a_slot() -> None:
    """Its second piece goes in the next night, and meanwhile another task has the one slot."""
    admission = admission_of(task("split", calendar="nights"), task("other"), concurrency=1)

    found = forecast_of(admission, split=(takes(3, 3), takes(2, 3)), other=(takes(1, 1),))

    assert (found.tasks[0].start_p50, found.tasks[0].end_p50) == (NOW + 10 * HOUR, NOW + DAY + 12 * HOUR)
    assert found.tasks[1].end_p50 == NOW + HOUR


def test_what_no_window_is_left_for_never_starts() -> None:
    """A task that comes too late, and one whose rest finds no window, are told with the reason."""
    admission = admission_of(task("early"), task("late", "early", calendar="nights"), task("cut", calendar="nights"))

    found = forecast_of(admission, early=(takes(90, 90),), cut=(takes(3, 3),) * 4)

    assert {name: one.reason for name, one in found.never.items()} == dict.fromkeys(("late", "cut"), WaitingFor.WINDOW)


def test_what_lies_behind_the_horizon_is_told_as_it_waits_then() -> None:
    """A task that waits for the provider beyond the horizon says so."""
    admission = admission_of(task("cloud", owner=Owner.PROVIDER), task("con", "cloud"))
    durations = {one.id: (takes(1, 2),) for one in admission.tasks}

    found = forecast(admission, durations, NOW, NOW + DAY, not_before={"cloud": NOW + 7 * DAY})

    assert (found.never["con"].reason, found.never["con"].who_can_act) == (WaitingFor.DEPENDENCY, "the provider")
    assert found.ends_p90 is None


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_closed_time_makes_nothing_start_earlier(data: st.DataObject) -> None:
    """Whatever nights are taken away: without limits that tasks share, none starts before it did.

    With such limits another task may take the place of one that has to wait, which is what they are for. The last night
    stays, since what never starts holds up no later wave.
    """
    size = data.draw(st.integers(1, 8))
    tasks = tuple(
        replace(
            task(str(index), calendar=data.draw(st.sampled_from(("", "one", "two")))),
            depends_on=tuple(data.draw(st.sets(st.integers(0, index - 1).map(str), max_size=2))) if index else (),
        )
        for index in range(size)
    )
    cut = data.draw(st.integers(0, size))
    names = [one.id for one in tasks]
    waves = tuple(
        WaveBrief(name=name, tasks=tuple(part), concurrency=99, soak=Soak(span=data.draw(st.integers(0, 40)) * HOUR))
        for name, part in (("canary", names[:cut]), ("broad", names[cut:]))
    )
    keys = ("one", "two")
    taken = {key: data.draw(st.sets(st.integers(0, 40))) for key in keys}
    durations = {one.id: (takes(data.draw(st.integers(1, 3)), 3),) for one in tasks}
    before = {key: tuple(night(day) for day in range(60)) for key in keys}
    after = {
        key: tuple(one for day, one in enumerate(nights) if day not in taken[key]) for key, nights in before.items()
    }

    found = [
        forecast(
            Admission(
                tasks=tasks,
                waves=waves,
                concurrency=99,
                calendars=tuple(Calendar(key=key, openings=one) for key, one in nights.items()),
            ),
            durations,
            NOW,
            NOW + 90 * DAY,
        )
        for nights in (before, after)
    ]

    assert not found[0].never
    for was, now in zip(found[0].tasks, found[1].tasks, strict=True):
        assert was.start_p50 is not None
        assert was.start_p90 is not None
        assert now.start_p50 is None or now.start_p50 >= was.start_p50
        assert now.start_p90 is None or now.start_p90 >= was.start_p90
