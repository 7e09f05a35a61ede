"""Does the manager's activation key last?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import look
from shared.checks.silent import left_because, left_to
from shared.checks.upgrade_path import CHECK as PATH_CHECK
from shared.model.facts import Identity, Seen
from shared.model.finding import Evidence, Verdict
from shared.rules.catalogue.records import LicenceClock
from shared.rules.exposure import support_of
from shared.rules.freshness import VERSION


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The activation key of a manager does not run out while it is upgraded.

    Microsoft's page: keys stop 450 days after that system's own upgrade to 4.11.0. No call tells the day of that
    upgrade, so a person counts wherever the clock runs.
    """
    return tuple(one for manager in context.managers for one in _judge(context, manager))


def _judge(context: CheckContext, manager: str) -> tuple[Judgement, ...]:
    seen = look(context, manager, VERSION)
    if isinstance(seen, Judgement):
        return (left_to(PATH_CHECK.id, seen),)
    version = seen.value.version
    if not version.known:
        return (left_because(PATH_CHECK.id, f"the version of {manager} is not understood"),)
    clock = next((one for one in context.catalogue.clocks if not one.mode and one.starts.holds(version)), None)
    evidence = (Evidence(text=f"version {version}", observed_at=seen.at),)
    if clock is None:
        return (
            Judgement(
                verdict=Verdict.PASS,
                summary=f"{manager} at {version.release} has no activation clock that runs",
                evidence=evidence,
            ),
        )
    return (_to_count(context, manager, seen, clock),)


def _to_count(context: CheckContext, manager: str, seen: Seen[Identity], clock: LicenceClock) -> Judgement:
    version = seen.value.version
    on = support_of(context.catalogue, version, context.now.date()).on
    support = f"; support of {version.release} ends {on:%Y-%m-%d}" if on else ""
    return Judgement(
        verdict=Verdict.MANUAL,
        summary=f"{manager} at {version.release}: its activation key stops {clock.runs.days} days after its upgrade to "
        f"{clock.starts.at_least}, a day that no call tells",
        evidence=(Evidence(text=f"version {version}{support}", observed_at=seen.at),),
        remedy=f"whoever upgraded it: count {clock.runs.days} days from that day; where it is near, get a new licence "
        "before the upgrade",
    )


CHECK = Check(
    id="activation-lasts",
    title="The activation key of the manager lasts",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.PASS, Verdict.MANUAL, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.MANAGER,
    judge=judge,
)
