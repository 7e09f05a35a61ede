"""Reports in a folder: the `Reports` port of the embedded host."""

from pathlib import Path
from tempfile import NamedTemporaryFile


class FolderReports:
    """Keeps the reports of a run in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def publish(self, run_id: str, name: str, content: bytes) -> str:
        """Keep a report file and say where it is; written aside and renamed, so nobody reads half a file."""
        folder = self._folder / run_id
        folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=folder, delete=False) as aside:
            aside.write(content)
        target = folder / name
        Path(aside.name).replace(target)
        target.chmod(0o644)
        return str(target)
