"""The sheets that ADME writes itself hold what xlsxwriter would have written; two readers that others wrote say so."""

from __future__ import annotations

import math
import random
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

import openpyxl
import pytest
import xlsxwriter
from django.http import FileResponse
from python_calamine import CalamineWorkbook

from adme.common.csv_safety import plain_text
from adme.exports import responses, sheets, xlsx_writer
from adme.exports.documents import Column, Document
from adme.exports.responses import download
from adme.exports.sheets import column_letters
from adme.exports.xlsx_writer import xlsx_bytes, xlsx_file

TEXTS = [
    "", "plain", " leading", "trailing ", "\u00a0", "a\nb", "a\tb", "<b>&amp;</b>", "]]>", '"quoted"',
    "it's", "=1+1", "+1", "-1", "@SUM(A1)", "http://example.org", "#N/A", "TRUE", "00123", "1e5", "_",
    "_x", "\x00\x01\x1b", "\ufffe\uffff", "\ud800", "\u2028", "🌏", "e\u0301",
    "Việt Nam ປະເທດລາວ ព្រះ မြန်မာ ไทย", "{=1}", "x" * 32_767, "y" * 40_000, "&" * 33_000, "</t></is></c>",
]  # fmt: skip
ESCAPED = ["a\rb", "\r\n", "_x000D_", "_x00e9_", "_x005F_", "x_x0041_y", "__x0041__", "_x0041_x0042_"]
NUMBERS = [
    0, 1, -1, 0.0, -0.0, 0.1, 1e-300, 5e-324, 12_345_678_901_234_567_890, 2**53, 2**53 + 1,
    1e15, 1e16, 1e21, -2.5, math.pi,
]  # fmt: skip
OTHERS = [None, math.nan, math.inf, -math.inf, True, False, Decimal("1.10"), date(2026, 1, 31), ["a"], {"b": 1}]


def rows(count: int = 400):
    chance = random.Random(3)  # noqa: S311
    values = [*TEXTS, *NUMBERS, *OTHERS]
    made = [tuple(chance.choice(values) for _ in range(4)) for _ in range(count)]
    numbers = [(chance.uniform(-1e9, 1e9), 10.0 ** chance.randrange(-300, 300), chance.randrange(10**17), "x")]
    return [*((value, None, value, "end") for value in values), *made, *numbers, (None,) * 4]


def document(
    rows, names=("A", "REF_AREA", "OBS_VALUE", "A rather long heading of a column with many words"), **changes
):
    values = {
        "title": "Youth not in employment", "file_stem": "kpi", "rows": rows, "source": "World Bank",
        "columns": [Column(name, f"Title of {name}") for name in names], "licence": "CC BY 4.0",
        "extracted_at": datetime(2026, 11, 21, 8, 30, tzinfo=UTC), "data_version": 12,
    }  # fmt: skip
    return Document(**{**values, **changes})


def by_typed_calls(doc) -> bytes:
    """What this writer is held to: xlsxwriter, each cell by the call of its type."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {**xlsx_writer.OPTIONS, "in_memory": True}) as book:
        sheet = book.add_worksheet("Data")
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        sheet.freeze_panes(1, 0)
        for index, column in enumerate(doc.columns):
            sheet.set_column(index, index, max(10, min(40, len(column.name) + 4)))
            sheet.write_string(0, index, column.name, bold)
        for number, row in enumerate(doc.rows, start=1):
            for index, value in enumerate(row):
                if value is None or (isinstance(value, float) and not math.isfinite(value)):
                    continue
                if isinstance(value, int | float) and not isinstance(value, bool):
                    sheet.write_number(number, index, value)
                else:
                    sheet.write_string(number, index, plain_text(value)[:32_767])
        sheet.autofilter(0, 0, len(doc.rows), len(doc.columns) - 1)
    return buffer.getvalue()


def same(ours, theirs) -> bool:
    """xlsxwriter writes 16 digits of a number, ours all."""
    if isinstance(ours, int | float) and isinstance(theirs, int | float):
        return ours == theirs or f"{ours:.15G}" == f"{theirs:.15G}"
    return ours == theirs


def test_openpyxl_reads_what_xlsxwriter_would_have_written_cell_by_cell():
    doc = document(rows())
    ours, theirs = (openpyxl.load_workbook(BytesIO(one))["Data"] for one in (xlsx_bytes(doc), by_typed_calls(doc)))
    assert ours.dimensions == theirs.dimensions
    for pair in zip(ours.iter_rows(), theirs.iter_rows(), strict=True):
        for mine, other in zip(*pair, strict=True):
            assert mine.data_type == other.data_type, mine.coordinate
            assert same(mine.value, other.value), (mine.coordinate, mine.value, other.value)
            assert (mine.font.b, mine.border.bottom.style, mine.alignment.wrap_text) == (
                other.font.b, other.border.bottom.style, other.alignment.wrap_text,
            )  # fmt: skip
    assert ours.freeze_panes == theirs.freeze_panes == "A2"
    assert ours.auto_filter.ref == theirs.auto_filter.ref
    assert {k: v.width for k, v in ours.column_dimensions.items()} == {
        k: v.width for k, v in theirs.column_dimensions.items()
    }


def test_calamine_reads_the_same_too():
    doc = document(rows())
    ours, theirs = (
        CalamineWorkbook.from_filelike(BytesIO(one)).get_sheet_by_name("Data").to_python()
        for one in (xlsx_bytes(doc), by_typed_calls(doc))
    )
    assert len(ours) == len(theirs) == len(doc.rows)  # the last row is empty
    assert all(same(a, b) for mine, other in zip(ours, theirs, strict=True) for a, b in zip(mine, other, strict=True))


def test_a_text_that_looks_like_an_escape_and_a_carriage_return_stay_what_they_are():
    content = xlsx_bytes(document([(text,) for text in ESCAPED], ["TEXT"]))
    read = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name("Data").to_python()
    assert [row[0] for row in read[1:]] == ESCAPED
    sheet = openpyxl.load_workbook(BytesIO(content))["Data"]  # it does not undo the escape of the escape
    assert [row[0].value.replace("_x005F_", "_") for row in sheet.iter_rows(min_row=2)] == ESCAPED


def test_numbers_keep_every_digit():
    chance = random.Random(4)  # noqa: S311
    values = [chance.uniform(0, 1) * 10.0 ** chance.randrange(-20, 20) for _ in range(500)]
    values += [1.7976931348623157e308, 5e-324, 2.0**53]
    sheet = openpyxl.load_workbook(BytesIO(xlsx_bytes(document([(value,) for value in values], ["V"]))))["Data"]
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == values


def test_a_number_that_no_spreadsheet_can_hold_is_left_empty():
    sheet = openpyxl.load_workbook(BytesIO(xlsx_bytes(document([(10**400, "x")], ["V", "W"]))))["Data"]
    assert [cell.value for cell in sheet[2]] == [None, "x"]


def test_every_part_is_well_formed_and_none_holds_a_formula():
    with ZipFile(BytesIO(xlsx_bytes(document(rows())))) as book:
        assert book.testzip() is None
        assert len(book.namelist()) == len(set(book.namelist()))
        assert book.namelist()[0] == "_rels/.rels"
        for name in book.namelist():
            tree = ElementTree.fromstring(book.read(name))  # noqa: S314 - our own
            assert not [node for node in tree.iter() if node.tag.endswith("}f") or node.tag.endswith("}hyperlink")]


@pytest.mark.parametrize("count", [0, 3, 4, 6, 7])
def test_rows_beyond_a_sheet_go_on_a_further_one_with_its_own_heading(monkeypatch, count):
    monkeypatch.setattr(sheets, "MOST_ROWS", 4)
    content = xlsx_bytes(document(((number, "a") for number in range(count)), ["NUMBER", "TEXT"]))
    data = [name for name in openpyxl.load_workbook(BytesIO(content)).sheetnames if name.startswith("Data")]
    assert data == ["Data", "Data 2", "Data 3"][: max(1, math.ceil(count / 3))]
    book = openpyxl.load_workbook(BytesIO(content))
    assert book.sheetnames[len(data) :] == ["Metadata", "Notes"]
    found = []
    for name in data:
        (heading, *below) = book[name].iter_rows(values_only=True)
        assert heading == ("NUMBER", "TEXT")
        assert book[name]["A1"].font.b
        assert book[name].auto_filter.ref == f"A1:B{len(below) + 1}"
        found += below
    assert found == [(number, "a") for number in range(count)]
    calamine = CalamineWorkbook.from_filelike(BytesIO(content))
    assert calamine.sheet_names == book.sheetnames
    assert sum(len(calamine.get_sheet_by_name(name).to_python()) - 1 for name in data) == count


def test_a_sheet_ends_before_its_xml_is_too_long_for_a_zip(monkeypatch):
    monkeypatch.setattr(sheets, "MOST_BYTES", 500_000)
    book = openpyxl.load_workbook(
        BytesIO(xlsx_bytes(document(((i, "long " * 20 + str(i)) for i in range(9000)), "AB")))
    )
    assert book.sheetnames[:2] == ["Data", "Data 2"]
    assert sum(book[name].max_row - 1 for name in book.sheetnames if name.startswith("Data")) == 9000


def test_more_columns_than_a_sheet_takes_are_refused_with_the_remedy():
    with pytest.raises(ValueError, match=r"16,384 columns; this table has 16,385\. Leave some out"):
        xlsx_bytes(document([], [f"C{number}" for number in range(16_385)]))


def test_columns_are_named_as_spreadsheets_do():
    assert [column_letters(index) for index in (0, 25, 26, 701, 702, 16_383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]


def test_a_table_without_columns_is_still_a_workbook():
    book = openpyxl.load_workbook(BytesIO(xlsx_bytes(document([], []))))
    assert book.sheetnames == ["Data", "Metadata", "Notes"]


def test_a_row_that_does_not_fit_the_columns_is_an_error_and_leaves_no_file():
    with pytest.raises(ValueError, match="zip"):
        xlsx_file(document([(1, 2, 3)], ["A", "B"]))


@pytest.mark.django_db
def test_a_large_file_leaves_from_the_disk_and_a_small_one_at_once(monkeypatch):
    small = download(document([(1, "a")], "AB"), "xlsx")
    assert not small.streaming
    monkeypatch.setattr(responses, "IN_MEMORY", 10)
    large = download(document([(1, "a")], "AB"), "xlsx")
    assert isinstance(large, FileResponse)
    content = b"".join(large.streaming_content)
    assert content == small.content
    assert large.headers["Content-Length"] == str(len(content))
    for name in ("Content-Type", "Content-Disposition", "Cache-Control"):
        assert large.headers[name] == small.headers[name]
    large.close()
