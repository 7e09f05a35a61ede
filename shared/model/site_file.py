"""A file that travels to or from a site: format, version and digest around its content."""

import hashlib
import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Final

from shared.model.canonical import canonical
from shared.model.collected import SiteFormat
from shared.model.document import Json

VERSION: Final = 1
"""Of both formats. It is raised where an older hcx-fleet would misread a file, not for a field more."""

_FROM_OLDER: Final[Mapping[int, Callable[[Any], Any]]] = {}
"""How the content of an older version becomes that of the next one, by that older version."""


class Fault(StrEnum):
    """Why a file is not taken."""

    DAMAGED = "damaged"
    FOREIGN = "foreign"
    NEWER = "newer-format"
    OLDER = "older-format"


class SiteFileError(ValueError):
    """The file is not taken; `fault` is why, and the message says what was found, never the content."""

    def __init__(self, fault: Fault, detail: str, remedy: str) -> None:
        super().__init__(detail)
        self.fault = fault
        self.remedy = remedy


def sealed(form: SiteFormat, content: Json) -> bytes:
    """The bytes of a file with that content."""
    body = {"format": form.value, "version": VERSION, "content": content}
    return (json.dumps({**body, "digest": _digest(body)}, ensure_ascii=False, indent=1) + "\n").encode()


def opened(form: SiteFormat, file: bytes) -> Any:
    """The content of a file, in the newest version.

    Raises:
        SiteFileError: it is damaged, something else, or of a version that is not known.
    """
    document = _document(form, file)
    digest = document.pop("digest", None)
    version = document.get("version")
    if not isinstance(version, int) or isinstance(version, bool):
        raise SiteFileError(Fault.DAMAGED, "it has no version", _AGAIN)
    if version > VERSION:
        told = f"it has version {version} of the format, and this hcx-fleet knows {VERSION}"
        raise SiteFileError(Fault.NEWER, told, "update hcx-fleet here, then try again")
    if not (made := _digest(document)) or digest != made:
        raise SiteFileError(Fault.DAMAGED, "its content is not what its digest was made of", _AGAIN)
    return _newest(version, document.get("content"))


_AGAIN = "copy it again from where it was made; where it is broken there too, make it anew"


def _document(form: SiteFormat, file: bytes) -> dict[str, Any]:
    try:
        found = json.loads(file)
    except (ValueError, RecursionError):
        raise SiteFileError(Fault.DAMAGED, "it is no JSON", _AGAIN) from None
    if not isinstance(found, dict) or found.get("format") != form:
        raise SiteFileError(Fault.FOREIGN, f"it is no file of the format {form}", "name a file of that format")
    return found


def _newest(version: int, content: Any) -> Any:
    while version < VERSION:
        if version not in _FROM_OLDER:
            told = f"it has version {version} of the format, which is not read any more"
            raise SiteFileError(Fault.OLDER, told, "make it anew with a current hcx-fleet")
        content, version = _FROM_OLDER[version](content), version + 1
    return content


def _digest(body: Mapping[str, Any]) -> str:
    """Over everything but itself. Text that is no Unicode has no digest, so such a file matches none."""
    try:
        return f"sha256:{hashlib.sha256(canonical(body)).hexdigest()}"
    except ValueError:
        return ""
