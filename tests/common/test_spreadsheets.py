"""Workbooks of strangers are read as text in another process, or refused with a sentence; the caller lives."""

from __future__ import annotations

import datetime
import threading
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from adme.common.refusals import FileRefused
from adme.common.spreadsheet_child import BLOCK_BYTES, IN_ROWS, blocks, column_texts, row_texts
from adme.common.spreadsheets import read_xlsx_rows, sheet_names
from tests.common.workbooks import raw_workbook, workbook

OLD_CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _code(path: Path) -> str:
    with pytest.raises(FileRefused) as caught:
        list(read_xlsx_rows(path))
    assert str(caught.value).endswith(".")
    return caught.value.code


def test_cells_come_as_the_text_a_person_sees(tmp_path: Path) -> None:
    path = tmp_path / "typed.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ["001", 2000, 2.5, True, None, 'café, "x"\nline'])
        sheet.write_datetime(1, 0, datetime.date(2020, 1, 31), day)
        sheet.write_number(1, 1, 6.712703514285585)
        sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")
        sheet.write_formula(1, 3, "=NA()", None, "#N/A")
    rows = list(read_xlsx_rows(path))
    assert rows[0] == ["001", "2000", "2.5", "TRUE", "", 'café, "x"\nline']
    assert rows[1][:4] == ["2020-01-31", "6.712703514285585", "#DIV/0!", "#N/A"]


def test_an_error_cell_is_found_where_the_table_does_not_begin_at_the_corner(tmp_path: Path) -> None:
    path = tmp_path / "offset.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write(3, 2, "head")
        sheet.write_formula(4, 2, "=1/0", None, "#DIV/0!")
    rows = list(read_xlsx_rows(path))
    assert rows[3] == ["", "", "head"]
    assert rows[4] == ["", "", "#DIV/0!"]


def test_a_sheet_is_read_by_name_and_an_unknown_one_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "two.xlsx", {"First": [["a"]], "Second": [["b"], [1]]})
    assert sheet_names(path) == ["First", "Second"]
    assert list(read_xlsx_rows(path, "Second")) == [["b"], ["1"]]
    with pytest.raises(FileRefused, match="no sheet 'Third'"):
        read_xlsx_rows(path, "Third")


def test_the_last_rows_are_known_before_the_first_is_taken(tmp_path: Path) -> None:
    path = workbook(tmp_path / "tail.xlsx", {"Data": [[n] for n in range(100)]})
    stream = read_xlsx_rows(path)
    assert stream.tail[-1] == ["99"]
    assert next(stream) == ["0"]
    stream.close()


def test_a_wrong_dimension_hides_no_row(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 20_001))
    path = raw_workbook(tmp_path / "liar.xlsx", rows, dimension="A1")
    assert sum(1 for _ in read_xlsx_rows(path)) == 20_000


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="xfd1048576"><v>1</v></c></row>',
        "<row r='1'><c r='A1'><v>1</v></c><c r = 'XFD1048576'><v>1</v></c></row>",
        '<row r="1"><c r="XFD1"><v>1</v></c></row><row r="1048576"><c><v>1</v></c></row>',
        '<row r="1048576"><c r="A1048576"><v>1</v></c></row><row r="2"><c r="XFD2"><v>1</v></c></row>',
    ],
)
def test_two_cells_far_apart_are_refused_as_too_large(tmp_path: Path, cells: str) -> None:
    assert _code(raw_workbook(tmp_path / "far.xlsx", cells)) == "sheet_too_large"


def test_a_long_narrow_sheet_is_not_too_large(tmp_path: Path) -> None:
    path = raw_workbook(tmp_path / "long.xlsx", '<row r="900000"><c r="B900000"><v>7</v></c></row>')
    assert read_xlsx_rows(path).height == 900_000


def test_more_than_two_million_cells_are_refused(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"/><c r="CV{n}"/></row>' for n in range(1, 20_101))
    assert _code(raw_workbook(tmp_path / "many.xlsx", rows)) == "sheet_too_large"


def test_what_is_no_plain_workbook_is_refused_by_name(tmp_path: Path) -> None:
    good = workbook(tmp_path / "good.xlsx", {"Data": [["a"]]})
    cell = '<row r="1"><c r="A1"><v>1</v></c></row>'
    cases = {
        "macros": raw_workbook(tmp_path / "m.xlsx", cell, extra={"xl/vbaProject.bin": "x"}),
        "external_links": raw_workbook(tmp_path / "l.xlsx", cell, extra={"xl/externalLinks/externalLink1.xml": "<x/>"}),
        "nested_zip": raw_workbook(tmp_path / "n.xlsx", cell, extra={"xl/media/inner.zip": "PK"}),
        "old_excel": _bytes(tmp_path / "old.xlsx", OLD_CONTAINER + b"\0" * 600),
        "password_protected": _bytes(
            tmp_path / "locked.xlsx", OLD_CONTAINER + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
        ),
        "truncated_zip": _bytes(tmp_path / "cut.xlsx", good.read_bytes()[:-200]),
        "not_a_workbook": _bytes(tmp_path / "text.xlsx", b"a,b\n1,2\n"),
        "empty_file": _bytes(tmp_path / "empty.xlsx", b""),
        "zip_prefix": _bytes(tmp_path / "both.xlsx", good.read_bytes()),
    }
    polyglot = tmp_path / "both.xlsx"
    polyglot.write_bytes(b"PK\x03\x04 or something else\n" + good.read_bytes())
    for code, path in cases.items():
        assert _code(path) == code, path.name


def _bytes(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_a_sheet_without_its_end_is_refused_rather_than_read_in_part(tmp_path: Path) -> None:
    path = raw_workbook(tmp_path / "bad.xlsx", '<row r="1"><c r="A1"><v>1</v></c></row>', end="")
    assert _code(path) == "broken_workbook"


def test_entities_in_the_workbook_are_not_expanded(tmp_path: Path) -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><workbook><sheets>&b;</sheets></workbook>'
    path = raw_workbook(tmp_path / "laughs.xlsx", "", extra={})
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/workbook.xml"] = laughs.encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert _code(path) == "broken_workbook"


def test_a_workbook_that_inflates_beyond_measure_is_refused_without_inflating(tmp_path: Path) -> None:
    path = raw_workbook(tmp_path / "bomb.xlsx", "", extra={"xl/media/zeros.bin": "0" * 5_000_000})
    assert _code(path) == "zip_bomb"


def test_workbooks_are_read_from_threads(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", {"Data": [[n] for n in range(50)]})
    counts: list[int] = []
    threads = [threading.Thread(target=lambda: counts.append(sum(1 for _ in read_xlsx_rows(path)))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [50, 50, 50]


def test_the_child_does_not_get_our_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from adme.common import spreadsheets

    monkeypatch.setenv("SECRET_KEY", "not for children")
    assert "SECRET_KEY" not in spreadsheets._environment()


def test_cells_that_hold_separators_come_as_they_are(tmp_path: Path) -> None:
    odd = [["a\x1fb", "x"], ["c\x1ed", 'q",\n']]
    assert [row_texts(list(row)) for row in odd] == odd
    parts = b"".join(blocks(odd))
    assert parts.startswith(f"{IN_ROWS} 2 ".encode())
    path = workbook(tmp_path / "odd.xlsx", {"Data": [["_x001F_", "one"], [2, "two\nthree"]]})
    assert list(read_xlsx_rows(path))[1] == ["2", "two\nthree"]


def test_a_column_of_figures_says_what_each_figure_says() -> None:
    figures = [1.0, 2.5, 999_999_999_999_999.0, -3.0, 1e-7, 0.1 + 0.2, 123456.0]
    for column in (
        figures,
        [*figures, 1e15],
        [*figures, -0.0, 0.0],
        [*figures, 1e300],
        [*figures, ""],
        ["5.0", "-0.0"],
    ):
        assert column_texts(column) == row_texts(column)


def test_no_block_is_larger_than_its_bound_unless_it_is_one_row() -> None:
    rows = [["x" * 300_000] * 2 for _ in range(20)]
    told = list(blocks(rows))
    assert all(len(part) <= BLOCK_BYTES for part in told)
    assert sum(int(part.split()[1]) for part in told[::2]) == 20
    (facts, content) = blocks([["x" * (BLOCK_BYTES + 1)]])
    assert facts.split()[1:] == [b"1", str(len(content)).encode()]


def test_rows_may_be_taken_as_columns_after_the_first_few(tmp_path: Path) -> None:
    rows = [[n, f"text {n}", "x" if n else ""] for n in range(15_000)]
    stream = read_xlsx_rows(workbook(tmp_path / "long.xlsx", {"Data": rows}), tail_rows=0)
    assert stream.tail == []
    first = [next(stream), next(stream)]
    rest = [row for columns in stream.blocks() for row in zip(*columns, strict=True)]
    assert first == [["0", "text 0", ""], ["1", "text 1", "x"]]
    assert len(first) + len(rest) == stream.height == 15_000
    assert rest[-1] == ("14999", "text 14999", "x")
    assert list(stream) == []


def test_a_child_that_dies_between_two_blocks_is_told(tmp_path: Path) -> None:
    rows = [[f"{n} {'x' * 200}"] * 4 for n in range(20_000)]
    stream = read_xlsx_rows(workbook(tmp_path / "killed.xlsx", {"Data": rows}))
    next(stream)
    stream._child.kill()
    with pytest.raises(FileRefused) as caught:
        list(stream)
    assert caught.value.code == "sheet_too_large"
