"""The committed recordings are read by the parsers of today, and a walk over the same world still gives them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from shared.hcx.contract.proposals import Proposal, proposals
from shared.hcx.contract.recording import RecordedCall, Recording, read_recording
from shared.hcx.contract.verdicts import Verdict
from shared.hcx.parse_identity import read_version
from shared.hcx.routes import DELIVERED, Effect
from tests.contract.contract_world import RECORDED, RECORDINGS, Contacted, contacted

NAMES = sorted(RECORDED.values())


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Contacted]:
    """The world of the recordings."""
    with contacted(tmp_path_factory.mktemp("world")) as served:
        yield served


def recorded(name: str) -> Recording:
    """A committed recording."""
    return read_recording(RECORDINGS / name)


@pytest.mark.parametrize("name", NAMES)
def test_the_parsers_give_the_same_verdicts(name: str) -> None:
    """Every recorded answer is judged today as it was when it came, with the same differences."""
    recording = recorded(name)
    answered = [one for one in recording.calls if one.status is not None]

    assert len(answered) > 15
    for call in answered:
        again = call.judged_again
        assert again is not None
        assert (call.route, again.verdict, again.detail) == (call.route, call.verdict, call.detail)
        assert (again.differences, again.more) == (call.differences, call.more)


@pytest.mark.parametrize("name", NAMES)
def test_every_readable_route_is_in_it(name: str) -> None:
    """A recording holds each readable route of its generation, asked or with the reason why not."""
    recording = recorded(name)
    spoken = (row for row in DELIVERED.rows if row.effect is Effect.READ and recording.generation in row.generations)

    assert {one.route for one in recording.calls} == {row.id for row in spoken if not row.id.startswith("api-docs")}


@pytest.mark.parametrize("name", NAMES)
def test_versions_are_still_read(name: str) -> None:
    """The version that a parser reads from the recording is the one that was told."""
    recording = recorded(name)
    support = next(one.answer for one in recording.calls if one.route == "support")
    assert support is not None

    assert str(read_version(support)) == recording.manager_version


def test_guesses_that_were_right() -> None:
    """A manager whose documents describe the guessed calls corrects none of them."""
    recording = recorded("usual-9x.json")
    found = proposals(DELIVERED.rows, "9.x", recording.served)

    assert {one.route for one in found} == {
        "hcx-tasks",
        "upgrade-status-9x",
        "upgrade-bundle-9x",
        "upgrade-manager-9x",
        "upgrade-appliance",
        "redeploy-appliance",
    }
    assert not any(one.corrects for one in found)


def test_guesses_that_were_wrong() -> None:
    """A manager whose documents describe other calls gives one correction for each guess, and says what is missing."""
    recording = recorded("other-paths-4x.json")
    found = {one.route: one.call for one in proposals(DELIVERED.rows, "4.x", recording.served) if one.corrects}
    missing = [one.route for one in recording.calls if one.verdict is Verdict.NOT_OFFERED]

    assert found == {
        "upgrade-status-4x": "GET /api/admin/v2/upgrades/current",
        "upgrade-bundle-4x": "GET /api/admin/v2/upgrades/bundle",
        "upgrade-manager-4x": "POST /api/admin/v2/upgrades",
        "upgrade-appliance": "POST /hybridity/api/interconnect/serviceMesh/{mesh}/appliances/update",
    }
    assert missing == ["upgrade-status-4x"]


@pytest.mark.parametrize("manager", sorted(RECORDED))
def test_a_new_walk_gives_the_same(world: Contacted, manager: str) -> None:
    """Walking again gives the committed answers and proposals: else `python -m tests.contract.write_recordings`."""
    found, committed = world.walk(manager), recorded(RECORDED[manager])

    assert without_certificates(found) == without_certificates(committed)
    assert [one.path for one in found.documents] == [one.path for one in committed.documents]
    assert proposals_of(found) == proposals_of(committed)


def without_certificates(recording: Recording) -> list[RecordedCall]:
    """The calls without what a world makes anew each time it is served."""
    return [replace(one, certificate="") for one in recording.calls]


def proposals_of(recording: Recording) -> tuple[Proposal, ...]:
    """What its documents say of guessed rows."""
    return proposals(DELIVERED.rows, recording.generation or "", recording.served)


def test_where_the_recordings_are() -> None:
    """Every committed recording belongs to a manager of the world."""
    assert {path.name for path in Path(RECORDINGS).iterdir()} == set(NAMES)
