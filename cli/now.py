"""The time that a command goes by which needs no host."""

from datetime import UTC, datetime


def now_of(world: str | None) -> datetime:
    """Now, by a simulated world whose control address or `world.json` that is, or by this machine.

    Raises:
        WrongUseError: nobody serves a world there.
    """
    if world is None:
        return datetime.now(UTC)
    from cli.world_clock import world_now  # noqa: PLC0415 -- loads an HTTP client, which few need

    return world_now(world)
