"""Canonical JSON: the bytes of the RFC's own library, without its pace."""

import json
import math

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from shared.model.canonical import canonical
from shared.model.plan import Plan

ASCII = st.text(st.characters(max_codepoint=127), max_size=6)
TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
WHOLE = st.integers(-(2**53) + 1, 2**53 - 1)
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | WHOLE | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ASCII, inner, max_size=4),
)


@given(DOCUMENTS)
def test_it_writes_what_the_rfc_writes(document: object) -> None:
    """For documents without floating-point numbers and with ASCII keys, the bytes are those of RFC 8785."""
    assert canonical(document) == rfc8785.dumps(document)  # type: ignore[arg-type]


@given(DOCUMENTS)
def test_it_reads_back(document: object) -> None:
    """What was written is the document again."""
    assert json.loads(canonical(document)) == document


def test_no_record_of_a_plan_has_a_number_with_a_fraction() -> None:
    """Canonical form differs between libraries in such numbers alone, so a plan must have no field for one."""
    schema = json.dumps(TypeAdapter(Plan).json_schema())

    assert '"type": "number"' not in schema


@pytest.mark.parametrize("strange", [math.nan, math.inf, b"bytes", {1}])
def test_what_has_no_one_form_is_refused(strange: object) -> None:
    """A number without a value, and what JSON does not know, are errors and never written somehow."""
    with pytest.raises(ValueError, match=r"."):
        canonical([strange])
