"""What people told a run: only what is new to it, and each word with why it does not count, if so."""

from dataclasses import replace
from pathlib import Path

import pytest

from activities.observe import discover
from activities.planning import plan
from activities.told_commands import told_commands
from shared.model.codec import to_json_text
from shared.model.command import Command, CommandKind
from shared.model.facts import ManagerFacts
from shared.model.orders import CommandsOrder, Heard
from shared.model.policy import Approval, Owner, Selector, Wave
from shared.model.run import JournalEntry, JournalKind
from shared.rules.resume import opening_key, taken_key, void_key
from tests.activities.desk import asked, ports_of
from tests.activities.test_retried_run import OurHands
from tests.builders.fleet_facts import NOW, cloud_manager, connector, entry, policy, private_cloud

ASKS = Approval(approvers=("ana", "bob", "carl"), minimum=2)
YES = Command(key="bob", kind=CommandKind.APPROVE, by="bob", authenticated=True, at=NOW, wave="first")


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
        self.observed(connector("con", "4.10.3", pairs=("pc",)), connector("con-2", "4.10.3", pairs=("pc-2",)))
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
