"""A file is recognised by its stamp, in whatever form the stamp comes."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dissemination.editions.content import Stamp
from dissemination.editions.stamps import read_stamp, stamp_text

from .made import anything, content, unhurried

STAMP = content().stamp
HASH = "0123456789abcdef" * 4


@unhurried
@given(
    anything(
        Stamp,
        edition=st.just("") | st.integers(1, 999_999).map(str),
        hash=st.just("") | st.text("0123456789abcdef", min_size=64, max_size=64),
    ),
    st.just("") | st.uuids(),
)
def test_a_stamp_says_what_was_written_into_it(stamp, file):
    found = read_stamp(stamp_text(stamp, file))
    assert found is not None
    assert (found.edition, found.data_version, found.taken_at) == (stamp.edition, stamp.data_version, stamp.taken_at)
    assert (found.hash, found.file or "") == (stamp.hash, file)


@pytest.mark.parametrize("form", ["utf-8", "utf-16-be", "utf-16-le"])
def test_a_stamp_is_found_among_the_bytes_of_a_file(form):
    file = uuid4()
    line = stamp_text(replace(STAMP, edition="3", hash=HASH), file)
    found = read_stamp(b"\x00\xff junk ADME-STAMP junk" + f"Notes: {line} (end)".encode(form))
    assert found is not None
    assert (found.number, found.file) == (3, file)


def test_a_stamp_stands_unescaped_in_json_xml_and_csv():
    import csv
    import io
    import json
    from xml.sax.saxutils import escape

    line = stamp_text(replace(STAMP, edition="3", hash=HASH), uuid4())
    out = io.StringIO()
    csv.writer(out).writerow([line])
    assert json.dumps(line) == f'"{line}"'
    assert escape(line) == line
    assert out.getvalue().strip() == line


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ADME-STAMP",
        "ADME-STAMP edition=3",
        f"ADME-STAMP edition=x;version=1;taken=2026-11-01T09:00:00+00:00;hash={HASH};file=-",
        "ADME-STAMP edition=3;version=1;taken=2026-11-01T09:00:00+00:00;hash=abc;file=-",
        "ADME-STAMP edition=3;version=1;taken=2026-99-01T09:00:00+00:00;hash=-;file=-",
        "ADME-STAMP edition=3;version=1;taken=2026-11-01T09:00:00;hash=-;file=-",
        "ADME-STAMP edition=3;version=1;taken=0001-01-01T00:00:00+23:00;hash=-;file=-",
        "ADME-STAMP edition=3;version=1;taken=2026-11-01T09:00:00+00:00;hash=-;file=--------------------------------",
    ],
)
def test_what_is_no_whole_stamp_is_none(text):
    assert read_stamp(text) is None
    assert read_stamp(text.encode()) is None


@unhurried
@given(st.binary(max_size=300))
def test_any_bytes_are_read_without_an_error(data):
    assert read_stamp(data + b"ADME-STAMP " + data) is None
