"""docs/procedure.md is a contract: its numbers are those of the plan's steps."""

import re
from datetime import timedelta
from pathlib import Path

from shared.model.facts import Appliance, ApplianceKind, Health, Status
from shared.model.ne_mode import ApplianceMode, ModeChoice
from shared.model.plan import SECTION, Estimate, StepKind
from shared.model.policy import Owner, Patience
from shared.model.version import Version
from shared.rules import task_steps

PAGE = (Path(__file__).parents[2] / "docs" / "procedure.md").read_text(encoding="utf-8")
HEADING = re.compile(
    r"^### (?P<number>\d\.\d) (?P<title>.+?)(?: \((?P<repeat>per hop|per appliance|per gateway)\))?$", re.MULTILINE
)
PARTS = ("What happens", "Who", "Expect", "Stops here when", "Links")


def _repeated(word: str) -> set[str]:
    return {found["number"] for found in HEADING.finditer(PAGE) if found["repeat"] == word}


def _sections_of(*kinds: StepKind) -> set[str]:
    return {SECTION[kind] for kind in kinds}


ANY_TIME = Estimate(p50=timedelta(minutes=30), p90=timedelta(hours=1), basis="any")


def test_headings_are_the_sections() -> None:
    """Every kind of step has its section, in order, and there is no section without a step."""
    numbers = [found["number"] for found in HEADING.finditer(PAGE)]

    assert numbers == list(SECTION.values())
    assert list(SECTION) == list(StepKind)


def test_every_third_level_heading_is_numbered() -> None:
    """No heading of a section is written in a way that the journal's test would overlook."""
    headings = [line for line in PAGE.splitlines() if line.startswith("### ")]

    assert headings == [found.group() for found in HEADING.finditer(PAGE)]


def test_hop_sections_are_marked() -> None:
    """The sections repeated for each hop are those of a hop's steps."""
    way = task_steps.Way(source=Version("4.9.2"), target=Version("4.11.4"), requires=(), takes=ANY_TIME)
    hop = task_steps.manager_hop("con", way, Owner.OURS, Patience())

    assert _repeated("per hop") == _sections_of(hop.stage.kind, hop.upgrade.kind, hop.answer.kind, hop.verify.kind)


def test_appliance_sections_are_marked() -> None:
    """The sections repeated for each appliance are those of an appliance's steps."""
    appliance = Appliance(
        id="a1",
        name="IX-1",
        kind=ApplianceKind.INTERCONNECT,
        mesh_id="m1",
        system_id="s1",
        version=Version("4.9.2"),
        available_version=None,
        tunnel=Status(health=Health.UP, text="UP"),
        extension_count=0,
    )
    patience = Patience(person=timedelta(days=1))
    change = task_steps.Change(
        appliance=appliance,
        target=Version("4.11.4"),
        together=(),
        networks=0,
        mode=ModeChoice(mode=ApplianceMode.STANDARD, reason="any"),
        takes=ANY_TIME,
    )
    upgrade = task_steps.appliance_upgrade(change, Owner.ASSISTED, patience)

    kinds = (upgrade.upgrade.kind, upgrade.back.kind, upgrade.verify.kind)
    assert _repeated("per appliance") == _sections_of(*kinds)


def test_every_section_answers_the_same_questions() -> None:
    """Each section says what happens, who does it, what to expect, what stops it, and where the vendor says so."""
    sections = re.split(r"^### .+$", PAGE, flags=re.MULTILINE)[1:]
    bodies = [re.split(r"^## ", one, flags=re.MULTILINE)[0] for one in sections]

    answered = [tuple(re.findall(r"^- \*\*(.+?):\*\*", body, re.MULTILINE)) for body in bodies]

    assert answered == [PARTS] * len(SECTION)


def test_every_section_links_to_the_vendor() -> None:
    """Each section names at least one page of the vendor."""
    links = re.findall(r"^- \*\*Links:\*\* (.+)$", PAGE, re.MULTILINE)

    assert len(links) == len(SECTION)
    assert all(re.search(r"\]\(https://(learn\.microsoft|techdocs\.broadcom)\.com/", line) for line in links)
