"""What every route is given."""

from typing import Annotated

from fastapi import Depends, Request

from shared.ports import Ports


def _ports(request: Request) -> Ports:
    """Asked for at each call: an app whose settings are wrong must still answer, and say so."""
    ports: Ports = request.app.state.ports()
    return ports


type PortsOf = Annotated[Ports, Depends(_ports)]
