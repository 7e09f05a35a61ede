"""Does the manager's clock agree with ours?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_manager import from_its_answer
from shared.model.finding import Evidence, Verdict
from shared.rules.doctor import CLOCK_FAILS_AFTER, CLOCK_WARNS_AFTER
from shared.rules.freshness import CLOCK


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The clock of each manager is within a minute of the one of this host.

    It is the Date of the answer to an unauthenticated call. Times that HCX tells, of migrations and of jobs, are by its
    own clock, and tokens and certificates bear a minute or so; that bound is ours. It stops nothing: which of the two
    clocks is wrong cannot be told from here, and nothing of HCX is known to fail by it.
    """
    return tuple(_judge(context, manager) for manager in context.managers)


def _judge(context: CheckContext, manager: str) -> Judgement:
    seen = from_its_answer(context, manager, CLOCK, without=Verdict.NOT_APPLICABLE)
    if isinstance(seen, Judgement):
        return seen
    apart = seen.value - seen.at
    evidence = (Evidence(text=f"Date: {seen.value:%Y-%m-%d %H:%M:%S} UTC", observed_at=seen.at),)
    if abs(apart) <= CLOCK_WARNS_AFTER:
        return Judgement(
            verdict=Verdict.PASS, summary=f"{manager} shows the time that this host shows", evidence=evidence
        )
    minutes, way = round(abs(apart).total_seconds() / 60), "ahead of" if apart.total_seconds() > 0 else "behind"
    beyond = " Tokens may be refused for that." if abs(apart) > CLOCK_FAILS_AFTER else ""
    return Judgement(
        verdict=Verdict.WARN,
        summary=f"{manager} has a clock that is {minutes} min {way} the one of this host.{beyond}",
        evidence=evidence,
        remedy="see which of the two is wrong, and synchronise it by NTP before the upgrade",
    )


CHECK = Check(
    id="clocks-agree",
    title="The clocks of the managers are right",
    concerns=frozenset({Concern.MANAGER, Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.MANAGER,
    judge=judge,
)
