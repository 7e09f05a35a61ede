"""One question to a manager, and the answer as it came."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from shared.hcx.routes import Effect, Route
from shared.model.document import Json
from shared.model.inventory import Manager
from shared.model.record import record
from shared.model.secret import SecretText
from shared.ports import Sending


@record
class Proof:
    """The header that proves who asks."""

    header: str
    value: SecretText


@record
class Ask:
    """One call to make."""

    manager: Manager
    route: Route
    generation: str | None = None
    """API generation of the manager, as far as it is known; a change needs it."""
    parts: Mapping[str, str] = field(default_factory=dict)
    """Ids for the `{…}` of the call, by name."""
    body: Json = None
    proof: Proof | None = None
    hidden: tuple[SecretText, ...] = ()
    """What must not come back as the words of an error, besides the proof: a manager may repeat what it was sent."""

    ends: float | None = None
    """When the visit has to end, by `time.monotonic()`; None where no call of it is cut short."""
    sending: Sending | None = None
    """Called once nothing but the wire is left between the call and the manager; what it raises keeps the call back."""

    def __repr__(self) -> str:
        """Without the body, which can hold a password."""
        return f"Ask({self.manager.id}, {self.route.id})"

    @property
    def changes(self) -> bool:
        """Whether the call changes the manager."""
        return self.route.effect is Effect.MUTATE


@record
class Answer:
    """What came back."""

    manager: str
    route: str
    status: int
    content_type: str
    body: bytes
    whole: bool
    """False where the end of the body is missing or it was too large to be read."""
    token: SecretText | None
    """The session token that a log-in gives out."""
    retry_after_seconds: int | None
    certificate: str
    """SHA-256 of the certificate that answered."""
    sent_to: str = ""
    """Host that a redirect names; the rest of its address may hold anything."""
    date: str = ""
    """The header `Date`, as it came: what the manager's own clock shows."""
    certificate_until: datetime | None = None
    """Until when that certificate is valid; None where it does not say so in a way that can be read."""

    def __repr__(self) -> str:
        """Without the body, which can hold the passwords of a configuration."""
        return f"Answer({self.manager}, {self.route}: {self.status}, {len(self.body)} bytes)"

    @property
    def good(self) -> bool:
        """Whether the status says that it was done."""
        return 200 <= self.status < 300  # noqa: PLR2004 -- HTTP's own
