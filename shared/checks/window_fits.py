"""Does the task fit into a window?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_plan import Due, by_provider, due, leave_it, planned, utc_text
from shared.checks.silent import nothing
from shared.model.finding import Verdict
from shared.model.orders import WindowNow
from shared.rules.calendar.wall_time import span_text


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The task, as long as nine out of ten take, fits into a window that is open at every site it touches.

    Microsoft's page asks for a maintenance window. While the plan is being made its forecast has found the window, and
    a task for which there is none stands in the plan with that reason. Right before the change the calendar is asked
    anew. It is a warning: hcx-fleet's own steps wait for the next window, and a person is told when it opens. The
    provider goes by its own calendar.
    """
    if by_provider(context):
        return nothing(f"{context.subject}: the provider goes by its own calendar")
    expected = due(context)
    if not isinstance(expected, Due):
        return expected
    needs = span_text(expected.span.end - expected.span.start)
    window = context.window or WindowNow(fits=True)
    if window.fits:
        text = f"{needs} fit into the windows of {', '.join(expected.task.sites)} {expected.when}"
        return (Judgement(verdict=Verdict.PASS, summary=text, evidence=(planned(text, context),)),)
    return (_closed(context, expected, needs, window),)


def _closed(context: CheckContext, expected: Due, needs: str, window: WindowNow) -> Judgement:
    opens, until = "none is known that would do", "until the owner of fleet.yaml gives it a window"
    if window.opens_at:
        opens, until = f"the next one opens {utc_text(window.opens_at)}", f"until {utc_text(window.opens_at)}"
    return Judgement(
        verdict=Verdict.WARN,
        summary=f"no window for {needs} is open now at {', '.join(expected.task.sites)}: {opens}",
        evidence=(planned(window.why or "closed", context),),
        remedy=leave_it(expected.task, until),
    )


CHECK = Check(
    id="window-fits",
    title="The task fits into a window",
    concerns=frozenset({Concern.MANAGER, Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.MANAGER,
    judge=judge,
)
