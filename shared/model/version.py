"""HCX versions: read, compared by release, never guessed.

Shapes seen in public material (hcx.techdocs, release notes, public clients):

- `4.10.3`, `4.11.3.0`                       a release
- `4.11.3.0-24972693`                        a release and a build
- `9.1.1.0.25690219`, `9.0.0.0.24597083`     four parts and a build as the fifth
- `{major, minor, patch, build}`             the structure that 4.x appliances report

Builds of a cloud manager and of a connector differ for the same release, so ordering looks at releases only. What is
not one of these shapes is *unknown*: it keeps its text for evidence, compares with nothing and blocks like a failure.
"""

import re
from functools import lru_cache
from typing import Any, Self

from packaging.version import InvalidVersion
from packaging.version import Version as _Release

_SHAPE = re.compile(r"(?P<release>\d{1,4}(?:\.\d{1,4}){1,3})(?:[-.](?P<build>\d{5,}))?", re.ASCII)
_PHOTON_FIRST = _Release("4.4")


class UnknownVersionError(ValueError):
    """Two versions were compared of which at least one was never understood: ask `known` first."""


@lru_cache(maxsize=4096)  # a fleet has thousands of managers and a handful of versions
def _read(text: str) -> tuple[_Release | None, int | None]:
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        return None, None
    try:
        release = _Release(shape["release"])
    except InvalidVersion:  # pragma: no cover -- the shape admits digits and dots only
        return None, None
    build = int(shape["build"]) if shape["build"] else None
    return release, build or None


@lru_cache(maxsize=4096)
def _written(release: _Release) -> str:
    parts = list(release.release) + [0] * (3 - len(release.release))
    while len(parts) > 3 and parts[-1] == 0:  # noqa: PLR2004 -- major.minor.patch is how people write it
        parts.pop()
    return ".".join(map(str, parts))


class Version:
    """One HCX version as some side reported it; immutable and hashable by its text."""

    __slots__ = ("_release", "build", "text")

    text: str
    build: int | None
    _release: _Release | None

    def __init__(self, text: str) -> None:
        object.__setattr__(self, "text", text.strip())
        release, build = _read(self.text)
        object.__setattr__(self, "_release", release)
        object.__setattr__(self, "build", build)

    @classmethod
    def from_parts(cls, major: int, minor: int, patch: int, build: int | None = None) -> Self:
        """Read the structure that 4.x appliances report."""
        release = f"{major}.{minor}.{patch}"
        return cls(release if not build else f"{release}-{build}")

    @property
    def known(self) -> bool:
        """Whether the text was understood."""
        return self._release is not None

    @property
    def release(self) -> str:
        """The release without its build and without trailing zero parts beyond the third, such as `4.11.3`."""
        return _written(self._known_release())

    @property
    def shown(self) -> str:
        """The release where it is known, else the text as it came."""
        return self.release if self.known else str(self)

    @property
    def major(self) -> int:
        """The first part: 4 and 9 are different API generations."""
        return self._known_release().major

    @property
    def minor(self) -> int:
        """The second part."""
        return self._known_release().minor

    def same_release(self, other: "Version") -> bool:
        """Whether both name the same release, whatever their builds."""
        return self._known_release() == other._known_release()  # noqa: SLF001 -- same class

    def older_than(self, other: "Version") -> bool:
        """Whether this release comes before the other one, whatever their builds."""
        return self._known_release() < other._known_release()  # noqa: SLF001 -- same class

    @property
    def order(self) -> tuple[int, ...]:
        """A key that sorts known versions by release, whatever their builds."""
        parts = list(self._known_release().release)
        while parts and parts[-1] == 0:
            parts.pop()
        return tuple(parts)

    @property
    def before_photon(self) -> bool:
        """Whether appliances of this version predate Photon OS (HCX 4.4), which forces a mesh upgrade after it."""
        return self._known_release() < _PHOTON_FIRST

    def _known_release(self) -> _Release:
        if self._release is None:
            raise UnknownVersionError(f"version {self.text!r} was not understood")
        return self._release

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Version is immutable: cannot set {name}")

    def __reduce__(self) -> tuple[type[Self], tuple[str]]:
        return type(self), (self.text,)  # copying and pickling would set attributes, which this class refuses

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __str__(self) -> str:
        return self.text or "unknown"

    def __repr__(self) -> str:
        return f"Version({self.text!r})"

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> Any:
        """Travel as the text, so that a stored version reads as a person wrote it."""
        from pydantic_core import core_schema  # noqa: PLC0415 -- only the codec needs it

        return core_schema.no_info_after_validator_function(
            lambda value: value if isinstance(value, cls) else cls(value),
            core_schema.union_schema([core_schema.is_instance_schema(cls), core_schema.str_schema(strict=True)]),
            serialization=core_schema.plain_serializer_function_ser_schema(lambda value: value.text),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: Any, _handler: Any) -> dict[str, str]:
        """Describe the travelling form."""
        return {"type": "string"}


UNKNOWN = Version("")
