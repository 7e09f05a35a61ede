"""The journal as a chain: each link holds the digest of the one before it, so that nothing is changed unseen."""

from shared.model.record import record
from shared.model.run import JournalEntry


@record
class Link:
    """One entry of the journal of a run, in its place."""

    run: str
    sequence: int
    """From one, without gaps."""
    entry: JournalEntry
    previous: str
    """Digest of the link before it; of the first one, 64 zeros."""
    digest: str
    """SHA-256 over run, sequence, previous and entry, in hexadecimal digits: see `shared.rules.chain`."""
