"""Does the step move the manager's database?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.known_risk import judge_risk
from shared.model.finding import Verdict
from shared.rules.freshness import VERSION

RISK = "HCX-POSTGRES-430"


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The step does not cross 4.3.0, where the database becomes PostgreSQL.

    The user guide: the way back over that border has a procedure of its own (KB 87041), and snapshot and backup are not
    the first choice. It is a warning, since the step itself is sound.
    """
    return judge_risk(context, RISK, context.managers, VERSION)


CHECK = Check(
    id="database-moves",
    title="The database stays where it is",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.PLANNING,
    judge=judge,
)
