"""Changing a YAML text by its values: what changes, that nothing else does, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.codec import Json
from shared.policy.marked_yaml import read_yaml
from shared.policy.yaml_edit import NotEditableError, edited

TEXT = """\
# the top
a: one      # first
"b":   'two'
list:   [x,  y]   # in a line
below:
- p  # dash at the margin
-   q

sites:
    - name: lyon   # four spaces
      case: "01"   # a number
      flow: { c: 1,   d: d }
    # a comment between
    - {name: oslo, case: "02"}
last: {}
# the end
"""


def plain(text: str) -> dict[str, Json]:
    """The values of a text."""
    document = read_yaml(text)
    assert document.root is not None
    assert not document.problems
    assert isinstance(document.root.plain, dict)
    return document.root.plain


def changed(text: str, **values: Json) -> list[str]:
    """The lines that came and went when keys at the top got other values; None takes a key out."""
    wanted = {key: value for key, value in {**plain(text), **values}.items() if value is not None}
    new = edited(text, wanted)
    assert plain(new) == wanted
    before, after = text.splitlines(), new.splitlines()
    return [f"-{line}" for line in before if line not in after] + [f"+{line}" for line in after if line not in before]


def site(number: int, **values: Json) -> list[Json]:
    """The sites of the text, with other values in one of them; None takes a key out."""
    sites = plain(TEXT)["sites"]
    assert isinstance(sites, list)
    new = {key: value for key, value in {**sites[number], **values}.items() if value is not None}
    return [new if at == number else one for at, one in enumerate(sites)]


def test_nothing_changes_where_nothing_is_wanted() -> None:
    """The same values give the same text, however it is laid out."""
    assert edited(TEXT, plain(TEXT)) == TEXT


@pytest.mark.parametrize(
    ("key", "value", "lines"),
    [
        ("a", "1", ["-a: one      # first", '+a: "1"      # first']),
        ("a", "longer than before", ["-a: one      # first", "+a: longer than before # first"]),
        ("b", "it's", ["-\"b\":   'two'", "+\"b\":   'it''s'"]),
        ("list", ["x"], ["-list:   [x,  y]   # in a line", "+list:   [x]   # in a line"]),
        ("list", ["y", "#z", "t"], ["-list:   [x,  y]   # in a line", '+list:   [y,  "#z", t]   # in a line']),
        ("below", ["p", "q", "r: s"], ['+- "r: s"']),
        ("below", ["p"], ["--   q"]),
        ("new", "at: once", ['+new: "at: once"']),
        ("sites", site(0, case="007"), ['-      case: "01"   # a number', '+      case: "007"  # a number']),
        ("sites", site(0, case=None), ['-      case: "01"   # a number', "+      # a number"]),
        ("sites", site(0, change="C"), ['+      change: "C"']),
        ("sites", site(0, contacts=["a", "b"]), ["+      contacts: [a, b]"]),
        ("sites", site(0, flow={"d": "d"}), ["-      flow: { c: 1,   d: d }", "+      flow: { d: d }"]),
        ("sites", site(0, flow={"c": 1}), ["-      flow: { c: 1,   d: d }", "+      flow: { c: 1 }"]),
        ("sites", site(1, case=None), ['-    - {name: oslo, case: "02"}', "+    - {name: oslo}"]),
        ("sites", site(1, x="y"), ['-    - {name: oslo, case: "02"}', '+    - {name: oslo, case: "02", x: y}']),
        ("sites", [*site(0), {"name": "bern", "z": [{"name": "w"}]}], ["+    - {name: bern, z: [{name: w}]}"]),
        ("sites", site(0, z=[{"name": "w", "v": "u"}]), ["+      z:", "+        - name: w", "+          v: u"]),
    ],
)
def test_one_value_is_changed_where_it_stands(key: str, value: Json, lines: list[str]) -> None:
    """Quotes, columns of comments, indents and flow stay, and every other line does."""
    assert changed(TEXT, **{key: value}) == lines


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_list_that_is_not_there_yet_is_written_in_blocks(newline: str) -> None:
    """An empty or missing list becomes a block at the end of what it belongs to, with the line ends of the file."""
    added: Json = [{"name": "lyon", "connectors": [{"name": "con", "target": "4.10"}]}]
    block = ["  - name: lyon", "    connectors:", "      - name: con", '        target: "4.10"']
    empty, missing = (newline.join(lines) for lines in (["sites: []", "a: 1", ""], ["a: 1", ""]))

    assert edited(empty, {"sites": added, "a": 1}) == newline.join(["sites:", *block, "a: 1", ""])
    assert edited(missing, {"sites": added, "a": 1}) == newline.join(["a: 1", "sites:", *block, ""])


def test_a_list_is_replaced_as_a_whole() -> None:
    """Where no entry stays, the new ones take the place of the old ones, in their layout."""
    text = "a: [{name: x}]   # here\nb:\n- name: x\n  z: 1\n- {name: y}\nc: 1\n"
    new = "a: [{name: v}]   # here\nb:\n- {name: v}\nc: 1\n"

    assert edited(text, {"a": [{"name": "v"}], "b": [{"name": "v"}], "c": 1}) == new


def test_a_key_beside_a_dash_goes() -> None:
    """The next key of the block moves up to the dash."""
    text = "sites:\n  - case: x\n    name: y\n"

    assert edited(text, {"sites": [{"name": "y"}]}) == "sites:\n  - name: y\n"


def test_a_value_that_was_left_empty_is_filled() -> None:
    """What stands after a colon may be nothing."""
    assert edited("a:\nb: 1\n", {"a": "x", "b": 1}) == "a: x\nb: 1\n"


def test_a_block_with_a_comment_is_not_taken_out() -> None:
    """A comment is nobody's to lose: the line that holds it is named."""
    text = "b: 1\na:\n  # why\n  c: 1\n"
    with pytest.raises(NotEditableError, match="line 3: a comment stands in what would be taken out"):
        edited(text, {"b": 1})


def test_another_order_is_refused() -> None:
    """Entries are not moved: what cannot be done exactly is not done at all."""
    with pytest.raises(NotEditableError, match="laid out"):
        edited("s: [{name: a}, {name: b}]\n", {"s": [{"name": "b"}, {"name": "a"}]})


@given(
    text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12),
    before=st.sampled_from(["plain", '"double"', "'single'", "[flow]", "{a: b}", "|\n  block\n", ">-\n  folded\n"]),
)
def test_any_text_can_be_written(text: str, before: str) -> None:
    """Whatever a value is and however the one before was written, it is read back as it is."""
    whole = f"k: {before}\nz: # comment\n  - {before if before[0] not in '|>' else 'x'}\n"
    wanted = {**plain(whole), "k": text, "z": [text, text]}

    new = edited(whole, wanted)

    assert plain(new) == wanted
    assert "# comment" in new
