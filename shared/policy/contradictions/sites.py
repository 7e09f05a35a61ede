"""Sites that are two things at once."""

from collections.abc import Iterator

from shared.policy.marked_yaml import Marked, line_of
from shared.policy.problems import Problem
from shared.policy.walking import blocks, is_there, problem_at


def mixed_sites(root: Marked) -> Iterator[Problem]:
    """Every connector of a private cloud, and every provider's date of a place that has no provider."""
    for site in blocks(root, "sites"):
        cloud, provider = (*site, "privateCloud"), (*site, "provider")
        if is_there(root, cloud):
            for connector in blocks(root, *site, "connectors"):
                message = (
                    f"stands at a site that is a private cloud (privateCloud, line {line_of(root, cloud)}): "
                    "give it a site on premises"
                )
                yield problem_at(root, connector, message)
        elif is_there(root, provider):
            message = f"belongs to a site with privateCloud, and the one in line {line_of(root, site)} has none"
            yield problem_at(root, provider, message)
