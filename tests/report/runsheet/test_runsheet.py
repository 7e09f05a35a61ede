"""What stands on a run sheet: the right buttons, who to tell, when it counts, and nothing that a name could break."""

import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.model.facts import ApplianceKind, GapReason, ManagerFacts
from shared.model.ne_mode import ApplianceMode, ModeChoice
from shared.model.plan import ManagerTask, MeshTask
from shared.model.policy import Patience
from shared.model.version import Version
from shared.report.runsheet.making import runsheet
from shared.report.runsheet.page import in_html
from shared.report.runsheet.record import Line, Material, Part, RunSheet
from shared.report.runsheet.standing import standing
from shared.report.runsheet.text import LINE, in_markdown
from shared.rules import task_steps
from shared.rules.catalogue import catalogue
from tests.builders.fleet_facts import NOW, appliance, fleet, unread
from tests.report.runsheet import sheets
from tests.report.runsheet.sheets import CONNECTOR, MESHED, NINE, OLD, made


class Page(HTMLParser):
    """Tags with their attributes, and the text."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag."""
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.text += data


def part(sheet: RunSheet, title: str) -> Part:
    """One part of a page."""
    return next(one for one in sheet.parts if one.title == title)


def pressed(sheet: RunSheet) -> list[str]:
    """Every button of the page, in order."""
    return [button for deed in part(sheet, "Do").deeds for button in deed.buttons]


def rows(sheet: RunSheet, title: str) -> tuple[tuple[str, ...], ...]:
    """The rows of one part."""
    grid = part(sheet, title).grid
    assert grid is not None
    return grid.rows


def manager_task(given: Material) -> ManagerTask:
    """Its task, which is about a manager."""
    assert isinstance(given.task, ManagerTask)
    return given.task


def mesh_task(given: Material) -> MeshTask:
    """Its task, which is about a mesh."""
    assert isinstance(given.task, MeshTask)
    return given.task


# --- the buttons ------------------------------------------------------------------------------------------------------


def test_a_connector_of_4_is_upgraded_on_its_own_page() -> None:
    """The 4.x page for bundles is Administration > Upgrade on port 9443."""
    assert pressed(made(CONNECTOR)) == ["Administration", "Upgrade"]


def test_a_connector_of_9_has_other_buttons() -> None:
    """From 9.1 the page is elsewhere and asks three times; VCF Operations may drive it instead."""
    assert pressed(made(NINE)) == [
        "Administration",
        "System Management",
        "Upgrade",
        "Begin Upgrade",
        "Continue",
        "Confirm & Start Upgrade",
        "Precheck",
        "Upgrade now",
    ]


def test_the_version_that_was_seen_decides_the_buttons() -> None:
    """Where the manager answers as 9.x by now, the page shows the buttons of 9.x whatever the plan began with."""
    seen = CONNECTOR.facts.of("con-lyon")
    assert seen is not None
    assert seen.identity is not None
    moved = replace(seen, identity=replace(seen.identity, value=replace(seen.identity.value, version=Version("9.1.0"))))

    assert "Begin Upgrade" in pressed(made(replace(CONNECTOR, facts=fleet(moved))))


def test_what_is_inferred_says_so() -> None:
    """No public text has the screens of 9.0, nor those of meshes in 9.x: the page says that the words are inferred."""
    hops = tuple(replace(hop, source=Version("9.0.1")) for hop in manager_task(NINE).hops)
    early = replace(NINE, task=replace(manager_task(NINE), hops=hops), facts=fleet())
    nine = sheets.material(f"mesh:{sheets.MESH}", sheets.facts("9.1.1", "9.1.1", "9.1.0"), "9.1.1")

    assert any("Inferred" in note for note in part(made(early), "Do").notes)
    assert any("Inferred" in note for note in part(made(nine), "Do").notes)
    assert not any("Inferred" in note for note in part(made(CONNECTOR), "Do").notes)


def test_before_482_no_bundle_can_be_uploaded() -> None:
    """A manager older than 4.8.2 takes no upload, and the page does not send anybody to one."""
    old = sheets.material("manager:con-lyon", sheets.facts("4.8.0", "4.11.4", "4.8.0"), "4.11.4")
    told = [deed.text for deed in part(made(old), "Do").deeds]

    assert any("KB 97087" in one for one in told)
    assert not any(one.startswith("Upload the 4.9.2") for one in told)


def test_appliances_come_in_their_order_and_mode() -> None:
    """Interconnect first, network extension after, each with the mode that the plan chose."""
    assert [(row[1], row[3]) for row in rows(made(MESHED), "Order and mode")] == [
        ("IX-I1", "Standard"),
        ("NE-I1", "Standard"),
    ]


def test_in_service_is_a_button() -> None:
    """An appliance that goes in service has its mode chosen on the screen, an interconnect has none to choose."""
    choice = ModeChoice(mode=ApplianceMode.IN_SERVICE, reason="there is a spare address")
    task = mesh_task(MESHED)
    items = tuple(
        replace(one, mode=choice) if one.kind is ApplianceKind.NETWORK_EXTENSION else one for one in task.appliances
    )

    buttons = pressed(made(replace(MESHED, task=replace(task, appliances=items))))

    assert buttons.count("In-Service") == 1
    assert "Standard" not in buttons


def test_gateways_are_redeployed_last() -> None:
    """A gateway that never shows an update is redeployed by hand after everything else."""
    seen = appliance("SGW-1", "m", "con", "4.10.3", ApplianceKind.SENTINEL_GATEWAY)
    choice = ModeChoice(mode=ApplianceMode.REDEPLOY, reason="it never shows the flag")
    gateway = task_steps.by_hand(seen, Version("4.11.4"), choice, Patience())

    sheet = made(replace(MESHED, task=replace(mesh_task(MESHED), by_hand=(gateway,))))

    assert pressed(sheet)[-1] == "Redeploy"
    assert "SGW-1" in part(sheet, "Do").deeds[-1].text


# --- whom it concerns -------------------------------------------------------------------------------------------------


def test_networks_have_their_owners_or_a_line() -> None:
    """A network that fleet.yaml names an owner for shows it with its probe, every other one a line to fill in."""
    assert rows(made(MESHED), "Networks at risk") == (
        ("payroll", "NE-I1", "", "", "–"),  # noqa: RUF001 -- the page's own sign
        ("shop", "NE-I1", "shop-team@contoso.example", "", "10.1.2.3:443"),
    )


def test_networks_that_nobody_saw_are_lines_to_fill_in() -> None:
    """Unobserved is not none: the page asks for them."""
    blind = replace(MESHED, facts=sheets.facts("4.11.4", "4.11.4", "4.11.2", extensions=None))

    assert set(rows(made(blind), "Networks at risk")) == {("",) * 5}


def test_nobody_is_sent_to_a_port_without_a_place() -> None:
    """Host, port and kind of account stand on the page, and no name of a secret does."""
    sheet = made(CONNECTOR)

    assert rows(sheet, "Log in")[0][1] == "https://hcx.con-lyon.example:9443"
    assert "admin-con-lyon" not in in_markdown(sheet)
    assert "hcx-con-lyon" not in in_markdown(sheet)


def test_no_hash_is_made_up() -> None:
    """hcx-fleet knows the hash of no bundle: both places are lines to fill in."""
    assert [row[2:] for row in rows(made(CONNECTOR), "Bundle")] == [("", "")]


def test_people_and_change_stand_on_it() -> None:
    """Contacts and change number come from fleet.yaml."""
    lines = part(made(CONNECTOR), "Where and who").lines

    assert Line(label="Contact", value="lyon-ops@contoso.example") in lines
    assert Line(label="Change number", value="CHG0012345") in lines


def test_everything_that_is_needed_afterwards_is_asked_for() -> None:
    """What closes the task stands under After, with a line for what was seen and when."""
    told = {row[0] for row in rows(made(MESHED), "After")}

    assert "NE-I1 and its peer are at 4.11.4 or later" in told
    assert "The tunnel of NE-I1 is up on both sides" in told


# --- when it counts ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [CONNECTOR, NINE, MESHED])
def test_ready_has_its_expiry(given: Material) -> None:
    """The page counts as long as the shortest-lived of its observations: 15 minutes after they were made."""
    sheet = made(given)

    assert sheet.ready
    assert sheet.stamp.startswith("READY until 24 Nov 2026 06:15 UTC")


@pytest.mark.parametrize("minutes", [16, 61, 60 * 24 * 8])
def test_old_facts_are_never_ready(minutes: int) -> None:
    """An observation that does not count any more makes it NO."""
    sheet = made(replace(CONNECTOR, now=NOW + timedelta(minutes=minutes)))

    assert not sheet.ready
    assert "READY until" not in sheet.stamp
    assert any("observe again and print a new page" in one for one in sheet.reasons)


def test_unread_is_never_ready() -> None:
    """A manager that could not be read is a reason."""
    seen = CONNECTOR.facts.of("con-lyon")
    assert seen is not None
    blind = replace(CONNECTOR, facts=fleet(unread(seen, GapReason.LOGIN_REFUSED)))

    assert not made(blind).ready


def test_an_earlier_requirement_is_a_reason() -> None:
    """A connector whose cloud manager has to go first is not ready before that."""
    behind = sheets.material("manager:con-lyon", sheets.facts("4.11.2", "4.11.2", "4.11.2"), "4.11.4")

    assert any("pc-weu-02 must be at 4.11.4 first" in one for one in made(behind).reasons)


def test_what_is_done_is_not_done_again() -> None:
    """Nobody gets a page for something that is proved already."""
    done = replace(CONNECTOR, facts=sheets.facts("4.11.4", "4.11.4", "4.11.4"))

    assert any("done already" in one for one in made(done).reasons)


def test_a_draft_says_so_everywhere() -> None:
    """In Markdown every part says it, in HTML a mark and a strip that are fixed on every page."""
    sheet = made(OLD)
    text, page = in_markdown(sheet), Page(in_html(sheet))

    assert text.count("DRAFT") == 1 + len(sheet.parts)
    assert ("class", "mark") in page.attributes
    assert ("class", "running") in page.attributes
    assert "READY until" not in sheet.stamp


def test_a_draft_stays_a_draft_where_it_is_ready() -> None:
    """Whoever asks for a draft gets none that could be taken for a page to go by."""
    assert made(replace(CONNECTOR, draft=True)).stamp.startswith("DRAFT, not to be carried out")


# --- the page itself --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [CONNECTOR, NINE, MESHED, OLD])
def test_the_page_loads_nothing(given: Material) -> None:
    """No script, no image, no style sheet, no address that a browser would ask."""
    content = in_html(made(given))
    page = Page(content)

    assert not {"script", "img", "link", "iframe", "object", "svg"} & set(page.tags)
    assert not {"src", "href", "srcset", "style"} & {name for name, _ in page.attributes}
    assert not re.search(rb"url\(|@import", content)


@settings(max_examples=60, deadline=None)
@given(
    st.text(min_size=1, max_size=40) | st.sampled_from(["<script>alert(1)</script>", "a|b\n# c", "](x)", "</style>"])
)
def test_no_name_breaks_the_page(name: str) -> None:
    """Whatever a mesh and a network are called, the page has the same tags, and the table the same rows."""
    usual = made(MESHED)
    strange = runsheet(renamed(name), standing(MESHED, catalogue()))  # a strange name may be a finding of its own

    assert sorted(Page(in_html(strange)).tags) == sorted(Page(in_html(usual)).tags)
    assert in_markdown(strange).count("\n") == in_markdown(usual).count("\n")


def renamed(name: str) -> Material:
    """The mesh, and the network that has no owner, under another name."""
    managers = (_with_network(name, one) for one in MESHED.facts.managers)
    return replace(MESHED, task=replace(mesh_task(MESHED), name=name), facts=fleet(*managers))


def _with_network(name: str, one: ManagerFacts) -> ManagerFacts:
    if one.extensions is None or not one.extensions.value:
        return one
    changed = tuple(replace(each, network=name) if each.network == "payroll" else each for each in one.extensions.value)
    return replace(one, extensions=replace(one.extensions, value=changed))


def test_every_line_to_fill_in_shows() -> None:
    """An empty cell is a line in Markdown, and is told to who cannot see it in HTML."""
    sheet = made(CONNECTOR)
    blanks = sum(not cell for one in sheet.parts if one.grid for row in one.grid.rows for cell in row)
    blanks += sum(not one.value for each in sheet.parts for one in each.lines)

    assert in_markdown(sheet).count(LINE) == blanks
    assert in_html(sheet).decode().count("to be filled in") == blanks
