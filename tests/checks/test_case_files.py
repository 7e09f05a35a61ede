"""Every case file of every check, and that there are enough of them."""

from pathlib import Path

import pytest

from shared.checks import CHECKS, run_checks
from shared.checks.interface import Check
from shared.model.finding import Verdict
from tests.checks.case_notation import FOLDER, AzureGiven, Case, Given, Part, PlanGiven, VsphereGiven, cases

QUIET = frozenset({Verdict.PASS, Verdict.NOT_APPLICABLE})
NAMES = {
    Verdict.OUTAGE_RISK: "fail",
    Verdict.UPGRADE_FAILURE: "fail",
    Verdict.UNKNOWN: "unknown",
    Verdict.WARN: "warn",
    Verdict.MANUAL: "manual",
    Verdict.PASS: "pass",
    Verdict.NOT_APPLICABLE: "not-applicable",
}
"""First word of a case file's name, by the gravest verdict in it; the gravest comes first."""

every_case = pytest.mark.parametrize(
    ("check", "path"), [pytest.param(check, path, id=f"{check}/{path.stem}") for check, path in cases()]
)
every_check = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)


@every_case
def test_the_case_comes_out_as_written(check: str, path: Path) -> None:
    """The check gives exactly the expected findings, in order."""
    case = Case.read(path)
    found = [one for one in run_checks(case.context(), case.concern) if one.check == check]

    assert [one.verdict for one in found] == [one.verdict for one in case.expect]
    for wanted, one in zip(case.expect, found, strict=True):
        assert wanted.says in one.summary


@every_case
def test_a_finding_that_does_not_pass_says_what_to_do(check: str, path: Path) -> None:
    """It has a remedy, and evidence with the time of observation unless nothing was observed."""
    case = Case.read(path)
    for one in run_checks(case.context(), case.concern):
        if one.check == check and one.verdict not in QUIET:
            assert one.remedy
            assert one.evidence


@pytest.mark.parametrize("path", [path for _, path in cases()], ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_file_is_named_after_its_verdict(path: Path) -> None:
    """The name begins with the gravest expected verdict."""
    expected = {one.verdict for one in Case.read(path).expect}
    gravest = next(name for verdict, name in NAMES.items() if verdict in expected)

    assert path.stem.startswith(f"{gravest}-")


@every_check
def test_every_declared_verdict_has_a_case(check: Check) -> None:
    """There is a case for each verdict that a check may give, and none for another one."""
    shown = {one.verdict for folder, path in cases() if folder == check.id for one in Case.read(path).expect}

    assert shown == check.verdicts


@every_check
def test_pass_fail_and_unknown_are_shown(check: Check) -> None:
    """A check has a pass, a fail and an unknown case, except where it declares that it never comes to that verdict."""
    wanted = {NAMES[one] for one in check.verdicts} & {"pass", "fail", "unknown"}
    there = {word for folder, path in cases() if folder == check.id for word in wanted if path.stem.startswith(word)}

    assert there == wanted


@pytest.mark.parametrize("part", [Case, Given, PlanGiven, AzureGiven, VsphereGiven], ids=lambda part: part.__name__)
def test_every_key_is_told(part: type[Part]) -> None:
    """Whoever writes a case finds each of its keys in the README beside the cases."""
    told = (FOLDER / "README.md").read_text(encoding="utf-8")
    keys = {name.replace("_", "-") for name in part.model_fields}

    assert {key for key in keys if f"`{key}`" not in told} == set()


def test_every_folder_is_a_check() -> None:
    """No case is left over from a check that is gone."""
    assert {path.name for path in FOLDER.iterdir() if path.is_dir()} == {check.id for check in CHECKS}
