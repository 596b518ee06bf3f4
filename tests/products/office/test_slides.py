"""The slides say what the brief says, within their bounds, with charts that can be edited."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from pptx import Presentation

from dissemination.editions.content import ASEAN, Content
from dissemination.products.brief import brief_of
from dissemination.products.office import brief_pptx

from ..made import SCRIPTS, empty, leaf, rich
from .helpers import assert_harmless, assert_stamped, hostile, made, number


def opened(content: Content) -> Any:
    return Presentation(BytesIO(made(brief_pptx, content)))


@pytest.fixture(scope="module")
def show() -> Any:
    return opened(rich())


def text_of(slide: Any) -> str:
    told = []
    for shape in slide.shapes:
        if shape.has_text_frame:
            told.append(shape.text_frame.text)
        if shape.has_table:
            told += [cell.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(told)


def titled(show: Any, title: str) -> Any:
    return next(slide for slide in show.slides if slide.shapes.title.text_frame.text == title)


def charts(slide: Any) -> list[Any]:
    return [shape for shape in slide.shapes if shape.has_chart]


def rows_of(slide: Any, name: str) -> dict[str, list[str]]:
    table = next(shape.table for shape in slide.shapes if shape.has_table and shape.name == name)
    return {row.cells[0].text: [cell.text for cell in row.cells] for row in table.rows}


def test_there_is_a_slide_for_each_part_in_order(show: Any) -> None:
    assert [slide.shapes.title.text_frame.text for slide in show.slides] == [
        "Figures for SOCA", "At a glance", "A Engages and Benefits the People", "B Inclusive", "C Sustainable",
        "D Resilient", "E Dynamic", "Key movements", "Changes since the previous edition, and replies",
        "Tool 1: work plans of sectoral bodies", "Tool 2: follow-up of declarations", "Gaps", "Methods and signs",
        "Sources, licence and citation",
    ]  # fmt: skip


def test_the_table_of_a_characteristic_says_what_the_content_says(show: Any) -> None:
    content = rich()
    rows = rows_of(titled(show, "B Inclusive"), "KPI leaves of B")

    for code in ("5a", "6", "20"):
        latest = content.latest(code)
        assert latest is not None
        assert number(rows[code][2]) == latest.value
        assert latest.period_text in rows[code][2]
    assert rows["5a"][3].startswith("9 of 10 states, 93\u00a0% of population")
    assert rows["20"][3].startswith("8 of 15 bodies")
    assert "on track" in rows["5a"][4]
    assert "[P] [proxy]" in rows["6"][1]
    assert "[demo]" in rows["20"][1]
    assert rows_of(titled(show, "E Dynamic"), "KPI leaves of E")["32"][2] == ".."


def test_a_withheld_figure_says_so_with_its_reason() -> None:
    content = rich()
    only = rich(figures=tuple(one for one in content.figures if one.withheld))

    slide = titled(opened(only), "B Inclusive")

    assert rows_of(slide, "KPI leaves of B")["6"][2].startswith("w")
    assert "3 of 10 states reported; at least half are needed." in text_of(slide)


def test_charts_are_native_and_hold_the_figures(show: Any) -> None:
    content = rich()
    chart = charts(titled(show, "B Inclusive"))[0].chart

    plot = chart.plots[0]
    lines = {series.name: tuple(series.values) for series in plot.series}
    wanted = [one.value for one in content.series("5a", ASEAN)]
    assert list(lines[ASEAN][: len(wanted)]) == wanted
    assert lines["Thailand"][8] == 0.0
    assert lines["Thailand"][0] is None
    inner = openpyxl.load_workbook(BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active
    names = [cell.value for cell in inner[1]]
    column = names.index(ASEAN)
    assert [row[column] for row in inner.iter_rows(min_row=2, values_only=True)][: len(wanted)] == wanted


def test_counts_of_the_overview_are_those_of_the_brief(show: Any) -> None:
    brief = brief_of(rich())
    found = [shape.chart for shape in charts(titled(show, "At a glance"))]

    assert len(found) == 2
    for chart, spec in zip(found, brief.overview, strict=False):
        told = {series.name: tuple(series.values) for series in chart.plots[0].series}
        assert told == {one.name: one.values for one in spec.series}  # type: ignore[union-attr]


def test_every_slide_has_a_title_text_mark_number_and_notes(show: Any) -> None:
    for place, slide in enumerate(show.slides, start=1):
        told = text_of(slide)
        assert slide.shapes.title.text_frame.text.strip()
        assert "Demonstration data: do not cite" in told
        assert any(
            'type="slidenum"' in shape._element.xml and f">{place}<" in shape._element.xml for shape in slide.shapes
        )
        assert slide.notes_slide.notes_text_frame.text.strip()
        own = [shape for shape in slide.shapes if not shape.is_placeholder and not shape.name.startswith("Mark")]
        assert own, f"slide {place} is empty"


@pytest.mark.parametrize("content", [rich(), empty(), *hostile()], ids=lambda one: one.stamp.title[:12])
def test_nothing_stands_beyond_the_edge_of_a_slide(content: Content) -> None:
    show = opened(content)
    for slide in show.slides:
        for shape in slide.shapes:
            assert shape.left >= 0, shape.name
            assert shape.top >= 0, shape.name
            assert shape.left + shape.width <= show.slide_width + 10, shape.name
            assert shape.top + shape.height <= show.slide_height + 10, shape.name


def test_charts_and_tables_have_words_for_who_does_not_see_them(show: Any) -> None:
    found = [shape for slide in show.slides for shape in slide.shapes if shape.has_chart or shape.has_table]
    told = [shape._element.nvGraphicFramePr.cNvPr.get("descr", "") for shape in found]
    assert len(found) > 10
    assert all(len(one) > 20 for one in told)
    assert any("52.0 in 2024" in one for one in told)


def test_a_long_characteristic_goes_over_several_slides() -> None:
    many = tuple(leaf(f"{at}a", title=f"{at} " + "A long title of a leaf " * 4) for at in range(1, 31))

    show = opened(rich(leaves=many, figures=(), ratings=()))

    slides = [slide for slide in show.slides if slide.shapes.title.text_frame.text.startswith("B Inclusive")]
    codes = [code for slide in slides for code in rows_of(slide, "KPI leaves of B") if code != "KPI"]
    assert len(slides) > 1
    assert codes == [one.code for one in many]


def test_a_long_title_stays_one_title() -> None:
    content = rich()
    title = "A very long title of an edition " * 12
    show = opened(rich(stamp=type(content.stamp)(**{
        **{name: getattr(content.stamp, name) for name in content.stamp.__slots__}, "title": title,
    })))  # fmt: skip
    assert len(show.slides[0].shapes.title.text_frame.text) <= 150


def test_scripts_have_typefaces_that_know_them(show: Any) -> None:
    xml = titled(show, "B Inclusive").shapes._spTree.xml
    assert SCRIPTS["THA"] in xml
    assert 'lang="th-TH"' in xml
    assert "Leelawadee UI" in xml


def test_replies_and_changes_stand_on_their_slide(show: Any) -> None:
    told = text_of(titled(show, "Changes since the previous edition, and replies"))
    assert "1 figure differs from edition 2." in told
    assert "disputed by the state" in told
    assert "Another survey says 41." in told


def test_replies_that_a_slide_has_no_room_for_are_counted_and_stand_in_its_notes() -> None:
    content = rich()
    many = tuple(
        replace(content.replies[0], period=year * 1000, text=f"Survey of {year}.") for year in range(2005, 2025)
    )

    slide = titled(opened(rich(replies=many)), "Changes since the previous edition, and replies")

    shown = [year for year in range(2005, 2025) if f"Survey of {year}." in text_of(slide)]
    assert 0 < len(shown) < 20
    assert f"{20 - len(shown)} more in the notes of this slide" in text_of(slide)
    notes = slide.notes_slide.notes_text_frame.text
    assert all(f"Survey of {year}." in notes for year in range(2005, 2025))


def test_every_shape_of_a_slide_has_a_number_of_its_own(show: Any) -> None:
    for slide in show.slides:
        numbers = [shape.shape_id for shape in slide.shapes]
        assert len(numbers) == len(set(numbers))


def test_it_says_what_it_is_and_runs_nothing(show: Any) -> None:
    content = rich()
    data = made(brief_pptx, content)

    assert_stamped(data, content)
    assert content.stamp.citation in text_of(titled(show, "Sources, licence and citation"))
    assert "never zero" in text_of(titled(show, "Methods and signs"))
    assert show.core_properties.author == "ASEAN Secretariat"
    assert show.slide_width * 9 == pytest.approx(show.slide_height * 16, rel=0.001)
    for given in hostile():
        assert_harmless(made(brief_pptx, given))


def test_the_same_content_gives_the_same_bytes() -> None:
    assert made(brief_pptx, rich()) == made(brief_pptx, rich())
