"""What a check answers, as JUnit XML: a test suite for each subject, a test case for each of its checks.

Pipelines show this beside their own tests. What blocks is a failure, what could not be observed an error, and what is
left to a person, does not apply or is waived is skipped with a message. Reasons that no check found, such as facts that
are too old, are test cases of their own, so that a suite passes only where its subject is ready.
"""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from shared.model.readiness import Reason, ReasonKind
from shared.model.record import record
from shared.report.check_record import CaseState, CheckAnswer, CheckCase, CheckedSubject
from shared.report.words import KINDS, VERDICT

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped."""
_CONTROL = re.compile("[\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
"""What XML can hold and a log should not: controls, and signs that turn or hide text."""
WHOLE = "check"
"""Name of the suite of what is about no subject in particular."""


@record
class _Case:
    name: str
    tag: str
    """`failure`, `error` or `skipped`; empty where it passed."""
    kind: str
    message: str
    text: str


def check_junit(answer: CheckAnswer) -> bytes:
    """The document as UTF-8."""
    root = Element("testsuites")
    for number, (name, cases, said) in enumerate(_suites(answer)):
        about = {"name": clean(name), "id": str(number), "package": "hcx-fleet"}
        suite = SubElement(root, "testsuite", {**about, **_numbers(cases), **_meta(answer)})
        SubElement(suite, "properties")
        for one in cases:
            _add(suite, name, one)
        SubElement(suite, "system-out").text = clean(said)
        SubElement(suite, "system-err")
    indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="unicode")}\n'.encode()


def clean(text: str) -> str:
    """The text without what no XML document, or no log, should hold."""
    return _CONTROL.sub("", _FORBIDDEN.sub("", text))


def _suites(answer: CheckAnswer) -> Iterator[tuple[str, list[_Case], str]]:
    """Name, cases, and what is said besides."""
    known = {reason for one in answer.subjects for reason in one.reasons}
    apart = [one for one in answer.reasons if one not in known]
    passed = _Case(name="verdict", tag="", kind="", message="", text="")
    yield WHOLE, [_of_reason(one) for one in apart] or [passed], f"{answer.asked_of}: {answer.verdict}"
    for one in answer.subjects:
        warned = (f"{case.check}: {case.summary}" for case in one.cases if case.state is CaseState.WARNED)
        yield f"{KINDS[one.kind][0]} {one.name}", list(_cases(one)) or [_left_alone(one)], "\n".join(warned)


def _cases(one: CheckedSubject) -> Iterator[_Case]:
    yield from (_of_case(case) for case in one.cases)
    told = {case.check for case in one.cases}
    for reason in one.reasons:
        if (reason.subject_kind, reason.subject) == (one.kind, one.id) and reason.code not in told:
            yield _of_reason(reason)


def _left_alone(one: CheckedSubject) -> _Case:
    """A suite without a case would be lost in most viewers."""
    return _Case(name=one.bucket.value, tag="skipped", kind=one.bucket.value, message=one.detail, text="")


def _of_case(case: CheckCase) -> _Case:
    tags = {CaseState.BLOCKING: "failure", CaseState.UNKNOWN: "error", CaseState.SKIPPED: "skipped"}
    todo = f"\nTo do: {case.remedy}" if case.remedy else ""
    link = f"\n{case.link}" if case.link and case.state in tags else ""
    said = "waived" if case.waived else VERDICT[case.verdict]
    return _Case(
        name=f"{case.check}: {case.title}",
        tag=tags.get(case.state, ""),
        kind=case.verdict.value,
        message=f"{said}: {case.summary}",
        text=f"{case.summary}{todo}{link}",
    )


def _of_reason(reason: Reason) -> _Case:
    tag = "failure" if reason.kind in {ReasonKind.FINDING, ReasonKind.STANDING} else "error"
    todo = f"\nTo do: {reason.remedy}" if reason.remedy else ""
    return _Case(
        name=f"{reason.code}: {reason.kind.value}",
        tag=tag,
        kind=reason.kind.value,
        message=reason.detail,
        text=f"{reason.detail}\nWho can act: {reason.who}{todo}",
    )


def _add(suite: Element, name: str, one: _Case) -> None:
    case = SubElement(suite, "testcase", {"classname": clean(name), "name": clean(one.name), "time": "0"})
    if one.tag == "skipped":
        SubElement(case, "skipped", {"message": clean(one.message)})
    elif one.tag:
        SubElement(case, one.tag, {"message": clean(one.message), "type": one.kind}).text = clean(one.text)


def _meta(answer: CheckAnswer) -> dict[str, str]:
    """When it was judged, without a zone as the schema has it; how long it took is the command's matter."""
    return {"timestamp": f"{answer.now:%Y-%m-%dT%H:%M:%S}", "time": "0", "hostname": "hcx-fleet"}


def _numbers(cases: list[_Case]) -> dict[str, str]:
    tags = [one.tag for one in cases]
    return {
        "tests": str(len(cases)),
        "failures": str(tags.count("failure")),
        "errors": str(tags.count("error")),
        "skipped": str(tags.count("skipped")),
    }
