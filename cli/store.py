"""`store migrate`: the file that everything is kept in, brought up to this release."""

from pathlib import Path

from cli import printing
from cli.alone import alone
from cli.environment import settings_from
from cli.exits import Exit
from shared.store.migration import migrate


def migrate_store(file: Path | None) -> int:
    """Bring the store of the settings up to the schema version of this release, while nothing else works on it.

    Raises:
        WrongUseError: another process carries out runs of it.
        StoreError: it cannot be brought up; it is left as it was.
    """
    settings = settings_from(file)
    with alone(settings):
        printing.results().print(migrate(settings.store_file), soft_wrap=True)
    return Exit.AS_WANTED
