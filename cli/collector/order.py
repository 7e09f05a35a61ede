"""The order of a site: its managers as `fleet.yaml` has them, in a file that says everything a collector needs."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from cli.collector.site_files import read_site_file
from shared.model.collected import Authority, SiteFormat, SiteOrder
from shared.model.document import RecordUnreadableError
from shared.model.inventory import Manager, Trust
from shared.model.plain import from_plain, to_plain
from shared.model.site_file import SiteFileError, opened, sealed
from shared.tls.contexts import TrustUnusableError

_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


class OrderUnusableError(ValueError):
    """The order cannot be used; the message says why, and what to do."""


def order_of(site: str, release: str, managers: Iterable[Manager]) -> SiteOrder:
    """The order for these managers, with the certificates that they are trusted by.

    Raises:
        TrustUnusableError: a CA bundle cannot be read.
    """
    names: dict[str, str] = {}

    def inlined(trust: Trust) -> Trust:
        if trust.ca_file is None:
            return trust
        text = _certificates(Path(trust.ca_file))
        return replace(trust, ca_file=names.setdefault(text, f"authority-{len(names) + 1}.pem"))

    meant = tuple(_trusting(one, inlined) for one in managers)
    authorities = tuple(Authority(name=name, pem=text) for text, name in names.items())
    return SiteOrder(site=site, release=release, managers=meant, authorities=authorities)


def order_bytes(order: SiteOrder) -> bytes:
    """The order as a file."""
    return sealed(SiteFormat.ORDER, to_plain(order))


def read_order(path: Path) -> SiteOrder:
    """An order from its file.

    Raises:
        OrderUnusableError: it cannot be read, or is none.
    """
    try:
        order = from_plain(SiteOrder, opened(SiteFormat.ORDER, read_site_file(path)))
    except OSError as error:
        raise OrderUnusableError(f"{path}: cannot be read: {error.strerror}") from None
    except SiteFileError as error:
        raise OrderUnusableError(f"{path}: {error}: {error.remedy}") from None
    except RecordUnreadableError as error:
        remedy = "write it anew with the hcx-fleet that this collector came with"
        raise OrderUnusableError(f"{path}: {error}: {remedy}") from None
    if wrong := _wrong_in(order):
        raise OrderUnusableError(f"{path}: {wrong}: write it anew with hcx-fleet export site")
    return order


def _wrong_in(order: SiteOrder) -> str:
    """What no exported order has; empty where there is nothing."""
    names = [one.id for one in order.managers]
    if not names or len(set(names)) < len(names):
        return "it names no manager, or one twice"
    if "/" in order.site or not order.site.isprintable():  # a file is called after it
        return "its site is no name"
    return "" if all(one.pem.isascii() for one in order.authorities) else "a certificate in it is no PEM"


def unpacked(order: SiteOrder, folder: Path) -> tuple[Manager, ...]:
    """The managers of an order, in its sequence, trusting files that are written into `folder`."""
    paths = {}
    for number, one in enumerate(order.authorities):
        paths[one.name] = folder / f"{number}.pem"  # never a name out of a file
        paths[one.name].write_text(one.pem, "ascii")

    def there(trust: Trust) -> Trust:
        if trust.ca_file is None:
            return trust
        # An authority that is not in the order leads to a file that is not there: the manager is not trusted.
        return replace(trust, ca_file=str(paths.get(trust.ca_file, folder / "missing.pem")))

    return tuple(_trusting(one, there) for one in order.managers)


def _trusting(manager: Manager, change: Callable[[Trust], Trust]) -> Manager:
    endpoint = replace(manager.endpoint, trust=change(manager.endpoint.trust))
    vcenter = manager.vcenter and replace(manager.vcenter, trust=change(manager.vcenter.trust))
    return replace(manager, endpoint=endpoint, vcenter=vcenter)


def _certificates(path: Path) -> str:
    """The certificates of a bundle; a key that stands beside them stays where it is."""
    try:
        found = _CERTIFICATE.findall(path.read_text("ascii", "replace"))
    except OSError as error:
        raise TrustUnusableError(
            f"the CA bundle {path} cannot be read: {error.strerror}", "name a readable PEM file as `ca`"
        ) from None
    if not found:
        raise TrustUnusableError(f"the CA bundle {path} holds no certificate", "put the certificate there, as PEM")
    return "\n".join([*found, ""])
