"""A file that somebody brings back is recognised by its stamp, safely, whatever it is."""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import replace
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dissemination.editions import known_files, recognising
from dissemination.editions.errors import FileNotRead
from dissemination.editions.known_files import KnownFile
from dissemination.editions.stamps import stamp_text

from .made import content

FILE = uuid4()
LINE = stamp_text(replace(content().stamp, edition="3", hash="ab" * 32), FILE)


def _zip(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/"), data)
    return out.getvalue()


def _pdf(inner: bytes) -> bytes:
    return b"%PDF-1.7\n1 0 obj\n" + inner + b"\nendobj\n%%EOF"


FILES = {
    "csv": f"\ufeff# Stamp: {LINE}\r\nKPI,VALUE\r\n".encode(),
    "json": f'{{"stamp": "{LINE}", "figures": []}}'.encode(),
    "docx": _zip(**{"word__document.xml": b"<w/>", "docProps__core.xml": f"<k>{LINE}</k>".encode()}),
    "xlsx": _zip(**{"xl__workbook.xml": b"<w/>", "docProps__app.xml": b"<a/>", "docProps__core.xml": LINE.encode()}),
    "zip": _zip(**{"inner.docx": b"PK\x03\x04 no archive", "README.txt": LINE.encode()}),
    "pdf": _pdf(f"<< /Keywords ({LINE}) >>".encode()),
    "pdf with UTF-16": _pdf(b"<< /Keywords (\xfe\xff" + LINE.encode("utf-16-be") + b") >>"),
    "pdf with digits": _pdf(b"<< /Keywords <FEFF" + LINE.encode("utf-16-be").hex().upper().encode() + b"> >>"),
    "pdf saved again": _pdf(b"<< >> stream\r\n" + zlib.compress(f"(({LINE}))".encode()) + b"\nendstream"),
}


@pytest.fixture
def known(monkeypatch):
    found = KnownFile(FILE, "Brief", "brief.pdf", "", None, 3)
    monkeypatch.setattr(
        known_files,
        "_finders",
        [lambda public_id, digest: replace(found, sha256="f" * 64) if public_id == FILE else None],
    )
    return found


@pytest.mark.parametrize("kind", FILES)
def test_a_stamp_is_found_in_every_kind_of_file(tmp_path, kind, known):
    path = tmp_path / "file"
    path.write_bytes(FILES[kind])
    found = recognising.recognise_file(path)
    assert (found.stamp.number, found.stamp.file) == (3, FILE)
    assert found.is_unaltered is False  # known, but these bytes are not those that were made


def test_a_file_as_it_was_made_is_unaltered(tmp_path, monkeypatch):
    import hashlib

    path = tmp_path / "file"
    path.write_bytes(FILES["csv"])
    digest = hashlib.sha256(FILES["csv"]).hexdigest()
    monkeypatch.setattr(known_files, "_finders", [lambda public_id, sha: KnownFile(FILE, "T", "n", digest, None, 3)])
    assert recognising.recognise_file(path).is_unaltered is True


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"just text", "no stamp"),
        (b"%PDF-1.7 nothing", "no stamp"),
        (b"PK\x03\x04 damaged", "damaged"),
        (_zip(a=b"x"), "no stamp"),
        (_zip(a__b=b"0" * 40_000_000), "times its size"),
    ],
)
def test_what_is_none_of_ours_is_refused_with_a_sentence(tmp_path, data, said):
    path = tmp_path / "file"
    path.write_bytes(data)
    with pytest.raises(FileNotRead, match=said):
        recognising.recognise_file(path)


def test_a_compressed_stream_is_inflated_within_bounds(tmp_path, known):
    path = tmp_path / "file"
    bomb = zlib.compress(b"0" * 200_000_000, 9)
    path.write_bytes(_pdf(b"stream\r\n" + bomb + b"\nendstream stream\n" + zlib.compress(LINE.encode()) + b"\n"))
    assert recognising.recognise_file(path).stamp.number == 3


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)
@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"PK\x03\x04", b"%PDF-", b"%PDF- ADME-STAMP", b"%PDF stream\n\x78\x9c"]),
)
def test_no_bytes_break_it(tmp_path, data, head):
    path = tmp_path / "file"
    path.write_bytes(head + data)
    with pytest.raises(FileNotRead):
        recognising.recognise_file(path)
