"""Does the manager's vCenter show what it is asked for?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import OBSERVE_AGAIN, in_words
from shared.checks.of_vcenter import vcenter_of
from shared.model.finding import Evidence, Verdict
from shared.model.vcenter import VcenterFacts
from shared.rules.freshness import IN_VCENTER

PARTS = ("about", "plugins", "machine", "tasks", "alarms", "room", "rules", "missing_privileges")
"""What one look asks for."""


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The vCenter that fleet.yaml names for a manager answers, is trusted, and shows every part that is looked at.

    It is a second witness of an upgrade, so what it does not show is told: a refused certificate or log-in, a machine
    that cannot be found, a missing right. It is a warning, since HCX itself tells its version as well. Where no vCenter
    is named nobody asks, and the checks that look into one do not apply.
    """
    return tuple(_judge(context, manager) for manager in context.managers)


def _judge(context: CheckContext, manager: str) -> Judgement:
    seen = vcenter_of(context, manager)
    if isinstance(seen, Judgement):
        return seen
    if not IN_VCENTER.covers(seen.observed_at, context.now):
        return _too_old(context, manager, seen)
    missing = _missing(seen)
    if missing or seen.about is None:
        return _with_gaps(manager, seen, missing)
    about = f"vCenter {seen.about.version} build {seen.about.build}, instance {seen.about.instance_uuid}"
    return Judgement(
        verdict=Verdict.PASS,
        summary=f"{manager}: its vCenter {seen.about.version} shows what it is asked for",
        evidence=(Evidence(text=about, observed_at=seen.observed_at),),
    )


def _too_old(context: CheckContext, manager: str, seen: VcenterFacts) -> Judgement:
    span = in_words(abs(context.now - seen.observed_at))
    return Judgement(
        verdict=Verdict.WARN,
        summary=f"{manager}: its vCenter was looked at {span} from now, which does not count",
        evidence=(Evidence(text=IN_VCENTER.reason, observed_at=seen.observed_at),),
        remedy=OBSERVE_AGAIN,
    )


def _missing(seen: VcenterFacts) -> list[str]:
    """What it does not show, each part with its reason; a part that is missing without one is told all the same."""
    told = [f"{one.part.replace('_', ' ')}: {one.detail}" for one in seen.gaps]
    return told or [part.replace("_", " ") for part in PARTS if getattr(seen, part) is None]


def _with_gaps(manager: str, seen: VcenterFacts, missing: list[str]) -> Judgement:
    remedies = dict.fromkeys(one.remedy for one in seen.gaps if one.remedy)
    return Judgement(
        verdict=Verdict.WARN,
        summary=f"{manager}: its vCenter does not show everything ({'; '.join(dict.fromkeys(missing))})",
        evidence=tuple(Evidence(text=text, observed_at=seen.observed_at) for text in missing),
        remedy="; ".join(remedies) or OBSERVE_AGAIN,
    )


CHECK = Check(
    id="vcenter-seen",
    title="The vCenter shows what it is asked for",
    concerns=frozenset({Concern.MANAGER, Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.MANAGER,
    judge=judge,
)
