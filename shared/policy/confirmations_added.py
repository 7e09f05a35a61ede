"""Adding one entry to the confirmations file, and touching nothing else in it."""

import io
import re
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from shared.model.confirmation import Confirmation
from shared.policy.confirmations import read_confirmations
from shared.policy.problems import PolicyInvalidError
from shared.policy.replacing import alone, beside

_ENDLESS = 100_000
"""Columns before a text is wrapped: texts of others stay as they wrote them."""


def add_confirmation(path: Path, added: Confirmation) -> bool:
    """Add an entry at the end; False, and nothing is written, where the same is confirmed already.

    The file is replaced as a whole or not at all, and one caller at a time does it.

    Raises:
        PolicyInvalidError: the file holds errors, cannot be written, or says something else of the same route.
    """
    path = path.resolve()  # a link stays one
    try:
        with alone(path):
            return _add(path, added)
    except OSError as error:
        raise PolicyInvalidError([f"{path}: cannot be written: {error.strerror}"]) from None


def _add(path: Path, added: Confirmation) -> bool:
    before = read_confirmations(path)
    for one in before.of(added.route, added.generation, frozenset({added.trust})):
        if one.call == added.call:
            return False
        told = f"{path}: {added.route} is confirmed as {one.call} for this certificate, by {one.author}"
        raise PolicyInvalidError([f"{told}: take that entry out first if {added.call} is right"])
    text = path.read_text("utf-8") if path.exists() else ""
    with beside(path, _with_entry(text, added).encode()) as written:
        if read_confirmations(written).entries != (*before.entries, added) or _lost(text, written.read_text("utf-8")):
            told = "is laid out in a way that an entry cannot be added to without losing something: add it by hand"
            raise PolicyInvalidError([f"{path}: {told}"])
        written.replace(path)
    return True


def _with_entry(text: str, added: Confirmation) -> str:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = _ENDLESS
    yaml.allow_unicode = True
    dash = re.search(r"^( *)- ", text, re.MULTILINE)
    offset = len(dash[1]) if dash else 2
    yaml.indent(mapping=2, sequence=offset + 2, offset=offset)
    document = yaml.load(text) if text.strip() else CommentedMap(entries=CommentedSeq())
    entries = document["entries"]
    if not entries:
        entries.fa.set_block_style()
    entries.append(_entry(added))
    out = io.StringIO()
    yaml.dump(document, out)
    return out.getvalue()


def _entry(added: Confirmation) -> CommentedMap:
    quoted = DoubleQuotedScalarString
    found = CommentedMap(
        route=added.route,
        generation=quoted(added.generation),
        call=quoted(added.call),
        trust=quoted(added.trust),
        evidence=quoted(added.evidence),
        author=quoted(added.author),
        confirmedOn=quoted(added.confirmed_on.isoformat()),
    )
    if added.api_version is not None:
        found.insert(3, "apiVersion", quoted(added.api_version))
    return found


def _lost(before: str, after: str) -> bool:
    """Whether a comment is gone."""
    comments = (line.partition("#")[2].strip() for line in before.splitlines() if "#" in line)
    return any(one not in after for one in comments)
