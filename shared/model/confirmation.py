"""Confirmations: which mutating HCX calls somebody has shown to be right, and for which certificate."""

from datetime import date

from shared.model.record import record


@record
class Confirmation:
    """One mutating route, and the very call it is, confirmed for one authority or one manager certificate."""

    route: str
    """Id of the row in the route table."""
    generation: str
    """HCX API generation, `4.x` or `9.x`."""
    call: str
    """The call as the manager's own API document has it, such as `POST /api/admin/upgrade`: sent so and no other way.
    `{mesh}` and `{appliance}` stand for ids."""
    trust: str
    """SHA-256 of the CA certificate or of the manager's own certificate, lower-case hex."""
    evidence: str
    """What it rests on, in words."""
    author: str
    confirmed_on: date
    api_version: str | None = None
    """Version of the API document, where it says one."""


@record
class Confirmations:
    """Every confirmation of this installation. As delivered there are none."""

    entries: tuple[Confirmation, ...] = ()
    hash: str = ""
    """SHA-256 over the canonical form; part of every plan, so that a change after approval is drift."""

    def covers(self, route: str, generation: str, trust: frozenset[str]) -> bool:
        """Whether `route` is confirmed for that generation and any of the trust anchors in use."""
        return bool(self.of(route, generation, trust))

    def of(self, route: str, generation: str, trust: frozenset[str]) -> tuple[Confirmation, ...]:
        """The confirmations of `route` for that generation and any of the trust anchors in use."""
        return tuple(
            entry
            for entry in self.entries
            if entry.route == route and entry.generation == generation and entry.trust in trust
        )
