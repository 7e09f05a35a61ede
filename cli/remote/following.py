"""Following a run of an app to its end: looking again when it says so, however often the line is cut in between."""

from collections.abc import Mapping

from cli import printing
from cli.edge import coming_back
from cli.progress import line
from cli.remote.client import Client
from cli.remote.documents import Happened, Journal
from cli.remote.meant import Standing, read_run, run_path
from cli.remote.refusing import UnreachableError, plain
from shared.model.run import JournalEntry, JournalKind
from shared.rules.run_view import ENDED

LOOK_AGAIN_SECONDS = 15.0
"""Where the app does not say."""
LOOK_AGAIN_HERE_SECONDS = 1.0
"""On this machine, where a look keeps nobody else waiting, and the time of a simulated world may run faster."""
CUT_OFF_SECONDS = 600.0
"""How long nothing may come back before following ends; the run goes on all the same."""


def follow(client: Client, run_id: str, *, watch: bool) -> Standing:
    """The run as it stands at its end.

    Args:
        client: of the app.
        run_id: of the run.
        watch: whether what happens is told meanwhile.

    Raises:
        InterruptedRunError: somebody pressed Ctrl-C.
        ToldError: the app says no, or nothing for a long time.
    """
    teller = _Teller(client, run_id) if watch else None
    with coming_back(come_back(client, run_id)):
        cut_off = 0.0
        while True:
            try:
                standing = read_run(client, run_id)
                if teller is not None:
                    teller.tell(standing)
                if standing.run.status in ENDED and standing.run.detail.phase == "finished":
                    return standing
                cut_off, wait = 0.0, _wait(client, standing)
            except UnreachableError as error:
                cut_off, wait = cut_off + LOOK_AGAIN_SECONDS, LOOK_AGAIN_SECONDS
                if cut_off > CUT_OFF_SECONDS:
                    raise UnreachableError([*error.problems, come_back(client, run_id)], error.code) from None
            client.pause(wait)


def come_back(client: Client, run_id: str) -> str:
    """What goes on without us, and how to see it."""
    again = f"hcx-fleet --endpoint {client.address.base} status {run_id}"
    return f"Nobody follows run {run_id} now; it goes on where the app is. How it stands: {again}"


def _wait(client: Client, standing: Standing) -> float:
    said = standing.retry_after or LOOK_AGAIN_SECONDS
    return min(said, LOOK_AGAIN_HERE_SECONDS) if client.address.here else said


class _Teller:
    """Tells what is new of a run, in lines for a log."""

    def __init__(self, client: Client, run_id: str) -> None:
        self._client = client
        self._path = f"{run_path(run_id)}/journal"
        self._cursor = 0
        self._why = ""

    def tell(self, standing: Standing) -> None:
        """Print what happened since the last look, then what is waited for where that is another thing."""
        titles = {one.id: one.title for one in standing.run.tasks}
        more = True
        while more:
            part = self._client.get(self._path, {"after": str(self._cursor)}).read(Journal)
            for one in part.value:
                _say(one, titles)
            self._cursor, more = part.cursor, part.more
        if standing.run.why != self._why:
            self._why = standing.run.why
            printing.progress().print(f"{standing.run.percent} % {plain(self._why)}", soft_wrap=True)


def _say(one: Happened, titles: Mapping[str, str]) -> None:
    if one.kind not in JournalKind:  # of a newer release
        return
    entry = JournalEntry(key=one.key, at=one.at, kind=JournalKind(one.kind), text=plain(one.text), task=one.task)
    text = line(entry, titles)
    if text:
        printing.progress().print(text, soft_wrap=True)
