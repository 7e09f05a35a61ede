"""What changed since the pass before, as lines for people and as the one sentence of a journal."""

from collections import Counter
from collections.abc import Iterator, Mapping

from shared.model.digest import Difference, Digest, Turn
from shared.ports import Store
from shared.report.stored import document_of
from shared.report.words import VERDICT, moment

DIGEST = "digest"
"""Name of the document with what a pass found to be other than the pass before it."""


def digest_of(store: Store, run: str) -> Digest | None:
    """What the pass of this run found to be other; None where there was no pass before it."""
    return document_of(store, run, DIGEST, Digest)


def digest_sentence(digest: Digest) -> str:
    """How much is other, and what is new or worse."""
    counted = Counter(one.turn for one in digest.differences)
    numbers = ", ".join(f"{counted[turn]} {turn.value}" for turn in Turn if counted[turn])
    worse = (one for one in digest.differences if one.turn in {Turn.NEW, Turn.WORSE})
    told = "; ".join(f"{one.turn.value} {one.check} on {one.subject}" for one in worse)
    return f"since run {digest.since}: {numbers or 'no finding changed'}{f' ({told})' if told else ''}"


def digest_lines(digest: Digest, called: Mapping[str, str]) -> tuple[str, ...]:
    """A head and one line for each difference, worst first.

    Args:
        digest: what is other.
        called: what people call subjects, by id; the id of a mesh is nothing to read.
    """
    head = f"Since run {digest.since} of {moment(digest.since_at)}"
    if not digest.differences:
        return (f"{head}, no finding changed.",)
    return (f"{head}, these findings changed:", *_lines(digest, called))


def _lines(digest: Digest, called: Mapping[str, str]) -> Iterator[str]:
    for one in digest.differences:
        subject = called.get(one.subject, one.subject)
        yield f"  {one.turn.value}: {subject}, {one.check} ({_verdicts(one)}): {one.summary}"


def _verdicts(one: Difference) -> str:
    was, now = (VERDICT[each] if each else None for each in (one.was, one.now))
    if one.turn is Turn.NEW:
        return now or "not looked at"
    return f"was {was}, now {now or 'not looked at'}"
