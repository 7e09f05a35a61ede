"""A wave that is watched: how far that has come, one look at it judged, and what it comes to; all kept with the run."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from activities.checking import context_of
from activities.known import inventory_of, policy_by_now, task_of
from activities.observe import brief
from shared.checks import alarms_quiet, run_checks
from shared.checks.run import run_check
from shared.model.codec import to_json_text
from shared.model.facts import FleetFacts
from shared.model.finding import Finding
from shared.model.notice import Notice, NoticeKind
from shared.model.orders import SoakOpened, SoakOrder, WaysBackEnding
from shared.model.outage import NetworkOutage
from shared.model.plan import ManagerTask, MeshTask, PlannedWave, Safeguard, Task
from shared.model.policy import Soak
from shared.model.run import JournalEntry, JournalKind, Outcome
from shared.model.soaking import SoakEnd, SoakReason, SoakSample, SoakVerdict
from shared.ports import Ports
from shared.report.check_context import concern_of
from shared.report.stored import document_of, facts_of, outages_name, plan_known
from shared.report.stored_soaks import before_name, soak_name, soak_samples
from shared.report.stored_ways_back import snapshots_seen, ways_back_of
from shared.rules import own_snapshot, soaking, way_back_clock
from shared.rules.entries import about_step
from shared.rules.planning.admission import managers_of
from shared.rules.way_back_clock import CHOICES


def soak_opened(ports: Ports, order: SoakOrder) -> SoakOpened:
    """How far the soak of a wave has come, from what was kept: a host that went away leaves off where it was."""
    soak, taken = _soak(ports, order), soak_samples(ports.store, order.run, order.wave)
    names = sorted({name for task in _tasks(ports, order) for name in _touched(task)})
    known = {one.id: one for one in inventory_of(ports, order.run).managers}
    return SoakOpened(
        managers=tuple(brief(known[name]) for name in names if name in known),
        next_at=soaking.next_sample(soak, order.began, taken),
        over_at=soaking.over_at(soak, order.began, taken),
        number=len(taken) + 1,
        end=document_of(ports.store, order.run, f"{soak_name(order.wave)}/end", SoakEnd),
    )


def soak_looked(ports: Ports, order: SoakOrder) -> SoakSample:
    """Judge what was just observed; the same look judged twice is the one that was kept first."""
    name = f"{soak_name(order.wave)}/look/{order.number:03}"
    kept = document_of(ports.store, order.run, name, SoakSample)
    if kept is not None:
        return kept
    soak = _soak(ports, order)
    reasons = tuple(dict.fromkeys(one for task in _upgraded(ports, order) for one in _judged(ports, order, soak, task)))
    sample = SoakSample(number=order.number, at=order.at or ports.clock.now(), reasons=reasons)
    ports.store.put_document(order.run, name, to_json_text(sample))
    text = soaking.sentence(order.wave, sample, soak.looks)
    _tell(ports, order, f"soak/{order.wave}/look/{order.number}", text)
    return sample


def soak_ended(ports: Ports, order: SoakOrder) -> SoakEnd:
    """What the soak comes to. Where it did not pass, what stays for the way back is told, with until when."""
    soak, taken = _soak(ports, order), soak_samples(ports.store, order.run, order.wave)
    verdict, reasons = soaking.verdict(soak, taken)
    if order.stopped and verdict is not SoakVerdict.FAIL:
        verdict, reasons = SoakVerdict.INCONCLUSIVE, (soaking.STOPPED.format(wave=order.wave), *reasons)
    end = SoakEnd(wave=order.wave, verdict=verdict, reasons=reasons, ended_at=ports.clock.now(), stopped=order.stopped)
    ports.store.put_document(order.run, f"{soak_name(order.wave)}/end", to_json_text(end))
    told = "; ".join(reasons) or "it came out as it must"
    _tell(ports, order, f"soak/{order.wave}/end", f"wave {order.wave} was watched: {verdict.value}: {told}")
    if verdict is not SoakVerdict.PASS:
        _tell_what_stays(ports, order)
    return end


def ways_back_ending(ports: Ports, order: SoakOrder) -> WaysBackEnding:
    """Which ways back of the wave end soon, as notices, and when there is more to tell."""
    tasks = {task.id: task for task in _tasks(ports, order)}
    now, lead = ports.clock.now(), _lead(ports, order)
    plan, facts = plan_known(ports.store, order.plan_hash), facts_of(ports.store, order.run)
    ways = ways_back_of(ports.store, order.run, plan, facts, now=now)
    ending = way_back_clock.ending_soon(ways, tasks, lead, now)
    return WaysBackEnding(
        notices=tuple(
            Notice(
                run=order.run,
                task=one.task,
                step=tasks[one.task].hand_over.id,
                generation=1,
                kind=NoticeKind.WAY_BACK_ENDS,
                at=now,
                title=f"{one.manager}: its way back ends soon",
                detail=f"{one.note}, and wave {order.wave} is watched still.",
                next_action=CHOICES,
                who=f"a person at {one.manager}",
                expected_by=one.expires_at,
            )
            for one in ending
        ),
        next_at=way_back_clock.next_to_tell(ways, tasks, lead, now),
    )


# --- what a wave is ---------------------------------------------------------------------------------------------------


def _soak(ports: Ports, order: SoakOrder) -> Soak:
    """As the plan has it.

    Raises:
        LookupError: the wave has none.
    """
    wave = _wave(ports, order)
    if wave is None or wave.soak is None:
        raise LookupError(f"wave {order.wave} is not watched by plan {order.plan_hash[:12]}")
    return wave.soak


def _tasks(ports: Ports, order: SoakOrder) -> tuple[Task, ...]:
    wave = _wave(ports, order)
    return tuple(task_of(ports, order.plan_hash, name) for name in wave.tasks) if wave else ()


def _wave(ports: Ports, order: SoakOrder) -> PlannedWave | None:
    waves = plan_known(ports.store, order.plan_hash).waves
    return next((one for one in waves if one.name == order.wave), None)


def _upgraded(ports: Ports, order: SoakOrder) -> tuple[Task, ...]:
    """Those that came to their end: what becomes of the others their own ends say."""
    ends = (entry.result for _, entry in ports.store.journal(order.run) if entry.kind is JournalKind.TASK_ENDED)
    done = {end.task for end in ends if end is not None and end.outcome is Outcome.SUCCEEDED}
    return tuple(task for task in _tasks(ports, order) if task.id in done)


def _touched(task: Task) -> tuple[str, ...]:
    peers = task.peers if isinstance(task, ManagerTask) else ()
    return (*managers_of(task), *peers)


def _lead(ports: Ports, order: SoakOrder) -> timedelta:
    return policy_by_now(ports, order.run).notices.way_back


# --- one look ---------------------------------------------------------------------------------------------------------


def _judged(ports: Ports, order: SoakOrder, soak: Soak, task: Task) -> tuple[SoakReason, ...]:
    return soaking.judged(soak, _findings(ports, order, task), _outages(ports, order, task))


def _findings(ports: Ports, order: SoakOrder, task: Task) -> Iterator[Finding]:
    """What the checks of a hand-over say now, and which alarms are red that were not right before the change."""
    context = context_of(ports, order.run, task, facts_of(ports.store, order.run, _touched(task)))
    found = run_checks(context, concern_of(task))
    yield from (one for one in found if one.check in soaking.CHECK_OF and one.check != alarms_quiet.CHECK.id)
    before = document_of(ports.store, order.run, before_name(task.id), FleetFacts)
    yield from run_check(alarms_quiet.CHECK, replace(context, before=before))


def _outages(ports: Ports, order: SoakOrder, task: Task) -> Iterable[SoakReason]:
    """Of every appliance of a mesh whose networks were in change."""
    carrying = [item for item in task.appliances if item.networks] if isinstance(task, MeshTask) else []
    for item in carrying:
        measured = document_of(ports.store, order.run, outages_name(task.id, item.name), tuple[NetworkOutage, ...])
        yield from soaking.outages_judged(item.name, measured)


# --- what is told -----------------------------------------------------------------------------------------------------


def _tell_what_stays(ports: Ports, order: SoakOrder) -> None:
    seen = snapshots_seen(ports.store, order.run)
    for task in _upgraded(ports, order):
        if isinstance(task, ManagerTask) and task.snapshot is not Safeguard.NONE:
            text = own_snapshot.kept_on(task.snapshot, seen.get(task.id), ports.clock.now())
            if text:
                ports.store.append(order.run, _stays(task, text, ports.clock.now()))


def _stays(task: ManagerTask, text: str, now: datetime) -> JournalEntry:
    told = f"the snapshot: {text}"
    return about_step(task.id, task.hand_over, "snapshot-stays", at=now, kind=JournalKind.OBSERVED, text=told)


def _tell(ports: Ports, order: SoakOrder, key: str, text: str) -> None:
    entry = JournalEntry(key=key, at=ports.clock.now(), kind=JournalKind.CHECKED, text=text)
    ports.store.append(order.run, entry)
