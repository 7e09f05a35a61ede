"""`journal` and `verify`: what happened in a run, and whether it still says so."""

from pathlib import Path

from cli import printing, tables
from cli.edge import WrongUseError
from cli.exits import Exit
from cli.files import write_whole
from cli.reading import run_named, store_of
from shared.model.chain import Link
from shared.model.codec import to_json
from shared.report.journal_lines import LineUnreadableError, lines_of, links_in
from shared.report.journal_text import Verdict, journal_sheet, verdict_on


def journal(settings: Path | None, run_id: str, export: Path | None, *, as_json: bool) -> int:
    """Everything that happened in a run; with `export` as a file for `verify`, and then nothing but how it stands.

    Raises:
        WrongUseError: there is no such run, or the file cannot be written.
    """
    with store_of(settings) as store:
        run_named(store, run_id)
        links = store.chain(run_id)
    if not links:
        printing.progress().print(f"Nothing has happened in run {run_id} yet.")
        return Exit.AS_WANTED
    verdict = verdict_on(links)
    if export is not None:
        write_whole(export, "".join(lines_of(links)).encode())
        printing.progress().print(f"The journal of run {run_id} is in {export}", soft_wrap=True)
    _print(links, verdict, alone=export is not None, as_json=as_json)
    return _exit(verdict)


def verify(file: Path, *, as_json: bool) -> int:
    """Whether an exported journal is whole; asks nothing but the file.

    Raises:
        WrongUseError: it cannot be read, or holds nothing.
    """
    links, unreadable = _links(_text(file))
    if not links and not unreadable:
        raise WrongUseError([f"{file}: holds no link of a journal; hcx-fleet journal RUN --export writes them"])
    verdict = verdict_on(links, unreadable)
    if as_json:
        printing.as_json(_document(verdict))
    else:
        printing.results().print(f"{file}: {verdict.sentence}", soft_wrap=True)
    return _exit(verdict)


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except OSError as error:
        raise WrongUseError([f"{file}: cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise WrongUseError([f"{file}: is not UTF-8 text, so no exported journal"]) from None


def _links(text: str) -> tuple[list[Link], str]:
    """The links up to the first line that cannot be read, and why that one cannot: it breaks the chain there."""
    links = list[Link]()
    try:
        links.extend(links_in(text))
    except LineUnreadableError as error:
        return links, str(error)
    return links, ""


def _print(links: tuple[Link, ...], verdict: Verdict, *, alone: bool, as_json: bool) -> None:
    if as_json:
        shown = {} if alone else {"links": to_json(links, tuple[Link, ...])}
        printing.as_json({**_document(verdict), **shown})
    elif alone:
        printing.results().print(verdict.sentence, soft_wrap=True)
    else:
        printing.parts(tables.sheet(journal_sheet(links, verdict)))


def _document(verdict: Verdict) -> dict[str, object]:
    return {
        "run": verdict.run,
        "whole": verdict.whole,
        "count": verdict.links,
        "last": verdict.last,
        "faults": list(verdict.faults),
    }


def _exit(verdict: Verdict) -> int:
    return Exit.AS_WANTED if verdict.whole else Exit.NEEDS_OTHERS
