"""Single cells: how a text is kept from being run or changed by a spreadsheet program, and what one has changed.

A spreadsheet program runs a cell that begins like a formula, whoever wrote it, and it turns what looks like a number or
a day into one. Both are kept off by an apostrophe before the text, which reading takes away again.
"""

import re

GUARD = "'"

_MONTH = "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_RUN = re.compile("\\s*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
"""How a formula begins, in the wide characters of Asian keyboards too; a tab or a line end may hide one."""
_TURNED = re.compile(
    rf"\s*([\d.,:/ -]*\d[\d.,:/ -]*(e[+-]?\d+)?%?|true|false|{_MONTH}[-./ ]*\d+|\d+[-./ ]*{_MONTH}([-./ ]*\d+)?)\s*",
    re.IGNORECASE | re.ASCII,
)
"""What becomes a number, a day, a time or a truth value."""
_NUMBER = re.compile(r"\s*[+-]?\d+([.,]\d+)*\s*", re.ASCII)

_SHOWN_DAY = re.compile(r"\s*\d{1,4}\s*[./-]\s*\d{1,2}\s*[./-]\s*\d{1,4}\.?(\s+\d.*)?", re.ASCII)
_SHORTENED = re.compile(r"\s*\d([.,]\d+)?e\+?\d+\s*", re.IGNORECASE | re.ASCII)
_EXACT_DIGITS = 15
"""Of a number; a spreadsheet program makes zeros of the rest."""


def guarded(text: str) -> str:
    """The text as it is written into a cell."""
    risky = text.lstrip().startswith(GUARD) or _RUN.match(text) or _TURNED.fullmatch(text)
    return f"{GUARD}{text}" if risky else text


def unguarded(cell: str) -> str:
    """The text that was written into a cell."""
    return cell.removeprefix(GUARD)


def harmless(cell: str) -> str:
    """A cell of the user's own, as it is, unless it would be run; then with an apostrophe before it."""
    return f"{GUARD}{cell}" if _RUN.match(cell) and not _NUMBER.fullmatch(cell) else cell


def spoiled_day(text: str) -> str | None:
    """Why a text that should be a day such as 2026-12-01 is one that a spreadsheet program has changed."""
    remedy = "format the column as text and write the day as year-month-day, such as 2026-12-01"
    if re.fullmatch(r"\s*\d{5}([.,]\d+)?\s*", text, re.ASCII):
        return (
            f"is the number by which a spreadsheet program keeps a day, and counts from two different years: {remedy}"
        )
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) or not _SHOWN_DAY.fullmatch(text):
        return None
    return f"is a day as a spreadsheet program shows it, and which part is the month is not told: {remedy}"


def spoiled_version(text: str) -> str | None:
    """Why a text that should be a version such as 4.11.4 is one that a spreadsheet program has changed."""
    if re.fullmatch(
        r"\s*\d{1,4}([./-]\d{1,2}){1,2}[./-](19|20)\d\d\s*|\s*(19|20)\d\d([./-]\d\d){2}\s*", text, re.ASCII
    ):
        return "is a day that a spreadsheet program made of a version: format the column as text and write it again"
    if re.fullmatch(r"\s*(\d{5,}|\d+,\d+)\s*", text, re.ASCII):
        return "is a number that a spreadsheet program made of a version: format the column as text and write it again"
    return None


def spoiled_number(text: str, before: str) -> str | None:
    """Why a text such as the number of a case is one that a spreadsheet program has changed; `before` was exported."""
    remedy = "format the column as text and write it again"
    if _SHORTENED.fullmatch(text):
        return f"is a number that a spreadsheet program has shortened: {remedy}"
    if text != before and before.startswith("0") and text == before.lstrip("0"):
        return f"has lost the zeros at its beginning: {remedy}"
    if _has_lost_digits(text, before):
        return f"has lost its last digits, of which a spreadsheet program keeps {_EXACT_DIGITS}: {remedy}"
    return None


def _has_lost_digits(text: str, before: str) -> bool:
    if text == before or not (text.isdecimal() and before.isdecimal()) or len(text) != len(before):
        return False
    kept, lost = text[:_EXACT_DIGITS], text[_EXACT_DIGITS:]
    return bool(lost) and kept == before[:_EXACT_DIGITS] and not lost.strip("0")
