"""The example for GitHub Actions: each of its scripts is run against the real app, in the order of its jobs."""

from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.pipelines.conftest import Play

pytestmark = pytest.mark.story

START, FOLLOW, RESULTS = "Start", "Follow", "Results"
VERDICT = "Succeed where everything is as wanted, or goes on"


@pytest.fixture(scope="module")
def told(play: Play) -> Any:
    """What came of it."""
    return play("by_github")


def log(told: Any, job: str, step: str) -> str:
    """What a step of a job printed."""
    return str(told[job]["steps"][step]["log"])


def outcomes(told: Any, job: str) -> dict[str, str]:
    """How each step of a job ended."""
    return {name: step["outcome"] for name, step in told[job]["steps"].items()}


def test_a_pull_request_shows_the_plan_and_starts_nothing(told: Any) -> None:
    """The plan of the whole fleet is its summary; the other job has nothing to do there."""
    assert told["pull request"]["summary"].startswith("# Plan pipelines: HCX 4.11.4")
    assert "2 private clouds, 2 tasks" in told["pull request"]["summary"]
    assert told["upgrade in a pull request"]["outcome"] == "skipped"


def test_a_pull_request_of_a_fork_calls_nobody(told: Any) -> None:
    """It would have no token."""
    assert told["pull request of a fork"]["outcome"] == "skipped"
    assert "gh-plan-2-1" not in told["runs"]


def test_exactly_the_plan_that_was_shown_is_carried_out(told: Any) -> None:
    """The plan of one private cloud is made before the environment's reviewers are asked; the run names its hash."""
    plan = told["plan"]["outputs"]["plan"]

    assert "1 private cloud, 1 task" in told["plan"]["summary"]
    assert told["runs"][f"gh-4-{plan[:12]}"]["planHash"] == plan


def test_a_run_that_outlives_the_job_is_no_failure(told: Any) -> None:
    """The job succeeds with a notice, says where the run goes on, and has its results as they stand."""
    assert told["outlived"]["outcome"] == "success"
    assert "goes on by itself; see http" in log(told, "outlived", FOLLOW)
    assert log(told, "outlived", VERDICT).startswith("::notice title=hcx-fleet::The run goes on by itself.")
    assert "**Running**" in told["outlived"]["summary"]


def test_the_same_job_again_follows_the_same_run_to_its_end(told: Any) -> None:
    """It starts nothing new, and its summary says that everything is as wanted."""
    assert log(told, "followed on", START) == log(told, "outlived", START)
    assert set(outcomes(told, "followed on").values()) == {"success"}
    assert "**Succeeded**" in told["followed on"]["summary"]


def test_the_results_are_taken_away(told: Any) -> None:
    """JUnit, the page and Markdown; JUnit has a test case for the private cloud, which passed."""
    files = told["followed on"]["artifacts"]
    suite = ET.fromstring(files["report.xml"]).find("testsuite")  # noqa: S314 -- of our own app
    assert suite is not None

    assert files.keys() == {"report.md", "report.html", "report.xml"}
    assert [one.get("name") for one in suite.findall("testcase")][1:] == ["pc-weu-01"]
    assert (suite.get("failures"), suite.get("skipped")) == ("0", "0")


def test_a_start_that_is_refused_fails_with_the_remedy(told: Any) -> None:
    """412: somebody else's run has that id. Code and remedy are in the log, and no later step goes by it."""
    assert told["taken"]["outcome"] == "failure"
    assert "match.failed: there is a run gh-5-" in log(told, "taken", START)
    assert "Remedy: choose another id" in log(told, "taken", START)
    assert {outcomes(told, "taken")[step] for step in (FOLLOW, RESULTS, VERDICT)} == {"skipped"}


def test_a_plan_that_cannot_be_made_fails_with_the_remedy(told: Any) -> None:
    """404: there is no such private cloud."""
    assert told["no such cloud"]["outcome"] == "failure"
    assert "Remedy: GET /v1/clouds lists those in scope" in log(told, "no such cloud", "Have a plan made")


def test_a_run_that_did_not_succeed_fails_the_job_after_its_results(told: Any) -> None:
    """Somebody canceled it: the job says so, and has results all the same."""
    assert outcomes(told, "canceled")[RESULTS] == "success"
    assert outcomes(told, "canceled")[VERDICT] == told["canceled"]["outcome"] == "failure"
    assert "::error title=hcx-fleet::The run ended as Canceled" in log(told, "canceled", VERDICT)
    assert "<skipped" in told["canceled"]["artifacts"]["report.xml"]
