"""A confirmation comes out of a recording that shows the call, or not at all."""

import json
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from shared.hcx import upgrades
from shared.hcx.contract.confirming import NotShownError, Wish, confirmation_of
from shared.hcx.contract.proposals import SENT
from shared.hcx.contract.recording import RecordedDocument, Recording, read_recording
from shared.hcx.contract.shape import shape_of
from shared.hcx.parse_appliance import Bundle
from shared.hcx.routes import DELIVERED
from shared.model.acts import ApplianceWanted
from shared.model.ne_mode import ApplianceMode
from shared.model.version import Version
from tests.builders.sending import at_once
from tests.contract.contract_world import RECORDINGS
from tests.contract.described import REQUEST, RESPONSE, UPGRADES, openapi, operation
from tests.hcx.hcx_peer import IX, MESH, SUPPORT, UPGRADE_APPLIANCE, healthy, of_version
from tests.hcx.hcx_site import Site

RECORDED = read_recording(RECORDINGS / "other-paths-4x.json")
LEAF, (CA, *_) = RECORDED.certificate.leaf, RECORDED.certificate.authorities


def wish(route: str = "upgrade-manager-4x", *anchors: str, **more: Any) -> Wish:
    """What somebody wants confirmed."""
    given = {"author": "Ann", "evidence": "", "day": date(2026, 11, 25), **more}
    return Wish(route=route, anchors=frozenset(anchors or {LEAF, CA}), **given)


def refused(recording: Recording, wanted: Wish) -> str:
    """Why there is no confirmation."""
    with pytest.raises(NotShownError) as told:
        confirmation_of(recording, wanted, DELIVERED)
    return "\n".join(told.value.problems)


def with_document(content: Any, *, path: str = "/hybridity/docs/apis/x.json", leaf: str = LEAF) -> Recording:
    """The recording with this as its only document."""
    document = RecordedDocument(
        path=path, status=200, format="openapi-3", version="9.1", sha256="a" * 64, certificate=leaf, content=content
    )
    return replace(RECORDED, documents=(document,), generation="9.x")


def test_what_a_confirmation_says() -> None:
    """It holds the call of the document, its version, the narrowest certificate that both know, and who says so."""
    made = confirmation_of(RECORDED, wish(evidence="tried in the lab"), DELIVERED)

    assert (made.route, made.generation, made.call) == ("upgrade-manager-4x", "4.x", "POST /api/admin/v2/upgrades")
    assert (made.api_version, made.trust, made.author) == ("1.7.0", LEAF, "Ann")
    assert made.evidence.startswith("API document /hybridity/docs/apis/appliance-management/")
    assert made.evidence.endswith("; tried in the lab")


def test_bound_to_the_authority() -> None:
    """Where the manager is trusted by an authority alone, the confirmation is bound to that."""
    assert confirmation_of(RECORDED, wish("upgrade-appliance", CA), DELIVERED).trust == CA


def test_another_certificate() -> None:
    """A certificate that the recording does not hold is not confirmed for; those that it holds are named."""
    assert CA in refused(RECORDED, wish("upgrade-manager-4x", "b" * 64))


@pytest.mark.parametrize(
    ("route", "told"),
    [
        ("upgrade-manager-9x", "belongs to 9.x, and the recorded manager speaks 4.x"),
        ("pairings", "changes nothing, so it needs no confirmation"),
        ("upgrade-everything", "is no row of the route table"),
        ("redeploy-appliance", "is not sent by this hcx-fleet"),
    ],
)
def test_rows_that_are_not_confirmed(route: str, told: str) -> None:
    """Rows of another generation, reads, unknown ones, and changes that are never sent."""
    assert told in refused(RECORDED, wish(route))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (openapi({}), "none of the 1 API documents in the recording describes POST /api/admin/system/upgrade"),
        ({"openapi": "3.0.0"}, "none of the 0 API documents"),
        (openapi({"/api/admin/system/upgrade": {"get": operation(None, RESPONSE)}}), "none of the 1 API documents"),
        (openapi({"/api/admin/system/upgrade": {"post": operation()}}), "does not describe its body"),
        (
            openapi({"/api/admin/system/upgrade": {"post": operation({**REQUEST, "required": ["ticket"], "properties": {
                **REQUEST["properties"], "ticket": {"type": "string"}}}, RESPONSE)}}),
            "the body needs ticket",
        ),
        (
            openapi({**UPGRADES, "/api/admin/other": {"post": operation(REQUEST, RESPONSE)}}),
            "several described operations could be it",
        ),
    ],
)  # fmt: skip
def test_what_a_document_does_not_describe(content: Any, told: str) -> None:
    """Without method, path and body in a document there is no confirmation, and what is missing is said."""
    assert told in refused(with_document(content), wish("upgrade-manager-9x"))


def test_a_document_of_somebody_else() -> None:
    """A document that came under another certificate than the recording's does not count."""
    assert "another certificate" in refused(with_document(openapi(UPGRADES), leaf="c" * 64), wish("upgrade-manager-9x"))


def test_an_unknown_generation() -> None:
    """A manager that did not tell its version is confirmed for nothing."""
    assert "does not know the manager's API generation" in refused(replace(RECORDED, generation=None), wish())


def test_every_problem_at_once() -> None:
    """What is wrong with the document and with the certificate is said together."""
    told = refused(with_document(openapi({})), wish("upgrade-manager-9x", "b" * 64))

    assert len(told.splitlines()) == 2


def test_the_body_of_a_manager_upgrade_is_what_is_sent() -> None:
    """The body that documents are held against is the one that is really sent."""
    sent = upgrades._request(Bundle(text="9.1.1", version=Version("9.1.1")))

    assert shape_of(SENT["upgrade-manager-9x"]) == shape_of(sent)


def test_the_body_of_an_appliance_upgrade_is_what_is_sent(tmp_path: Path) -> None:
    """The same for mesh appliances, as it arrives at a manager."""
    with ExitStack() as leave:
        site = Site(tmp_path, leave)
        site.confirm("upgrade-appliance")
        peer = site.peer({**healthy(), SUPPORT: of_version("4.11.4")})
        wanted = ApplianceWanted(mesh=MESH, appliance=IX, name="mesh-IX-I1", mode=ApplianceMode.STANDARD)
        site.adapter().upgrade_appliance(site.manager(peer), wanted, at_once)
    (sent,) = [got for got in peer.got if got.call == UPGRADE_APPLIANCE]

    assert shape_of(SENT["upgrade-appliance"]) == shape_of(json.loads(sent.body))
