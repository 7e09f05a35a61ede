"""A journal as a table, and how its chain stands in a sentence."""

from collections.abc import Sequence

from shared.model.chain import Link
from shared.model.record import record
from shared.report.sheet import Grid, Sheet
from shared.report.words import moment, several
from shared.rules.chain import faults

_DIGEST = 12
"""Characters of a digest that people compare."""


@record
class Verdict:
    """Whether a journal is as it was written."""

    links: int
    run: str
    last: str
    """Digest of the last link: what shows, compared with what was told elsewhere, that none was cut off."""
    faults: tuple[str, ...]
    """Every link that breaks the chain; empty: it is whole."""

    @property
    def whole(self) -> bool:
        """Whether it is."""
        return not self.faults

    @property
    def sentence(self) -> str:
        """How it stands; the first broken link and how, where it is not whole."""
        if self.whole:
            number = several(self.links, "link", "links")
            return f"The journal of run {self.run} is whole: {number}, the last one is {self.last}."
        more = len(self.faults) - 1
        rest = f" {several(more, 'more break', 'more breaks')} after it." if more else ""
        return f"The journal is broken: {self.faults[0]}.{rest}"


def verdict_on(links: Sequence[Link], unreadable: str = "") -> Verdict:
    """Whether the links of one run are whole.

    Args:
        links: in the order in which they were kept, up to the first one that cannot be read.
        unreadable: which one cannot be read, and why; empty where all can.

    Raises:
        ValueError: there is nothing at all.
    """
    if not links and not unreadable:
        raise ValueError("there is no link")
    found = faults(links)
    return Verdict(
        links=len(links),
        run=links[0].run if links else "",
        last=links[-1].digest if links else "",
        faults=(*found, unreadable) if unreadable else found,
    )


def journal_sheet(links: Sequence[Link], verdict: Verdict) -> Sheet:
    """Everything that happened, in order, then how the chain stands."""
    return Sheet(
        grids=(Grid(columns=("NO", "WHEN", "KIND", "TASK", "WHAT", "DIGEST"), rows=tuple(map(_row, links))),),
        foot=(verdict.sentence,),
    )


def _row(link: Link) -> tuple[str, ...]:
    entry = link.entry
    return (
        str(link.sequence),
        moment(entry.at),
        entry.kind.value,
        entry.task or "",
        entry.text,
        link.digest[:_DIGEST],
    )
