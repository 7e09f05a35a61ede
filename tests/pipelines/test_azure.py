"""The example for Azure Pipelines: each of its scripts, and its check, are run against the real app in their order."""

from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.pipelines.conftest import Play

pytestmark = pytest.mark.story


@pytest.fixture(scope="module")
def told(play: Play) -> Any:
    """What came of it."""
    return play("by_azure")


def said(told: Any, stage: str, command: str) -> list[str]:
    """What the scripts of a stage told the agent by that command."""
    return [one["value"] for one in told[stage]["commands"] if one["name"] == command]


def test_the_plan_is_a_summary_before_anybody_approves(told: Any) -> None:
    """Of the one private cloud, and of the whole fleet where all of it is meant."""
    assert "1 private cloud, 1 task" in told["plan"]["files"]["plan.md"]
    assert told["plan of all"]["files"]["plan.md"].startswith("# Plan pipelines: HCX 4.11.4")


def test_exactly_that_plan_is_carried_out(told: Any) -> None:
    """Its hash goes from one stage to the next, and the run names it."""
    assert [told["run"]["planHash"]] == said(told, "plan", "task.setvariable")
    assert told["start"]["outcome"] == "Succeeded"


def test_the_stage_that_starts_may_be_run_again(told: Any) -> None:
    """It finds the run that it started; with another plan it is refused, with the remedy, and starts nothing."""
    assert told["start again"]["log"] == told["start"]["log"]
    assert told["start with another plan"]["outcome"] == "Failed"
    assert "repeat.otherBody" in told["start with another plan"]["log"]
    assert "Remedy: choose another key" in told["start with another plan"]["log"]


def test_the_check_passes_once_the_run_has_ended(told: Any) -> None:
    """It asks about the run by what a check knows, and its criteria fit the answer."""
    assert told["checks"][0] is False
    assert told["checks"][-1] is True


def test_a_report_before_the_end_is_a_warning(told: Any) -> None:
    """Where no check was set up, the stage waits as long as it may, says that the run goes on, and does not fail."""
    assert told["report too early"]["outcome"] == "SucceededWithIssues"
    assert said(told, "report too early", "task.logissue") == [
        "Run ado-71 goes on by itself. Run this stage again to follow it."
    ]
    assert "**Running**" in told["report too early"]["files"]["report.md"]


def test_the_results_are_published(told: Any) -> None:
    """JUnit for the tests view, the page as an artifact, Markdown as a summary; all say that it succeeded."""
    files = told["report"]["files"]
    suite = ET.fromstring(files["report.xml"]).find("testsuite")  # noqa: S314 -- of our own app
    assert suite is not None

    assert told["report"]["outcome"] == told["run"]["status"] == "Succeeded"
    assert files.keys() == {"report.md", "report.html", "report.xml"}
    assert [one.get("name") for one in suite.findall("testcase")] == ["ado-71", "pc-weu-01"]
    assert "**Succeeded**" in files["report.md"]


def test_a_name_that_is_a_command_does_nothing(told: Any) -> None:
    """The problem repeats it, and the agent takes nothing from that line."""
    assert told["hostile"]["outcome"] == "Failed"
    assert "cloud.unknown: no private cloud '# # #vso[task.setvariable" in told["hostile"]["log"]
    assert told["hostile"]["commands"] == []
