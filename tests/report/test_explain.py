"""`why`: finding what is meant, and saying all of it."""

from dataclasses import replace

import pytest

from shared.model.plan import SubjectKind
from shared.model.view import SubjectSeen
from shared.report.explain import NotOneSubjectError, why
from tests.report.canonical_outages import measured_in
from tests.report.canonical_run import at

UNDER_WAY = at(40)


@pytest.mark.parametrize("name", [one.id for one in UNDER_WAY.subjects] + [one.task for one in UNDER_WAY.tasks])
def test_everything_can_be_asked_about(name: str) -> None:
    """Every cloud, connector, mesh and task has an answer that names it and ends as a sentence."""
    answer = why(UNDER_WAY, name)

    assert name.rsplit(":", maxsplit=1)[-1] in answer
    assert all(line.endswith((".", "…")) or "https://" in line for line in answer.splitlines())


def test_a_wait_says_since_when_until_when_and_who() -> None:
    """The answer about a waiting task leaves no question about time and people."""
    answer = why(UNDER_WAY, "manager:con-ulm")

    assert "waits for a person at the site since 24 Nov 06:05 (35 min)" in answer
    assert "It waits until 8 Dec 2026 06:05 UTC." in answer
    assert "Who can act: a person at con-ulm." in answer
    assert "What to do: Upgrade con-ulm" in answer


def test_the_next_look_is_told_while_it_lies_ahead() -> None:
    """A time that has passed is no answer to when hcx-fleet looks again."""
    assert "hcx-fleet looks again on 24 Nov 06:15." in why(at(6), "con-ulm")
    assert "looks again" not in why(UNDER_WAY, "con-ulm")


def test_a_name_of_nothing_is_an_error_that_helps() -> None:
    """A name that fits nothing raises, and names what is near."""
    with pytest.raises(NotOneSubjectError, match="did you mean con-lyon, mesh-lyon"):
        why(UNDER_WAY, "lyon")
    with pytest.raises(NotOneSubjectError, match=r"nothing in this run is called 'x-y'$"):
        why(UNDER_WAY, "x-y")


def test_an_ambiguous_name_lists_what_it_may_mean() -> None:
    """Two meshes of one name are told apart by id, and the error lists both."""
    mesh = SubjectSeen(kind=SubjectKind.MESH, id="m-2", name="mesh-lyon", clouds=(), version=None)
    subjects = tuple(replace(one, id="m-1") if one.id == "mesh-lyon" else one for one in UNDER_WAY.subjects)

    with pytest.raises(NotOneSubjectError, match="mesh:m-1, mesh:m-2"):
        why(replace(UNDER_WAY, subjects=(*subjects, mesh)), "mesh-lyon")


def test_an_ambiguous_id_can_be_said_with_its_kind() -> None:
    """A connector that is called like a private cloud is found under its kind and id."""
    twin = next(one for one in UNDER_WAY.subjects if one.id == "con-lyon")
    place = next(one for one in UNDER_WAY.placed if one.subject == "con-lyon")
    view = replace(
        UNDER_WAY,
        subjects=(*UNDER_WAY.subjects, replace(twin, id="pc-uk-01", name="pc-uk-01")),
        placed=(*UNDER_WAY.placed, replace(place, subject="pc-uk-01")),
    )

    assert why(view, "connector:pc-uk-01").startswith("Connector pc-uk-01")
    assert why(view, "private-cloud:pc-uk-01").startswith("Private cloud pc-uk-01")


@pytest.mark.parametrize("name", ["mesh-lyon", "mesh:mesh-lyon", "pc-weu-01"])
def test_the_outage_of_each_network_is_told(name: str) -> None:
    """Whoever asks about a mesh, its task or its private cloud hears what the upgrade cost its networks."""
    answer = why(measured_in(at(180)), name)

    assert "net-erp: 40 s without traffic (± 6 s, seen by a probe), accepted are 60 s." in answer.splitlines()
    assert sum(line.startswith("net-") for line in answer.splitlines()) == 5
    assert "net-" not in why(measured_in(at(180)), "con-ulm")
