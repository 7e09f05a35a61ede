"""What a manager where meshes only end was not asked for, read from the managers where they begin."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared.model.facts import (
    ApplianceKind,
    Gap,
    GapReason,
    HcxJob,
    JobState,
    ManagerFacts,
    MeshEnd,
    NetworkExtension,
    Seen,
)
from shared.model.version import Version
from shared.rules.catalogue import catalogue
from shared.rules.risks import of_hop
from shared.rules.told_elsewhere import beginnings, completed
from tests.builders.fleet_facts import NOW, UP, appliance, cloud_manager, connector, mesh, meshed, seen, unread

EARLIER = NOW - timedelta(minutes=3)
SOURCE, TARGET = Version("4.10.3"), Version("4.11.3")


def receiver(name: str = "pc", *begins: str) -> ManagerFacts:
    """A cloud manager where a mesh from each of these ends, asked for neither extensions nor jobs."""
    gaps = tuple(
        Gap(section=name, reason=GapReason.ELSEWHERE, detail="asked elsewhere", remedy="observe that one", at=NOW)
        for name in ("extensions", "jobs")
    )
    facts = cloud_manager(name, "4.10.3", extensions=None, jobs=None, gaps=gaps)
    for one in begins:
        facts = meshed(facts, mesh(f"{one}-{name}", one, name))
    return facts


def initiator(name: str, *ends: str, **sections: Any) -> ManagerFacts:
    """A connector with a mesh to each of these, one network and one job on each."""
    facts = connector(name, "4.10.3")
    for one in ends:
        line = f"{name}-{one}"
        facts = meshed(
            facts, mesh(line, name, one), appliance(line, line, name, "4.10.3", ApplianceKind.NETWORK_EXTENSION)
        )
    told = {
        "extensions": seen(tuple(network(f"net-{name}-{one}", f"id-{name}-{one}") for one in ends)),
        "jobs": seen(tuple(job(f"{name}-{one}") for one in ends)),
    }
    return replace(facts, **{**told, **sections})


def network(name: str, of: str | None, *, optimized: bool = False) -> NetworkExtension:
    """An extended network of an appliance."""
    return NetworkExtension(id=name, network=name, appliance_id=of, state=UP, optimized=optimized)


def job(about: str) -> HcxJob:
    """A job that runs on a mesh."""
    return HcxJob(id=f"job-{about}", type="redeploy", entity_id=about, state=JobState.RUNNING, percent=1, message="")


def names(facts: ManagerFacts) -> tuple[list[str] | None, list[str] | None]:
    """Its networks and the ids of its jobs, None where they are not known."""
    return (
        [one.network for one in facts.extensions.value] if facts.extensions else None,
        [one.id for one in facts.jobs.value] if facts.jobs else None,
    )


def lacking(facts: ManagerFacts) -> str:
    """What the gap of the extensions says."""
    gap = facts.gap("extensions")
    return gap.detail if gap else ""


def test_all_that_begin_elsewhere_tell_of_their_own_meshes() -> None:
    """Networks and jobs of exactly the meshes that end here, from wherever they begin, and no gap is left."""
    pc, *_ = completed([receiver("pc", "one", "two"), initiator("one", "pc", "other"), initiator("two", "pc")])

    assert names(pc) == (["net-one-pc", "net-two-pc"], ["job-one-pc", "job-two-pc"])
    assert pc.gaps == ()


def test_what_is_told_is_as_old_as_the_oldest_word() -> None:
    """A decision must not take it for fresher than it is."""
    old = initiator("two", "pc", jobs=Seen(value=(), at=EARLIER))
    pc, *_ = completed([receiver("pc", "one", "two"), initiator("one", "pc"), old])

    assert pc.jobs is not None
    assert pc.jobs.at == EARLIER


@pytest.mark.parametrize(
    ("others", "says"),
    [
        ([], "the manager with the id sys-one was not read"),
        ([unread(connector("one", "4.10.3"))], "the manager with the id sys-one was not read"),
        ([initiator("one", "pc", extensions=None)], "one was not read for its meshes, appliances and extensions"),
        ([initiator("one", "pc", appliances=None)], "one was not read for its meshes, appliances and extensions"),
        ([initiator("one", "other")], "one was not read for its meshes, appliances and extensions"),
        (
            [initiator("one", "pc", "other", extensions=seen((network("n", None),)))],
            "does not say which mesh carries n",
        ),
    ],
    ids=["absent", "unread", "no extensions", "no appliances", "does not know the mesh", "names no appliance"],
)
def test_one_that_does_not_tell_leaves_the_gap(others: list[ManagerFacts], says: str) -> None:
    """It is said who is missing, and nothing is taken for complete that is not."""
    pc, *_ = completed([receiver("pc", "one"), *others])

    assert pc.extensions is None
    assert says in lacking(pc)


def test_a_part_of_the_tellers_is_not_enough() -> None:
    """The networks of one side do not stand for those of all."""
    pc, *_ = completed([receiver("pc", "one", "two"), initiator("one", "pc")])

    assert names(pc) == (None, None)


def test_a_network_that_names_no_appliance_belongs_to_the_only_partner() -> None:
    """Where all meshes of a manager end here, it does not matter which one carries it."""
    pc, *_ = completed([receiver("pc", "one"), initiator("one", "pc", extensions=seen((network("n", None),)))])

    assert names(pc)[0] == ["n"]


def test_a_job_about_nobody_counts() -> None:
    """A job that does not say what it is about may be on a mesh that ends here."""
    pc, *_ = completed([receiver("pc", "one"), initiator("one", "pc", "other", jobs=seen((job(""),)))])

    assert names(pc)[1] == ["job-"]


def test_what_was_asked_and_failed_stays_a_gap() -> None:
    """Only what was left out on purpose is read from others: a failed call says that something is wrong here."""
    pc = receiver("pc", "one")
    failed = replace(pc, gaps=tuple(replace(gap, reason=GapReason.UNREADABLE) for gap in pc.gaps))

    assert completed([failed, initiator("one", "pc")])[0] == failed


def test_others_are_left_as_they_are() -> None:
    """Same managers, same order, and whoever told of itself is not touched."""
    one = initiator("one", "pc")

    assert completed([one, receiver("pc", "one")])[0] == one


def test_a_mesh_begins_where_it_says() -> None:
    """One that does not say it begins nowhere that anybody knows."""
    plain = mesh("m", "one", "pc")
    silent = replace(
        plain, ends=tuple(MeshEnd(system_id=e.system_id, name=e.name, initiator=False) for e in plain.ends)
    )

    assert [sorted(beginnings(one)) for one in (plain, silent)] == [["sys-one"], []]


@pytest.mark.parametrize(("told", "applies"), [(True, True), (False, None)], ids=["told", "not told"])
def test_a_risk_of_networks_is_not_lost_at_the_receiver(*, told: bool, applies: bool | None) -> None:
    """Networks are judged for the cloud manager as well; one that was not read excludes nothing."""
    one = initiator("one", "pc", extensions=seen((network("web/dmz", "id-one-pc", optimized=True),)))
    pc, *_ = completed([receiver("pc", "one"), one if told else unread(one)])
    found = {match.risk.id: match.applies for match in of_hop(catalogue(), pc, SOURCE, TARGET)}

    assert [found["HCX-MON-4113"], found["HCX-NETWORK-NAMES"]] == [applies, applies]
