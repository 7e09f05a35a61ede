"""The walk: every readable route once, then the API documents. Nothing it sends can change anything.

The client that makes the calls was given no confirmations, so that its transport refuses every change, whatever a file
says. Routes are asked in the table's order; ids come from the answers before.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from shared.hcx.answer import Answer
from shared.hcx.contract import links, openapi
from shared.hcx.contract.expectations import Expectation, expectation, known_fields
from shared.hcx.contract.recording import RecordedCall, RecordedCertificate, RecordedDocument, Recording
from shared.hcx.contract.redaction import Redactor
from shared.hcx.contract.stripping import Stripper
from shared.hcx.contract.verdicts import Judged, Verdict, judged
from shared.hcx.errors import HcxError
from shared.hcx.routes import Effect, Port, Route, RouteTable
from shared.hcx.sections import version
from shared.hcx.visit import Visit
from shared.hcx.words import clean, is_xml
from shared.model.codec import Json
from shared.model.version import Version
from shared.tls.handshake import Presented

DOCUMENTS_MAX: Final = 60
DOCUMENT_BYTES_MAX: Final = 32 * 1024 * 1024
"""Of all documents of one manager together."""
INDEXES: Final = ("api-docs", "api-docs-index")
"""Where the documents are looked for first."""
DOCUMENT_ROWS: Final = ("api-docs-file", "api-docs-list", "api-docs-document", "api-docs-document-below")
"""One for each depth; they are asked for what the indexes name, not by themselves."""
_OF_DOCUMENTS: Final = frozenset({*INDEXES, *DOCUMENT_ROWS})
_LIVENESS: Final = "liveness"
_KEYS: Final = {"mesh": ("serviceMeshId",), "appliance": ("applianceId",), "system": ("endpointId",)}
"""Where answers hold the ids that calls name so; the first `endpointId` is the manager's own, of `local-clouds`."""
_MEDIA_TYPES: Final = frozenset(
    {"application/json", "application/xml", "text/xml", "text/html", "text/plain", "application/problem+json"}
)
_LEVELS: Final = 3
"""From an index to a document by way of others."""


@dataclass
class Asked:
    """One route and what came of it, before its values are taken out."""

    route: Route
    answer: Answer | None = None
    body: Json = None
    judged: Judged = field(default_factory=lambda: Judged(verdict=Verdict.NOT_ASKED))


@dataclass
class _Fetched:
    path: str
    answer: Answer
    document: Json


type Progress = Callable[[str], None]
"""Told what is being asked now."""


def walk(
    visit: Visit,
    table: RouteTable,
    presented: Presented,
    now: datetime,
    *,
    hidden: Callable[[], Iterable[str]] = tuple,
    progress: Progress = lambda _: None,
) -> Recording:
    """Walk over one manager; gives what is kept of it.

    Args:
        visit: a visit through a client without confirmations.
        table: the route table that counts.
        presented: whose certificate answered.
        now: the time of the recording.
        hidden: gives texts that must not be in a document, once all calls are made: the manager's names and
            addresses, accounts, secrets.
        progress: told what is being asked.
    """
    found_version = _version(visit)
    generation = visit.dialect.generation if visit.dialect else None
    asked = tuple(_routes(visit, table, generation, progress))
    fetched, not_fetched = _documents(visit, progress)
    return Recording(
        made_at=now,
        generation=generation,
        manager_version=str(found_version) if found_version else "",
        certificate=RecordedCertificate(leaf=presented.leaf, authorities=presented.authorities),
        calls=_calls(asked),
        documents=_kept(fetched, Stripper(hidden())),
        not_fetched=not_fetched,
    )


def _version(visit: Visit) -> Version | None:
    """The version, which decides the dialect; a manager that does not tell it is walked over all the same."""
    try:
        return version(visit)
    except HcxError:
        return None


# --- routes -----------------------------------------------------------------------------------------------------------


def _routes(visit: Visit, table: RouteTable, generation: str | None, progress: Progress) -> Iterator[Asked]:
    bodies: list[Json] = []
    for name in dict.fromkeys(row.id for row in table.rows):
        row = table.route(name, generation)
        if row.effect is Effect.READ and name not in _OF_DOCUMENTS and _spoken(table.generations(name), generation):
            progress(name)
            asked = _ask(visit, row, bodies)
            bodies.append(asked.body)
            yield asked


def _spoken(generations: tuple[str, ...], generation: str | None) -> bool:
    """Whether the manager may have the row: where its generation is not known, what all of them have."""
    return generation in generations if generation else len(generations) > 1


def _ask(visit: Visit, row: Route, earlier: list[Json]) -> Asked:
    wanted = expectation(row.id)
    parts = _parts(row, wanted, earlier)
    if row.port is Port.APPLIANCE and visit.manager.appliance_credentials is None:
        return _not_asked(row, "nobody gave us the account of port 9443")
    if parts is None:
        return _not_asked(row, "no id for it came up in the answers before")
    if row.method != "GET" and wanted.body is None:
        return _not_asked(row, "nobody knows what to send")
    try:
        answer = visit.knock() if row.id == _LIVENESS else visit.try_to(row.id, body=wanted.body, **parts)
    except HcxError as error:
        return _no_answer(row, error)
    body = _json(answer)
    return Asked(route=row, answer=answer, body=body, judged=judged(answer, body))


def _parts(row: Route, wanted: Expectation, earlier: list[Json]) -> dict[str, str] | None:
    """An id for each place in the call; None where one is missing."""
    found = {slot: _first_id(earlier, _KEYS.get(slot, wanted.ids)) for slot in row.call.slots}
    known = {slot: text for slot, text in found.items() if text}
    return known if len(known) == len(found) else None


def _first_id(earlier: list[Json], names: tuple[str, ...]) -> str | None:
    return next((text for body in earlier for text in _ids(body, names)), None)


def _ids(value: Json, names: tuple[str, ...], levels: int = 20) -> Iterator[str]:
    if isinstance(value, dict) and levels:
        for name, part in value.items():
            if name in names and isinstance(part, str) and clean(part):
                yield part
            yield from _ids(part, names, levels - 1)
    elif isinstance(value, list) and levels:
        for member in value:
            yield from _ids(member, names, levels - 1)


def _not_asked(row: Route, why: str) -> Asked:
    return Asked(route=row, judged=Judged(verdict=Verdict.NOT_ASKED, detail=why))


def _no_answer(row: Route, error: HcxError) -> Asked:
    """The error's stable code, not its words: those can name a host or an account."""
    verdict = Verdict.NOT_ASKED if error.route != row.id or error.closes_port else Verdict.NO_ANSWER
    return Asked(route=row, judged=Judged(verdict=verdict, detail=error.reason))


def _json(answer: Answer) -> Json:
    try:
        found: Json = json.loads(answer.body) if answer.whole else None
    except (ValueError, RecursionError):
        return None
    return found


def _calls(asked: tuple[Asked, ...]) -> tuple[RecordedCall, ...]:
    """What is kept: all answers are looked at before the first value is taken out, so that ids fit together."""
    redactor = Redactor(known_fields())
    for one in asked:
        redactor.learn(one.body)
    return tuple(_call(one, redactor) for one in asked)


def _call(one: Asked, redactor: Redactor) -> RecordedCall:
    """What is kept of one call. Paths that nobody expected are told from what is kept: keys of maps can be names."""
    call, answer = one.route.call, one.answer
    kept = RecordedCall(
        route=one.route.id,
        method=call.method,
        target=call.target,
        confidence=one.route.confidence.value,
        verdict=one.judged.verdict,
        detail=one.judged.detail,
        differences=one.judged.differences,
        status=answer.status if answer else None,
        content_type=_media_type(answer) if answer else "",
        certificate=answer.certificate if answer else "",
        whole=answer.whole if answer else True,
        form=_form(answer, one.body) if answer else "none",
        body=redactor.redacted(one.body),
    )
    again = kept.judged_again
    return replace(kept, more=again.more) if again else kept


def _media_type(answer: Answer) -> str:
    """The type as far as it is a usual one: a header is free text."""
    kind = answer.content_type.partition(";")[0].strip().lower()
    return kind if kind in _MEDIA_TYPES else "other" if kind else ""


def _form(answer: Answer, body: Json) -> str:
    if body is not None or answer.body.strip() == b"null":
        return "json"
    return "empty" if not answer.body.strip() else "xml" if is_xml(answer) else "text"


# --- documents --------------------------------------------------------------------------------------------------------


def _documents(visit: Visit, progress: Progress) -> tuple[list[_Fetched], tuple[str, ...]]:
    """Every document that an index leads to, and why links were not followed."""
    queue, seen, fetched, left = _indexes(visit, progress), set[str](), list[_Fetched](), dict[str, None]()
    total = 0
    for level in range(_LEVELS):
        following: list[str] = []
        for path in queue:
            if path in seen:
                continue
            seen.add(path)
            if len(seen) > DOCUMENTS_MAX or total > DOCUMENT_BYTES_MAX:
                left["more documents than are kept"] = None
                break
            progress(path)
            one = _fetch(visit, path)
            if isinstance(one, str):
                left[one] = None
                continue
            total += len(one.answer.body)
            fetched.append(one)
            following += _links(one) if level + 1 < _LEVELS else ()
        queue = following
    return fetched, tuple(left)


def _indexes(visit: Visit, progress: Progress) -> list[str]:
    """What the indexes name, and the usual places beside them."""
    found: list[str] = []
    for name in INDEXES:
        progress(name)
        try:
            row, answer = visit.row(name), visit.try_to(name)
        except HcxError:
            continue
        if answer.good and answer.whole:
            document = openapi.parsed(answer.body, row.path)
            text = answer.body.decode("utf-8", "replace")
            found += links.links_of(document, row.path) if document is not None else links.links_in(text, row.path)
    return list(dict.fromkeys(found))


def _fetch(visit: Visit, path: str) -> _Fetched | str:
    """The document at a path, or why there is none."""
    steps = path.removeprefix(links.FOLDER).split("/")
    name = _row_of(steps)
    if name is None:
        return "a link that is no call of the route table"
    row = visit.row(name)
    parts = dict(zip(row.call.slots, steps[-len(row.call.slots) :], strict=True))
    try:
        answer = visit.try_to(name, **parts)
    except HcxError as error:
        return f"a link without an answer: {error.reason}"
    document = openapi.parsed(answer.body, path) if answer.good and answer.whole else None
    return _Fetched(path=path, answer=answer, document=document)


def _row_of(steps: list[str]) -> str | None:
    """The row for a path below the documents' folder, by its depth."""
    if len(steps) == 1:
        return "api-docs-file"
    deep = {2: "api-docs-list", 3: "api-docs-document", 4: "api-docs-document-below"}
    return deep.get(len(steps)) if steps[0] == "apis" else None


def _links(one: _Fetched) -> tuple[str, ...]:
    """Where a page leads; an API document is an end."""
    if openapi.is_api_document(one.document) or not one.answer.good:
        return ()
    if one.document is not None:
        return links.links_of(one.document, one.path)
    return links.links_in(one.answer.body.decode("utf-8", "replace"), one.path)


def _kept(fetched: list[_Fetched], stripper: Stripper) -> tuple[RecordedDocument, ...]:
    return tuple(_document(one, stripper) for one in fetched)


def _document(one: _Fetched, stripper: Stripper) -> RecordedDocument:
    found = openapi.described(one.document)
    content = stripper.stripped(one.document) if found else None
    return RecordedDocument(
        path=one.path,
        status=one.answer.status,
        format=found.format if found else "other",
        version=found.version if found else "",
        sha256=hashlib.sha256(one.answer.body).hexdigest(),
        certificate=one.answer.certificate,
        content=content,
    )
