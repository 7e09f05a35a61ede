"""How far apart versions may be: between the managers of a pair, and between a mesh and its managers.

A measure says how many minor releases a combination is beyond what is allowed: 0 satisfies the rule, and a smaller
number is nearer to it. None is further than any number: no order of minor releases mends it. Distances are counted in
minor releases inside one major, since across majors they mean nothing; patches and builds count for nothing.

Versions must be known; what is not understood has no measure, and whoever asks decides what that means.
"""

from shared.model.version import Version
from shared.rules.catalogue.records import CompulsoryMesh, NeverPaired, Skew, StrictMesh


def apart(a: Version, b: Version, skew: Skew) -> int | None:
    """How far two managers of a pair are beyond the limit between them.

    Returns:
        Minor releases beyond the limit, 0 where they are within it; None where they must never be paired, be it by a
        rule or because nothing is known of pairs across those majors.
    """
    if a.major != b.major or never_paired(a, b, skew) is not None:
        return None
    return max(0, abs(a.minor - b.minor) - skew.managers.minors)


def behind(appliance: Version, newest_manager: Version, skew: Skew) -> int | None:
    """How far the appliances of a mesh are behind the newer one of its managers, beyond the limit.

    Appliances that are ahead are no further than ones that are level: measured is what a manager's upgrade leaves.

    Returns:
        Minor releases beyond the limit, 0 where they are within it; None where they are of another major.
    """
    if appliance.major != newest_manager.major:
        return None
    return max(0, newest_manager.minor - appliance.minor - skew.appliances.minors)


def further(before: int | None, after: int | None) -> bool:
    """Whether a measure has become worse: None is worse than any number, and as bad as None."""
    if before is None:
        return False
    return after is None or after > before


def never_paired(a: Version, b: Version, skew: Skew) -> NeverPaired | None:
    """The rule by which two managers must never be paired, in whichever order they are named."""
    return next(
        (
            rule
            for rule in skew.never_paired
            if (rule.one.holds(a) and rule.other.holds(b)) or (rule.one.holds(b) and rule.other.holds(a))
        ),
        None,
    )


def compulsory(appliance: Version, manager: Version, skew: Skew) -> CompulsoryMesh | None:
    """The border that lies between appliances and a manager beyond it, so that these must be upgraded."""
    return next(
        (
            rule
            for rule in skew.compulsory_meshes
            if appliance.older_than(rule.crosses) and not manager.older_than(rule.crosses)
        ),
        None,
    )


def strict(release: Version, skew: Skew) -> StrictMesh | None:
    """The rule by which a mesh going to this release waits for every manager paired with one of its own two."""
    return next((rule for rule in skew.strict_meshes if rule.target.holds(release)), None)
