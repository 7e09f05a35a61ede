"""Keys that are read and kept, and that nothing acts on yet: whoever sets one is told."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.policy.lint import lint

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)
HEAD = """\
apiVersion: hcxfleet/v1
kind: Fleet
metadata: {name: demo}
target: {version: "4.11.4"}
budget: {maxFailed: 1}
"""
SITE = "sites: [{name: s, networks: [{network: net-1, owner: ann}]}]\n"
ENDS = "nobody can give it yet: the wave ends when its time is over"


def said(folder: Path, text: str) -> list[str]:
    """What is said of a file, without its folder."""
    path = folder / "fleet.yaml"
    path.write_text(HEAD + text)
    return [f"{one.severity}: {one.text.replace(str(path), path.name)}" for one in lint(path, NOW)]


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("retention: {runs: P30D}", "retention.runs", "has no effect yet: no run is ever deleted"),
        ("retention: {evidence: P30D}", "retention.evidence", "has no effect yet: no evidence is ever deleted"),
        ("waves: [{name: w, approval: {approvers: [ann]}}]", "waves[0].approval", ENDS),
        ("waves: [{name: w, approval: {approvers: [ann], onTimeOut: cancel-wave}}]", "waves[0].approval", ENDS),
        (
            "waves: [{name: w, approval: {approvers: [ann], onTimeOut: keep-waiting}}]",
            "waves[0].approval",
            "nobody can give it yet: the wave waits until its run is cancelled",
        ),
    ],
)
def test_whoever_sets_it_is_warned(tmp_path: Path, text: str, place: str, message: str) -> None:
    """One sentence with the line of the key, as a warning: the file stays good."""
    assert said(tmp_path, SITE + text) == [f"warning: fleet.yaml:7: {place}: {message}"]


@pytest.mark.parametrize(
    "text",
    [
        "networkExtension: {atRisk: 4, together: 2, outageLimit: PT30S, sampleEvery: PT2S}",
        "probes: [{name: p, network: net-1, host: h.example, port: 80}]",
        "probes: [{name: p, network: net-1, url: 'http://h.example'}]",
        "retention: {instances: P7D}",
        "waivers: [{check: peer-not-observed, subject: c, owner: ann, reason: seen, until: 2026-12-31}]",
        "waves: [{name: w}]",
    ],
)
def test_what_has_an_effect_or_says_nothing_is_passed(tmp_path: Path, text: str) -> None:
    """Only what somebody could rely on in vain is named."""
    assert said(tmp_path, SITE + text) == []
