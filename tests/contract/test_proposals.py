"""Guessed rows are recognised in served documents, or nothing is proposed."""

from typing import Any

import pytest

from shared.hcx.contract.openapi import described
from shared.hcx.contract.proposals import Proposal, Served, proposals, proposals_for
from shared.hcx.routes import DELIVERED
from tests.contract.described import APPLIANCES, REQUEST, RESPONSE, STARTED, TEXT, UPGRADES, openapi, operation

MESH = "/hybridity/api/mesh/{serviceMeshId}/appliances/update"


def served(*documents: Any) -> list[Served]:
    """Documents as a manager serves them."""
    read = [described(document) for document in documents]
    return [
        Served(path=f"/hybridity/docs/apis/{number}.json", version=one.version, operations=one.operations)
        for number, one in enumerate(read)
        if one
    ]


def proposed(row: str, generation: str, *documents: Any) -> tuple[Proposal, ...]:
    """What the documents say of one row."""
    return proposals_for(DELIVERED.route(row, generation), generation, served(*documents))


def test_the_documented_upgrade() -> None:
    """Start, status and bundle of the System Upgrade API are told apart by method, body, answer and name."""
    found = {one.route: one for one in proposals(DELIVERED.rows, "9.x", served(openapi(UPGRADES)))}

    assert {name: (one.call, one.corrects, one.changes, one.faults) for name, one in found.items()} == {
        "upgrade-status-9x": ("GET /api/admin/v3/upgrades/current", True, False, ()),
        "upgrade-bundle-9x": ("GET /api/admin/v3/bundle", True, False, ()),
        "upgrade-manager-9x": ("POST /api/admin/v3/upgrades", True, True, ()),
    }


def test_an_appliance_upgrade() -> None:
    """Ids are called as we call them, so that the call can be filled in."""
    (found,) = proposed("upgrade-appliance", "4.x", openapi({MESH: {"post": operation(APPLIANCES, STARTED)}}))

    assert (found.call, found.faults) == ("POST /hybridity/api/mesh/{mesh}/appliances/update", ())


def test_the_only_id_whatever_it_is_called() -> None:
    """A single id in a path is the single id of the row; of a stranger one nobody knows what to fill in."""
    named = openapi({"/mesh/{id}/appliances/update": {"post": operation(APPLIANCES, STARTED)}})
    strange = openapi({"/{site}/mesh/{serviceMeshId}/appliances/update": {"post": operation(APPLIANCES, STARTED)}})

    assert proposed("upgrade-appliance", "4.x", named) == ()
    assert proposed("upgrade-appliance", "4.x", strange)[0].faults == (
        "has {site} in its path, which hcx-fleet cannot fill in",
    )


def test_as_guessed() -> None:
    """A document that describes the guessed call itself settles it, whatever else looks like it."""
    both = {**UPGRADES, "/api/admin/system/upgrade": {"post": operation(REQUEST, RESPONSE)}}
    (found,) = proposed("upgrade-manager-9x", "9.x", openapi(both))

    assert (found.call, found.corrects, found.faults) == ("POST /api/admin/system/upgrade", False, ())


def test_two_that_fit() -> None:
    """Two operations that fit equally are two proposals: nobody chooses between them but a person."""
    both = {**UPGRADES, "/api/admin/other": {"post": operation(REQUEST, RESPONSE)}}

    assert len(proposed("upgrade-manager-9x", "9.x", openapi(both))) == 2


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"required": ["targetVersion", "ticket"]}, "the body needs ticket, which hcx-fleet does not send"),
        ({"properties": {"targetVersion": {"type": "integer"}}}, "sends targetVersion as text, described as number"),
        ({"properties": {"targetVersion": TEXT, "upgradePolicy": {}}}, "upgradePolicy as object, described as open"),
        (
            {"properties": {"targetVersion": TEXT, "upgradePolicy": {"type": "object", "properties": {}}}},
            "sends upgradePolicy.skipVmSnapshot, which the document does not describe",
        ),
    ],
)
def test_another_body(change: dict[str, Any], fault: str) -> None:
    """A body that needs what we do not send, or is of other kinds, or open, is not the call that we make."""
    properties = {**REQUEST["properties"], "ticket": TEXT, **change.get("properties", {})}
    body = {**REQUEST, **change, "properties": properties}
    (found,) = proposed("upgrade-manager-9x", "9.x", openapi({"/api/admin/system/upgrade": {"post": operation(body)}}))

    assert any(fault in one for one in found.faults)


def test_a_word_that_is_not_allowed() -> None:
    """A mode that the document does not list is not sent."""
    body = {**APPLIANCES, "properties": {**APPLIANCES["properties"], "mode": {"type": "string", "enum": ["FAST"]}}}
    (found,) = proposed("upgrade-appliance", "4.x", openapi({MESH: {"post": operation(body, STARTED)}}))

    assert found.faults == ("hcx-fleet sends mode as STANDARD, described are FAST",)


def test_more_than_a_body() -> None:
    """A call that needs a key of the query is not the call that we make."""
    key = [{"name": "ticket", "in": "query", "required": True, "schema": TEXT}]
    path = {"/api/admin/system/upgrade": {"post": operation(REQUEST, RESPONSE, parameters=key)}}

    assert proposed("upgrade-manager-9x", "9.x", openapi(path))[0].faults == (
        "needs ticket (query), which hcx-fleet does not send",
    )


def test_no_body_described() -> None:
    """A call without a described body is not confirmed by its path alone."""
    (found,) = proposed("upgrade-manager-9x", "9.x", openapi({"/api/admin/system/upgrade": {"post": operation()}}))

    assert found.faults == ("the document does not describe its body",)


def test_of_two_documents_the_less_favourable_counts() -> None:
    """Where two documents describe one call, the one that it does not fit decides, in whatever order they come."""
    path = "/api/admin/system/upgrade"
    good, bad = openapi({path: {"post": operation(REQUEST, RESPONSE)}}), openapi({path: {"post": operation()}})

    assert [len(proposed("upgrade-manager-9x", "9.x", *order)[0].faults) for order in ((good, bad), (bad, good))] == [
        1,
        1,
    ]


def test_rows_that_are_known() -> None:
    """Rows that are documented or were seen are not looked for."""
    found = proposals(DELIVERED.rows, "4.x", served(openapi({"/hybridity/api/cloudConfigs": {"get": operation()}})))

    assert found == ()
