"""Sends nonsense to the real app over a real socket, and judges each answer by what the app says of itself.

    python -m tests.api.fuzz                the seed that CI uses: the same calls as ever, but for names from answers
    python -m tests.api.fuzz SEED           other ones, again and again
    python -m tests.api.fuzz random         new ones

Ends with 1 where an answer is none that /v1/openapi.json promises, where an orchestration broke, or where fewer calls
were made than are wanted.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from tests.api.fuzzed_host import Fuzzed, fuzzed_host

ROOT = Path(__file__).parents[2]
SEED = 20261124
CASES_MIN = 2000
EXAMPLES_MAX = 12
"""Of one operation, in a phase that makes up calls."""
KNOWN = 0.8
"""How often a name is one of something that is there."""
IDLE_SECONDS = 60

REFUSALS: Final = [400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428, 429]
"""Every status that says no to a caller, whatever schemathesis would take for the right one."""
METHODS: Final = ["GET", "PUT", "POST", "PATCH", "DELETE", "OPTIONS"]
"""The platform knows no others but HEAD, which schemathesis does not try."""
NAMES: Final = {
    "path.runId": "runs",
    "path.planHash": "plans",
    "path.cloud": "clouds",
    "path.taskId": "tasks",
    "path.subject": "leases",
    "query.against": "plans",
    "header.If-Match": "any",
}
"""Where in a call something is named, and what."""


def main(argument: str = str(SEED)) -> int:
    """Do it, and tell of it; gives the exit code."""
    seed = random.randrange(2**32) if argument == "random" else int(argument)  # noqa: S311 -- no secret
    with tempfile.TemporaryDirectory(prefix="hcx-fuzz-") as folder, fuzzed_host(Path(folder)) as fuzzed:
        code = _sent(fuzzed, Path(folder), seed)
        report = json.loads((Path(folder) / "report.json").read_text())
        wrong = [*_too_few(report), *_never_taken(report), *_broken(fuzzed)]
    print("\n".join([*wrong, f"seed {seed}; the same calls again: make api-fuzz SEED={seed}"]))  # noqa: T201 -- its result
    return 1 if wrong else code


def configuration(fuzzed: Fuzzed, seed: int) -> dict[str, Any]:
    """What schemathesis is told, all of whose checks are on unless one is switched off here."""
    names = {**fuzzed.names, "any": ("*",)}
    refused = {"expected-statuses": REFUSALS}
    return {
        "base-url": fuzzed.url,
        "seed": seed,
        "workers": 2,
        "continue-on-failure": True,
        "request-timeout": IDLE_SECONDS,
        "hooks": "tests.api.fuzz_hooks",
        "dictionaries": {name: {"values": values} for name, values in names.items()},
        "parameters": {where: {"dictionary": name, "probability": KNOWN} for where, name in NAMES.items()},
        "checks": {"negative_data_rejection": refused, "missing_required_header": refused},
        "phases": {"coverage": {"unexpected-methods": METHODS}},
        "generation": {"max-examples": EXAMPLES_MAX, "database": "none"},
        "cache": {"enabled": False},
        "warnings": False,
    }


def _sent(fuzzed: Fuzzed, folder: Path, seed: int) -> int:
    (folder / "schemathesis.toml").write_text(_toml(configuration(fuzzed, seed)))
    (folder / "names.json").write_text(json.dumps({"there": fuzzed.names, "examples": fuzzed.examples}))
    line = [sys.executable, "-m", "schemathesis.cli", "--config-file", "schemathesis.toml", "run"]
    line += [f"{fuzzed.url}/v1/openapi.json", "--no-color", "--report", "json", "--report-json-path", "report.json"]
    found = {**os.environ, "PYTHONPATH": str(ROOT)}  # noqa: TID251 -- handed on, not read
    return subprocess.run(line, cwd=folder, env=found, check=False).returncode  # noqa: S603 -- ours


def _too_few(report: Mapping[str, Any]) -> Iterator[str]:
    cases, tested = report["test_cases"]["generated"], report["operations"]
    if cases < CASES_MIN:
        yield f"{cases} calls were made, which is less than {CASES_MIN}"
    if tested["tested"] < tested["total"]:
        yield f"{tested['tested']} of {tested['total']} operations were called"


def _never_taken(report: Mapping[str, Any]) -> Iterator[str]:
    """What is refused at the door whatever it says has never been looked at."""
    for operation, phases in report["valid_rates"].items():
        if not any(phase["accepted"] for phase in phases.values()):
            yield f"{operation} was never answered by anything but a refusal"


def _broken(fuzzed: Fuzzed) -> Iterator[str]:
    """Nothing that anybody sends breaks an orchestration, and what is started comes to its end."""
    if not fuzzed.host.wait_idle(IDLE_SECONDS):
        yield f"the engine does not come to rest: {fuzzed.host.going_on()}"
    broken = ((one.id, one.failure) for one in fuzzed.host.instances() if one.failure)
    yield from (f"run {name} broke: {failure.error_type}: {failure.message}" for name, failure in broken)


def _toml(told: Mapping[str, Any]) -> str:
    return "".join(f"{key} = {_value(value)}\n" for key, value in told.items())


def _value(value: Any) -> str:
    """As JSON has it, which for these is how TOML has it, but for inline tables."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(key)} = {_value(one)}" for key, one in value.items()) + "}"
    return json.dumps(value)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
