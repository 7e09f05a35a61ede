"""The last line: what the transport sends, and what it does not."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from shared.hcx.answer import Ask, Proof
from shared.hcx.calls import CallCounter
from shared.hcx.errors import (
    CertificateError,
    ConfirmationsUnreadableError,
    NotConfirmedError,
    NotInTableError,
    TurnedAwayError,
    UncertainError,
    UnreadableError,
)
from shared.hcx.routes import DELIVERED, ROUTES, Effect, Port, Route
from shared.hcx.routes_page import routes_page
from shared.hcx.wire import Timeouts, Wire
from shared.model.confirmation import Confirmations
from shared.model.inventory import Trust
from shared.model.secret import SecretText
from shared.policy.problems import PolicyInvalidError
from tests.hcx.hcx_peer import API, LIVENESS, SUPPORT, UPGRADE_APPLIANCE, Got, Peer, Raw, Reply, Silence, healthy
from tests.hcx.hcx_site import Site, sha256_of

ROOT = Path(__file__).parents[2]


@pytest.fixture
def wire(site: Site) -> Iterator[Wire]:
    """A wire under the confirmations of the site."""
    made = Wire(lambda: site.confirmations, CallCounter(), Timeouts(connect=2, write=2, read=0.5, whole=1))
    yield made
    made.close()


def _upgrade(site: Site, peer: Peer, *, generation: str | None = "4.x", mesh: str = "servicemesh-1") -> Ask:
    return Ask(
        manager=site.manager(peer),
        route=DELIVERED.route("upgrade-appliance"),
        generation=generation,
        parts={"mesh": mesh},
        body={},
    )


def _untouched(peer: Peer) -> bool:
    return (peer.connections, peer.bytes_received) == (0, 0)


# --- the table --------------------------------------------------------------------------------------------------------


def test_the_page_is_written_from_the_table() -> None:
    """docs/hcx-routes.md is current."""
    assert (ROOT / "docs" / "hcx-routes.md").read_text() == routes_page()


def test_no_two_rows_are_one_request() -> None:
    """Ids are unique, and each row finds itself."""
    assert len({row.id for row in ROUTES}) == len(ROUTES)
    for row in ROUTES:
        target = row.call.filled(dict.fromkeys(row.call.slots, "some-id"))
        assert DELIVERED.find(row.port, row.method, target) is row


def test_what_changes_something_is_known_by_its_id() -> None:
    """The mutating rows are these; a new one changes this test."""
    assert {row.id for row in ROUTES if row.effect is Effect.MUTATE} == {
        "upgrade-manager-4x",
        "upgrade-manager-9x",
        "upgrade-appliance",
        "redeploy-appliance",
    }


@pytest.mark.parametrize("part", ["..", ".", "a/b", "a%2Fb", "a?b", "a b", "", "é", "a\n"])
def test_a_part_cannot_make_another_path(part: str) -> None:
    """Ids come from managers: none of them may lead anywhere else."""
    with pytest.raises(ValueError, match="does not fit"):
        DELIVERED.route("hcx-task").call.filled({"id": part})


# --- requests that are no rows ----------------------------------------------------------------------------------------


def _other_requests(site: Site, peer: Peer) -> dict[str, httpx.Request]:
    url = f"https://127.0.0.1:{peer.port}"
    meant = {"hcx_ask": Ask(manager=site.manager(peer), route=DELIVERED.route("support"))}

    def asked(method: str, target: str, base: str = url) -> httpx.Request:
        return httpx.Request(method, base + target, extensions=meant)

    return {
        "another path": asked("GET", f"{API}/about"),
        "another method": asked("DELETE", f"{API}/interconnect/serviceMesh"),
        "a read with the method of a change": asked("POST", f"{API}/interconnect/serviceMesh"),
        "another action": asked("POST", f"{API}/migrations?action=start"),
        "no action": asked("POST", f"{API}/migrations"),
        "a bare query": asked("POST", f"{API}/migrations?query"),
        "an action and more": asked("POST", f"{API}/migrations?action=query&force=true"),
        "a query where there is none": asked("GET", f"{API}/cloudConfigs?a=b"),
        "an empty query": asked("GET", f"{API}/cloudConfigs?"),
        "an encoded path": asked("GET", f"{API}/cloud%43onfigs"),
        "a way round": asked("GET", f"{API}/interconnect/tasks/..%2F..%2FcloudConfigs"),
        "another host": asked("GET", f"{API}/cloudConfigs", f"https://localhost:{peer.port}"),
        "no TLS": asked("GET", f"{API}/cloudConfigs", f"http://127.0.0.1:{peer.port}"),
        "asked of nobody": httpx.Request("GET", f"{url}{API}/cloudConfigs"),
    }


NAMES = sorted(
    [
        "another path",
        "another method",
        "a read with the method of a change",
        "another action",
        "no action",
        "a bare query",
        "an action and more",
        "a query where there is none",
        "an empty query",
        "an encoded path",
        "a way round",
        "another host",
        "no TLS",
        "asked of nobody",
    ]
)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_in_the_table_is_not_sent(site: Site, wire: Wire, name: str) -> None:
    """Method, path, action, port and host are those of a row, or no byte leaves this host."""
    peer = site.peer(healthy())
    requests = _other_requests(site, peer)
    assert set(NAMES) == set(requests)

    with pytest.raises(NotInTableError):
        wire._client.send(requests[name])

    assert _untouched(peer)


def test_a_row_belongs_to_its_port(site: Site, wire: Wire) -> None:
    """What 9443 offers is not sent to 443, where credentials of another account would go along."""
    service, appliance = site.peer(healthy()), site.peer(healthy())
    manager = site.manager(service)
    manager = replace(manager, endpoint=replace(manager.endpoint, appliance_port=appliance.port))
    request = httpx.Request(
        "GET",
        f"https://127.0.0.1:{service.port}/components/web/status",
        extensions={"hcx_ask": Ask(manager=manager, route=DELIVERED.route("components-web"))},
    )

    with pytest.raises(NotInTableError):
        wire._client.send(request)

    assert wire.send(Ask(manager=manager, route=DELIVERED.route("components-web"))).status == 200
    assert (_untouched(service), appliance.calls()) == (True, ["GET /components/web/status"])


def test_the_transport_looks_at_the_request_and_not_at_what_it_is_called(site: Site, wire: Wire) -> None:
    """A change that calls itself a read is still a change."""
    peer = site.peer(healthy())
    request = httpx.Request(
        "POST",
        f"https://127.0.0.1:{peer.port}{UPGRADE_APPLIANCE.removeprefix('POST ')}",
        extensions={"hcx_ask": Ask(manager=site.manager(peer), route=DELIVERED.route("support"), generation="4.x")},
    )

    with pytest.raises(NotConfirmedError):
        wire._client.send(request)

    assert _untouched(peer)


def test_an_id_that_leads_elsewhere_is_an_unreadable_answer(site: Site, wire: Wire) -> None:
    """A manager that makes up such an id gets nothing sent."""
    peer = site.peer(healthy())

    with pytest.raises(UnreadableError):
        wire.send(_upgrade(site, peer, mesh="../../x"))

    assert _untouched(peer)


# --- changes ----------------------------------------------------------------------------------------------------------


def test_an_unconfirmed_change_is_not_sent(site: Site, wire: Wire) -> None:
    """As delivered there are no confirmations: not even a connection is made."""
    peer = site.peer(healthy())

    with pytest.raises(NotConfirmedError):
        wire.send(_upgrade(site, peer))

    assert _untouched(peer)


def test_a_confirmed_change_is_sent(site: Site, wire: Wire) -> None:
    """Route, generation and authority fit."""
    peer = site.peer(healthy())
    site.confirm("upgrade-appliance")

    assert wire.send(_upgrade(site, peer)).status == 200


def test_a_change_is_sent_as_it_is_confirmed(site: Site, wire: Wire) -> None:
    """The manager's own document counts, not the guess: method, path, and which ids stand in it."""
    call = f"PUT {API}/interconnect/appliances/{{appliance}}/upgrade"
    peer = site.peer({**healthy(), call.replace("{appliance}", "ix-1"): Reply(202)})
    site.confirm("upgrade-appliance", call=call)

    answer = wire.send(replace(_upgrade(site, peer), parts={"mesh": "m", "appliance": "ix-1"}, body={"a": 1}))

    assert answer.status == 202
    assert [(one.call, one.body) for one in peer.got] == [
        (f"PUT {API}/interconnect/appliances/ix-1/upgrade", b'{"a":1}')
    ]


NOT_CONFIRMED_SO = ["{}/", "{}?force=true", "{}?", "{}/force", "/{}"]


@pytest.mark.parametrize("form", ["{}", *NOT_CONFIRMED_SO])
def test_a_change_that_differs_from_its_confirmation_is_not_sent(site: Site, wire: Wire, form: str) -> None:
    """Another call is confirmed: not even the delivered one may leave, nor anything like the confirmed one."""
    peer = site.peer(healthy())
    call = f"POST {API}/interconnect/appliances/upgrade"
    site.confirm("upgrade-appliance", call=call)
    path = UPGRADE_APPLIANCE if form == "{}" else call
    target = form.format(path.removeprefix("POST "))
    request = httpx.Request(
        "POST", f"https://127.0.0.1:{peer.port}{target}", extensions={"hcx_ask": _upgrade(site, peer)}
    )

    with pytest.raises((NotConfirmedError, NotInTableError)):
        wire._client.send(request)

    assert _untouched(peer)


def test_a_confirmed_call_is_sent_for_its_own_row_only(site: Site, wire: Wire) -> None:
    """Something that calls itself another change, or a read, cannot go along with it."""
    peer = site.peer(healthy())
    call = f"POST {API}/interconnect/appliances/upgrade"
    site.confirm("upgrade-appliance", call=call)

    for name in ("redeploy-appliance", "upgrade-manager-4x", "support"):
        meant = {"hcx_ask": replace(_upgrade(site, peer), route=DELIVERED.route(name))}
        request = httpx.Request("POST", f"https://127.0.0.1:{peer.port}{call[5:]}", extensions=meant)
        with pytest.raises(NotConfirmedError):
            wire._client.send(request)

    assert _untouched(peer)


def test_two_confirmations_that_differ_confirm_nothing(site: Site, wire: Wire) -> None:
    """Nobody can tell which of two calls is right, so a person is asked."""
    peer = site.peer(healthy())
    site.confirm("upgrade-appliance", call="POST /one")
    one = site.confirmations.entries
    site.confirm("upgrade-appliance", call="POST /other")
    site.confirmations = Confirmations(entries=(*one, *site.confirmations.entries))

    with pytest.raises(NotConfirmedError, match="POST /one and as POST /other"):
        wire.send(_upgrade(site, peer))

    assert _untouched(peer)


OTHERS: dict[str, Callable[[Site], None]] = {
    "another route": lambda site: site.confirm("upgrade-manager-4x"),
    "another generation": lambda site: site.confirm("upgrade-appliance", generation="9.x"),
    "another authority": lambda site: site.confirm("upgrade-appliance", trust=sha256_of(site.other_ca)),
}


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_a_confirmation_of_something_else_does_not_count(site: Site, wire: Wire, name: str) -> None:
    """It binds the route, the generation and the certificate, all three."""
    peer = site.peer(healthy())
    OTHERS[name](site)

    with pytest.raises(NotConfirmedError):
        wire.send(_upgrade(site, peer))

    assert _untouched(peer)


@pytest.mark.parametrize("generation", [None, "5.x"])
def test_a_change_needs_a_known_generation(site: Site, wire: Wire, generation: str | None) -> None:
    """A confirmation for a generation that the row does not have is none."""
    peer = site.peer(healthy())
    site.confirm("upgrade-appliance", generation="5.x")

    with pytest.raises(NotConfirmedError):
        wire.send(_upgrade(site, peer, generation=generation))

    assert _untouched(peer)


def test_a_change_trusts_only_the_authority_it_is_confirmed_for(site: Site, wire: Wire) -> None:
    """A bundle may hold two authorities: a manager of the unconfirmed one can be read, and is not changed."""
    both = site.folder / "both.pem"
    both.write_bytes(Path(site.ca_file).read_bytes() + Path(site.other_ca_file).read_bytes())
    peer = site.peer(healthy(), ca=site.other_ca)
    manager = site.manager(peer, trust=Trust(ca_file=str(both)))
    site.confirm("upgrade-appliance")
    assert wire.send(Ask(manager=manager, route=DELIVERED.route("support"))).status == 200
    before = peer.bytes_received

    with pytest.raises(CertificateError):
        wire.send(replace(_upgrade(site, peer), manager=manager))

    assert peer.bytes_received == before


def test_a_change_has_a_connection_of_its_own(site: Site, wire: Wire) -> None:
    """A kept connection could be closed in the moment of sending, so it is not used for a change."""
    peer = site.peer(healthy())
    site.confirm("upgrade-appliance")
    manager = site.manager(peer)

    for ask in (Ask(manager=manager, route=DELIVERED.route("support")), _upgrade(site, peer)) * 2:
        wire.send(ask)

    assert [got.connection for got in peer.got] == [1, 2, 1, 3]


def test_confirmations_that_cannot_be_read_confirm_nothing(site: Site) -> None:
    """A broken file stops the run instead of counting as empty."""
    peer = site.peer(healthy())

    def broken() -> Confirmations:
        raise PolicyInvalidError(["confirmations.yaml:1: broken"])

    with pytest.raises(ConfirmationsUnreadableError):
        Wire(broken, CallCounter()).send(_upgrade(site, peer))

    assert _untouched(peer)


@pytest.mark.parametrize("answer", [Raw(), Silence(), Raw(b"garbage\r\n\r\n")], ids=["hung up", "silent", "garbage"])
def test_a_change_without_an_answer_is_uncertain(site: Site, wire: Wire, answer: Raw | Silence) -> None:
    """It was sent once, and nobody can say what became of it."""
    peer = site.peer({**healthy(), UPGRADE_APPLIANCE: answer})
    site.confirm("upgrade-appliance")

    with pytest.raises(UncertainError):
        wire.send(_upgrade(site, peer))

    assert peer.count(UPGRADE_APPLIANCE) == 1


def test_a_change_that_finds_nobody_is_not_uncertain(site: Site, wire: Wire) -> None:
    """A refused connection has carried nothing."""
    peer = site.peer(healthy())
    site.confirm("upgrade-appliance")
    peer.close()

    with pytest.raises(TurnedAwayError):
        wire.send(_upgrade(site, peer))


def test_the_status_of_a_change_counts_even_if_its_body_is_lost(site: Site, wire: Wire) -> None:
    """A 202 that breaks off after its head was still taken."""
    peer = site.peer({**healthy(), UPGRADE_APPLIANCE: Raw(b"HTTP/1.1 202 Ok\r\ncontent-length: 9\r\n\r\n{")})
    site.confirm("upgrade-appliance")

    answer = wire.send(_upgrade(site, peer))

    assert (answer.status, answer.whole) == (202, False)


# --- answers ----------------------------------------------------------------------------------------------------------


def test_redirects_are_not_followed(site: Site, wire: Wire) -> None:
    """A manager cannot send us, and our token, somewhere else."""
    elsewhere = site.peer(healthy())
    peer = site.peer({SUPPORT: Reply(302, headers={"location": f"https://127.0.0.1:{elsewhere.port}{API}/about"})})

    assert wire.send(Ask(manager=site.manager(peer), route=DELIVERED.route("support"))).status == 302
    assert _untouched(elsewhere)


def test_cookies_are_not_kept(site: Site, wire: Wire) -> None:
    """Two managers may share an address, so what one of them says must not go to the other."""
    peer = site.peer({SUPPORT: Reply(200, headers={"set-cookie": "JSESSIONID=1; Path=/"})})

    for _ in range(2):
        wire.send(Ask(manager=site.manager(peer), route=DELIVERED.route("support")))

    assert ["cookie" in got.headers for got in peer.got] == [False, False]


def test_an_answer_that_never_ends_is_cut(site: Site, wire: Wire) -> None:
    """There is a limit for the whole answer, beside that for each piece."""

    def endless(_: Got) -> Raw:
        return Raw(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (32 * 1024 * 1024))

    answer = wire.send(Ask(manager=site.manager(site.peer({SUPPORT: endless})), route=DELIVERED.route("support")))

    assert (answer.status, answer.whole, answer.body) == (200, False, b"")


def test_tokens_are_not_logged(site: Site, wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    """Not even where somebody turns on every debug record there is."""
    for name in ("", "httpx", "httpcore", "httpcore.http11", "httpcore.connection"):
        caplog.set_level(logging.DEBUG, logger=name)
    proof = Proof(header="x-hm-authorization", value=SecretText("token-canary-1"))
    peer = site.peer({SUPPORT: Reply(200, headers={"x-hm-authorization": "token-canary-2"})})

    answer = wire.send(Ask(manager=site.manager(peer), route=DELIVERED.route("support"), proof=proof))

    assert answer.token is not None
    assert (answer.token.reveal(), "canary" in caplog.text) == ("token-canary-2", False)


def test_asks_and_answers_print_without_what_they_hold(site: Site) -> None:
    """The body of a log-in holds a password, and that of a configuration does, too."""
    ask = Ask(manager=site.manager(site.peer({})), route=DELIVERED.route("login"), body={"password": "canary"})

    assert "canary" not in repr(ask)


def test_rows_of_one_port_are_found_on_that_port_only() -> None:
    """The port is part of the row."""
    row: Route = DELIVERED.route("support")

    assert DELIVERED.find(Port.APPLIANCE, row.method, row.path) is None
    assert LIVENESS.split()[1] == DELIVERED.route("liveness").path
