"""`serve`: the app with its HTTP front and its timer, on this machine, until somebody stops it."""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from threading import Event

from cli import printing
from cli.alone import alone
from cli.edge import WrongUseError, coming_back, logging_to
from cli.environment import settings_from
from cli.local import Local, asked_of, opened
from cli.runs import log_beside
from embedded.bells import BellWatcher
from embedded.clock import SystemClock
from embedded.front import serve_front
from embedded.ncrontab import NcrontabInvalidError
from embedded.schedule import Schedule, ScheduleThread, SettingMissingError, schedules_of
from shared.settings import Settings

STOPPED = (
    "Stopped. Runs stop with this process; upgrades that HCX is carrying out go on there. Serve again and the runs go "
    "on: what is done is observed and not repeated."
)


def serve(file: Path | None, port: int) -> int:
    """Serve until interrupted."""
    settings = settings_from(file)
    logging_to(log_beside(settings))
    clock = SystemClock()
    with ExitStack() as stack:
        stack.enter_context(alone(settings))
        local = stack.enter_context(opened(settings, clock))
        schedules = _schedules(local, settings)
        address = _address(stack, local, port)
        stack.enter_context(ScheduleThread(local.host, schedules))
        stack.enter_context(BellWatcher(local.ports.store, local.host.ring))
        with coming_back(STOPPED):
            _greet(address, local, schedules, clock.now())
            _go_on(local)
            Event().wait()
    return 0


def _go_on(local: Local) -> None:
    """Start what an earlier process left unfinished: nobody else would, and the timer starts nothing beside it."""
    for run in local.ports.store.active_runs():
        name = run.request.id
        local.start(name, asked_of(run.request))
        printing.results().print(f"Run {name} had not ended and goes on.")


def _schedules(local: Local, settings: Settings) -> tuple[Schedule, ...]:
    try:
        return schedules_of(local.host.functions, {"HCX_FLEET_SCHEDULE": settings.schedule})
    except (SettingMissingError, NcrontabInvalidError) as error:
        raise WrongUseError([str(error)]) from None


def _address(stack: ExitStack, local: Local, port: int) -> str:
    try:
        return stack.enter_context(serve_front(local.host, port)).url
    except OSError as error:
        raise WrongUseError([f"port {port}: {error.strerror}"]) from None


def _greet(address: str, local: Local, schedules: Sequence[Schedule], now: datetime) -> None:
    mode = local.ports.configuration.policy().mode.value
    console = printing.results()
    console.print(f"Serving {address}/v1 on this machine only, without keys. Ctrl-C stops it.")
    console.print(f"  what it offers   {address}/v1/openapi.json")
    for one in schedules:
        console.print(f"  {one.function:<16} next at {one.times.next_after(now):%d %b %H:%M:%S} UTC, mode {mode}")
