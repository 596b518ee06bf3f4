"""Files that leave ADME: complete, typed, and without live formulas."""

import csv
from datetime import UTC, datetime
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.http import Http404

from adme.common.csv_safety import csv_cell
from adme.exports.csv_writer import csv_chunks
from adme.exports.documents import Column, Document
from adme.exports.responses import download, file_name
from adme.exports.xlsx_writer import xlsx_bytes

HOSTILE = [
    '=HYPERLINK("http://x","y")',
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\u00a0=1",
    "\uff1d1+1",
    "\uff0b1",
    "\u200b=1",
    "a\x00b\x1b[31m",
    "\ud800",
    "=1+1" + "x" * 40_000,
]


def document(rows, **changes):
    values = {
        "title": "Youth not in employment",
        "file_stem": "kpi-31c_2016-2025",
        "columns": [Column("REF_AREA", "Reference area"), Column("OBS_VALUE", "Value")],
        "rows": rows,
        "source": "World Bank",
        "licence": "CC BY 4.0",
        "extracted_at": datetime(2026, 11, 21, 8, 30, tzinfo=UTC),
        "data_version": 12,
        "filters": [("States", "IDN, VNM")],
    }
    return Document(**{**values, **changes})


def read_csv(doc):
    text = b"".join(csv_chunks(doc)).decode("utf-8-sig")
    lines = [line for line in text.splitlines(keepends=True) if not line.startswith("#")]
    return text, list(csv.reader(StringIO("".join(lines), newline="")))


def test_a_csv_says_what_it_is_before_its_rows():
    text, rows = read_csv(document([("IDN", 21.5)]))
    for expected in ("Title: Youth", "States: IDN, VNM", "World Bank", "CC BY 4.0", "2026-11-21 08:30", "Citation"):
        assert expected in text
    assert rows == [["REF_AREA", "OBS_VALUE"], ["IDN", "21.5"]]


def test_missing_is_empty_and_zero_is_zero_in_both_formats():
    rows = [("IDN", 0.0), ("VNM", None), ("THA", float("nan"))]
    assert [row[1] for row in read_csv(document(rows))[1][1:]] == ["0", "", ""]
    sheet = openpyxl.load_workbook(BytesIO(xlsx_bytes(document(rows))))["Data"]
    assert [sheet.cell(row, 2).value for row in (2, 3, 4)] == [0, None, None]


def test_negative_numbers_stay_numbers():
    assert csv_cell(-5.5) == "-5.5"
    sheet = openpyxl.load_workbook(BytesIO(xlsx_bytes(document([("IDN", -5.5)]))))["Data"]
    assert sheet["B2"].value == -5.5
    assert sheet["B2"].data_type == "n"


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_a_formula_in_a_csv(text):
    cell = csv_cell(text)
    assert cell.startswith("'") or cell.lstrip(" \u00a0\u200b")[:1] not in set("=+-@\t\r\n\uff1d\uff0b")


def test_no_text_becomes_a_formula_in_an_xlsx():
    doc = document([(text, 1.0) for text in HOSTILE], notes=[("=1+1", "@SUM(A1)")], title="=1+1")
    book = openpyxl.load_workbook(BytesIO(xlsx_bytes(doc)))
    kinds = [cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "f" not in kinds
    assert book.sheetnames == ["Data", "Metadata", "Notes"]


def test_the_metadata_sheet_carries_title_source_time_and_citation():
    sheet = openpyxl.load_workbook(BytesIO(xlsx_bytes(document([]))))["Metadata"]
    pairs = {row[0].value: row[1].value for row in sheet.iter_rows()}
    assert pairs["Title"] == "Youth not in employment"
    assert pairs["Extracted at (UTC)"] == "2026-11-21 08:30:00"
    assert "data version 12" in pairs["Citation"]


def test_demonstration_values_are_named_in_the_file():
    assert "made up" in read_csv(document([], is_demonstration=True))[0]
    assert "made up" not in read_csv(document([]))[0]


def test_a_download_has_a_stable_safe_name_and_is_not_cached():
    assert file_name("kpi 31c/\r\nx", 12, "csv") == "adme_kpi-31c-x_v12.csv"
    response = download(document([]), "csv")
    assert response.headers["Content-Disposition"] == 'attachment; filename="adme_kpi-31c_2016-2025_v12.csv"'
    assert response.headers["Cache-Control"] == "private, no-store"
    with pytest.raises(Http404):
        download(document([]), "exe")


def test_a_unit_stays_as_it_is():
    assert csv_cell("% of youth") == "% of youth"
