"""Confirmations: which mutating HCX routes somebody has shown to be right, and for which certificate."""

from datetime import date

from shared.model.record import record


@record
class Confirmation:
    """One mutating route confirmed for one certificate authority or one manager certificate."""

    route: str
    """Id of the row in the route table."""
    generation: str
    """HCX API generation, `4.x` or `9.x`."""
    trust: str
    """SHA-256 of the CA certificate or of the manager's own certificate, lower-case hex."""
    evidence: str
    """What it rests on, in words."""
    author: str
    confirmed_on: date


@record
class Confirmations:
    """Every confirmation of this installation. As delivered there are none."""

    entries: tuple[Confirmation, ...] = ()
    hash: str = ""
    """SHA-256 over the canonical form; part of every plan, so that a change after approval is drift."""

    def covers(self, route: str, generation: str, trust: frozenset[str]) -> bool:
        """Whether `route` is confirmed for that generation and any of the trust anchors in use."""
        return any(
            entry.route == route and entry.generation == generation and entry.trust in trust for entry in self.entries
        )
