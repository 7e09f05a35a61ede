"""What holds for every Markdown file: it can be navigated, and what it points at is there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[2]
OUTSIDE = {".git", ".venv", ".demo", "node_modules", ".pytest_cache", ".hypothesis"}
README_LINES_MAX = 68
PATH_IN_CODE = re.compile(r"(?:activities|cli|docs|embedded|infra|orchestrators|shared|simulator|tests)/[\w./*-]*")


@dataclass
class Page:
    """One Markdown file, as far as these tests read it."""

    path: Path
    headings: list[tuple[int, str]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)


def _pages() -> Iterator[Path]:
    """Without a look into what lies outside: it has tens of thousands of files, and every worker collects this one."""
    for folder, folders, files in ROOT.walk():
        folders[:] = set(folders) - OUTSIDE
        yield from (folder / name for name in files if name.endswith(".md"))


PAGES = sorted(_pages())
every_page = pytest.mark.parametrize("path", PAGES, ids=[str(path.relative_to(ROOT)) for path in PAGES])


@cache
def _read(path: Path) -> Page:
    """Once for each file: the long page of checks links to its own headings a hundred times."""
    page = Page(path)
    tokens = MarkdownIt("commonmark").enable("table").parse(path.read_text(encoding="utf-8"))
    for position, token in enumerate(tokens):
        if token.type == "heading_open":
            page.headings.append((int(token.tag[1:]), tokens[position + 1].content))
        for child in token.children or ():
            _collect(child, page)
    return page


def _collect(token: Token, page: Page) -> None:
    if token.type == "link_open":
        page.links.append(str(token.attrs["href"]))
    elif token.type == "image":
        page.links.append(str(token.attrs["src"]))
    elif token.type == "code_inline":
        page.code.append(token.content)


def _anchor(heading: str) -> str:
    """The fragment that a code host makes of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def _broken(page: Page, link: str) -> bool:
    if re.match(r"[a-z]+:", link):
        return False
    name, _, fragment = unquote(link).partition("#")
    target = (page.path.parent / name).resolve() if name else page.path
    if not target.exists():
        return True
    return bool(fragment) and fragment not in {_anchor(heading) for _, heading in _read(target).headings}


@every_page
def test_relative_links_resolve(path: Path) -> None:
    """Every relative link leads to a file, and to a heading where it names one."""
    page = _read(path)

    broken = [link for link in page.links if _broken(page, link)]

    assert broken == []


@every_page
def test_one_top_heading(path: Path) -> None:
    """A file has one top heading, its first, and no level is skipped below it."""
    levels = [level for level, _ in _read(path).headings]

    assert levels[:1] == [1]
    assert levels.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))


@every_page
def test_named_paths_exist(path: Path) -> None:
    """A path of the project that is written as code is there."""
    named = [code for code in _read(path).code if PATH_IN_CODE.fullmatch(code)]

    missing = [code for code in named if not list(ROOT.glob(code.rstrip("/")))]

    assert missing == []


def test_readme_is_one_screen() -> None:
    """The README stays short enough to be read."""
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()

    assert len(lines) <= README_LINES_MAX


def test_decisions_are_indexed() -> None:
    """Every decision record is in the index, in order, under the title it has."""
    folder = ROOT / "docs" / "decisions"
    records = [path.name for path in sorted(folder.glob("[0-9]*.md"))]

    assert _read(folder / "README.md").links == records


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md")), ids=lambda path: path.stem)
def test_decisions_say_why(path: Path) -> None:
    """A decision record has a number and the four parts that make it worth reading."""
    headings = _read(path).headings

    assert headings[0][1].startswith(f"{path.name[:4]}: ")
    assert [title for level, title in headings if level == 2] == [
        "Context",
        "Decision",
        "Rejected",
        "What would change our mind",
    ]
