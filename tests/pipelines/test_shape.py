"""What can be said of the examples without running them: their schemas, and what a security linter finds."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.pipelines.expressions import evaluated, filled
from tests.pipelines.machine import SHIMS
from tests.pipelines.pipelines_host import EXAMPLES

BIN = Path(sys.executable).parent
NAMES = {"github": {"event_name": "pull_request"}, "steps": {"start": {"outcome": "success", "outputs": {"run": "r"}}}}


def ended(tool: str, *words: object) -> subprocess.CompletedProcess[str]:
    """How a tool that is installed beside this interpreter ended."""
    return subprocess.run(  # noqa: S603 -- pinned in requirements-dev.txt
        [BIN / tool, *map(str, words)], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize(
    ("kind", "file"), [("github-workflows", "github.yml"), ("azure-pipelines", "azure-pipelines.yml")]
)
def test_each_pipeline_fits_its_schema(kind: str, file: str) -> None:
    """The one that its vendor publishes, as check-jsonschema brings it along."""
    done = ended("check-jsonschema", "--builtin-schema", f"vendor.{kind}", EXAMPLES / file)

    assert (done.returncode, done.stdout + done.stderr) == (0, "ok -- validation done\n")


def test_the_workflow_has_no_finding() -> None:
    """The strictest rules of zizmor, offline; an ignore is in zizmor.yml with its reason."""
    words = ("--offline", "--persona", "pedantic", "--no-progress", "--config", EXAMPLES / "zizmor.yml")
    done = ended("zizmor", *words, EXAMPLES / "github.yml")

    assert (done.returncode, "No findings to report" in done.stdout) == (0, True), done.stdout


def test_nothing_is_ignored_but_what_the_reason_is_about() -> None:
    """Without zizmor.yml it finds that actions are named by tag, and nothing else."""
    done = ended("zizmor", "--offline", "--no-config", "--format", "json", "--no-progress", EXAMPLES / "github.yml")

    assert {one["ident"] for one in json.loads(done.stdout)} == {"unpinned-uses"}


def scripts_in(part: Any) -> Iterator[str]:
    """Every script of a pipeline, wherever in it."""
    if isinstance(part, dict):
        yield from (text for name, text in part.items() if name in {"run", "bash", "script", "inlineScript"})
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            yield from scripts_in(each)


@pytest.mark.parametrize("file", ["github.yml", "azure-pipelines.yml"])
def test_the_script_of_a_step_has_no_finding(file: str, tmp_path: Path) -> None:
    """Of shellcheck, with all that it checks for by default."""
    found = list(scripts_in(YAML(typ="safe").load(EXAMPLES / file)))
    for number, text in enumerate(found):
        (tmp_path / f"{number}.sh").write_text(text)
    done = ended("shellcheck", "--shell", "bash", *sorted(tmp_path.iterdir()))

    assert len(found) >= 4
    assert (done.returncode, done.stdout) == (0, "")


def test_no_script_has_a_finding() -> None:
    """Those that are copied, and those that stand before the real tools in tests."""
    done = ended("shellcheck", *EXAMPLES.glob("*.sh"), *SHIMS.iterdir())

    assert (done.returncode, done.stdout) == (0, "")


def test_the_check_keeps_to_what_its_maker_recommends() -> None:
    """Ten evaluations at most, and more than none."""
    options = json.loads((EXAMPLES / "azure-check.json").read_text())["controlOptions"]

    assert 1 < options["timeoutMinutes"] / options["timeBetweenEvaluationsMinutes"] <= 10


@pytest.mark.parametrize("script", ["fleet.sh", "az-rest.sh"])
def test_a_script_that_is_called_wrongly_says_how(script: str) -> None:
    """Status 2, and its own head as the help."""
    environment = {"PATH": "/usr/bin:/bin", "FLEET_URL": "http://127.0.0.1:9", "FLEET_RESOURCE": "api://x"}
    done = subprocess.run(  # noqa: S603 -- the example
        [EXAMPLES / script, "nonsense"], env=environment, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 2
    assert f"{script} start RUN" in done.stderr


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("github.event_name != 'pull_request' || github.missing.name == 'x'", False),
        ("always() && steps.start.outcome == 'success'", True),
        ("github.missing || github.event_name", "pull_request"),
    ],
)
def test_expressions_mean_what_they_mean_there(expression: str, value: object) -> None:
    """The local runner knows as much of them as the example uses."""
    assert evaluated(expression, NAMES) == value


def test_an_expression_without_a_value_is_empty_text() -> None:
    """As for an input that was not given."""
    assert filled("${{ steps.start.outputs.run }}:${{ inputs.cloud }}", NAMES) == "r:"
