"""From a path to a valid world file, or to every fault in it at once."""

import difflib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from simulator.generate import expanded
from simulator.reading import Document, Fault, FileUnreadableError, Where, read
from simulator.references import reference_faults
from simulator.world_file import WorldFile

SCHEMA_ID = "https://json-schema.org/draft/2020-12/schema"


def load(path: Path, seed: int | None = None, faults: Sequence[str] = ()) -> WorldFile:
    """Read, check and expand the world file in `path`; `seed` replaces the file's own, `faults` are added to them.

    Raises:
        FileUnreadableError: with every fault that was found.
    """
    document = read(path)
    if not isinstance(document.tree, dict):
        raise FileUnreadableError(path, [document.fault((), "must be a mapping of keys")])
    _say(document, faults)
    wrong = [*document.repeated, *reference_faults(document)]
    try:  # from JSON, as the policy in it is read where it is a file of its own
        world = WorldFile.model_validate_json(json.dumps(document.tree), by_alias=True, by_name=False)
    except ValidationError as error:
        wrong += [_fault(document, each) for each in error.errors()]
    if wrong:
        raise FileUnreadableError(path, wrong)
    return expanded(world if seed is None else world.model_copy(update={"seed": seed}))


def _say(document: Document, faults: Sequence[str]) -> None:
    """Add faults as they are said on a command line: `NAME[@SUBJECT][,from=PT1H][,until=PT2H]`."""
    listed = document.tree.setdefault("faults", []) if faults else None
    if not isinstance(listed, list):  # which is a fault of the file and told as such
        return
    for text in faults:
        document.said["faults", len(listed)] = f"--fault {text}:"
        listed.append(_spoken(text))


def _spoken(text: str) -> dict[str, str]:
    who, *more = text.split(",")
    name, at, subject = who.partition("@")
    times = {key: value for key, _, value in (each.partition("=") for each in more)}
    return {"name": name, **({"on": subject} if at else {}), **times}


def schema() -> dict[str, Any]:
    """The JSON Schema of the world file."""
    return {"$schema": SCHEMA_ID, **WorldFile.model_json_schema(by_alias=True)}


def _fault(document: Document, error: ErrorDetails) -> Fault:
    return document.fault(error["loc"], _message(error))


_WORDS = {
    "missing": "is required",
    "string_type": "must be text; put it in quotes",
    "tuple_type": "must be a valid list",
    "list_type": "must be a valid list",
    "model_type": "must be a mapping of keys",
    "dict_type": "must be a mapping of keys",
}


def _message(error: ErrorDetails) -> str:
    match error["type"]:
        case "extra_forbidden":
            return _unknown(error["loc"])
        case "string_pattern_mismatch":
            return f"must fit the pattern {error['ctx']['pattern']}"
        case "value_error":
            return str(error["ctx"]["error"])
        case kind:
            return _WORDS.get(kind) or error["msg"].replace("Input should be", "must be").replace("Value error, ", "")


def _unknown(where: Where) -> str:
    keys = sorted(_keys(where[:-1]))
    close = difflib.get_close_matches(str(where[-1]), keys, n=1, cutoff=0.5)
    return f"is not a known key; did you mean {close[0]}?" if close else f"is not a known key; known: {', '.join(keys)}"


def _keys(where: Where) -> set[str]:
    """The keys that the schema knows at `where`."""
    document = schema()
    nodes = [document]
    for part in where:
        nodes = [found for node in _resolved(document, nodes) if (found := _below(node, part)) is not None]
    return {key for node in _resolved(document, nodes) for key in node.get("properties", {})}


def _below(node: dict[str, Any], part: str | int) -> dict[str, Any] | None:
    found: dict[str, Any] | None = node.get("items") if isinstance(part, int) else node.get("properties", {}).get(part)
    return found


def _resolved(document: dict[str, Any], nodes: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for node in nodes:
        if "$ref" in node:
            yield document["$defs"][node["$ref"].rpartition("/")[2]]
        yield from _resolved(document, node.get("anyOf", []))
        yield node
