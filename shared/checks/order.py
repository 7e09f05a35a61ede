"""The checks by topic, in the order in which they run, print and stop a task: what explains the most comes first.

So the topics go from what makes all others pointless (nobody wants the task, or the manager is not there) to what is
only about the one task, and a topic begins with the check that explains the rest of it.
"""

from importlib import import_module
from itertools import chain

from shared.checks.interface import Check
from shared.model.record import record


@record
class Topic:
    """Checks that are read together."""

    name: str
    about: str
    """One sentence, for whoever looks for a check."""
    checks: tuple[Check, ...]


def _checks(*names: str) -> tuple[Check, ...]:
    """Those of the files with these names, which stand once each: an import beside its place could be forgotten."""
    return tuple(import_module(f"shared.checks.{name}").CHECK for name in names)


TOPICS = (
    Topic(
        name="Plan",
        about="Whether the task is to be done at all, and now.",
        checks=_checks(
            "not_held",
            "plan_approved",
            "plan_holds",
            "target_wanted",
            "budget_left",
            "window_fits",
            "freeze_apart",
        ),
    ),
    Topic(
        name="Manager",
        about="Whether the managers are there, whole and at rest: of one that is not, nothing else can be believed.",
        checks=_checks(
            "manager_alive",
            "accounts_usable",
            "roles_mapped",
            "services_running",
            "no_other_upgrade",
            "vcenter_connection",
            "nsx_connection",
            "credentials_kept",
            "certificate_lasts",
            "thumbprint_stays",
            "clocks_agree",
            "disk_space",
            "activation_lasts",
            "licence_lasts",
        ),
    ),
    Topic(
        name="Azure",
        about="What Azure says of the private clouds, and what the provider plans for them.",
        checks=_checks(
            "cloud_provisioned",
            "endpoint_stays",
            "azure_read",
            "addon_settled",
            "maintenances_known",
            "maintenance_apart",
            "enterprise_sites",
            "locks_allow",
        ),
    ),
    Topic(
        name="Target",
        about="Whether there is a way to the target, and what crossing a release on it brings along.",
        checks=_checks(
            "upgrade_path",
            "managers_at_target",
            "neighbours_at_target",
            "target_usable",
            "target_supported",
            "target_patched",
            "compatibility",
            "bundle_uploadable",
            "bundle_ready",
            "services_to_remove",
            "photon",
            "database_moves",
            "local_names",
            "local_mode",
            "started_by_hand",
            "passwords_change",
            "vcf_operations",
        ),
    ),
    Topic(
        name="Pair",
        about="Whether the paired managers reach each other, and still fit each other afterwards.",
        checks=_checks(
            "site_pairs_healthy",
            "pairs_identified",
            "pairs_told_alike",
            "partners_answer",
            "paired_versions",
            "flag_day",
        ),
    ),
    Topic(
        name="vCenter",
        about="What a manager's vCenter shows, where fleet.yaml names one.",
        checks=_checks(
            "vcenter_seen",
            "plugins_agree",
            "machine_at_rest",
            "alarms_quiet",
            "hcx_alarms_quiet",
        ),
    ),
    Topic(
        name="Mesh",
        about="Whether the service meshes are understood, at rest and in sync.",
        checks=_checks(
            "self_site_mesh",
            "mesh_initiator",
            "interconnect_in_sync",
            "mesh_ends_agree",
            "stale_jobs",
            "interconnect_alone",
        ),
    ),
    Topic(
        name="Appliances",
        about="Whether the appliances of a mesh are known and connected, and what deploying them anew takes.",
        checks=_checks(
            "tunnels_up",
            "appliances_known",
            "peers_known",
            "appliances_behind",
            "appliances_alike",
            "appliances_skew",
            "interconnect_leads",
            "photon_appliances",
            "update_offered",
            "interconnect_certificates",
            "wan_optimization_gone",
            "sentinel_gateways",
            "ha_groups",
            "ha_failover",
            "appliances_at_rest",
            "appliance_hosts",
            "hosts_in_service",
            "placement_rules",
            "redeploy_room",
            "spare_addresses",
            "spare_room",
        ),
    ),
    Topic(
        name="Networks",
        about="What an upgrade of network extension would interrupt, and who is told.",
        checks=_checks(
            "static_binding",
            "extensions_placed",
            "extensions_counted",
            "extensions_realized",
            "networks_per_appliance",
            "networks_owned",
            "network_names",
            "optimized_networks",
            "traffic_behind_tunnels",
            "traffic_probed",
        ),
    ),
    Topic(
        name="Migrations",
        about="What moves or replicates while the step is to run.",
        checks=_checks(
            "migrations_running",
            "replications_running",
            "switchovers_scheduled",
            "migrations_stuck",
            "work_told_alike",
        ),
    ),
    Topic(
        name="Protection",
        about="What leads back when it goes wrong.",
        checks=_checks(
            "backup_known",
            "snapshot_known",
            "snapshots_both_sides",
            "way_back_lasts",
            "snapshot_possible",
            "snapshot_rights",
            "snapshot_planned",
        ),
    ),
)

CHECKS = tuple(chain.from_iterable(topic.checks for topic in TOPICS))
