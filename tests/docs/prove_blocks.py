"""The blocks of docs/prove.md: what `prove -o md` prints of one small site at a fixed time."""

from collections.abc import Mapping
from dataclasses import replace

from shared.model.facts import FleetFacts
from shared.model.proof import Stance, WitnessKind, Word
from shared.report.proof_text import proof_markdown
from shared.report.runsheet.record import Material
from shared.rules.proof import proof_of
from tests.builders.fleet_facts import NOW
from tests.cli.command import ROOT
from tests.docs.played import Block, typed
from tests.report.runsheet import sheets

PAGE = ROOT / "docs" / "prove.md"

REPORT = Word(
    kind=WitnessKind.PERSON,
    by="a person's report",
    says="lyon-ops@contoso.example: done",
    at=NOW,
    stance=Stance.SILENT,
)


def blocks() -> Mapping[str, Block]:
    """Every block by its name."""
    done = sheets.facts("4.11.4", "4.11.4", "4.11.4")
    return {
        "reported": _block("reported", "con-lyon", sheets.CONNECTOR, sheets.CONNECTOR.facts, REPORT),
        "done": _block("done", "con-lyon", sheets.CONNECTOR, done, REPORT),
        "contradicted": _block("contradicted", sheets.MESH, sheets.MESHED, _one_side(done)),
    }


def _block(name: str, subject: str, given: Material, facts: FleetFacts, *said: Word) -> Block:
    proof = proof_of(given.task, facts, given.now, said)
    line = typed(f"hcx-fleet prove {subject} -o md", 0 if proof.proved else 3)
    return Block(name=name, text=f"{line}\n{proof_markdown(proof)}")


def _one_side(done: FleetFacts) -> FleetFacts:
    """The receiver's side as it was."""
    before = sheets.MESHED.facts.of("pc-weu-02")
    return FleetFacts(
        managers=tuple(
            replace(one, appliances=before.appliances) if before and one.manager.id == "pc-weu-02" else one
            for one in done.managers
        )
    )
