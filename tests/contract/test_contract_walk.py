"""A walk over a manager: it changes nothing, leaves out nothing that matters, and keeps nothing that it must not."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from shared.hcx.contract.contact import FirstContact
from shared.hcx.contract.recording import Recording, to_text
from shared.hcx.contract.verdicts import Verdict
from shared.hcx.contract.walk import walk
from shared.hcx.errors import BreakerOpenError, LoginRefusedError, NotConfirmedError
from shared.hcx.handshake import handshake
from shared.hcx.routes import DELIVERED
from shared.model.inventory import Trust
from simulator.visitor import Visitor
from tests.contract.contract_world import NOW, RECORDED, Contacted, contacted
from tests.contract.described import UPGRADES, openapi
from tests.hcx.hcx_peer import LOGIN, TOKEN, Answers, Peer, Reply, said, xml
from tests.hcx.hcx_site import ADMIN_PASSWORD, HOST, PASSWORD, Site, sha256_of

DOCS = "GET /hybridity/docs"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Contacted]:
    """The world of first contacts, and a walk over each of its managers."""
    with contacted(tmp_path_factory.mktemp("world")) as served:
        yield served


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A site of its own for one test."""
    with ExitStack() as leave:
        yield Site(tmp_path, leave)


def walked(site: Site, peer: Peer, *, trust: Trust | None = None, admin: bool = True) -> Recording:
    """A walk over a peer that stands for a manager."""
    contact = FirstContact(clock=site.clock, secrets=site.secrets, breaker=site.store)
    manager = site.manager(peer, trust=trust, admin=admin)
    visit = contact.visit(manager)
    try:
        visit.log_in()
        presented = handshake(manager, peer.port)
        return walk(visit, DELIVERED, presented, NOW, hidden=lambda: contact.hidden(manager))
    finally:
        contact.close()


def answers(**more: Any) -> Answers:
    """A manager of 4.x that takes a log-in and tells its version."""
    version = {"data": {"localEndpoints": [{"endpoint": {"version": "4.11.3.0-24972695"}}]}}
    return {
        LOGIN: said({}, headers={"x-hm-authorization": TOKEN}),
        "GET /hybridity/api/metainfo/context/support": said(version),
        **more,
    }


def secrets(published: dict[str, Any]) -> list[str]:
    """Every password and user name of the world, as its users have them."""
    accounts = YAML(typ="safe").load(Path(published["settings"]["HCX_FLEET_SECRETS_FILE"]).read_text("utf-8"))
    return [text for one in accounts.values() for text in (one["username"], one["password"])]


@pytest.mark.parametrize("manager", sorted(RECORDED))
def test_no_name_address_or_secret_is_kept(world: Contacted, manager: str) -> None:
    """Names of machines, people and accounts, addresses, passwords and ids of the world are not in a recording."""
    text = to_text(world.walk(manager)).lower()
    places = [one[key] for one in world.published["managers"] for key in ("host", "address")]
    canaries = ["canary", "sim.test", "servicemesh-", "admins@", "administrator", *places, *secrets(world.published)]

    assert [one for one in canaries if one != "admin" and one.lower() in text] == []


def test_nothing_is_changed(world: Contacted) -> None:
    """A walk makes no changing request, and logs in once to each account."""
    for manager in RECORDED:
        world.walk(manager)
    with Visitor(world.published) as visitor:
        truth = visitor.truth()

    assert truth["mutations"] == []
    assert {one["failed"] for one in truth["logins"]} == {0}
    assert truth["requests"]["login"] == len(RECORDED)


def test_a_change_through_this_client_is_refused(world: Contacted) -> None:
    """The client of first contact sends no change even where somebody asks it to."""
    visit = world.contact.visit(world.manager("con-canary"))
    visit.ask("support")
    with pytest.raises(NotConfirmedError):
        visit.try_to("upgrade-appliance", body={}, mesh="m", appliance="a")


def test_every_manager_speaks_for_itself(world: Contacted) -> None:
    """What differs at one manager is told of it alone."""
    verdicts = {name: {one.route: one.verdict for one in world.walk(name).calls} for name in RECORDED}

    assert verdicts["con-canary"]["upgrade-status-4x"] is Verdict.NOT_OFFERED
    assert verdicts["pc-canary"]["upgrade-status-9x"] is Verdict.AS_ASSUMED
    assert verdicts["con-canary"]["hcx-task"] is Verdict.AS_ASSUMED


@pytest.mark.parametrize(
    "listing",
    [
        {f"{DOCS}/": said({"urls": [{"url": "apis/admin/upgrade.json"}]})},
        {
            f"{DOCS}/index.html": Reply(200, b"<script src='x.js'></script>"),
            f"{DOCS}/x.js": Reply(200, b"'apis/admin/upgrade.json'"),
        },
        {
            f"{DOCS}/": Reply(200, b"<script>{configUrl: 'swagger-config.json'}</script>"),
            f"{DOCS}/swagger-config.json": said(["/hybridity/docs/apis/admin"]),
            f"{DOCS}/apis/admin": said({"schemas": ["/hybridity/docs/apis/admin/upgrade.json"]}),
        },
    ],
)
def test_ways_to_the_documents(site: Site, listing: dict[str, Any]) -> None:
    """A document is found by way of a page, a script, a setting, or a list of lists."""
    found = walked(site, site.peer(answers(**listing, **{f"{DOCS}/apis/admin/upgrade.json": said(openapi(UPGRADES))})))

    assert [one.path for one in found.served] == ["/hybridity/docs/apis/admin/upgrade.json"]


def test_no_documents(site: Site) -> None:
    """A manager without documents is recorded without any."""
    found = walked(site, site.peer(answers()))

    assert (found.documents, found.generation) == ((), "4.x")


def test_links_that_lead_away(site: Site) -> None:
    """Documents behind links that are no call of the table, or on another host, are not asked for."""
    page = b"'apis/a/b/c/d/e.json' 'https://elsewhere.example/hybridity/docs/apis/a/b.json' 'apis/a b.json'"
    peer = site.peer(answers(**{f"{DOCS}/": Reply(200, page)}))
    found = walked(site, peer)

    assert found.not_fetched == ("a link that is no call of the route table",)
    assert f"{DOCS}/apis/a/b.json" in [one.call for one in peer.got]


def test_answers_that_differ(site: Site) -> None:
    """Missing fields, other kinds, other places, refusals and things that are no JSON are told apart."""
    peer = site.peer(
        answers(
            **{
                "GET /hybridity/api/cloudConfigs": said({"data": {"items": [{"endpointId": "e-1", "url": 7}]}}),
                "GET /hybridity/api/interconnect/serviceMesh": said({"meshes": []}),
                "GET /hybridity/api/l2Extensions": Reply(403),
                "POST /hybridity/api/replications?action=query": xml("<error/>", 200),
                "POST /hybridity/api/migrations?action=query": Reply(503),
                "GET /components/web/status": said({"result": "RUNNING"}),
            }
        )
    )
    found = {one.route: one for one in walked(site, peer).calls}
    told = {name: (found[name].verdict, found[name].detail) for name in found}

    assert [str(one) for one in found["pairings"].differences] == [
        "url: expected text, found number",
        "status: expected object or text, found nothing",
    ]
    assert told["meshes"] == (Verdict.DIFFERS, "it holds no list")
    assert told["extensions"] == (Verdict.REFUSED, "403")
    assert told["replications"] == (Verdict.DIFFERS, "it is no JSON")
    assert told["migrations"] == (Verdict.NOT_YET, "503")
    assert told["components-web"] == (Verdict.AS_ASSUMED, "200")
    assert told["hcx-task"][0] is Verdict.NOT_ASKED


def test_canaries_in_every_place(site: Site) -> None:
    """Names and secrets in bodies, keys, errors, types and documents of a manager are in no recording of it."""
    names = {"vm-canary-01": {"name": HOST, "password": PASSWORD, "state": "on vm-canary-01"}}
    document = {**openapi(UPGRADES), "x-canary": "canary"}
    document["info"]["description"] = f"{HOST} svc {PASSWORD} canary.lyon.example"
    peer = site.peer(
        answers(
            **{
                "GET /hybridity/api/cloudConfigs": said({"data": {"items": [names]}}),
                "GET /hybridity/api/interconnect/serviceMesh": Reply(
                    500, f'{{"message": "{PASSWORD}"}}'.encode(), {"content-type": "text/vm-canary-01; a=canary"}
                ),
                "GET /hybridity/api/l2Extensions": said({"errors": [{"text": f"canary on {HOST}"}]}),
                f"{DOCS}/": Reply(200, b"'apis/a/b.json'"),
                f"{DOCS}/apis/a/b.json": said(document),
            }
        )
    )
    text = to_text(walked(site, peer))
    canaries = (HOST, PASSWORD, ADMIN_PASSWORD, TOKEN, "canary", "127.0.0.1", "con-lyon", "lyon-admin")

    assert "targetVersion" in text
    assert [one for one in canaries if one in text] == []


def test_whose_certificate_answered(site: Site) -> None:
    """Under an authority it is the certificate and the authority that vouched for it; under a pin the certificate."""
    peer = site.peer(answers())
    by_ca = walked(site, peer).certificate
    pinned = walked(site, peer, trust=Trust(thumbprint=by_ca.leaf)).certificate

    assert by_ca.authorities == (sha256_of(site.ca),)
    assert (pinned.leaf, pinned.authorities) == (by_ca.leaf, ())


def test_an_account_that_is_refused(site: Site) -> None:
    """Without a log-in there is no walk, and the refused account is tried once."""
    peer = site.peer({LOGIN: Reply(401)})
    for error in (LoginRefusedError, BreakerOpenError):
        with pytest.raises(error):
            walked(site, peer)

    assert peer.count(LOGIN) == 1
