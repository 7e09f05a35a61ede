"""The store on Azure: one table of a storage account, safe for any number of hosts at once.

Rows that have to agree lie in one partition and are written in one transaction, on the condition that nothing of what
the decision was made from has changed. The decisions are those of `claims.py`, `leases.py` and `breaker.py`, as in
every store.

    partition             rows
    schema                version
    runs, plans           one a run or plan; `!arrivals` counts them
    documents:RUN         one a document
    journal:RUN           see `table_sequences.py`
    commands:RUN          the same
    claims                one a claim
    calls                 one a call over HTTP that may be repeated
    leases                one a lease; `!epoch` has the last token, and is moved on by every change of any lease
    generations           one a subject, and one a cause that raised it
    logins                one a version of a secret; `!arrivals` counts them
    body:MARK             parts of one long text, see `table_bodies.py`
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Self

from azure.core.credentials import AzureNamedKeyCredential, TokenCredential
from azure.data.tables import TableClient

from shared.model.chain import Link
from shared.model.codec import from_json_text, to_json_text
from shared.model.command import Command
from shared.model.document import RecordUnreadableError
from shared.model.kept_call import KeptCall
from shared.model.ledger import BreakerReset, BreakerState, Claim, ClaimState, Lease, LeaseWish
from shared.model.plan import Plan
from shared.model.run import JournalEntry, Run, RunState
from shared.rules.chain import next_link
from shared.store import table_bodies
from shared.store.breaker import Login, LoginState, ask, end, opened, reset
from shared.store.calls import answered, begun, is_tried
from shared.store.claims import digest_of, intended, intention, moved, read_claim
from shared.store.errors import RunUnknownError, StoreUnusableError, TamperedError
from shared.store.kept_commands import commands_in, kept, refuse_moved
from shared.store.kept_records import entry_in, plan_in
from shared.store.leases import held, is_held, taken
from shared.store.moments import sortable
from shared.store.table_calls import (
    Change,
    Row,
    TableCalls,
    created,
    deleted,
    new_mark,
    replaced,
)
from shared.store.table_sequences import Sequences, number_in
from shared.store.table_texts import beginning_of, key_of

TABLE = "hcxfleet"
SCHEMA_VERSION = 1
PATIENCE_SECONDS = 30.0
"""How long one call goes on trying: through the usual throttling, and less than the patience of an activity."""

ANSWER_SECONDS = 20
"""How long one answer may take. Azure itself gives a call up after that."""

EPOCH = "!epoch"
"""Sorts before every lease, so that one question that reads all of them reads it first."""

ARRIVALS = "!arrivals"
REMEMBERED_MARKS = 32
"""How many changes of leases later a call still recognises its own one."""

type Properties = dict[str, Any]


def table_client(
    endpoint: str, credential: TokenCredential | AzureNamedKeyCredential, table: str = TABLE, **options: Any
) -> TableClient:
    """The client of our table at an endpoint such as `https://ACCOUNT.table.core.windows.net`.

    The SDK tries nothing a second time by itself: see `table_calls.py`.
    """
    waits = {"connection_timeout": ANSWER_SECONDS, "read_timeout": ANSWER_SECONDS}
    return TableClient(endpoint, table, credential=credential, retry_total=0, **{**waits, **options})


class TableStore:
    """The `Store` port on one Azure table."""

    def __init__(self, client: TableClient, *, patience: float = PATIENCE_SECONDS) -> None:
        self._calls = TableCalls(client, patience)
        self._sequences = Sequences(self._calls)
        self._calls.settled(self._opened)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back; the store cannot be used afterwards."""
        self._calls.close()

    def take_write_lock(self) -> None:
        """Look whether the store can be reached at all; it can be written where this identity may read it.

        Raises:
            StoreError: it cannot.
        """
        self._row("schema", "version")

    def put_run(self, run: Run) -> bool:
        """Keep a new run; False when a run of that id is already there (it is left as it is)."""
        asked = sortable(run.request.requested_at)
        return self._put_new("runs", key_of(run.request.id), to_json_text(run), {"state": run.state, "asked": asked})

    def run(self, run_id: str) -> Run | None:
        """The run of that id."""
        text = self._text("runs", key_of(run_id))
        return None if text is None else from_json_text(Run, text)

    def runs(self) -> tuple[Run, ...]:
        """All runs, newest request first."""
        return self.active_runs(tuple(RunState))

    def update_run(self, run: Run) -> None:
        """Replace what is kept of a run.

        Raises:
            RunUnknownError: no such run was put.
        """

        def also(standing: Row | None) -> Properties:
            if standing is None:
                raise RunUnknownError(f"no run {run.request.id} was ever put into this store")
            return {"state": run.state, "asked": standing["asked"], "arrived": standing["arrived"]}

        self._put("runs", key_of(run.request.id), to_json_text(run), also)

    def active_runs(self, states: Sequence[RunState] = (RunState.NOT_STARTED, RunState.RUNNING)) -> tuple[Run, ...]:
        """Runs in one of `states`, newest request first."""
        if not states:
            return ()
        values = {f"state{number}": state.value for number, state in enumerate(states)}
        where = " or ".join(f"state eq @{name}" for name in values)

        def attempt() -> list[str]:
            rows = self._calls.rows("runs", where=where, values=values)
            rows.sort(key=lambda row: (row["asked"], row["arrived"]), reverse=True)
            return [table_bodies.read(self._calls, row) for row in rows]

        return tuple(from_json_text(Run, text) for text in self._calls.settled(attempt))

    def put_plan(self, plan: Plan) -> None:
        """Keep a plan under its hash; the same plan made again later comes with its newer schedule and findings."""
        key, text = key_of(plan.hash), to_json_text(plan)
        if not self._put_new("plans", key, text, {"hash": plan.hash}):
            self._put("plans", key, text, lambda row: {"hash": plan.hash, "arrived": row["arrived"] if row else 0})

    def plan(self, plan_hash: str) -> Plan | None:
        """The plan of that hash."""
        text = self._text("plans", key_of(plan_hash))
        return None if text is None else plan_in(text)

    def plans(self, prefix: str = "") -> tuple[str, ...]:
        """The hashes that begin so, of the plans that are kept; the one that was kept last comes first."""
        rows = self._calls.settled(
            lambda: self._calls.rows("plans", beginning_of(prefix), only=["RowKey", "hash", "arrived"])
        )
        kept = [row for row in rows if row["RowKey"] != ARRIVALS and str(row["hash"]).startswith(prefix)]
        return tuple(str(row["hash"]) for row in sorted(kept, key=lambda row: int(row["arrived"]), reverse=True))

    def put_document(self, run_id: str, name: str, document: str) -> None:
        """Keep a JSON document of a run, such as its inventory or the facts of one manager; the last one stays."""
        self._put(f"documents:{key_of(run_id)}", key_of(name), document, lambda _standing: {"name": name})

    def document(self, run_id: str, name: str) -> str | None:
        """A document of a run."""
        return self._text(f"documents:{key_of(run_id)}", key_of(name))

    def documents(self, run_id: str, prefix: str) -> dict[str, str]:
        """All documents of a run whose name starts with `prefix`, by name."""

        def attempt() -> dict[str, str]:
            rows = self._calls.rows(f"documents:{key_of(run_id)}", beginning_of(prefix))
            meant = [row for row in rows if str(row["name"]).startswith(prefix)]
            return {str(row["name"]): table_bodies.read(self._calls, row) for row in meant}

        return dict(sorted(self._calls.settled(attempt).items()))

    def append(self, run_id: str, entry: JournalEntry) -> bool:
        """Append to the journal; False when an entry of that key is already there."""

        def make(sequence: int, digest: str) -> tuple[Properties, str]:
            link = next_link(run_id, sequence, digest, entry)
            return {**_whole(text), "previous": link.previous, "digest": link.digest}, link.digest

        text = to_json_text(entry)
        return self._sequences.append(f"journal:{key_of(run_id)}", entry.key, make)

    def journal(self, run_id: str, after: int = 0) -> tuple[tuple[int, JournalEntry], ...]:
        """Entries with their sequence number, in order, beginning after `after`.

        Raises:
            TamperedError: an entry cannot even be read.
        """
        links = (self._link(run_id, row) for row in self._sequences.rows(f"journal:{key_of(run_id)}", after))
        return tuple((link.sequence, link.entry) for link in links)

    def chain(self, run_id: str) -> tuple[Link, ...]:
        """The journal of a run as the chain that is kept, whether it is whole or not.

        Raises:
            TamperedError: an entry cannot even be read.
        """
        return tuple(self._link(run_id, row) for row in self._sequences.rows(f"journal:{key_of(run_id)}"))

    def _link(self, run_id: str, row: Row) -> Link:
        try:
            return Link(
                run=run_id,
                sequence=int(row["sequence"]),
                entry=entry_in(table_bodies.read(self._calls, row)),
                previous=str(row["previous"]),
                digest=str(row["digest"]),
            )
        except (RecordUnreadableError, json.JSONDecodeError, KeyError, ValueError) as error:
            raise TamperedError.of_entry(run_id, row["RowKey"]) from error

    def command(self, run_id: str, command: Command, behind: int | None = None) -> bool:
        """Keep a command to a run; False when one of that key is already there.

        Raises:
            CommandsMovedError: there are more than those that it is to be kept behind.
        """

        def make(sequence: int, digest: str) -> tuple[Properties, str]:
            refuse_moved(run_id, sequence, behind)
            text, own = kept(run_id, sequence + 1, digest, command)
            return _whole(text), own

        return self._sequences.append(f"commands:{key_of(run_id)}", command.key, make, anew=behind is not None)

    def commands(self, run_id: str) -> tuple[Command, ...]:
        """Every command to a run, in the order in which they were given.

        Raises:
            TamperedError: one of them is not what was written there.
        """
        rows = self._sequences.rows(f"commands:{key_of(run_id)}")
        return commands_in(run_id, [(number_in(row), "", table_bodies.read(self._calls, row)) for row in rows])

    def begin_call(self, wanted: KeptCall) -> KeptCall:
        """Begin a call that may be repeated; what stands under its key: this very try, or the one that was before."""
        return self._call(wanted.key, lambda standing: begun(standing, wanted))

    def end_call(self, done: KeptCall) -> KeptCall:
        """Keep the answer of a call; what stands under its key: the first answer, whichever try came to it."""
        return self._call(done.key, lambda standing: answered(standing, done))

    def drop_call(self, tried: KeptCall) -> None:
        """Forget a call that is still under way by that very try: it came to nothing that is to be given again."""

        def decide(row: Row | None) -> tuple[None, Properties | None]:
            return None, {} if is_tried(self._call_in(row), tried.mark) else None

        self._decided("calls", key_of(tried.key), decide)

    def forget_calls(self, begun_before: datetime) -> int:
        """Forget every call that was begun before then; how many there were."""

        def attempt() -> int:
            rows = self._calls.rows("calls", where="at lt @before", values={"before": sortable(begun_before)})
            for row in rows:
                self._calls.write(deleted(row))
            return len(rows)

        return self._calls.settled(attempt)

    def _call(self, key: str, decide: Callable[[KeptCall | None], KeptCall]) -> KeptCall:
        def decided(row: Row | None) -> tuple[KeptCall, Properties | None]:
            standing = self._call_in(row)
            after = decide(standing)
            return after, None if after == standing else {**_whole(to_json_text(after)), "at": sortable(after.at)}

        return self._decided("calls", key_of(key), decided)

    def _call_in(self, row: Row | None) -> KeptCall | None:
        return None if row is None else from_json_text(KeptCall, table_bodies.read(self._calls, row))

    def claim(self, subject: str, step: str, generation: int, holder: str, now: datetime) -> Claim:
        """Intend one mutating step. A later caller gets what the first one left there, once that may have sent it.

        Raises:
            TamperedError: the row of the claim was changed by something else.
        """
        wanted = intention(subject, step, generation, holder, now)

        def decide(row: Row | None) -> tuple[Claim, Properties | None]:
            standing = _claim_in(row, holder)
            after = intended(standing, wanted)
            return after, None if after == standing else _claim_row(after)

        return self._decided("claims", _claim_key(wanted), decide)

    def record_claim(self, claim: Claim, state: ClaimState, job: str | None, now: datetime, fence: int = 0) -> Claim:
        """Move a claim on (intended → claimed → sending → adopted → done), from exactly where the caller saw it.

        Raises:
            ClaimMovedError: it is not there any more, or the rules of `claims.py` know no such move.
            TamperedError: the row of the claim was changed by something else.
        """
        caller = claim.holder if claim.mine else None

        def decide(row: Row | None) -> tuple[Claim, Properties | None]:
            standing = _claim_in(row, caller)
            after = moved(standing, claim, state, job, now, fence=fence)
            return after, None if after == standing else _claim_row(after)

        return self._decided("claims", _claim_key(claim), decide)

    def claims_of(self, holder: str) -> tuple[Claim, ...]:
        """Every claim that a run holds.

        Raises:
            TamperedError: the row of one of them was changed by something else.
        """
        rows = self._calls.settled(
            lambda: self._calls.rows("claims", where="holder eq @holder", values={"holder": holder})
        )
        claims = [claim for row in rows if (claim := _claim_in(row, holder)) is not None]
        return tuple(sorted(claims, key=lambda claim: (claim.subject, claim.step, claim.generation)))

    def take_lease(self, wish: LeaseWish, now: datetime) -> Lease:
        """Take a lease, or renew the one that the same task of the same run has: it keeps its token then.

        Raises:
            LeaseHeldError: somebody else holds it, or changes what has to be quiet; with their lease.
        """

        def decide(standing: dict[str, tuple[Row, Lease]], last: int) -> tuple[Lease, int, Change | None]:
            lease = taken([lease for _, lease in standing.values()], wish, now, last + 1)
            properties = {"text": to_json_text(lease)}
            row = standing[wish.subject][0] if wish.subject in standing else None
            change = replaced(row, properties) if row else created("leases", key_of(wish.subject), properties)
            return lease, max(last, lease.token), change

        return self._leased(decide)

    def give_back_lease(self, subject: str, token: int, now: datetime) -> bool:
        """Give a lease back; False, and nothing happens, where it is not held under that token any more."""

        def decide(standing: dict[str, tuple[Row, Lease]], last: int) -> tuple[bool, int, Change | None]:
            row, lease = standing.get(subject, (None, None))
            if row is None or not is_held(lease, token, now):
                return False, last, None
            return True, last, deleted(row)

        return self._leased(decide)

    def leases(self, now: datetime) -> tuple[Lease, ...]:
        """Every lease that is held, by subject."""
        rows = self._calls.settled(lambda: self._calls.rows("leases"))
        return held((from_json_text(Lease, str(row["text"])) for row in rows if row["RowKey"] != EPOCH), now)

    def generation(self, subject: str) -> int:
        """Number of the attempt at `manager:ID` or `mesh:ID`: 1 until a person's retry raises it."""
        row = self._row("generations", key_of(subject))
        return 1 if row is None else int(row["number"])

    def generations(self, subjects: Iterable[str]) -> dict[str, int]:
        """The same of many subjects, in one read."""
        rows = self._calls.settled(lambda: self._calls.rows("generations", only=["RowKey", "number"]))
        raised = {row["RowKey"]: int(row["number"]) for row in rows}
        return {subject: raised.get(key_of(subject), 1) for subject in subjects}

    def raise_generation(self, subject: str, cause: str, now: datetime) -> int:
        """Raise it by one, once for each cause, such as the id of a run that retries; gives that cause's number."""
        at = sortable(now)

        def attempt() -> int:
            known = self._calls.row("generations", key_of(subject, cause))
            if known is not None:
                return int(known["number"])
            row = self._calls.row("generations", key_of(subject))
            properties = {"number": (int(row["number"]) if row else 1) + 1, "at": at, "cause": cause}
            self._calls.write(
                replaced(row, properties) if row else created("generations", key_of(subject), properties),
                created("generations", key_of(subject, cause), properties),
            )
            return int(str(properties["number"]))

        return self._calls.settled(attempt)

    def begin_login(self, secret: str, version: str, now: datetime) -> BreakerState:
        """Ask to log in with that secret version: go, wait for another one's try, or stay away for good."""

        def decide(row: Row | None) -> tuple[BreakerState, Properties | None]:
            answer, kept = ask(_login_in(row), secret, version, now)
            return answer, None if kept is None else _login_row(kept)

        return self._decided("logins", key_of(secret, version), decide, counted=True)

    def end_login(self, secret: str, version: str, *, refused: bool | None, detail: str, now: datetime) -> None:
        """Say how the try ended; a refused one opens the breaker of that secret version.

        `refused=None` says that the try showed nothing, such as a manager that is still starting: the next caller may
        try at once.
        """
        ended = Login(secret=secret, version=version, state=LoginState.TRYING, detail=detail, at=now)

        def decide(row: Row | None) -> tuple[None, Properties | None]:
            kept = end(_login_in(row), refused=refused, trying=ended)
            return None, {} if kept is None else _login_row(kept)

        self._decided("logins", key_of(secret, version), decide, counted=True)

    def reset_login(self, secret: str, version: str, given: BreakerReset) -> bool:
        """Allow one more try of a refused secret version; False, and nothing is kept, where its breaker is not open."""

        def decide(row: Row | None) -> tuple[bool, Properties | None]:
            kept = reset(_login_in(row), given)
            return kept is not None, None if kept is None else _login_row(kept)

        return self._decided("logins", key_of(secret, version), decide, counted=True)

    def breakers(self) -> tuple[BreakerState, ...]:
        """Every account whose breaker is open: its secret's latest version was refused."""
        rows = self._calls.settled(lambda: self._calls.rows("logins"))
        latest: dict[str, Login] = {}
        for row in sorted((row for row in rows if row["RowKey"] != ARRIVALS), key=lambda row: int(row["arrived"])):
            login = from_json_text(Login, str(row["text"]))
            latest[login.secret] = login
        refused = [login for _, login in sorted(latest.items()) if login.state is LoginState.REFUSED]
        return tuple(opened(login) for login in refused)

    def _opened(self) -> None:
        """Make the table of a new store, or see that it is one of ours."""
        if not self._calls.is_there():
            self._calls.make_table()
        row = self._calls.row("schema", "version")
        if row is None:
            self._calls.write(created("schema", "version", {"version": SCHEMA_VERSION}))
        elif row["version"] != SCHEMA_VERSION:
            raise StoreUnusableError(
                f"{self._calls.name} has store schema version {row['version']}, and this hcx-fleet works with version "
                f"{SCHEMA_VERSION}; use a newer hcx-fleet"
            )

    def _row(self, partition: str, key: str) -> Row | None:
        return self._calls.settled(lambda: self._calls.row(partition, key))

    def _text(self, partition: str, key: str) -> str | None:
        def attempt() -> str | None:
            row = self._calls.row(partition, key)
            return None if row is None else table_bodies.read(self._calls, row)

        return self._calls.settled(attempt)

    def _put(self, partition: str, key: str, text: str, also: Callable[[Row | None], Properties]) -> None:
        """Keep a text in the place of the one that stands there, and forget that one."""
        mark = new_mark()
        body = table_bodies.keep(self._calls, text, mark)
        before: list[Row | None] = []

        def attempt() -> None:
            row = self._calls.row(partition, key)
            if row is not None and row.get("mark") == mark:
                return
            before[:] = [row]
            self._calls.write(_change(row, partition, key, {**also(row), **body, "mark": mark}))

        self._calls.settled(attempt)
        for row in before:
            table_bodies.forget(self._calls, row)

    def _put_new(self, partition: str, key: str, text: str, also: Properties) -> bool:
        """Keep a text with the number of its arrival; False where one stands there already."""
        mark = new_mark()
        if self._row(partition, key) is not None:
            return False
        body = table_bodies.keep(self._calls, text, mark)

        def attempt() -> bool:
            row = self._calls.row(partition, key)
            if row is not None:
                return bool(row.get("mark") == mark)
            self._arrive(partition, key, {**also, **body, "mark": mark})
            return True

        return self._calls.settled(attempt)

    def _arrive(self, partition: str, key: str, properties: Properties) -> None:
        """Write a new row together with the counter of its partition."""
        counter = self._calls.row(partition, ARRIVALS)
        number = (int(counter["number"]) if counter else 0) + 1
        self._calls.write(
            _change(counter, partition, ARRIVALS, {"number": number}),
            created(partition, key, {**properties, "arrived": number}),
        )

    def _decided[T](
        self,
        partition: str,
        key: str,
        decide: Callable[[Row | None], tuple[T, Properties | None]],
        *,
        counted: bool = False,
    ) -> T:
        """Decide on one row and write what was decided, if nobody changed it meanwhile: None keeps it, {} deletes it.

        A decision whose answer was lost is recognised by its mark, and not made again on its own outcome.
        """
        mark = new_mark()
        made: list[T] = []

        def attempt() -> T:
            row = self._calls.row(partition, key)
            if made and row is not None and row.get("mark") == mark:
                return made[-1]
            outcome, properties = decide(row)
            made.append(outcome)
            self._write_decided(row, partition, key, properties, mark=mark, counted=counted)
            return outcome

        return self._calls.settled(attempt)

    def _write_decided(
        self, row: Row | None, partition: str, key: str, properties: Properties | None, *, mark: str, counted: bool
    ) -> None:
        if properties is None or (not properties and row is None):
            return
        if row is None and counted:
            self._arrive(partition, key, {**properties, "mark": mark})
        elif row is not None and not properties:
            self._calls.write(deleted(row))
        else:
            arrived = row.get("arrived") if row is not None else None
            self._calls.write(_change(row, partition, key, {**properties, "mark": mark, "arrived": arrived}))

    def _leased[T](self, decide: Callable[[dict[str, tuple[Row, Lease]], int], tuple[T, int, Change | None]]) -> T:
        """Decide on all leases at once and write one of them, if none was changed meanwhile.

        The epoch keeps the marks of the last changes, by which a call whose answer was lost knows its own.
        """
        mark = new_mark()
        made: list[T] = []

        def attempt() -> T:
            rows = self._calls.rows("leases")
            epoch = rows[0] if rows and rows[0]["RowKey"] == EPOCH else None
            marks = str(epoch["marks"]).split() if epoch else []
            if made and mark in marks:
                return made[-1]
            standing = [(row, from_json_text(Lease, str(row["text"]))) for row in rows if row is not epoch]
            by_subject = {lease.subject: (row, lease) for row, lease in standing}
            outcome, token, change = decide(by_subject, int(epoch["token"]) if epoch else 0)
            made.append(outcome)
            if change is not None:
                kept = {"token": token, "marks": " ".join([*marks, mark][-REMEMBERED_MARKS:])}
                self._calls.write(_change(epoch, "leases", EPOCH, kept), change)
            return outcome

        return self._calls.settled(attempt)


def _change(row: Row | None, partition: str, key: str, properties: Properties) -> Change:
    return created(partition, key, properties) if row is None else replaced(row, properties)


def _whole(text: str) -> Properties:
    """The properties of a text that has to lie in its own row.

    Raises:
        StoreUnusableError: it does not fit, which compressed takes several million characters.
    """
    properties = table_bodies.properties_of(text)
    if properties is None:
        raise StoreUnusableError(f"a record of {len(text)} characters is too long for one row of a table")
    return properties


def _claim_key(claim: Claim) -> str:
    return key_of(claim.subject, claim.step, str(claim.generation))


def _claim_row(claim: Claim) -> Properties:
    return {
        "subject": claim.subject,
        "step": claim.step,
        "generation": claim.generation,
        "holder": claim.holder,
        "state": claim.state.value,
        "job": claim.job,
        "at": sortable(claim.at),
        "fence": claim.fence,
        "digest": digest_of(claim),
    }


def _claim_in(row: Row | None, caller: str | None) -> Claim | None:
    if row is None:
        return None
    key = (str(row.get("subject")), str(row.get("step")), row.get("generation", 0))
    kept = (row.get(name) for name in ("holder", "state", "job", "at", "fence", "digest"))
    claim = read_claim(key, tuple(kept), caller)  # type: ignore[arg-type]  # it says itself what does not fit
    if _claim_key(claim) != row["RowKey"]:
        raise TamperedError(f"the claim on {claim.subject}, step {claim.step}, lies in the row of another one")
    return claim


def _login_in(row: Row | None) -> Login | None:
    return None if row is None else from_json_text(Login, str(row["text"]))


def _login_row(login: Login) -> Properties:
    return {"text": to_json_text(login), "secret": login.secret}
