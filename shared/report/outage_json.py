"""Outages of extended networks for programs, and for the page that is made of the same document."""

from collections.abc import Sequence

from shared.model.outage import NetworkOutage
from shared.model.view import TaskOutages, Unmeasured
from shared.report.outage_document import IntervalPart, OutagePart, OutagesPart, UnmeasuredPart
from shared.report.outage_text import WHY_NOT, known_ones, names, seen_by, sentence
from shared.report.part import seconds
from shared.rules.outage import had_probe


def outages_part(outages: Sequence[TaskOutages]) -> OutagesPart:
    """Everything that is known of the outages of a run."""
    known = known_ones(outages)
    return OutagesPart(
        networks=len(known),
        total_seconds=sum(one.total.total_seconds() for one in known),
        error_seconds=sum(one.error.total_seconds() for one in known),
        measured=tuple(_measured(task, one) for task in outages for one in task.measured),
        unmeasured=tuple(_unmeasured(task, one) for task in outages for one in task.unmeasured),
    )


def _measured(task: TaskOutages, outage: NetworkOutage) -> OutagePart:
    return OutagePart(
        network=outage.network,
        task=task.task,
        mesh=task.mesh,
        sites=task.sites,
        appliance=outage.appliance,
        mode=outage.mode,
        witness=outage.witness,
        probed=had_probe(outage),
        seen_by=seen_by(outage),
        total_seconds=outage.total.total_seconds(),
        error_seconds=outage.error.total_seconds(),
        limit_seconds=seconds(outage.limit),
        over=outage.over,
        silent=outage.silent,
        note=outage.note,
        samples=outage.samples,
        lost=outage.lost,
        intervals=tuple(
            IntervalPart(began=one.began, ended=one.ended, error_seconds=one.error.total_seconds())
            for one in outage.intervals
        ),
        text=sentence(outage),
    )


def _unmeasured(task: TaskOutages, left: Unmeasured) -> UnmeasuredPart:
    return UnmeasuredPart(
        networks=left.networks,
        count=left.count,
        task=task.task,
        mesh=task.mesh,
        sites=task.sites,
        appliance=left.appliance,
        mode=left.mode,
        reason=left.why,
        text=f"{names(left)}: not measured, {WHY_NOT[left.why]}",
    )
