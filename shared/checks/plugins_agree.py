"""Do HCX's plug-ins in vCenter agree with the manager?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import look
from shared.checks.of_vcenter import look_in_vcenter, told
from shared.checks.silent import left_to
from shared.checks.upgrade_path import CHECK as PATH_CHECK
from shared.model.facts import Identity, Seen
from shared.model.finding import Verdict
from shared.model.vcenter import Plugin
from shared.model.version import Version
from shared.rules.freshness import VERSION
from shared.rules.vcenter import versions_of


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """All plug-ins of HCX in the manager's vCenter are of the release that the manager tells.

    They come with its version, and are a second witness of it that does not go through HCX (from two public scripts; no
    vendor's list is known). Left-over ones of an older release keep an upgrade from being verified afterwards. It is a
    warning: an upgrade renews them.
    """
    return tuple(_judge(context, manager) for manager in context.managers)


def _judge(context: CheckContext, manager: str) -> Judgement:
    seen = look_in_vcenter(context, manager, lambda one: one.plugins)
    if isinstance(seen, Judgement):
        return seen
    own = look(context, manager, VERSION)
    if isinstance(own, Judgement):
        return left_to(PATH_CHECK.id, own)
    return _compared(manager, own, seen)


def _compared(manager: str, own: Seen[Identity], seen: Seen[tuple[Plugin, ...]]) -> Judgement:
    versions, version = versions_of(seen.value), own.value.version
    evidence = (
        *told(f"plug-ins at {', '.join(versions) or 'no version, since there are none'}", seen),
        *told(f"the manager at {version}", own),
    )
    if versions and all(_same(Version(one), version) for one in versions):
        return Judgement(
            verdict=Verdict.PASS, summary=f"{manager}: its plug-ins are at {version} as well", evidence=evidence
        )
    return Judgement(
        verdict=Verdict.WARN,
        summary=f"{manager} is at {version}, its plug-ins in vCenter at {', '.join(versions) or 'none'}",
        evidence=evidence,
        remedy="see in vCenter which plug-ins are left over, and whether fleet.yaml names the vCenter that the manager "
        "is registered to: else it is no witness of the upgrade",
    )


def _same(one: Version, other: Version) -> bool:
    return one.known and other.known and one.same_release(other)


CHECK = Check(
    id="plugins-agree",
    title="The plug-ins in vCenter are of the manager's version",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.MANAGER,
    judge=judge,
)
