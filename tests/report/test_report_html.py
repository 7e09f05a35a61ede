"""The page: complete, self-contained, safe whatever things are called, and small."""

import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.model.codec import from_json, to_json
from shared.model.run import Outcome, RunKind
from shared.model.view import NotMeasured, RunView, TaskOutages, Unmeasured
from shared.report.html import CARD_LINES_SHOWN, CARDS_SHOWN, LINES_SHOWN, STEPS_SHOWN, render_html
from shared.report.outage_page import ROWS_SHOWN
from tests.report import canonical_run
from tests.report.canonical_outages import measured_in, outages
from tests.report.large_run import large_run

SIZE_MAX = 400_000
VIEW = measured_in(canonical_run.at(180))


class Page(HTMLParser):
    """What a browser would find in a page."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.tags: Counter[tuple[str, tuple[str, ...]]] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count a tag with the names of its attributes."""
        self.tags[tag, tuple(name for name, _ in attrs)] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        """Collect the text."""
        self.text += data

    def names(self) -> set[str]:
        """The names of all tags."""
        return {tag for tag, _ in self.tags}


def renamed(view: RunView, old: str, new: str) -> RunView:
    """The same run with something called otherwise, wherever it is named."""

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: walk(one) for key, one in value.items()}
        if isinstance(value, list):
            return [walk(one) for one in value]
        return value.replace(old, new) if isinstance(value, str) else value

    return from_json(RunView, walk(to_json(view)))


def test_the_page_runs_nothing_and_loads_nothing() -> None:
    """There is no script, no frame, no image, no import and no handler; the only addresses are links to read more."""
    content = render_html(VIEW, canonical_run.CALLS)
    page = Page(content)

    assert not page.names() & {"script", "iframe", "object", "embed", "img", "link", "base", "form"}
    assert not [name for _, name, _ in page.attributes if name.startswith("on") or name in {"src", "srcset"}]
    outside = {(tag, name) for tag, name, value in page.attributes if "//" in value}
    assert outside == {("a", "href")}
    assert not re.search(rb"url\(|@import", content)


def test_the_page_forbids_scripts_itself() -> None:
    """A policy in the page keeps even a mistake of ours from running anything."""
    policy = [value for tag, name, value in Page(render_html(VIEW)).attributes if tag == "meta" and name == "content"]

    assert "default-src 'none'; style-src 'unsafe-inline'" in policy


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=40))
@example("<script>alert(1)</script>")
@example('"><img src=x onerror=alert(1)>')
@example("{{ report.run.id }}{% raw %}")
@example("</title></svg></style><b>")
@example("' onmouseover='alert(1)")
def test_names_from_outside_stay_text(name: str) -> None:
    """Whatever a cloud, a connector or a mesh is called, the page has the tags that it has for a plain name."""
    plain = Page(render_html(renamed(VIEW, "weu-01", "plain")))

    hostile = Page(render_html(renamed(VIEW, "weu-01", f"p{name}p")))

    assert hostile.tags == plain.tags


@pytest.mark.parametrize("link", ["javascript:alert(1)", "http://plain.example", "data:text/html,x", "//x", ""])
def test_only_safe_links_can_be_followed(link: str) -> None:
    """A finding's link becomes a link only if it is https."""
    findings = tuple(replace(one, link=link) for one in VIEW.findings)

    page = Page(render_html(replace(VIEW, findings=findings)))

    assert "a" not in page.names()


def test_a_lone_surrogate_does_not_cost_the_report() -> None:
    """A name that cannot be written in UTF-8 is shown with a replacement."""
    placed = tuple(replace(one, detail=f"{one.detail} \ud800") for one in VIEW.placed)

    assert b"con-graz" in render_html(replace(VIEW, placed=placed))


@pytest.mark.parametrize("outcome", [Outcome.SUCCEEDED, Outcome.BLOCKED])
def test_a_large_fleet_fits_into_a_mail(outcome: Outcome) -> None:
    """For 200 clouds with three tasks each the page stays below 400 KB, whether all went well or nothing did."""
    content = render_html(large_run(200, outcome), canonical_run.CALLS)

    assert len(content) < SIZE_MAX


def test_what_a_page_leaves_out_it_counts() -> None:
    """Where the page lists only the first, it says how many more the JSON file has."""
    view = large_run(70, Outcome.BLOCKED)

    text = " ".join(Page(render_html(view)).text.split())

    assert f"The steps of {210 - STEPS_SHOWN} more tasks are in the JSON file" in text
    assert f"{70 - LINES_SHOWN} more subjects are in the JSON file" in text
    assert f"{210 - CARDS_SHOWN} more things that need somebody are in the JSON file" in text


def test_one_party_with_one_thing_to_do_gets_one_card() -> None:
    """Forty clouds that wait for the same party for the same reason are one thing to do, with forty names."""
    view = large_run(40, Outcome.WAITING)
    tasks = tuple(
        replace(task, result=replace(task.result, who_can_act="Microsoft")) for task in view.tasks if task.result
    )

    text = Page(render_html(replace(view, tasks=tasks))).text

    assert text.count("Next: Microsoft") == 1 + STEPS_SHOWN
    assert "120 waiting" in text
    assert f"and {120 - CARD_LINES_SHOWN} more, in the tables below" in text


@pytest.mark.parametrize("minutes", [0, 1, 2, 4, 40, 100, 180])
@pytest.mark.parametrize("kind", RunKind)
def test_a_run_can_be_shown_at_any_moment(minutes: int, kind: RunKind) -> None:
    """From the request to the end, every kind of run has a page that names every cloud."""
    view = canonical_run.at(minutes, kind)

    text = Page(render_html(view)).text

    assert all(cloud in text for cloud in canonical_run.CLOUDS)


def test_a_run_that_saw_nothing_says_so() -> None:
    """A run that failed before it saw anything has a page with its problem."""
    run = replace(VIEW.run, problem="fleet.yaml cannot be read")
    empty = replace(
        VIEW, run=run, plan=None, subjects=(), placed=(), tasks=(), findings=(), subscriptions=(), journal=()
    )

    text = Page(render_html(empty)).text

    assert "fleet.yaml cannot be read." in text
    assert "None was seen." in text


def test_the_timeline_is_told_in_words_too() -> None:
    """The picture has a title and a description, and stands beside a list with the name of every row."""
    page = Page(render_html(VIEW))

    assert page.tags["svg", ("viewbox", "preserveaspectratio", "role", "aria-labelledby")] == 1
    assert {"title", "desc"} <= page.names()
    assert "Timeline of 6 tasks" in page.text
    assert "1 task has not begun and is not drawn." in page.text


# --- outages ----------------------------------------------------------------------------------------------------------


def cells(content: bytes) -> str:
    """The text of a page in one line, with a blank between the cells of its tables."""
    return " ".join(Page(content.replace(b"<td>", b" <td>")).text.split())


def test_every_outage_is_told_in_words_too() -> None:
    """Each bar carries the sentence of its network, and what a bar shows stands beside it as text."""
    page = Page(render_html(VIEW))
    told = {value for tag, name, value in page.attributes if (tag, name) == ("svg", "aria-label")}
    text = cells(render_html(VIEW))

    assert len(told) == 4
    assert all(one.startswith(("net-erp: ", "net-lab: ", "net-voice: ", "net-web: ")) for one in told)
    assert "net-voice mesh-lyon" in text
    assert "2 min 45 s ± 12 s, too long" in text
    assert "not known no sample was answered" in text
    assert "none seen up to 6 s may have been" in text


def test_the_page_says_which_networks_had_a_probe() -> None:
    """A probe, a probe that could not be believed, and none are three things."""
    text = cells(render_html(VIEW))

    assert "60 s a probe" in text
    assert "no limit HCX alone its probe was red before the change" in text
    assert "60 s HCX alone, without a probe" in text


def test_what_was_not_measured_is_told_with_its_reason() -> None:
    """A network without a figure is not left out, and one whose appliance was not changed is counted."""
    text = cells(render_html(VIEW))
    before = cells(render_html(measured_in(canonical_run.at(40))))

    assert "net-press, net-store mesh-ulm mesh-ulm-NE-I1, standard its appliance was changed" in text
    assert "on appliances that were not changed" not in text
    assert "7 networks are on appliances that were not changed" in before


def test_a_run_without_networks_has_no_section_for_them() -> None:
    """There is nothing to say where nothing is extended."""
    assert "Outages of extended networks" not in Page(render_html(canonical_run.at(180))).text


def test_many_outages_fit_into_a_mail() -> None:
    """Of the networks of a large fleet the page lists the worst, and counts the others."""
    left = Unmeasured(
        appliance="NE-I1",
        mode=outages()[0].mode,
        networks=("net-x", "net-y"),
        count=2,
        why=NotMeasured.NOT_SEEN,
    )
    every = tuple(
        TaskOutages(task=f"mesh:{n}", mesh=f"mesh-{n:03}", sites=(), measured=outages(), unmeasured=(left,))
        for n in range(200)
    )
    content = render_html(replace(large_run(200, Outcome.SUCCEEDED), outages=every), canonical_run.CALLS)
    text = cells(content)

    assert len(content) < SIZE_MAX
    assert f"{1000 - ROWS_SHOWN} more networks are in the JSON file" in text
    assert f"The networks of {200 - LINES_SHOWN} more appliances are in the JSON file" in text
    assert text.count("too long") == ROWS_SHOWN
