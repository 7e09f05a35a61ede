"""Reading properties: one request for all objects of a kind, page after page."""

from collections.abc import Sequence
from typing import Any, Final

from pyVmomi import vim, vmodl

from shared.model.record import record
from shared.vsphere.connection import Connection
from shared.vsphere.errors import SessionLostError

PAGE_MAX: Final = 500
PAGES_MAX: Final = 200
"""A vCenter that always has one more page is broken; 100,000 objects are more than any has."""


@record
class Found:
    """One object with the properties that came back."""

    reference: str
    values: dict[str, Any]
    target: Any
    """The library's own object, for calls on it."""

    def get(self, name: str) -> Any:
        """A property, None where it is unset."""
        return self.values.get(name)


def read(connection: Connection, objects: Sequence[Any], kind: Any, names: Sequence[str]) -> tuple[Found, ...]:
    """These properties of these objects, and their `name`.

    Raises:
        SessionLostError: an object came back without a name: an ended session is answered with nothing at all.
    """
    if not objects:
        return ()
    specification = vmodl.query.PropertyCollector.FilterSpec(
        objectSet=[vmodl.query.PropertyCollector.ObjectSpec(obj=one) for one in objects],
        propSet=[vmodl.query.PropertyCollector.PropertySpec(type=kind, pathSet=["name", *names])],
    )
    return _pages(connection, specification)


def read_all(connection: Connection, kind: Any, names: Sequence[str]) -> tuple[Found, ...]:
    """These properties of every object of a kind, below the root."""
    view = connection.content.viewManager.CreateContainerView(connection.content.rootFolder, [kind], True)
    try:
        return read(connection, list(view.view), kind, names)
    finally:
        view.Destroy()


def _pages(connection: Connection, specification: Any) -> tuple[Found, ...]:
    collector = connection.content.propertyCollector
    options = vmodl.query.PropertyCollector.RetrieveOptions(maxObjects=PAGE_MAX)
    page = collector.RetrievePropertiesEx([specification], options)
    found: list[Found] = []
    for _ in range(PAGES_MAX):
        found += [_found(one) for one in (page.objects if page else ())]
        if not page or not page.token:
            break
        page = collector.ContinueRetrievePropertiesEx(page.token)
    return tuple(found)


def _found(content: Any) -> Found:
    values = {one.name: one.val for one in content.propSet}
    if "name" not in values:
        raise SessionLostError("vCenter answered with nothing: the log-in counts no more")
    return Found(reference=str(content.obj._moId), values=values, target=content.obj)  # noqa: SLF001 -- its only name


MACHINE: Final = vim.VirtualMachine
HOST: Final = vim.HostSystem
DATASTORE: Final = vim.Datastore
ENTITY: Final = vim.ManagedEntity
CLUSTER: Final = vim.ClusterComputeResource
