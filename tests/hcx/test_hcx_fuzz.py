"""Every parser, fed with mangled answers: a value of the model, or an error of the tree, and never anything else.

Healthy answers are mangled as documents and as text: what is missing, of another kind, nested, doubled, huge, no
number, in other alphabets, cut off, or no JSON at all.
"""

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.hcx import parse_appliance, parse_identity, parse_mesh, parse_network, parse_work, words
from shared.hcx.answer import Answer
from shared.hcx.errors import HcxError
from shared.hcx.judging import accepted
from shared.model.codec import from_json, to_json
from shared.model.facts import ManagerFacts
from tests.hcx.hcx_peer import LOGIN, Reply, healthy
from tests.hcx.hcx_site import Site

type Parser = Callable[[Answer], object]

API = "/hybridity/api"
HA_GROUPS = {"items": [{"haGroupId": "ha-1", "appliances": [{"applianceId": "ne-1"}, {"applianceId": "ne-2"}]}]}
PROFILES = [{"objectId": "net-1", "name": "uplink", "totalIps": 20, "usedIps": 4, "availableIps": 16}]
COMPUTE = {"items": [{"computeProfileId": "cp-1", "networks": [{"id": "net-1", "name": "up", "tags": ["uplink"]}]}]}
JOB = {"jobId": "j-1", "isDone": True, "didFail": True, "isCancelled": False, "isQueued": False, "percentComplete": 100}
LICENCE = {"mode": "EVALUATION_MODE", "graceEndDate": 1_800_000_000_000}


def _of_peer(call: str) -> Any:
    found = healthy()[call]
    assert isinstance(found, Reply)
    return json.loads(found.body)


PARSERS: Mapping[str, tuple[Parser, Any]] = {
    "support": (parse_identity.read_version, _of_peer(f"GET {API}/metainfo/context/support")),
    "local-clouds": (parse_identity.read_system, _of_peer(f"POST {API}/service/inventory/cloud/list")),
    "pairings": (parse_identity.read_pairings, _of_peer(f"GET {API}/cloudConfigs")),
    "meshes": (parse_mesh.read_meshes, _of_peer(f"GET {API}/interconnect/serviceMesh")),
    "appliances": (parse_mesh.read_appliances, _of_peer(f"POST {API}/interconnect/appliances/query")),
    "extensions": (parse_mesh.read_extensions, _of_peer(f"GET {API}/l2Extensions")),
    "ha-groups": (partial(parse_mesh.read_groups, mesh="servicemesh-1"), HA_GROUPS),
    "network-profiles": (parse_network.read_network_profiles, PROFILES),
    "compute-profiles": (parse_network.read_compute_profiles, COMPUTE),
    "migrations": (parse_work.read_migrations, _of_peer(f"POST {API}/migrations?action=query")),
    "replications": (parse_work.read_replications, _of_peer(f"POST {API}/replications?action=query")),
    "hcx-tasks": (parse_work.read_tasks, _of_peer(f"GET {API}/interconnect/tasks")),
    "hcx-task": (parse_work.read_task, _of_peer(f"GET {API}/interconnect/tasks")["items"][0]),
    "job": (parse_work.read_job, JOB),
    "started": (parse_work.read_started, {"data": {"interconnectTaskId": "task-9", "serviceMeshId": "servicemesh-1"}}),
    "components-appengine": (
        partial(parse_appliance.read_component, name="appengine"),
        _of_peer("GET /components/appengine/status"),
    ),
    "vcenter-config": (parse_appliance.read_link, _of_peer("GET /api/admin/global/config/vcenter")),
    "licences-9x": (parse_appliance.read_licence, LICENCE),
    "upgrade-status-4x": (parse_appliance.read_upgrade, _of_peer("GET /api/admin/upgrade/bundle")),
    "upgrade-bundle-4x": (parse_appliance.read_staged, _of_peer("GET /api/admin/upgrade/bundle")),
    "refusal": (accepted, {"success": False, "errors": [{"error": "E", "text": "no", "data": []}]}),
    "words": (words.problem_of, {"errorCode": "UPGRADE_IN_PROGRESS", "message": "busy", "remediation": "wait"}),
    "says error": (words.says_error, {"success": True, "errors": [], "data": None}),
    "not ready": (words.not_ready, {"message": "starting"}),
}

# --- what is done to an answer ----------------------------------------------------------------------------------------

_ODD: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    2**53,
    10**400,
    -(10**30),
    1e308,
    float("nan"),
    float("inf"),
    "",
    " ",
    "\u202e\ud83d\ude00\u0000",
    "../../x",
    "9" * 5000,
    "²",
    "2026-13-45T99:99:99Z",
    "0001-01-01T00:00:00+14:00",
    [],
    {},
    [[]],
    [None],
    {"": None},
    [{"a": [{"b": {}}]}],
)
odd = st.sampled_from(_ODD).map(copy.deepcopy) | st.integers() | st.floats() | st.text(max_size=8)


@st.composite
def mangled(draw: st.DrawFn, healthy_document: Any) -> Any:
    """The document with one to four of its places changed."""
    document = json.loads(json.dumps(healthy_document))
    for _ in range(draw(st.integers(1, 4))):
        document = _changed(draw, document)
    return document


def _changed(draw: st.DrawFn, document: Any) -> Any:
    place = document
    while isinstance(place, dict | list) and place and draw(st.integers(0, 5)):
        keys = sorted(place) if isinstance(place, dict) else range(len(place))
        key = draw(st.sampled_from(list(keys)))
        if not isinstance(place[key], dict | list) or not place[key] or not draw(st.integers(0, 3)):
            return _replaced(draw, document, place, key)
        place = place[key]
    return draw(odd)


def _replaced(draw: st.DrawFn, document: Any, place: Any, key: Any) -> Any:
    match draw(st.sampled_from(["gone", "odd", "listed", "nested", "doubled"])):
        case "gone":
            del place[key]
        case "odd":
            place[key] = draw(odd)
        case "listed":
            place[key] = [place[key]]
        case "nested":
            place[key] = {str(key): place[key]}
        case _:
            place[key] = [place[key], copy.deepcopy(place[key])]
    return document


@st.composite
def bodies(draw: st.DrawFn, healthy_document: Any) -> bytes:
    """A mangled answer as bytes: mostly JSON."""
    text = json.dumps(draw(mangled(healthy_document))).encode()
    spoil = draw(st.sampled_from([_whole, _whole, _whole, _cut, _xml, _some_bytes, _deep, _marked, _odd_bytes]))
    return spoil(draw, text)


def _whole(_: st.DrawFn, text: bytes) -> bytes:
    return text


def _cut(draw: st.DrawFn, text: bytes) -> bytes:
    return text[: draw(st.integers(0, len(text)))]


def _xml(_: st.DrawFn, text: bytes) -> bytes:
    return b"<map><entry><string>message</string><string>" + text[:40] + b"</string></entry></map>"


def _some_bytes(draw: st.DrawFn, _: bytes) -> bytes:
    return draw(st.binary(max_size=64))


def _deep(_: st.DrawFn, text: bytes) -> bytes:
    return b"[" * 20_000 + text


def _marked(_: st.DrawFn, text: bytes) -> bytes:
    return b"\xef\xbb\xbf" + text


def _odd_bytes(draw: st.DrawFn, text: bytes) -> bytes:
    at = draw(st.integers(0, len(text)))
    return text[:at] + draw(st.binary(min_size=1, max_size=3)) + text[at:]


def answer(body: bytes, status: int = 200, *, whole: bool = True) -> Answer:
    """An answer with that body."""
    return Answer(
        manager="con",
        route="some-route",
        status=status,
        content_type="application/json",
        body=body,
        whole=whole,
        token=None,
        retry_after_seconds=None,
        certificate="",
    )


# --- what must hold ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(PARSERS))
def test_a_healthy_answer_is_understood(name: str) -> None:
    """Else the tests below would mangle something that nobody understood anyway."""
    read, document = PARSERS[name]

    assert read(answer(json.dumps(document).encode())) is not None


@pytest.mark.parametrize("name", sorted(PARSERS))
def test_a_mangled_answer_is_a_value_or_an_error_of_the_tree(name: str) -> None:
    """Whatever comes, nothing but an `HcxError` is raised, and what is understood can be kept and read again."""
    read, document = PARSERS[name]

    @settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(body=bodies(document), status=st.sampled_from([200, 200, 200, 202, 400, 401, 404, 409, 500, 503, 999]))
    def holds(body: bytes, status: int) -> None:
        try:
            found = read(answer(body, status))
        except HcxError:
            return
        _kept(found)

    holds()


def _kept(found: object) -> None:
    """Facts are stored and sent: what a parser makes must survive that."""
    if isinstance(found, tuple):
        for one in found:
            _kept(one)
    elif hasattr(found, "__dataclass_fields__") and not isinstance(found, Answer):
        assert from_json(type(found), to_json(found)) == found


def test_a_pass_over_mangled_answers_gives_facts(site: Site) -> None:
    """Over real sockets: one answer of a pass is mangled, and what comes of it is facts with a gap at most."""
    whole, peer = healthy(), site.peer(healthy())
    calls = sorted(call for call, found in whole.items() if isinstance(found, Reply) and found.body and call != LOGIN)
    manager, adapter = site.manager(peer), site.adapter()
    documents = {call: _of_peer(call) for call in calls}

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(data=st.data())
    def holds(data: st.DataObject) -> None:
        call = data.draw(st.sampled_from(calls))
        peer.answers = {**whole, call: Reply(200, data.draw(bodies(documents[call])))}
        facts = adapter.facts(manager)
        assert from_json(ManagerFacts, to_json(facts)) == facts
        assert {gap.section for gap in facts.gaps} <= SECTIONS

    holds()


SECTIONS = {field.name for field in fields(ManagerFacts)} | {"manager"}
