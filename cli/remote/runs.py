"""Runs of an app elsewhere: started, followed to their end, and shown as they stand."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from cli import printing
from cli.edge import WrongUseError
from cli.exits import Exit, exit_for
from cli.remote import sheets
from cli.remote.client import Change, Client
from cli.remote.documents import CloudSeen, RunListed, RunSeen
from cli.remote.following import follow
from cli.remote.given import Given, form_of, key_of, word
from cli.remote.meant import Standing, hash_named, newest_run, read_run, run_path, segment
from cli.remote.refusing import RefusedError, plain
from shared.model.plan import SubjectKind
from shared.model.run import RunKind
from shared.report.document import Report
from shared.rules.run_view import ENDED

_MARK = 16
"""Digits of a key that the name of a run holds."""


def check(client: Client, given: Given) -> int:
    """Observe and check, then say what stands in the way: 0 where nothing does, 3 where something does."""
    wanted = {"kind": "check", "subject": word(given, "subject"), "privateCloud": word(given, "cloud")}
    ended = follow(client, put(client, given, wanted).id, watch=True)
    return _shown_check(client, ended, given)


def run(client: Client, given: Given) -> int:
    """Plan and carry out, or follow one that goes on, to the end of what can be done."""
    resumed = word(given, "resume")
    began = _gone_on_with(client, given, resumed) if resumed else _begun(client, given)
    return through(client, began, given)


def retry(client: Client, given: Given) -> int:
    """Carry out tasks of a run once more, as a run of its own."""
    parent = str(given["run"])
    only, named = word(given, "only"), list(given.get("task") or ())
    body = {"by": word(given, "requester"), "only": only, "tasks": named}
    return through(client, from_parent(client, parent, "retry", body, given), given)


def status(client: Client, given: Given) -> int:
    """One run as it stands, the newest when none is named; 3 where it waits for people."""
    named = word(given, "run") or newest_run(client)
    if named is None:
        printing.progress().print("There is no run yet. Start one: hcx-fleet check")
        return Exit.AS_WANTED
    standing, told = read_run(client, named), client.get(report_path(named))
    report = told.read(Report)
    if form_of(given) == "json":
        printing.as_json(told.json())
    else:
        clouds, asked = sheets.results(report, SubjectKind.PRIVATE_CLOUD), sheets.asked(report)
        head = sheets.headline(report, standing.run)
        printing.parts(plain_lines(head), clouds, sheets.tasks(report), asked, sheets.needs(report))
    if standing.run.status in ENDED:
        return code_of(report, standing.run, carries_out=_carries_out(standing.run))
    return Exit.NEEDS_OTHERS if report.run.phase == "waitingForPeople" else Exit.AS_WANTED


# --- for these and others ---------------------------------------------------------------------------------------------


def put(client: Client, given: Given, wanted: Mapping[str, Any]) -> RunSeen:
    """A run under a name that its key gives it: asked for again with the same key, it is the same run."""
    key = key_of(given, "idempotency_key")
    name = f"{wanted['kind']}-{sha256(key.encode()).hexdigest()[:_MARK]}"
    body = {**wanted, "requestedBy": word(given, "requester")}
    began = client.change(Change(method="PUT", path=run_path(name), body=body, key=key)).read(RunSeen)
    printing.progress().print(f"Run {began.id} has started. Elsewhere: hcx-fleet status {began.id}", soft_wrap=True)
    return began


def from_parent(client: Client, parent: str, verb: str, body: Mapping[str, Any], given: Given) -> RunSeen:
    """A run that comes from another one, which is meant as it stands now."""
    tag = read_run(client, parent).tag
    key = key_of(given, "idempotency_key")
    change = Change(method="POST", path=f"{run_path(parent)}:{verb}", body=body, key=key, if_match=tag)
    return client.change(change).read(RunSeen)


def through(client: Client, began: RunSeen, given: Given) -> int:
    """Follow a run to its end and show what came of it."""
    ended = follow(client, began.id, watch=bool(given.get("watch")))
    form, told = form_of(given), client.get(report_path(began.id))
    report = told.read(Report)
    if form == "json":
        printing.as_json(told.json())
    elif form == "md":
        printing.as_text(client.get(f"{run_path(began.id)}/report.md").body.decode())
    else:
        clouds, unread = sheets.results(report, SubjectKind.PRIVATE_CLOUD), sheets.unread(report)
        printing.parts(clouds, unread, sheets.needs(report), plain(report.headline))
        printing.places([f"{client.address.base}{run_path(began.id)}/report.html"])
    return problem_of(ended.run) or code_of(report, ended.run, carries_out=True)


def report_of(client: Client, run_id: str) -> Report:
    """Everything that a report of the run says, now."""
    return client.get(report_path(run_id)).read(Report)


def report_path(run_id: str) -> str:
    """Where that is."""
    return f"{run_path(run_id)}/report.json"


def problem_of(seen: RunListed) -> int:
    """Say why a run as a whole could not go on; 0 when it could."""
    if not seen.problem:
        return 0
    printing.progress().print(f"error: {plain(seen.problem)}", soft_wrap=True)
    return exit_for(seen.problem, (), (), carries_out=True)


def code_of(report: Report, seen: RunListed, *, carries_out: bool) -> Exit:
    """The code of a run that has ended; `carries_out`: beside observing and planning."""
    buckets = {one.bucket for one in report.subjects}
    read = {one.state for one in report.subscriptions}
    return exit_for(seen.problem, buckets, read, carries_out=carries_out)


def plain_lines(text: str) -> str:
    """Lines that stay lines, with nothing else in them that moves the cursor."""
    return "\n".join(map(plain, text.splitlines()))


# --- how --------------------------------------------------------------------------------------------------------------


def _carries_out(seen: RunListed) -> bool:
    """Of a revert, one that follows a plan; one that made it is over once that is there."""
    return seen.kind is RunKind.UPGRADE or (seen.kind is RunKind.REVERT and seen.plan_hash is not None)


def _begun(client: Client, given: Given) -> RunSeen:
    named = word(given, "plan")
    wanted = {
        "kind": "upgrade",
        "privateCloud": word(given, "cloud"),
        "includeShared": bool(given.get("include_shared")),
        "planHash": hash_named(client, named) if named else None,
    }
    return put(client, given, wanted)


def _gone_on_with(client: Client, given: Given, name: str) -> RunSeen:
    """Exactly that run, which goes on where the app is whether or not anybody follows it.

    Raises:
        WrongUseError: it has ended, or something else is asked for beside it.
    """
    beside = {"cloud": "--cloud", "plan": "--plan", "include_shared": "--include-shared"}
    if named := [option for one, option in beside.items() if given.get(one)]:
        raise WrongUseError([f"{', '.join(named)}: --resume goes on with a run as it was asked for"])
    found = read_run(client, name).run
    if found.status in ENDED:
        remedy = f"what is left can be tried once more: hcx-fleet retry {name}"
        raise WrongUseError([f"--resume {name}: the run has ended as {found.status.value}; {remedy}"])
    return found


def _shown_check(client: Client, ended: Standing, given: Given) -> int:
    name, form = ended.run.id, form_of(given)
    path, told = run_path(name), client.get(report_path(name))
    report, verdict = told.read(Report), _verdict(client, given, name)
    match form:
        case "json":
            printing.as_json(told.json())
        case "junit":
            printing.as_bytes(client.get(f"{path}/report.xml").body)
        case "md":
            printing.as_text(client.get(f"{path}/report.md").body.decode())
        case _:
            found = [sheets.results(report, kind) for kind in SubjectKind]
            said = verdict[1] if verdict else report.headline
            printing.parts(sheets.unread(report), *found, sheets.findings(report), sheets.needs(report), plain(said))
    ready = code_of(report, ended.run, carries_out=False) if verdict is None else _ready(ready=verdict[0])
    return problem_of(ended.run) or ready


def _ready(*, ready: bool) -> Exit:
    return Exit.AS_WANTED if ready else Exit.NEEDS_OTHERS


def _verdict(client: Client, given: Given, run: str) -> tuple[bool, str] | None:
    """What the app says of the one private cloud that was asked about, by that very check; None where that is none."""
    named = word(given, "subject") or word(given, "cloud")
    if named is None:
        return None
    try:
        seen = client.get(f"/v1/clouds/{segment(named)}").read(CloudSeen).readiness
    except RefusedError as error:
        if error.reason in {"cloud.unknown", "cloud.ambiguous"}:  # it is a connector or a mesh
            return None
        raise
    return (seen.ready, seen.verdict) if seen is not None and seen.run == run else None
