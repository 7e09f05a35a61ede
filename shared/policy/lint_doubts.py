"""What is allowed and still hardly meant."""

from collections.abc import Iterator
from dataclasses import replace

from shared.policy.edge_time import day_of, length_of
from shared.policy.marked_yaml import Marked, Scalar, find, line_of
from shared.policy.problems import Problem, Severity, Where
from shared.policy.walking import blocks, is_there, problem_at, text_at, texts_at, value_at


def doubts(root: Marked) -> Iterator[Problem]:
    """Every warning that needs no clock."""
    for problem in (
        *_no_budget(root),
        *_no_window(root),
        *_few_approvers(root),
        *_probes_of_nothing(root),
        *_looser_limits(root),
        *_snapshots_nowhere(root),
        *_answers_too_late(root),
        *_alarms_unseen(root),
        *_not_yet(root),
    ):
        yield replace(problem, severity=Severity.WARNING)


def _no_budget(root: Marked) -> Iterator[Problem]:
    waves = blocks(root, "waves")
    if not any(is_there(root, (*where, "budget")) for where in ((), *waves)):
        message = "is not there, and no wave has one: failures stop only what depends on them"
        yield Problem(line=None, where=("budget",), message=message)


def _no_window(root: Marked) -> Iterator[Problem]:
    if blocks(root, "windows"):
        return
    for site in blocks(root, "sites"):
        if blocks(root, *site, "windows"):
            continue
        for connector in blocks(root, *site, "connectors"):
            if text_at(root, (*connector, "owner")) == "ours":
                message = "is upgraded by hcx-fleet at any time of the day: neither its site nor the file has windows"
                yield problem_at(root, (*connector, "owner"), message)


def _few_approvers(root: Marked) -> Iterator[Problem]:
    """They may be groups of many people, so that this may well be meant."""
    for wave in blocks(root, "waves"):
        approvers = list(texts_at(root, (*wave, "approval", "approvers")))
        where = (*wave, "approval", "minimum")
        minimum = find(root, where)
        wanted = minimum.value if isinstance(minimum, Scalar) and isinstance(minimum.value, int) else 0
        if approvers and wanted > len(approvers):
            line = line_of(root, (*wave, "approval", "approvers"))
            yield problem_at(root, where, f"is more than there are approvers in line {line}; right if these are groups")


def _probes_of_nothing(root: Marked) -> Iterator[Problem]:
    listed = {text_at(root, (*network, "network")) for network in blocks(root, "sites", "*", "networks")}
    for probe in blocks(root, "probes"):
        where = (*probe, "network")
        if (network := text_at(root, where)) and network not in listed:
            yield problem_at(root, where, "is a network that no site lists, so nobody answers for it")


def _looser_limits(root: Marked) -> Iterator[Problem]:
    fleet = ("networkExtension", "outageLimit")
    for network in blocks(root, "sites", "*", "networks"):
        where = (*network, "outageLimit")
        own, all_ = value_at(root, where, length_of), value_at(root, fleet, length_of)
        if own and all_ and own > all_:
            yield problem_at(
                root, where, f"is looser than that of the fleet in line {line_of(root, fleet)}, and counts"
            )


def _alarms_unseen(root: Marked) -> Iterator[Problem]:
    """Where no vCenter is named no alarm is seen, and a soak that asks for none would always find none."""
    managers = (*blocks(root, "sites", "*", "connectors"), *blocks(root, "connectors"), *blocks(root, "cloudManagers"))
    if any(is_there(root, (*manager, "vcenter")) for manager in managers):
        return
    for wave in blocks(root, "waves"):
        for where, criterion in texts_at(root, (*wave, "soak", "require")):
            if criterion == "no-new-alarms":
                yield problem_at(root, where, "is asked for, and no manager names a vcenter to see alarms in")


def _snapshots_nowhere(root: Marked) -> Iterator[Problem]:
    where = ("snapshots", "connectors")
    if text_at(root, where) != "vcenter":
        return
    for connector in blocks(root, "sites", "*", "connectors"):
        if not is_there(root, (*connector, "vcenter")):
            message = f"has no vcenter, so that no snapshot of it is taken as line {line_of(root, where)} asks"
            yield problem_at(root, (*connector, "name"), message)


def _answers_too_late(root: Marked) -> Iterator[Problem]:
    for site in blocks(root, "sites"):
        announced, answer = ((*site, "provider", key) for key in ("announced", "answerBy"))
        days = [value_at(root, where, day_of) for where in (announced, answer)]
        if days[0] and days[1] and days[0] < days[1]:
            yield problem_at(root, answer, f"is later than the announced day in line {line_of(root, announced)}")


# --- what is read and kept, and nothing acts on yet -------------------------------------------------------------------

KEEP_WAITING = "keep-waiting"
_NOT_YET = (
    (("retention", "runs"), "has no effect yet: no run is ever deleted"),
    (("retention", "evidence"), "has no effect yet: no evidence is ever deleted"),
)


def _not_yet(root: Marked) -> Iterator[Problem]:
    """A line that somebody relies on and that does nothing is worse than none."""
    for where, message in _NOT_YET:
        if _says_something(root, where):
            yield problem_at(root, where, message)
    for wave in blocks(root, "waves"):
        if is_there(root, (*wave, "approval")):
            waits = text_at(root, (*wave, "approval", "onTimeOut")) == KEEP_WAITING
            end = "the wave waits until its run is cancelled" if waits else "the wave ends when its time is over"
            yield problem_at(root, (*wave, "approval"), f"nobody can give it yet: {end}")


def _says_something(root: Marked, where: Where) -> bool:
    """An empty list or block, and a key without a value, asks for nothing."""
    found = find(root, where)
    return bool(found.plain) if found is not None else False
