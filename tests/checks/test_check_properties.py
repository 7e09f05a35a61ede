"""What holds for all checks whatever the facts are."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.checks import CHECKS, run_checks
from shared.checks.interface import CheckContext, Concern
from shared.model.finding import Finding, Verdict
from shared.model.version import Version
from tests.checks.any_facts import TOO_OLD, contexts
from tests.checks.case_notation import NOW

FRESH, FUTURE = NOW - timedelta(minutes=5), NOW + timedelta(hours=1)
MISSING = st.none()
STALE = st.sampled_from([TOO_OLD, FUTURE])
ANY = st.sampled_from([FRESH, FRESH, FRESH, FRESH, TOO_OLD, FUTURE, None])
LEFT_TO, QUIET = re.compile("left to ([a-z-]+): "), frozenset({Verdict.PASS, Verdict.NOT_APPLICABLE})
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
    """While a plan is being made, what its own tasks bring about is not asked, and everything else is."""
    context = data.draw(contexts(concern, ANY))
    brought_about = {"managers-at-target", "neighbours-at-target", "update-offered"}
    always = [one for one in run_checks(context, concern) if one.check not in brought_about]

    assert list(run_checks(context, concern, planning=True)) == always


@every_concern
@given(st.data())
@settings(max_examples=200)
def test_what_is_left_to_another_check_is_told_by_it(concern: Concern, data: st.DataObject) -> None:
    """A check that leaves something to another one does so only where that one has something to say."""
    context = replace(data.draw(contexts(concern, ANY)), target=Version("4.11.4"))
    found = run_checks(context, concern)
    telling = {one.check for one in found if one.verdict not in QUIET}
    left = {(one.check, to[1]) for one in found if (to := LEFT_TO.match(one.summary))}

    assert {(check, to) for check, to in left if to not in telling} == set()
