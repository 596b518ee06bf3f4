"""What a file really is is found out before anything parses it; wrong letters are never guessed into the store."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from adme.common.archives import CSV_ZIP, ZipLimits, check_zip, open_entry
from adme.common.files import csv_rows, delimiter_of, kind_of, sniff_text
from adme.common.refusals import FileRefused

HEAD = "INDICATOR,REF_AREA,NOTE\n"


def _kind_refusal(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(FileRefused) as caught:
        kind_of(path)
    return caught.value.code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf \r\n\r\n", "empty_file"),
        (b"<!DOCTYPE html><html><body>Login</body></html>", "html_file"),
        (b"\n\n  <HTML><head>", "html_file"),
        (b"<div>wrapped <html>", "html_file"),
        (b'<?xml version="1.0"?><data/>', "xml_file"),
        (b'{"data": []}', "json_file"),
        (b'[{"a": 1}]', "json_file"),
        (b"%PDF-1.7", "pdf"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 100, "old_excel"),
        (b"PK\x03\x04 cut off", "truncated_zip"),
        (b"PK\x05\x06" + b"\0" * 18, "truncated_zip"),
    ],
)
def test_what_is_no_table_is_refused_by_its_name(tmp_path: Path, content: bytes, code: str) -> None:
    assert _kind_refusal(tmp_path / "f.csv", content) == code


def test_a_csv_is_text(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text(HEAD)
    assert kind_of(path) == "text"


def _sniff(content: bytes) -> tuple[str, str, list[list[str]], tuple[str, ...]]:
    found = sniff_text(lambda: io.BytesIO(content))
    return found.encoding, found.delimiter, list(csv_rows(io.BytesIO(content), found)), found.notes


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_encodings_are_recognised_and_read_right(encoding: str) -> None:
    text = HEAD + "X,CIV,Côte d'Ivoire Việt Nam กัมพูชา\n" * 3
    _, delimiter, rows, notes = _sniff(text.encode(encoding))
    assert delimiter == ","
    assert rows[0] == ["INDICATOR", "REF_AREA", "NOTE"]
    assert rows[1][2] == "Côte d'Ivoire Việt Nam กัมพูชา"
    assert notes == ()


def test_western_european_excel_text_is_read_with_a_note() -> None:
    encoding, _, rows, notes = _sniff((HEAD + "X,CIV,Côte d’Ivoire\n").encode("cp1252"))
    assert encoding == "cp1252"
    assert rows[1][2] == "Côte d’Ivoire"
    assert "Windows-1252" in notes[0]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("X,THA,ประเทศไทย\n", "tis-620"),
        ("X,CHN,中华人民共和国\n", "gb18030"),
        ("X,JPN,日本国の統計\n", "shift_jis"),
        ("X,KOR,대한민국\n", "euc-kr"),
    ],
)
def test_other_code_pages_are_refused_with_a_sentence_and_never_guessed(text: str, encoding: str) -> None:
    with pytest.raises(FileRefused, match="CSV UTF-8") as caught:
        _sniff((HEAD + text * 5).encode(encoding))
    assert caught.value.code == "wrong_encoding"


def test_utf8_with_one_damaged_letter_is_not_read_as_windows_1252() -> None:
    content = (HEAD + "X,VNM,Việt Nam\n" * 5).encode() + b"X,CIV,C\xf4te\n"
    with pytest.raises(FileRefused):
        _sniff(content)


def test_a_letter_far_down_the_file_still_decides() -> None:
    content = HEAD.encode() + b"X,IDN,plain\n" * 20_000 + "X,CIV,Côte\n".encode("cp1252")
    assert _sniff(content)[0] == "cp1252"


def test_binary_content_is_refused() -> None:
    with pytest.raises(FileRefused) as caught:
        _sniff(b"a,b\x00\x01\x02c,d\n" * 10)
    assert caught.value.code == "binary_file"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    lines = [delimiter.join(["INDICATOR", "REF_AREA", "NOTE"]), *[delimiter.join(["X", "IDN", "a, b; c"])] * 3]
    if delimiter != "\t":
        lines[1:] = [delimiter.join(["X", "IDN", '"a, b; c"'])] * 3
    assert delimiter_of("\n".join(lines) + "\n") == delimiter


def test_an_unclosed_quotation_mark_is_named() -> None:
    content = HEAD.encode() + b'X,IDN,"never closed\n' + b"X,IDN,more text\n" * 20_000
    with pytest.raises(FileRefused, match="quotation mark") as caught:
        _sniff(content)
    assert caught.value.code == "broken_csv"


# --- zip ------------------------------------------------------------------------------------------------------------


def _zip(path: Path, parts: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", how) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def _zip_refusal(path: Path, limits: ZipLimits = CSV_ZIP) -> str:
    with pytest.raises(FileRefused) as caught:
        check_zip(path, limits)
    return caught.value.code


def test_an_ordinary_zip_passes_and_its_entries_are_read(tmp_path: Path) -> None:
    path = _zip(tmp_path / "z.zip", {"a/b.csv": b"1,2\n"})
    (info,) = check_zip(path, CSV_ZIP)
    with open_entry(path, info, CSV_ZIP) as stream:
        assert stream.read() == b"1,2\n"


def test_hostile_zips_are_refused_from_the_directory_alone(tmp_path: Path) -> None:
    assert _zip_refusal(_zip(tmp_path / "many.zip", {f"{n}.csv": b"" for n in range(201)})) == "zip_too_many"
    assert _zip_refusal(_zip(tmp_path / "nest.zip", {"inner.zip": b"PK"})) == "nested_zip"
    assert _zip_refusal(_zip(tmp_path / "bomb.zip", {"a.csv": b"0" * 20_000_000})) == "zip_bomb"
    big = ZipLimits(inflated=1000)
    assert _zip_refusal(_zip(tmp_path / "big.zip", {"a.csv": b"ab,cd\n" * 500}), big) == "zip_too_large"
    assert _zip_refusal(_zip(tmp_path / "none.zip", {"folder/": b""})) == "empty_zip"


def test_a_truncated_zip_is_refused(tmp_path: Path) -> None:
    path = _zip(tmp_path / "cut.zip", {"a.csv": b"1,2\n" * 1000})
    path.write_bytes(path.read_bytes()[:-30])
    assert _zip_refusal(path) == "truncated_zip"


def test_an_encrypted_entry_is_refused(tmp_path: Path) -> None:
    path = _zip(tmp_path / "locked.zip", {"a.csv": b"1,2\n"})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert _zip_refusal(path) == "password_protected"


def test_overlapping_entries_are_refused(tmp_path: Path) -> None:
    path = _zip(tmp_path / "lap.zip", {"a.csv": b"x" * 50, "b.csv": b"y" * 50}, zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    second = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 4)
    content[second + 42 : second + 46] = struct.pack("<L", 10)
    path.write_bytes(content)
    assert _zip_refusal(path) == "zip_overlap"


def test_an_archive_under_another_name_is_refused_when_opened(tmp_path: Path) -> None:
    inner = _zip(tmp_path / "inner.bin", {"x.csv": b"1\n"}).read_bytes()
    path = _zip(tmp_path / "outer.zip", {"data.csv": inner})
    (info,) = check_zip(path, CSV_ZIP)
    with pytest.raises(FileRefused) as caught:
        open_entry(path, info, CSV_ZIP)
    assert caught.value.code == "nested_zip"


def test_a_liar_about_its_size_is_stopped_while_inflating(tmp_path: Path) -> None:
    path = _zip(tmp_path / "liar.zip", {"a.csv": b"ab,cd\n" * 20_000})
    content = bytearray(path.read_bytes())
    place = content.index(b"PK\x01\x02") + 24
    content[place : place + 4] = struct.pack("<L", 60)
    path.write_bytes(content)
    (info,) = check_zip(path, CSV_ZIP)
    with pytest.raises(FileRefused):
        open_entry(path, info, CSV_ZIP).read()
