"""A proof in words: for a terminal, for Markdown and for programs."""

from collections.abc import Iterator

from shared.model.proof import Claim, Proof, ProofVerdict, Stance, Word
from shared.report.markdown import plain
from shared.report.sheet import Grid, Sheet, in_markdown
from shared.report.words import moment, several

SIGN = {
    ProofVerdict.PROVED: "✓ proved",
    ProofVerdict.OPEN: "… open",
    ProofVerdict.CONTRADICTED: "✕ contradicted",
    ProofVerdict.NOT_OBSERVABLE: "? not observable",
}
"""A sign and a word for every verdict."""
_STANCE = {Stance.FOR: "for", Stance.AGAINST: "against", Stance.SILENT: "does not count"}


def proof_sheet(proof: Proof) -> Sheet:
    """The proof as sentences and grids: one row for each witness of each claim, then what is missing."""
    return Sheet(
        head=(headline(proof),),
        grids=(
            Grid(columns=("CLAIM", "VERDICT", "WITNESS", "SAYS", "SEEN", "COUNTS"), rows=tuple(_rows(proof))),
            Grid(columns=("NOT PROVED", "WHAT WOULD PROVE IT"), rows=tuple(_missing(proof))),
        ),
    )


def proof_markdown(proof: Proof) -> str:
    """The proof as a Markdown page."""
    return f"# Proof of {plain(proof.name)}\n\n{in_markdown(proof_sheet(proof))}"


def headline(proof: Proof) -> str:
    """Whether the task is proved, as of when, and how much is missing."""
    missing = [one for one in proof.claims if one.needed and one.verdict is not ProofVerdict.PROVED]
    as_of = f"as of {moment(proof.as_of)}"
    if proof.proved:
        return f"PROVED: {proof.name} to {proof.target.shown}, {as_of}."
    return (
        f"NOT PROVED: {proof.name} to {proof.target.shown}, {as_of}; {several(len(missing), 'claim', 'claims')} open."
    )


def _rows(proof: Proof) -> Iterator[tuple[str, ...]]:
    for claim in proof.claims:
        for number, word in enumerate(claim.words or (None,)):
            yield (*_about(claim, first=number == 0), *_word(word))


def _about(claim: Claim, *, first: bool) -> tuple[str, str]:
    if not first:
        return "", ""
    return claim.text, SIGN[claim.verdict] + ("" if claim.needed else ", not needed")


def _word(word: Word | None) -> tuple[str, ...]:
    if word is None:
        return "nobody", "", "", ""
    return word.by, word.says, moment(word.at) if word.at else "never", _STANCE[word.stance]


def _missing(proof: Proof) -> Iterator[tuple[str, str]]:
    for claim in proof.claims:
        if claim.verdict is not ProofVerdict.PROVED:
            yield claim.text, claim.would_prove.replace("SUBJECT", proof.name)
