"""Ways back and soaks in words: for `why`, for a run's status, and for every report."""

from collections.abc import Iterator

from shared.model.soaking import SoakStanding
from shared.model.view import RunView
from shared.model.way_back import ManagerClock, PairClock
from shared.report.sheet import Grid, Sheet
from shared.report.words import moment, several, took


def sentence(clock: ManagerClock) -> str:
    """What protects one manager, and for how long still."""
    left = f"; {took(clock.left)} left" if clock.left else ""
    return f"{clock.manager}: {clock.note}{left}"


def pair_sentence(pair: PairClock) -> str:
    """Until when both managers of a pairing can go back."""
    both = f"{pair.managers[0]} and {pair.managers[1]}"
    if pair.left is None:
        return f"{both} can go back together until somebody deletes what leads there"
    if not pair.left or pair.until is None:
        return f"{both} cannot go back together any more: nothing leads {pair.limited_by} back"
    return f"{both} can go back together until {moment(pair.until)}, as long as {pair.limited_by} can"


def soak_sentence(soak: SoakStanding) -> str:
    """How the soak of a wave stands."""
    looks = f", {len(soak.samples)} of {several(soak.wanted, 'look', 'looks')} taken" if soak.wanted else ""
    if soak.end is None:
        return f"wave {soak.wave} is watched until {moment(soak.until)}{looks}"
    why = f": {'; '.join(soak.end.reasons)}" if soak.end.reasons else ""
    return f"wave {soak.wave} was watched until {moment(soak.end.ended_at)}{looks}: {soak.end.verdict.value}{why}"


def lines(view: RunView, task: str) -> Iterator[str]:
    """What leads the manager of one task back, and its pairings; one sentence each."""
    clocks = [one for one in view.ways_back.managers if one.task == task]
    managers = {one.manager for one in clocks}
    yield from (f"{sentence(one)}." for one in clocks)
    yield from (f"{pair_sentence(one)}." for one in view.ways_back.pairs if managers & set(one.managers))


def way_back_sheet(view: RunView) -> Sheet:
    """Every changed manager with what leads it back, the pairings, and the waves that are watched."""
    return Sheet(
        grids=(
            Grid(
                columns=("MANAGER", "LEADS BACK", "TO", "UNTIL", "LEFT"),
                rows=tuple(_row(one) for one in view.ways_back.managers),
            ),
        ),
        foot=(
            *(f"{pair_sentence(one)}." for one in view.ways_back.pairs),
            *(f"{soak_sentence(one)}." for one in view.soaks),
        ),
    )


def _row(clock: ManagerClock) -> tuple[str, ...]:
    until = moment(clock.expires_at) if clock.expires_at else ""
    left = "gone" if clock.left is not None and not clock.left else took(clock.left) if clock.left else "no end"
    return clock.manager, clock.kind.value, clock.back_to, until, left
