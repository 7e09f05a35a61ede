"""Who a manager is, and whom it is paired with."""

from typing import Final

from shared.hcx.answer import Answer
from shared.hcx.reading import Found, document, items, status
from shared.model.facts import Health, Pairing
from shared.model.record import record
from shared.model.version import Version

PAIRING_HEALTH: Final = {"CONNECTED": Health.UP, "DISCONNECTED": Health.DOWN}
"""That a pairing says its state in these words is inferred."""


@record
class System:
    """What a manager calls itself."""

    id: str
    name: str


def read_version(answer: Answer) -> Version:
    """`support`: the version of the local endpoint.

    Raises:
        UnreadableError: there is none, or several that differ.
    """
    found = document(answer)
    endpoints = found.at("data", "localEndpoints").each() or found.at("localEndpoints").each()
    versions = {version for one in endpoints if (version := one.at("endpoint", "version").version())}
    if len(versions) != 1:
        raise found.unreadable(f"it names {len(versions)} versions of itself instead of one")
    return versions.pop()


def read_system(answer: Answer) -> System:
    """`local-clouds`: the system's own id and name.

    Raises:
        UnreadableError: there is none, or several.
    """
    found = document(answer)
    locals_ = items(found)
    if len(locals_) != 1:
        raise found.unreadable(f"it names {len(locals_)} local systems instead of one")
    return System(id=locals_[0].need_text("endpointId"), name=locals_[0].at("name").text() or "")


def read_pairings(answer: Answer) -> tuple[Pairing, ...]:
    """`pairings`: the site pairings as this end lists them.

    Raises:
        UnreadableError: a pairing does not say with whom.
    """
    return tuple(_pairing(one) for one in items(document(answer)))


def _pairing(item: Found) -> Pairing:
    state = item.at("status", "state").text() or item.at("status").text()
    return Pairing(
        remote_system_id=item.need_text("endpointId"),
        remote_name=item.at("name").text() or "",
        remote_url=item.at("url").text() or "",
        status=status(state, PAIRING_HEALTH),
    )
