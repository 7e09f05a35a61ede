"""What calls have in common that tell something to a run, or of a plan: who speaks, what for, and to which state."""

from typing import Annotated

from fastapi import Depends, Request

from shared.api.access import speaker
from shared.api.bodies import SpokenBody
from shared.api.matching import IfMatch
from shared.api.repeat import OnceOnly
from shared.model.caller import Caller, Way
from shared.model.command import Command, CommandKind
from shared.model.record import record
from shared.ports import Ports


@record
class Said:
    """A call that tells something, as far as all of them are alike."""

    request: Request
    if_match: str | None
    mark: str
    """What it makes is named after it, where its caller has no name for that."""


def _said(request: Request, once: OnceOnly, if_match: IfMatch = None) -> Said:
    return Said(request=request, if_match=if_match, mark=once.mark)


type SaidOf = Annotated[Said, Depends(_said)]


def spoken(ports: Ports, caller: Caller, kind: CommandKind, body: SpokenBody) -> Command:
    """What somebody says, under their name and at this time; without a key, and about nothing yet.

    Raises:
        Problem: the body names somebody although the token does, or nobody although it has to.
    """
    return Command(
        key="",
        kind=kind,
        by=speaker(caller, body.by, "by", required=True),
        authenticated=caller.way is Way.PLATFORM,
        at=ports.clock.now(),
        comment=body.comment,
    )
