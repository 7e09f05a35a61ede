"""The `Overrides` port on a file."""

from pathlib import Path

from shared.policy.problems import PolicyInvalidError
from shared.ports import OverrideText
from shared.rules.catalogue import CatalogueInvalidError, catalogue_with


class OverrideFile:
    """Reads the file at each call; parsing it anew where its text has changed is the catalogue's own business."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> OverrideText:
        """The file, which a setting names: that it is missing is an error, unlike a setting that is missing.

        Raises:
            PolicyInvalidError: with every error of it.
        """
        found = OverrideText(name=str(self._path), text=self._text())
        try:
            catalogue_with(found.text, found.name)
        except CatalogueInvalidError as error:
            raise PolicyInvalidError(error.problems) from None
        return found

    def _text(self) -> str:
        try:
            return self._path.read_bytes().decode("utf-8-sig")
        except OSError as error:
            raise PolicyInvalidError([f"{self._path}: cannot be read: {error.strerror}"]) from error
        except UnicodeDecodeError:
            raise PolicyInvalidError([f"{self._path}: is not UTF-8 text"]) from None
