"""The table of sites: what goes out, that it comes back unchanged, and what an edit of it makes of fleet.yaml."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.policy.site_table.columns import OBSERVED, Column, column_of
from shared.policy.site_table.observed import observed
from shared.policy.site_table.values import joined, split
from shared.policy.yaml_edit import edited
from tests.builders.fleet_facts import connector, fleet
from tests.policy.site_tables import (
    FLEET,
    bring_in,
    bytes_of,
    content,
    export,
    read,
    rows_of,
    said,
    table,
    with_cells,
)

GOLDEN = Path(__file__).parent / "sites.csv"
HOSTILE = st.one_of(
    st.sampled_from(
        ['=HYPERLINK("x")', "+1", "-1", "@a", "\ta", "\rb", "'a", " '=a", "1/2", "4.10", "1e9", 'a"b;c,d|', "TRUE"]
    ),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=10).filter(
        str.strip
    ),
)


def quoted(text: str) -> str:
    """Any text as YAML writes it."""
    safe = (one if one.isprintable() and one not in '"\\' else f"\\U{ord(one):08x}" for one in text)
    return f'"{"".join(safe)}"'


def fleet_of(contacts: list[str], number: str, case: str) -> str:
    """A fleet.yaml with these texts in it."""
    head = "apiVersion: hcxfleet/v1\nkind: Fleet\nmetadata: {name: demo}\ntarget: {version: latest-validated}\n"
    connectors = "[{name: con-a, endpoint: https://a.example, credentials: kv:a}]"
    texts = f"contacts: [{', '.join(map(quoted, contacts))}], change: {quoted(number)}, case: {quoted(case)}"
    return f"{head}sites: [{{name: lyon, {texts}, connectors: {connectors}}}]\n"


def changes(table: bytes) -> list[str]:
    """The lines that an import takes out of fleet.yaml and puts in."""
    found = bring_in(table)
    assert said(found.problems) == []
    before, after = FLEET.splitlines(), edited(FLEET, found.content).splitlines()
    gone = [f"-{line}" for line in before if line not in after]
    return gone + [f"+{line}" for line in after if line not in before]


# --- out --------------------------------------------------------------------------------------------------------------


def test_the_table_is_as_it_was() -> None:
    """Every byte of an export is the one of the file that is kept beside this test."""
    assert table() == GOLDEN.read_bytes()


def test_every_manager_at_a_site_has_one_row() -> None:
    """Connectors and private clouds are rows in the order of fleet.yaml, whatever was observed."""
    assert [row[1] for row in rows_of(table())] == ["manager", "con-a", "con-b", "pc-a"]
    assert rows_of(export(facts=()).content or b"")[1][0] == ""


@given(cell=HOSTILE)
def test_no_cell_is_run(cell: str) -> None:
    """No cell of an export, nor of the user's own, begins like a formula or with what may hide one."""
    made = export(
        fleet_of([cell], cell, cell), with_cells({(2, "mine"): cell}, table(fleet_of(["a"], "b", "c"))), facts=()
    )
    cells = [one for row in rows_of(made.content or b"") for one in row]

    assert not any(one.lstrip(" ").startswith(("=", "@", "\t", "\r")) for one in cells)
    assert not any(
        one.startswith(("+", "-")) and not one[1:].replace(".", "").replace(",", "").isdecimal() for one in cells
    )


def test_own_columns_are_kept_in_their_place() -> None:
    """Columns of the user's own, their cells, their order and the separator stay when the file is exported over."""
    first = with_cells({(2, "Rack"): "R1", (4, "Rack"): "-7", (4, "Note"): "=cmd"}, table())
    turned = [[*row[-2:], *row[:3]] for row in rows_of(first)]
    made = export(before=bytes_of(turned[:1] + turned[:0:-1], ";"))
    rows = rows_of(made.content or b"", ";")

    assert rows[0][:5] == ["Rack", "Note", "system id", "manager", "kind"]
    assert set(rows[0][5:]) == {str(column) for column in Column} - {"system id", "manager", "kind"}
    assert [row[:2] for row in rows[1:]] == [["R1", ""], ["", ""], ["-7", "'=cmd"]]
    assert export(before=made.content).content == made.content


def test_own_columns_follow_the_system_id() -> None:
    """A row whose manager is called otherwise in fleet.yaml by now is known by its system id."""
    before = with_cells({(2, "manager"): "", (2, "Rack"): "R1"}, table())

    assert [row[-1] for row in rows_of(export(before=before).content or b"")] == ["Rack", "R1", "", ""]


def test_nothing_of_the_users_own_is_lost() -> None:
    """An export over a row that belongs to no manager is refused while that row has something of the user's own."""
    gone = with_cells({(5, "manager"): "con-old", (5, "Rack"): "R9"}, table())
    made = export(before=gone)

    assert made.content is None
    assert said(made.problems)[0].startswith("5: manager (cell B5): belongs to no one manager of fleet.yaml")
    assert export(before=with_cells({(5, "Rack"): ""}, gone)).content is not None


def test_an_edit_that_was_not_imported_is_told() -> None:
    """fleet.yaml is the truth: the cell is replaced, and named."""
    made = export(before=with_cells({(2, "change"): "CHG9"}, table()))

    assert [one.partition(" is replaced")[0] for one in said(made.problems)] == ["2: change (cell P2):"]
    assert made.content == table()


# --- back -------------------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(contacts=st.lists(HOSTILE, min_size=1, max_size=3), number=HOSTILE, case=HOSTILE)
def test_what_goes_out_comes_back(contacts: list[str], number: str, case: str) -> None:
    """Export and import change nothing, whatever texts fleet.yaml holds."""
    text = fleet_of(contacts, number, case)
    found = bring_in(table(text), text)

    assert said(found.problems) == []
    assert found.content == content(text)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_spreadsheet_programs_save_in_many_ways(separator: str, encoding: str) -> None:
    """Separators and encodings are recognised, and so are columns in any order and of any spelling."""
    rows = [list(reversed([*row, "Zoë, 1;2"])) for row in rows_of(table())]
    rows[0] = [name.upper().replace(" ", "_") for name in rows[0]]

    assert bring_in(bytes_of(rows, separator, encoding)).content == content()
    assert bring_in(f"sep={separator}\r\n".encode() + bytes_of(rows, separator, "utf-8")).content == content()


@given(texts=st.lists(st.text(max_size=6).map(str.strip).filter(bool)))
def test_lists_come_back(texts: list[str]) -> None:
    """Texts of a list may hold semicolons and backslashes."""
    assert split(joined(texts)) == texts


@settings(deadline=None)
@given(contact=HOSTILE.filter(str.isprintable), number=HOSTILE.filter(str.isprintable))
def test_an_edit_changes_its_own_lines_alone(contact: str, number: str) -> None:
    """Any text that is typed into a cell arrives in fleet.yaml, where the lines of other fields stay as they are."""
    cells = {(row, "contact"): f"'{joined([contact.strip()])}" for row in (2, 3)}
    found = bring_in(with_cells({**cells, (4, "provider case"): f"'{number}"}, table()))
    new = edited(FLEET, found.content)
    kept = [line for line in FLEET.splitlines() if "contacts:" not in line and "provider:" not in line]
    after = content(new)

    assert said(found.problems) == [] or "spreadsheet" in said(found.problems)[0]
    assert [line for line in new.splitlines() if line in kept] == kept
    if not found.problems:
        assert isinstance(after, dict)
        assert after["sites"][0]["contacts"] == [contact.strip()]
        assert after["sites"][2]["provider"]["case"] == number.strip()


@pytest.mark.parametrize(
    ("cells", "lines"),
    [
        ({(4, "contact"): "x@y.example"}, ["+    contacts: [x@y.example]"]),
        ({(2, "owner"): "assisted"}, ["-        owner: ours", "+        owner: assisted"]),
        ({(2, "owner"): ""}, ["-        owner: ours"]),
        ({(2, "target"): "'4.11.4"}, ['-        target: "4.11.3"', '+        target: "4.11.4"']),
        ({(2, "case"): "", (3, "case"): ""}, ['-    case: "0026112400010001"']),
        (
            {(4, "announced"): "2026-12-02", (4, "answer by"): "", (4, "provider case"): ""},
            [
                '-    provider: {announced: 2026-12-01, answerBy: 2026-11-28, case: "4711"}',
                "+    provider: {announced: 2026-12-02}",
            ],
        ),
        (
            {(row, "windows"): "nights FREQ=DAILY 23:00 PT5H cutOff=PT1H" for row in (2, 3)},
            None,
        ),
        (
            {(5, "manager"): "con-c", (5, "kind"): "connector", (5, "site"): "lyon"}
            | {(5, "host"): "https://c.example", (5, "credentials"): "kv:c", (5, "target"): "'4.10"},
            [
                "+      - name: con-c",
                "+        endpoint: https://c.example",
                "+        credentials: kv:c",
                '+        target: "4.10"',
            ],
        ),
        (
            {(5, "manager"): "pc-b", (5, "kind"): "cloud-manager", (5, "site"): "north", (5, "contact"): "n@c.example"},
            ["+  - name: north", "+    privateCloud: pc-b", "+    contacts: [n@c.example]"],
        ),
    ],
)
def test_an_edit_becomes_lines_of_the_file(cells: dict[tuple[int, str], str], lines: list[str] | None) -> None:
    """A cell changes its field, an empty one takes it out, and a row that says enough adds a manager."""
    found = bring_in(with_cells(cells, table()))

    assert said(found.problems) == []
    if lines is not None:
        assert changes(with_cells(cells, table())) == lines


def test_a_table_of_few_columns_changes_no_other_field() -> None:
    """Columns that are not there say nothing, and managers without a row are named and left alone."""
    found = bring_in(bytes_of([["manager", "owner"], ["con-a", "assisted"]]))

    assert found.without_row == ("con-b", "pc-a")
    assert changes(bytes_of([["manager", "owner"], ["con-a", "assisted"]])) == [
        "-        owner: ours",
        "+        owner: assisted",
    ]


def test_observed_columns_are_never_read() -> None:
    """What was observed cannot be edited into fleet.yaml."""
    cells = {(2, str(column)): "x" for column in OBSERVED}

    assert bring_in(with_cells(cells, table())).content == content()


# --- what is wrong ----------------------------------------------------------------------------------------------------

NEW = {(5, "manager"): "con-c", (5, "kind"): "connector", (5, "site"): "lyon", (5, "host"): "https://c.example"} | {
    (5, "credentials"): "kv:c"
}


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({(4, "announced"): "01.12.2026"}, "4: announced (cell R4): is a day as a spreadsheet program shows it"),
        ({(4, "announced"): "12/1/2026"}, "4: announced (cell R4): is a day as a spreadsheet program shows it"),
        (
            {(4, "answer by"): "46357"},
            "4: answer by (cell S4): is the number by which a spreadsheet program keeps a day",
        ),
        ({(4, "announced"): "soon"}, "4: announced (cell R4): must be a date such as 2026-11-24"),
        ({(2, "target"): "04.11.2003"}, "2: target (cell N2): is a day that a spreadsheet program made of a version"),
        ({(2, "target"): "four"}, "2: target (cell N2): must be an HCX version"),
        ({(2, "change"): "2.61E+09", (3, "change"): "2.61E+09"}, "2: change (cell P2): is a number that a spreadsheet"),
        (dict.fromkeys([(2, "case"), (3, "case")], "26112400010001"), "2: case (cell Q2): has lost the zeros"),
        (dict.fromkeys([(2, "case"), (3, "case")], "0026112400010000"), "2: case (cell Q2): has lost its last digits"),
        ({(2, "contact"): "one"}, "3: contact (cell E3): is about the site, and line 2 says something else"),
        ({(3, "owner"): "ours"}, "3: owner (cell F3): ours is an opt-in for one manager that no table gives"),
        ({(3, "owner"): "me"}, "3: owner (cell F3): must be 'ours', 'provider' or 'assisted'"),
        ({(3, "host"): "c.example"}, "3: host (cell I3): must be https://host"),
        ({(3, "host"): ""}, "3: host (cell I3): must not be empty"),
        ({(3, "credentials"): "Secret1!"}, "3: credentials (cell M3): must name a secret"),
        ({(3, "site"): "bare"}, "3: site (cell D3): is not the site that fleet.yaml has"),
        ({(3, "kind"): "cloud-manager"}, "3: kind (cell C3): is not that of the manager"),
        ({(3, "kind"): "box"}, "3: kind (cell C3): must be cloud-manager or connector"),
        ({(3, "announced"): "2026-12-01"}, "3: announced (cell R3): is about the provider's upgrade"),
        ({(4, "owner"): "assisted"}, "4: owner (cell F4): is written under cloudManagers"),
        ({(4, "reach"): "manual"}, "4: reach (cell H4): is a connector's and has no meaning for a private cloud"),
        ({(3, "manager"): "con-a"}, "3: manager (cell B3): is the manager of line 2 again"),
        ({(2, "manager"): "con-b"}, "2: manager (cell B2): is not con-a, which has the system id of this row"),
        ({(2, "manager"): "con-x"}, "2: manager (cell B2): is not con-a, which has the system id of this row"),
        ({(2, "system id"): "other"}, "2: system id (cell A2): is not the one that was observed of the manager"),
        (
            {(5, "system id"): "x", (5, "manager"): "y"},
            "5: system id (cell A5): was not observed, and fleet.yaml has no",
        ),
        ({(5, "site"): "lyon"}, "5: manager (cell B5): is empty, and so is the system id"),
        (
            {(5, "manager"): "con-bb"},
            "5: manager (cell B5): is a name that fleet.yaml does not have; did you mean con-b?",
        ),
        (NEW | {(5, "site"): "west"}, "5: site (cell D5): is a private cloud"),
        (NEW | {(5, "host"): "https://hcx-b.lyon.contoso.example"}, "5: host (cell I5): is where con-b answers"),
        (NEW | {(5, "credentials"): ""}, "5: manager (cell B5): is a name that fleet.yaml does not have; "),
        (
            {(5, "manager"): "pc-b", (5, "kind"): "cloud-manager", (5, "site"): "bare"},
            "5: site (cell D5): is there already",
        ),
        (dict.fromkeys([(2, "windows"), (3, "windows")], "x"), "2: windows (cell O2): must be a window as name rule"),
        (
            dict.fromkeys([(2, "windows"), (3, "windows")], "x FREQ=DAILY 25:00 PT1H"),
            "2: windows (cell O2): start must be a time of the day",
        ),
        (dict.fromkeys([(2, "contact"), (3, "contact")], "a\nb"), "2: contact (cell E2): holds a line end"),
    ],
)
def test_what_cannot_be_told_is_not_guessed(cells: dict[tuple[int, str], str], problem: str) -> None:
    """A cell that is wrong, spoiled or ambiguous is named with its line and place, and nothing is changed."""
    found = bring_in(with_cells(cells, table()))

    assert [one[: len(problem)] for one in said(found.problems)][:1] == [problem]
    assert found.content == content()


def test_every_problem_is_told_at_once() -> None:
    """One reading names all that is wrong, in the order of the lines."""
    cells = {(4, "announced"): "46357", (3, "owner"): "me", (2, "target"): "x", (5, "manager"): "nobody"}

    assert [one.partition(":")[0] for one in said(bring_in(with_cells(cells, table())).problems)] == list("2345")


def test_a_secret_in_a_cell_is_not_repeated() -> None:
    """No problem holds what was found in a cell."""
    cells = {(3, str(column)): "Hunter2/2!" for column in Column if column not in OBSERVED}

    assert "Hunter2" not in " ".join(said(bring_in(with_cells(cells, table())).problems))


def test_two_managers_of_one_id_are_told_apart_by_nobody() -> None:
    """An id that two managers say of themselves matches no row; without it the name does."""
    facts = fleet(connector("con-a", "4.11.1"), connector("con-b", "4.11.1"))
    same = facts.managers[0].identity
    assert same is not None
    twins = observed((), fleet(facts.managers[0], connector("con-b", "4.11.1", identity=same)))
    rows = export(facts=twins).content or b""

    assert "is the id of several managers, con-a and con-b" in said(bring_in(rows, facts=twins).problems)[0]
    assert bring_in(with_cells({(2, "system id"): "", (3, "system id"): ""}, rows), facts=twins).problems == ()


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        (b"", "None: : is empty"),
        (b"a,b\r\n1,2\r\n", "1: : has no column manager and no column system id"),
        (b"manager,Manager\r\nx,y\r\n", "1: manager: is there twice"),
        (b"manager,owner\r\ncon-a,ours,x\r\n", "2: : has more cells than there are columns"),
        (b'manager,owner\r\n"con-a,ours\r\n', "2: : has quotes that do not end"),
        ("manager\r\ncon-a\r\n".encode("utf-16-le"), "None: : holds zero bytes"),
        (b"\xff\xfem", "None: : is marked as UTF-16"),
        (b"manager\r\nx\x81\r\n", "None: : is neither UTF-8 nor Windows-1252"),
    ],
)
def test_a_file_that_is_no_table(rows: bytes, problem: str) -> None:
    """Why a file cannot be read is said with the line where there is one."""
    got = read(rows)

    assert got.sheet is None
    assert [one[: len(problem)] for one in said(got.problems)] == [problem]


def test_an_old_encoding_is_read_and_told() -> None:
    """Windows-1252 is read, with a warning that names the first line in which it matters."""
    got = read('manager,contact\r\ncon-a,x\r\ncon-b,"Zo\xeb"\r\n'.encode("cp1252"))

    assert [one.partition(";")[0] for one in said(got.problems)] == ["3: : is not UTF-8"]
    assert got.sheet is not None
    assert got.sheet.text(got.sheet.rows[1], Column.CONTACT) == "Zoë"


def test_lines_are_those_of_the_file() -> None:
    """A cell of several lines moves the line of what follows it, and not its place in the spreadsheet."""
    cells = {(2, "Note"): "one\ntwo\nthree", (3, "owner"): "me"}

    assert said(bring_in(with_cells(cells, table())).problems)[0].startswith("5: owner (cell F3): ")


def test_every_name_of_a_column_is_known() -> None:
    """A column is known by its own name, and by no other one's."""
    assert [column_of(str(column)) for column in Column] == list(Column)
    assert column_of("rack") is None
