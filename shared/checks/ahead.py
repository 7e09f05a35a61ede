"""Whether a manager has an upgrade before it, for checks that matter only then."""

from shared.checks.interface import CheckContext, Judgement
from shared.checks.silent import not_concerned


def ahead(context: CheckContext, manager: str) -> bool:
    """Whether there is something to upgrade it to; what is not known may be ahead."""
    facts, target = context.facts.of(manager), context.target
    version = facts.version if facts else None
    if target is None:
        return False
    return version is None or not version.known or not target.known or version.older_than(target)


def nothing_ahead(manager: str) -> Judgement:
    """What a check says of one that stays where it is."""
    return not_concerned(f"{manager} has nothing to be upgraded to")
