"""`collect` and `export site`: facts of a site from a jump host, and the order for a collector that stands alone."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from cli.collector.gather import as_named, gather, readers, tell, unseen
from cli.collector.order import OrderUnusableError, order_bytes, order_of, read_order, unpacked
from cli.collector.written import NotWrittenError, check_place, facts_bytes, write
from cli.edge import WrongUseError
from cli.environment import settings_from
from cli.exits import Exit
from cli.following import time_of
from shared import wiring
from shared.api import RELEASE
from shared.hcx.route_overrides import routes_of
from shared.model.collected import SiteOrder
from shared.model.inventory import Manager, Reach
from shared.model.record import record
from shared.policy.policy import read_policy
from shared.ports import CloudPorts
from shared.rules.managers import managers_of
from shared.settings import Settings
from shared.store.sqlite import SqliteStore
from shared.tls.contexts import TrustUnusableError


@record
class CollectOrder:
    """What the command is told."""

    settings: Path | None
    site: str | None
    """None: the one that the order is for."""
    order: Path | None
    """An exported order that stands for `fleet.yaml`; None reads the file of the settings."""
    out: Path
    """A file, or a folder to write one into that is called after the site."""
    world: str | None
    """Control address of a simulated world whose time to go by; None for this machine's."""


def collect(order: CollectOrder) -> int:
    """Read the managers of a site and write the file.

    Raises:
        WrongUseError: there is nothing to collect, or a file cannot be read or written.
        PolicyInvalidError: `fleet.yaml` cannot be used.
        StoreUnusableError: nobody could remember a refused account.
    """
    settings = settings_from(order.settings)
    with _wrong_use(), contextlib.ExitStack() as stack:
        meant = _meant(order, settings)
        out = _in(order.out, f"{meant.site}-facts.json")
        check_place(out)
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="hcx-fleet-"))
        time = stack.enter_context(time_of(order.world))
        using = stack.enter_context(
            readers(
                clock=time.clock,
                secrets=wiring.secrets_of(settings),
                breaker=stack.enter_context(SqliteStore(settings.store_file)),
                routes=routes_of(settings.routes),
            )
        )
        facts = as_named(gather(meant.site, unpacked(meant, Path(folder)), using, tell), meant.managers)
        write(out, facts_bytes(facts))
    tell(f"Written: {out}. Where hcx-fleet runs: hcx-fleet import facts {out.name}")
    return Exit.NEEDS_OTHERS if unseen(facts) else Exit.AS_WANTED


def export_orders(settings: Path | None, sites: tuple[str, ...], out: Path, *, everywhere: bool) -> int:
    """Write the orders of sites, for collectors that stand alone: one file, or one for each site in a folder.

    Raises:
        WrongUseError: there is nothing to collect at a site, or a file cannot be written.
        PolicyInvalidError: `fleet.yaml` cannot be used.
    """
    connectors = _connectors(settings_from(settings))
    meant = _sites(sites, connectors, everywhere=everywhere)
    with _wrong_use():
        if len(meant) > 1 and not _is_folder(out):
            raise WrongUseError([f"--out {out}: is no folder, and {len(meant)} sites make as many files; name one"])
        orders = [_order(site, connectors) for site in meant]
        for order in orders:
            _write_order(order, _in(out, f"{order.site}-order.json"))
    return Exit.AS_WANTED


def _connectors(settings: Settings) -> tuple[Manager, ...]:
    return managers_of((), read_policy(settings.policy), CloudPorts())


def _sites(named: tuple[str, ...], connectors: tuple[Manager, ...], *, everywhere: bool) -> tuple[str, ...]:
    """The sites that orders are for, each once."""
    if everywhere == bool(named):
        raise WrongUseError(["export site: name sites, or say --all for every one that is collected"])
    if not everywhere:
        return tuple(dict.fromkeys(named))
    if not (found := _collected(connectors)):
        raise WrongUseError(["--all: no connector has reach: collector in fleet.yaml; write it there"])
    return found


def _collected(connectors: tuple[Manager, ...]) -> tuple[str, ...]:
    return tuple(sorted({one.site for one in connectors if one.reach is Reach.COLLECTOR}))


def _write_order(order: SiteOrder, out: Path) -> None:
    write(out, order_bytes(order))
    secrets = sorted({name for one in order.managers for name in _secrets_of(one)})
    tell(f"Written: {out}, for {', '.join(one.id for one in order.managers)}.")
    tell(f"It holds no secret; the collector needs these, by name: {', '.join(secrets)}.")


def _in(out: Path, name: str) -> Path:
    return out / name if _is_folder(out) else out


def _is_folder(out: Path) -> bool:
    try:
        return out.is_dir()
    except OSError as error:
        raise NotWrittenError(f"{out}: cannot be written: {error.strerror}") from None


def _meant(order: CollectOrder, settings: Settings) -> SiteOrder:
    if order.order:
        return _exported(order, order.order)
    if order.site is None:
        raise WrongUseError(["collect: name the site with --site, or what export site wrote with --order"])
    return _order(order.site, _connectors(settings))


def _order(site: str, connectors: tuple[Manager, ...]) -> SiteOrder:
    """The order for the connectors of a site that are collected; others there are named, with the reason."""
    there = [one for one in connectors if one.site == site]
    meant = [one for one in there if one.reach is Reach.COLLECTOR]
    if not meant:
        raise WrongUseError([_nothing(site, there, _collected(connectors))])
    for one in there:
        if one not in meant:
            tell(f"Left out: {one.id}, whose reach is {one.reach}.")
    return order_of(site, RELEASE, meant)


def _nothing(site: str, there: list[Manager], collected: tuple[str, ...]) -> str:
    if there:
        return f"site {site}: no connector there has reach: collector in fleet.yaml; give it to those to be collected"
    return f"site {site}: no connector stands there; sites to collect: {', '.join(collected) or 'none'}"


def _exported(order: CollectOrder, file: Path) -> SiteOrder:
    found = read_order(file)
    if order.site not in {None, found.site}:
        raise WrongUseError([f"--site {order.site}: the order is for {found.site}"])
    return found


def _secrets_of(manager: Manager) -> list[str]:
    vcenter = manager.vcenter.credentials if manager.vcenter else None
    return [name for name in (manager.credentials, manager.appliance_credentials, vcenter) if name]


@contextlib.contextmanager
def _wrong_use() -> Iterator[None]:
    """Files that cannot be used are wrong use, with what to do."""
    try:
        yield
    except (OrderUnusableError, NotWrittenError) as error:
        raise WrongUseError([str(error)]) from None
    except TrustUnusableError as error:
        raise WrongUseError([f"{error.detail}: {error.remedy}"]) from None
