"""Files of QUALITY 5.3 through the target: refused with the reason, nothing stored, and the worker reads on."""

from __future__ import annotations

import random
import struct
import time
import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter

from adme.common.refusals import FileRefused
from adme.ingest.models import BatchState, ImportBatch
from databases_c.models import Submission, Verdict
from databases_c.target import read_rows
from tests.common.workbooks import raw_workbook, workbook
from tests.records import factories as make

from .reading import checked_path, layout_of
from .through_target import kept_files, sent, submission_of

pytestmark = pytest.mark.usefixtures("reference_data")
CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'
FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def _raw(folder: Path, cells: str = CELL, **options) -> bytes:
    return raw_workbook(folder / "made.xlsx", cells, **options).read_bytes()


def _good(folder: Path) -> bytes:
    return workbook(folder / "good.xlsx", {"Records": [["Province", "Sex", "Persons"], ["N", "F", 12]]}).read_bytes()


def _with_book(folder: Path, text: str) -> bytes:
    with zipfile.ZipFile(BytesIO(_raw(folder))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in (parts | {"xl/workbook.xml": text.encode()}).items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _laughs(folder: Path) -> bytes:
    return _with_book(folder, '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><workbook>&b;</workbook>')


def _external_entity(folder: Path) -> bytes:
    return _with_book(folder, '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><workbook>&a;</workbook>')


def _bomb(folder: Path) -> bytes:
    return _raw(folder, CELL, extra={"xl/worksheets/sheet2.xml": " " * 204_000_000})


def _overlap(folder: Path) -> bytes:
    content = bytearray(_raw(folder, CELL * 200))
    first = content.index(b"PK\x01\x02")
    second = content.index(b"PK\x01\x02", first + 4)
    content[second + 42 : second + 46] = struct.pack("<L", 10)
    return bytes(content)


AT_READING = {
    "far": (lambda folder: _raw(folder, FAR), "sheet_too_large", "reach over 1,048,576 rows and 16,384 columns"),
    "bomb": (_bomb, "zip_bomb", "times its size, which no ordinary data file is"),
    "nested": (lambda folder: _raw(folder, extra={"xl/media/x.zip": "PK"}), "nested_zip", "another archive"),
    "laughs": (_laughs, "broken_workbook", "damaged"),
    "entity": (_external_entity, "broken_workbook", "damaged"),
    "links": (
        lambda folder: _raw(folder, extra={"xl/externalLinks/externalLink1.xml": "<x/>"}), "external_links", "links",
    ),
    "macros": (lambda folder: _raw(folder, extra={"xl/vbaProject.bin": "x"}), "macros", "without macros"),
    "overlap": (_overlap, "zip_overlap", "overlap"),
    "polyglot": (lambda folder: b"PK\x03\x04 or else\n" + _good(folder), "zip_prefix", "two kinds of file"),
    "no end": (lambda folder: _raw(folder, end=""), "broken_workbook", "damaged"),
}  # fmt: skip


@pytest.mark.parametrize("kind", AT_READING)
def test_hostile_workbook_is_refused_by_name_and_the_next_file_is_read(report, sender, tmp_path, kind) -> None:
    make_it, code, words = AT_READING[kind]
    content = make_it(tmp_path)
    began = time.perf_counter()
    batch = sent(report, content, sender, "records.xlsx")
    assert time.perf_counter() - began < 5
    problem = batch.problems.get()
    assert (batch.state, problem.code) == (BatchState.REFUSED, code)
    assert words in problem.hint
    assert not Submission.objects.exists()
    assert kept_files() == []

    assert submission_of(sent(report, _good(tmp_path), sender, "records.xlsx")).counts["accepted"] == 1


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("records.xlsx", b"", "empty_file"),
        ("records.csv", b"", "empty_file"),
        ("records.csv", b"  \r\n", "empty_file"),
        ("records.xlsx", b"Province,Sex\nN,F\n", "wrong_extension"),
        ("records.xls", OLD, "old_excel"),
        ("records.xlsx", OLD + "EncryptedPackage".encode("utf-16-le"), "password_protected"),
        ("records.csv", b"<!doctype html><html>Sign in</html>", "html_file"),
        ("records.csv", b"%PDF-1.7", "pdf"),
        ("records.csv", b"\x1f\x8b\x08", "gzip"),
        ("records.exe", b"MZ,1\n", "unsupported_file"),
    ],
)
def test_what_is_no_table_is_refused_when_it_comes(report, sender, name, content, code) -> None:
    with pytest.raises(FileRefused) as caught:
        sent(report, content, sender, name)
    assert caught.value.code == code
    assert not ImportBatch.objects.exists()


def test_half_a_workbook_is_refused_when_it_comes(report, sender, tmp_path) -> None:
    with pytest.raises(FileRefused) as caught:
        sent(report, _good(tmp_path)[:-200], sender, "records.xlsx")
    assert caught.value.code == "truncated_zip"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"Province,Sex,Persons\nN,F,1\x00\x02\n" * 30, "binary_file"),
        ("Province,Sex,Persons\nภาคเหนือ,F,1\nภาคเหนือ,M,1\n".encode("tis-620"), "wrong_encoding"),
        ("Province,Sex,Persons\n北部地区,F,1\n".encode("gb18030"), "wrong_encoding"),
        (b'Province,Sex,Persons\nN,F,"1\n' + b"N,M,1\n" * 30_000, "broken_csv"),
        (b"Province,Sex,Persons\n" + b"x" * 4_100_000, "line_too_long"),
    ],
)
def test_text_that_cannot_be_read_for_certain_stores_nothing(report, sender, content, code) -> None:
    batch = sent(report, content, sender)
    assert (batch.state, batch.problems.get().code) == (BatchState.REFUSED, code)
    assert not Submission.objects.exists()
    assert kept_files() == []


def test_zip_of_tables_is_asked_to_be_unpacked(report, sender, tmp_path) -> None:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("records.csv", make.csv_text())
    assert sent(report, buffer.getvalue(), sender, "records.zip").problems.get().code == "zip_file"


def test_wrong_dimension_hides_no_record(tmp_path) -> None:
    def row(n: int, cells: tuple[str, ...]) -> str:
        written = "".join(
            f'<c r="{"ABC"[at]}{n}" t="inlineStr"><is><t>{text}</t></is></c>' for at, text in enumerate(cells)
        )
        return f'<row r="{n}">{written}</row>'

    rows = row(1, ("Province", "Sex", "Persons"))
    rows += "".join(row(n, ("N", "F", str(n % 1000))) for n in range(2, 20_002))
    path = raw_workbook(tmp_path / "liar.xlsx", rows, dimension="A1")
    columns = [{"name": name, "label": name.capitalize(), "type": "text"} for name in ("province", "sex", "persons")]
    found, kept = checked_path(path, layout_of(columns))
    assert (found.counts["read"], len(kept)) == (20_000, 20_000)


def test_cells_of_a_workbook_with_errors_dates_and_serials_are_judged_one_by_one(reference_data, sender) -> None:
    columns = [
        {"name": "day", "label": "Day", "type": "day"},
        {"name": "persons", "label": "Persons", "type": "integer"},
    ]
    report = make.make_report(make.make_set(columns=columns, most_refused=1))
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("Anything")
        sheet.write_row(0, 0, ["Day", "Persons"])
        sheet.write_datetime(1, 0, date(2025, 3, 31), book.add_format({"num_format": "d mmm"}))
        sheet.write(1, 1, 12)
        sheet.write_row(2, 0, [45000, True])
        sheet.write_formula(3, 1, "=1/0", None, "#DIV/0!")
        sheet.write_formula(4, 1, "=1+1", None, 2)
    batch = sent(report, buffer.getvalue(), sender, "records.xlsx")
    submission = submission_of(batch)
    assert submission.verdict == Verdict.PARTLY
    assert list(read_rows(submission)) == [["2025-03-31", "12"], ["", "2"]]
    assert list(submission.findings.values_list("row", "rule", "seen")) == [
        (3, "not_a_day", "45000"),
        (3, "not_a_number", "TRUE"),
        (4, "not_a_number", "#DIV/0!"),
    ]


def test_noise_of_any_kind_is_judged_or_refused_and_never_breaks(tmp_path) -> None:
    """Any bytes: a verdict or a refusal in words."""
    source = random.Random(7)  # noqa: S311
    alphabet = [b"Province", b"Sex", b"N", b"F", b",", b";", b'"', b"\n", b"\r", b"\xff", b"\xfe", b"\xc3", b"1", b"#"]
    outcomes = set()
    for number in range(300):
        parts = source.choices(alphabet, k=source.randrange(1, 40))
        head = b"Province,Sex,Persons\n" if number % 3 else b""
        path = tmp_path / "noise.csv"
        path.write_bytes(head + b"".join(parts))
        try:
            found, _ = checked_path(path, layout_of())
        except FileRefused as refusal:
            outcomes.add("refused" if str(refusal).endswith(".") else "refused without a sentence")
        else:
            counts = found.counts
            assert counts["read"] == counts["accepted"] + counts["refused"] + counts["merged"]
            outcomes.add(found.verdict)
    assert {"refused", "rejected"} <= outcomes
    assert "refused without a sentence" not in outcomes
