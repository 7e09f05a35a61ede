"""The command of the collector that stands alone: `python3.13 hcx-fleet-collector.pyz --order FILE --out FILE`."""

import argparse
import os
import signal
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from types import FrameType
from typing import Final

from cli.collector.accounts import EnvironmentSecrets, JsonFileSecrets
from cli.collector.breaker import FileBreaker
from cli.collector.gather import HostClock, as_named, gather, readers, tell, unseen
from cli.collector.order import OrderUnusableError, read_order, unpacked
from cli.collector.written import NotWrittenError, check_place, facts_bytes, write
from shared.api import RELEASE
from shared.model.collected import SiteFacts, SiteOrder
from shared.ports import SecretMissingError, Secrets
from shared.store.errors import StoreError

AS_WANTED: Final = 0
WRONG_USE: Final = 2
NEEDS_OTHERS: Final = 3
INTERRUPTED: Final = 130
"""The same as those of `hcx-fleet`."""
STATE = "hcx-fleet-collector.sqlite"
"""Name of the file that remembers refused accounts, beside the output where no other is named."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Collect; gives the exit code. Progress goes to standard error."""
    given = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _as_interrupt)
    try:
        return _collect(given.order, given.out, given.secrets, given.state or given.out.parent / STATE)
    except (OrderUnusableError, SecretMissingError, StoreError, NotWrittenError) as error:
        tell(f"error: {error}")
        return WRONG_USE
    except KeyboardInterrupt:
        tell("Interrupted. Nothing was written; start it again.")
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hcx-fleet-collector",
        description="Reads the HCX managers of one site, changes nothing, and writes a file to be imported.",
        epilog="Exit codes: 0 every manager was read, 2 wrong use or invalid input, 3 somebody has to act, "
        "130 interrupted.",
    )
    parser.add_argument("--order", type=Path, required=True, metavar="FILE", help="what hcx-fleet export site wrote")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the file to write")
    parser.add_argument(
        "--secrets",
        type=Path,
        metavar="FILE",
        help="JSON: names of secrets, each with username, password and version; "
        "without it each one is read from a variable HCX_COLLECTOR_NAME",
    )
    parser.add_argument(
        "--state", type=Path, metavar="FILE", help=f"remembers refused accounts; {STATE} beside --out if not given"
    )
    parser.add_argument("--version", action="version", version=f"hcx-fleet {RELEASE}")
    return parser


def _collect(order_file: Path, out: Path, secrets_file: Path | None, state: Path) -> int:
    order, secrets = read_order(order_file), _secrets(secrets_file)
    check_place(out)
    with closing(FileBreaker(state)) as breaker, tempfile.TemporaryDirectory(prefix="hcx-fleet-") as folder:
        facts = _seen(order, secrets, breaker, Path(folder))
    write(out, facts_bytes(facts))
    tell(f"Written: {out}. Bring it to where hcx-fleet runs: hcx-fleet import facts {out.name}")
    return NEEDS_OTHERS if unseen(facts) else AS_WANTED


def _seen(order: SiteOrder, secrets: Secrets, breaker: FileBreaker, folder: Path) -> SiteFacts:
    with readers(clock=HostClock(), secrets=secrets, breaker=breaker) as using:
        return as_named(gather(order.site, unpacked(order, folder), using, tell), order.managers)


def _secrets(file: Path | None) -> Secrets:
    if file is None:
        return EnvironmentSecrets(os.environ)  # noqa: TID251 -- the settings know nothing of a jump host
    secrets = JsonFileSecrets(file)
    secrets.check()
    return secrets


def _as_interrupt(_number: int, _frame: FrameType | None) -> None:
    """A terminated collector takes its files of certificates away, as an interrupted one does."""
    raise KeyboardInterrupt
