"""Which app a command speaks to: the one in this process, or one that is served elsewhere. Loads nothing heavy."""

import os
from contextvars import ContextVar
from pathlib import Path

from shared.model.record import record

URL, AUDIENCE = "HCX_FLEET_ENDPOINT", "HCX_FLEET_AUDIENCE"
"""Variables that say the same as `--endpoint` and `--audience`: of the command line alone, no settings of the app."""


@record
class Endpoint:
    """An app that is served elsewhere, as somebody named it."""

    url: str
    audience: str | None
    """What tokens for it are asked for, such as `api://hcx-fleet`; None where none is named."""


chosen: ContextVar[Endpoint | None] = ContextVar("chosen", default=None)
"""The one that the command of this process speaks to; None: the app in this process."""


def choose(url: str | None, audience: str | None, settings: Path | None) -> Endpoint | None:
    """The app that options, a file of settings or the environment name, in this order.

    An audience that is named elsewhere is that of the app that is named there: no other one gets a token for it.
    """
    known = {**os.environ, **_lines(settings)}  # noqa: TID251 -- these two are no settings of the app
    named = url or known.get(URL)
    meant = audience or (known.get(AUDIENCE) if url in {None, known.get(URL)} else None) or None
    found = Endpoint(url=named, audience=meant) if named else None
    chosen.set(found)
    return found


def only_elsewhere(option: str, value: object) -> None:
    """Stop where an option is given that the app in this process has nothing for: it is never passed over.

    Raises:
        WrongUseError: it is.
    """
    if value:
        from cli.edge import WrongUseError  # noqa: PLC0415 -- only who is wrong pays for it

        raise WrongUseError([f"{option}: is for an app that --endpoint names; leave it out here"])


def _lines(file: Path | None) -> dict[str, str]:
    """What a file says; of one that cannot be read the command itself tells, which reads it as well."""
    if file is None:
        return {}
    from cli.edge import WrongUseError  # noqa: PLC0415 -- only who names a file pays for it
    from cli.environment import read_lines  # noqa: PLC0415 -- the same

    try:
        return read_lines(file)
    except WrongUseError:
        return {}
