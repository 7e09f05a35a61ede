"""The doctor on managers: the way there, the certificate, the clock, the accounts and their role, and the version."""

from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

from shared.hcx import sections
from shared.hcx.contract.contact import FirstContact
from shared.hcx.errors import AskAgainError, BreakerOpenError, CertificateError, HcxError
from shared.hcx.handshake import handshake
from shared.hcx.visit import Visit
from shared.model.inventory import Manager, ManagerKind, Reach
from shared.model.orders import ManagerBrief
from shared.model.record import record
from shared.ports import Clock
from shared.rules.clocks import date_of
from shared.rules.doctor import Line, certificate, clock, failed, good, left_out, warned
from shared.rules.login_rounds import login_rounds
from shared.tls.handshake import Presented
from shared.vsphere.sessions import Sessions

_AT_A_TIME = 8
_REACH = {
    Reach.COLLECTOR: "somebody at its site collects its facts",
    Reach.MANUAL: "only people at its site can look at it",
}
_KEPT = (
    "on Azure VMware Solution the provider keeps this account of its managers: services and staged bundles are not seen"
)
_NAME_ACCOUNT = "name a secret as applianceCredentials of this connector in fleet.yaml"
_GENERATION = "have a person do what this manager needs; hcx-fleet speaks the interfaces of HCX 4.x and 9.x"

type Told = Callable[[str], None]
"""Told which manager was looked at."""


@record
class Looking:
    """How managers are looked at."""

    contact: FirstContact
    time: Clock
    """The clock of this host."""
    not_logging_in: str
    """Why nobody logs in; empty where somebody does."""
    vcenters: Sessions | None = None
    """Log-ins at vCenters; None where nobody logs in."""


def managers(looking: Looking, every: tuple[Manager, ...], told: Told = lambda _: None) -> Iterator[Line]:
    """The lines of all managers, by their names; `told` hears of each that was looked at."""
    left = {one.id: [left_out(one.id, "everything", _REACH[one.reach])] for one in every if one.reach in _REACH}
    direct = {one.id: one for one in every if one.reach not in _REACH}

    def look(name: str) -> list[Line]:
        lines = list(_one(looking, direct[name]))
        told(name)
        return lines

    found = left | by_account({one.id: one.credentials for one in direct.values()}, look)
    return (line for name in sorted(found) for line in found[name])


def by_account(accounts: Mapping[str, str], look: Callable[[str], list[Line]]) -> dict[str, list[Line]]:
    """What `look` says of each name; `accounts` says which secret each one is logged in to with."""
    found: dict[str, list[Line]] = {}
    rounds = login_rounds(ManagerBrief(id=name, account=account) for name, account in accounts.items())
    with ThreadPoolExecutor(_AT_A_TIME, thread_name_prefix="doctor") as pool:
        for members in rounds:  # one of each account first: a stale password shows before it is used again
            found |= dict(zip(members, pool.map(look, members), strict=True))
    return found


def _one(looking: Looking, manager: Manager) -> Iterator[Line]:
    try:
        presented = handshake(manager, manager.endpoint.service_port)
    except CertificateError as error:
        yield good(manager.id, "reachable", f"{manager.endpoint.host} answers on port {manager.endpoint.service_port}")
        yield failed(manager.id, "certificate", error.detail, error.remedy)
        yield left_out(manager.id, "everything else", "nothing is sent to a manager that nobody vouches for")
        return
    except HcxError as error:
        yield failed(manager.id, "reachable", error.detail, error.remedy)
        yield left_out(manager.id, "everything else", "it is not there to be asked")
        return
    yield from _answering(looking, manager, presented)


def _answering(looking: Looking, manager: Manager, presented: Presented) -> Iterator[Line]:
    yield good(manager.id, "reachable", f"{manager.endpoint.host} answers on port {manager.endpoint.service_port}")
    yield certificate(manager.id, presented.leaf, presented.runs_out, looking.time.now())
    visit = looking.contact.visit(manager)
    alive = yield from _alive(visit, looking.time)
    if looking.not_logging_in:
        yield left_out(manager.id, "account, version, role and port 9443", looking.not_logging_in)
        return
    if alive:
        yield from _account(visit)
    yield from _appliance(visit)


def _alive(visit: Visit, time: Clock) -> Generator[Line, None, bool]:
    """Does it serve, and what does its clock show."""
    try:
        answer = visit.knock()
    except HcxError as error:
        yield _wrong(visit.manager.id, "alive", error)
        return False
    yield clock(visit.manager.id, time.now(), date_of(answer.date))
    return True


def _account(visit: Visit) -> Iterator[Line]:
    """Log in, at most once; then what the account may read."""
    name = visit.manager.id
    try:
        visit.log_in()
    except HcxError as error:
        yield _wrong(name, "account", error)
        yield left_out(name, "version and role", "nobody could log in")
        return
    yield good(name, "account", f"secret {visit.manager.credentials} is taken")
    yield _version(visit)
    yield _role(visit)


def _version(visit: Visit) -> Line:
    try:
        found = sections.version(visit)
    except HcxError as error:
        return _wrong(visit.manager.id, "version", error)
    if visit.dialect is None:
        return warned(visit.manager.id, "version", f"{found}: of a generation that nobody here knows", _GENERATION)
    return good(visit.manager.id, "version", f"{found}, interface of {visit.dialect.generation}")


def _role(visit: Visit) -> Line:
    """Site pairings are what every role that is of use may read."""
    try:
        sections.pairings(visit)
    except HcxError as error:
        return _wrong(visit.manager.id, "role", error)
    return good(visit.manager.id, "role", "the account may read site pairings")


def _appliance(visit: Visit) -> Iterator[Line]:
    manager = visit.manager
    if manager.appliance_credentials is None:
        cloud = manager.kind is ManagerKind.CLOUD_MANAGER
        told = _KEPT if cloud else "nobody gave us its account: services and staged bundles are not seen"
        yield left_out(manager.id, "port 9443", told, "" if cloud else _NAME_ACCOUNT)
        return
    try:
        sections.services(visit, "appengine")
    except HcxError as error:
        yield _wrong(manager.id, "port 9443", error)
        return
    yield good(manager.id, "port 9443", f"secret {manager.appliance_credentials} is taken")


def _wrong(about: str, check: str, error: HcxError) -> Line:
    """A line for what went wrong: what passes by itself only warns."""
    remedy = f"{error.remedy}; hcx-fleet show breaker" if isinstance(error, BreakerOpenError) else error.remedy
    return (warned if isinstance(error, AskAgainError) else failed)(about, check, error.detail, remedy)
