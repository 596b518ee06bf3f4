"""The workbook of a report: what it holds, and that it comes back as it left."""

from __future__ import annotations

import random
from datetime import date

import pytest

from adme.reporting import fields, tools, vocabularies
from adme.reporting.fields import Kind
from adme.reporting.models import WorkbookTemplate
from adme.reporting.workbooks import layout
from adme.reporting.workbooks.layout import Words

from . import factories as make
from . import sheets

pytestmark = pytest.mark.usefixtures("reference_data")

HOSTILE = [
    '=HYPERLINK("https://www.example.org","x")', "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1",
    "\r=1", "\n=1",
    "＝1", '"=1"', "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</script>", "{{7*7}}",
    "javascript:alert(1)",
    "$\\href{x}$", "\u202eabc", "a\u2028b", "\x1b[31mred", "x\r\nSet-Cookie: a=b", "W" * 3000, "_x0041_", "_x000D_",
    "é e\u0301",
    "a\u200bb", "1.10", "007", "1/2", "TRUE", "#DIV/0!", "Tiếng Việt", "ภาษาไทย", "မြန်မာ", "ខ្មែរ", "😀",
]  # fmt: skip


def formulas(content: bytes) -> list[str]:
    book = sheets.opened(content)
    return [
        f"{sheet.title}!{cell.coordinate}"
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]


def test_workbook_holds_the_records_with_labels_under_hidden_names(report, officer):
    (key,) = make.ready_report(report, officer)

    sheet = sheets.opened(sheets.fetch(report, officer))[layout.REPORT]

    columns, row = sheets.places(sheet), sheets.row_of(sheet, key)
    assert sheet.row_dimensions[1].hidden
    assert sheet.column_dimensions["A"].hidden
    assert sheet.cell(4, columns["percent_complete"]).value == "Percent complete"
    assert sheet.cell(row, columns["status"]).value == "On-going"
    assert sheet.cell(row, columns["percent_complete"]).value == 40
    assert sheet.cell(row, columns["starts_on"]).value.date() == date(2025, 2, 1)
    assert sheet.cell(row, columns["participants_male"]).value is None


def test_workbook_offers_the_code_lists_as_drop_downs_and_checks_dates_and_percent(report, officer):
    make.ready_report(report, officer)

    book = sheets.opened(sheets.fetch(report, officer))

    kinds = {rule.type for rule in book[layout.REPORT].data_validations.dataValidation}
    assert {"list", "date", "whole"} <= kinds
    assert book[layout.CODES].sheet_state == "hidden"
    assert book[layout.ABOUT].sheet_state == "veryHidden"
    offered = [cell.value for row in book[layout.CODES].iter_rows() for cell in row]
    assert "On-going" in offered
    assert "SOMHD work plan (2016-2025)" in offered


def test_read_me_says_who_reports_what_until_when(report, officer):
    book = sheets.opened(sheets.fetch(report, officer))
    told = {row[0].value: row[1].value for row in book[layout.READ_ME].iter_rows()}
    assert told["Reporter"] == "SOMHD"
    assert told["Period"] == "2025"
    assert told["Due"].endswith("Jakarta time")
    assert told["Workbook"] == str(WorkbookTemplate.objects.get().public_id)


def test_demonstration_data_are_marked_in_the_workbook(officer):
    report = make.make_obligation("SOMHD", is_demonstration=True)
    sheet = sheets.opened(sheets.fetch(report, officer))[layout.REPORT]
    assert "DEMONSTRATION" in sheet.cell(2, 2).value


def test_same_content_is_remembered_once(report, officer):
    make.ready_report(report, officer)
    sheets.fetch(report, officer)
    sheets.fetch(report, officer)
    assert WorkbookTemplate.objects.count() == 1


def test_untouched_workbook_comes_back_unchanged(report, officer):
    make.ready_report(report, officer, count=5)
    batch = sheets.sent(report, sheets.fetch(report, officer), officer)
    assert (batch.state, batch.counts["unchanged"], batch.counts["read"]) == ("previewed", 5, 5)
    assert sheets.codes(batch) == []


def test_hostile_text_stays_text_and_comes_back_as_it_was(report, officer):
    keys = make.ready_report(report, officer, count=len(HOSTILE))
    for key, text in zip(keys, HOSTILE, strict=True):
        make.save(report, key, {"remarks": text, "description": text, "title": text.strip()[:300] or "x"}, officer)

    content = sheets.fetch(report, officer)
    batch = sheets.sent(report, content, officer)

    assert formulas(content) == []
    assert batch.counts["unchanged"] == len(HOSTILE), [row.changes for row in sheets.rows(batch)]


def test_text_typed_as_a_formula_is_stored_as_text(report, officer):
    (key,) = make.ready_report(report, officer)
    book = sheets.opened(sheets.fetch(report, officer))
    sheet = book[layout.REPORT]
    cell = sheet.cell(sheets.row_of(sheet, key), sheets.places(sheet)["remarks"])
    cell.value = "=1+1 is what we agreed"
    cell.data_type = "s"

    sheets.applied(sheets.sent(report, sheets.saved(book), officer), report, officer)

    assert make.values_of(report, key)["remarks"] == "=1+1 is what we agreed"
    assert formulas(sheets.fetch(report, officer)) == []


def test_edited_cells_are_exactly_what_changes(report, officer):
    keys = make.ready_report(report, officer, count=3)
    before = {key: make.values_of(report, key) for key in keys}
    changes = {"percent_complete": 75, "status": "Completed", "ends_on": date(2025, 11, 30), "funding_amount": 1250.5,
               "funding_currency": "USD", "lead_states": "Viet Nam; Indonesia", "participants_male": 0}  # fmt: skip

    batch = sheets.sent(report, sheets.edited(sheets.fetch(report, officer), {keys[1]: changes}), officer)
    sheets.applied(batch, report, officer)

    assert (batch.counts["changed"], batch.counts["unchanged"]) == (1, 2)
    assert {key: make.values_of(report, key) for key in (keys[0], keys[2])} == {
        k: before[k] for k in (keys[0], keys[2])
    }
    assert make.values_of(report, keys[1]) == before[keys[1]] | {
        "percent_complete": 75,
        "status": "completed",
        "ends_on": "2025-11-30",
        "funding_amount": "1250.50",
        "funding_currency": "USD",
        "lead_states": ["IDN", "VNM"],
        "participants_male": 0,
    }
    again = sheets.sent(report, sheets.fetch(report, officer), officer)
    assert again.counts["unchanged"] == 3


def _value(one: fields.Field, lists: dict, rng: random.Random):
    if rng.random() < 0.2:
        return one.empty
    codes = list(lists[one.vocabulary].all_codes()) if one.vocabulary else []
    text = "".join(rng.choice("aB1 ;=+-@\n\t'\"<>&éវ。") for _ in range(rng.randint(1, 60))).strip()
    line = text.replace("\n", " ")
    made = {
        Kind.TEXT: lambda: line[: one.max_length].strip(),
        Kind.LONG_TEXT: lambda: text,
        Kind.CODE: lambda: rng.choice(codes) if codes else "",
        Kind.CODES: lambda: [code for code in codes if code in rng.sample(codes, min(len(codes), 3))],
        Kind.DAY: lambda: date.fromordinal(rng.randint(726468, 752041)).isoformat(),
        Kind.NUMBER: lambda: rng.randint(0, 100_000_000),
        Kind.PERCENT: lambda: rng.randint(0, 100),
        Kind.AMOUNT: lambda: f"{rng.randint(0, 10**14) / 100:.2f}",
        Kind.YES_NO: lambda: rng.random() < 0.5,
        Kind.ITEMS: lambda: [{"kind": rng.choice(codes), "title": f"{n} {line[:9]}".strip(), "link": ""} for n in "ab"],
    }  # fmt: skip
    return made[one.kind]()


@pytest.mark.parametrize("tool_name", ["tool1", "tool2"])
def test_thousand_generated_values_read_back_as_written(tool_name):
    """Every kind of value is written to a real workbook by the writer and read by the limited child."""
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from adme.reporting.workbooks.compare import Outcome, Stored, compare
    from adme.reporting.workbooks.layout import About, Line
    from adme.reporting.workbooks.reading import read_rows
    from adme.reporting.workbooks.writing import Content, workbook_bytes

    tool, rng = tools.get(tool_name), random.Random(7)  # noqa: S311
    catalogue = tool.catalogue
    lists = vocabularies.load(catalogue.vocabularies)
    words = Words(lists)
    names = [one.name for one in catalogue.fields]
    values = [{one.name: _value(one, lists, rng) for one in catalogue.fields} for _ in range(1000 // len(names) + 1)]
    for number, one in enumerate(values):
        one[layout.lead_field(catalogue).name] = f"Record {number}"
    keys = [f"key-{number}" for number in range(len(values))]
    lines = [
        Line(key, "Plan", {field.name: words.cell(field, one[field.name]) for field in catalogue.fields})
        for key, one in zip(keys, values, strict=True)
    ]
    about = About("t", "o", catalogue.layout, "now")
    content = Content(catalogue, about, "Title", "Plan", tool.noun, [], ["Plan"], words, lines)
    with TemporaryDirectory() as folder:
        path = Path(folder, "x.xlsx")
        path.write_bytes(workbook_bytes(content))
        sheet = read_rows(path, about, catalogue)
    records = {key: tools.Record(key, "t", "Plan", one) for key, one in zip(keys, values, strict=True)}
    stored = Stored(tool, dict(zip(keys, values, strict=True)), records, [], words)

    outcomes: list[Outcome] = compare(sheet, stored)

    assert len(outcomes) == len(values)
    assert [(one.row.number, one.changes, one.problems) for one in outcomes if one.kind != "unchanged"] == []
    # Typed into an empty template, the same cells are cleaned to the same values.
    nothing = {key: tools.Record(key, "t", "Plan", {}) for key in keys}
    typed = compare(sheet, Stored(tool, {key: {} for key in keys}, nothing, [], words))
    for outcome, one in zip(typed, values, strict=True):
        assert outcome.changes, outcome.problems
        found = {name: change[2] for name, change in outcome.changes.items()}
        assert found == {name: value for name, value in one.items() if not fields.is_empty(value)}
