"""The confirmations file: which mutating HCX routes somebody has shown to be right, and for which certificate."""

from pathlib import Path
from typing import Literal

from shared.model.confirmation import Confirmation, Confirmations
from shared.policy.canonical import digest
from shared.policy.edge import Edge, Text, Thumbprint
from shared.policy.edge_time import Day
from shared.policy.reading import read_file


class ConfirmationPart(Edge):
    """One mutating route confirmed for one certificate authority or one manager certificate."""

    route: Text
    """Id of the route."""
    generation: Literal["4.x", "9.x"]
    """HCX API generation."""
    trust: Thumbprint
    """SHA-256 of the authority's certificate or of the manager's own one."""
    evidence: Text
    """What it rests on, in words."""
    author: Text
    """Who says so."""
    confirmed_on: Day
    """Day of the confirmation."""


class ConfirmationsFile(Edge):
    """All confirmations."""

    entries: tuple[ConfirmationPart, ...]
    """Every confirmed route."""


def read_confirmations(path: Path | None) -> Confirmations:
    """Read the confirmations; no path, or nothing at it, means that there are none.

    Raises:
        PolicyInvalidError: there is a file and it holds errors. It is not taken for none, since a mistake in it should
            not look like a decision.
    """
    present = path is not None and path.exists()
    return confirmations_of(read_file(path, ConfirmationsFile) if path and present else ConfirmationsFile(entries=()))


def confirmations_of(file: ConfirmationsFile) -> Confirmations:
    """The records of a validated file. Their order says nothing, so it does not count for the hash."""
    entries = (
        Confirmation(
            route=part.route,
            generation=part.generation,
            trust=part.trust,
            evidence=part.evidence,
            author=part.author,
            confirmed_on=part.confirmed_on,
        )
        for part in file.entries
    )
    return Confirmations(
        entries=tuple(entries),
        hash=digest(sorted((part.model_dump(mode="json", by_alias=True) for part in file.entries), key=digest)),
    )
