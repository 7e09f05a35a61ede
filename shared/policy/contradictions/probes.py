"""Probes that ask in two ways, or in none."""

from collections.abc import Iterator

from shared.policy.marked_yaml import Marked, line_of
from shared.policy.problems import Problem
from shared.policy.walking import blocks, is_there, problem_at


def unclear_probes(root: Marked) -> Iterator[Problem]:
    """Every probe that has not exactly one of `url` and `host` with `port`."""
    for probe in blocks(root, "probes"):
        url, host, port = ((*probe, key) for key in ("url", "host", "port"))
        connects = [where for where in (host, port) if is_there(root, where)]
        if is_there(root, url) and connects:
            message = f"give either url or host and port (line {line_of(root, connects[0])}), not both"
            yield problem_at(root, url, message)
        elif not is_there(root, url) and len(connects) < len((host, port)):
            missing = "host and port, or url, are" if not connects else f"{'port' if host in connects else 'host'} is"
            yield problem_at(root, probe, f"{missing} missing: nobody knows what to ask")
