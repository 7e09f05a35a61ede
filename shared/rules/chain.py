"""The chain of a journal: each link's digest covers the one before it, so nothing is changed, lost or moved unseen.

What the chain cannot show by itself is that its last links were cut off: whoever wants to know that compares the number
of links, or the last digest, with what was told elsewhere.
"""

import hashlib
from collections.abc import Iterable, Iterator

from shared.model.canonical import canonical
from shared.model.chain import Link
from shared.model.codec import to_json
from shared.model.command import Command
from shared.model.document import Json
from shared.model.run import JournalEntry

START = "0" * 64
"""What stands in the place of the digest before the first link."""

_EMPTY: tuple[Json, ...] = (None, "", [])


def link_after(last: Link | None, run: str, entry: JournalEntry) -> Link:
    """The link that an entry becomes behind the last one of its run; None where it is the first."""
    return next_link(run, last.sequence if last else 0, last.digest if last else START, entry)


def next_link(run: str, sequence: int, digest: str, entry: JournalEntry) -> Link:
    """The same, for a caller that knows no more than the number and the digest of the last link: 0 and START."""
    following = sequence + 1
    return Link(
        run=run,
        sequence=following,
        entry=entry,
        previous=digest,
        digest=digest_of(run, following, digest, entry),
    )


def digest_of(run: str, sequence: int, previous: str, entry: JournalEntry | Command) -> str:
    """SHA-256 over the canonical JSON of run, sequence, previous and entry, in hexadecimal digits.

    What is empty in an entry is left out, so that a chain stays whole when a later release knows of more fields.
    """
    covered = {"run": run, "sequence": sequence, "previous": previous, "entry": _without_empty(to_json(entry))}
    return hashlib.sha256(canonical(covered)).hexdigest()


def faults(links: Iterable[Link]) -> tuple[str, ...]:
    """Every link that breaks the chain, in order, each with how; the first one tells where it began.

    Links come in the order in which they were kept. Empty: the chain is whole from its first link to its last.
    """
    return tuple(_faults(links))


def _faults(links: Iterable[Link]) -> Iterator[str]:
    last: Link | None = None
    for link in links:
        wrong = _out_of_place(last, link) or _unlike(last, link)
        if wrong:
            yield f"link {link.sequence} of run {link.run}, {link.entry.key}: {wrong}"
        last = link


def _out_of_place(last: Link | None, link: Link) -> str:
    if last is not None and link.run != last.run:
        return f"it belongs to another run than the links before it, which are of run {last.run}"
    expected = last.sequence + 1 if last else 1
    if link.sequence == expected:
        return ""
    if link.sequence < expected:
        return f"it is out of order: link {expected} should be here"
    missing = f"link {expected} is" if link.sequence == expected + 1 else f"links {expected} to {link.sequence - 1} are"
    return f"{missing} missing before it, or out of order"


def _unlike(last: Link | None, link: Link) -> str:
    if link.digest != digest_of(link.run, link.sequence, link.previous, link.entry):
        return "its entry, or what it says of its place, is not what was written: the digest is another"
    if link.previous != (last.digest if last else START):
        return "the link before it is not the one that it was written behind"
    return ""


def _without_empty(document: Json) -> Json:
    if isinstance(document, dict):
        kept = {name: _without_empty(value) for name, value in document.items()}
        return {name: value for name, value in kept.items() if value not in _EMPTY}
    if isinstance(document, list):
        return [_without_empty(value) for value in document]
    return document
