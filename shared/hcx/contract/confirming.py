"""Whether a recording shows a changing call to be right, and the confirmation that this gives."""

from collections.abc import Iterator
from datetime import date

from shared.hcx.contract.proposals import Proposal, proposals_for
from shared.hcx.contract.recording import RecordedDocument, Recording
from shared.hcx.routes import Effect, RouteTable
from shared.model.confirmation import Confirmation
from shared.model.record import record


class NotShownError(ValueError):
    """The recording does not show what is to be confirmed; `problems` says everything that is missing."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@record
class Wish:
    """What somebody wants confirmed."""

    route: str
    anchors: frozenset[str]
    """Certificates that the manager is trusted by, or the one that was named."""
    author: str
    evidence: str
    """What the author adds, in words."""
    day: date


def confirmation_of(recording: Recording, wish: Wish, table: RouteTable) -> Confirmation:
    """The confirmation that the recording gives.

    Raises:
        NotShownError: it gives none. There is no way around that: what is not described is not confirmed.
    """
    problems = list(_of_route(recording, wish, table)) or list(_of_document(recording, wish, table))
    problems += _of_certificate(recording, wish)
    if problems:
        raise NotShownError(problems)
    shown = _shown(recording, wish, table)[0]
    return Confirmation(
        route=wish.route,
        generation=shown.generation,
        call=shown.call,
        api_version=shown.api_version,
        trust=_bound(recording, wish),
        evidence=_evidence(recording, shown, wish),
        author=wish.author,
        confirmed_on=wish.day,
    )


def _of_route(recording: Recording, wish: Wish, table: RouteTable) -> Iterator[str]:
    generations = table.generations(wish.route)
    if not generations:
        yield f"{wish.route}: is no row of the route table; docs/hcx-routes.md has them all"
    elif table.route(wish.route).effect is not Effect.MUTATE:
        yield f"{wish.route}: changes nothing, so it needs no confirmation; HCX_FLEET_ROUTES corrects where it is read"
    elif recording.generation is None:
        yield "the recording does not know the manager's API generation: record again while its version can be read"
    elif recording.generation not in generations:
        spoken = recording.generation
        yield f"{wish.route}: belongs to {' and '.join(generations)}, and the recorded manager speaks {spoken}"


def _of_document(recording: Recording, wish: Wish, table: RouteTable) -> Iterator[str]:
    shown = _shown(recording, wish, table)
    row = table.route(wish.route, recording.generation)
    if not shown:
        yield (
            f"{wish.route}: none of the {len(recording.served)} API documents in the recording describes {row.call}, "
            "or any other operation that it could be; without such a document it cannot be confirmed"
        )
    if len(shown) > 1:
        calls = ", ".join(one.call for one in shown)
        yield f"{wish.route}: several described operations could be it, and none is {row.call}: {calls}"
        return
    for one in shown:
        yield from (f"{wish.route}: {one.call} in {one.document}: {fault}" for fault in one.faults)
        if _document(recording, one).certificate != recording.certificate.leaf:
            yield f"{one.document}: was served under another certificate than the one of the recording: record again"


def _of_certificate(recording: Recording, wish: Wish) -> Iterator[str]:
    if not recording.certificate.anchors & wish.anchors:
        told = ", ".join(sorted(recording.certificate.anchors))
        yield (
            "the certificate to confirm for did not answer when the recording was made, and vouched for none that did; "
            f"in the recording are: {told}"
        )


def _shown(recording: Recording, wish: Wish, table: RouteTable) -> tuple[Proposal, ...]:
    generation = recording.generation or ""
    return proposals_for(table.route(wish.route, generation), generation, recording.served)


def _bound(recording: Recording, wish: Wish) -> str:
    """The narrowest certificate that both know: the manager's own one, else the authority that is nearest to it."""
    known = (recording.certificate.leaf, *recording.certificate.authorities)
    return next(one for one in known if one in wish.anchors)


def _document(recording: Recording, shown: Proposal) -> RecordedDocument:
    return next(one for one in recording.documents if one.path == shown.document)


def _evidence(recording: Recording, shown: Proposal, wish: Wish) -> str:
    document = _document(recording, shown)
    told = f"API document {document.path} (SHA-256 {document.sha256[:16]}), recorded {recording.made_at:%Y-%m-%d}"
    version = f" from a manager of version {recording.manager_version}" if recording.manager_version else ""
    return f"{told}{version}" + (f"; {wish.evidence}" if wish.evidence else "")
