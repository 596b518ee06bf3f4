"""Documents are set from data alone: text stays text, nothing is read or fetched, the same data is the same bytes."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdf
import pytest

from adme.exports import fonts, pdf

AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
PLAIN = """
#let data = json("data.json")
#set document(title: data.title, date: datetime(year: 2026, month: 11, day: 22))
#set text(font: data.fonts, lang: "en")
= #data.title
#for one in data.texts { par(one) }
#table(columns: (60pt, 60pt), table.header([A], [B]), ..data.texts.map(one => [#one]))
"""


def _template(folder: Path, source: str = PLAIN) -> Path:
    path = folder / "document.typ"
    path.write_text(source, encoding="utf-8")
    return path


def _made(folder: Path, *texts: Any, source: str = PLAIN) -> bytes:
    data = {"title": "A title", "texts": list(texts), "fonts": fonts.names()}
    return pdf.compile_pdf(_template(folder, source), data, made_at=AT)


def _text(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(content)).pages)


def test_the_same_data_is_the_same_bytes_and_other_data_is_not(tmp_path: Path) -> None:
    assert _made(tmp_path, "one") == _made(tmp_path, "one")
    assert _made(tmp_path, "one") != _made(tmp_path, "two")


@pytest.mark.parametrize(
    "text",
    [
        '#read("/etc/passwd")',
        "#set page(width: 1pt)",
        "*a* _b_ `c` $d$ <e> @f // g",
        "= Not a heading",
        "\\ \\u{41}",
        "--- ...'\"",
    ],
)
def test_markup_in_data_is_text(tmp_path: Path, text: str) -> None:
    assert text in _text(_made(tmp_path, text))


def test_what_cannot_be_set_is_replaced_or_left_out(tmp_path: Path) -> None:
    told = _text(_made(tmp_path, "a\x00b", "\x1b[31mred", "\ud800x", "\u202eevil", "＝1", "漢字 😀", "x\r\ny\u2028z"))
    for wanted in ("ab", "[31mred", "\ufffdx", "evil", "=1", "\ufffd\ufffd \ufffd"):
        assert wanted in told
    for unwanted in ("\x00", "\x1b", "\u202e"):
        assert unwanted not in told


def test_a_very_long_word_neither_breaks_nor_stops_the_document(tmp_path: Path) -> None:
    began = time.monotonic()
    content = _made(tmp_path, "w" * 10_000, "สวัสดี" * 2_000)
    assert time.monotonic() - began < 30
    for page in pypdf.PdfReader(BytesIO(content)).pages:
        rightmost: list[float] = []
        page.extract_text(visitor_text=lambda text, _cm, tm, *_: rightmost.append(tm[4]) if text.strip() else None)  # noqa: B023
        assert max(rightmost, default=0) < page.mediabox.width


def test_numbers_that_json_cannot_carry_are_missing() -> None:
    assert pdf.clean({"a": float("nan"), "b": [float("inf"), 1.5, None, True, 7]}) == {
        "a": None,
        "b": [None, 1.5, None, True, 7],
    }


def test_addresses_hashes_and_stamps_stay_whole_and_other_long_words_may_break() -> None:
    address, digest, stamp = "https://adme.example.org/" + "a" * 60, "0a" * 32, "hash=" + "f" * 64
    assert pdf.clean([address, digest, pdf.Whole(stamp)]) == [address, digest, stamp]
    assert "\u200b" in pdf.clean("x" * 31)
    assert pdf.clean("x" * 30) == "x" * 30
    assert pdf.clean("ภาษาไทย" * 10) == "ภาษาไทย" * 10


def test_a_template_reads_no_file_of_the_machine(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret", encoding="utf-8")
    for name in (str(secret), "/etc/passwd", "../../etc/passwd", "/manage.py", "../manage.py"):
        with pytest.raises(pdf.DocumentError):
            _made(tmp_path, source=f'#set document(title: "x")\n#read("{name}")')


def test_a_template_fetches_nothing(tmp_path: Path) -> None:
    with pytest.raises(pdf.DocumentError):
        _made(tmp_path, source='#import "@preview/example:0.1.0": *\n#set document(title: "x")\nx')


def test_an_endless_template_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "SECONDS", 1)
    long = "#for a in range(1000000) { for b in range(1000000) { let c = a * b } }"
    with pytest.raises(pdf.DocumentError, match="within 1 seconds"):
        _made(tmp_path, source=f'#set document(title: "x")\n{long}')


def test_too_much_data_is_refused_before_it_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "LARGEST", 1000)
    with pytest.raises(pdf.DocumentError, match="1,000 is the most"):
        _made(tmp_path, "x" * 2000)


def test_a_faulty_template_says_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(pdf.DocumentError, match="unknown variable"):
        _made(tmp_path, source='#set document(title: "x")\n#nothing')


def test_an_image_without_words_for_it_is_refused(tmp_path: Path) -> None:
    """The engine itself checks that the document can be read aloud."""
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
    template = _template(tmp_path, '#set document(title: "x")\n#image("a.svg")')
    with pytest.raises(pdf.DocumentError, match="alt"):
        pdf.compile_pdf(template, {}, made_at=AT, drawings={"a.svg": drawing})


def test_pages_come_as_pictures_too(tmp_path: Path) -> None:
    source = '#set document(title: "x")\n#set page(width: 72pt, height: 36pt)\na #pagebreak() b'
    pages = pdf.compile_pages(_template(tmp_path, source), {}, made_at=AT, ppi=72)
    assert [page[:8] for page in pages] == [b"\x89PNG\r\n\x1a\n"] * 2
    assert int.from_bytes(pages[0][16:20]) == 72


def test_every_font_file_is_the_one_of_the_manifest_and_has_its_licence() -> None:
    import hashlib
    import json

    told = json.loads((fonts.FOLDER / "MANIFEST.json").read_text(encoding="utf-8"))
    files = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in fonts.FOLDER.iterdir()
        if path.name != "MANIFEST.json"
    }
    assert files == told["sha256"]
    for family in told["families"]:
        name = family["family"].replace(" ", "")
        assert {f"{name}.LICENSE", f"{name}_400Regular.ttf", f"{name}_700Bold.ttf"} <= files.keys()
        assert "SIL OPEN FONT LICENSE" in (fonts.FOLDER / f"{name}.LICENSE").read_text(encoding="utf-8").upper()


def test_runs_of_a_text_keep_marks_with_their_letters() -> None:
    text = "KPI 5 សួស្តី Việt မြန်မာ ລາວ ไทย"
    found = list(fonts.runs(text))
    assert "".join(part for _, part in found) == text
    assert [family for family, part in found if part.strip()] == [
        "Noto Sans", "Noto Sans Khmer", "Noto Sans", "Noto Sans Myanmar", "Noto Sans Lao", "Noto Sans Thai",
    ]  # fmt: skip
