"""A report as XLSX: headings and hidden names, drop-downs from the code lists, the records, and how to fill them in.

Text is written as text, whatever it begins with, so no cell becomes a formula.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from adme.common.csv_safety import plain_text
from adme.exports.cells import text

from ..fields import FIRST_DAY, LARGEST_COUNT, LAST_DAY, Catalogue, Field, Holder, Kind
from . import layout
from .cells import Formats, put
from .layout import About, Cell, Line, Words

OPTIONS = {
    "constant_memory": True,
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_WIDTHS = {Kind.LONG_TEXT: 44, Kind.TEXT: 36, Kind.CODES: 30, Kind.ITEMS: 44, Kind.CODE: 20, Kind.DAY: 14}
_HOW = {
    Kind.CODE: "choose from the list",
    Kind.CODES: "several, separated by ; (copy from the sheet Lists)",
    Kind.DAY: "a date, such as 31 Mar 2026",
    Kind.NUMBER: "whole number; blank if not known, 0 for none",
    Kind.PERCENT: "0 to 100, without the sign %",
    Kind.AMOUNT: "number, such as 1250.50",
    Kind.YES_NO: "yes or no",
    Kind.ITEMS: "one line each (Alt+Enter): kind | title | link",
}
_EXAMPLES: dict[Kind, Cell] = {
    Kind.TEXT: "An example",
    Kind.LONG_TEXT: "Some sentences.",
    Kind.DAY: date(2026, 3, 31),
    Kind.NUMBER: 25,
    Kind.PERCENT: 40,
    Kind.AMOUNT: 1250.50,
    Kind.YES_NO: "yes",
}


@dataclass(frozen=True)
class Content:
    """Everything a workbook tells. `groups` are titles where a new record can be put. `errors`: (row or 'file', column,
    seen, what to do) of a workbook that goes back to its sender."""

    catalogue: Catalogue
    about: About
    title: str
    group_label: str
    noun: tuple[str, str]
    facts: Sequence[tuple[str, str]]
    groups: Sequence[str]
    words: Words
    lines: Iterable[Line]
    is_demonstration: bool = False
    errors: Sequence[tuple[str, str, str, str]] = field(default_factory=tuple)


def workbook_bytes(content: Content) -> bytes:
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        book.set_properties({"title": content.title})
        formats = Formats(book)
        if content.errors:
            _errors(book.add_worksheet(layout.ERRORS), content.errors, formats)
        report = book.add_worksheet(layout.REPORT)
        _read_me(book.add_worksheet(layout.READ_ME), content, formats)
        _lists(book.add_worksheet(layout.LISTS), content, formats)
        choices = _codes(book.add_worksheet(layout.CODES), content)
        _about(book.add_worksheet(layout.ABOUT), content.about)
        last = _report(report, content, formats)
        _validations(report, content, choices, last)
    return buffer.getvalue()


def _report(sheet: Worksheet, content: Content, formats: Formats) -> int:
    """Writes from above to below, as constant memory needs; returns the last row that was written."""
    fields = layout.columns(content.catalogue)
    sheet.set_row(0, None, None, {"hidden": True})
    sheet.set_column(0, 0, 12, None, {"hidden": True})
    sheet.set_column(1, 1, 30)
    for column, one in enumerate(fields, start=2):
        sheet.set_column(column, column, _WIDTHS.get(one.kind, 13))
    sheet.freeze_panes(4, 3)
    _head(sheet, content, fields, formats)
    row = layout.FIRST_RECORD - 2
    for line in content.lines:
        row = line.row - 1 if line.row else row + 1
        text(sheet, row, 0, line.key)
        mood = "fault" if layout.GROUP in line.faults else ""
        text(sheet, row, 1, line.group, formats.cell(Kind.TEXT, mood))
        for column, one in enumerate(fields, start=2):
            look = formats.cell(one.kind, "fault" if one.name in line.faults else "")
            put(sheet, row, column, line.cells.get(one.name), look)
        _comments(sheet, row, fields, line)
    sheet.autofilter(3, 0, max(row, 4), len(fields) + 1)
    return row


def _comments(sheet: Worksheet, row: int, fields: list[Field], line: Line) -> None:
    places = {layout.GROUP: 1, layout.KEY: 2, **{one.name: at for at, one in enumerate(fields, start=2)}}
    for name, sentence in line.faults.items():
        sheet.write_comment(row, places.get(name, 2), plain_text(sentence), {"x_scale": 2, "visible": False})


def _head(sheet: Worksheet, content: Content, fields: list[Field], formats: Formats) -> None:
    for column, name in enumerate([layout.KEY, layout.GROUP, *(one.name for one in fields)]):
        text(sheet, 0, column, name)
    text(sheet, 1, 0, layout.BANNER)
    sheet.set_row(1, 24)
    mark = "  DEMONSTRATION DATA: not official" if content.is_demonstration else ""
    text(sheet, 1, 1, f"{content.title}{mark}", formats.banner)
    text(sheet, 2, 0, layout.HINTS)
    text(sheet, 2, 1, f"Choose it for a new row; leave it for a known {content.noun[0]}.", formats.hint)
    text(sheet, 3, 0, layout.HEADINGS)
    text(sheet, 3, 1, content.group_label, formats.plan)
    text(sheet, 4, 0, layout.EXAMPLE)
    text(sheet, 4, 1, "Example: this row is not read", formats.cell(Kind.TEXT, "example"))
    for column, one in enumerate(fields, start=2):
        needed = "Needed. " if one.required else ""
        hint = ". ".join(part.rstrip(".") for part in (_HOW.get(one.kind, ""), one.help) if part)
        text(sheet, 2, column, f"{needed}{hint}", formats.hint)
    for column, one in enumerate(fields, start=2):
        text(sheet, 3, column, one.label, formats.plan if one.holder == Holder.PLAN else formats.report)
    for column, one in enumerate(fields, start=2):
        put(sheet, 4, column, _example(one, content.words), formats.cell(one.kind, "example"))


def _example(one: Field, words: Words) -> Cell:
    if one.kind in _EXAMPLES:
        return _EXAMPLES[one.kind]
    some = words.choices(one.vocabulary)[:2]
    if one.kind == Kind.ITEMS:
        return f"{some[0]} | Its title | https://www.example.org/" if some else None
    return "; ".join(some if one.kind == Kind.CODES else some[:1]) or None


def _codes(sheet: Worksheet, content: Content) -> dict[str, str]:
    """The hidden sheet behind the drop-downs; returns the range of each list by its name."""
    sheet.hide()
    lists = {layout.GROUP: list(content.groups)}
    for one in content.catalogue.fields:
        if one.kind == Kind.CODE:
            lists[one.vocabulary] = content.words.choices(one.vocabulary)
    _side_by_side(sheet, list(lists.items()), None)
    return {
        name: f"={layout.CODES}!${xl_col_to_name(column)}$2:${xl_col_to_name(column)}${len(texts) + 1}"
        for column, (name, texts) in enumerate(lists.items())
        if texts
    }


def _lists(sheet: Worksheet, content: Content, formats: Formats) -> None:
    """Lists to copy from, for the fields that take several."""
    found: list[tuple[str, list[str]]] = []
    for one in content.catalogue.fields:
        if one.kind in {Kind.CODES, Kind.ITEMS}:
            found.append((one.label, content.words.choices(one.vocabulary)))
    sheet.set_column(0, max(len(found) - 1, 0), 38)
    sheet.freeze_panes(1, 0)
    _side_by_side(sheet, found, formats.bold)


def _side_by_side(sheet: Worksheet, lists: list[tuple[str, list[str]]], look: Any) -> None:
    for column, (name, _) in enumerate(lists):
        text(sheet, 0, column, name, look)
    for row in range(max((len(texts) for _, texts in lists), default=0)):
        for column, (_, texts) in enumerate(lists):
            if row < len(texts):
                text(sheet, row + 1, column, texts[row])


def _validations(sheet: Worksheet, content: Content, choices: dict[str, str], last: int) -> None:
    first, end = layout.FIRST_RECORD - 1, last + layout.SPARE_ROWS
    if source := choices.get(layout.GROUP):
        sheet.data_validation(
            first, 1, end, 1, {"validate": "list", "source": source, **_stop("Choose one of the list.")}
        )
    for column, one in enumerate(layout.columns(content.catalogue), start=2):
        rule = _rule(one, choices)
        if rule:
            sheet.data_validation(first, column, end, column, rule)


def _rule(one: Field, choices: dict[str, str]) -> dict[str, Any] | None:
    if one.kind == Kind.CODE and one.vocabulary in choices:
        return {"validate": "list", "source": choices[one.vocabulary], **_stop("Choose one of the list.")}
    if one.kind == Kind.YES_NO:
        return {"validate": "list", "source": ["yes", "no"], **_stop("Choose yes or no.")}
    if one.kind == Kind.DAY:
        days = {"validate": "date", "criteria": "between", "minimum": FIRST_DAY, "maximum": LAST_DAY}
        return {**days, **_stop("Write a date, such as 31 Mar 2026.")}
    if one.kind in {Kind.PERCENT, Kind.NUMBER}:
        highest = 100 if one.kind == Kind.PERCENT else LARGEST_COUNT
        numbers = {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": highest}
        return {**numbers, **_stop(f"Write a whole number from 0 to {highest:,}.")}
    if one.kind == Kind.AMOUNT:
        return {"validate": "decimal", "criteria": ">=", "value": 0, **_stop("Write a number, such as 1250.50.")}
    return None


def _stop(sentence: str) -> dict[str, Any]:
    return {"error_title": "ADME", "error_message": sentence, "ignore_blank": True}


def _instructions(content: Content) -> list[tuple[str, str]]:
    one, many = content.noun
    place = content.group_label.lower()
    return [
        (
            "How to fill it in",
            f"Fill in the sheet Report: one row for each {one}. Yellow headings are this period's report, blue ones "
            "the plan, which is kept from period to period.",
        ),
        (f"New {many}", f"Add rows below the last one and choose '{place}' in the first column."),
        (
            "Leave as they are",
            "The hidden first row, the hidden first column and the hidden sheets: by them each value is found again. "
            "Rows may be sorted and columns moved.",
        ),
        ("Nothing is removed", f"A row that you delete here stays in the report. Remove {many} in the form."),
        ("Blank cells", "A blank cell means 'not known' and empties what was stored. Zero is a figure."),
        (
            "Send it back",
            "Upload the file on the page of the report. You see every difference first, and nothing is stored before "
            "you apply it. With an error nothing is stored; you get the workbook back with marks.",
        ),
    ]


def _read_me(sheet: Worksheet, content: Content, formats: Formats) -> None:
    about = content.about
    lines = [*content.facts, *_instructions(content)]
    lines += [("Layout", about.layout), ("Workbook", about.template), ("Made at", about.made_at)]
    if content.is_demonstration:
        lines.insert(0, ("Demonstration data", "This report holds demonstration data. It is not official."))
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 100)
    for row, (name, value) in enumerate(lines):
        text(sheet, row, 0, name, formats.bold)
        text(sheet, row, 1, value, formats.wrapped)


def _about(sheet: Worksheet, about: About) -> None:
    sheet.very_hidden()
    rows = [
        ("format", layout.FORMAT),
        ("template", about.template),
        ("obligation", about.obligation),
        ("layout", about.layout),
        ("made_at", about.made_at),
    ]
    for row, (name, value) in enumerate(rows):
        text(sheet, row, 0, name)
        text(sheet, row, 1, value)


def _errors(sheet: Worksheet, errors: Sequence[tuple[str, str, str, str]], formats: Formats) -> None:
    for column, (width, name) in enumerate(((8, "Row"), (28, "Column"), (36, "Seen"), (90, "What to do"))):
        sheet.set_column(column, column, width)
        text(sheet, 0, column, name, formats.bold)
    sheet.freeze_panes(1, 0)
    for row, cells in enumerate(errors, start=1):
        for column, value in enumerate(cells):
            text(sheet, row, column, value, formats.wrapped)
