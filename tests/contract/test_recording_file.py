"""A recording is a file that shows when it was changed, and says why it cannot be used."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from shared.hcx.contract.recording import Recording, RecordingUnusableError, read_recording, to_text
from shared.model.canonical import canonical
from tests.contract.contract_world import RECORDINGS

GOOD = RECORDINGS / "usual-9x.json"


def changed(folder: Path, change: Any) -> Path:
    """A copy of a recording with something changed in it."""
    document = json.loads(GOOD.read_text("utf-8"))
    change(document)
    path = folder / "recording.json"
    path.write_text(json.dumps(document), "utf-8")
    return path


def test_round_trip(tmp_path: Path) -> None:
    """What is written is read as it was, whatever its layout became."""
    path = changed(tmp_path, lambda _: None)
    recording = read_recording(path)

    assert recording == read_recording(GOOD)
    (tmp_path / "again.json").write_text(to_text(recording), "utf-8")
    assert (tmp_path / "again.json").read_bytes() == GOOD.read_bytes()


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document["calls"][1].update(status=201),
        lambda document: document["certificate"].update(leaf="0" * 64),
        lambda document: document["documents"].pop(),
        lambda document: document.update(generation="4.x"),
        lambda document: document.update(hash="sha256:" + "0" * 64),
        lambda document: document.pop("hash"),
        lambda document: document["documents"][1]["content"]["paths"].popitem(),
    ],
)
def test_a_changed_file_is_refused(tmp_path: Path, change: Any) -> None:
    """Any change of a value, of a document or of the hash itself is seen."""
    with pytest.raises(RecordingUnusableError, match="not as it was written"):
        read_recording(changed(tmp_path, change))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda document: document.update(schema=2), "has schema 2, and this hcx-fleet reads 1"),
        (lambda document: document.update(kind="report"), "is no recording"),
        (lambda document: document.clear(), "is no recording"),
    ],
)
def test_other_files(tmp_path: Path, change: Any, told: str) -> None:
    """A file of another kind or schema says so."""
    with pytest.raises(RecordingUnusableError, match=told):
        read_recording(changed(tmp_path, change))


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff", b"[" * 10_000])
def test_no_recording_at_all(tmp_path: Path, content: bytes) -> None:
    """What is no JSON object is no recording."""
    path = tmp_path / "recording.json"
    path.write_bytes(content)
    with pytest.raises(RecordingUnusableError, match="no JSON object"):
        read_recording(path)


def test_a_missing_file(tmp_path: Path) -> None:
    """A file that is not there is named."""
    with pytest.raises(RecordingUnusableError, match="cannot be read"):
        read_recording(tmp_path / "none.json")


def test_a_right_hash_over_nonsense(tmp_path: Path) -> None:
    """A hash that fits does not make a recording of something else."""

    def forge(document: dict[str, Any]) -> None:
        document.update(calls="none")
        document.pop("hash")
        document["hash"] = f"sha256:{sha256(canonical(document)).hexdigest()}"

    with pytest.raises(RecordingUnusableError, match="not a readable Recording"):
        read_recording(changed(tmp_path, forge))


def test_the_certificate_of_a_recording() -> None:
    """A confirmation can be bound to the certificate and to whoever vouched for it."""
    recording: Recording = read_recording(GOOD)

    assert len(recording.certificate.anchors) == 2
    assert {one.certificate for one in recording.calls if one.status} == {recording.certificate.leaf}
