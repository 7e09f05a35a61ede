"""Lint: everything that can be said of a file, by the time at which it is asked."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.policy import PolicyInvalidError
from shared.policy.lint import lint
from shared.policy.policy import read_policy

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)

HEAD = """\
apiVersion: hcxfleet/v1
kind: Fleet
metadata: {name: demo}
timeZone: Europe/Paris
target: {version: "4.11.4"}
budget: {maxFailed: 1}
"""


NOT_YET = ("has no effect yet", "nobody can give it yet")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the file is read."""
    return tmp_path / "fleet.yaml"


def said(path: Path, text: str, now: datetime = NOW) -> list[str]:
    """What is said of a file, without its folder, and without what has no effect yet: that has tests of its own."""
    path.write_text(HEAD + text)
    told = [f"{one.severity}: {one.text.replace(str(path), path.name)}" for one in lint(path, now)]
    return [one for one in told if all(words not in one for words in NOT_YET)]


def test_nothing_to_say(path: Path) -> None:
    """A file without faults is passed in silence."""
    assert said(path, "") == []


@dataclass
class Found:
    """A file with one thing in it to say something about."""

    text: str
    place: str
    message: str
    severity: str = "warning"


AT_ANY_TIME = "is upgraded by hcx-fleet at any time of the day: neither its site nor the file has windows"
NOT_READ = "cannot be read: No such file or directory, so it counts as closed at any time"
NEVER = "is a window that never opens: it has no day in the next two years"
LAST_YEAR = "FREQ=DAILY;UNTIL=20251231T235959"
OURS = "connectors: [{name: con-1, endpoint: https://h.example, credentials: kv:x, owner: ours}]"
FINDINGS = (
    Found(
        'windows: [{name: w, rrule: FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30, start: "22:00", duration: PT1H}]',
        "windows[0].rrule",
        NEVER,
        "error",
    ),
    Found(
        f'sites: [{{name: s, windows: [{{name: w, rrule: {LAST_YEAR}, start: "22:00", duration: PT1H}}]}}]',
        "sites[0].windows[0].rrule",
        NEVER,
        "error",
    ),
    Found(
        "risks: {accept: [{id: R-1, owner: ann, reason: tried, until: 2026-11-23}]}",
        "risks.accept[0].until",
        "is an accepted risk that ended: decide again, or take it out",
        "error",
    ),
    Found(
        "waivers: [{check: c, subject: s, owner: ann, reason: seen, until: 2026-11-23}]",
        "waivers[0].until",
        "is a waiver that ended: decide again, or take it out",
        "error",
    ),
    Found(
        "holds: [{subject: pc-1, owner: ann, reason: asked, until: 2026-11-23}]",
        "holds[0].until",
        "is past, and the hold goes on: take it out, or move it",
    ),
    Found(
        "scope: {exclude: [{cloud: pc-1, owner: ann, reason: old, until: 2026-11-23}]}",
        "scope.exclude[0].until",
        "is past, and the exclusion goes on: take it out, or move it",
    ),
    Found(
        'freezes: [{name: f, from: "2026-11-01T00:00", to: "2026-11-24T07:00", reason: r, owner: ann}]',
        "freezes[0].to",
        "is past: the freeze is over and can be taken out",
    ),
    Found("freezes: [{name: f, ics: none.ics, reason: r, owner: ann}]", "freezes[0].ics", NOT_READ),
    Found(f"sites: [{{name: s, {OURS}}}]", "sites[0].connectors[0].owner", AT_ANY_TIME),
    Found(
        "waves: [{name: w, approval: {approvers: [ann], minimum: 2}}]",
        "waves[0].approval.minimum",
        "is more than there are approvers in line 7; right if these are groups",
    ),
    Found(
        "waves: [{name: w, soak: {for: PT1H, require: [no-failures, no-new-alarms]}}]",
        "waves[0].soak.require[1]",
        "is asked for, and no manager names a vcenter to see alarms in",
    ),
    Found(
        "probes: [{name: p, network: net-1, host: h.example, port: 80}]",
        "probes[0].network",
        "is a network that no site lists, so nobody answers for it",
    ),
    Found(
        "sites: [{name: s, networks: [{network: net-1, owner: ann, outageLimit: PT20S}]}]\n"
        "networkExtension: {outageLimit: PT10S}",
        "sites[0].networks[0].outageLimit",
        "is looser than that of the fleet in line 8, and counts",
    ),
    Found(
        "sites: [{name: s, privateCloud: pc-1, provider: {announced: 2026-12-01, answerBy: 2026-12-02}}]",
        "sites[0].provider.answerBy",
        "is later than the announced day in line 7",
    ),
    Found(
        "sites: [{name: s, connectors: [{name: con-1, endpoint: https://h.example, credentials: kv:x}]}]\n"
        "snapshots: {connectors: vcenter}",
        "sites[0].connectors[0].name",
        "has no vcenter, so that no snapshot of it is taken as line 8 asks",
    ),
)


@pytest.mark.parametrize("found", FINDINGS, ids=lambda found: found.place)
def test_one_finding(path: Path, found: Found) -> None:
    """Each is said with its line; a warning leaves the file readable, and so does an error that only time made."""
    assert said(path, found.text) == [f"{found.severity}: fleet.yaml:7: {found.place}: {found.message}"]
    read_policy(path)


@pytest.mark.parametrize(
    "text",
    [
        "risks: {accept: [{id: R-1, owner: ann, reason: tried, until: 2026-11-24}]}",
        "holds: [{subject: pc-1, owner: ann, reason: asked, until: 2026-11-24}]",
        "holds: [{subject: pc-1, owner: ann, reason: asked}]",
        'freezes: [{name: f, from: "2026-11-01T00:00", to: "2026-11-24T07:01", reason: r, owner: ann}]',
        "waves: [{name: w, approval: {approvers: [ann, bob], minimum: 2}}]",
    ],
)
def test_still_in_time(path: Path, text: str) -> None:
    """The last day counts, and a freeze counts to its last minute in the zone of the file."""
    assert said(path, text) == []


def test_the_day_is_that_of_the_file(path: Path) -> None:
    """A day is over when it is over in the zone of the file."""
    text = "holds: [{subject: pc-1, owner: ann, reason: asked, until: 2026-11-23}]"

    assert said(path, text, datetime(2026, 11, 23, 22, 59, tzinfo=UTC)) == []
    assert len(said(path, text, datetime(2026, 11, 23, 23, tzinfo=UTC))) == 1


def test_no_budget(path: Path) -> None:
    """A file without any failure budget is told so, without a line, since there is none."""
    path.write_text(HEAD.replace("budget: {maxFailed: 1}\n", ""))

    assert [(one.line, one.text.replace(str(path), path.name)) for one in lint(path, NOW)] == [
        (
            None,
            "fleet.yaml: budget: is not there, and no wave has one: failures stop only what depends on them",
        )
    ]


def test_a_calendar_that_closes_nothing(path: Path) -> None:
    """A calendar without events is readable and hardly meant."""
    path.with_name("empty.ics").write_text("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n")

    assert said(path, "freezes: [{name: f, ics: empty.ics, reason: r, owner: ann}]") == [
        "warning: fleet.yaml:7: freezes[0].ics: holds no event, so nothing is ever closed by it"
    ]


def test_all_at_once(path: Path) -> None:
    """Errors of reading and those of time are said together, in the order of the lines, each place once."""
    text = (
        "mode: automatic\n"
        "holds: [{subject: pc-1, owner: ann, reason: asked, until: 2026-11-23}]\n"
        "waivers: [{check: c, subject: s, owner: ann, until: 2026-11-23}]\n"
        'windows: [{name: w, rrule: FREQ=DAILY;UNTIL=20201231T235959, start: "22:00", duration: 5h, zone: Paris}]\n'
    )
    told = said(path, text)

    assert [one.split(" ")[:3] for one in told] == [
        ["error:", "fleet.yaml:7:", "mode:"],
        ["warning:", "fleet.yaml:8:", "holds[0].until:"],
        ["error:", "fleet.yaml:9:", "waivers[0].reason:"],
        ["error:", "fleet.yaml:9:", "waivers[0].until:"],
        ["error:", "fleet.yaml:10:", "windows[0].zone:"],
        ["error:", "fleet.yaml:10:", "windows[0].duration:"],
        ["error:", "fleet.yaml:10:", "windows[0].rrule:"],
    ]


def test_every_error_of_reading_is_an_error_here(path: Path) -> None:
    """What reading refuses, lint says in the same words, a file that is not there among it."""
    path.write_text(HEAD.replace("kind: Fleet", "kind: Flat") + "connectors: []\n")
    for file in (path, path.with_name("none.yaml")):
        with pytest.raises(PolicyInvalidError) as invalid:
            read_policy(file)

        assert tuple(one.text for one in lint(file, NOW)) == invalid.value.problems
