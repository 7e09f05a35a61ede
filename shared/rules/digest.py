"""What changed from one pass to the next: findings that are new, worse, better or gone.

Two passes of a day read alike for hundreds of lines. What a person wants to know in the morning is what is other than
yesterday. Findings that pass, or do not apply, are quiet: they count as not being there.
"""

from collections.abc import Iterable, Iterator, Mapping

from shared.model.digest import Difference, Turn
from shared.model.finding import Finding, Verdict

GRAVER = (
    Verdict.NOT_APPLICABLE,
    Verdict.PASS,
    Verdict.WARN,
    Verdict.MANUAL,
    Verdict.UNKNOWN,
    Verdict.OUTAGE_RISK,
    Verdict.UPGRADE_FAILURE,
)
"""Verdicts from the lightest to the gravest: the same order in which reports list them."""

_QUIET = frozenset({Verdict.NOT_APPLICABLE, Verdict.PASS})
_WORST_FIRST = tuple(Turn)

type _Key = tuple[str, str]


def differences(before: Iterable[Finding], after: Iterable[Finding]) -> tuple[Difference, ...]:
    """Every check that says something else of a subject than before, what is worse first.

    Of several findings of one check on one subject the gravest counts. Words and numbers may differ: only another
    verdict is a difference. A subject that is not looked at any more has lost its findings.
    """
    was, now = _gravest(before), _gravest(after)
    found = _compared(was, now)
    return tuple(sorted(found, key=lambda one: (_WORST_FIRST.index(one.turn), one.subject, one.check)))


def _gravest(findings: Iterable[Finding]) -> dict[_Key, Finding]:
    found: dict[_Key, Finding] = {}
    for one in findings:
        key = (one.subject, one.check)
        if key not in found or _rank(found[key]) < _rank(one):
            found[key] = one
    return found


def _compared(was: Mapping[_Key, Finding], now: Mapping[_Key, Finding]) -> Iterator[Difference]:
    for key in was.keys() | now.keys():
        before, after = was.get(key), now.get(key)
        turn = _turn(before, after)
        said = after if after is not None and turn is not Turn.GONE else before
        if turn is not None and said is not None:
            yield Difference(
                turn=turn,
                check=said.check,
                subject=said.subject,
                was=before.verdict if before else None,
                now=after.verdict if after else None,
                summary=said.summary,
            )


def _turn(before: Finding | None, after: Finding | None) -> Turn | None:
    loud_before, loud_now = _is_loud(before), _is_loud(after)
    if loud_before != loud_now:
        return Turn.NEW if loud_now else Turn.GONE
    if before is None or after is None or not loud_now or before.verdict is after.verdict:
        return None
    return Turn.WORSE if _rank(before) < _rank(after) else Turn.BETTER


def _is_loud(finding: Finding | None) -> bool:
    return finding is not None and finding.verdict not in _QUIET


def _rank(finding: Finding) -> int:
    return GRAVER.index(finding.verdict)
