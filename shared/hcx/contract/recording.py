"""The file that a contract walk leaves: every answer without its values, and the API documents without their places.

Its hash is over everything else in it, so that a change by accident or by hand shows. A hash does not stop anybody who
means to lie: whoever confirms stands for the recording by name.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from shared.hcx.answer import Answer
from shared.hcx.contract.openapi import described
from shared.hcx.contract.proposals import Served
from shared.hcx.contract.shape import Difference
from shared.hcx.contract.verdicts import Judged, Verdict, judged
from shared.model.canonical import canonical
from shared.model.codec import Json, RecordUnreadableError, from_json, to_json
from shared.model.record import record

SCHEMA: Final = 1
"""Raised with every change that an older hcx-fleet could not read."""
RECORDING_MAX_BYTES: Final = 64 * 1024 * 1024
_KIND: Final = "hcx-fleet contract recording"


class RecordingUnusableError(ValueError):
    """The file is no recording, of another schema, or not as it was written; the message says which and what to do."""


@record
class RecordedCall:
    """One call and what came of it."""

    route: str
    method: str
    target: str
    """As the route table has it, its ids as `{…}`."""
    confidence: str
    """What the row rests on."""
    verdict: Verdict
    detail: str
    differences: tuple[Difference, ...] = ()
    more: tuple[str, ...] = ()
    """Paths in the answer that nobody expected."""
    status: int | None = None
    """None where there was no answer, or nothing was asked."""
    content_type: str = ""
    certificate: str = ""
    """SHA-256 of the certificate that answered."""
    whole: bool = True
    form: str = "none"
    """`json`, `xml`, `text`, `empty`, or `none` where there was no answer."""
    body: Any = None
    """The JSON of the answer, every value replaced."""

    @property
    def answer(self) -> Answer | None:
        """The answer as far as it was kept, for a parser to read; None where there was none."""
        if self.status is None:
            return None
        return Answer(
            manager="recorded",
            route=self.route,
            status=self.status,
            content_type=self.content_type,
            body=json.dumps(self.body).encode() if self.form == "json" else _PLACEHOLDERS.get(self.form, b""),
            whole=self.whole,
            token=None,
            retry_after_seconds=None,
            certificate=self.certificate,
        )

    @property
    def judged_again(self) -> Judged | None:
        """The verdict of this hcx-fleet on what was kept; None where there was no answer."""
        answer = self.answer
        return judged(answer, self.body) if answer else None


_PLACEHOLDERS: Final = {"xml": b"<recorded/>", "text": b"recorded"}


@record
class RecordedDocument:
    """One API document."""

    path: str
    status: int
    format: str
    """`openapi-3`, `swagger-2`, or `other`."""
    version: str
    """Version of the API, as the document says it; empty for other documents."""
    sha256: str
    """Of the document as it was served: two recordings of one document can be told apart from two documents."""
    certificate: str
    content: Any
    """None where it is no API document, or too large to be kept."""


@record
class RecordedCertificate:
    """Who answered."""

    leaf: str
    """SHA-256 of the manager's own certificate."""
    authorities: tuple[str, ...] = ()
    """SHA-256 of those trusted certificates that vouched for it; none where the certificate itself is pinned."""

    @property
    def anchors(self) -> frozenset[str]:
        """Everything that a confirmation can be bound to."""
        return frozenset({self.leaf, *self.authorities})


@record
class Recording:
    """Everything that is kept of one walk."""

    made_at: datetime
    generation: str | None
    """API generation that the manager speaks; None where it did not tell its version."""
    manager_version: str
    certificate: RecordedCertificate
    calls: tuple[RecordedCall, ...]
    documents: tuple[RecordedDocument, ...] = ()
    not_fetched: tuple[str, ...] = ()
    """Why links to documents were not followed, in our own words."""

    @property
    def served(self) -> tuple[Served, ...]:
        """The API documents in it, as far as they are understood."""
        return served(self.documents)


def served(documents: Iterable[RecordedDocument]) -> tuple[Served, ...]:
    """The API documents among these, as far as they are understood."""
    read = ((one, described(one.content)) for one in documents)
    return tuple(
        Served(path=one.path, version=found.version, operations=found.operations) for one, found in read if found
    )


def to_text(recording: Recording) -> str:
    """The file's content."""
    content = {"kind": _KIND, "schema": SCHEMA, **to_json(recording)}
    return json.dumps({**content, "hash": f"sha256:{_hash(content)}"}, indent=1, ensure_ascii=False) + "\n"


def read_recording(path: Path) -> Recording:
    """Read a recording.

    Raises:
        RecordingUnusableError: it cannot be used.
    """
    document = _document(path)
    if document.pop("kind", None) != _KIND:
        raise RecordingUnusableError(f"{path}: is no recording of hcx-fleet doctor --contract")
    if (schema := document.pop("schema", None)) != SCHEMA:
        raise RecordingUnusableError(
            f"{path}: has schema {schema!r}, and this hcx-fleet reads {SCHEMA}: record again with this one"
        )
    told = document.pop("hash", None)
    if told != f"sha256:{_hash({'kind': _KIND, 'schema': SCHEMA, **document})}":
        raise RecordingUnusableError(f"{path}: is not as it was written (its hash does not fit): record again")
    try:
        return from_json(Recording, document)
    except RecordUnreadableError as error:
        raise RecordingUnusableError(f"{path}: {error}") from None


def _document(path: Path) -> dict[str, Json]:
    try:
        if path.stat().st_size > RECORDING_MAX_BYTES:
            raise RecordingUnusableError(f"{path}: is larger than any recording")
        found = json.loads(path.read_bytes())
    except OSError as error:
        raise RecordingUnusableError(f"{path}: cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise RecordingUnusableError(f"{path}: is no JSON object, so no recording")
    return found


def _hash(content: dict[str, Any]) -> str:
    return sha256(canonical(content)).hexdigest()
