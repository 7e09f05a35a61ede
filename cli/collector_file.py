"""Builds the collector as one file: `make collector`.

What it holds is found out and not listed: our modules that `cli.collector.front` reaches, and the libraries that those
need, whole, with their licences. A compiled file in one of them stops it: the collector must run on any jump host with
Python. The same tree gives the same bytes.
"""

import importlib.util
import py_compile
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import Final

import grimp
from packaging.requirements import Requirement

from cli.places import ROOT

FRONT: Final = "cli.collector.front"
NOT_TAKEN: Final = frozenset({"pydantic_core"})
"""Asked for by `Version` where the other codec is at work, which is not in the file."""
COMPILED: Final = frozenset({".so", ".pyd", ".dll", ".dylib"})
_MAIN = "import sys\n\nfrom cli.collector.front import main\n\nsys.exit(main())\n"
_WRITTEN: Final = (1980, 1, 1, 0, 0, 0)


class NotPureError(RuntimeError):
    """A library of the collector holds a compiled file; the message names both."""


def build(target: Path) -> None:
    """Write the file.

    Raises:
        NotPureError: a library needs a compiler.
    """
    graph = grimp.build_graph("cli", "shared", include_external_packages=True, cache_dir=None)
    reached = graph.find_upstream_modules(FRONT) | {FRONT}
    ours = {name for name in reached if name.split(".")[0] in {"cli", "shared"}}
    outside = {name.split(".")[0] for name in reached - ours} - sys.stdlib_module_names - NOT_TAKEN
    files = {"__main__.py": _MAIN.encode()} | _ours(ours) | _libraries(outside)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted((files | dict(_compiled(files, Path(folder)))).items()):
            archive.writestr(zipfile.ZipInfo(name, _WRITTEN), content, zipfile.ZIP_DEFLATED)


def _ours(modules: set[str]) -> dict[str, bytes]:
    """Our modules, with the packages that they stand in."""
    packages = {".".join(name.split(".")[:depth]) for name in modules for depth in range(1, name.count(".") + 1)}
    paths = [_file_of(name) for name in modules | packages]
    return {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in paths}


def _file_of(module: str) -> Path:
    found = importlib.util.find_spec(module)
    if found is None or found.origin is None:
        raise NotPureError(f"{module} has no file of its own")
    return Path(found.origin)


def _libraries(packages: set[str]) -> dict[str, bytes]:
    by_package = metadata.packages_distributions()
    wanted = {distribution for name in packages for distribution in by_package[name]}
    return {name: content for library in _needed(wanted) for name, content in _files(library)}


def _needed(names: set[str]) -> Iterator[metadata.Distribution]:
    """These libraries and what they cannot do without; extras are nobody's need."""
    open_names, known = sorted(names), set[str]()
    while open_names:
        name = open_names.pop().lower()
        if name in known:
            continue
        known.add(name)
        library = metadata.distribution(name)
        yield library
        required = map(Requirement, library.requires or ())
        open_names += [one.name for one in required if one.marker is None or one.marker.evaluate({"extra": ""})]


def _files(library: metadata.Distribution) -> Iterator[tuple[str, bytes]]:
    for file in library.files or ():
        if file.suffix in COMPILED:
            raise NotPureError(f"{library.name} holds the compiled file {file}: find out who imports it")
        if file.suffix != ".pyc" and ".." not in file.parts and file.name not in {"RECORD", "INSTALLER", "REQUESTED"}:
            yield PurePosixPath(file).as_posix(), Path(str(file.locate())).read_bytes()


def _compiled(files: Mapping[str, bytes], folder: Path) -> Iterator[tuple[str, bytes]]:
    """Byte code beside each source, so that a start takes a second and not ten. Another Python reads the source."""
    for name, content in files.items():
        if name.endswith(".py") and name != "__main__.py":
            source, made = folder / "one.py", folder / "one.pyc"
            source.write_bytes(content)
            py_compile.compile(
                str(source),
                cfile=str(made),
                dfile=name,
                doraise=True,
                invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
            )
            yield f"{name}c", made.read_bytes()


if __name__ == "__main__":
    build(Path(sys.argv[1]))
    sys.stdout.write(f"Written: {sys.argv[1]}\n")
