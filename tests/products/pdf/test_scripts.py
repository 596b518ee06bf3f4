"""Thai, Khmer, Lao, Burmese and Vietnamese in headings, tables, running text and charts: every letter has its glyph,
clusters are shaped, fonts are in the file, and a reading machine says exactly what was written."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from dissemination.editions.content import Content, Text
from dissemination.products.pdf import brief

from ..made import SCRIPTS, figure, rich
from . import reading

FAMILIES = {
    "THA": "NotoSansThai", "KHM": "NotoSansKhmer", "LAO": "NotoSansLao", "MMR": "NotoSansMyanmar", "VNM": "NotoSans",
}  # fmt: skip
# Written for these tests, with what is hard in each script: marks above and below, stacked consonants, vowels that
# stand before or around their consonant, letters with two accents.
PHRASES = {
    "THA": "ผู้ใหญ่และเด็กเล็กได้รับน้ำสะอาด",
    "KHM": "ក្រុមស្ត្រីធ្វើការងារនៅភូមិ",
    "LAO": "ເດັກນ້ອຍແລະຜູ້ໃຫຍ່ໄດ້ນ້ຳສະອາດ",
    "MMR": "မြို့နယ်များတွင်ကျောင်းသားများစွာရှိသည်",
    "VNM": "Trẻ em được tiếp cận nước sạch và giáo dục tốt hơn; Đồng bằng",
}
everyone = pytest.mark.parametrize("script", PHRASES)


@cache
def document(script: str) -> bytes:
    phrase, other = PHRASES[script], SCRIPTS[script]
    plain = rich()
    first = replace(plain.leaves[0], title=phrase, unit=other)
    states = tuple(replace(one, name=f"{one.code} {phrase}") for one in plain.states)
    items = tuple(replace(one, title=other) if one.code == "B" else one for one in plain.items)
    figures = tuple(one for one in plain.figures if one.leaf != first.code)
    own = tuple(figure(first.code, "ASEAN", year, 40.0 + year - 2016) for year in range(2016, 2025))
    content: Content = replace(
        plain, leaves=(first, *plain.leaves[1:]), states=states, items=items, figures=(*own, *figures),
        texts=(Text("foreword", "Foreword", f"{phrase}\n\n{other}", False),),
    )  # fmt: skip
    return brief.build(content, "-")


@everyone
def test_every_letter_has_a_glyph_and_the_font_is_in_the_file(script: str) -> None:
    content = document(script)
    drawn = reading.glyphs(content)
    assert all(0 not in codes for codes in drawn.values()), "glyph 0 is the box for what a font has not"
    assert any(name.startswith(FAMILIES[script]) for name in drawn)
    whole = reading.reader(content)
    for page in whole.pages:
        for font in (page["/Resources"].get("/Font") or {}).values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(inner), "the font is embedded"
            assert "/ToUnicode" in font.get_object()


@everyone
def test_what_is_read_aloud_is_what_was_written(script: str) -> None:
    said = reading.spoken(document(script)).replace("\u200b", "")
    for phrase in (PHRASES[script], SCRIPTS[script]):
        assert "".join(phrase.split()) in "".join(said.split())
    assert "\ufffd" not in said


@everyone
def test_it_stands_in_headings_tables_texts_and_charts(script: str) -> None:
    said = "".join(reading.spoken(document(script)).replace("\u200b", "").split())
    assert said.count("".join(PHRASES[script].split())) >= 3, "foreword, table, chart"
    assert said.count("".join(SCRIPTS[script].split())) >= 3, "contents, heading, foreword"
    titles = [entry["/Title"] for entry in reading.reader(document(script)).outline if not isinstance(entry, list)]
    assert f"B {SCRIPTS[script]}" in titles


@pytest.mark.parametrize("script", ["KHM", "MMR", "THA", "LAO"])
def test_clusters_are_shaped_and_not_drawn_letter_by_letter(script: str) -> None:
    """A shaper reorders, stacks and joins: the glyphs of a phrase are not its letters one by one."""
    whole = reading.reader(document(script))
    spans = sum(page.get_contents().get_data().count(b"/ActualText") for page in whole.pages)  # type: ignore[union-attr]
    assert spans > 0, "clusters of several glyphs say as a whole what they stand for"


def test_vietnamese_is_extracted_letter_by_letter_as_written() -> None:
    text = reading.text(document("VNM"))
    assert PHRASES["VNM"] in text
    assert SCRIPTS["VNM"] in text


def test_a_letter_in_two_parts_is_the_same_as_in_one() -> None:
    plain = rich()
    apart = "Tie\u0302\u0301ng Vie\u0323\u0302t"
    content = replace(plain, texts=(Text("foreword", "Foreword", apart, False),))
    assert "Tiếng Việt" in reading.text(brief.build(content, "-"))
