"""The command reference, from the commands themselves: `python -m cli.reference > docs/cli.md`."""

import sys
from collections.abc import Iterator
from enum import Enum
from typing import Any

from typer.core import TyperArgument, TyperGroup, TyperOption
from typer.main import get_command

from cli.main import app
from cli.places import ROOT
from cli.remote.verbs import HERE_ALONE, VERBS

HEAD = """# Command line

`bin/hcx-fleet` runs from a checkout after `make setup`. Made by `python -m cli.reference`; do not edit.

Results go to standard output, everything else to standard error, so that `-o json` can be piped. Options that stand \
before a command (`hcx-fleet --settings settings.env plan`) count for it as well.

| exit code | meaning |
|---|---|
| 0 | all as wanted; for `check` READY, for `plan` everything that is behind has a way |
| 1 | an upgrade failed, or something went wrong inside hcx-fleet: one line says where the log is |
| 2 | wrong use or invalid input: every error at once, with file and line where there is one |
| 3 | blocked, unknown, or waiting for people; for `doctor` and `show breaker` that somebody has to put something \
right; for `import sites` that the change was only shown; for `runsheet` that the task is not ready, for `prove` that \
something needed is not proved, for `journal` and `verify` that a journal is not as it was written; \
also when a subscription could not be read, and when something changed that an approved plan did not expect \
(`diff --live`, `run --plan`) |
| 4 | not signed in: an app that `--endpoint` names does not know who calls, or does not let them |
| 130 | interrupted: what goes on and how to come back is said |

`-o json` prints: for `check`, `run` and `status` the report of [report.md](report.md) (for `check` with what \
[check.md](check.md) says beside it), for `plan` the plan itself, for `diff` its differences (with `changes` and \
`holds` for `--live`), for `show fleet` what `GET /v1/clouds` of [api.md](api.md) \
answers (with `--azure-only` what Azure alone says), for `today` its `rows` and `counts`, \
for `lint` its `problems`, for `doctor` its `checks` (with `--contract` its `routes`, `documents` and \
`proposals`), for `confirm` the entry, for `import facts` its `files`, for `show breaker` what is \
`open`, for the other `show` commands what their tables say, for `why` its sentences, for `prove` its `claims` and \
whether all that is needed is `proved`, for `approve`, `reject`, `pause`, `resume`, `cancel` and `skip` what the \
calls of [api.md](api.md) answer, for `leases` its `leases`, for `journal` and `verify` whether it is `whole`, its \
`count` and its `faults`, for `demo` the document of [demo.md](demo.md). \
[first-contact.md](first-contact.md) explains `doctor`, `confirm` and `breaker`.

A run lives in the process that started it. Interrupted and started again, `run` goes on with it under the same id: \
what is done is observed and not repeated. `run --resume RUN` goes on with exactly that one. One process at a time \
runs or serves a store, a second one exits with 2; `status`, `why`, `check`, `plan`, `diff` and `show` work beside it.

`approve`, `reject`, `pause`, `resume`, `cancel` and `skip` write into the store, whether a process carries the run \
out or none does: one that does sees it within a second, another one when the run goes on. What does not fit the state \
of the run is refused with exit code 2, with the state and who can act. [operations.md](operations.md) says what to \
expect of each. `retry` carries tasks out in its own process, as `run` does.

A plan is known by its hash, of which the first characters are enough; [plan.md](plan.md) shows what these commands \
print. `plan --out FILE` writes it down; `run --plan` \
observes again and refuses to start where something changed that the plan did not expect, which `diff PLAN --live` \
tells beforehand. What provider and people do to what the plan leaves to them is progress and never stands in its way. \
[today.md](today.md) shows `today` and `show fleet --azure-only`. \
Without `--live`, `show coverage`, `calendar`, `exposure` and `forecast` read the newest plan in the store, as it \
looked when it was made: `--clock` counts with `--live` alone. `status` and `why` need it for a run \
of a simulated world that has not ended.
"""


ELSEWHERE = """## An app elsewhere

With `--endpoint URL` before the verb, or `HCX_FLEET_ENDPOINT`, the same verbs speak to an app that is deployed, over \
its [HTTP API](api.md). `--audience`, or `HCX_FLEET_AUDIENCE`, is the Application ID URI of its registration; \
azure-identity gets the token for it: from `az login`, a managed identity, or the variables of a service principal. A \
token is sent over TLS, to that address alone, after no redirect, and is never printed. An app on this machine \
(`hcx-fleet serve`) takes none: `--endpoint http://127.0.0.1:7071`.

```sh
export HCX_FLEET_ENDPOINT=https://fleet.contoso.example HCX_FLEET_AUDIENCE=api://hcx-fleet
hcx-fleet plan
hcx-fleet run --plan 9f2c41 --watch --idempotency-key "build-$BUILD"
hcx-fleet approve RUN --wave canary
```

Results and exit codes are those of this machine; `-o json` prints what the API answers, which for `check`, `run`, \
`retry`, `revert` and `status` is the report. Who calls is in the token: `--as` is for an app on this machine, and is \
refused by others. A run goes on where the app is: `run` and `retry` follow it to its end, and somebody who interrupts \
them stops nothing; `run --resume RUN` follows one that goes on. With the same `--idempotency-key` they find the run \
that they began, and with the same `--key` a command is the same one. A command is meant for the run as it was read a \
moment before: where it has moved on since, an approval is refused and the others are said again. A busy app is asked \
again for up to a minute. `show fleet` lists what was observed last; `check` observes.

An option that an app elsewhere has nothing for is refused with exit code 2:
"""


def reference() -> str:
    """The page."""
    elsewhere = [ELSEWHERE, *_refused(), "", *_here_alone(), ""]
    return "\n".join([HEAD, *elsewhere, *_commands(get_command(app), "hcx-fleet")])


def _refused() -> Iterator[str]:
    by_option: dict[str, list[str]] = {}
    for verb, known in VERBS.items():
        for option in known.without.values():
            by_option.setdefault(option, []).append(f"`{verb}`")
    everywhere = len(by_option["--clock"])
    for option, verbs in by_option.items():
        yield f"- `{option}`" + (" everywhere" if len(verbs) == everywhere else f" of {', '.join(verbs)}")


def _here_alone() -> Iterator[str]:
    yield "So are these verbs, which are for this machine alone:"
    yield ""
    by_reason: dict[str, list[str]] = {}
    for verb, reason in HERE_ALONE.items():
        by_reason.setdefault(reason, []).append(f"`{verb}`")
    yield from (f"- {', '.join(verbs)}: {reason}" for reason, verbs in by_reason.items())


def _commands(command: Any, name: str) -> Iterator[str]:
    if isinstance(command, TyperGroup):
        if name == "hcx-fleet" or command.invoke_without_command:
            yield from _section(command, name)
        for each in command.commands.values():
            yield from _commands(each, f"{name} {each.name}")
    else:
        yield from _section(command, name)


def _section(command: Any, name: str) -> Iterator[str]:
    arguments = [one for one in command.params if isinstance(one, TyperArgument)]
    yield from (f"## `{' '.join([name, *map(_metavar, arguments)])}`", "", _line(command.help), "")
    rows = [(_call(one), _line(getattr(one, "help", "")), _default(one)) for one in command.params]
    if rows:
        yield from ("| option | meaning | default |", "|---|---|---|")
        yield from (f"| `{call}` | {meaning} | {default} |" for call, meaning, default in rows)
        yield ""


def _call(param: Any) -> str:
    if isinstance(param, TyperArgument):
        return _metavar(param)
    names = ", ".join(sorted(param.opts, key=len))
    return names if param.is_flag else f"{names} {_value(param)}"


def _metavar(argument: TyperArgument) -> str:
    return str(argument.metavar or (argument.name or "").upper())


def _value(option: TyperOption) -> str:
    if isinstance(option.default, Enum):
        return "/".join(str(one.value) for one in type(option.default))
    return str(option.metavar)


def _default(param: Any) -> str:
    if param.required:
        return "required"
    if param.default in (None, False) or not getattr(param, "show_default", True):
        return ""
    return f"`{_shown(param.default)}`"


def _shown(default: object) -> str:
    """Paths inside the checkout are shown from its top: the page is the same on every machine."""
    text = str(getattr(default, "value", default))
    return text.removeprefix(f"{ROOT}/")


def _line(text: str | None) -> str:
    return " ".join((text or "").split())


if __name__ == "__main__":
    sys.stdout.write(reference())
