"""What an app elsewhere knows: what stands in the way, who must do what, what happened, what there is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cli import printing, tables
from cli.edge import WrongUseError
from cli.exits import Exit
from cli.files import write_whole
from cli.remote import sheets
from cli.remote.client import Client
from cli.remote.documents import Clouds, Happened, Journal, Leases, Why
from cli.remote.given import Given, form_of, word
from cli.remote.meant import newest_planned, newest_run, read_run, run_path, segment
from cli.remote.refusing import RefusedError, plain
from cli.remote.task import task_named
from shared.api.bodies_calendar import TodayAnswer
from shared.report.sheet import Grid, Sheet
from shared.report.today_text import today_sheet
from shared.report.words import moment, when
from shared.rules.agenda.records import By, Count, Item, Row, Today


def why(client: Client, given: Given) -> int:
    """What stands in the way of one private cloud, or of a connector, mesh or task of a run."""
    subject, named = str(given["subject"]), word(given, "run")
    about_cloud = None if named else _why_cloud(client, subject)
    document = about_cloud or _why_in(client, subject, named)
    if form_of(given) == "json":
        printing.as_json(document)
    else:
        printing.results().print("\n".join(_indented(document["why"])), soft_wrap=True)
    return Exit.AS_WANTED


def today(client: Client, given: Given) -> int:
    """Who must do what, by when."""
    asked = {name: text for name in ("person", "site", "until") if (text := word(given, name))}
    ics = given.get("ics")
    if ics is not None:
        write_whole(Path(ics), client.get("/v1/today.ics", asked).body)
        printing.progress().print(f"{ics}: the calendar is there", soft_wrap=True)
    match form_of(given):
        case "json":
            printing.as_json(_whole(client, "/v1/today", asked))
        case "csv":
            printing.as_bytes(client.get("/v1/today.csv", asked).body)
        case "md":
            printing.as_text(client.get("/v1/today.md", asked).body.decode())
        case _:
            found = TodayAnswer.model_validate(_whole(client, "/v1/today", asked))
            printing.parts(tables.sheet(_todo(found)))
    return Exit.AS_WANTED


def fleet(client: Client, given: Given) -> int:
    """Every private cloud, as the app observed it last: nobody is asked anew."""
    whole = _whole(client, "/v1/clouds", {})
    if form_of(given) == "json":
        printing.as_json(whole)
        return Exit.AS_WANTED
    found = Clouds.model_validate(whole)
    if found.run is None:
        printing.progress().print("Nothing was observed yet. Look: hcx-fleet check")
        return Exit.AS_WANTED
    columns = ("PRIVATE CLOUD", "SUBSCRIPTION", "LOCATION", "HCX", "OBSERVED", "STANDS", "REASON", "WHO ACTS NEXT")
    rows = tuple(
        (
            one.name,
            one.subscription,
            one.location,
            one.version or "",
            when(one.observed_at) if one.observed_at else "",
            one.bucket,
            one.reason,
            one.who_acts_next,
        )
        for one in found.value
    )
    foot = f"As run {found.run} observed; hcx-fleet check looks anew."
    printing.parts(tables.sheet(Sheet(grids=(Grid(columns=columns, rows=rows),), foot=(foot,))))
    return Exit.AS_WANTED


def leases(client: Client, given: Given) -> int:
    """Who may change what right now."""
    answer = client.get("/v1/leases")
    found = answer.read(Leases).value
    if form_of(given) == "json":
        printing.as_json(answer.json())
    elif found:
        columns = ("SUBJECT", "RUN", "TASK", "SINCE", "UNTIL", "QUIET MEANWHILE", "NUMBER")
        rows = tuple(
            (one.subject, one.run, one.task, moment(one.since), moment(one.until), ", ".join(one.quiet), str(one.token))
            for one in found
        )
        printing.parts(tables.sheet(Sheet(grids=(Grid(columns=columns, rows=rows),))))
    else:
        printing.results().print("No lease is held.")
    return Exit.AS_WANTED


def journal(client: Client, given: Given) -> int:
    """What happened in a run, in order: 3 where it is not as it was written."""
    path = f"{run_path(str(given['run']))}/journal"
    whole = _whole(client, path, {})
    found = Journal.model_validate(whole)
    if form_of(given) == "json":
        printing.as_json(whole)
    elif found.value or found.faults:
        rows = tuple(map(_happened, found.value))
        grid = Grid(columns=("NO", "WHEN", "KIND", "TASK", "WHAT"), rows=rows)
        printing.parts(tables.sheet(Sheet(grids=(grid,), foot=(_chain(found),))))
    else:
        printing.progress().print(f"Nothing has happened in run {given['run']} yet.")
    return Exit.NEEDS_OTHERS if found.faults else Exit.AS_WANTED


def runsheet(client: Client, given: Given) -> int:
    """The page by which a person performs one task: 3 with every reason where it is not ready."""
    run, task = task_named(client, str(given["subject"]))
    form = str(getattr(given.get("form"), "value", "html"))
    path = f"{run_path(run)}/tasks/{segment(task)}/runSheet.{form}"
    page = client.get(path, {"draft": "true"} if given.get("draft") else None).body
    out = given.get("out")
    if out is None:
        printing.as_text(page.decode())
    else:
        write_whole(Path(out), page)
        printing.progress().print(f"The run sheet of {task} is in {out}", soft_wrap=True)
    return Exit.AS_WANTED


# --- how --------------------------------------------------------------------------------------------------------------


def _whole(client: Client, path: str, asked: dict[str, str]) -> Any:
    """A list in one document, as the first part has it."""
    parts = [part.json() for part in client.parts(path, asked)]
    return {**parts[0], "value": [one for part in parts for one in part["value"]], "nextLink": None}


def _why_cloud(client: Client, subject: str) -> Any:
    """What stands in the way of a private cloud; None where none is called so."""
    try:
        return _checked(client.get(f"/v1/clouds/{segment(subject)}/why").json())
    except RefusedError as error:
        if error.reason != "cloud.unknown":
            raise
        return None


def _checked(document: Any) -> Any:
    Why.model_validate(document)
    return document


def _why_in(client: Client, subject: str, named: str | None) -> Any:
    run = named or next((one.id for one in newest_planned(client)), None) or newest_run(client)
    if run is None:
        raise WrongUseError(["there is no run yet, so nothing was observed; start one: hcx-fleet check"])
    lines = list(sheets.why_of(read_run(client, run).run, subject))
    if not lines:
        listed = f"hcx-fleet status {run} -o json lists what it knows by id"
        raise WrongUseError([f"run {run} knows no {subject!r}; {listed}"])
    return {"run": run, "subject": subject, "why": lines}


def _indented(lines: list[str]) -> Iterator[str]:
    for line in lines:
        yield f"{' ' * (len(line) - len(line.lstrip()))}{plain(line)}"


def _happened(one: Happened) -> tuple[str, ...]:
    return str(one.sequence), moment(one.at), one.kind, one.task or "", one.text


def _chain(found: Journal) -> str:
    if not found.faults:
        return "The journal is whole."
    more = len(found.faults) - 1
    return f"The journal is broken: {found.faults[0]}." + (f" {more} more after it." if more else "")


def _todo(seen: TodayAnswer) -> Sheet:
    """The sheet of the list on this machine, from the record that the answer was made from."""
    rows = tuple(
        Row(
            when=one.when,
            item=Item(
                key=one.key,
                matter=one.matter,
                by=By(day=one.by.day, at=one.by.at, at_once=one.by.at_once),
                who=one.who,
                people=one.people,
                sites=one.sites,
                where=one.where,
                what=one.what,
                why=one.why,
            ),
            zone=one.zone,
        )
        for one in seen.value
    )
    found = Today(
        now=seen.now,
        fleet=seen.fleet,
        plan=seen.plan,
        planned_at=seen.planned_at,
        private_cloud=seen.private_cloud,
        observed_from=seen.observed_from,
        subjects=seen.subjects,
        counts=tuple(Count(tally=one.tally, subjects=one.subjects) for one in seen.counts),
        unread=seen.unread,
        by_hand=seen.by_hand,
        rows=rows,
    )
    return today_sheet(found, rows)
