"""`confirm`: makes a confirmation of one changing call from a recording that shows it, and in no other way."""

from datetime import UTC, datetime
from pathlib import Path

from cli import printing
from cli.doctor_fleet import trust_of
from cli.edge import WrongUseError
from cli.environment import settings_from
from cli.exits import Exit
from shared.hcx.contract.confirming import NotShownError, Wish, confirmation_of
from shared.hcx.contract.recording import RecordingUnusableError, read_recording
from shared.hcx.route_overrides import routes_of
from shared.model.confirmation import Confirmation
from shared.model.record import record
from shared.policy.confirmations_added import add_confirmation
from shared.policy.policy import read_policy
from shared.settings import Settings
from shared.tls.contexts import TrustUnusableError, trust_anchors


@record
class ConfirmOrder:
    """What the command is told."""

    settings: Path | None
    recording: Path
    route: str
    manager: str | None
    trust: str | None
    author: str
    evidence: str
    json: bool


def confirm(order: ConfirmOrder) -> int:
    """Write the entry.

    Raises:
        WrongUseError: the recording does not show the call, or something else is missing; with all of it.
        PolicyInvalidError: `fleet.yaml` or the confirmations cannot be used.
    """
    settings = settings_from(order.settings)
    problems = list(_asked_wrong(order, settings))
    try:
        recording = read_recording(order.recording)
    except RecordingUnusableError as error:
        raise WrongUseError([*problems, str(error)]) from None
    if problems or settings.confirmations is None:
        raise WrongUseError(problems)
    wish = Wish(
        route=order.route,
        anchors=_anchors(order, settings),
        author=order.author.strip(),
        evidence=order.evidence.strip(),
        day=datetime.now(UTC).date(),
    )
    try:
        made = confirmation_of(recording, wish, routes_of(settings.routes)())
    except NotShownError as error:
        raise WrongUseError(error.problems) from None
    _tell(order, settings.confirmations, made, added=add_confirmation(settings.confirmations, made))
    return Exit.AS_WANTED


def _asked_wrong(order: ConfirmOrder, settings: Settings) -> list[str]:
    problems = []
    if (order.manager is None) == (order.trust is None):
        problems.append("name either --manager or --trust: a confirmation is bound to one certificate")
    if not order.author.strip():
        problems.append("--author: name who says so")
    if settings.confirmations is None:
        problems.append("HCX_FLEET_CONFIRMATIONS: is not set; set it to the path of the confirmations file")
    return problems


def _anchors(order: ConfirmOrder, settings: Settings) -> frozenset[str]:
    """Certificates that may be confirmed for.

    Raises:
        WrongUseError: a manager's trust cannot be read, or names no certificate.
    """
    if order.trust is not None:
        return frozenset({order.trust.replace(":", "").strip().lower()})
    trust = trust_of(order.manager or "", read_policy(settings.policy))
    if trust is None:
        told = f"is no connector of {settings.policy} and has no entry in cloudManagers, which a change needs anyway"
        raise WrongUseError([f"{order.manager}: {told}"])
    try:
        found = trust_anchors(trust)
    except TrustUnusableError as error:
        raise WrongUseError([f"{order.manager}: {error.detail}: {error.remedy}"]) from None
    if not found:
        told = "is trusted by the authorities of the system, which vouch for anybody: name its `ca` or `thumbprint`"
        raise WrongUseError([f"{order.manager}: {told}"])
    return found


def _tell(order: ConfirmOrder, file: Path, made: Confirmation, *, added: bool) -> None:
    if order.json:
        entry = {"route": made.route, "generation": made.generation, "call": made.call, "trust": made.trust}
        printing.as_json({"file": str(file), "added": added, **entry, "apiVersion": made.api_version})
        return
    what = f"{made.route} as {made.call} for generation {made.generation} and certificate {made.trust}"
    console = printing.results()
    console.print(f"{file}: {'now confirms' if added else 'confirms already'} {what}.", soft_wrap=True)
    if added:
        console.print("A plan that was made before has to be made again: it holds the hash of the confirmations.")
