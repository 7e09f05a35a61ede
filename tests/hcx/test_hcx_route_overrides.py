"""Correcting where HCX is read, and that no correction can become a change."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.hcx.answer import Ask
from shared.hcx.calls import CallCounter
from shared.hcx.errors import NotInTableError, RoutesUnreadableError
from shared.hcx.route_overrides import read_routes, routes_of
from shared.hcx.routes import DELIVERED, Confidence, Effect, RouteTable
from shared.hcx.wire import Wire
from shared.model.call import Call
from shared.model.facts import GapReason
from shared.policy.problems import PolicyInvalidError
from tests.hcx.hcx_peer import API, TASKS, healthy, said
from tests.hcx.hcx_site import Site

ONE = f"""\
routes:
  - id: hcx-tasks
    generation: 4.x
    call: POST {API}/interconnect/tasks/query
    reason: the API document of 4.11.4 shows it
    author: Operations
    correctedOn: 2026-11-24
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the file is read."""
    return tmp_path / "routes.yaml"


def problems(path: Path, text: str) -> list[str]:
    """The errors in a file, without its folder."""
    path.write_text(text)
    with pytest.raises(PolicyInvalidError) as invalid:
        read_routes(path)
    return [problem.removeprefix(f"{path}:").strip() for problem in invalid.value.problems]


def test_a_corrected_read_is_asked_where_the_file_says(site: Site, path: Path) -> None:
    """Its calls still count as inferred: they rest on somebody's word."""
    path.write_text(ONE)
    corrected = f"POST {API}/interconnect/tasks/query"
    peer = site.peer({**healthy(), corrected: healthy()[TASKS], TASKS: said({}, 404)})

    adapter = site.adapter(routes=routes_of(path))
    facts = adapter.facts(site.manager(peer))

    assert (facts.jobs is not None, peer.count(corrected), peer.count(TASKS)) == (True, 1, 0)
    assert adapter.calls()["inferred"] == 3


def test_a_correction_is_for_its_generation(path: Path) -> None:
    """The other one stays as delivered, and the row says who corrected it and why."""
    path.write_text(ONE)

    table = read_routes(path)

    four, nine = table.route("hcx-tasks", "4.x"), table.route("hcx-tasks", "9.x")
    assert str(four.call) == f"POST {API}/interconnect/tasks/query"
    assert (four.confidence, four.source) == (
        Confidence.INFERRED,
        "override by Operations: the API document of 4.11.4 shows it",
    )
    assert nine.call == DELIVERED.route("hcx-tasks").call


def test_a_change_of_the_file_counts_at_once(path: Path) -> None:
    """Nothing has to be started again."""
    path.write_text(ONE)
    routes = routes_of(path)
    before = str(routes().route("hcx-tasks", "4.x").call)
    path.write_text(ONE.replace("tasks/query", "jobs/query"))

    assert (before, str(routes().route("hcx-tasks", "4.x").call)) == (
        f"POST {API}/interconnect/tasks/query",
        f"POST {API}/interconnect/jobs/query",
    )


def test_every_error_is_said_at_once(path: Path) -> None:
    """With file, line and field: unknown and changing rows, foreign generations, calls that may change something."""
    entries = [
        ("hcx-taks", "4.x", "GET /a"),
        ("upgrade-appliance", "4.x", "GET /a"),
        ("login", "9.x", "POST /hybridity/api/sessions/query"),
        ("upgrade-status-4x", "9.x", "GET /a"),
        ("pairings", "4.x", "POST /hybridity/api/cloudConfigs"),
        ("hcx-task", "4.x", "GET /hybridity/api/tasks"),
        ("meshes", "4.x", "DELETE /hybridity/api/interconnect/serviceMesh"),
        ("meshes", "4.x", "GET /hybridity/api/../x"),
        ("support", "4.x", "GET /hybridity/api/about"),
    ]
    text = "routes:\n" + "".join(
        f"  - {{id: {name}, generation: {spoken}, call: '{call}', reason: r, author: a, correctedOn: 2026-11-24}}\n"
        for name, spoken, call in entries
    )

    assert [one[: len(end)] for one, end in zip(problems(path, text), ERRORS, strict=True)] == ERRORS


ERRORS = [
    "2: routes[0].id: is no row of the route table, and none can be added here; did you mean hcx-tasks?",
    "3: routes[1].id: changes a manager: only a confirmation says which call that is",
    "4: routes[2].id: opens a session: where credentials are sent is never corrected here",
    "5: routes[3].generation: is none that has this row: 4.x",
    "6: routes[4].call: is not known to read by its form: it must be a GET without an action, or end in /query",
    "7: routes[5].call: must have {id} to be filled in, as the delivered call GET",
    "8: routes[6].call: must be a call such as POST /path/{name}: GET, POST, PUT or PATCH, a path, and at most",
    "9: routes[7].id: is corrected above for the same generation already",
    "9: routes[7].call: must be a call such as POST /path/{name}",
    "10: routes[8].generation: is asked before the generation is known: correct it for 4.x and for 9.x",
]


@pytest.mark.parametrize("key", ["reason", "author", "correctedOn"])
def test_a_correction_says_who_why_and_when(path: Path, key: str) -> None:
    """A correction without them cannot be reviewed."""
    text = "\n".join(line for line in ONE.splitlines() if not line.strip().startswith(key))

    assert [one.split(": ")[1] for one in problems(path, text)] == [f"routes[0].{key}"]


def test_a_file_that_is_named_and_not_there_is_an_error(path: Path) -> None:
    """It was meant to count."""
    with pytest.raises(PolicyInvalidError, match="cannot be read"):
        routes_of(path)()


def test_a_broken_file_leaves_everything_unread(site: Site, path: Path) -> None:
    """Nobody can tell which call is right: a gap says so, and nothing is sent."""
    path.write_text("routes: 7")
    peer = site.peer(healthy())

    gap = site.adapter(routes=routes_of(path)).facts(site.manager(peer)).gap("identity")

    assert gap is not None
    assert (gap.reason, "HCX_FLEET_ROUTES" in gap.remedy, peer.connections) == (GapReason.UNREADABLE, True, 0)
    with pytest.raises(RoutesUnreadableError):
        Wire(lambda: site.confirmations, CallCounter(), routes=routes_of(path)).send(
            Ask(manager=site.manager(peer), route=DELIVERED.route("support"))
        )


def test_a_row_of_another_table_is_not_sent(site: Site) -> None:
    """The transport looks into its own table, whatever row a caller brings."""
    peer = site.peer(healthy())
    foreign = DELIVERED.route("support").at(Call.of("GET /hybridity/api/other"))

    with pytest.raises(NotInTableError):
        Wire(lambda: site.confirmations, CallCounter()).send(Ask(manager=site.manager(peer), route=foreign))

    assert peer.connections == 0


CHANGES = [row.call for row in DELIVERED.rows if row.effect is not Effect.READ]
STEPS = sorted({step for row in DELIVERED.rows for step in row.path.split("/") if step} | {"{id}", "query", "list"})


@given(st.sampled_from(["GET", "POST"]), st.lists(st.sampled_from(STEPS), min_size=1, max_size=7))
def test_no_accepted_correction_is_a_change(
    tmp_path_factory: pytest.TempPathFactory, method: str, steps: list[str]
) -> None:
    """Whatever steps of whatever rows are put together: refused, or a read by its form that meets no other call."""
    path = tmp_path_factory.getbasetemp() / "any-routes.yaml"
    text = ONE.replace(f"POST {API}/interconnect/tasks/query", f"{method} /{'/'.join(steps)}")
    path.write_text(text.replace("hcx-tasks", "hcx-task" if "{id}" in steps else "hcx-tasks"))
    try:
        table = read_routes(path)
    except PolicyInvalidError:
        return

    _harmless(table)


def _harmless(table: RouteTable) -> None:
    reads = [row.call for row in table.rows if row.effect is Effect.READ]
    assert all(call.reads for call in reads)
    assert not [(call, other) for call in reads for other in CHANGES if call.meets(other)]


def test_the_delivered_table_is_harmless_by_the_same_rule() -> None:
    """Every read has the form of one, and no change has it."""
    _harmless(DELIVERED)
    assert not [row.id for row in DELIVERED.rows if row.effect is Effect.MUTATE and row.call.reads]
