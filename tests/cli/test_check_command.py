"""`check` where nobody has to be asked: what cannot be meant, and facts that were kept."""

import json
from pathlib import Path

import pytest

from cli.check import CheckOrder, check
from cli.edge import WrongUseError
from cli.exits import Exit
from cli.runs import Wanted
from shared.report.runsheet.record import Material
from tests.builders.fleet_facts import NOW, inventory, policy
from tests.cli.played_fleet import facts_at, plan_of
from tests.cli.stored_task import seen_now, stored

NOBODY = Wanted(settings=None, json=False, requester=None)


def kept(folder: Path, *, fresh: bool) -> Wanted:
    """Settings of a store with one planned run, `r1`, of facts of a moment ago or of long ago."""
    facts = facts_at("4.11.2")
    plan = plan_of(facts)
    given = Material(
        plan=plan,
        task=plan.tasks[0],
        facts=facts,
        policy=policy("4.11.4"),
        inventory=inventory(facts),
        now=NOW,
        draft=False,
    )
    return stored(folder, seen_now(given) if fresh else given)


def order(**changes: object) -> CheckOrder:
    """A check of what run r1 kept."""
    said = {"subject": None, "steps": None, "only": (), "as_of": "r1", "form": "json"}
    return CheckOrder(**{**said, **changes})  # type: ignore[arg-type]


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    """The document on standard output."""
    document = json.loads(capsys.readouterr().out)
    assert isinstance(document, dict)
    return document


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        (("tunels-up",), "--only tunels-up: there is no such check; did you mean tunnels-up?"),
        (("xyz",), "--only xyz: there is no such check; docs/checks.md lists them"),
    ],
)
def test_an_unknown_check_is_told_with_the_nearest_names(asked: tuple[str, ...], problem: str) -> None:
    """A check that is not there is wrong use before anything starts, and the message names what may be meant."""
    with pytest.raises(WrongUseError) as refused:
        check(NOBODY, order(as_of=None, only=asked))

    assert list(refused.value.problems) == [problem]


def test_a_run_that_is_not_there_is_told_with_the_nearest_names(tmp_path: Path) -> None:
    """--as-of wants a run of the store or a file: what is neither is told, with runs that are called nearly so."""
    with pytest.raises(WrongUseError) as refused:
        check(kept(tmp_path, fresh=True), order(as_of="r11"))

    assert list(refused.value.problems) == ["--as-of r11: neither a run of the store nor a file; did you mean r1?"]


def test_fresh_kept_facts_are_judged_without_asking_anybody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a run saw a moment ago still counts: the answer is READY as of then, and no manager is called."""
    code = check(kept(tmp_path, fresh=True), order())
    document = told(capsys)

    assert (code, document["ready"]) == (Exit.AS_WANTED, True)
    assert str(document["verdict"]).startswith("READY, as of ")
    assert document["factsAsOf"] is not None


def test_kept_facts_that_are_too_old_are_not_ready(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Times are as they were then: what was fresh is too old by now, and that is every reason."""
    code = check(kept(tmp_path, fresh=False), order())
    document = told(capsys)
    reasons = document["reasons"]

    assert (code, document["ready"]) == (Exit.NEEDS_OTHERS, False)
    assert isinstance(reasons, list)
    assert {one["kind"] for one in reasons} == {"too-old"}
    assert document["factsAsOf"] == NOW.isoformat().replace("+00:00", "Z")


def test_one_subject_of_kept_facts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A subject is named by id or name; what is not in the run is wrong use."""
    wanted = kept(tmp_path, fresh=True)
    check(wanted, order(subject="con-a", steps="manager"))
    checked = told(capsys)["checked"]

    assert isinstance(checked, list)
    assert [one["id"] for one in checked] == ["con-a"]
    with pytest.raises(WrongUseError, match="pc-z"):
        check(wanted, order(subject="pc-z"))


@pytest.mark.parametrize(
    ("form", "begins"), [("junit", '<?xml version="1.0"'), ("md", "# ✅ hcx-fleet check"), ("table", "SUBJECT")]
)
def test_every_form_says_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str, begins: str) -> None:
    """Each form of the same answer has the verdict, and exits alike."""
    code = check(kept(tmp_path, fresh=True), order(form=form))
    out = capsys.readouterr().out

    assert code == Exit.AS_WANTED
    assert out.startswith(begins)
    assert "READY, as of" in out


def test_a_file_that_is_no_file_of_facts_is_refused(tmp_path: Path) -> None:
    """Another file in the place of collected facts is told with what it is not."""
    other = tmp_path / "other.json"
    other.write_text("{}", "utf-8")
    with pytest.raises(WrongUseError, match="hcx-fleet-site-facts"):
        check(kept(tmp_path, fresh=True), order(as_of=str(other)))
