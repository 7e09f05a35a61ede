"""Known risks: each has cases that an operator can read, and unknown facts never make one go away."""

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.facts import (
    Appliance,
    ApplianceKind,
    HaGroup,
    ManagerFacts,
    NetworkExtension,
)
from shared.model.inventory import ManagerKind
from shared.model.policy import AcceptedRisk
from shared.model.version import UNKNOWN, Version
from shared.rules.catalogue import catalogue
from shared.rules.catalogue.records import Condition, Range, RiskWhen
from shared.rules.conditions import Case, told
from shared.rules.risks import RiskMatch, accepted, of_hop, of_running
from tests.builders.fleet_facts import UP, appliance, cloud_manager, connector, mesh, meshed, seen, unread
from tests.risks.risk_notation import FOLDER, RiskCase, cases

RISKS = {one.id: one for one in catalogue().risks}
CASES = list(cases())
LOOKS_AT_HOP_ONLY = {"crosses", "source", "kind"}
every_case = pytest.mark.parametrize(
    ("risk", "case"), [pytest.param(risk, case, id=f"{risk}: {case.about}") for risk, case in CASES]
)
every_risk = pytest.mark.parametrize("risk", RISKS)


# --- cases ------------------------------------------------------------------------------------------------------------


@every_case
def test_the_case_comes_out_as_written(risk: str, case: RiskCase) -> None:
    """The risk applies, does not, or cannot be excluded, with evidence that says why."""
    found = case.judged(risk)

    assert (found.value if found else False) is case.wanted
    assert case.says in (found.text if found else "")


@every_case
def test_what_applies_or_is_unknown_is_told(risk: str, case: RiskCase) -> None:
    """Matches are exactly the risks that are not false, with the manager as their subject."""
    told_of = {match.risk.id: match for match in case.matches()}

    assert (risk in told_of) is (case.wanted is not False)
    assert all(match.applies is not False and match.evidence for match in told_of.values())
    assert {match.subject for match in told_of.values()} <= {"con-lyon"}


@every_risk
def test_every_risk_has_a_case_for_and_one_against(risk: str) -> None:
    """A risk without a case in which it applies, or without one in which it does not, is not finished."""
    shown = {case.wanted for name, case in CASES if name == risk}

    assert {True, False} <= shown


@every_risk
def test_a_risk_that_looks_at_facts_has_an_unknown_case(risk: str) -> None:
    """Where the condition looks at meshes or networks, a case shows what comes out when nobody saw them."""
    condition = RISKS[risk].condition
    looks = condition is not None and {
        field.name for field in fields(Condition) if getattr(condition, field.name) not in (None, (), "")
    }
    unknown = any(case.wanted is None for name, case in CASES if name == risk)

    assert unknown or not looks or looks <= LOOKS_AT_HOP_ONLY


@every_risk
def test_every_when_has_a_case(risk: str) -> None:
    """A risk of hops has a case with a hop, one of running versions a case with a running one."""
    mine = [case for name, case in CASES if name == risk]
    when = set(RISKS[risk].when)

    assert any(case.running for case in mine) or RiskWhen.RUNNING not in when
    assert any(case.hop for case in mine) or when == {RiskWhen.RUNNING}


def test_every_file_is_a_risk() -> None:
    """No cases are left over from a risk that is gone."""
    assert {path.stem for path in FOLDER.glob("*.yaml")} == RISKS.keys()


def test_refusals_are_few() -> None:
    """The planner refuses a way only where the upgrade leads to a loss of function."""
    refused = {one.id for one in catalogue().risks if one.verdict == "refuse"}

    assert refused == {"HCX-LOGIN-4102", "HCX-NE-HA-480", "HCX-MON-4113"}


# --- what nobody could see --------------------------------------------------------------------------------------------


def test_a_manager_that_was_not_read_has_every_running_risk_open() -> None:
    """None of them applies for sure, and none is excluded."""
    found = of_running(catalogue(), unread(connector("con", "4.10.2")))

    assert {match.applies for match in found} == {None}
    assert {match.risk.id for match in found} == {one.id for one in RISKS.values() if RiskWhen.RUNNING in one.when}


def test_the_reason_of_a_gap_is_told() -> None:
    """Evidence of what was not seen repeats why."""
    facts = unread(connector("con", "4.10.3"))
    found = {one.risk.id: one for one in of_hop(catalogue(), facts, Version("4.10.3"), Version("4.11.3"))}

    assert found["HCX-MON-4113"].evidence.endswith("was not observed: the log-in was refused")


def test_a_strange_version_excludes_nothing() -> None:
    """A hop to a version that is not understood leaves the risks of its end open."""
    found = of_hop(catalogue(), connector("con", "4.10.3"), Version("4.10.3"), UNKNOWN)

    assert {one.applies for one in found if RiskWhen.GOING_TO in one.risk.when} == {None}


# --- acceptance -------------------------------------------------------------------------------------------------------


MATCH = RiskMatch(risk=RISKS["HCX-MON-4113"], subject="con-lyon", applies=True, evidence="seen")
TAKEN = AcceptedRisk(id="HCX-MON-4113", owner="a@b.example", reason="tested", until=date(2026, 12, 31))


@pytest.mark.parametrize(
    ("change", "today", "taken"),
    [
        ({}, date(2026, 12, 31), True),
        ({}, date(2027, 1, 1), False),
        ({"subjects": ("con-lyon",)}, date(2026, 11, 24), True),
        ({"subjects": ("con-nantes",)}, date(2026, 11, 24), False),
        ({"id": "HCX-LOGIN-4102"}, date(2026, 11, 24), False),
    ],
)
def test_acceptance(change: dict[str, Any], today: date, taken: bool) -> None:  # noqa: FBT001 -- a column of the table
    """An acceptance counts for its risk, its subjects, and until the end of its last day."""
    one = replace(TAKEN, **change)

    assert accepted(MATCH, (one,), today) == (one if taken else None)


# --- properties -------------------------------------------------------------------------------------------------------

SECTIONS = ("meshes", "appliances", "extensions", "ha_groups", "pairings")
VERSIONS = [Version(text) for text in ("4.2.4", "4.4.0", "4.8.0", "4.10.2", "4.11.3", "9.1.1", "odd")]
SERVICES = ("INTERCONNECT", "VMOTION", "OS_ASSISTED_MIGRATION")
versions = st.sampled_from(VERSIONS)
ranges = st.sampled_from([Range(below=Version("4.4")), Range(at_least=Version("4.8.0"), below=Version("9.0"))])
leaves = st.one_of(
    st.builds(Condition, service=st.sampled_from(SERVICES)),
    st.builds(Condition, only_service=st.sampled_from(SERVICES)),
    st.builds(Condition, ha_group=st.booleans()),
    st.builds(Condition, optimized=st.booleans()),
    st.builds(Condition, appliance=st.sampled_from([one.value for one in ApplianceKind]), appliances=ranges),
    st.builds(Condition, appliances=ranges),
    st.builds(Condition, network_name=st.just("[/]")),
    st.builds(Condition, host_name=st.just(r"\.local$")),
    st.builds(Condition, crosses=st.sampled_from(VERSIONS[:-1])),
    st.builds(Condition, source=ranges),
    st.builds(Condition, kind=st.sampled_from([one.value for one in ManagerKind])),
)
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(Condition, all=st.tuples(inner, inner)),
        st.builds(Condition, any=st.tuples(inner, inner)),
    ),
    max_leaves=6,
)


def network(name: str, optimized: bool | None) -> NetworkExtension:  # noqa: FBT001 -- a column
    """An extended network."""
    return NetworkExtension(id=name, network=name, appliance_id=None, state=UP, optimized=optimized)


@st.composite
def managers(draw: st.DrawFn) -> ManagerFacts:
    """A manager with everything observed, though single things may be unsaid."""
    version = str(draw(versions))
    make = draw(st.sampled_from([connector, cloud_manager]))
    services = draw(st.lists(st.sampled_from(SERVICES), unique=True))
    names = draw(st.lists(st.sampled_from(["net-1", "net/2", "net 3"]), unique=True))
    pairs = draw(st.sampled_from([(), ("dc.local",)]))
    facts = make("m", version, pairs=pairs)
    return replace(
        meshed(facts, mesh("mesh", "m", "n", services=tuple(services)), *draw(st.lists(appliances(), max_size=3))),
        extensions=seen(tuple(network(name, draw(st.sampled_from([True, False, None]))) for name in names)),
        ha_groups=seen(tuple(HaGroup(id=str(n), mesh_id="mesh", members=()) for n in range(draw(st.integers(0, 2))))),
    )


@st.composite
def appliances(draw: st.DrawFn) -> Appliance:
    """An appliance of any kind and version."""
    return appliance("a", "mesh", "m", str(draw(versions)), draw(st.sampled_from(ApplianceKind)))


def learnt_less(facts: ManagerFacts, sections: set[str]) -> ManagerFacts:
    """The same manager with these sections not observed."""
    return replace(facts, **dict.fromkeys(sections))  # type: ignore[arg-type]  # names of sections


@given(conditions, managers(), st.sets(st.sampled_from(SECTIONS)), versions, versions)
def test_less_knowledge_never_turns_true_into_false(
    condition: Condition, facts: ManagerFacts, missing: set[str], source: Version, target: Version
) -> None:
    """What is still told after facts were taken away is what was told with them; the rest is unknown."""
    full = told(condition, Case(facts=facts, source=source, target=target))
    less = told(condition, Case(facts=learnt_less(facts, missing), source=source, target=target))

    assert less.value is None or less.value is full.value
    assert less.value is False or less.text


@given(managers(), st.sets(st.sampled_from(SECTIONS)), versions, versions)
def test_less_knowledge_never_loses_a_risk(
    facts: ManagerFacts, missing: set[str], source: Version, target: Version
) -> None:
    """A risk that applies, or cannot be excluded, is still told when facts are taken away."""
    full = {one.risk.id for one in of_hop(catalogue(), facts, source, target)}
    less = {one.risk.id for one in of_hop(catalogue(), learnt_less(facts, missing), source, target)}

    assert full <= less


@given(conditions, managers(), versions)
def test_conditions_are_kleene(condition: Condition, facts: ManagerFacts, source: Version) -> None:
    """One false part decides `all`, one true part decides `any`, and both agree where everything is known."""
    case = Case(facts=facts, source=source, target=source)
    value = told(condition, case).value
    false, true = Condition(crosses=Version("99.0")), Condition(kind=facts.manager.kind.value)

    assert told(Condition(any=(condition, true)), case).value is True
    assert told(Condition(all=(condition, true)), case).value is value
    if source.known:
        assert told(Condition(all=(condition, false)), case).value is False
        assert told(Condition(any=(condition, false)), case).value is value
