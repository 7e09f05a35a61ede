"""Known risks of a hop, and of a version that is kept: which apply to a manager, and which cannot be excluded.

What the facts do not say never makes a risk go away. It is told as one that cannot be excluded, with what is not known.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from shared.model.facts import ManagerFacts
from shared.model.policy import AcceptedRisk
from shared.model.record import record
from shared.model.version import UNKNOWN, Version
from shared.rules.catalogue.records import Catalogue, Risk, RiskWhen
from shared.rules.conditions import Case, Told, every, told


@record
class RiskMatch:
    """A known risk that applies to a manager, or that cannot be excluded."""

    risk: Risk
    subject: str
    """Id of the manager."""
    applies: bool | None
    """None: the facts do not say."""
    evidence: str
    """What was seen, or what was not."""


def of_hop(catalogue: Catalogue, facts: ManagerFacts, source: Version, target: Version) -> tuple[RiskMatch, ...]:
    """Risks of a hop of this manager, in the order of the catalogue."""
    case = Case(facts=facts, source=source, target=target)
    return tuple(_matches(catalogue.risks, case, ((RiskWhen.GOING_TO, target), (RiskWhen.LEAVING, source))))


def of_running(catalogue: Catalogue, facts: ManagerFacts) -> tuple[RiskMatch, ...]:
    """Risks of the version that this manager has; all of them cannot be excluded where it was not observed."""
    version = facts.version or UNKNOWN
    return tuple(_matches(catalogue.risks, Case(facts=facts), ((RiskWhen.RUNNING, version),)))


def accepted(match: RiskMatch, risks: Iterable[AcceptedRisk], today: date) -> AcceptedRisk | None:
    """Who takes this risk for its subject today; the last day of an acceptance still counts."""
    for one in risks:
        if one.id == match.risk.id and today <= one.until and (not one.subjects or match.subject in one.subjects):
            return one
    return None


def _matches(risks: Iterable[Risk], case: Case, versions: tuple[tuple[RiskWhen, Version], ...]) -> Iterator[RiskMatch]:
    for risk in risks:
        found = judged(risk, case, versions)
        if found is not None and found.value is not False:
            yield RiskMatch(risk=risk, subject=case.facts.manager.id, applies=found.value, evidence=found.text)


def judged(risk: Risk, case: Case, versions: tuple[tuple[RiskWhen, Version], ...]) -> Told | None:
    """What the facts say of one risk: its versions first, so that conditions are asked only where they matter.

    Returns:
        None where the risk is about something else, such as a running version where a hop is judged.
    """
    asked = [(when, version) for when, version in versions if when in risk.when]
    affected = [_affected(risk, when, version) for when, version in asked]
    reached = [one for one in affected if one.value is not False]
    if not reached:
        return affected[0] if affected else None
    best = next((one for one in reached if one.value), reached[0])
    return every((best, told(risk.condition, case)))


def _affected(risk: Risk, when: RiskWhen, version: Version) -> Told:
    if not version.known:
        return Told(value=None, text="its version is not known" + (f": {version}" if version.text else ""))
    verb = {RiskWhen.GOING_TO: "goes to", RiskWhen.LEAVING: "leaves", RiskWhen.RUNNING: "has"}[when]
    return Told(value=any(one.holds(version) for one in risk.affects), text=f"{verb} {version.release}")
