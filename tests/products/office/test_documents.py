"""The Word documents say what the content says, with real styles and charts that Word can edit."""

from __future__ import annotations

from io import BytesIO
from itertools import pairwise
from typing import Any

import openpyxl
import pytest
from docx import Document
from docx.oxml.ns import qn
from pptx.chart.plot import PlotFactory
from pptx.oxml import parse_xml

from dissemination.editions.content import ASEAN, Content
from dissemination.products.errors import UnknownProduct
from dissemination.products.office import body_report_docx, brief_docx, state_profile_docx

from ..made import PAYLOADS, SCRIPTS, empty, rich
from .helpers import assert_harmless, assert_stamped, hostile, made, number, parts

KINDS: tuple[tuple[Any, dict[str, str]], ...] = (
    (brief_docx, {}), (body_report_docx, {"body": "SLOM"}), (state_profile_docx, {"state": "IDN"}),
)  # fmt: skip
IDS = ["brief", "body-report", "state-profile"]
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


def opened(module: Any, content: Content, **narrow: str) -> Any:
    return Document(BytesIO(made(module, content, **narrow)))


def text_of(document: Any) -> str:
    told = [paragraph.text for paragraph in document.paragraphs]
    told += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join(told)


def headings(document: Any) -> list[tuple[int, str]]:
    return [(int(one.style.name[-1]), one.text) for one in document.paragraphs if one.style.name.startswith("Heading ")]


def rows_of(document: Any, head: str) -> dict[str, list[str]]:
    """Rows by their first cell, of all tables of leaves, which have a column of ratings."""
    found = {}
    for table in document.tables:
        names = [cell.text for cell in table.rows[0].cells]
        if head in names and "Rating" in names:
            found |= {row.cells[0].text: [cell.text for cell in row.cells] for row in table.rows[1:]}
    return found


@pytest.fixture(scope="module")
def brief() -> Any:
    return opened(brief_docx, rich())


def test_headings_stand_in_order_without_a_gap_of_levels(brief: Any) -> None:
    found = headings(brief)

    assert [text for level, text in found if level == 1] == [
        "Foreword", "At a glance", "A Engages and Benefits the People", "B Inclusive", "C Sustainable", "D Resilient",
        "E Dynamic", "Key movements", "Tool 1: work plans of sectoral bodies", "Tool 2: follow-up of declarations",
        "Gaps", "Replies of Member States", "Methods", "Key of signs", "Sources", "About this document",
    ]  # fmt: skip
    for (before, _), (level, text) in pairwise(found):
        assert level <= before + 1, text


def test_each_newest_figure_is_that_of_the_content(brief: Any) -> None:
    content = rich()
    rows = rows_of(brief, "Title and unit")

    for code in ("5a", "6", "20", "31a"):
        latest = content.latest(code)
        assert latest is not None
        assert number(rows[code][2]) == latest.value
        assert latest.period_text in rows[code][2]
    assert rows["32"][2] == ".."
    assert "9 of 10 states, 93\u00a0% of population" in rows["5a"][3]
    assert "provisional title; proxy" in rows["6"][1]
    assert "demonstration data" in rows["20"][1]


def test_charts_are_native_with_the_figures_inside(brief: Any) -> None:
    content = rich()
    related = [one.target_part for one in brief.part.rels.values() if one.reltype.endswith("/chart")]
    drawn = [one for one in related if b"5a Share covered" in one.blob and b"lineChart" in one.blob]
    space = parse_xml(drawn[0].blob)

    plot = PlotFactory(space.chart.plotArea.xCharts[0], None)
    lines = {series.name: tuple(series.values) for series in plot.series}
    wanted = [one.value for one in content.series("5a", ASEAN)]
    assert list(lines[ASEAN][: len(wanted)]) == wanted
    outer = space.find(f"{_CHART}externalData").get(
        "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    )
    inner = openpyxl.load_workbook(BytesIO(drawn[0].rels[outer].target_part.blob)).active
    column = [cell.value for cell in inner[1]].index(ASEAN)
    assert [row[column] for row in inner.iter_rows(min_row=2, values_only=True)][: len(wanted)] == wanted


def test_each_figure_has_words_and_a_caption(brief: Any) -> None:
    told = [one.get("descr", "") for one in brief.element.iter(qn("wp:docPr"))]
    captions = [one.text for one in brief.paragraphs if one.style.name == "Caption"]

    assert len(told) >= 6
    assert all(len(one) > 20 for one in told)
    assert any(one.startswith("Figure 1. ") for one in captions)
    assert any(one.startswith("Table 1. ") for one in captions)


@pytest.mark.parametrize(("module", "narrow"), KINDS, ids=IDS)
def test_pages_are_numbered_by_fields_and_heads_are_repeated(module: Any, narrow: dict[str, str]) -> None:
    document = opened(module, rich(), **narrow)
    section = document.sections[0]

    codes = [one.text.strip() for one in section.footer._element.iter(qn("w:instrText"))]
    assert codes == ["PAGE", "NUMPAGES"]
    assert "Edition 3" in section.header.paragraphs[0].text
    assert any("Demonstration data: do not cite" in one.text for one in section.header.paragraphs)
    heads = [table for table in document.tables if table._tbl.tblPr.find(qn("w:tblLook")).get(qn("w:firstRow")) == "1"]
    assert heads
    for table in heads:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None


@pytest.mark.parametrize(("module", "narrow"), KINDS, ids=IDS)
def test_it_says_what_it_is(module: Any, narrow: dict[str, str]) -> None:
    content = rich()
    data = made(module, content, **narrow)
    document = Document(BytesIO(data))
    told = text_of(document)

    assert_stamped(data, content)
    assert document.core_properties.author == "ASEAN Secretariat"
    assert document.core_properties.language == "en-GB"
    assert content.stamp.citation in told
    assert "CC BY 4.0" in told
    assert "not available; never zero" in told
    assert "ADME-STAMP edition=3;version=128;" in told


@pytest.mark.parametrize(("module", "narrow"), KINDS, ids=IDS)
def test_nothing_in_it_runs(module: Any, narrow: dict[str, str]) -> None:
    for content in hostile():
        if module is body_report_docx:
            content = rich(leaves=content.leaves, texts=content.texts, sources=content.sources, stamp=content.stamp)
        assert_harmless(made(module, content, **narrow))


def test_texts_are_kept_as_they_are_written(brief: Any) -> None:
    told = text_of(brief)
    for text in (PAYLOADS[0], PAYLOADS[9], PAYLOADS[-1]):
        assert text in told
    assert "\x1b" not in told
    assert "\u202e" not in told


def test_scripts_have_typefaces_and_languages_that_know_them(brief: Any) -> None:
    runs = {run.text: run._r.rPr for paragraph in _all_paragraphs(brief) for run in paragraph.runs}
    properties = runs[SCRIPTS["THA"]]
    assert properties.rFonts.get(qn("w:cs")) == "Leelawadee UI"
    assert properties.find(qn("w:lang")).get(qn("w:bidi")) == "th-TH"


def _all_paragraphs(document: Any) -> Any:
    yield from document.paragraphs
    for table in document.tables:
        for row in table.rows:
            for cell in row.cells:
                yield from cell.paragraphs


def test_the_profile_of_a_state_shows_its_figures_and_replies() -> None:
    content = rich()
    document = opened(state_profile_docx, content, state="IDN")
    rows = rows_of(document, "Title and unit")
    latest = content.latest("5a", "IDN")

    assert latest is not None
    assert number(rows["5a"][2]) == pytest.approx(latest.value, abs=0.05)
    assert number(rows["5a"][3]) == 52.0
    assert "9 of 10 states" in rows["5a"][3]
    assert "[!]" in rows["5a"][2]
    assert "Another survey says 41." in text_of(document)


def test_the_report_of_a_body_shows_its_counts() -> None:
    told = text_of(opened(body_report_docx, rich(), body="SLOM"))
    assert "SLOM reports 13 activities." in told
    silent = text_of(opened(body_report_docx, rich(), body="ACW"))
    assert "the report of ACW is not in. That is not zero activity." in silent


@pytest.mark.parametrize(
    ("module", "narrow"), [(body_report_docx, {"body": "NONE"}), (state_profile_docx, {"state": "XXX"})]
)
def test_an_unknown_body_or_state_is_refused(module: Any, narrow: dict[str, str]) -> None:
    with pytest.raises(UnknownProduct):
        made(module, rich(), **narrow)


def test_a_new_installation_has_documents_too() -> None:
    told = text_of(opened(brief_docx, empty()))
    assert "That is not zero activity." in told
    assert "No source has a figure here yet." in told
    assert "has no figure yet" in text_of(opened(state_profile_docx, empty(), state="IDN"))


@pytest.mark.parametrize(("module", "narrow"), KINDS, ids=IDS)
def test_the_same_content_gives_the_same_bytes(module: Any, narrow: dict[str, str]) -> None:
    assert made(module, rich(), **narrow) == made(module, rich(), **narrow)


def test_there_is_no_picture_of_another_document() -> None:
    assert not [name for name in parts(made(brief_docx, rich())) if "thumbnail" in name]
