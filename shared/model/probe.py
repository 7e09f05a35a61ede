"""What came of asking something behind an extended network."""

from shared.model.record import record


@record
class ProbeAnswer:
    """The answer to one probe."""

    ok: bool | None
    """Whether it is there; None where it was not asked, or what failed says nothing of the network."""
    detail: str
    """In words, without anything that it sent."""
