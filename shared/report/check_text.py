"""What a check answers, for a terminal: subjects, reasons, warnings, and what only a person can tell.

The verdict is a line of its own that whoever prints adds last.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from shared.model.finding import Verdict
from shared.model.plan import SubjectKind
from shared.model.readiness import Reason
from shared.report.check_record import CaseState, CheckAnswer, CheckedSubject
from shared.report.sheet import Grid, Sheet
from shared.report.words import KINDS, SYMBOL, listed, several, when

_NAMES_SHOWN = 12
REASON_COLUMNS = ("ABOUT", "WHY NOT", "CHECK", "WHAT", "WHO CAN ACT", "WHAT TO DO")


def check_sheet(answer: CheckAnswer) -> Sheet:
    """The answer as sentences and grids."""
    return Sheet(
        grids=(
            Grid(columns=("SUBJECT", "HCX", "STANDS", "READY", "HOLDS UNTIL", "WHO ACTS NEXT"), rows=_subjects(answer)),
            Grid(columns=REASON_COLUMNS, rows=tuple(reason_row(one, names_of(answer)) for one in answer.reasons)),
            Grid(columns=("ABOUT", "WARNING", "WHAT", "WHAT TO DO"), rows=tuple(_warnings(answer))),
        ),
        foot=(*_by_hand(answer), f"{answer.asked_of}: {counted(answer)}"),
    )


def names_of(answer: CheckAnswer) -> dict[tuple[SubjectKind, str], str]:
    """What people call subjects."""
    return {(one.kind, one.id): one.name for one in answer.subjects}


def reason_row(reason: Reason, names: dict[tuple[SubjectKind, str], str]) -> tuple[str, ...]:
    """One reason in the order of `REASON_COLUMNS`."""
    name = names.get((reason.subject_kind, reason.subject), reason.subject)
    about = f"{KINDS[reason.subject_kind][0]} {name}" if name else "all"
    todo = "" if reason.remedy == reason.who else reason.remedy
    return about, reason.kind.value, reason.code, reason.detail, reason.who, todo


def counted(answer: CheckAnswer) -> str:
    """How many of each kind are in which bucket; the numbers add up."""
    told: dict[SubjectKind, list[str]] = defaultdict(list)
    for one in answer.counts:
        told[one.kind].append(f"{one.number} {one.bucket.value}")
    parts = [f"{several(_total(answer, kind), *KINDS[kind])} ({', '.join(said)})" for kind, said in told.items()]
    return f"{answer.seen} seen: {listed(parts)}." if parts else "Nothing was seen."


def _total(answer: CheckAnswer, kind: SubjectKind) -> int:
    return sum(one.number for one in answer.counts if one.kind is kind)


def _subjects(answer: CheckAnswer) -> tuple[tuple[str, ...], ...]:
    """Of a fleet the clouds, which stand for all that belongs to them, and what belongs to none."""
    return tuple(_row(one, ready=_said(one, answer)) for one in shown(answer))


def shown(answer: CheckAnswer) -> tuple[CheckedSubject, ...]:
    """The subjects that stand for all: a connector and a mesh beside their cloud only where one subject was asked."""
    there = {one.id for one in answer.subjects if one.kind is SubjectKind.PRIVATE_CLOUD}
    few = len(there) <= 1
    return tuple(one for one in answer.subjects if few or one.id in there or not set(one.clouds) & there)


def _said(one: CheckedSubject, answer: CheckAnswer) -> str:
    """Of chosen checks alone, whether they say no: nothing is ready as a whole by them."""
    if answer.only:
        return "no" if one.reasons else "not asked"
    return "yes" if one.ready else "no"


def _row(one: CheckedSubject, *, ready: str) -> tuple[str, ...]:
    until = when(one.counts_until) if one.ready and one.counts_until else ""
    stands = f"{SYMBOL[one.bucket]} {one.bucket.value}"
    about = f"{KINDS[one.kind][0]} {one.name}"
    return about, one.version, stands, ready, until, one.who_acts_next


def _warnings(answer: CheckAnswer) -> Iterator[tuple[str, ...]]:
    for one in answer.subjects:
        for case in one.cases:
            if case.state is CaseState.WARNED or case.waived:
                yield one.name, case.check, case.summary, case.remedy


def _by_hand(answer: CheckAnswer) -> Iterator[str]:
    """What only a person can tell, once for each check."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in answer.subjects:
        for case in one.cases:
            if case.verdict is Verdict.MANUAL:
                found[case.check, case.remedy].append(one.name)
    for (check, remedy), names in sorted(found.items()):
        yield f"Look yourself ({check}): {remedy} [{_some(dict.fromkeys(names))}]"


def _some(names: Iterable[str]) -> str:
    known = sorted(names)
    more = len(known) - _NAMES_SHOWN
    return ", ".join(known[:_NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")
