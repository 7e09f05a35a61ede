"""The doctor on Azure: its clock, whose token this host gets, and what that identity may read."""

from collections.abc import Sequence

from azure.identity import DefaultAzureCredential

from activities.clouds import read_clouds
from cli.environment import unusable_authority
from shared import wiring
from shared.arm.first_look import Identity, NoLookError, azure_date, identity
from shared.model.inventory import CloudDetails, PrivateCloud, SubscriptionSeen, SubscriptionState, UnreadReason
from shared.model.record import record
from shared.ports import Clock
from shared.report.words import several
from shared.rules.doctor import Line, clock, failed, good, left_out, warned
from shared.settings import Settings

_ABOUT = "Azure"
_REACH = "check HCX_FLEET_ARM_URL, HCX_FLEET_ARM_CA, HCX_FLEET_ARM_ADDRESS and the way there"
_NO_IDENTITY = (
    "give this host a managed identity, or log in (az login), or set the variables of a service principal that "
    "azure-identity reads"
)
_MORE = "give the identity the reads that infra/README.md lists; without them these are unknown, and checks say so"
_READER = "give the identity the Reader role on it, or the reads that infra/README.md lists"


@record
class AzureFound:
    """What came of looking at Azure."""

    lines: tuple[Line, ...]
    clouds: tuple[PrivateCloud, ...] = ()


def azure(settings: Settings, scope: Sequence[str], taken: Sequence[str], time: Clock) -> AzureFound:
    """Look at Azure.

    Args:
        settings: those of Azure count.
        scope: ids of the policy's subscriptions; all that can be read where there is none.
        taken: names of connectors, which no private cloud may be called by.
        time: the clock of this host.
    """
    if wrong := list(unusable_authority(settings.arm_ca)):
        name, _, told = wrong[0].partition(": ")
        return AzureFound(lines=(failed(_ABOUT, name, told, "name a PEM file with the authority's certificate"),))
    lines = [_clock(settings, time), who := _identity(settings)]
    if who.remedy:
        return AzureFound(lines=(*lines, left_out(_ABOUT, "subscriptions", "there is no token to read them with")))
    reader = wiring.azure(settings)
    subscriptions, clouds = read_clouds(reader, scope, taken)
    for seen in subscriptions:
        lines.append(_subscription(seen))
        first = [cloud for cloud in clouds if cloud.subscription_id == seen.id][:1]
        lines += [_details(seen, details[0]) for details, _ in [reader.details(first)] if details]
    return AzureFound(lines=tuple(lines), clouds=clouds)


def _clock(settings: Settings, time: Clock) -> Line:
    try:
        there = azure_date(settings.arm_url, settings.arm_ca, settings.arm_address)
    except NoLookError as error:
        return failed(_ABOUT, "reachable", str(error), _REACH)
    return clock(_ABOUT, time.now(), there)


def _identity(settings: Settings) -> Line:
    try:
        found = identity(DefaultAzureCredential(), settings.arm_scope)
    except NoLookError as error:
        return failed(_ABOUT, "identity", f"no token: {error}", _NO_IDENTITY)
    return good(_ABOUT, "identity", _whose(found))


def _whose(found: Identity) -> str:
    told = ", ".join(f"{kind} {value}" for kind, value in found.claims)
    return f"a token of {told}" if told else "a token that does not say whose it is"


def _details(seen: SubscriptionSeen, details: CloudDetails) -> Line:
    """What belongs to a private cloud, of one for all in the subscription: roles are given to it as a whole."""
    about = f"subscription {seen.name or seen.id}"
    unread = [one for one in details.unread if one.reason is not UnreadReason.NOT_OFFERED]
    if not unread:
        return good(about, "more roles", "add-ons, sites, maintenances and locks can be read")
    told = "; ".join(f"{one.part.value}: {one.detail}" for one in unread)
    return warned(about, "more roles", told, _MORE)


def _subscription(seen: SubscriptionSeen) -> Line:
    about = f"subscription {seen.name or seen.id}"
    match seen.state:
        case SubscriptionState.READ | SubscriptionState.EMPTY:
            return good(about, "roles", several(seen.private_clouds, "private cloud", "private clouds"))
        case SubscriptionState.DENIED:
            return failed(about, "roles", f"its private clouds may not be read: {seen.detail}", _READER)
        case SubscriptionState.FAILED:
            return failed(about, "roles", f"it could not be read: {seen.detail}", _REACH)
