"""What holds for all checks whatever the facts are."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.checks import CHECKS, run_checks
from shared.checks.interface import CheckContext, Concern
from shared.model.finding import Finding, Verdict
from tests.checks.any_facts import TOO_OLD, contexts
from tests.checks.case_notation import NOW

FRESH, FUTURE = NOW - timedelta(minutes=5), NOW + timedelta(hours=1)
MISSING = st.none()
STALE = st.sampled_from([TOO_OLD, FUTURE])
ANY = st.sampled_from([FRESH, FRESH, FRESH, FRESH, TOO_OLD, FUTURE, None])
every_concern = pytest.mark.parametrize("concern", Concern)


def passed(context: CheckContext, concern: Concern) -> list[Finding]:
    """The findings that pass."""
    return [one for one in run_checks(context, concern) if one.verdict is Verdict.PASS]


@every_concern
@given(st.data())
def test_nothing_passes_without_facts(concern: Concern, data: st.DataObject) -> None:
    """With every section missing, for whatever reason, no check raises and none passes."""
    assert passed(data.draw(contexts(concern, MISSING)), concern) == []


@every_concern
@given(st.data())
@settings(max_examples=60)
def test_nothing_passes_on_stale_facts(concern: Concern, data: st.DataObject) -> None:
    """With every section too old, or from a clock that is wrong, no check passes."""
    assert passed(data.draw(contexts(concern, STALE)), concern) == []


@every_concern
@given(st.data())
@settings(max_examples=200)
def test_a_pass_rests_on_fresh_evidence(concern: Concern, data: st.DataObject) -> None:
    """Whatever else is missing or old, a finding that passes has evidence, and all of it is fresh."""
    for one in passed(data.draw(contexts(concern, ANY)), concern):
        assert one.evidence
        assert {each.observed_at for each in one.evidence} == {FRESH}


@every_concern
@given(st.data())
@settings(max_examples=150)
def test_findings_are_of_the_check_and_about_the_subject(concern: Concern, data: st.DataObject) -> None:
    """Each check says something, about the context's subject, with a declared verdict and its link, in order."""
    context = data.draw(contexts(concern, ANY))
    found = run_checks(context, concern)
    by_id = {check.id: check for check in CHECKS}

    assert {one.subject for one in found} == {context.subject}
    assert list(dict.fromkeys(one.check for one in found)) == [c.id for c in CHECKS if concern in c.concerns]
    for one in found:
        assert one.verdict in by_id[one.check].verdicts
        assert one.link == by_id[one.check].link
        assert one.summary
        assert one.remedy or not one.blocks


@every_concern
@given(st.data())
@settings(max_examples=25)
def test_planning_leaves_out_what_the_plan_brings_about(concern: Concern, data: st.DataObject) -> None:
    """While a plan is being made, the managers of a mesh are not expected to be at their target yet."""
    context = data.draw(contexts(concern, ANY))
    always = [one for one in run_checks(context, concern) if one.check != "managers-at-target"]

    assert list(run_checks(context, concern, planning=True)) == always
