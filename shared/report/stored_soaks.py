"""What a store holds of the soaks of a run."""

from collections.abc import Iterator
from datetime import datetime

from shared.model.codec import from_json_text
from shared.model.plan import Plan
from shared.model.policy import Soak
from shared.model.run import JournalEntry, JournalKind, Outcome
from shared.model.soaking import SoakEnd, SoakSample, SoakStanding
from shared.ports import Store
from shared.rules import soaking
from shared.rules.admitting.wave_state import has_changed
from shared.rules.told import told_in


def before_name(task: str) -> str:
    """Name of the document with what was seen of managers right before a task changed anything."""
    return f"before/{task}"


def soak_name(wave: str) -> str:
    """What the names of all documents of a soak begin with."""
    return f"soak/{wave}"


def soak_samples(store: Store, run: str, wave: str) -> tuple[SoakSample, ...]:
    """Every look that was taken at a wave, in order."""
    texts = store.documents(run, f"{soak_name(wave)}/look/").values()
    return tuple(sorted((from_json_text(SoakSample, text) for text in texts), key=lambda one: one.number))


def soaks_of(store: Store, run: str, plan: Plan, journal: tuple[JournalEntry, ...]) -> tuple[SoakStanding, ...]:
    """The soak of every wave that is over and was under way, as it stands."""
    return tuple(_soaks(store, run, plan, journal))


def _soaks(store: Store, run: str, plan: Plan, journal: tuple[JournalEntry, ...]) -> Iterator[SoakStanding]:
    ends = {
        one.result.task: one.result
        for one in told_in(journal).turns
        if one.kind is JournalKind.TASK_ENDED and one.result
    }
    for wave in (one for one in plan.waves if one.soak and all(name in ends for name in one.tasks)):
        moments = [ends[name].ended_at for name in wave.tasks if ends[name].outcome is not Outcome.SKIPPED]
        if wave.soak is not None and any(has_changed(ends[name]) for name in wave.tasks):
            yield _standing(store, run, wave.name, wave.soak, max(moments))


def _standing(store: Store, run: str, wave: str, soak: Soak, began: datetime) -> SoakStanding:
    samples, end = soak_samples(store, run, wave), store.document(run, f"{soak_name(wave)}/end")
    return SoakStanding(
        wave=wave,
        began=began,
        until=soaking.over_at(soak, began, samples),
        samples=samples,
        wanted=soak.looks,
        end=from_json_text(SoakEnd, end) if end else None,
    )
