"""Every record survives its JSON round trip, and a document that is not the record is refused without its values."""

import importlib
import json
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, Literal, TypeAliasType, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from pydantic.errors import PydanticSchemaGenerationError

import shared.model
from shared.model import acts, confirmation, facts, finding, inventory, ledger, orders, plan, policy, run, view
from shared.model.codec import RecordUnreadableError, from_json, to_json, to_json_text
from shared.model.facts import Seen
from shared.model.secret import Account, SecretText
from shared.model.version import Version

CANARY = "canary-3f1b"

PLAIN: Mapping[Any, SearchStrategy[Any]] = {
    str: st.text(max_size=8),
    int: st.integers(-(2**53), 2**53),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    type(None): st.none(),
    date: st.dates(),
    datetime: st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(9000, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 -- the zone is given
    timedelta: st.timedeltas(timedelta(), timedelta(days=4000)),
    Version: st.sampled_from(["4.10.3", "4.11.3.0-24972693", "9.1.1.0.25690219", "odd", ""]).map(Version),
}


def one_of(*kinds: Any) -> SearchStrategy[Any]:
    """A value of one of several types."""
    return st.one_of([any_of(kind) for kind in kinds])


def list_of(kind: Any, rest: Any) -> SearchStrategy[Any]:
    """A short list, kept as a tuple."""
    assert rest is ..., "a record holds lists of one type only"
    return st.lists(any_of(kind), max_size=2).map(tuple)


def set_of(kind: Any) -> SearchStrategy[Any]:
    """A small set."""
    return st.frozensets(any_of(kind), max_size=2)


def seen(kind: Any) -> SearchStrategy[Any]:
    """An observed value."""
    return st.builds(Seen, value=any_of(kind), at=PLAIN[datetime])


BY_ORIGIN: Mapping[Any, Callable[..., SearchStrategy[Any]]] = {
    Union: one_of,
    UnionType: one_of,
    Literal: lambda *values: st.sampled_from(values),
    tuple: list_of,
    frozenset: set_of,
    Seen: seen,
}


@cache
def any_of(kind: Any) -> SearchStrategy[Any]:
    """Any value that `kind` admits: every record is made from the types of its own fields."""
    if isinstance(kind, TypeAliasType):
        return any_of(kind.__value__)
    if get_origin(kind) in BY_ORIGIN:
        return BY_ORIGIN[get_origin(kind)](*get_args(kind))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(kind)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        return st.builds(kind, **{field.name: any_of(hints[field.name]) for field in fields(kind)})
    return PLAIN[kind]


@cache
def simplest(kind: Any) -> Any:
    """The JSON of the simplest value there is of a record: hypothesis always begins with it."""
    first_only = settings(max_examples=1, phases=[Phase.generate], database=None, deadline=None)
    return to_json(find(any_of(kind), lambda _: True, settings=first_only))


def records() -> list[type[Any]]:
    """Every record of the model that travels: all but the account, and the generic `Seen`, which travels in others."""
    modules = [
        importlib.import_module(f"shared.model.{found.name}") for found in pkgutil.iter_modules(shared.model.__path__)
    ]
    made = {
        kind
        for module in modules
        for kind in vars(module).values()
        if isinstance(kind, type) and is_dataclass(kind) and kind.__module__.startswith("shared.model.")
    }
    return sorted(made - {Account, Seen}, key=lambda kind: (kind.__module__, kind.__name__))


RECORDS = records()


def test_nothing_left_out() -> None:
    """The records that cross a boundary on their own are among those tried here."""
    assert {
        acts.Started, confirmation.Confirmations, facts.ManagerFacts, facts.FleetFacts, finding.Finding,
        inventory.Inventory, ledger.Claim, ledger.BreakerState, orders.StepOrder, plan.Plan, policy.Policy,
        run.Run, run.JournalEntry, view.TaskView,
    } <= set(RECORDS)  # fmt: skip


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
def test_round_trip(kind: Any) -> None:
    """A record comes back equal from JSON text, and is as immutable and hashable as before."""

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(any_of(kind))
    def comes_back(record: Any) -> None:
        document = json.loads(json.dumps(to_json(record)))

        read = from_json(kind, document)

        assert read == record
        assert hash(read) == hash(record)
        assert json.loads(to_json_text(record)) == document

    comes_back()


@pytest.mark.parametrize("union", [acts.Act, plan.Task], ids=["Act", "Task"])
def test_unions(union: Any) -> None:
    """A record of several possible kinds comes back as the kind it was, told by its own field."""

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(any_of(union))
    def comes_back(record: Any) -> None:
        read = from_json(union, json.loads(json.dumps(to_json(record, union))))

        assert type(read) is type(record)
        assert read == record

    comes_back()


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
def test_unknown_field(kind: Any) -> None:
    """A field that the record does not have is refused by name, and its value is not repeated."""
    document = simplest(kind)

    with pytest.raises(RecordUnreadableError, match=f"not a readable {kind.__name__}: field_of_tomorrow: ") as refusal:
        from_json(kind, document | {"field_of_tomorrow": CANARY})
    assert CANARY not in str(refusal.value)


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
def test_missing_field(kind: Any) -> None:
    """A field without default that is missing is refused by name; one with a default may be missing."""
    document = simplest(kind)

    for field in fields(kind):
        without = {name: value for name, value in document.items() if name != field.name}
        if field.default is MISSING:
            with pytest.raises(RecordUnreadableError, match=f"not a readable {kind.__name__}: {field.name}: "):
                from_json(kind, without)
        else:
            from_json(kind, without)


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
def test_wrong_value(kind: Any) -> None:
    """A field of another shape is refused by name, and what was found there is not repeated."""
    document = simplest(kind)

    for field in fields(kind):
        with pytest.raises(RecordUnreadableError, match=rf"\b{field.name}") as refusal:
            from_json(kind, document | {field.name: {"password": CANARY, CANARY: [CANARY]}})
        assert f"'{CANARY}'" not in str(refusal.value)


def test_place_of_a_fault() -> None:
    """A fault deep in a document is named by its way from the top."""
    document = {"managers": [{"id": "a", "account": "b"}, {"id": 7, "account": CANARY}], "problem": ""}

    with pytest.raises(RecordUnreadableError, match=r"not a readable Discovered: managers\.1\.id: ") as refusal:
        from_json(orders.Discovered, document)
    assert CANARY not in str(refusal.value)


@pytest.mark.parametrize("document", [None, CANARY, 7, [CANARY], []])
def test_no_record(document: object) -> None:
    """What is not even an object is refused as a whole."""
    with pytest.raises(RecordUnreadableError, match=r"not a readable Finding: \(root\): ") as refusal:
        from_json(finding.Finding, document)
    assert CANARY not in str(refusal.value)


def test_other_zone() -> None:
    """A moment given in another zone is the same moment."""
    entry = {"key": "k", "at": "2026-11-24T08:00:00+02:00", "kind": "observed", "text": ""}

    assert from_json(run.JournalEntry, entry).at == datetime(2026, 11, 24, 6, tzinfo=UTC)


def test_accounts_do_not_travel() -> None:
    """An account has no JSON form, so that no password can reach a history, a journal or a report."""
    account = Account(secret="s", version="1", username="u", password=SecretText(CANARY))  # noqa: S106 -- a name

    with pytest.raises(PydanticSchemaGenerationError):
        to_json(account)
