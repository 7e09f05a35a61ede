"""What a person said of a hand-over that nobody can judge, as the look at it finds it in the journal."""

from pathlib import Path

from activities.checking import check
from activities.observe import discover
from activities.planning import plan
from shared.model.codec import to_json_text
from shared.model.facts import ManagerFacts
from shared.model.orders import Said, StepOrder
from shared.model.plan import ManagerTask
from shared.model.run import JournalEntry, JournalKind, RunKind
from shared.ports import Ports
from shared.report.stored import plan_known
from shared.rules.entries import about_step
from shared.rules.inconclusive import ASKED
from tests.activities.desk import Hands, asked, ports_of
from tests.builders.fleet_facts import NOW, cloud_manager, connector, entry, policy


def handing_over(folder: Path, *, visible: bool) -> tuple[Ports, StepOrder]:
    """The hand-over of a connector, about which somebody was asked and said something."""
    hands = Hands()
    hands.wanted = policy(connectors=(entry("con"),))
    ports = ports_of(hands, folder)
    discover(ports, asked(ports, RunKind.UPGRADE, run="r"))
    con, pc = connector("con", "4.10.3", pairs=("pc",)), cloud_manager("pc", "4.11.4")
    keep(ports, con, pc)
    made = plan(ports, asked(ports, RunKind.UPGRADE, run="r"))
    task = plan_known(ports.store, made.plan_hash).task("manager:con")
    assert isinstance(task, ManagerTask)
    keep(ports, con if visible else ManagerFacts(manager=con.manager, observed_at=NOW), pc)
    question = about_step(task.id, task.hand_over, ASKED, at=NOW, kind=JournalKind.INSTRUCTED, text="Nobody can tell")
    word = JournalEntry(key="word", at=NOW, kind=JournalKind.REPORTED, text="ana reports it as done", task=task.id)
    ports.store.append("r", question)
    ports.store.append("r", word)
    return ports, StepOrder(run="r", plan_hash=made.plan_hash, task=task.id, step=task.hand_over.id, generation=1)


def keep(ports: Ports, *facts: ManagerFacts) -> None:
    """They were observed."""
    for one in facts:
        ports.store.put_document("r", f"facts/{one.manager.id}", to_json_text(one))


def test_the_word_comes_with_what_cannot_be_judged(tmp_path: Path) -> None:
    """Whichever host heard it, and whether or not a bell rang."""
    assert check(*handing_over(tmp_path, visible=False)).said == Said(at=NOW, text="ana reports it as done")


def test_nobodys_word_is_read_where_it_can_be_judged(tmp_path: Path) -> None:
    """The journal of a large run is long."""
    assert check(*handing_over(tmp_path, visible=True)).said is None
