"""The skew rules as questions about hops, with their answers kept: a fleet asks the same few ones over and over."""

from functools import cache
from itertools import pairwise

from shared.model.record import record
from shared.model.version import Version
from shared.rules import skew as measure
from shared.rules.catalogue.records import Skew
from shared.rules.sequencing.records import Chain


@record
class Stop:
    """A release at which both managers of a mesh wait until its appliances have followed."""

    version: Version
    after: tuple[int, int]
    """How many hops the initiator and the receiver have behind them when they are there."""


class Measures:
    """What the rules say of single hops, of whole ways, and of meshes along them.

    A path, here, is a manager's source followed by its hops.
    """

    def __init__(self, skew: Skew) -> None:
        self.skew = skew
        self.allows = cache(self._allows)
        self.obstacle = cache(self._obstacle)
        self.needs = cache(self._needs)
        self.stops = cache(self._stops)
        self.wall = cache(self._wall)
        self._plain: dict[str, Version] = {}

    def plain(self, version: Version) -> Version:
        """The release of a version without its build, which no rule looks at; what is not understood as it is."""
        if not version.known:
            return version
        release = version.release
        return self._plain.get(release) or self._plain.setdefault(release, Version(release))

    def _allows(self, source: Version, target: Version, other: Version) -> bool:
        """Whether a hop takes a manager no further from satisfying the rules with one that is at `other`."""
        skew = self.skew
        return not measure.further(measure.apart(source, other, skew), measure.apart(target, other, skew))

    def _obstacle(self, path: Chain, other: Version) -> int | None:
        """The first hop of a path, from 0, that a partner staying at `other` does not allow."""
        return next((hop for hop, (a, b) in enumerate(pairwise(path)) if not self.allows(a, b, other)), None)

    def _needs(self, path: Chain, other: Chain) -> tuple[int | None, ...]:
        """How many hops a partner going along `other` must have behind it for each hop of a path.

        From that number on the hop is allowed wherever the partner is. None where it is not allowed at the partner's
        end, so that no such number says when it is.
        """
        return tuple(self._needed(a, b, other) for a, b in pairwise(path))

    def _needed(self, source: Version, target: Version, other: Chain) -> int | None:
        refused = [place for place, version in enumerate(other) if not self.allows(source, target, version)]
        needed = refused[-1] + 1 if refused else 0
        return needed if needed < len(other) else None

    def _stops(self, appliance: Version, one: Chain, other: Chain) -> tuple[Stop, ...] | None:
        """Where a mesh must be upgraded between hops so that its managers can get to the ends of their paths.

        As few stops as there can be: as long as the managers would get too far ahead of the appliances, these follow
        at the newest release that both managers come to before. Whether a stop is needed depends on the ends alone,
        since a way that gets ahead by smaller hops gets ahead as far in the end.

        Returns:
            None where there is no such release, so that no stop helps.
        """
        common = [
            Stop(version=a, after=(i, j)) for i, a in enumerate(one) for j, b in enumerate(other) if a.same_release(b)
        ]
        found: list[Stop] = []
        start, end = newer(one[0], other[0]), newer(one[-1], other[-1])
        while not self.carries(appliance, start, end):
            within = [
                stop
                for stop in common
                if appliance.older_than(stop.version)
                and self.carries(appliance, start, stop.version)
                and measure.strict(stop.version, self.skew) is None  # more managers would have to be there, all at once
            ]
            if not within:
                return None
            found.append(max(within, key=lambda stop: stop.version.order))
            appliance = start = found[-1].version
        return tuple(found)

    def carries(self, appliance: Version, start: Version, newest: Version) -> bool:
        """Whether appliances allow their newer manager to go from `start` to `newest` while they stay."""
        skew = self.skew
        return not measure.further(measure.behind(appliance, start, skew), measure.behind(appliance, newest, skew))

    def _wall(self, appliance: Version, start: Version, path: Chain) -> int | None:
        """The first hop of a path, from 0, that appliances which stay do not allow."""
        return next((hop for hop, to in enumerate(path[1:]) if not self.carries(appliance, start, to)), None)


def newer(a: Version, b: Version) -> Version:
    """The newer one of two known versions."""
    return b if a.older_than(b) else a
