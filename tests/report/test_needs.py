"""Who has to act: every cause once, nothing that only follows from one."""

from dataclasses import replace

from shared.model.plan import SubjectKind, Unplanned
from shared.model.run import Bucket, JournalEntry, JournalKind, Outcome, RunKind
from shared.report.needs import needs
from shared.report.rows import task_rows
from tests.report.canonical_run import PLAN, PRESS, at, rest


def test_causes_are_listed_and_consequences_are_not() -> None:
    """A failed mesh, an unread cloud, a denied subscription, a blocked connector and a waiting cloud: no more."""
    assert [(one.subject, one.bucket) for one in needs(at(180))] == [
        ("mesh-ulm", Bucket.FAILED),
        ("pc-fr-01", Bucket.UNKNOWN),
        ("sub-2", Bucket.UNKNOWN),
        ("con-graz", Bucket.BLOCKED),
        ("pc-weu-02", Bucket.WAITING),
    ]


def test_whoever_waits_is_told_until_when_and_what_to_do() -> None:
    """While a person is waited for, the list says what that person was told to do, and when waiting ends."""
    [ulm] = [one for one in needs(at(40)) if one.subject == "con-ulm"]

    assert (ulm.who, ulm.remedy) == ("a person at con-ulm", PRESS)
    assert ulm.since is not None
    assert ulm.until is not None


def test_a_notice_that_did_not_arrive_is_told_until_it_does() -> None:
    """The list and the row of the task say why whoever is waited for may not know, and no more once it has arrived."""
    tried = JournalEntry(
        key="n/1",
        at=at(40).now,
        kind=JournalKind.NOT_NOTIFIED,
        text="hooks answered 500",
        task="manager:con-ulm",
    )
    arrived = replace(tried, key="n/2", kind=JournalKind.NOTIFIED, text="taken")
    view = at(40)
    failed = replace(view, journal=(*view.journal, tried))
    mended = replace(view, journal=(*view.journal, tried, arrived))

    told = [
        (
            "hooks answered 500" in next(one.detail for one in needs(seen) if one.subject == "con-ulm"),
            "hooks answered 500" in next(one.waits for one in task_rows(seen) if one.task == "manager:con-ulm"),
        )
        for seen in (failed, mended)
    ]
    assert told == [(True, True), (False, False)]


def test_a_blocked_task_comes_with_the_link_of_its_check() -> None:
    """The link of the finding that stopped a task leads on."""
    [graz] = [one for one in needs(at(180)) if one.subject == "con-graz"]

    assert graz.link.startswith("https://learn.microsoft.com/")


def test_an_unread_manager_is_listed_beside_its_worse_mesh() -> None:
    """A cloud that failed because of its mesh hides neither the mesh nor what its own manager needs."""
    view = at(180)
    unread = rest(SubjectKind.PRIVATE_CLOUD, "pc-ger-01", Unplanned.NO_PATH, "no path", who="the owner of fleet.yaml")
    others = tuple(one for one in PLAN.rest if one.subject != "pc-ger-01")

    listed = needs(replace(view, plan=replace(PLAN, rest=(*others, unread))))

    assert {("mesh-ulm", Bucket.FAILED), ("pc-ger-01", Bucket.BLOCKED)} <= {(one.subject, one.bucket) for one in listed}


def test_a_check_lists_what_would_stop_an_upgrade() -> None:
    """In a check nothing has ended, and the findings that block are what somebody has to do."""
    assert [one.subject for one in needs(at(3, RunKind.CHECK))] == ["pc-fr-01", "sub-2", "con-graz"]


def test_a_task_that_says_nobody_still_names_somebody() -> None:
    """A result without anybody who can act falls back on whoever performs the task."""
    view = at(180)
    tasks = tuple(
        replace(one, result=replace(one.result, who_can_act=""))
        if one.result and one.result.outcome is Outcome.FAILED
        else one
        for one in view.tasks
    )

    assert needs(replace(view, tasks=tasks))[0].who == "hcx-fleet"
