"""Does the manager's certificate last?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import in_words
from shared.checks.of_manager import from_its_answer
from shared.model.finding import Evidence, Verdict
from shared.rules.doctor import CERTIFICATE_WARNS_BEFORE
from shared.rules.freshness import CERTIFICATE_UNTIL


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The certificate with which the manager answered is valid for a month at least.

    It is read from the TLS handshake, not from HCX. One that runs out is not trusted any more by whoever verifies it,
    hcx-fleet among them, in the middle of an upgrade if need be. A pinned one is trusted even after its end, so its end
    is a warning as well: others do not pin it. So is a certificate that nobody saw of a manager that answers.
    """
    return tuple(_judge(context, manager) for manager in context.managers)


def _judge(context: CheckContext, manager: str) -> Judgement:
    seen = from_its_answer(context, manager, CERTIFICATE_UNTIL, without=Verdict.WARN)
    if isinstance(seen, Judgement):
        return seen
    until, left = seen.value, seen.value - context.now
    evidence = (Evidence(text=f"certificate valid until {until:%Y-%m-%d %H:%M} UTC", observed_at=seen.at),)
    if left > CERTIFICATE_WARNS_BEFORE:
        return Judgement(
            verdict=Verdict.PASS,
            summary=f"{manager} has a certificate that lasts until {until:%Y-%m-%d}",
            evidence=evidence,
        )
    how = f"runs out in {in_words(left)}" if left.total_seconds() > 0 else f"ran out on {until:%Y-%m-%d}"
    return Judgement(
        verdict=Verdict.WARN,
        summary=f"{manager} has a certificate that {how}",
        evidence=evidence,
        remedy="have it renewed (for a cloud manager: by the provider), not during the upgrade; where fleet.yaml pins "
        "its thumbprint, confirm the new one there",
    )


CHECK = Check(
    id="certificate-lasts",
    title="The certificates of the managers last",
    concerns=frozenset({Concern.MANAGER, Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.MANAGER,
    judge=judge,
)
