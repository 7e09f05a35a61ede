"""What is proved of a task by observation, and what is not.

A claim is proved where a fresh observation shows it, no other witness disagrees, and nobody who has to speak is
silent. Somebody's "done" opens a proof and an HCX job may be a reason to look; neither ever closes one. Two witnesses
that disagree keep it open.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from shared.model.facts import ApplianceKind, FleetFacts
from shared.model.plan import ApplianceUpgrade, ByHand, ManagerTask, MeshTask, Task
from shared.model.proof import Claim, Proof, ProofVerdict, Stance, Word
from shared.model.version import Version
from shared.rules import witnesses
from shared.rules.freshness import APPLIANCES, HA_GROUPS
from shared.rules.witnesses import Court, Place

TUNNELLED = frozenset({ApplianceKind.INTERCONNECT, ApplianceKind.NETWORK_EXTENSION})
"""Appliances with a tunnel of their own."""
VIEW = "Interconnect > Service Mesh > View Appliances"
"""Where a person sees appliances."""
ROLES = "HA Roles Active / Standby"
"""Where a person sees the roles of a high availability group."""
OBSERVE = "observe again: hcx-fleet prove SUBJECT --live"


def proof_of(task: Task, facts: FleetFacts, now: datetime, said: tuple[Word, ...] = ()) -> Proof:
    """Every claim of a task, those that are needed and those that only a person can look at.

    Args:
        task: what should have been done.
        facts: the newest of every manager that the task touches.
        now: observations count by their age at this moment.
        said: what people reported of the task; listed beside what is observed, and counted for nothing.
    """
    court = Court(facts=facts, now=now, said=said)
    claims = _of_manager(task, court) if isinstance(task, ManagerTask) else _of_mesh(task, court)
    name = task.subject if isinstance(task, ManagerTask) else task.name
    return Proof(task=task.id, subject=task.subject, name=name, target=task.target, as_of=now, claims=tuple(claims))


def verdict(words: Iterable[Word]) -> ProofVerdict:
    """What the witnesses come to. Silence of one that must speak keeps a claim open whatever the others say."""
    heard = tuple(words)
    stances = {one.stance for one in heard}
    if {Stance.FOR, Stance.AGAINST} <= stances:
        return ProofVerdict.CONTRADICTED
    if any(one.must and one.stance is Stance.SILENT for one in heard):
        return ProofVerdict.OPEN
    return ProofVerdict.PROVED if Stance.FOR in stances else ProofVerdict.OPEN


def _claim(identity: str, text: str, words: tuple[Word, ...], would_prove: str) -> Claim:
    return Claim(id=identity, text=text, verdict=verdict(words), needed=True, words=words, would_prove=would_prove)


def _unseen(identity: str, text: str, words: tuple[Word, ...], would_prove: str) -> Claim:
    """A claim that nothing readable shows: it never keeps a task open, and is never called proved."""
    return Claim(
        id=identity,
        text=text,
        verdict=ProofVerdict.NOT_OBSERVABLE,
        needed=False,
        words=words,
        would_prove=would_prove,
    )


# --- a manager --------------------------------------------------------------------------------------------------------


def _of_manager(task: ManagerTask, court: Court) -> Iterator[Claim]:
    name = task.subject
    yield _version(court, name, task.source, task.target, task.system_id)
    yield _plugins(court, name, task.source, task.target)
    yield _services(court, name)
    for peer in task.peers:
        yield _pairing(court, name, peer)


def _version(court: Court, name: str, source: Version, target: Version, system_id: str = "") -> Claim:
    plugins = witnesses.plugin_word(court, name, source, target)
    words = (
        witnesses.version_word(court, name, target, system_id),
        *((plugins,) if plugins else ()),
        *witnesses.upgrade_job_words(court, name),
        *court.said,
    )
    would = f"{name} reports {target.release} or later, and no plug-in in its vCenter says otherwise; {OBSERVE}"
    return _claim(f"version:{name}", f"{name} is at {target.release} or later", words, would)


def _plugins(court: Court, name: str, source: Version, target: Version) -> Claim:
    """A second witness only: unobserved it changes nothing, and where it disagrees the version is contradicted."""
    identity, text = f"plug-ins:{name}", f"HCX's plug-ins in the vCenter of {name} came along"
    word = witnesses.plugin_word(court, name, source, target)
    if word is None:
        return _unseen(identity, text, (), f"name the vCenter of {name} in fleet.yaml, then {OBSERVE}")
    would = f"every plug-in that comes with the manager is at {target.release}; {OBSERVE}"
    return Claim(id=identity, text=text, verdict=verdict((word,)), needed=False, words=(word,), would_prove=would)


def _services(court: Court, name: str) -> Claim:
    word = witnesses.services_word(court, name)
    identity, text = f"services:{name}", f"the services of {name} run"
    if witnesses.not_offered(court, name, "services"):
        return _unseen(identity, text, (word,), "whoever has the account of port 9443 (the provider for its own) looks")
    return _claim(identity, text, (word,), f"every component of {name} reports that it runs; {OBSERVE}")


def _pairing(court: Court, here: str, there: str) -> Claim:
    words = (witnesses.pairing_word(court, here, there), witnesses.pairing_word(court, there, here))
    would = f"the pairing is up at the end that lists it, and no end says otherwise; {OBSERVE}"
    return _claim(f"pairing:{here}:{there}", f"{here} and {there} are paired and connected", words, would)


# --- a mesh -----------------------------------------------------------------------------------------------------------


def _of_mesh(task: MeshTask, court: Court) -> Iterator[Claim]:
    for manager in (task.initiator, task.receiver):
        yield _version(Court(facts=court.facts, now=court.now), manager, task.target, task.target)
        yield _services(court, manager)
    yield _pairing(court, task.initiator, task.receiver)
    for item in task.appliances:
        yield from _of_appliance(task, item, court)
    for gateway in task.by_hand:
        yield _gateway(task, gateway, court)
    yield _sync(task, court)
    yield from _traffic(task)


def _of_appliance(task: MeshTask, item: ApplianceUpgrade, court: Court) -> Iterator[Claim]:
    places = _places(task, item, court)
    alone = () if len(places) > 1 else (_no_peer(task, item),)
    would = f"both sides report {task.target.release} for it in {VIEW}; {OBSERVE}"
    versions = tuple(witnesses.appliance_version_word(court, one, task.target) for one in places)
    text = f"{item.name} and its peer are at {task.target.release} or later"
    yield _claim(f"appliance:{item.name}", text, (*versions, *alone, *court.said), would)
    if item.kind in TUNNELLED:
        tunnels = (*(witnesses.tunnel_word(court, one) for one in places), *alone)
        up = f"both sides report Tunnel Up in {VIEW}; {OBSERVE}"
        yield _claim(f"tunnel:{item.name}", f"the tunnel of {item.name} is up on both sides", tunnels, up)
    if item.together:
        yield _roles(task, item, court)


def _places(task: MeshTask, item: ApplianceUpgrade, court: Court) -> tuple[Place, ...]:
    """The appliance and its peers: those it names now, unless it names fewer than when it was planned."""
    own = Place(manager=task.initiator, mesh=task.subject, id=item.appliance_id, name=item.name)
    named = witnesses.peers_now(court, own)
    peers = named if len(named) >= len(item.peers) else item.peers
    return (own, *(Place(manager=task.receiver, mesh=task.subject, id=peer) for peer in peers))


def _no_peer(task: MeshTask, item: ApplianceUpgrade) -> Word:
    says = f"which appliance is the peer of {item.name} is not known"
    return witnesses.hcx(task.receiver, says, None, Stance.SILENT, must=True)


def _roles(task: MeshTask, item: ApplianceUpgrade, court: Court) -> Claim:
    """Which members a group has can be read, which of them is active cannot; swapped roles are a success."""
    seen = witnesses.looked(court, task.initiator, HA_GROUPS)
    if isinstance(seen, Word):
        word = seen
    else:
        group = next((one for one in seen.value if item.appliance_id in one.members), None)
        says = f"group {group.id} has {len(group.members)} members" if group else f"lists no group with {item.name}"
        word = witnesses.hcx(task.initiator, f"{says}; roles are not told", seen.at, Stance.SILENT)
    would = f"a person sees one Active and one Standby under {ROLES}; roles that are swapped afterwards are a success"
    return _unseen(f"roles:{item.name}", f"the group of {item.name} has an active and a standby member", (word,), would)


def _gateway(task: MeshTask, gateway: ByHand, court: Court) -> Claim:
    """The flag proves nothing: such a gateway never carries it. Only a version that is understood does."""
    place = Place(manager=task.initiator, mesh=task.subject, id=gateway.appliance_id, name=gateway.name)
    word = witnesses.appliance_version_word(court, place, task.target)
    identity, text = f"gateway:{gateway.name}", f"{gateway.name} was redeployed at {task.target.release} or later"
    would = f"{gateway.name} reports {task.target.release}: that it shows no update flag proves nothing"
    counts = not isinstance(witnesses.looked(court, task.initiator, APPLIANCES), Word)
    if counts and word.stance is Stance.SILENT:
        return _unseen(identity, text, (word,), f"{would}; a person looks at {VIEW}")
    return _claim(identity, text, (word,), would)


def _sync(task: MeshTask, court: Court) -> Claim:
    ends = (task.initiator, task.receiver)
    words = tuple(witnesses.sync_word(court, one, task.subject) for one in ends)
    jobs = tuple(job for one in ends for job in witnesses.mesh_job_words(court, one, task.subject))
    identity, text = f"sync:{task.name}", f"{task.name} is in sync"
    if not any(one.must for one in words) and {one.stance for one in words} == {Stance.SILENT}:
        return _unseen(identity, text, (*words, *jobs), "a person looks at Interconnect > Service Mesh")
    return _claim(identity, text, (*words, *jobs), f"its managers say that it needs no resync; {OBSERVE}")


def _traffic(task: MeshTask) -> Iterator[Claim]:
    carrying = [one.name for one in task.appliances if one.networks]
    if carrying:
        would = "somebody reaches something on each network from the other side: a tunnel that is up is no proof of it"
        text = f"traffic passes on the extended networks of {', '.join(carrying)}"
        yield _unseen(f"traffic:{task.name}", text, (), would)
