"""The plan of a revert for the person who has to approve it: what goes back, until when it can, and who does what."""

from collections.abc import Iterator
from datetime import datetime

from shared.model.plan import Safeguard
from shared.model.revert import ManagerBack, RevertPlan, RevertScope, RevertStep
from shared.report.sheet import Grid, Sheet, in_markdown
from shared.report.words import moment, sentence, took
from shared.rules.reverting.refusal import HASH
from shared.rules.reverting.ways import backing

SCOPE = {
    RevertScope.FULL: "everything that it changed can go back",
    RevertScope.PARTIAL: "not everything that it changed can go back, so that support has to be asked first",
    RevertScope.NONE: "nothing that it changed has a way back: only support can help",
    RevertScope.NOTHING: "it changed no manager of this private cloud: there is nothing to take back",
}

PROTECTION = {
    Safeguard.AUTOMATIC_SNAPSHOT: "HCX's own snapshot",
    Safeguard.RUN_COMMAND_SNAPSHOT: "snapshot by run command",
    Safeguard.VCENTER_SNAPSHOT: "snapshot in vCenter",
    Safeguard.BACKUP: "backup",
    Safeguard.NONE: "nothing",
}

MANAGERS = ("manager", "back to", "by", "made", "until", "time left")
STEPS = ("step", "who", "until")


def revert_sheet(plan: RevertPlan, now: datetime) -> Sheet:
    """The whole of it but the request for support."""
    managers = Grid(columns=MANAGERS, rows=tuple(_manager(one, now) for one in plan.managers))
    steps = Grid(columns=STEPS, rows=tuple(_step(number, one) for number, one in enumerate(plan.steps, start=1)))
    return Sheet(head=tuple(_head(plan)), grids=(managers, steps), foot=tuple(_foot(plan)))


def revert_text(plan: RevertPlan, now: datetime) -> str:
    """The same as a page of Markdown, with the request for support at its end."""
    page = f"# Revert of {plan.private_cloud}\n\n{in_markdown(revert_sheet(plan, now))}"
    return f"{page}\n## Request for support\n\n```text\n{plan.support_case}\n```\n" if plan.support_case else page


def _head(plan: RevertPlan) -> Iterator[str]:
    yield f"Revert {plan.hash[:HASH]} of {plan.private_cloud}, which takes back run {plan.parent}: {SCOPE[plan.scope]}."
    yield from plan.notes
    if plan.untouched:
        yield f"Left as they are, since that run did not change them: {', '.join(plan.untouched)}."


def _foot(plan: RevertPlan) -> Iterator[str]:
    for number, step in enumerate(plan.steps, start=1):
        yield f"{number}. {sentence(step.text[0].upper() + step.text[1:])} Proved when: {step.proof}."
    if plan.steps:
        yield f"Begin it: hcx-fleet revert {plan.private_cloud} --of {plan.parent} --start --plan {plan.hash[:HASH]}"


def _manager(way: ManagerBack, now: datetime) -> tuple[str, ...]:
    if not way.revertible:
        return way.manager, way.back_to.release, PROTECTION[way.protection], "", "", way.note
    made = moment(way.made_at) if way.made_at else ""
    inferred = f" ({backing(way)})" if backing(way) else ""
    until = moment(way.until) if way.until else "somebody deletes it"
    left = took(way.until - now) if way.until else ""
    return way.manager, way.back_to.release, PROTECTION[way.protection], f"{made}{inferred}".strip(), until, left


def _step(number: int, step: RevertStep) -> tuple[str, ...]:
    until = moment(step.deadline) if step.deadline else ""
    return f"{number}. {step.title}", step.who, until
