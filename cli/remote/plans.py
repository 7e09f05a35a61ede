"""Plans of an app elsewhere: made, compared, and put on the calendar."""

import json
from pathlib import Path

from cli import printing, tables
from cli.edge import WrongUseError
from cli.exits import Exit
from cli.files import write_whole
from cli.remote import sheets
from cli.remote.client import Change, Client
from cli.remote.documents import RunSeen
from cli.remote.following import follow
from cli.remote.given import Given, form_of, key_of, word
from cli.remote.meant import Standing, hash_named, newest_hash
from cli.remote.runs import code_of, problem_of, report_of
from shared.api.bodies_calendar import CalendarAnswer
from shared.model.plan import Plan
from shared.report.calendar_text import Calendar, Entry, calendar_sheet
from shared.report.camel_json import camel_json
from shared.report.diff_text import diff_sheet
from shared.report.forecast_text import forecast_of, forecast_sheet
from shared.report.plan_diff import plan_diff
from shared.report.plan_json import PlanUnreadableError, read_plan


def plan(client: Client, given: Given) -> int:
    """Observe, check and plan: who does what, in which order and when."""
    ended = _planned(client, given)
    if ended.run.plan_hash is not None:
        _give(client, given, ended)
    return problem_of(ended.run) or code_of(report_of(client, ended.run.id), ended.run, carries_out=False)


def diff(client: Client, given: Given) -> int:
    """Say in what two plans differ, kept ones or files."""
    before = _meant(client, str(given["before"]))
    other = word(given, "after")
    after = _meant(client, other) if other else _read(client, newest_hash(client))
    found = plan_diff(before, after)
    if form_of(given) == "json":
        printing.as_json({"before": before.hash, "after": after.hash, "differences": camel_json(found)})
    else:
        printing.parts(tables.sheet(diff_sheet(before, after, found)))
    return Exit.AS_WANTED


def forecast(client: Client, given: Given) -> int:
    """When the newest plan will probably be done, wave by wave, or a fresh one."""
    found = forecast_of(_read(client, _hash_for(client, given)))
    if form_of(given) == "json":
        printing.as_json(camel_json(found))
    else:
        printing.parts(tables.sheet(forecast_sheet(found)))
    return Exit.AS_WANTED


def calendar(client: Client, given: Given) -> int:
    """When windows open, when nothing may be changed, and what will probably start, by the newest plan."""
    if given.get("live"):
        _hash_for(client, given)
    answer = client.get("/v1/calendar")
    if form_of(given) == "json":
        printing.as_json(answer.json())
    else:
        printing.parts(tables.sheet(calendar_sheet(_weeks(answer.read(CalendarAnswer)))))
    return Exit.AS_WANTED


def _planned(client: Client, given: Given) -> Standing:
    body = {
        "privateCloud": word(given, "cloud"),
        "target": word(given, "target"),
        "requestedBy": word(given, "requester"),
    }
    change = Change(method="POST", path="/v1/plans", body=body, key=key_of(given, "idempotency_key"))
    return follow(client, client.change(change).read(RunSeen).id, watch=True)


def _give(client: Client, given: Given, ended: Standing) -> None:
    """A table is always printed; a document goes into the file instead where one is named."""
    form, out, path = form_of(given), given.get("out"), f"/v1/plans/{ended.run.plan_hash}"
    content = client.get(f"{path}/plan.md" if form == "md" else path).body
    if out is not None:
        write_whole(Path(out), content)
        printing.progress().print(f"Plan {str(ended.run.plan_hash)[:12]} is in {out}", soft_wrap=True)
    if form == "table":
        _print(_plan_in(content if form != "md" else b""), client, ended)
    elif out is None and form == "json":
        printing.as_json(json.loads(content))
    elif out is None:
        printing.as_text(content.decode())


def _print(made: Plan, client: Client, ended: Standing) -> None:
    report = report_of(client, ended.run.id)
    names, found = sheets.names_of(report), sheets.findings(report)
    printing.parts(tables.plan(made, names), sheets.unread(report), found, tables.what_next(made))


def _hash_for(client: Client, given: Given) -> str:
    """The newest plan, or with --live one that is made now."""
    if not given.get("live"):
        return newest_hash(client)
    ended = _planned(client, given)
    if ended.run.plan_hash is None:
        raise WrongUseError([f"run {ended.run.id} made no plan: {ended.run.problem or ended.run.why}"])
    return ended.run.plan_hash


def _meant(client: Client, text: str) -> Plan:
    path = Path(text)
    if not path.is_file():
        return _read(client, hash_named(client, text))
    try:
        return read_plan(path.read_bytes())
    except PlanUnreadableError as error:
        raise WrongUseError([f"{path}: {error}"]) from None
    except OSError as error:
        raise WrongUseError([f"{path}: cannot be read: {error.strerror}"]) from None


def _read(client: Client, plan_hash: str) -> Plan:
    return _plan_in(client.get(f"/v1/plans/{plan_hash}").body)


def _plan_in(content: bytes) -> Plan:
    try:
        return read_plan(content)
    except PlanUnreadableError as error:
        raise WrongUseError([f"the plan of the app {error}; use the command of its release, or -o json"]) from None


def _weeks(seen: CalendarAnswer) -> Calendar:
    """The record that the answer was made from."""
    return Calendar(
        now=seen.now,
        until=seen.until,
        entries=tuple(
            Entry(at=one.at, until=one.until, kind=one.kind, what=one.what, where=one.where, zone=one.zone)
            for one in seen.value
        ),
        always_closed=seen.always_closed,
        no_windows=seen.no_windows,
    )
