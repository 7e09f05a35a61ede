"""Taking notes during a visit: what was seen and when, and why something was not."""

from collections.abc import Callable

from shared.hcx.errors import HcxError
from shared.model.facts import Gap, GapReason, Seen
from shared.ports import Clock


class Notes:
    """The notes of one visit."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._gaps: list[Gap] = []

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Everything that could not be observed."""
        return tuple(self._gaps)

    def see[T](self, section: str, look: Callable[[], T]) -> Seen[T] | None:
        """Look, and note what came of it: a value with its time, or a gap with its reason."""
        try:
            found = look()
        except HcxError as error:
            self._note(section, error.gap, error.detail, error.remedy)
            return None
        return Seen(value=found, at=self._clock.now())

    def leave_out(self, section: str, detail: str, remedy: str) -> None:
        """Note what nobody offers."""
        self._note(section, GapReason.NOT_OFFERED, detail, remedy)

    def ask_elsewhere(self, section: str, detail: str) -> None:
        """Note what is not asked here, because the managers where the meshes of this one begin tell it."""
        self._note(section, GapReason.ELSEWHERE, detail, "observe the manager that the mesh begins at")

    def gap(self, *sections: str) -> Gap | None:
        """Why the first of these sections that is missing is missing."""
        by_name = {gap.section: gap for gap in self._gaps}
        return next((by_name[name] for name in sections if name in by_name), None)

    def _note(self, section: str, reason: GapReason, detail: str, remedy: str) -> None:
        self._gaps.append(Gap(section=section, reason=reason, detail=detail, remedy=remedy, at=self._clock.now()))
