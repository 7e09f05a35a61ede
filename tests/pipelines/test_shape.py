"""What can be said of the examples without running them: their schemas, and what a security linter finds."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
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


def called(*words: str, work: Path | None = None) -> subprocess.CompletedProcess[str]:
    """How an example ended that finds nobody to call."""
    environment = {"PATH": f"{SHIMS}:/usr/bin:/bin", "FLEET_URL": "http://127.0.0.1:9", "FLEET_RESOURCE": "api://x"}
    return subprocess.run(  # noqa: S603 -- the example
        [EXAMPLES / words[0], *words[1:]],
        cwd=work,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("run", ["", "..", ".a", "a/b", "a:approve", "a?b", "a%2fb", "a b", "a\nb", "é", "a" * 101])
@pytest.mark.parametrize(
    "words",
    [("fleet.sh", name) for name in ("plan", "start", "follow", "results")]
    + [("az-rest.sh", name) for name in ("start", "follow", "approve", "result")],
)
def test_what_is_no_id_of_a_run_gets_into_no_address(words: tuple[str, str], run: str) -> None:
    """It is refused before anybody signs in."""
    done = called(*words, run, "x")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("No id of a run")


def test_annotations_are_for_those_two_alone() -> None:
    """The word gets into an address as well."""
    done = called("fleet.sh", "results", "a", "github/../..")

    assert (done.returncode, done.stderr) == (2, "Annotations are for github or azure.\n")


def test_nothing_is_approved_that_nobody_read(tmp_path: Path) -> None:
    """Without the two files, and with those of another run."""
    unread = called("az-rest.sh", "approve", "a", work=tmp_path)
    (tmp_path / "run.json").write_text('{"id": "b"}')
    (tmp_path / "run.etag").write_text('"1"')
    other = called("az-rest.sh", "approve", "a", work=tmp_path)

    assert unread.returncode == other.returncode == 1
    assert unread.stderr == other.stderr
    assert "az-rest.sh follow a leaves run.json" in other.stderr


def harmless(text: str) -> str:
    """What fleet.sh prints of that text."""
    (function,) = re.findall(r"^harmless\(\) .*$", (EXAMPLES / "fleet.sh").read_text(), re.MULTILINE)
    return subprocess.run(  # noqa: S603 -- a line of the example
        ["/bin/bash", "-c", f"{function}\nharmless"],
        input=text.encode(),
        capture_output=True,
        timeout=60,
        check=True,
    ).stdout.decode()


@given(text=st.lists(st.sampled_from(["#", ":", "##", "::", " ", "\n", "vso["]) | st.text(max_size=2)).map("".join))
@example(text="###vso[task.prependpath]/x")
@example(text=":::error::x")
@settings(max_examples=100, deadline=None)
def test_the_log_of_a_pipeline_gets_no_two_signs_side_by_side(text: str) -> None:
    """However many there are; nothing but spaces is added."""
    shown = harmless(text)

    assert "##" not in shown
    assert "::" not in shown
    assert shown.replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize("many", range(2, 6))
def test_each_sign_is_parted_from_the_next(many: int) -> None:
    """An address of IPv6 can still be read."""
    assert harmless(f"fe80::1 {'#' * many} {':' * many}") == f"fe80: :1 {' '.join('#' * many)} {' '.join(':' * many)}"


def test_no_pull_request_starts_the_workflow_as_it_is_shipped() -> None:
    """Whoever pushes a branch would have a token; without its two signs of comment the trigger is the one that fits."""
    text = (EXAMPLES / "github.yml").read_text()
    let_in = text.replace("  # pull_request:\n  #   paths:", "  pull_request:\n    paths:")

    assert YAML(typ="safe").load(text)["on"].keys() == {"workflow_dispatch"}
    assert YAML(typ="safe").load(let_in)["on"]["pull_request"] == {"paths": ["fleet.yaml"]}


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
