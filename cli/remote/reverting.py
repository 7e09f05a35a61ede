"""How a run is taken back by an app elsewhere, and following people through it."""

from pathlib import Path

from cli import printing
from cli.edge import WrongUseError
from cli.files import write_whole
from cli.remote.client import Client
from cli.remote.documents import RevertPlanned
from cli.remote.following import follow
from cli.remote.given import Given, form_of, word
from cli.remote.meant import run_path, runs_of
from cli.remote.refusing import RefusedError
from cli.remote.runs import code_of, from_parent, problem_of, report_of, through
from shared.model.run import RunKind

_HASH = 16
"""Characters of a hash that are told."""


def revert(client: Client, given: Given) -> int:
    """Plan it, or with --start carry out the plan of that hash: instruct, wait, observe.

    Raises:
        WrongUseError: it is to be started without a plan, or one is named for nothing that is started.
    """
    named, parent = word(given, "plan"), str(given["of"])
    if bool(given.get("start")) != (named is not None):
        raise WrongUseError(["--start and --plan HASH belong together: look at the plan first, then start that one"])
    plan = _hash(client, parent, named) if named else None
    body = {"by": word(given, "requester"), "privateCloud": word(given, "cloud"), "planHash": plan}
    began = from_parent(client, parent, "revert", body, given)
    return through(client, began, given) if named else _planned(client, began.id, given)


def _planned(client: Client, run: str, given: Given) -> int:
    ended = follow(client, run, watch=True).run
    if ended.problem:
        return problem_of(ended)
    path, out = f"{run_path(run)}/revertPlan", given.get("out")
    if out is not None:
        write_whole(Path(out), client.get(f"{path}.md").body)
        printing.progress().print(f"The plan, with the request for support, is in {out}", soft_wrap=True)
    if form_of(given) == "json":
        printing.as_json(client.get(path).json())
    else:
        printing.as_text(client.get(f"{path}.md").body.decode())
    return code_of(report_of(client, run), ended, carries_out=False)


def _hash(client: Client, parent: str, text: str) -> str:
    """The whole hash of the revert that is meant, by how it begins."""
    prefix = text.strip().lower().removeprefix("sha256:")
    reverts = (one.id for one in runs_of(client) if one.kind is RunKind.REVERT and one.parent == parent)
    hashes = {plan for one in reverts if (plan := _planned_by(client, one)) is not None}
    found = sorted(one for one in hashes if prefix and one.startswith(prefix))
    if len(found) == 1:
        return found[0]
    how = f"several begin so: {', '.join(one[:_HASH] for one in found)}" if found else "none begins so"
    raise WrongUseError([f"--plan {text}: of the reverts of run {parent} {how}"])


def _planned_by(client: Client, run: str) -> str | None:
    """The hash of the plan that a revert made; None where it has none."""
    try:
        return client.get(f"{run_path(run)}/revertPlan").read(RevertPlanned).hash
    except RefusedError as error:
        if error.reason != "plan.unknown":
            raise
        return None
