"""Freezes whose time or place is not clear."""

from collections.abc import Iterator

from shared.policy.edge_time import moment_of
from shared.policy.marked_yaml import Marked, line_of
from shared.policy.problems import Problem, Where
from shared.policy.walking import blocks, is_there, problem_at, text_at, texts_at, value_at


def unclear_freezes(root: Marked) -> Iterator[Problem]:
    """Every freeze without an end or without any time, one that ends before it begins, one for a site that is none."""
    sites = {text_at(root, (*site, "name")) for site in blocks(root, "sites")}
    for freeze in blocks(root, "freezes"):
        yield from _time(root, freeze)
        for where, name in texts_at(root, (*freeze, "sites")):
            if name not in sites:
                yield problem_at(root, where, "is the name of no site in this file (sites)")


def _time(root: Marked, freeze: Where) -> Iterator[Problem]:
    start, end, ics = ((*freeze, key) for key in ("from", "to", "ics"))
    dated = [where for where in (start, end) if is_there(root, where)]
    if is_there(root, ics) and dated:
        yield problem_at(root, ics, f"give either ics or from and to (line {line_of(root, dated[0])}), not both")
    elif dated == [start]:
        yield problem_at(root, start, "is the beginning of a freeze without an end: add the key `to`")
    elif dated == [end]:
        yield problem_at(root, end, "is the end of a freeze without a beginning: add from")
    elif not dated and not is_there(root, ics):
        yield problem_at(root, freeze, "is a freeze without a time: add from and to, or ics")
    else:
        yield from _order(root, start, end)


def _order(root: Marked, start: Where, end: Where) -> Iterator[Problem]:
    begins, ends = (value_at(root, where, moment_of) for where in (start, end))
    if begins and ends and ends <= begins:
        yield problem_at(root, end, f"must be later than from in line {line_of(root, start)}")
