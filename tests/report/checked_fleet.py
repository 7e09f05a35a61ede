"""What a check of a small fleet answers: one pair with a finding of every verdict, and facts of an hour."""

from dataclasses import replace

from shared.model.finding import Evidence, Finding, Verdict
from shared.model.run import RunKind
from shared.report.check_making import Asked, Observed, answer
from shared.report.check_record import CheckAnswer
from tests.builders.fleet_facts import NOW, inventory, policy
from tests.cli.played_fleet import facts_at, view

TITLES = {
    Verdict.PASS: ("tunnels-up", "every tunnel is up"),
    Verdict.WARN: ("clocks-agree", "con-a has a clock that is 2 min behind"),
    Verdict.MANUAL: ("backup-known", "con-a does not offer its backup to hcx-fleet"),
    Verdict.NOT_APPLICABLE: ("photon", "con-a crosses no change of Photon OS"),
    Verdict.OUTAGE_RISK: ("migrations-running", "con-a has 2 migrations under way: vm-1, vm-2"),
    Verdict.UPGRADE_FAILURE: ("services-running", "appengine of con-a does not run"),
    Verdict.UNKNOWN: ("site-pairs-healthy", "con-a could not be observed for its site pairings: no answer"),
}


def finding(verdict: Verdict, summary: str = "", **more: object) -> Finding:
    """One finding about the connector."""
    check, said = TITLES[verdict]
    made = Finding(
        check=check,
        subject="con-a",
        verdict=verdict,
        summary=summary or said,
        evidence=(Evidence(text="seen", observed_at=NOW),),
        remedy="the site: mend it, then check again" if verdict not in {Verdict.PASS, Verdict.NOT_APPLICABLE} else "",
        link="https://example.com/kb",
    )
    return replace(made, **more)  # type: ignore[arg-type]


EVERY = tuple(finding(verdict) for verdict in Verdict)
WAIVED = finding(Verdict.WARN, "con-a has 3 snapshots (waived by ana until 1 December 2026: known)", waived=True)


def answered(*findings: Finding, asked: Asked | None = None, **about: object) -> CheckAnswer:
    """The answer of a check that came to these findings."""
    seen = replace(view(None, kind=RunKind.CHECK, findings=findings), now=NOW)
    facts = facts_at("4.11.2")
    observed = Observed(view=seen, facts=facts, inventory=inventory(facts), policy=policy("4.11.4"), now=NOW)
    return answer(asked or Asked(), replace(observed, **about))  # type: ignore[arg-type]
