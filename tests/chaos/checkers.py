"""What must hold at the end of every story, whatever was killed in it: pure functions of the evidence.

They share nothing with the simulator, and nothing with the app but its records: what they judge they work out anew from
the world's truth and from what the store kept. Each gives a sentence for every breach; none where all is well.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from shared.model.codec import to_json
from shared.model.ledger import ClaimState
from shared.model.run import JournalKind, Outcome
from shared.rules.chain import faults
from tests.chaos.calls import OURS, covers, our_calls, step_of, subject_of
from tests.chaos.evidence import Evidence
from tests.chaos.obedience import cancel_respected, commands_told, pause_respected

type Checker = Callable[[Evidence], Iterator[str]]

MINORS_APART = 2
"""Between the managers of a pair, and between appliances and the newer one of their managers."""
WAS_SENT = frozenset({ClaimState.SENDING, ClaimState.ADOPTED, ClaimState.DONE})


def one_mutation(evidence: Evidence) -> Iterator[str]:
    """At most one mutating call per subject, step and generation."""
    sent = Counter((claim.subject, _plain(claim.step)) for claim in evidence.claims if claim.state in WAS_SENT)
    calls = Counter((subject_of(call), step_of(call)) for call in our_calls(evidence))
    for (subject, step), times in calls.items():
        if times > max(1, sent[subject, step]):
            yield f"{step} of {subject} was called {times} times in {max(1, sent[subject, step])} generations"


def ledger_knows(evidence: Evidence) -> Iterator[str]:
    """Every mutating call stands in the ledger as one that was sent."""
    known = {(claim.subject, _plain(claim.step)) for claim in evidence.claims if claim.state in WAS_SENT}
    for call in our_calls(evidence):
        if (subject_of(call), step_of(call)) not in known:
            yield f"the ledger does not know that {step_of(call)} of {subject_of(call)} was sent"


def none_unconfirmed(evidence: Evidence) -> Iterator[str]:
    """No mutating call goes by a route that is not confirmed, whatever became of it."""
    for call in evidence.truth["mutations"]:
        if call["caller"] == OURS and call["route"] not in evidence.confirmed:
            yield f"{call['manager']} was called by {call['route']}, which is not confirmed"


def one_failed_login(evidence: Evidence) -> Iterator[str]:
    """At most one failed log-in per account, and none of them locked."""
    for account in evidence.truth["logins"]:
        if account["failed"] > 1 or account["locked"]:
            yield f"account {account['secret']} saw {account['failed']} failed log-ins, locked: {account['locked']}"


def within_concurrency(evidence: Evidence) -> Iterator[str]:
    """No more subjects are in change at once than the policy allows."""
    changing: set[str] = set()
    for _, begins, subject in sorted(_moments(evidence)):
        if not begins:
            changing.discard(subject)
            continue
        changing.add(subject)
        if len(changing) > evidence.concurrency:
            yield f"{len(changing)} subjects in change at once, {evidence.concurrency} allowed: {sorted(changing)}"


def within_budget(evidence: Evidence) -> Iterator[str]:
    """No more tasks of a run fail, and no more changes fail in the world, than a strict budget allows."""
    most = evidence.failures_max
    if most is None:
        return
    for links in evidence.links:
        ends = (link.entry.result for link in links if link.entry.kind is JournalKind.TASK_ENDED)
        failed = sorted(end.task for end in ends if end is not None and end.outcome is Outcome.FAILED)
        if len(failed) > most:
            yield f"{len(failed)} tasks of run {links[0].run} failed, {most} may: {failed}"
    broken = sorted(_broken(evidence))
    if len(broken) > most * len(evidence.runs):
        yield f"the upgrades of {broken} failed, {most} in each of {len(evidence.runs)} runs may"


def within_skew(evidence: Evidence) -> Iterator[str]:
    """After every change the managers of a pair and the appliances of a mesh are near enough to each other."""
    releases = _releases_before(evidence)
    changes = sorted(evidence.truth["changes"], key=lambda change: change["at"])
    for at in dict.fromkeys(change["at"] for change in changes):
        for change in (one for one in changes if one["at"] == at):
            releases[change["subject"]] = change["to"]
        for mesh in evidence.truth["meshes"]:
            yield from (f"at {at}: {wrong}" for wrong in _apart(mesh, releases))


def lease_exclusive(evidence: Evidence) -> Iterator[str]:
    """Nobody has a lease while another one has it or needs it quiet, and later leases have greater tokens."""
    standing: dict[str, dict[str, Any]] = {}
    greatest = 0
    for lease in evidence.leases:
        if lease["what"] == "given-back":
            standing.pop(lease["subject"], None)
            continue
        for other in standing.values():
            if _clash(lease, other):
                yield f"{lease['holder']} took {lease['subject']} while {other['holder']} held {other['subject']}"
        own = standing.get(lease["subject"])
        if (own is None or own["token"] != lease["token"]) and lease["token"] <= greatest:
            yield f"lease {lease['token']} on {lease['subject']} is not later than lease {greatest}"
        greatest = max(greatest, lease["token"])
        standing[lease["subject"]] = lease


def changed_under_lease(evidence: Evidence) -> Iterator[str]:
    """Every mutating call was made while a lease on its subject was held."""
    for call in our_calls(evidence):
        at, subject = datetime.fromisoformat(call["at"]), subject_of(call)
        if not any(covers(evidence.leases, index, subject, at) for index in range(len(evidence.leases))):
            yield f"{step_of(call)} of {subject} was called at {call['at']} with no lease on it"


def leases_back(evidence: Evidence) -> Iterator[str]:
    """No lease is held when nothing runs any more."""
    for lease in evidence.held:
        yield f"task {lease.task} of run {lease.run} still holds {lease.subject}"


def all_counted(evidence: Evidence) -> Iterator[str]:
    """Every manager and mesh of the world is in exactly one bucket of each run that ended."""
    there = {one["id"] for kind in ("managers", "meshes") for one in evidence.truth[kind]}
    for run in evidence.runs:
        placed = Counter(one.subject for one in run.placed)
        if run.ended_at is not None and (set(placed) != there or max(placed.values()) > 1):
            yield f"run {run.request.id} counts {dict(placed)}, and there are {sorted(there)}"


def chain_whole(evidence: Evidence) -> Iterator[str]:
    """Every journal is a whole chain, by a reckoning of our own as well as the app's, and names each thing once."""
    for links in evidence.links:
        yield from faults(links)
        previous = "0" * 64
        for place, link in enumerate(links, 1):
            if (link.sequence, link.previous) != (place, previous) or link.digest != _digest(link):
                yield f"link {link.sequence} of run {link.run} is not what stood at {place}"
            previous = link.digest
        twice = [key for key, times in Counter(link.entry.key for link in links).items() if times > 1]
        if twice:
            yield f"the journal says twice: {twice}"


def tasks_end_once(evidence: Evidence) -> Iterator[str]:
    """A task ends once in a run, and a run ends once."""
    for links in evidence.links:
        ends = Counter(link.entry.task for link in links if link.entry.kind is JournalKind.TASK_ENDED)
        yield from (f"{task} ended {times} times" for task, times in ends.items() if times > 1)
        if sum(link.entry.kind is JournalKind.RUN_ENDED for link in links) > 1:
            yield f"run {links[0].run} ended more than once"


def at_target(evidence: Evidence) -> Iterator[str]:
    """Everything is where it was meant to be."""
    for manager in evidence.truth["managers"]:
        if manager["release"] != evidence.target:
            yield f"{manager['id']} is at {manager['release']}, not at {evidence.target}"
    for appliance in (one for mesh in evidence.truth["meshes"] for one in mesh["appliances"]):
        if (appliance["release"], appliance["tunnel"]) != (evidence.target, "UP"):
            yield f"{appliance['name']} is at {appliance['release']} with its tunnel {appliance['tunnel']}"


ALWAYS: tuple[Checker, ...] = (
    one_mutation,
    ledger_knows,
    none_unconfirmed,
    one_failed_login,
    within_concurrency,
    within_budget,
    within_skew,
    lease_exclusive,
    changed_under_lease,
    cancel_respected,
    pause_respected,
    commands_told,
    all_counted,
    chain_whole,
    tasks_end_once,
)
"""What holds at every moment in which no host runs."""

IN_THE_END: tuple[Checker, ...] = (*ALWAYS, leases_back, at_target)
"""What holds when all is done."""


def breaches(evidence: Evidence, checkers: tuple[Checker, ...]) -> tuple[str, ...]:
    """Every breach, with the name of the checker that found it."""
    return tuple(f"{checker.__name__}: {breach}" for checker in checkers for breach in checker(evidence))


# --- what they share --------------------------------------------------------------------------------------------------


def _plain(step: str) -> str:
    """The same from the id of a step: an appliance's also names the release, and its call does not."""
    return ":".join(step.split(":")[:2])


def _moments(evidence: Evidence) -> Iterator[tuple[str, bool, str]]:
    """When subjects begin and end to be in change; ends sort before beginnings of the same moment.

    A change that failed leaves no new version behind: it is over when its lease was given back.
    """
    for call in our_calls(evidence):
        yield call["at"], True, subject_of(call)
    mesh_of = {one["name"]: f"mesh:{mesh['id']}" for mesh in evidence.truth["meshes"] for one in mesh["appliances"]}
    for change in evidence.truth["changes"]:
        kind, _, name = change["subject"].partition(":")
        yield change["at"], False, mesh_of[name] if kind == "appliance" else change["subject"]
    for lease in (one for one in evidence.leases if one["what"] == "given-back"):
        if lease["subject"] in _broken(evidence):
            yield lease["at"].replace("+00:00", "Z"), False, lease["subject"]


def _releases_before(evidence: Evidence) -> dict[str, str]:
    truth = evidence.truth
    now = {f"manager:{one['id']}": one["release"] for one in truth["managers"]}
    now |= {f"appliance:{one['name']}": one["release"] for mesh in truth["meshes"] for one in mesh["appliances"]}
    for change in sorted(truth["changes"], key=lambda change: str(change["at"]), reverse=True):
        now[change["subject"]] = change["from"]
    return now


def _apart(mesh: dict[str, Any], releases: dict[str, str]) -> Iterator[str]:
    one, other = (_number(releases[f"manager:{mesh[end]}"]) for end in ("initiator", "receiver"))
    if one[0] != other[0] or abs(one[1] - other[1]) > MINORS_APART:
        yield f"the managers of {mesh['name']} are at {one} and {other}"
    for appliance in mesh["appliances"]:
        own = _number(releases[f"appliance:{appliance['name']}"])
        if own[0] != max(one, other)[0] or max(one, other)[1] - own[1] > MINORS_APART:
            yield f"{appliance['name']} is at {own}, its managers at {one} and {other}"


def _number(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in release.split("."))


def _clash(lease: dict[str, Any], other: dict[str, Any]) -> bool:
    if lease["holder"] == other["holder"] or other["until"] <= lease["at"]:
        return False
    return other["subject"] in {lease["subject"], *lease["quiet"]} or lease["subject"] in other["quiet"]


def _broken(evidence: Evidence) -> set[str]:
    """Managers whose last upgrade failed, and was ours."""
    ours = {subject_of(call) for call in our_calls(evidence)}
    managers = {f"manager:{one['id']}" for one in evidence.truth["managers"] if one.get("upgrade") == "FAILED"}
    return managers & ours


def _digest(link: Any) -> str:
    """By the words of the design, not by the app's code."""
    entry = _pruned(to_json(link.entry))
    covered = {"run": link.run, "sequence": link.sequence, "previous": link.previous, "entry": entry}
    text = json.dumps(covered, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _pruned(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _pruned(one) for name, one in value.items() if _pruned(one) not in (None, "", [])}
    return [_pruned(one) for one in value] if isinstance(value, list) else value
