"""Judging files of collected facts: each kind of bad input has its own finding and remedy."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.model.collected import ClockSeen, Imported
from shared.model.inventory import Reach
from shared.model.site_file import Fault
from shared.rules.clocks import ahead
from shared.rules.imported import moved, observed_times
from shared.rules.importing import Given, Judged, Known, Weight, judge
from tests.builders.fleet_facts import NOW, unread
from tests.cli.command import ROOT
from tests.collect.facts_files import changed, collected, facts_of, file_of, known, manager, resealed

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GOOD = file_of(collected())


def one(file: Given, about: Known | None = None) -> Judged:
    """What comes of a single file."""
    (judged,) = judge([file], about or known())
    return judged


def stored(age: timedelta = timedelta(), system: str = "sys-con-lyon") -> Imported:
    """An import that is kept already."""
    facts = facts_of("con-lyon", system=system, age=age)
    return Imported(facts=facts, site="lyon", imported_at=NOW - age, corrected_seconds=0, system=system)


REFUSED = {
    "damaged": (changed(lambda document: document["content"].update(site="metz")), known()),
    "foreign": (Given(name="x.json", content=b'{"format": "something"}'), known()),
    "newer-format": (changed(lambda document: document.update(version=2)), known()),
    "older-format": (
        Given(name="x.json", content=b""),  # made below, since only a right digest comes so far
        known(),
    ),
    "other-release": (resealed(lambda content: content.update(field_of_tomorrow=1)), known()),
    "from-the-future": (file_of(collected(ended_at=NOW + HOUR)), known()),
    "unknown-manager": (GOOD, known(manager("con-metz", site="metz"))),
    "other-site": (GOOD, known(manager("con-lyon", site="metz"))),
    "not-collected": (GOOD, known(manager("con-lyon", reach=Reach.DIRECT))),
    "older": (file_of(collected(facts_of("con-lyon", age=HOUR))), known(stored={"con-lyon": stored()})),
}


def older_format(monkeypatch: pytest.MonkeyPatch) -> Given:
    """A file as a release before this format would have sealed it."""
    monkeypatch.setattr("shared.model.site_file.VERSION", 0)
    return file_of(collected())


@pytest.mark.parametrize("check", REFUSED)
def test_each_bad_file(check: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that cannot be taken is refused with the one finding that says why and what to do, and leaves nothing."""
    file, about = REFUSED[check]
    if check == "older-format":
        with monkeypatch.context() as before:
            file = older_format(before)

    judged = one(file, about)

    assert [remark.check for remark in judged.remarks if remark.weight is Weight.REFUSED] == [check]
    assert all(remark.remedy for remark in judged.remarks if remark.weight is Weight.REFUSED)
    assert judged.taken == ()


@pytest.mark.parametrize("content", [b"", b"no json", b"[]", b"\xff\xfe", b'{"format": "hcx-fleet-site-facts"}'])
def test_rubbish_is_refused(content: bytes) -> None:
    """Whatever is given as a file, it is refused and never an exception."""
    assert one(Given(name="x", content=content)).refused


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_every_damage_is_found(data: st.DataObject) -> None:
    """No single byte of a file can be another one without the file being refused, unless it says the same."""
    place = data.draw(st.integers(0, len(GOOD.content) - 1))
    byte = data.draw(st.integers(32, 126))
    content = GOOD.content[:place] + bytes([byte]) + GOOD.content[place + 1 :]

    same = _json(content) == _json(GOOD.content)

    assert one(replace(GOOD, content=content)).refused is not same


def _json(content: bytes) -> object:
    try:
        return json.loads(content)
    except ValueError:
        return None


def test_everything_at_once() -> None:
    """All that is wrong with a file is said together, for each manager that it is wrong with."""
    file = file_of(collected(facts_of("con-lyon"), facts_of("con-ulm"), ended_at=NOW + DAY))

    judged = one(file, known(manager("con-lyon", site="metz")))

    assert {(remark.check, remark.about) for remark in judged.remarks} == {
        ("from-the-future", "lyon"),
        ("other-site", "con-lyon"),
        ("unknown-manager", "con-ulm"),
    }


def test_a_good_file() -> None:
    """A file with nothing wrong is taken without a word."""
    judged = one(GOOD)

    assert judged.remarks == ()
    assert [each.facts.manager.id for each in judged.taken] == ["con-lyon"]


def test_the_same_file_again() -> None:
    """Giving a file twice does no harm and changes nothing."""
    (kept,) = one(GOOD).taken

    judged = one(GOOD, known(stored={"con-lyon": kept}, systems={"con-lyon": kept.system}, now=NOW + HOUR))

    assert [remark.check for remark in judged.remarks] == ["known-already"]
    assert (judged.taken, judged.refused) == ((), False)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_of_one_site(order: tuple[int, int]) -> None:
    """Of two files of one site the newer one is taken and the older one refused, in whatever order they are given."""
    older = facts_of("con-lyon", age=HOUR)
    files = [file_of(collected(), "new"), file_of(collected(older, ended_at=NOW - HOUR), "old")]

    judged = judge([files[place] for place in order], known())

    assert {each.name: each.refused for each in judged} == {"new": False, "old": True}
    assert [each.name for each in judged] == [files[place].name for place in order]


@pytest.mark.parametrize("seconds", [7200, -7200])
def test_two_hours_off(seconds: int) -> None:
    """Where the clock was measured to be two hours off, every time is corrected by that and the finding says it."""
    there = NOW + timedelta(seconds=seconds)
    facts = moved(facts_of("con-lyon"), -timedelta(seconds=seconds))

    judged = one(file_of(collected(facts, ahead=seconds, began_at=there, ended_at=there)))

    (remark,) = judged.remarks
    (taken,) = judged.taken
    assert (remark.check, "2 h" in remark.detail) == ("clock-wrong", True)
    assert set(observed_times(facts)) == {there}
    assert set(observed_times(taken.facts)) == {NOW}
    assert taken.corrected_seconds == seconds


def test_two_hours_off_and_not_measured() -> None:
    """Where nobody measured the clock nothing is corrected, and that is said; what is in the future is refused."""
    behind = one(file_of(collected(facts_of("con-lyon", age=2 * HOUR), ahead=None, ended_at=NOW - 2 * HOUR)))
    ahead_of_us = one(file_of(collected(ahead=None, ended_at=NOW + 2 * HOUR)))

    assert [remark.check for remark in behind.remarks] == ["clock-not-measured"]
    assert behind.taken[0].facts.observed_at == NOW - 2 * HOUR
    assert behind.taken[0].corrected_seconds is None
    assert ahead_of_us.refused


@pytest.mark.parametrize(("offsets", "agreed"), [((), None), ((3, 5, 4), 4), ((7200, 7201), 7200), ((0, 7200), None)])
def test_managers_have_to_agree(offsets: tuple[int, ...], agreed: int | None) -> None:
    """A clock counts as measured only where the managers' clocks agree with each other."""
    found = ahead(ClockSeen(manager=f"con-{number}", ahead_seconds=one) for number, one in enumerate(offsets))

    assert found == (None if agreed is None else timedelta(seconds=agreed))


def test_another_system_is_held() -> None:
    """Facts of another system than the known one are kept apart: they do not count, and the known one stays known."""
    about = known(systems={"con-lyon": "sys-before"})

    held = one(GOOD, about)
    accepted = one(GOOD, replace(about, accepted=frozenset({"con-lyon"})))

    (remark,) = held.remarks
    assert (remark.check, remark.weight, "--accept-identity con-lyon" in remark.remedy) == (
        "other-system",
        Weight.HELD,
        True,
    )
    assert (bool(held.taken[0].doubt), held.taken[0].system) == (True, "sys-before")
    assert (accepted.remarks, accepted.taken[0].doubt, accepted.taken[0].system) == ((), "", "sys-con-lyon")


def test_an_accepted_identity_takes_what_was_held() -> None:
    """The very file that was held is taken once its identity is accepted."""
    about = known(systems={"con-lyon": "sys-before"})
    (held,) = one(GOOD, about).taken

    judged = one(GOOD, replace(about, stored={"con-lyon": held}, accepted=frozenset({"con-lyon"})))

    assert [each.doubt for each in judged.taken] == [""]


def test_nobody_is_left_out_in_silence() -> None:
    """A manager that the file lacks, and one whose version could not be read, are said, and the file is taken."""
    blind = replace(unread(facts_of("con-lyon")), manager=manager("con-lyon"))

    judged = one(file_of(collected(blind)), known(manager("con-lyon"), manager("con-ulm")))

    assert {(remark.check, remark.about) for remark in judged.remarks} == {
        ("not-observed", "con-lyon"),
        ("not-in-file", "con-ulm"),
    }
    assert len(judged.taken) == 1


def test_the_page_names_every_finding() -> None:
    """docs/collector.md says of each finding what it does and what to do."""
    page = (ROOT / "docs" / "collector.md").read_text("utf-8")
    source = (ROOT / "shared" / "rules" / "importing.py").read_text("utf-8")
    codes = {*REFUSED, *Fault, *re.findall(r'check="([a-z-]+)"|_refused\(\s*"([a-z-]+)"', source)}

    named = {code for found in codes for code in ([found] if isinstance(found, str) else found) if code}

    assert [code for code in sorted(named) if f"`{code}`" not in page] == []
    assert {"clock-wrong", "other-system", "older", "damaged"} <= named


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content["clocks"][0].update(ahead_seconds=10**15),
        lambda content: content["managers"][0].update(
            certificate_until={"value": "2027-01-01", "at": content["began_at"]}
        ),
        lambda content: content.update(ended_at="0001-01-01T00:00:00+23:00"),
    ],
    ids=["clock", "no-zone", "no-utc"],
)
def test_times_that_no_pass_could_reckon_with(change: Callable[[dict[str, Any]], object]) -> None:
    """A time that cannot be compared, corrected or shown refuses its file instead of breaking a later pass."""
    judged = one(resealed(change))

    assert [(remark.check, remark.weight) for remark in judged.remarks] == [("damaged", Weight.REFUSED)]


def test_what_has_no_digest_is_damaged() -> None:
    """A file whose content can have no digest is not taken for one that matches an empty one."""
    content = b'{"format": "hcx-fleet-site-facts", "version": 1, "content": NaN, "digest": ""}'

    assert [remark.check for remark in one(Given(name="x", content=content)).remarks] == ["damaged"]
