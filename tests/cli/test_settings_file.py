"""KEY=value files: read with all errors at once, and never repeated."""

from pathlib import Path

import pytest

from cli.edge import WrongUseError
from cli.environment import read_lines, settings_from, unusable
from shared.settings import SettingsInvalidError

LEAST = """
# the least that is needed
HCX_FLEET_POLICY=fleet.yaml
HCX_FLEET_SECRETS_FILE = secrets.yaml
HCX_FLEET_STORE='a b.sqlite'
HCX_FLEET_REPORTS="reports"
"""


def written(folder: Path, text: str) -> Path:
    """A settings file."""
    file = folder / "settings.env"
    file.write_text(text, "utf-8")
    return file


def test_a_file_becomes_settings(tmp_path: Path) -> None:
    """Comments, blanks, spaces around the sign and quotes are no part of a value; a changed one wins."""
    settings = settings_from(written(tmp_path, LEAST), {"HCX_FLEET_REPORTS": "elsewhere"})

    assert (settings.store, settings.reports) == (Path("a b.sqlite"), Path("elsewhere"))
    assert settings.secrets_file == Path("secrets.yaml")


def test_every_wrong_line_is_named_without_its_content(tmp_path: Path) -> None:
    """A line that is no KEY=value is named by number; what it holds may be a secret."""
    file = written(tmp_path, "A=1\ncanary-secret\n\n=canary-secret\nB=2\n")
    with pytest.raises(WrongUseError) as wrong:
        read_lines(file)

    assert wrong.value.problems == (f"{file}:2: is not a KEY=value line", f"{file}:4: is not a KEY=value line")


def test_a_file_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    """A missing file is named."""
    with pytest.raises(WrongUseError, match="cannot be read"):
        read_lines(tmp_path / "none.env")


def test_bytes_that_are_no_text_are_wrong_use(tmp_path: Path) -> None:
    """A file that is not UTF-8 is named."""
    file = tmp_path / "settings.env"
    file.write_bytes(b"A=\xff")
    with pytest.raises(WrongUseError, match="not UTF-8"):
        read_lines(file)


def test_files_that_settings_name_are_looked_at(tmp_path: Path) -> None:
    """An authority without a certificate, accounts that others may read, a report folder that is a file: all named."""
    (tmp_path / "taken").write_text("", "utf-8")
    (tmp_path / "taken").chmod(0o644)
    taken = {f"HCX_FLEET_{name}": f"{tmp_path}/taken" for name in ("ARM_CA", "SECRETS_FILE", "REPORTS")}
    settings = settings_from(written(tmp_path, LEAST), taken)

    assert unusable(settings) == [
        f"HCX_FLEET_ARM_CA: {tmp_path}/taken: holds no certificate in PEM form",
        f"HCX_FLEET_SECRETS_FILE: {tmp_path}/taken may be read by others: chmod 600 {tmp_path}/taken",
        f"HCX_FLEET_REPORTS: {tmp_path}/taken: cannot be used as a folder: File exists",
    ]


def test_settings_that_are_missing_are_told_at_once(tmp_path: Path) -> None:
    """The merge is checked as a whole."""
    with pytest.raises(SettingsInvalidError) as invalid:
        settings_from(written(tmp_path, "HCX_FLEET_SCHEDULE=never\n"))

    assert len(invalid.value.problems) >= 4
