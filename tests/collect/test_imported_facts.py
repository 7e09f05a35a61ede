"""Imported facts in the place of a look: the same records, each with its own age."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from activities.observe import discover, observe
from shared.checks.interface import CheckContext, Concern
from shared.checks.run import run_checks
from shared.model.codec import to_json_text
from shared.model.collected import Imported
from shared.model.facts import ApplianceKind, FleetFacts, GapReason, ManagerFacts, NetworkExtension
from shared.model.finding import Verdict
from shared.model.inventory import Reach
from shared.model.orders import ObserveOrder
from shared.model.policy import ConnectorEntry, Owner
from shared.ports import Ports
from shared.report.imported import imported_of, keep_imported, systems_known
from shared.report.stored import facts_of as facts_in
from shared.rules.imported import appliance_seen, facts_by_import, manager_seen
from shared.rules.ownership import manager_owner, mesh_owner
from tests.activities.desk import Hands, asked, ports_of
from tests.builders.fleet_facts import NOW, appliance, cloud_manager, meshed, policy, seen
from tests.builders.fleet_facts import mesh as mesh_of
from tests.collect.facts_files import facts_of, manager
from tests.rules.test_ownership import confirmed

MINUTES, DAYS = timedelta(minutes=20), timedelta(days=2)


def imported(facts: ManagerFacts, doubt: str = "") -> Imported:
    """What is kept of facts."""
    return Imported(facts=facts, site="lyon", imported_at=NOW, corrected_seconds=0, system="sys-con-lyon", doubt=doubt)


def observed(ports: Ports) -> ManagerFacts:
    """What a run has of the connector once it was observed."""
    known = discover(ports, asked(ports))
    assert "con-lyon" in {one.id for one in known.managers}
    observe(ports, ObserveOrder(run="r", manager="con-lyon"))
    (facts,) = facts_in(ports.store, "r").managers
    return facts


def desk(folder: Path) -> Ports:
    """A desk whose policy has the connector collected; nothing there could call it."""
    meant = manager("con-lyon")
    hands = Hands()
    hands.wanted = policy(
        connectors=(
            ConnectorEntry(
                name="con-lyon",
                site="lyon",
                endpoint=meant.endpoint,
                credentials="con-lyon-hcx",
                contact=None,
                reach=Reach.COLLECTOR,
            ),
        )
    )
    return ports_of(hands, folder)


def test_the_import_is_what_a_run_observes(tmp_path: Path) -> None:
    """A run takes the newest import as the facts of a manager, of the entry as fleet.yaml has it now."""
    ports = desk(tmp_path)
    keep_imported(ports.store, imported(facts_of("con-lyon", age=timedelta(hours=1))))
    newest = imported(facts_of("con-lyon"))
    keep_imported(ports.store, newest)

    facts = observed(ports)

    assert imported_of(ports.store, "con-lyon") == newest
    assert facts.identity == newest.facts.identity
    assert facts.manager.credentials == "con-lyon-hcx"


def test_without_an_import_there_is_a_gap(tmp_path: Path) -> None:
    """Where nothing was imported the run has a gap that names the command."""
    facts = observed(desk(tmp_path))

    (gap,) = facts.gaps
    assert (gap.reason, "hcx-fleet collect --site lyon" in gap.remedy) == (GapReason.NOT_IMPORTED, True)


def test_the_known_system_is_the_one_seen_last(tmp_path: Path) -> None:
    """A manager that was called before it was collected is known by that look, and by its import from then on."""
    ports = desk(tmp_path)
    store = ports.store
    asked(ports)
    store.put_document("r", "facts/con-lyon", to_json_text(facts_of("con-lyon", system="sys-called")))

    called = systems_known(store, ["con-lyon", "con-ulm"], {})
    by_import = systems_known(store, ["con-lyon"], {"con-lyon": imported(facts_of("con-lyon"))})

    assert called == {"con-lyon": "sys-called"}
    assert by_import == {"con-lyon": "sys-con-lyon"}


def test_facts_in_doubt_are_a_gap() -> None:
    """Facts of another system do not count: nothing of them is to be seen, and the remedy names the person's word."""
    facts = facts_by_import(manager("con-lyon"), imported(facts_of("con-lyon"), "system b answered"), NOW)

    assert facts.identity is None
    assert "--accept-identity con-lyon" in facts.gaps[0].remedy


def test_each_kind_ages_by_itself() -> None:
    """After twenty minutes migrations are unknown again while the version still counts."""
    facts = replace(facts_of("con-lyon"), manager=manager("con-lyon"))
    context = CheckContext(
        facts=FleetFacts(managers=(facts,)),
        clouds=(),
        subject="con-lyon",
        subject_name="",
        managers=("con-lyon",),
        mesh=None,
        target=facts.version or cloud_manager("pc", "4.11.4").version,
        now=NOW,
        clouds_observed_at=NOW,
        cloud_ids=(),
        policy=policy(),
        policy_problem="",
    )

    fresh = {one.check: one.verdict for one in run_checks(context, Concern.MANAGER)}
    later = {one.check: one.verdict for one in run_checks(replace(context, now=NOW + MINUTES), Concern.MANAGER)}

    assert fresh["migrations-running"] is Verdict.PASS
    assert later["migrations-running"] is Verdict.UNKNOWN
    assert later["upgrade-path"] is fresh["upgrade-path"]


def test_a_wait_sees_what_is_fresh() -> None:
    """A short look by an old import has the version, and says of the services that they have to be collected again."""
    facts = replace(facts_of("con-lyon"), manager=manager("con-lyon"))

    now, later = manager_seen(facts, NOW), manager_seen(facts, NOW + DAYS)

    assert (now.version, now.system_id, now.gap) == (facts.version, "sys-con-lyon", None)
    assert now.services
    assert (later.version, later.services, later.upgrade) == (facts.version, None, None)
    assert later.gap is not None
    assert "hcx-fleet collect --site lyon" in later.gap.remedy


def test_a_wait_without_an_import() -> None:
    """With nothing imported a wait sees neither life nor version, and knows what to do."""
    seen = manager_seen(facts_by_import(manager("con-lyon"), None, NOW), NOW)

    assert (seen.alive, seen.version) == (False, None)
    assert seen.gap is not None
    assert seen.gap.reason is GapReason.NOT_IMPORTED


def test_an_appliance_by_both_sides() -> None:
    """An appliance is seen by the import, its peer by what the run observed of the other manager."""
    mesh = mesh_of("mesh-lyon", "con-lyon", "pc")
    own = appliance("ix", "mesh-lyon", "con-lyon", "4.11.4", ApplianceKind.INTERCONNECT)
    peer = replace(appliance("ix", "mesh-lyon", "pc", "4.11.2", ApplianceKind.INTERCONNECT), id="id-ix-peer")
    carried, other = (
        NetworkExtension(id=on, network=on, appliance_id=on, state=own.tunnel) for on in (own.id, "another")
    )
    here = replace(meshed(facts_of("con-lyon"), mesh, own), extensions=seen((carried, other)))
    there = FleetFacts(managers=(meshed(cloud_manager("pc", "4.11.4"), mesh, peer), here))

    fresh = appliance_seen(here, there, own.id, NOW)
    old = appliance_seen(here, there, own.id, NOW + MINUTES)

    assert (fresh.version, fresh.peer_versions, fresh.tunnel) == (own.version, (peer.version,), own.tunnel)
    assert (old.version, old.tunnel, old.peer_tunnels) == (own.version, None, ())
    assert fresh.extensions == (carried,)
    assert appliance_seen(here, there, "another", NOW).version is None


@pytest.mark.parametrize("reach", [Reach.COLLECTOR, Reach.MANUAL])
def test_what_cannot_be_called_is_not_ours(reach: Reach) -> None:
    """A manager that nobody here can call is never ours to change, whatever its entry and confirmations say."""
    direct = replace(facts_of("con-lyon"), manager=manager("con-lyon", reach=Reach.DIRECT))
    collected = replace(direct, manager=manager("con-lyon", reach=reach))

    every = confirmed("upgrade-manager-4x", "upgrade-appliance")

    for owner in (mesh_owner, manager_owner):
        assert owner(Owner.OURS, Owner.ASSISTED, with_admin(direct), every).owner is Owner.OURS
        assert owner(Owner.OURS, Owner.ASSISTED, with_admin(collected), every).owner is Owner.ASSISTED


def with_admin(facts: ManagerFacts) -> ManagerFacts:
    """The same with an account for appliance management."""
    return replace(facts, manager=replace(facts.manager, appliance_credentials="con-lyon-admin"))
