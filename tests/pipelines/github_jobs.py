"""Runs jobs of a workflow of GitHub Actions, as far as the example uses them.

Each `run` step is a script of its own with the environment, files and expressions that it has there. Of the actions,
checkout leaves the repository's files, login signs the Azure CLI in, and upload-artifact takes files away.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from shared.model.record import record
from tests.pipelines.expressions import ALWAYS, evaluated, filled
from tests.pipelines.machine import Machine
from tests.pipelines.pipelines_host import EXAMPLES, Place

type Names = dict[str, Any]


@record
class JobEnd:
    """How a job ended."""

    outcome: str
    """`success`, `failure` or `skipped`."""
    outputs: Mapping[str, str]
    steps: Mapping[str, Mapping[str, str]]
    """Outcome and log of each step, by its name or its action."""
    summary: str
    artifacts: Mapping[str, str]
    """Text of each file, by its name."""


class Workflow:
    """A run of the example: an event, and the jobs that it had so far."""

    def __init__(self, place: Place, number: int, names: Names) -> None:
        self._place = place
        self._number = number
        self._attempts = 0
        self._document: Any = YAML(typ="safe").load(EXAMPLES / "github.yml")
        variables = {"FLEET_URL": place.url, "FLEET_RESOURCE": "api://hcx-fleet", "AZURE_CLIENT_ID": "pipeline"}
        self._names: Names = {"vars": variables, "needs": {}, **names}

    def job(self, name: str, **environment: str) -> JobEnd:
        """Run one of its jobs, on a new machine with this in its environment."""
        self._attempts += 1
        job = self._document["jobs"][name]
        if not evaluated(job.get("if", ALWAYS), self._names):
            return JobEnd(outcome="skipped", outputs={}, steps={}, summary="", artifacts={})
        machine = self._place.machine(f"github-{self._number}-{self._attempts}", **environment)
        end = _Job(machine, self._names, self._environment(machine, job)).carried_out(job)
        self._names["needs"][name] = {"outputs": dict(end.outputs)}
        return end

    def _environment(self, machine: Machine, job: Any) -> dict[str, str]:
        declared = {**self._document.get("env", {}), **job.get("env", {})}
        return {name: filled(text, self._names) for name, text in declared.items()} | {
            "GITHUB_RUN_ID": str(self._number),
            "GITHUB_RUN_ATTEMPT": "1",
            "GITHUB_OUTPUT": str(machine.folder / "output"),
            "GITHUB_STEP_SUMMARY": str(machine.folder / "summary"),
        }


class _Job:
    def __init__(self, machine: Machine, names: Names, environment: Mapping[str, str]) -> None:
        self._machine = machine
        self._names: Names = {**names, "steps": {}}
        self._environment = environment
        self._told: dict[str, dict[str, str]] = {}
        self._artifacts: dict[str, str] = {}
        self._failed = False

    def carried_out(self, job: Any) -> JobEnd:
        """All steps, and what came of them."""
        for step in job["steps"]:
            self._step(step)
        outputs = {name: filled(text, self._names) for name, text in job.get("outputs", {}).items()}
        return JobEnd(
            outcome="failure" if self._failed else "success",
            outputs=outputs,
            steps=self._told,
            summary=_read(self._machine.folder / "summary"),
            artifacts=self._artifacts,
        )

    def _step(self, step: Any) -> None:
        condition = step.get("if", "")
        wanted = evaluated(condition, self._names) if condition else True
        if not wanted or (self._failed and ALWAYS not in condition):
            self._tell(step, "skipped", "")
            return
        output = self._machine.folder / "output"
        output.write_text("")
        passed, log = self._run(step) if "run" in step else self._use(step)
        self._failed = self._failed or not passed
        self._tell(step, "success" if passed else "failure", log)

    def _tell(self, step: Any, outcome: str, log: str) -> None:
        self._told[step.get("name", step.get("uses"))] = {"outcome": outcome, "log": log}
        lines = _read(self._machine.folder / "output").splitlines() if outcome == "success" else []
        outputs = dict(line.split("=", 1) for line in lines)
        self._names["steps"][step.get("id", "")] = {"outcome": outcome, "outputs": outputs}

    def _run(self, step: Any) -> tuple[bool, str]:
        own = {name: filled(text, self._names) for name, text in step.get("env", {}).items()}
        ended = self._machine.script(filled(step["run"], self._names), {**self._environment, **own}, "-e")
        return ended.code == 0, ended.out

    def _use(self, step: Any) -> tuple[bool, str]:
        given = {name: filled(str(text), self._names) for name, text in step.get("with", {}).items()}
        match step["uses"].partition("@")[0]:
            case "actions/checkout":
                folder = self._machine.work / ".github" / "hcx-fleet"
                folder.mkdir(parents=True)
                shutil.copy(EXAMPLES / "fleet.sh", folder)
            case "azure/login":
                self._machine.sign_in(given["client-id"])
            case "actions/upload-artifact":
                self._artifacts |= {one.name: one.read_text() for one in self._machine.work.glob(given["path"])}
            case other:
                raise AssertionError(f"{other} is not known here")
        return True, ""


def _read(file: Path) -> str:
    return file.read_text() if file.exists() else ""
