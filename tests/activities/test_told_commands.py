"""What people told a run: only what is new to it, and each word with why it does not count, if so."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from activities.commands import standing_of
from activities.observe import discover
from activities.planning import plan
from activities.told_commands import told_commands, wave_drift
from shared.model.codec import to_json_text
from shared.model.command import Command, CommandKind, Standing
from shared.model.facts import ApplianceKind, ManagerFacts
from shared.model.orders import CommandsOrder, Heard, StepOrder, WaveOrder
from shared.model.policy import Approval, Owner, Selector, Wave
from shared.model.run import JournalEntry, JournalKind
from shared.rules.resume import opening_key, taken_key, void_key
from shared.store.override_file import OverrideFile
from tests.activities.desk import asked, ports_of
from tests.activities.test_retried_run import OurHands
from tests.builders.fleet_facts import (
    NOW,
    appliance,
    cloud_manager,
    connector,
    entry,
    mesh,
    meshed,
    policy,
    private_cloud,
)

ASKS = Approval(approvers=("ana", "bob", "carl"), minimum=2)
YES = Command(key="bob", kind=CommandKind.APPROVE, by="bob", authenticated=True, at=NOW, wave="first")


def beside(version: str = "4.10.3") -> ManagerFacts:
    """The connector of the second private cloud, which alone has a mesh."""
    gear = appliance("IX-I1", "m", "con-2", "4.10.3", ApplianceKind.INTERCONNECT)
    return meshed(connector("con-2", version, pairs=("pc-2",)), mesh("m", "con-2", "pc-2"), gear)


class Commanded:
    """A run over two private clouds with a connector each, in two waves; ana asked for it."""

    def __init__(self, folder: Path) -> None:
        hands = OurHands()
        hands.clouds = (private_cloud("pc"), private_cloud("pc-2"))
        hands.wanted = policy(
            connectors=tuple(entry(name, owner=Owner.OURS) for name in ("con", "con-2")),
            waves=(
                Wave(name="first", select=Selector(names=("pc",)), approval=ASKS),
                Wave(name="rest", select=None, approval=ASKS),
            ),
        )
        self.ports = ports_of(hands, folder)
        self.store = self.ports.store
        request = asked(self.ports)
        discover(self.ports, request)
        self.observed(cloud_manager("pc", "4.10.3"), cloud_manager("pc-2", "4.10.3"))
        self.observed(connector("con", "4.10.3", pairs=("pc",)), beside())
        planned = plan(self.ports, request)
        assert not planned.problem
        self.plan_hash = planned.plan_hash

    def observed(self, *managers: ManagerFacts) -> None:
        """Keep these facts with the run."""
        for one in managers:
            self.store.put_document("r", f"facts/{one.manager.id}", to_json_text(one))

    def says(self, command: Command = YES) -> Command:
        """Somebody has looked at the plan, and says it."""
        looked = replace(command, plan_hash=command.plan_hash or self.plan_hash)
        self.store.command("r", looked)
        return looked

    def journals(self, key: str, text: str = "") -> None:
        """The journal has that entry."""
        self.store.append("r", JournalEntry(key=key, at=NOW, kind=JournalKind.COMMANDED, text=text))

    def heard(self, taken: int = 0) -> tuple[Heard, ...]:
        """What the run hears."""
        return told_commands(self.ports, CommandsOrder(run="r", plan_hash=self.plan_hash, taken=taken)).heard


@pytest.fixture
def run(tmp_path: Path) -> Commanded:
    """It is planned."""
    return Commanded(tmp_path)


def test_a_run_hears_only_what_is_new_to_it(run: Commanded) -> None:
    """In the order in which it was said."""
    pause = run.says(replace(YES, key="pause", kind=CommandKind.PAUSE, wave=None))
    yes = run.says()

    assert run.heard() == (Heard(command=pause), Heard(command=yes))
    assert run.heard(taken=1) == (Heard(command=yes),)
    assert run.heard(taken=2) == ()


@pytest.mark.parametrize(
    ("word", "why"),
    [
        (replace(YES, by="ANA (unauthenticated)"), "asked for this run"),
        (replace(YES, by="Ana", approver="bob"), "asked for this run"),
        (replace(YES, by="eve"), "no approver"),
        (replace(YES, plan_hash="f" * 64), "it names plan ffffffffffff"),
        (replace(YES, wave="last"), "there is no wave last"),
    ],
)
def test_a_word_that_never_counts_says_why(run: Commanded, word: Command, why: str) -> None:
    """The requester whatever they speak for, a stranger, another plan, another wave."""
    run.says(word)

    assert why in run.heard()[0].void


def test_what_the_wave_touches_must_be_as_it_was(run: Commanded) -> None:
    """Somebody upgraded a connector of it behind the plan's back; whoever let the wave go had seen another one."""
    run.says()
    run.observed(connector("con", "4.11.0", pairs=("pc",)))

    assert "con" in run.heard()[0].void
    assert "4.11.0" in run.heard()[0].void


def test_what_another_wave_touches_is_no_matter(run: Commanded) -> None:
    """The approval of one wave says nothing of another."""
    run.says()
    run.observed(connector("con-2", "4.11.0", pairs=("pc-2",)))

    assert run.heard()[0].void == ""


def test_what_was_said_of_another_plan_before_it_was_asked_stays_void(run: Commanded) -> None:
    """Somebody approved before the run had come to its wave: it counts for what they looked at, and for that alone."""
    early = replace(YES, at=NOW - timedelta(days=1))
    run.says(early)
    run.says(replace(early, key="carl", by="carl", plan_hash="f" * 64))

    assert [bool(one.void) for one in run.heard()] == [False, True]


def test_a_forged_command_is_told_and_none_is_heard(run: Commanded, tmp_path: Path) -> None:
    """Neither the run nor a task obeys anything, and neither breaks: both are told which one it is and what to do."""
    run.says()
    with closing(sqlite3.connect(tmp_path / "fleet.sqlite", autocommit=True)) as db:
        db.execute('UPDATE commands SET record = replace(record, \'"by":"bob"\', \'"by":"carl"\')')
    told = told_commands(run.ports, CommandsOrder(run="r", plan_hash=run.plan_hash, taken=0))
    step = StepOrder(run="r", plan_hash=run.plan_hash, task="manager:con", step="upgrade", generation=1)
    said = standing_of(run.ports, step)

    assert (told.heard, said.standing) == ((), Standing.UNREADABLE)
    assert "command 1 to run r was changed by something else than hcx-fleet" in told.unreadable
    assert said.comment == told.unreadable


def test_what_changed_for_the_meshes_of_a_wave(run: Commanded) -> None:
    """What its mesh tasks touch alone: a manager that no mesh of it has is no matter of theirs."""
    order = WaveOrder(run="r", plan_hash=run.plan_hash, wave="rest")
    before = wave_drift(run.ports, order).changed
    run.observed(connector("con", "4.11.0", pairs=("pc",)))
    elsewhere = wave_drift(run.ports, order).changed
    run.observed(beside("4.11.0"))

    assert (before, elsewhere) == ("", "")
    assert "4.11.0" in wave_drift(run.ports, order).changed


def test_a_file_that_cannot_be_read_may_hide_any_change(run: Commanded, tmp_path: Path) -> None:
    """Nobody can tell whether the plan holds: nothing is let go by then, and whoever mends the file is told which."""
    (tmp_path / "corrections.yaml").write_text("releases: [")
    ports = replace(run.ports, overrides=OverrideFile(tmp_path / "corrections.yaml"))
    run.says()
    heard = told_commands(ports, CommandsOrder(run="r", plan_hash=run.plan_hash, taken=0)).heard[0]
    changed = wave_drift(ports, WaveOrder(run="r", plan_hash=run.plan_hash, wave="rest")).changed

    assert "corrections.yaml" in heard.void
    assert changed.startswith("nobody can tell what has changed: ")


def test_what_was_void_once_stays_so(run: Commanded) -> None:
    """Though what spoke against it is over: whoever said it was told."""
    run.says()
    run.journals(void_key("bob"), "as it was told")

    assert run.heard()[0].void == "as it was told"


def test_what_has_let_its_wave_go_is_not_judged_again(run: Commanded) -> None:
    """A run that goes on finds what changed since, and that is no matter of an approval any more."""
    run.says()
    run.journals(taken_key("bob"))
    run.observed(connector("con", "4.11.0", pairs=("pc",)))
    before = run.heard()[0]
    run.journals(opening_key("first"))

    assert (before.counted, bool(before.void)) == (True, True)
    assert (run.heard()[0].counted, run.heard()[0].void) == (True, "")


def test_a_command_is_in_the_journal_though_whoever_kept_it_died(run: Commanded) -> None:
    """It was kept, and its entry was not written any more: the run that hears it writes it, once."""
    run.says()
    run.heard()
    run.heard()
    entries = [entry for _, entry in run.store.journal("r") if entry.kind is JournalKind.COMMANDED]

    assert [(entry.key, entry.at, entry.text) for entry in entries] == [
        ("command/bob", NOW, "bob lets wave first go"),
    ]
