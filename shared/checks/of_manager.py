"""What the checks of one manager have in common: the facts of one that lets us in, and what it tells before that."""

from dataclasses import replace

from shared.checks.interface import CheckContext, Judgement
from shared.checks.look import look
from shared.checks.manager_alive import CHECK as ALIVE_CHECK
from shared.checks.silent import left_because, left_to
from shared.model.facts import ManagerFacts, Seen
from shared.model.finding import Verdict
from shared.rules.freshness import ALIVE, LOGGED_IN, Aspect


def let_in(context: CheckContext, manager: str) -> Seen[ManagerFacts] | Judgement:
    """The facts of a manager that takes the log-in, with the time of that, or that this is left to `manager-alive`."""
    seen, facts = look(context, manager, LOGGED_IN), context.facts.of(manager)
    if isinstance(seen, Judgement):
        return left_to(ALIVE_CHECK.id, seen)
    if not seen.value or facts is None:
        return left_because(ALIVE_CHECK.id, f"{manager} does not take the log-in")
    return Seen(value=facts, at=seen.at)


def from_its_answer[T](context: CheckContext, manager: str, aspect: Aspect[T], without: Verdict) -> Seen[T] | Judgement:
    """What comes with any answer of a manager, such as its certificate.

    Where it does not answer, `manager-alive` says so. Where it answers without this, nobody else would: then the
    judgement is `without`.
    """
    seen, alive = look(context, manager, aspect), look(context, manager, ALIVE)
    if isinstance(seen, Seen):
        return seen
    answers = isinstance(alive, Seen) and alive.value
    return replace(seen, verdict=without) if answers else left_to(ALIVE_CHECK.id, seen)
