"""No value of an answer stays in what is kept, but for words of states, versions, and which ids are the same."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.hcx.contract.expectations import known_fields
from shared.hcx.contract.redaction import MEMBERS_MAX, Redactor, hidden_in

CANARY = "canary-vm-4711"


def kept(*bodies: Any) -> Any:
    """What is kept of these answers; of a single one, that one."""
    redactor = Redactor(known_fields())
    for body in bodies:
        redactor.learn(body)
    found = [redactor.redacted(body) for body in bodies]
    return found[0] if len(bodies) == 1 else found


def test_values() -> None:
    """Texts become a word and numbers zero; flags, empty texts and nothing stay as they are."""
    found = kept({"name": CANARY, "count": 7, "share": 0.25, "done": True, "message": "", "gone": None})

    assert found == {"name": "string", "count": 0, "share": 0.5, "done": True, "message": "", "gone": None}


def test_ids_keep_their_links() -> None:
    """The same id has the same mark in every answer, wherever it stands and in whatever order it came."""
    first, second = kept(
        {"about": "mesh-1", "items": [{"applianceId": "a-1"}]}, {"serviceMeshId": "mesh-1", "applianceId": "a-1"}
    )

    assert (first["about"], first["items"][0]["applianceId"]) == (second["serviceMeshId"], second["applianceId"])
    assert first["about"] != first["items"][0]["applianceId"]


def test_words_that_parsers_need() -> None:
    """Words of states, types and services stay, and what only looks like one in another place does not."""
    body = {
        "state": "COMMITTED",
        "status": {"summary": {"overallStatus": "DEGRADED"}},
        "applianceType": "HCX-WAN-IX-EDGE",
        "services": [{"name": "NETWORK_EXTENSION"}, {"name": "ORACLE_PROD"}],
        "name": "NETWORK_EXTENSION",
        "result": "everything on host esx-1 is fine",
    }

    assert kept(body) == {
        **body,
        "services": [{"name": "NETWORK_EXTENSION"}, {"name": "string"}],
        "name": "string",
        "result": "string",
    }


def test_versions() -> None:
    """Versions stay, as text and as a structure; other numbers and other texts under the same keys do not."""
    body = {
        "version": "4.11.3.0-24972695",
        "applianceVersion": {"major": 4, "minor": 11, "patch": 3, "build": 24972693},
    }

    assert kept(body) == body
    assert kept({"version": "of hcx.lyon.example"}) == {"version": "string"}


@pytest.mark.parametrize("name", ["vm-prod-1", "hcx.lyon.example", "10.0.0.1", CANARY, "id-0815", "a b", "x" * 99])
def test_names_as_keys(name: str) -> None:
    """A key that does not look like the name of a field is a name of something."""
    assert kept({"data": {name: {"state": "COMMITTED"}}}) == {"data": {"key-1": {"state": "COMMITTED"}}}


def test_a_key_that_is_a_value_elsewhere() -> None:
    """A key that looks like a field is a name where the same text is a value; fields that parsers know stay."""
    first, second = kept({"oracle": {"count": 1}, "state": {}}, {"names": ["oracle", "state"]})

    assert first == {"key-1": {"count": 0}, "state": {}}
    assert second == {"names": ["string", "string"]}


@pytest.mark.parametrize(("total", "said"), [(300, MEMBERS_MAX), (301, MEMBERS_MAX + 1)])
def test_long_lists(total: int, said: int) -> None:
    """A long list is cut, and its total still says whether the answer was a whole one."""
    found = kept({"items": [{"state": "COMMITTED"}] * 300, "paging": {"totalSize": total, "offset": 3}})

    assert (len(found["items"]), found["paging"]) == (MEMBERS_MAX, {"totalSize": said, "offset": 0})


def test_the_system_mesh_is_known() -> None:
    """The one beginning of a name that a parser looks at stays, without what follows."""
    assert kept({"name": f"default-service-mesh-{CANARY}"}) == {"name": "default-service-mesh-string"}


def test_hidden_texts() -> None:
    """Hidden texts are found in any case, and short ones are not looked for."""
    assert hidden_in('{"a": "HCX.Lyon.Example"}', ["hcx.lyon.example"])
    assert not hidden_in('{"path": "/api/admin"}', ["admin"])


@given(
    st.recursive(
        st.just(CANARY) | st.integers(),
        lambda inside: (
            st.lists(inside, max_size=3)
            | st.dictionaries(st.sampled_from(["name", "id", "state", "type", "services", "version", CANARY]), inside)
        ),
        max_leaves=15,
    )
)
def test_no_value_stays(body: Any) -> None:
    """Wherever a name stands in an answer, as a value or as a key, it is not in what is kept."""
    assert CANARY not in json.dumps(kept(body))
