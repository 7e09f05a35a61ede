"""What a check answers, for a terminal: subjects, reasons, warnings, and what only a person can tell.

A pair that is well has some eighty findings. Those that pass or do not apply are counted, and listed only where that is
asked for; what a person must look at is told once, with everything that it is to be looked at for.

The verdict is a line of its own that whoever prints adds last.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from shared.model.finding import Verdict
from shared.model.plan import SubjectKind
from shared.model.readiness import Reason
from shared.report.check_record import CaseState, CheckAnswer, CheckCase, CheckedSubject
from shared.report.sheet import Grid, Sheet
from shared.report.words import KINDS, SYMBOL, VERDICT, listed, several, when
from shared.rules.subjects import Key

_NAMES_SHOWN = 12
_QUIET = {Verdict.PASS: ("passed", "passed"), Verdict.NOT_APPLICABLE: ("does not apply", "do not apply")}
_ALL = "--verbose lists them, and -o json has them"


def check_sheet(answer: CheckAnswer, *, verbose: bool = False) -> Sheet:
    """The answer as sentences and grids; `verbose` with what passed or does not apply."""
    names = {(one.kind, one.id): one.name for one in answer.subjects}
    quiet = tuple(_quiet_rows(answer)) if verbose else ()
    told = "" if verbose else quiet_line(case for one in answer.subjects for case in one.cases)
    return Sheet(
        grids=(
            Grid(columns=("SUBJECT", "HCX", "STANDS", "READY", "HOLDS UNTIL", "WHO ACTS NEXT"), rows=_subjects(answer)),
            Grid(
                columns=("ABOUT", "WHY NOT", "CHECK", "WHAT", "WHO CAN ACT", "WHAT TO DO"),
                rows=tuple(_reason(one, names) for one in answer.reasons),
            ),
            Grid(columns=("ABOUT", "WARNING", "WHAT", "WHAT TO DO"), rows=tuple(_warnings(answer))),
            Grid(columns=("ABOUT", "CHECK", "VERDICT", "WHAT"), rows=quiet),
        ),
        foot=(*_told_by_hand(answer), *((told,) if told else ()), f"{answer.asked_of}: {counted(answer)}"),
    )


def _reason(reason: Reason, names: Mapping[Key, str]) -> tuple[str, ...]:
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


def _told_by_hand(answer: CheckAnswer) -> Iterator[str]:
    for check, remedy, names in by_hand(answer):
        yield f"Look yourself ({check}): {remedy} [{names}]"


def by_hand(answer: CheckAnswer) -> Iterator[tuple[str, str, str]]:
    """What only a person can tell, once for each check and look: the check, what to look at, and for whom."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in answer.subjects:
        for case in one.cases:
            if case.verdict is Verdict.MANUAL:
                found[case.check, case.remedy].append(one.name)
    for (check, remedy), names in sorted(found.items()):
        yield check, remedy, _some(dict.fromkeys(names))


def _some(names: Iterable[str]) -> str:
    known = sorted(names)
    more = len(known) - _NAMES_SHOWN
    return ", ".join(known[:_NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")


def case_rows(cases: Iterable[CheckCase]) -> tuple[tuple[str, ...], ...]:
    """Check, verdict and summary of each, gravest first; what somebody lets pass comes after what warns."""
    gravest = list(VERDICT)
    ordered = sorted(cases, key=lambda one: (gravest.index(one.verdict), one.waived))
    return tuple((one.check, "waived" if one.waived else VERDICT[one.verdict], one.summary) for one in ordered)


def is_quiet(case: CheckCase) -> bool:
    """Whether nobody has to read it."""
    return case.verdict in _QUIET


def _quiet_rows(answer: CheckAnswer) -> Iterator[tuple[str, ...]]:
    for one in answer.subjects:
        for row in case_rows(filter(is_quiet, one.cases)):
            yield one.name, *row


def quiet_line(cases: Iterable[CheckCase]) -> str:
    """How many findings are not listed because they pass or do not apply; empty where none is."""
    found = Counter(one.verdict for one in cases)
    parts = [several(found[verdict], *words) for verdict, words in _QUIET.items() if found[verdict]]
    return f"Findings that are not listed: {listed(parts)} ({_ALL})." if parts else ""
