"""What only several fields of `fleet.yaml` together can get wrong.

Looks at the tree rather than at the validated content, so that these errors are said together with all others. Whatever
has an error of its own is left out here: it is said once.
"""

from collections.abc import Iterator
from pathlib import Path

from shared.policy.contradictions.clouds import clouds_in_two_places
from shared.policy.contradictions.freezes import unclear_freezes
from shared.policy.contradictions.limits import impossible_limits
from shared.policy.contradictions.names import names_given_twice
from shared.policy.contradictions.probes import unclear_probes
from shared.policy.contradictions.quotes import values_without_quotes
from shared.policy.contradictions.sites import mixed_sites
from shared.policy.contradictions.trust import unclear_trust
from shared.policy.contradictions.waves import unclear_waves
from shared.policy.marked_yaml import Marked
from shared.policy.problems import Problem


def contradictions(root: Marked, folder: Path) -> Iterator[Problem]:
    """Every contradiction, each naming both places; files are looked for in `folder`."""
    yield from values_without_quotes(root)
    yield from names_given_twice(root)
    yield from unclear_trust(root, folder)
    yield from clouds_in_two_places(root)
    yield from unclear_waves(root)
    yield from mixed_sites(root)
    yield from unclear_freezes(root)
    yield from impossible_limits(root)
    yield from unclear_probes(root)
