"""Are both appliances of a pair at one version?"""

from collections.abc import Iterator

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_mesh import VIEW, standing, upgraded, version_of
from shared.checks.silent import nothing
from shared.checks.standing import Standing
from shared.checks.words import counted, names
from shared.model.finding import Verdict


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The two appliances of every pair are at one release.

    They are upgraded together, so a pair that differs is one that an earlier upgrade left half done. It is a warning:
    upgrading the pair from the initiator's side is what mends it, and builds may differ between sites anyway.
    """
    found = standing(context)
    if isinstance(found, Judgement):
        return (found,)
    pairs = list(_pairs(upgraded(found)))
    if not pairs:
        return nothing("no appliance of the mesh names a peer that is listed")
    apart = [pair for pair in pairs if not pair[0].appliance.version.same_release(pair[1].appliance.version)]
    return (_apart(apart) if apart else _alike(pairs),)


def _pairs(concerned: tuple[Standing, ...]) -> Iterator[tuple[Standing, Standing]]:
    """Every pair once, from the side that is listed first."""
    by_id = {one.appliance.id: one for one in concerned}
    told: set[frozenset[str]] = set()
    for one in concerned:
        for peer in one.appliance.peers:
            pair = frozenset({one.appliance.id, peer})
            if peer in by_id and pair not in told:
                told.add(pair)
                yield one, by_id[peer]


def _apart(apart: list[tuple[Standing, Standing]]) -> Judgement:
    return Judgement(
        verdict=Verdict.WARN,
        summary=f"{counted(len(apart), 'pair')} of appliances at two releases: {names(map(_words, apart))}",
        evidence=tuple(version_of(one) for pair in apart for one in pair),
        remedy=f"look at {VIEW} > Tasks for an upgrade that did not end; the next one takes both along",
    )


def _words(pair: tuple[Standing, Standing]) -> str:
    one, other = (each.appliance for each in pair)
    return f"{one.name} {one.version.release} and {other.name} {other.version.release}"


def _alike(pairs: list[tuple[Standing, Standing]]) -> Judgement:
    return Judgement(
        verdict=Verdict.PASS,
        summary=f"{counted(len(pairs), 'pair')} of appliances, each at one release",
        evidence=tuple(version_of(one) for pair in pairs for one in pair),
    )


CHECK = Check(
    id="appliances-alike",
    title="Both appliances of every pair are at one release",
    concerns=frozenset({Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.APPLIANCES,
    judge=judge,
)
