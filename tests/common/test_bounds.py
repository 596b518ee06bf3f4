"""Files that would fill the memory before anybody has looked at them."""

from __future__ import annotations

import io
import struct

import pytest

from adme.common import files
from adme.common.archives import zip_entries
from adme.common.csv_safety import plain_text
from adme.common.files import TextFormat, csv_rows
from adme.common.refusals import FileRefused


def rows(text: bytes):
    return list(csv_rows(io.BytesIO(text), TextFormat("utf-8-sig", ",", "", "", ())))


def test_a_line_without_end_is_refused_before_it_fills_the_memory(monkeypatch):
    monkeypatch.setattr(files, "LONGEST_LINE", 1000)
    assert rows(b"a,b\n" + b"x" * 900 + b",y\n")[1][1] == "y"
    with pytest.raises(FileRefused) as refusal:
        rows(b"a,b\n" + b"x," * 600)
    assert refusal.value.code == "line_too_long"


def test_cells_may_still_hold_line_breaks():
    assert rows(b'a,b\r\n"one\r\ntwo",3\r\n') == [["a", "b"], ["one\r\ntwo", "3"]]


def test_a_directory_that_hides_its_size_in_a_zip64_record_is_refused(tmp_path):
    path = tmp_path / "hidden.zip"
    locator = b"PK\x06\x07" + struct.pack("<LQL", 0, 0, 1)
    end = b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, 1, 1, 100, 0, 0)
    path.write_bytes(b"PK\x03\x04" + b"\0" * 60 + locator + end)
    with pytest.raises(FileRefused) as refusal:
        zip_entries(path)
    assert refusal.value.code == "zip64"


def test_characters_that_no_workbook_can_hold_are_left_out():
    assert plain_text("a\ufffe\uffffb\x00") == "ab"
