"""Are the site pairings healthy?"""

from collections.abc import Iterator

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import OBSERVE_AGAIN, look
from shared.checks.words import counted, names
from shared.model.facts import Health, Pairing, Seen
from shared.model.finding import Evidence, Verdict
from shared.model.record import record
from shared.rules.freshness import PAIRINGS, VERSION

LOOK = "look at the site pairings in the HCX console of the manager that lists them"


@record
class Listed:
    """A pairing as one of its ends lists it."""

    by: str
    pairing: Pairing
    seen: Seen[tuple[Pairing, ...]]

    @property
    def words(self) -> str:
        """The pairing and its state."""
        remote = self.pairing.remote_name or self.pairing.remote_url
        return f"{self.by} - {remote} {self.pairing.status.text}"

    @property
    def evidence(self) -> Evidence:
        """The observation it is."""
        return Evidence(text=self.words, observed_at=self.seen.at)


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """Every site pairing of the manager is connected; for a mesh, the pairing between its two managers is.

    A pairing is listed by the manager that it was made from, so a cloud manager may list none itself. It is then judged
    by what the managers that pair with it reported. Where that is too old, it is no more than a warning: the pairing is
    judged strictly in the task of the manager that lists it, and in that of the mesh.
    """
    return _between(context) if context.mesh is not None else _of_manager(context, context.managers[0])


def _of_manager(context: CheckContext, manager: str) -> tuple[Judgement, ...]:
    own = look(context, manager, PAIRINGS)
    if isinstance(own, Judgement):
        return (own,)
    if own.value:
        return (_all_of(manager, [Listed(by=manager, pairing=one, seen=own) for one in own.value]),)
    identity = look(context, manager, VERSION)
    if isinstance(identity, Judgement):
        return (identity,)
    reports = list(_reports(context, manager, identity.value.system_id))
    fresh = [one for one in reports if PAIRINGS.life.covers(one.seen.at, context.now)]
    old = [one for one in reports if one not in fresh]
    if not reports:
        evidence = (Evidence(text="no site pairing listed", observed_at=own.at),)
        none = Judgement(verdict=Verdict.NOT_APPLICABLE, summary=f"{manager} has no site pairing", evidence=evidence)
        return (none,)
    return (*([_all_of(manager, fresh)] if fresh else ()), *([_too_old(manager, old)] if old else ()))


def _reports(context: CheckContext, manager: str, system_id: str) -> Iterator[Listed]:
    for facts in context.facts.managers:
        if facts.pairings is not None and facts.manager.id != manager:
            for pairing in facts.pairings.value:
                if pairing.remote_system_id == system_id:
                    yield Listed(by=facts.manager.id, pairing=pairing, seen=facts.pairings)


def _between(context: CheckContext) -> tuple[Judgement, ...]:
    lists = {manager: look(context, manager, PAIRINGS) for manager in context.managers}
    identities = [look(context, manager, VERSION) for manager in context.managers]
    unseen = [one for one in (*lists.values(), *identities) if isinstance(one, Judgement)]
    if unseen:
        return tuple(unseen)
    systems = {one.value.system_id for one in identities if isinstance(one, Seen)}
    found = [
        Listed(by=manager, pairing=pairing, seen=seen)
        for manager, seen in lists.items()
        if isinstance(seen, Seen)
        for pairing in seen.value
        if pairing.remote_system_id in systems
    ]
    return (_all_of(" and ".join(context.managers), found) if found else _not_paired(context, lists),)


def _not_paired(context: CheckContext, lists: dict[str, Seen[tuple[Pairing, ...]] | Judgement]) -> Judgement:
    return Judgement(
        verdict=Verdict.UNKNOWN,
        summary=f"{' and '.join(context.managers)} share a mesh, but neither lists a site pairing with the other",
        evidence=tuple(
            Evidence(text=f"{manager}: no such pairing", observed_at=seen.at)
            for manager, seen in lists.items()
            if isinstance(seen, Seen)
        ),
        remedy=LOOK,
    )


def _too_old(manager: str, old: list[Listed]) -> Judgement:
    return Judgement(
        verdict=Verdict.WARN,
        summary=f"{manager} is paired by {names(one.by for one in old)}, whose reports are too old to count",
        evidence=tuple(one.evidence for one in old),
        remedy=OBSERVE_AGAIN,
    )


def _all_of(whose: str, pairings: list[Listed]) -> Judgement:
    evidence = tuple(one.evidence for one in pairings)
    sick = [one.words for one in pairings if one.pairing.status.health in {Health.DOWN, Health.DEGRADED}]
    if sick:
        return Judgement(
            verdict=Verdict.UPGRADE_FAILURE,
            summary=f"{whose}: {counted(len(sick), 'unhealthy site pairing')} ({names(sick)})",
            evidence=evidence,
            remedy="mend the site pairing in the HCX console of the manager that lists it, then observe again",
        )
    strange = [one.words for one in pairings if one.pairing.status.health is Health.UNKNOWN]
    if strange:
        return Judgement(
            verdict=Verdict.UNKNOWN,
            summary=f"{whose}: the state of a site pairing is not understood ({names(strange)})",
            evidence=evidence,
            remedy=LOOK,
        )
    healthy = counted(len(pairings), "healthy site pairing")
    return Judgement(verdict=Verdict.PASS, summary=f"{whose}: {healthy}", evidence=evidence)


CHECK = Check(
    id="site-pairs-healthy",
    title="The site pairings are healthy",
    concerns=frozenset({Concern.MANAGER, Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE, Verdict.UPGRADE_FAILURE, Verdict.UNKNOWN}),
    waivable=True,
    link=links.REQUIREMENTS,
    judge=judge,
)
