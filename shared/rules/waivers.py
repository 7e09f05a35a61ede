"""Waivers: what somebody lets pass, for one subject and until a day.

A waiver counts for a check that may be waived, on exactly the manager or mesh that it names. It turns what blocks into
a warning that says who answers for it. It is asked for by the file as it is now, at every look: one that ends while a
run is under way no longer counts at the next change.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from shared.model.finding import Finding, Verdict
from shared.model.policy import Waiver
from shared.policy.waivable import fault_of
from shared.rules.calendar.wall_time import day_text

MATCHES_NOTHING = "waiver-matches-nothing"
"""Check of the findings about waivers that let nothing pass, whatever is found."""


def counts(waiver: Waiver, today: date) -> bool:
    """Whether a waiver still counts; its last day is the last on which it does."""
    return waiver.until >= today


def applied(finding: Finding, waivers: Iterable[Waiver], names: Collection[str], today: date) -> Finding:
    """A finding of a check that may be waived, as the waivers leave it.

    Args:
        finding: of one check on one subject.
        waivers: every waiver of the file.
        names: all names of the subject.
        today: the day on which it counts.
    """
    if not finding.blocks:
        return finding
    called = {name.casefold() for name in names if name}
    own = [one for one in waivers if one.check == finding.check and one.subject.casefold() in called]
    counting = next((one for one in own if counts(one, today)), None)
    if counting is not None:
        return _let_pass(finding, counting)
    ended = max(own, key=lambda one: one.until, default=None)
    return finding if ended is None else _no_longer(finding, ended)


def _let_pass(finding: Finding, waiver: Waiver) -> Finding:
    by = f"waived by {waiver.owner} until {day_text(waiver.until)}: {waiver.reason}"
    return replace(finding, verdict=Verdict.WARN, summary=f"{finding.summary} ({by})", waived=True)


def _no_longer(finding: Finding, waiver: Waiver) -> Finding:
    ended = f"the waiver of {waiver.owner} ended on {day_text(waiver.until)}"
    renew = f"or {waiver.owner}: renew the waiver in fleet.yaml"
    remedy = f"{finding.remedy}; {renew}" if finding.remedy else renew
    return replace(finding, summary=f"{finding.summary} ({ended})", remedy=remedy)


# --- waivers that let nothing pass ------------------------------------------------------------------------------------


def findings(
    waivers: Iterable[Waiver], waivable: Mapping[str, bool], known: Mapping[str, int], today: date
) -> Iterator[Finding]:
    """What to tell of waivers that count and let nothing pass, or more than they seem to.

    Args:
        waivers: every waiver of the file. One that ended is told of as ended.
        waivable: whether it may be waived, by the id of every check; empty where nobody knows the checks.
        known: how many managers and meshes have a name, by that name in lower case.
        today: the day on which they count.
    """
    for one in waivers:
        if not counts(one, today):
            continue
        fault = fault_of(one.check, waivable) if waivable else ""
        if fault:
            yield _useless(one, fault, f"{one.owner}: correct the check in fleet.yaml, or remove the waiver")
        subjects = known.get(one.subject.casefold(), 0)
        if subjects != 1:
            said = f"{subjects} managers and meshes are called {one.subject}, and it counts for each"
            nobody = f"no manager or mesh called {one.subject} was seen"
            yield _useless(one, said if subjects else nobody, f"{one.owner}: correct the subject in fleet.yaml")


def _useless(waiver: Waiver, why: str, remedy: str) -> Finding:
    return Finding(
        check=MATCHES_NOTHING,
        subject=waiver.subject,
        verdict=Verdict.WARN,
        summary=f"the waiver of {waiver.check} on {waiver.subject}: {why}",
        remedy=remedy,
    )
