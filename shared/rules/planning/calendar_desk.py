"""Which openings count for which sites: made once for each set of windows, however many tasks go by it."""

from collections.abc import Iterable

from shared.model.plan import Estimate
from shared.model.policy import SiteEntry
from shared.model.record import record
from shared.model.span import Opening, Span
from shared.rules import durations, tags
from shared.rules.calendar import calendars
from shared.rules.calendar.closed_times import switchovers
from shared.rules.calendar.stretches import without
from shared.rules.planning.reasons import no_window
from shared.rules.planning.scene import Scene
from shared.rules.targets import NoTask


@record
class Times:
    """When work on some managers may go on."""

    openings: tuple[Opening, ...] | None
    """None: at any time."""
    key: str
    """Names this set of openings; equal for equal ones, empty for any time."""


class CalendarDesk:
    """Gives the openings for managers; keeps what it has worked out for the time of one plan."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._keys: dict[tuple[Opening, ...], str] = {}
        self._times: dict[tuple[str, ...], Times] = {}

    def times(self, managers: Iterable[str]) -> Times:
        """The openings in which the sites of all these managers are open, narrowed by the tags of their clouds."""
        names = tuple(managers)
        if names not in self._times:
            openings = self._of_sites(tuple(self._scene.sites[name] for name in names))
            for name in names:
                openings = calendars.narrow(openings, self._by_tag(name))
            openings = self._around_switchovers(names, openings)
            self._times[names] = Times(openings=openings, key=self._key(openings))
        return self._times[names]

    def splits(self, managers: Iterable[str], pieces: Iterable[Estimate]) -> bool:
        """Whether work of these pieces goes on in several windows: one night is better than two, so only if it must."""
        every = tuple(pieces)
        if not self._scene.policy.split or len(every) < 2:  # noqa: PLR2004 -- one piece cannot be split
            return False
        return not calendars.fits_ever(self.times(managers).openings, needed(every, split=False).p90)

    def tight(self, managers: Iterable[str], pieces: Iterable[Estimate]) -> NoTask | None:
        """Why work of these pieces fits into no window, None where it does."""
        scene, openings = self._scene, self.times(managers).openings
        needs = needed(pieces, split=scene.policy.split).p90
        if calendars.fits_ever(openings, needs):
            return None
        return no_window(calendars.why_not(openings, scene.inputs.now, needs), scene.policy, opens=bool(openings))

    def switchovers(self, managers: Iterable[str]) -> tuple[Span, ...]:
        """When migrations of these managers are scheduled to switch over."""
        seen = (self._scene.facts.of(name) for name in managers)
        return switchovers(one for facts in seen if facts and facts.migrations for one in facts.migrations.value)

    def _of_sites(self, sites: tuple[SiteEntry, ...]) -> tuple[Opening, ...] | None:
        closed = self._scene.closed.at(tuple(one.name for one in sites))
        return calendars.calendar_of(sites, self._scene.policy.windows, closed, self._scene.horizon)

    def _around_switchovers(
        self, names: tuple[str, ...], openings: tuple[Opening, ...] | None
    ) -> tuple[Opening, ...] | None:
        """Nothing that takes time may lie over a migration's scheduled switchover, so that time is no opening."""
        taken = self.switchovers(names)
        if not taken:
            return openings
        horizon = self._scene.horizon
        always = Opening(opens=horizon.start, closes=horizon.end, last_start=horizon.end)
        return without((always,) if openings is None else openings, taken)

    def _by_tag(self, manager: str) -> tuple[Opening, ...] | None:
        cloud, found = self._scene.clouds.get(manager), self._scene.restraints.get(manager)
        if cloud is None or found is None or found.window is None:
            return None
        window = tags.window_named(self._scene.policy, cloud, found.window)
        return calendars.of_windows((window,), self._scene.horizon) if window else ()

    def _key(self, openings: tuple[Opening, ...] | None) -> str:
        if openings is None:
            return ""
        return self._keys.setdefault(openings, f"c{len(self._keys) + 1}")


def needed(pieces: Iterable[Estimate], *, split: bool) -> Estimate:
    """How long a task needs without a break: all of it, or its longest piece where it may be split."""
    every = tuple(pieces)
    if split and every:
        return max(every, key=lambda one: one.p90)
    return durations.total(every)
