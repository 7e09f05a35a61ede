"""Runs stages of a pipeline of Azure Pipelines, and the check before one of them, as far as the example uses them.

Each script is one of its own, by a bash that does not stop at an error by itself, with the environment that it has
there. Lines that begin with `##vso` are taken as the agent takes them, wherever in a line they begin. Of the tasks, the
one of the Azure CLI signs in first, and those that publish take files away.
"""

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from typing import Any

from ruamel.yaml import YAML

from shared.model.record import record
from tests.pipelines.machine import Machine
from tests.pipelines.pipelines_host import EXAMPLES, RESOURCE, Place

_COMMAND = re.compile(r"##vso\[([\w.]+) ?([^\]]*)\](.*)")
_OUTPUT = re.compile(r"\$\[ stageDependencies\.(\w+)\.(\w+)\.outputs\['([\w.]+)'\] \]")
_CRITERIA = re.compile(r"in\(root\['(\w+)'\], (.+)\)")


@record
class Command:
    """Something that a script told the agent."""

    name: str
    properties: Mapping[str, str]
    value: str


@record
class StageEnd:
    """How the one job of a stage ended."""

    outcome: str
    """`Succeeded`, `SucceededWithIssues` or `Failed`."""
    log: str
    """What its scripts printed."""
    commands: tuple[Command, ...]
    files: Mapping[str, str]
    """Text of each file that was published, and of each that became a summary."""


class Pipeline:
    """A run of the example, with what its stages gave to later ones."""

    def __init__(self, place: Place, number: int, **parameters: str) -> None:
        self._place = place
        self._number = number
        self._attempts = 0
        self._parameters = parameters
        self._document: Any = YAML(typ="safe").load(EXAMPLES / "azure-pipelines.yml")
        self._outputs: dict[str, str] = {}

    def stage(self, name: str, **environment: str) -> StageEnd:
        """Run one of its stages on a new machine, with this in its environment."""
        self._attempts += 1
        (job,) = next(one for one in self._document["stages"] if one["stage"] == name)["jobs"]
        machine = self._place.machine(f"azure-{self._number}-{self._attempts}")
        running = _Job(machine, self._variables(job) | environment, self._parameters)
        end = running.carried_out(job["steps"] if "job" in job else job["strategy"]["runOnce"]["deploy"]["steps"])
        self._outputs |= {f"{name}.{job.get('job')}.{output}": value for output, value in running.outputs.items()}
        return end

    def check(self) -> bool:
        """Ask the check once: whether it passes now."""
        inputs = json.loads((EXAMPLES / "azure-check.json").read_text())["inputs"]
        path = self._predefined(inputs["function"]).removeprefix(self._document["variables"]["FLEET_URL"])
        answer = self._place.call("pipeline", inputs["method"], path, **inputs["headers"]).raise_for_status()
        found = _CRITERIA.fullmatch(inputs["successCriteria"])
        assert found is not None, "other criteria are not known here"
        return answer.json()[found[1]] in [word.strip(" '") for word in found[2].split(",")]

    def _variables(self, job: Any) -> dict[str, str]:
        declared = {**self._document["variables"], **job.get("variables", {})}
        own = {name: self._value(text) for name, text in declared.items()}
        own |= {"FLEET_URL": self._place.url, "FLEET_RESOURCE": RESOURCE}
        return own | {"BUILD_BUILDID": str(self._number), "SYSTEM_STAGEATTEMPT": "1"}

    def _value(self, text: str) -> str:
        found = _OUTPUT.fullmatch(text)
        return self._outputs[f"{found[1]}.{found[2]}.{found[3]}"] if found else self._predefined(text)

    def _predefined(self, text: str) -> str:
        return text.replace("$(Build.BuildId)", str(self._number))


class _Job:
    def __init__(self, machine: Machine, variables: Mapping[str, str], parameters: Mapping[str, str]) -> None:
        self.outputs: dict[str, str] = {}
        """By the name of the step, a dot, and the name of the variable."""
        self._machine = machine
        self._variables = dict(variables)
        self._parameters = parameters
        self._commands: list[Command] = []
        self._log = ""
        self._files: dict[str, str] = {}

    def carried_out(self, steps: Any) -> StageEnd:
        """The steps up to the first one that fails, and what came of them."""
        passed = all(self._step(step) for step in steps)
        warned = any(one.name == "task.complete" for one in self._commands)
        outcome = ("SucceededWithIssues" if warned else "Succeeded") if passed else "Failed"
        return StageEnd(outcome=outcome, log=self._log, commands=tuple(self._commands), files=self._files)

    def _step(self, step: Any) -> bool:
        match step:
            case {"checkout": "self"}:
                shutil.copy(EXAMPLES / "fleet.sh", self._machine.work)
            case {"task": "AzureCLI@2", "inputs": {"inlineScript": script}}:
                self._machine.sign_in("pipeline")
                return self._script(script, step)
            case {"bash": script}:
                return self._script(script, step)
            case {"task": "PublishTestResults@2", "inputs": {"testResultsFiles": file}} | {"publish": file}:
                self._files[file] = (self._machine.work / file).read_text()
            case _:
                raise AssertionError(f"{step} is not known here")
        return True

    def _script(self, script: str, step: Any) -> bool:
        given = {name: self._parameter(text) for name, text in step.get("env", {}).items()}
        ended = self._machine.script(script, {**self._variables, **given})
        self._log += ended.out
        for command in _commands(ended.out):
            self._take(command, step.get("name", ""))
        return ended.code == 0

    def _parameter(self, text: str) -> str:
        return re.sub(r"\$\{\{ parameters\.(\w+) \}\}", lambda found: self._parameters[found[1]], text)

    def _take(self, command: Command, step: str) -> None:
        self._commands.append(command)
        if command.name == "task.setvariable":
            name = command.properties["variable"]
            self._variables[name] = command.value
            if command.properties.get("isOutput") == "true":
                self.outputs[f"{step}.{name}"] = command.value
        if command.name == "task.uploadsummary":
            file = self._machine.work / command.value
            self._files[file.name] = file.read_text()


def _commands(log: str) -> Iterator[Command]:
    for name, properties, value in _COMMAND.findall(log):
        given = dict(one.split("=", 1) for one in properties.split(";") if one)
        yield Command(name=name, properties=given, value=value)
