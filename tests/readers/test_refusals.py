"""Files that are no data, or hostile: refused as a whole, with a code and a sentence, whichever reader is asked."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from adme.ingest.problems import UnreadableFile
from databases_b import readers
from databases_b.readers.base import SourceFile
from tests.common.workbooks import raw_workbook, workbook
from tests.readers.reading import read_file, refusal, written, zipped

TIDY = "INDICATOR,REF_AREA,TIME_PERIOD,OBS_VALUE\nNEET,IDN,2020,1\n"


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "f.csv", "empty_file"),
        (b"   \r\n\r\n", "f.csv", "empty_file"),
        (b"<!DOCTYPE html><html>Sign in</html>", "WDIData.csv", "html_file"),
        (b'{"a": 1}', "f.csv", "json_file"),
        (b"%PDF-1.5", "f.csv", "pdf"),
        (b"a,b\x00\x02,c\n" * 30, "f.csv", "binary_file"),
        ("INDICATOR,REF_AREA\nX,ประเทศไทย\nX,ประเทศไทย\n".encode("tis-620"), "f.csv", "wrong_encoding"),
        ("INDICATOR,REF_AREA\nX,中华人民共和国\n".encode("gb18030"), "f.csv", "wrong_encoding"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "f.xls", "old_excel"),
        (b"PK\x03\x04" + b"\0" * 30, "f.zip", "truncated_zip"),
        (b"a,b\n1,2\n", "f.xlsx", "wrong_extension"),
        (b"a,b\n1,2\n", "f.exe", "unsupported_file"),
        (b"colour,shape\nred,round\n", "f.csv", "unknown_format"),
    ],
)
def test_what_is_no_data_is_refused_by_its_name(tmp_path: Path, content: bytes, name: str, code: str) -> None:
    assert refusal(tmp_path, content, name).code == code


def test_an_unknown_layout_is_answered_with_the_headings_seen_and_the_layouts_known(tmp_path: Path) -> None:
    issue = refusal(tmp_path, b"colour,shape\nred,round\n")
    assert issue.seen == "colour, shape"
    assert "INDICATOR" in issue.hint


def test_a_workbook_under_the_name_of_a_csv_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", {"Data": [["a"]]})
    with pytest.raises(UnreadableFile) as caught:
        read_file(path, name="t.csv")
    assert caught.value.issue.code == "wrong_extension"


def test_the_name_counts_that_the_user_gave_not_that_of_the_store(tmp_path: Path) -> None:
    stored = written(tmp_path, TIDY, "3f2a.bin")
    assert read_file(stored, name="figures.csv").reader == "tidy"


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"readme.md": "x"}, "no_table"),
        ({"inner.zip": b"PK"}, "nested_zip"),
        ({"data.csv": b"PK\x03\x04 an archive under another name"}, "nested_zip"),
        ({"a.csv": "0" * 20_000_000}, "zip_bomb"),
        ({f"{n}.csv": "" for n in range(300)}, "zip_too_many"),
        ({"a/x.csv": TIDY, "b/x.csv": TIDY}, "zip_duplicate"),
        ({"a.csv": TIDY, "b.csv": TIDY}, "several_data_files"),
        ({"a.csv": b"<html>no</html>"}, "unknown_format"),
    ],
)
def test_zips_that_hold_no_single_table_are_refused(tmp_path: Path, parts: dict[str, str | bytes], code: str) -> None:
    path = zipped(tmp_path, parts)
    with pytest.raises(UnreadableFile) as caught:
        read_file(path)
    assert caught.value.issue.code == code


def test_a_zip_cut_off_in_the_middle_gives_nothing(tmp_path: Path) -> None:
    path = zipped(tmp_path, {"data.csv": TIDY * 2000})
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(UnreadableFile) as caught:
        read_file(path)
    assert caught.value.issue.code == "truncated_zip"


def test_a_zip_with_damaged_content_gives_nothing(tmp_path: Path) -> None:
    path = zipped(tmp_path, {"data.csv": TIDY + "".join(f"NEET,IDN,{1990 + n % 30},{n}\n" for n in range(5000))})
    content = bytearray(path.read_bytes())
    for place in range(2000, 2040):
        content[place] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(UnreadableFile) as caught:
        read_file(path)
    assert caught.value.issue.code == "truncated_zip"


def test_macro_workbooks_are_refused_under_any_name(tmp_path: Path) -> None:
    path = raw_workbook(tmp_path / "m.xlsx", "", extra={"xl/vbaProject.bin": "x"})
    for name, code in {"m.xlsx": "macros", "m.xlsm": "unsupported_file"}.items():
        with pytest.raises(UnreadableFile) as caught:
            read_file(path, name=name)
        assert caught.value.issue.code == code


def test_a_sheet_that_is_too_large_is_refused_and_we_live(tmp_path: Path) -> None:
    far = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    with pytest.raises(UnreadableFile) as caught:
        read_file(raw_workbook(tmp_path / "far.xlsx", far))
    assert caught.value.issue.code == "sheet_too_large"


def test_an_unclosed_quotation_mark_is_named_with_its_line(tmp_path: Path) -> None:
    text = TIDY + 'NEET,IDN,2021,"1\n' + "NEET,IDN,2022,1\n" * 20_000
    issue = refusal(tmp_path, text)
    assert issue.code == "broken_csv"
    assert "quotation mark" in issue.hint


def test_recognising_never_raises(tmp_path: Path) -> None:
    good = written(tmp_path, TIDY, "good.csv")
    bad = tmp_path / "bad.zip"
    with zipfile.ZipFile(bad, "w") as archive:
        archive.writestr("inner.zip", "PK")
    sources = [good, bad, tmp_path / "not there.csv", written(tmp_path, b"\xff\xfe\x00", "odd.csv")]
    for reader in readers.all_readers():
        assert [reader.recognises(SourceFile(path, path.name)) for path in sources[1:]] == [False] * 3


def test_readers_are_got_by_name() -> None:
    assert [reader.name for reader in readers.all_readers()] == ["wb_single", "wb_databank", "wb_bulk", "tidy"]
    assert readers.get("tidy").name == "tidy"
    with pytest.raises(KeyError):
        readers.get("lotus")
