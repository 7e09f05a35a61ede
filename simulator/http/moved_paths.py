"""Other paths for the calls that hcx-fleet only guesses: a manager that has them answers there, and not where guessed.

The paths are as made up as the guessed ones. What they are for is a world in which a guess is wrong.
"""

from collections.abc import Sequence
from dataclasses import replace

from simulator.http.routes import Route
from simulator.state import Manager

OTHER_PATHS = {
    "upgrade-status-4x": "/api/admin/v2/upgrades/current",
    "upgrade-bundle-4x": "/api/admin/v2/upgrades/bundle",
    "upgrade-manager-4x": "/api/admin/v2/upgrades",
    "upgrade-status-9x": "/api/admin/v3/upgrades/current",
    "upgrade-bundle-9x": "/api/admin/v3/upgrades/bundle",
    "upgrade-manager-9x": "/api/admin/v3/upgrades",
    "upgrade-appliance": "/hybridity/api/interconnect/serviceMesh/{mesh}/appliances/update",
}
"""By the id of a route."""


def moved[C](routes: Sequence[Route[C]], manager: Manager) -> list[Route[C]]:
    """The routes as this manager has them."""
    if manager.behaviour.api_documents != "other-paths":
        return list(routes)
    return [replace(each, path=OTHER_PATHS.get(each.id, each.path)) for each in routes]
