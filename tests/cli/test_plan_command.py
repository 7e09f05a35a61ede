"""`plan`, `diff` and `show` before any app is started: files, what can be meant, and what is gone on with."""

from dataclasses import replace
from pathlib import Path

import pytest

from cli.edge import WrongUseError
from cli.exits import Exit, exit_of
from cli.files import write_whole
from cli.local import Asked, to_resume
from cli.plans import Comparison, diff
from cli.runs import Wanted, hash_named, new_id
from cli.shows import show_calendar, show_coverage, show_forecast
from shared.model.codec import to_json_text
from shared.model.inventory import Inventory
from shared.model.run import Run, RunKind, RunRequest, RunState, RunTrigger
from shared.report.kept_plans import POLICY
from shared.report.plan_json import plan_json
from shared.rules.drift import STALE
from shared.rules.planning.sealing import plan_hash
from shared.store.sqlite import SqliteStore
from tests.builders.fleet_facts import policy, private_cloud
from tests.cli.played_fleet import view
from tests.report.planned_fleet import NOW, PLAN

OTHER = replace(PLAN, concurrency=2)
FIRST, SECOND = (replace(one, hash=plan_hash(one)) for one in (PLAN, OTHER))
UPGRADE = Asked(kind=RunKind.UPGRADE, private_cloud=None, include_shared=False, requested_by=None)


@pytest.fixture
def wanted(tmp_path: Path) -> Wanted:
    """Settings whose store holds two plans, each with its run."""
    path = tmp_path / "store.sqlite"
    with SqliteStore(path) as store:
        for number, plan in enumerate((FIRST, SECOND)):
            store.put_plan(plan)
            run = Run(request=request(f"r{number}"), state=RunState.SUCCEEDED, plan_hash=plan.hash)
            store.put_run(run)
            store.put_document(f"r{number}", POLICY, to_json_text(policy()))
            clouds = tuple(private_cloud(name) for name in plan.private_clouds)
            found = Inventory(observed_at=NOW, subscriptions=(), private_clouds=clouds, managers=())
            store.put_document(f"r{number}", "inventory", to_json_text(found))
    settings = tmp_path / "settings.env"
    lines = {"STORE": path, "POLICY": tmp_path, "SECRETS_FILE": tmp_path, "REPORTS": tmp_path}
    settings.write_text("".join(f"HCX_FLEET_{name}={value}\n" for name, value in lines.items()), "utf-8")
    return Wanted(settings=settings, json=False, requester=None)


def request(name: str, plan: str | None = None) -> RunRequest:
    """An upgrade that was asked for."""
    return RunRequest(
        id=name,
        kind=RunKind.UPGRADE,
        trigger=RunTrigger.HTTP,
        requested_by="test",
        requested_at=NOW,
        plan_hash=plan,
    )


def compared(wanted: Wanted, before: str, after: str | None = None) -> int:
    """The exit code of a comparison."""
    return diff(wanted, Comparison(before=before, after=after, live=False))


def test_two_plans_are_compared_by_the_beginnings_of_their_hashes(
    wanted: Wanted, capsys: pytest.CaptureFixture[str]
) -> None:
    """A difference is told in words, and comparing is no failure."""
    code = compared(wanted, FIRST.hash[:10], SECOND.hash[:10])

    assert code == Exit.AS_WANTED
    assert "tasks of ours at a time: 2 instead of 4" in capsys.readouterr().out


def test_a_plan_is_compared_with_the_newest_where_no_other_is_named(
    wanted: Wanted, capsys: pytest.CaptureFixture[str]
) -> None:
    """The newest plan does not differ from itself."""
    assert compared(wanted, SECOND.hash[:10]) == Exit.AS_WANTED
    assert "no difference" in capsys.readouterr().out


def test_a_file_is_a_plan_as_well(wanted: Wanted, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A plan that was written down can be compared with one in the store."""
    file = tmp_path / "plan.json"
    write_whole(file, plan_json(FIRST))

    assert compared(wanted, str(file), SECOND.hash) == Exit.AS_WANTED
    assert "1 difference" in capsys.readouterr().out


def test_a_file_that_was_changed_is_told_with_its_name(wanted: Wanted, tmp_path: Path) -> None:
    """Wrong use names the file and what is wrong with it."""
    file = tmp_path / "plan.json"
    file.write_text(plan_json(FIRST).decode().replace("contoso", "fabrikam"), "utf-8")

    with pytest.raises(WrongUseError, match=r"plan\.json: content and hash"):
        compared(wanted, str(file))


def test_a_plan_that_is_not_kept_is_wrong_use(wanted: Wanted) -> None:
    """A beginning that fits nothing compares nothing."""
    with pytest.raises(WrongUseError, match="no plan is kept"):
        compared(wanted, "0000")


def test_a_run_never_takes_the_id_of_another(tmp_path: Path) -> None:
    """Two commands in one second are two runs: the second would wait for ever for one that has ended."""
    with SqliteStore(tmp_path / "one.sqlite") as store:
        names = []
        for _ in range(3):
            names.append(new_id(store, RunKind.UPGRADE, NOW))
            store.put_run(Run(request=request(names[-1]), state=RunState.FAILED))

    assert names == [names[0], f"{names[0]}-2", f"{names[0]}-3"]


def test_an_empty_hash_names_no_plan(tmp_path: Path) -> None:
    """A variable that is not set in a pipeline starts no run of a plan that nobody approved."""
    with SqliteStore(tmp_path / "one.sqlite") as store:
        store.put_plan(FIRST)
        with pytest.raises(WrongUseError, match="no plan is named"):
            hash_named(store, "")
        assert (hash_named(store, None), hash_named(store, FIRST.hash[:8])) == (None, FIRST.hash)


def test_the_fleet_and_another_plan_are_not_both_meant(wanted: Wanted) -> None:
    """`--live` compares with the fleet, so a second plan is a mistake and nothing is observed."""
    with pytest.raises(WrongUseError, match="leave out"):
        diff(wanted, Comparison(before=FIRST.hash, after=SECOND.hash, live=True))


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """Nothing is left beside it, and a place that cannot be written is wrong use."""
    file = tmp_path / "plan.md"
    write_whole(file, b"first")
    write_whole(file, b"second")

    assert [one.name for one in tmp_path.iterdir()] == ["plan.md"]
    assert file.read_bytes() == b"second"
    with pytest.raises(WrongUseError, match="cannot be written"):
        write_whole(tmp_path / "nowhere" / "plan.md", b"x")


@pytest.mark.parametrize("show", [show_coverage, show_calendar, show_forecast])
@pytest.mark.parametrize("as_json", [False, True])
def test_what_the_newest_plan_says_is_shown_from_the_store(
    wanted: Wanted, capsys: pytest.CaptureFixture[str], show: object, *, as_json: bool
) -> None:
    """No manager is asked: the newest run's plan, policy and inventory are enough."""
    assert callable(show)
    assert show(replace(wanted, json=as_json), live=False) == Exit.AS_WANTED
    assert capsys.readouterr().out != ""


def test_a_run_of_a_plan_is_gone_on_with_by_its_plan() -> None:
    """A run of another plan, or one that made its own, is never taken for it."""
    runs = tuple(
        Run(request=request(name, plan), state=RunState.RUNNING)
        for name, plan in (("own", None), ("other", SECOND.hash), ("this", FIRST.hash))
    )

    assert to_resume(runs, replace(UPGRADE, plan_hash=FIRST.hash)) == "this"
    assert to_resume(runs, UPGRADE) == "own"
    assert to_resume(runs, replace(UPGRADE, plan_hash="0" * 64)) is None


def test_a_request_names_plan_and_target() -> None:
    """Both travel to the API in its own words."""
    asked = replace(UPGRADE, plan_hash=FIRST.hash, target="9.0.1")

    assert (asked.body["planHash"], asked.body["target"]) == (FIRST.hash, "9.0.1")


def test_a_plan_that_the_fleet_has_outgrown_is_no_wrong_use() -> None:
    """A refused plan needs somebody to approve another one."""
    assert exit_of(view(None, problem=f"{STALE}: fleet.yaml was changed")) == Exit.NEEDS_OTHERS
