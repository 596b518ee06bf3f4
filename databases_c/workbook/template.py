"""The template of a record set for one report: XLSX with drop-downs and an example, or CSV.

Row 1 is hidden: what the file was made for, and the names of the columns. Lines whose first cell begins with '#' are
help and are not read.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter
from django.utils import timezone
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from adme.exports.cells import text
from adme.observations.periods import TimePeriod
from adme.reporting.models import Obligation
from adme.reporting.selectors.zones import jakarta_text
from adme.reporting.vocabularies import Vocabulary

from ..layout import Column, Layout, Type
from ..models import RecordSet, SetVersion
from ..reading import load_lists
from ..reading.headings import EXAMPLE
from ..reading.streams import ABOUT, CODES, COLUMNS, FORMAT, RECORDS, About
from .cells import OPTIONS, Formats, put

SPARE_ROWS = 2_000  # rows below the last record that have drop-downs too
FIRST_RECORD = 6  # row of the spreadsheet
_HOW = {
    Type.TEXT: "text",
    Type.CODE: "choose from the list",
    Type.INTEGER: "whole number; blank if not known, 0 for none",
    Type.NUMBER: "number, such as 1250.5; blank if not known, 0 for none",
    Type.DAY: "a date, such as 2026-03-31",
    Type.YEAR: "year with four digits",
    Type.YES_NO: "yes or no",
}
_WIDTHS = {Type.TEXT: 28, Type.CODE: 24, Type.DAY: 13}
Words = Mapping[str, Mapping[str, str]]  # column -> code -> label, for columns with codes


def about_of(record_set: RecordSet, version: SetVersion, obligation: Obligation) -> About:
    state = obligation.state_area.code if obligation.state_area else ""
    return About(record_set.code, str(version.number), obligation.round.period_label, state)


def template(
    record_set: RecordSet, version: SetVersion, obligation: Obligation, prefill: Iterable[Sequence[str]] | None = None
) -> bytes:
    """`prefill`: canonical records in the order of the layout, such as those of the last period."""
    layout, about = version.read_layout(), about_of(record_set, version, obligation)
    words = words_of(layout)
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        title = f"{record_set.title}: {obligation.reporter_label}, {about.period}"
        book.set_properties({"title": title})
        formats = Formats(book)
        sheet = book.add_worksheet(RECORDS)
        _columns(
            book.add_worksheet(COLUMNS), record_set, layout, words, _facts(record_set, version, obligation), formats
        )
        ranges = _codes(book.add_worksheet(CODES), words)
        _about(book.add_worksheet(ABOUT), about)
        mark = _mark(record_set, obligation)
        last = _records(sheet, layout, about, f"{title}{mark}", words, prefill or (), formats)
        _validations(sheet, layout, ranges, last)
    return buffer.getvalue()


def csv_template(
    record_set: RecordSet, version: SetVersion, obligation: Obligation, prefill: Iterable[Sequence[str]] | None = None
) -> bytes:
    """The line that says what it is for, the names of the columns, and records. UTF-8 with a mark, for Excel."""
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    layout = version.read_layout()
    writer.writerow([about_of(record_set, version, obligation).line()])
    writer.writerow([one.name for one in layout.columns])
    for row in prefill or ():
        writer.writerow(list(row))
    return stream.getvalue().encode("utf-8-sig")


def file_name(record_set: RecordSet, obligation: Obligation, ending: str = "xlsx", suffix: str = "") -> str:
    """adme_labour-inspections_VNM_2026.xlsx"""
    state = obligation.state_area.code if obligation.state_area else ""
    return f"adme_{record_set.code}_{state}_{obligation.round.period_label}{suffix}.{ending}"


def words_of(layout: Layout) -> dict[str, dict[str, str]]:
    """Labels of the codes of each column, in order."""
    lists = load_lists(layout)
    found: dict[str, dict[str, str]] = {}
    for one in layout.columns:
        if one.type == Type.CODE:
            own = dict(one.codes) or dict(lists[one.code_list].choices)
            found[one.name] = {code: _as_read(code, own) for code in own}
    return found


def _as_read(code: str, choices: Mapping[str, str]) -> str:
    """What is written into the cell: the label where it is read back as this code, else more."""
    vocabulary = Vocabulary("", choices)
    for shown in (choices[code], f"{code} {choices[code]}"):
        if vocabulary.find(shown) == code:
            return shown
    return code


def _mark(record_set: RecordSet, obligation: Obligation) -> str:
    if obligation.is_demonstration or record_set.is_demonstration:
        return "  DEMONSTRATION DATA: not official"
    return "  PROPOSED record set" if record_set.is_proposed else ""


# --- the sheet to fill in --------------------------------------------------------------------------------------------


def _records(
    sheet: Worksheet, layout: Layout, about: About, title: str, words: Words, prefill: Iterable[Sequence[str]],
    formats: Formats,
) -> int:  # fmt: skip
    """Writes from above to below, as constant memory needs; returns the last row that was written."""
    sheet.set_row(0, None, None, {"hidden": True})
    sheet.set_column(0, 0, 4, None, {"hidden": True})
    for at, one in enumerate(layout.columns, start=1):
        sheet.set_column(at, at, _WIDTHS.get(one.type, 15))
    sheet.freeze_panes(4, 1)
    text(sheet, 0, 0, about.line())
    for at, one in enumerate(layout.columns, start=1):
        text(sheet, 0, at, one.name)
    text(sheet, 1, 0, "#title")
    text(sheet, 1, 1, title, formats.banner)
    text(sheet, 2, 0, "#help")
    for at, one in enumerate(layout.columns, start=1):
        text(sheet, 2, at, how(one), formats.hint)
    text(sheet, 3, 0, "#headings")
    for at, one in enumerate(layout.columns, start=1):
        text(sheet, 3, at, one.label, formats.needed if one.required or one.is_key else formats.optional)
    text(sheet, 4, 0, "#example: this row is not read")
    for at, one in enumerate(layout.columns, start=1):
        value, look = example(one, words, about.period), formats.cell(one.type, example=True)
        if at == 1:
            text(sheet, 4, at, f"{EXAMPLE}{value}", look)
        else:
            put(sheet, 4, at, one, value, look)
    row = FIRST_RECORD - 2
    for row, record in enumerate(prefill, start=FIRST_RECORD - 1):
        for at, (one, value) in enumerate(zip(layout.columns, record, strict=True), start=1):
            put(sheet, row, at, one, words.get(one.name, {}).get(value, value), formats.cell(one.type))
    return row


def how(one: Column) -> str:
    """What to write into a cell, in one line."""
    bounds = [f"at least {one.least:,.15g}"] if one.least is not None else []
    bounds += [f"at most {one.most:,.15g}"] if one.most is not None else []
    parts = [_HOW[one.type] if not one.unit else f"{_HOW[one.type]}; in {one.unit}", " and ".join(bounds), one.help]
    told = ". ".join(part.rstrip(".") for part in parts if part)
    return f"Needed. {told}" if one.required or one.is_key else told


def example(one: Column, words: Words, period: str) -> str:
    year = period[:4]
    if one.type == Type.CODE:
        return next(iter(words.get(one.name, {}).values()), "")
    if one.type in {Type.INTEGER, Type.NUMBER}:
        least = one.least if one.least is not None else 0
        most = one.most if one.most is not None else least + 100
        value = min(most, max(least, 25))
        return repr(int(value)) if one.type == Type.INTEGER else repr(float(value))
    return {
        Type.TEXT: "An example",
        Type.DAY: TimePeriod.parse(period).last_day.isoformat(),
        Type.YEAR: year,
        Type.YES_NO: "yes",
    }[one.type]


def _validations(sheet: Worksheet, layout: Layout, ranges: Mapping[str, str], last: int) -> None:
    first, end = FIRST_RECORD - 1, last + SPARE_ROWS
    for at, one in enumerate(layout.columns, start=1):
        rule = _rule(one, ranges)
        if rule:
            sheet.data_validation(first, at, end, at, rule)


def _rule(one: Column, ranges: Mapping[str, str]) -> dict[str, Any] | None:
    if one.type == Type.CODE and one.name in ranges:
        return {"validate": "list", "source": ranges[one.name], **_stop("Choose one of the list.")}
    if one.type == Type.YES_NO:
        return {"validate": "list", "source": ["yes", "no"], **_stop("Choose yes or no.")}
    if one.type == Type.DAY:
        days = {"validate": "date", "criteria": "between", "minimum": date(1901, 1, 1), "maximum": date(2100, 12, 31)}
        return {**days, **_stop("Write a date, such as 2026-03-31.")}
    if one.is_number:
        low = -1e15 if one.least is None else one.least
        high = 1e15 if one.most is None else one.most
        kind = "integer" if one.type == Type.INTEGER else "decimal"
        told = f"Write a {'whole ' if kind == 'integer' else ''}number from {low:,.15g} to {high:,.15g}."
        return {"validate": kind, "criteria": "between", "minimum": low, "maximum": high, **_stop(told)}
    return None


def _stop(sentence: str) -> dict[str, Any]:
    return {"error_title": "ADME", "error_message": sentence[:255], "ignore_blank": True}


# --- the other sheets ------------------------------------------------------------------------------------------------


def _facts(record_set: RecordSet, version: SetVersion, obligation: Obligation) -> list[tuple[str, str]]:
    facts = [
        ("Record set", record_set.title),
        ("One record is", record_set.unit_of_record),
        ("Records of", record_set.population),
        ("Which period", record_set.reference_period),
        ("Reporter", obligation.reporter_label),
        ("Period", obligation.round.period_label),
        ("Due", jakarta_text(obligation.due_on)),
        ("Layout", f"version {version.number}"),
        ("Made at", timezone.now().isoformat(timespec="seconds")),
        ("How to fill it in", "One row for each record on the sheet Records. Yellow headings are needed. A blank cell "
         "means 'not known'; zero is a figure. Do not add up: write no rows of totals unless the list has a code for "
         "them."),
        ("Leave as they are", "The hidden first row and column and the hidden sheets. Rows may be sorted, columns "
         "moved."),
        ("Send it back", "Upload the file on the page of the report. Every record is checked first; you then see the "
         "verdict and decide whether the report holds this version."),
    ]  # fmt: skip
    if mark := _mark(record_set, obligation).strip():
        facts.insert(0, ("Note", mark))
    return facts


def _columns(
    sheet: Worksheet, record_set: RecordSet, layout: Layout, words: Words, facts: Sequence[tuple[str, str]],
    formats: Formats,
) -> None:  # fmt: skip
    for at, width in enumerate((28, 22, 14, 60, 60)):
        sheet.set_column(at, at, width)
    row = 0
    for row, (name, value) in enumerate(facts):
        text(sheet, row, 0, name, formats.bold)
        text(sheet, row, 1, value)
    row += 2
    for at, heading in enumerate(("Column", "Name in CSV files", "Needed", "What to write", "Codes")):
        text(sheet, row, at, heading, formats.bold)
    for one in layout.columns:
        row += 1
        text(sheet, row, 0, one.label, formats.wrapped)
        text(sheet, row, 1, one.name, formats.wrapped)
        text(sheet, row, 2, "yes" if one.required or one.is_key else "", formats.wrapped)
        text(sheet, row, 3, how(one), formats.wrapped)
        codes = [f"{code}: {label}" for code, label in words.get(one.name, {}).items()]
        shown = codes[:60] + ([f"and {len(codes) - 60:,} more, in the drop-down"] if len(codes) > 60 else [])
        text(sheet, row, 4, "\n".join(shown), formats.wrapped)
    if layout.rules:
        row += 2
        text(sheet, row, 0, "What is checked", formats.bold)
        for rule in layout.rules:
            row += 1
            told = "the record is refused" if rule.level == "error" else "you are asked whether it is right"
            text(sheet, row, 0, rule.instruction)
            text(sheet, row, 4, told)


def _codes(sheet: Worksheet, words: Words) -> dict[str, str]:
    """The hidden sheet behind the drop-downs; returns the range of each list by its column."""
    sheet.hide()
    lists = [(name, list(labels.values())) for name, labels in words.items()]
    for at, (name, _) in enumerate(lists):
        text(sheet, 0, at, name)
    for row in range(max((len(labels) for _, labels in lists), default=0)):
        for at, (_, labels) in enumerate(lists):
            if row < len(labels):
                text(sheet, row + 1, at, labels[row])
    return {
        name: f"={CODES}!${xl_col_to_name(at)}$2:${xl_col_to_name(at)}${len(labels) + 1}"
        for at, (name, labels) in enumerate(lists)
        if labels
    }


def _about(sheet: Worksheet, about: About) -> None:
    sheet.very_hidden()
    facts = {"format": FORMAT, "set": about.record_set, "version": about.version, "period": about.period}
    for row, (name, value) in enumerate({**facts, "state": about.state}.items()):
        text(sheet, row, 0, name)
        text(sheet, row, 1, value)
