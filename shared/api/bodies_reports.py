"""What is said of a run to a pipeline, and to whoever performs one of its tasks, over the API."""

from shared.report.annotations import Level
from shared.report.part import Part


class AnnotationPart(Part):
    """One thing that a pipeline shows beside its log."""

    level: Level
    title: str
    """One line."""
    message: str
    """One line: what is wrong, who can act, what to do."""


class AnnotationsAnswer(Part):
    """The gravest of them."""

    value: tuple[AnnotationPart, ...]
    total: int
    """How many there are; a pipeline shows about ten."""


class LinePart(Part):
    """Something that is known, or a line to fill in, whose value is empty then."""

    label: str
    value: str


class DeedPart(Part):
    """One thing to do."""

    text: str
    buttons: tuple[str, ...]
    """In the order in which they are pressed, in the words of the screen."""


class GridPart(Part):
    """Rows under columns; an empty cell is to be filled in."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class SheetPart(Part):
    """One part of the page."""

    title: str
    notes: tuple[str, ...]
    points: tuple[str, ...]
    """Without an order, and with nothing to tick."""
    lines: tuple[LinePart, ...]
    deeds: tuple[DeedPart, ...]
    grid: GridPart | None


class RunSheetAnswer(Part):
    """The page by which a person at a site performs one task."""

    title: str
    stamp: str
    """READY with its expiry, NOT READY, or DRAFT."""
    draft: bool
    ready: bool
    reasons: tuple[str, ...]
    """Why it is not ready, each with what to do; empty where it is."""
    parts: tuple[SheetPart, ...]
    foot: str
    """What it was made from, and when."""
