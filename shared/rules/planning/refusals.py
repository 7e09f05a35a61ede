"""Known risks for which a hop, or the upgrade of a mesh, is not made, unless somebody accepts them."""

from dataclasses import replace

from shared.model.facts import ManagerFacts
from shared.model.version import Version
from shared.rules import risks
from shared.rules.catalogue.records import Risk, RiskVerdict, RiskWhen
from shared.rules.planning.scene import Scene
from shared.rules.risks import RiskMatch


class Refusals:
    """Asks the catalogue about one change at a time; remembers which changes no risk can refuse, as most are."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._refusing: dict[tuple[Version, Version], tuple[Risk, ...]] = {}

    def why(self, facts: ManagerFacts, source: Version, target: Version, also: tuple[str, ...] = ()) -> str | None:
        """The risk that refuses this change; None where none does.

        Args:
            facts: of the manager, or of one at an end of the mesh.
            source: the version before, of the manager or of the appliance.
            target: the version after.
            also: further subjects for which it may be accepted: the mesh, and the manager at its other end.
        """
        if not self._may_refuse(source, target):
            return None
        for match in risks.of_hop(self._scene.catalogue, facts, source, target):
            if match.risk.verdict is RiskVerdict.REFUSE and not self._accepted(match, also):
                return _told(match)
        return None

    def _accepted(self, match: RiskMatch, also: tuple[str, ...]) -> bool:
        listed, today = self._scene.policy.accepted_risks, self._scene.today
        return any(risks.accepted(replace(match, subject=subject), listed, today) for subject in (match.subject, *also))

    def _may_refuse(self, source: Version, target: Version) -> tuple[Risk, ...]:
        if (source, target) not in self._refusing:
            self._refusing[source, target] = tuple(
                risk
                for risk in self._scene.catalogue.risks
                if risk.verdict is RiskVerdict.REFUSE and _concerns(risk, source, target)
            )
        return self._refusing[source, target]


def _told(match: RiskMatch) -> str:
    sure = "" if match.applies else " (it cannot be excluded)"
    fixed = ", ".join(one.release for one in match.risk.fixed_in)
    cure = f"; fixed in {fixed}" if fixed else ""
    return f"{match.risk.id}: {match.risk.title}{sure}: {match.evidence}{cure}"


def _concerns(risk: Risk, source: Version, target: Version) -> bool:
    versions = {RiskWhen.GOING_TO: target, RiskWhen.LEAVING: source}
    return any(one.holds(versions[when]) for when in risk.when if when in versions for one in risk.affects)
