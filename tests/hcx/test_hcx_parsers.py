"""Wire shapes become the model, and nothing that comes over a wire can make a parser fail in any other way than one."""

import copy
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.hcx.answer import Answer
from shared.hcx.errors import UnreadableError
from shared.hcx.judging import refusal
from shared.hcx.parse_appliance import read_component, read_link, read_staged, read_upgrade
from shared.hcx.parse_identity import read_pairings, read_system, read_version
from shared.hcx.parse_mesh import read_appliances, read_extensions, read_meshes
from shared.hcx.parse_work import (
    read_job,
    read_migrations,
    read_replications,
    read_started,
    read_task,
    read_tasks,
)
from shared.hcx.words import clean, is_xml, not_ready, problem_of, says_error
from shared.model.codec import from_json, to_json, to_json_text
from shared.model.facts import ApplianceKind, HcxJob, Health, JobState, MigrationKind, MigrationPhase
from shared.model.version import Version
from tests.hcx.hcx_peer import API, APPLIANCES, OLD, SUPPORT, V4_BUNDLE, Reply, appliance, healthy, task

type Parser = Callable[[Answer], object]


def answer(document: object, status: int = 200) -> Answer:
    """A JSON answer as it comes from the wire."""
    return raw(json.dumps(document).encode(), status)


def raw(body: bytes, status: int = 200) -> Answer:
    """An answer of these bytes."""
    return Answer(
        manager="con",
        route="route",
        status=status,
        content_type="application/json",
        body=body,
        whole=True,
        token=None,
        retry_after_seconds=None,
        certificate="",
    )


def _sample(call: str) -> Any:
    found = healthy()[call]
    assert isinstance(found, Reply)
    return json.loads(found.body)


PARSERS: Mapping[str, tuple[Parser, Any]] = {
    "version": (read_version, _sample(SUPPORT)),
    "system": (read_system, _sample(f"POST {API}/service/inventory/cloud/list")),
    "pairings": (read_pairings, _sample(f"GET {API}/cloudConfigs")),
    "meshes": (read_meshes, _sample(f"GET {API}/interconnect/serviceMesh")),
    "appliances": (read_appliances, _sample(APPLIANCES)),
    "extensions": (read_extensions, _sample(f"GET {API}/l2Extensions")),
    "migrations": (read_migrations, _sample(f"POST {API}/migrations?action=query")),
    "replications": (read_replications, _sample(f"POST {API}/replications?action=query")),
    "tasks": (read_tasks, {"items": [task()]}),
    "task": (read_task, task("FAILED")),
    "job": (read_job, {"jobId": "j", "isDone": True, "didFail": True, "percentComplete": 3}),
    "started": (read_started, {"data": {"interconnectTaskId": "t"}}),
    "component": (partial(read_component, name="appengine"), {"result": "RUNNING"}),
    "link": (read_link, _sample("GET /api/admin/global/config/vcenter")),
    "upgrade": (read_upgrade, _sample(V4_BUNDLE)),
    "staged": (read_staged, _sample(V4_BUNDLE)),
}
bounded = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
"""Machines that run other tests at the same time are slow now and then."""
every_parser = pytest.mark.parametrize("name", sorted(PARSERS))

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def _unharmed(parse: Parser, given_answer: Answer) -> None:
    """A parser gives a value that can be kept, or says that the answer is unreadable."""
    kind = get_type_hints(parse.func if isinstance(parse, partial) else parse)["return"]
    with suppress(UnreadableError):
        found = parse(given_answer)
        assert from_json(kind, to_json(found, kind)) == found
        assert to_json_text(found, kind)


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every container of a document with each key or position in it."""
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    own = [(value, key) for key in keys]
    return own + [place for key in keys for place in _places(value[key])]


@every_parser
def test_samples_are_readable(name: str) -> None:
    """The samples below are mutated from something that is understood."""
    parse, sample = PARSERS[name]

    assert parse(answer(sample))


@every_parser
@bounded
@given(document=JSON_VALUES)
def test_any_json_is_survived(name: str, document: Any) -> None:
    """Whatever JSON comes, a parser reads it or says that it cannot."""
    _unharmed(PARSERS[name][0], answer(document))


@every_parser
@bounded
@given(body=st.binary(max_size=60))
def test_any_bytes_are_survived(name: str, body: bytes) -> None:
    """And whatever is no JSON."""
    _unharmed(PARSERS[name][0], raw(body))


@every_parser
@bounded
@given(data=st.data())
def test_any_change_of_a_good_answer_is_survived(name: str, data: st.DataObject) -> None:
    """Fields that are missing, or of another kind, in an answer that is right otherwise."""
    parse, sample = PARSERS[name]
    changed = copy.deepcopy(sample)
    for _ in range(data.draw(st.integers(1, 3))):
        places = _places(changed)
        if not places:
            break
        container, key = data.draw(st.sampled_from(places))
        if isinstance(container, dict) and data.draw(st.booleans()):
            del container[key]
        else:
            container[key] = data.draw(JSON_VALUES)
    _unharmed(parse, answer(changed))


@bounded
@given(
    body=st.binary(max_size=80)
    | st.text(st.characters(), max_size=60).map(lambda text: f"<a>{text}</a>".encode("utf-8", "replace"))
)
def test_any_error_text_is_survived(body: bytes) -> None:
    """An error's words are short, printable, and never empty."""
    found = raw(body, 400)

    assert 0 < len(problem_of(found)) <= 500
    assert problem_of(found).isprintable()
    assert isinstance((is_xml(found), not_ready(found), says_error(found)), tuple)
    assert refusal(found).detail


NASTY = [
    b'<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;&x;">]><a>&z;</a>',
    b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    b'<?xml version="1.0" encoding="nonsense"?><a/>',
    b"<a>" * 20_000,
]


@pytest.mark.parametrize("body", NASTY, ids=["expansion", "outside", "encoding", "deep"])
def test_nasty_xml_is_no_words(body: bytes) -> None:
    """Entities are not expanded, files are not read."""
    assert problem_of(raw(body, 400)) == "400 Bad Request"


def test_words_of_the_three_json_shapes_and_of_xml() -> None:
    """Errors come as a list, as one object, or as entries of XML."""
    listed = answer({"errors": [{"error": "BUSY", "text": "Another operation"}]}, 409)
    single = answer({"errorCode": "UPGRADE_IN_PROGRESS", "message": "Running", "remediation": "Wait."}, 409)
    entries = raw(b"<l><entry><string>message</string><string>SSO is not there</string></entry></l>", 500)

    assert problem_of(listed) == "Another operation; BUSY"
    assert problem_of(single) == "Running; UPGRADE_IN_PROGRESS; Wait."
    assert problem_of(entries) == "SSO is not there"
    assert problem_of(raw(b"", 503)) == "503 Service Unavailable"


def test_text_is_cleaned() -> None:
    """Control characters and halves of characters do not travel further, and nothing is endless."""
    assert clean("a\x1b[31m\ud800b\n") == "a [31m b"
    assert len(clean("x" * 10_000)) == 500


# --- versions ---------------------------------------------------------------------------------------------------------


def _version(value: object) -> Version:
    return read_version(answer({"data": {"localEndpoints": [{"endpoint": {"version": value}}]}}))


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("4.11.3.0-24972693", "4.11.3.0-24972693"),
        ("9.1.1.0.25690219", "9.1.1.0.25690219"),
        ({"major": 4, "minor": 11, "patch": 3, "build": 24972693}, "4.11.3-24972693"),
        ({"major": 4, "minor": 11, "patch": 0}, "4.11.0"),
    ],
)
def test_versions_come_as_text_or_as_a_structure(value: object, read: str) -> None:
    """Both are the same thing."""
    assert _version(value) == Version(read)
    assert _version(value).known


def test_a_version_that_is_not_understood_stays_unknown() -> None:
    """It keeps its text, and is never guessed at."""
    found = _version("soon")

    assert (found.known, str(found)) == (False, "soon")


@pytest.mark.parametrize("value", [None, True, [], {}, {"major": 4, "minor": "x", "patch": 1}, {"major": 4}, ""])
def test_what_is_no_version_is_unreadable(value: object) -> None:
    """A manager without a version was not observed."""
    with pytest.raises(UnreadableError):
        _version(value)


def test_a_manager_with_two_versions_is_unreadable() -> None:
    """Two witnesses that disagree are none."""
    ends = [{"endpoint": {"version": text}} for text in ("4.11.3", "4.11.4")]

    with pytest.raises(UnreadableError, match="2 versions"):
        read_version(answer({"data": {"localEndpoints": ends}}))


# --- lists ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrap", ["items", "rows", "data.items", "data.rows", "data", ""])
def test_a_list_is_found_wherever_it_stands(wrap: str) -> None:
    """`rows` in one mode, `items` in another, bare in a third."""
    document: object = [{"migrationId": "m", "jobInfo": {"state": "MIGRATING"}}]
    for name in reversed(wrap.split(".") if wrap else []):
        document = {name: document}

    assert [one.id for one in read_migrations(answer(document))] == ["m"]


def test_an_empty_list_is_a_fact_and_a_missing_one_is_not() -> None:
    """No migrations, and no answer about migrations, are two things."""
    assert read_migrations(answer({"rows": []})) == ()
    with pytest.raises(UnreadableError, match="no list"):
        read_migrations(answer({"success": True}))


# --- what words mean --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flags", "state"),
    [
        ({"isDone": True, "didFail": True, "isCancelled": False}, JobState.FAILED),
        ({"isDone": True, "didFail": False, "isCancelled": True}, JobState.FAILED),
        ({"isDone": True, "didFail": False}, JobState.SUCCEEDED),
        ({"isDone": False, "didFail": False, "isQueued": True}, JobState.QUEUED),
        ({"isDone": False, "didFail": False}, JobState.RUNNING),
        ({"isDone": True}, JobState.UNKNOWN),
        ({}, JobState.UNKNOWN),
    ],
)
def test_a_job_that_failed_is_not_done(flags: dict[str, bool], state: JobState) -> None:
    """`isDone` is believed only where `didFail` says no."""
    assert read_job(answer({"jobId": "j", **flags})).state is state


@pytest.mark.parametrize(
    ("read", "body", "told"),
    [
        (
            read_job,
            {"jobId": "j-1", "jobType": "upgrade", "isDone": True, "didFail": True},
            "HCX job j-1 (upgrade) failed",
        ),
        (
            read_job,
            {"jobId": "j-1", "isDone": True, "didFail": False, "isCancelled": True},
            "HCX job j-1 was cancelled",
        ),
        (
            read_task,
            {"interconnectTaskId": "t", "status": "FAILED", "steps": [{"title": "Deploy", "status": "FAILED"}]},
            "step 'Deploy' failed",
        ),
        (read_task, {"interconnectTaskId": "t", "status": "FAILED"}, ""),
    ],
)
def test_a_failure_without_a_word_says_so(read: Callable[[Answer], HcxJob], body: dict[str, Any], told: str) -> None:
    """What failed is named, and that HCX gave no reason, and where to look; a reason that it gave is told alone."""
    silent, spoken = read(answer(body)).message, read(answer({**body, "errorMessage": "disk full"})).message

    assert silent.startswith(told)
    assert "HCX gave no reason" in silent
    assert spoken == "disk full"


@pytest.mark.parametrize(("status", "told"), [("FAILED", "HCX gave no reason"), ("IN_PROGRESS", "")])
def test_an_upgrade_that_fails_without_a_word_says_so(status: str, told: str) -> None:
    """A failed upgrade of a manager is never told with an empty message; its sub-tasks are kept as they are named."""
    parts = [{"state": "PRE_UPGRADE_VALIDATION", "status": "SUCCESS"}, {"state": "REBOOT", "status": "SUCCESS"}]
    job = read_upgrade(answer({"status": status, "subTasks": parts})).job

    assert job is not None
    assert job.message.startswith(told)
    assert (job.message == "") == (told == "")
    assert job.parts == ("PRE_UPGRADE_VALIDATION", "REBOOT")


@pytest.mark.parametrize(
    ("state", "health", "in_sync"),
    [
        ("COMMITTED", Health.UP, True),
        ("UPDATE_FAILED", Health.DOWN, False),
        ("REALIZING", Health.UNKNOWN, False),
        (None, Health.UNKNOWN, None),
    ],
)
def test_the_state_of_a_mesh(state: str | None, health: Health, in_sync: bool | None) -> None:  # noqa: FBT001 -- a case
    """Only one word means in sync, and no word means that nobody knows."""
    ends = [{"endpointId": "a", "isInitiator": True}]
    (mesh,) = read_meshes(answer({"items": [{"serviceMeshId": "m", "state": state, "computeProfiles": ends}]})).meshes

    assert (mesh.state.health, mesh.in_sync) == (health, in_sync)


@pytest.mark.parametrize(
    ("mark", "found"),
    [
        ({"backingApplianceType": "NOT_APPLICABLE", "name": "x"}, 0),
        ({"backingApplianceType": "EDGE", "name": "default-service-mesh-9"}, 0),
        ({"backingApplianceType": "EDGE", "name": "mine"}, 1),
    ],
)
def test_meshes_of_the_system_are_left_out(mark: dict[str, str], found: int) -> None:
    """A manager's mesh with itself is known by its type or by its name."""
    mesh = {"serviceMeshId": "m", "state": "COMMITTED", "computeProfiles": [{"endpointId": "a"}], **mark}
    listed = read_meshes(answer({"items": [mesh]}))

    assert (len(listed.meshes), len(listed.system)) == (found, 1 - found)


@pytest.mark.parametrize(
    ("wire", "kind"),
    [
        ("HCX-WAN-IX", ApplianceKind.INTERCONNECT),
        ("HCX-WAN-IX-EDGE", ApplianceKind.INTERCONNECT),
        ("HCX-NET-EXT", ApplianceKind.NETWORK_EXTENSION),
        ("HCX-WAN-OPT", ApplianceKind.WAN_OPTIMIZATION),
        ("HCX-SGW", ApplianceKind.UNKNOWN),
    ],
)
def test_kinds_of_appliances(wire: str, kind: ApplianceKind) -> None:
    """A name that nothing public shows is not guessed at."""
    (report,) = read_appliances(answer({"items": [{**appliance(OLD, OLD), "applianceType": wire}]}))

    assert report.appliance.kind is kind


def test_a_tunnel_says_why_it_is_down() -> None:
    """Reasons go along with the state."""
    one = appliance(OLD, OLD)
    one["status"] = {"summary": {"overallStatus": "DOWN", "reasons": ["no route", "peer silent"]}}
    (report,) = read_appliances(answer({"items": [one]}))

    assert (report.appliance.tunnel.health, report.appliance.tunnel.text) == (
        Health.DOWN,
        "DOWN (no route; peer silent)",
    )


def test_what_a_manager_offers_an_appliance() -> None:
    """The name of this field is inferred, so that it is missing means nothing."""
    plain, offered = appliance(OLD, OLD), {**appliance(OLD, OLD), "availableVersion": "4.11.4"}

    reports = read_appliances(answer({"items": [plain, offered]}))

    assert [one.appliance.available_version for one in reports] == [None, Version("4.11.4")]


@pytest.mark.parametrize(
    ("wire", "kind"),
    [("VMOTION", MigrationKind.VMOTION), ("RAV", MigrationKind.REPLICATION_ASSISTED), ("NEW", MigrationKind.UNKNOWN)],
)
def test_kinds_and_phases_of_migrations(wire: str, kind: MigrationKind) -> None:
    """What is not understood is unknown, and still counts as a migration."""
    row = {"migrationInfo": {"migrationType": wire, "phase": "DREAMING"}, "jobInfo": {"state": "NEW"}}
    (one,) = read_migrations(answer({"rows": [row]}))

    assert (one.kind, one.phase, one.started_at) == (kind, MigrationPhase.UNKNOWN, None)


COUNTERS = {f"{name}ReplicationCnt": {"outgoing": 1, "incoming": 2} for name in ("active", "configuring", "recovering")}


@pytest.mark.parametrize(
    "last",
    [None, {"outgoing": "many"}, {"outgoing": -1}, 7, [], "0"],
    ids=["none", "text", "minus", "bare", "list", "0"],
)
def test_a_counter_that_is_missing_is_no_zero(last: object) -> None:
    """Three counters of four are not an observation."""
    with pytest.raises(UnreadableError, match="syncingReplicationCnt"):
        read_replications(answer({**COUNTERS, "syncingReplicationCnt": last}))


def test_counters_count_both_directions_and_empty_ones_nothing() -> None:
    """An empty counter is how a manager says zero."""
    found = read_replications(answer({**COUNTERS, "syncingReplicationCnt": {}}))

    assert (found.active, found.syncing, found.total) == (3, 0, 9)


@pytest.mark.parametrize(
    ("links", "health", "text"),
    [
        (["OK"], Health.UP, "OK"),
        (["OK", "CONNECTION_FAILED"], Health.DOWN, "CONNECTION_FAILED"),
        (["OK", None], Health.UNKNOWN, "not reported"),
        ([], Health.DOWN, "nothing is registered"),
    ],
)
def test_the_worst_link_counts(links: list[str | None], health: Health, text: str) -> None:
    """A manager with two registrations is as well connected as the worse one."""
    items = [{"config": {"status": link}} for link in links]
    found = read_link(answer({"data": {"items": items}}))

    assert (found.health, found.text) == (health, text)


@pytest.mark.parametrize(
    ("build", "version"), [("25000001", "4.11.4-25000001"), ("12", "4.11.4"), (None, "4.11.4"), ("x", "4.11.4")]
)
def test_a_bundle_keeps_its_own_words(build: str | None, version: str) -> None:
    """A start names the bundle as the manager wrote it; for comparing, the build is added where it is one."""
    found = read_staged(answer({"status": "SUCCESS", "bundleMetadata": {"version": "4.11.4", "buildNumber": build}}))

    assert found is not None
    assert (found.text, found.version) == ("4.11.4", Version(version))


@pytest.mark.parametrize(
    ("document", "job"),
    [
        ({"data": {"interconnectTaskId": "t", "serviceMeshId": "m"}}, "t"),
        ({"data": {"jobId": "j"}}, "j"),
        ({"id": "i"}, "i"),
        ({"data": {}}, None),
    ],
)
def test_the_id_of_what_was_started(document: object, job: str | None) -> None:
    """The answer's shape is inferred, so neighbours' shapes are understood, too."""
    assert read_started(answer(document)) == job
