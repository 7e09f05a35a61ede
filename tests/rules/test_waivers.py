"""What a waiver lets pass, and what is told of one that lets nothing pass."""

from datetime import date

import pytest

from shared.checks.interface import Concern
from shared.model.finding import BLOCKING, Finding, Verdict
from shared.model.policy import Waiver
from shared.policy.waivable import fault_of
from shared.rules.plan_parts import with_findings
from shared.rules.safety import handed_over
from shared.rules.waivers import applied, findings
from tests.checks.case_notation import healthy_plan

TODAY = date(2026, 11, 24)
WAIVABLE = {"tunnels-up": True, "not-held": False}
WAIVED = "tunnel down (waived by ann until 24 November 2026: being rebuilt)"


def waiver(check: str = "tunnels-up", subject: str = "Lyon", until: date = TODAY) -> Waiver:
    """A waiver of one finding."""
    return Waiver(check=check, subject=subject, owner="ann", reason="being rebuilt", until=until)


def finding(verdict: Verdict = Verdict.OUTAGE_RISK) -> Finding:
    """A finding of a mesh that is called Lyon."""
    return Finding(check="tunnels-up", subject="mesh-1", verdict=verdict, summary="tunnel down", remedy="mend it")


def left(one: Finding, *waivers: Waiver) -> Finding:
    """The finding as the waivers leave it."""
    return applied(one, waivers, ("mesh-1", "Lyon", ""), TODAY)


@pytest.mark.parametrize("verdict", sorted(BLOCKING))
def test_whatever_blocks_is_let_pass(verdict: Verdict) -> None:
    """A blocking finding becomes a warning that says who answers for it, why and until when; its remedy stays."""
    told = left(finding(verdict), waiver())

    assert (told.verdict, told.waived, told.blocks) == (Verdict.WARN, True, False)
    assert (told.summary, told.remedy) == (WAIVED, "mend it")


@pytest.mark.parametrize("subject", ["mesh-1", "MESH-1", "lyon"])
def test_any_name_of_the_subject_is_meant(subject: str) -> None:
    """Id and name count, in whatever case they are written."""
    assert left(finding(), waiver(subject=subject)).waived


@pytest.mark.parametrize(
    "other", [waiver(check="stale-jobs"), waiver(subject="mesh-2"), waiver(subject="")], ids=lambda one: str(one.check)
)
def test_another_waiver_lets_nothing_pass(other: Waiver) -> None:
    """A waiver of another check, another subject or of nothing leaves a finding as it is."""
    assert left(finding(), other) == finding()


@pytest.mark.parametrize("verdict", sorted(set(Verdict) - BLOCKING))
def test_what_does_not_block_needs_no_waiver(verdict: Verdict) -> None:
    """A finding that blocks nobody stays as it is."""
    assert left(finding(verdict), waiver()) == finding(verdict)


def test_one_that_ended_blocks_again_and_names_its_owner() -> None:
    """The last day counts; the day after, the finding blocks and its remedy asks the owner of the waiver as well."""
    told = left(finding(), waiver(until=date(2026, 11, 22)), waiver(until=date(2026, 11, 23)))

    assert (told.verdict, told.waived) == (Verdict.OUTAGE_RISK, False)
    assert told.summary == "tunnel down (the waiver of ann ended on 23 November 2026)"
    assert told.remedy == "mend it; or ann: renew the waiver in fleet.yaml"


def test_one_that_counts_goes_before_one_that_ended() -> None:
    """A renewed waiver may stand beside the old one."""
    assert left(finding(), waiver(until=date(2026, 11, 1)), waiver()).waived


@pytest.mark.parametrize(
    ("check", "fault"),
    [
        ("tunnels-up", ""),
        ("peer-not-observed", ""),
        ("not-held", "not-held cannot be waived, so that this lets nothing pass"),
        (
            "tunnel-up",
            "there is no check tunnel-up: docs/checks.md lists them, and peer-not-observed can be waived as well",
        ),
    ],
)
def test_which_checks_can_be_waived(check: str, fault: str) -> None:
    """A check that may be waived, and the one waiver that is of no check; else why not."""
    assert fault_of(check, WAIVABLE) == fault


def said(*waivers: Waiver, known: dict[str, int] | None = None) -> list[tuple[str, str, str]]:
    """What is told of these waivers."""
    names = {"lyon": 1, "mesh-1": 1, "paris": 2} if known is None else known
    told = findings(waivers, WAIVABLE, names, TODAY)
    return [(one.subject, one.summary.partition(": ")[2], one.remedy) for one in told]


def test_a_waiver_that_can_let_something_pass_is_not_spoken_of() -> None:
    """Nor is one that has ended, which is told of as ended."""
    assert said(waiver(), waiver(check="peer-not-observed"), waiver("nothing", "nobody", date(2026, 11, 1))) == []


def test_one_that_lets_nothing_pass_names_its_owner() -> None:
    """A check that does not exist or cannot be waived, and a subject that nobody knows, are told with who mends it."""
    told = said(waiver("not-held"), waiver(subject="rome"), waiver(subject="paris"))

    assert told == [
        (
            "Lyon",
            "not-held cannot be waived, so that this lets nothing pass",
            "ann: correct the check in fleet.yaml, or remove the waiver",
        ),
        ("rome", "no manager or mesh called rome was seen", "ann: correct the subject in fleet.yaml"),
        (
            "paris",
            "2 managers and meshes are called paris, and it counts for each",
            "ann: correct the subject in fleet.yaml",
        ),
    ]


def test_a_plan_shows_what_is_waived() -> None:
    """Whoever approves a plan sees what somebody lets pass, beside what blocks and without what passes."""
    waived = left(finding(), waiver())
    plan = with_findings(healthy_plan(Concern.MANAGER, "con-lyon"), [waived, finding(), finding(Verdict.WARN)])

    assert plan.findings[-2:] == (waived, finding())


def test_the_hand_over_says_what_was_let_pass() -> None:
    """A task that was let begin comes to its end, which does not say that all is as it should be."""
    detail = handed_over([left(finding(), waiver())]).detail

    assert detail.endswith(f"as they should be, but for what somebody lets pass: tunnels-up: {WAIVED}")
