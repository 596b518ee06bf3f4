"""Slides: a 16:9 presentation with titles, text that fits, tables that are cut where a slide ends, native charts.

Lengths are inches. Every slide has a title, the marks of the document, its number, and notes.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from io import BytesIO
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Inches, Pt

from dissemination.editions.content import Content

from . import native
from .common import (
    ACCENT,
    ACCENT_PALE,
    AUTHOR,
    GRID,
    INK,
    LANGUAGE,
    MUTED,
    PAPER,
    WARNING,
    WARNING_PALE,
    clean,
    comments,
    hexed,
    keywords,
    lines_of,
    one_line,
    script_runs,
    shorten,
    steady,
    taken,
    version_name,
)
from .plots import Plot
from .tables import Cell, Column

WIDTH, HEIGHT = 13.333, 7.5
LEFT, RIGHT = 0.55, 12.783
TOP, BOTTOM = 1.12, 6.9  # of what stands between title and foot
FULL = RIGHT - LEFT
POINTS = 72.0
_TITLE_ONLY = 5
_NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
_CELL_SPACE = 0.06
LONGEST_TITLE = 150


class Deck:
    """A presentation that is being made; `finish` gives its bytes."""

    def __init__(self, content: Content, file_stamp: str, *, title: str, marks: Sequence[str]) -> None:
        self.marks, self._foot = tuple(marks), f"{one_line(title)}  |  {version_name(content)}"
        self.show = Presentation()
        self.show.slide_width, self.show.slide_height = Inches(WIDTH), Inches(HEIGHT)
        _keep_one_layout(self.show)
        _place_masters(self.show)
        told = self.show.core_properties
        told.title, told.author, told.last_modified_by = one_line(title)[:255], AUTHOR, AUTHOR
        told.keywords, told.comments = keywords(content, file_stamp)[:255], comments(content, file_stamp)[:255]
        told.subject, told.language, told.category = one_line(content.framework), LANGUAGE, "Brief"
        told.created = told.modified = taken(content)
        told.revision = 1

    def slide(self, title: str) -> Slide:
        made = self.show.slides.add_slide(self.show.slide_layouts[0])
        return Slide(made, title, self.marks, self._foot, len(self.show.slides))

    def finish(self) -> bytes:
        buffer = BytesIO()
        self.show.save(buffer)
        return steady(buffer.getvalue())


class Slide:
    """One slide. What is put on it stays within its bounds."""

    def __init__(self, slide: Any, title: str, marks: Sequence[str], foot: str, number: int) -> None:
        self.slide, self.shapes = slide, slide.shapes
        self._title(title)
        for mark in marks[:2]:
            self._mark(mark, list(marks).index(mark))
        self._foot(foot, number)

    def _title(self, title: str) -> None:
        told = shorten(title, LONGEST_TITLE)
        size = next((size for size in (28, 24, 20) if lines_of(told, FULL * POINTS, size, is_bold=True) == 1), 18)
        frame = self.shapes.title.text_frame
        frame.word_wrap = True
        write(frame.paragraphs[0], told, size=size, is_bold=True, colour=ACCENT)

    def _mark(self, mark: str, place: int) -> None:
        width = 3.1
        left = RIGHT - width - place * (width + 0.1)
        shape = self.shapes.add_shape(MSO_SHAPE.RECTANGLE, Inches(left), Inches(0.12), Inches(width), Inches(0.27))
        shape.name = f"Mark {place + 1}"
        fill(shape, WARNING_PALE)
        shape.line.color.rgb = rgb(WARNING)
        shape.shadow.inherit = False
        frame = shape.text_frame
        frame.margin_top = frame.margin_bottom = 0
        frame.paragraphs[0].alignment = PP_ALIGN.CENTER
        write(frame.paragraphs[0], mark, size=11, is_bold=True, colour=WARNING)

    def _foot(self, foot: str, number: int) -> None:
        """Footer and number in the places that the layout has for them."""
        for own in self.slide.slide_layout.placeholders:
            kind = own._element.ph.get("type")
            if kind not in ("ftr", "sldNum"):
                continue
            element = deepcopy(own._element)
            element.nvSpPr.cNvPr.set("id", str(max(shape.shape_id for shape in self.shapes) + 1))
            self.slide.shapes._spTree.append(element)
            paragraph = element.find(qn("p:txBody")).find(qn("a:p"))
            for child in list(paragraph):
                paragraph.remove(child)
            shape = self.slide.shapes[-1]
            if kind == "ftr":
                write(shape.text_frame.paragraphs[0], shorten(foot, 120), size=10, colour=MUTED)
            else:
                paragraph.append(parse_xml(
                    f'<a:fld {nsdecls("a")} id="{{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}}" type="slidenum">'
                    f'<a:rPr lang="{LANGUAGE}" sz="1000"/><a:t>{number}</a:t></a:fld>'
                ))  # fmt: skip

    def text(
        self,
        paragraphs: Sequence[str],
        *,
        left: float = LEFT,
        top: float = TOP,
        width: float = FULL,
        height: float,
        most: float = 18,
        least: float = 10,
        colour: str = INK,
        is_bold: bool = False,
        bullet: bool = False,
    ) -> bool:
        """Paragraphs in the largest letters that fit; cut where even the smallest do not. True if nothing was cut."""
        told = [clean(part) for part in paragraphs if part.strip()]
        if not told:
            return True
        sizes = [most - step for step in range(int(most - least) + 1)]
        size = next((one for one in sizes if _height(told, width, one, is_bold) <= height), least)
        shown = _cut(told, width, height, size, is_bold)
        box = self.shapes.add_textbox(Inches(left), Inches(top), Inches(width), Inches(height))
        frame = box.text_frame
        frame.word_wrap = True
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        for number, part in enumerate(shown):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            paragraph.space_after = Pt(size * 0.4)
            write(paragraph, f"\u2022 {part}" if bullet else part, size=size, colour=colour, is_bold=is_bold)
        return shown == told

    def bar(self) -> None:
        """The accent of the cover; it says nothing."""
        shape = self.shapes.add_shape(MSO_SHAPE.RECTANGLE, Inches(0), Inches(0), Inches(0.22), Inches(HEIGHT))
        shape.name = "Decoration"
        fill(shape, ACCENT)
        shape.line.fill.background()
        shape.shadow.inherit = False

    def card(self, label: str, value: str, note: str, *, left: float, top: float, width: float, height: float) -> None:
        """A key figure: number, what it is, who reported."""
        shape = self.shapes.add_shape(MSO_SHAPE.RECTANGLE, Inches(left), Inches(top), Inches(width), Inches(height))
        shape.name = shorten(f"Key figure: {label}", 60)
        fill(shape, ACCENT_PALE)
        shape.line.fill.background()
        shape.shadow.inherit = False
        frame = shape.text_frame
        frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.TOP
        frame.margin_left = frame.margin_right = Inches(0.1)
        frame.margin_top = frame.margin_bottom = Inches(0.06)
        room = (width - 0.2) * POINTS
        size = next((one for one in (26, 22, 18, 14) if lines_of(value, room, one, is_bold=True) == 1), 12)
        write(frame.paragraphs[0], value, size=size, is_bold=True, colour=ACCENT)
        write(frame.add_paragraph(), label, size=12 if lines_of(label, room, 12) < 3 else 10, is_bold=True)
        write(frame.add_paragraph(), shorten(note, int(width * 50)), size=10, colour=MUTED)
        for paragraph in frame.paragraphs:
            paragraph.alignment = PP_ALIGN.LEFT

    def chart(
        self,
        plot: Plot,
        *,
        left: float,
        top: float,
        width: float,
        height: float,
        size: float = 10,
        longest: int = native.LONGEST_TITLE,
    ) -> None:
        """A native chart with its figures inside, and itself in words for who does not see it."""
        frame = self.shapes.add_chart(
            native.chart_type(plot), Inches(left), Inches(top), Inches(width), Inches(height), native.PlotData(plot)
        )
        native.dress(frame.chart, plot, size=size, width=width * 2.54, longest=longest)
        _describe(frame, f"Chart: {shorten(plot.title, 60)}", plot.alternative)

    def table(
        self,
        columns: Sequence[Column],
        rows: Sequence[Sequence[Cell]],
        *,
        left: float = LEFT,
        top: float = TOP,
        height: float = BOTTOM - TOP,
        size: float = 11,
        name: str = "Table",
    ) -> tuple[int, float]:
        """As many rows as the height takes, at least one: (how many, where the table ends)."""
        head = [Cell(one.name, is_bold=True, is_right=one.is_right) for one in columns]
        heights = [_row_height(head, columns, size, is_head=True)]
        for row in rows:
            one = _row_height(row, columns, size)
            if len(heights) > 1 and sum(heights) + one > height:
                break
            heights.append(min(one, max(0.3, height - heights[0])))
        shown = rows[: len(heights) - 1]
        frame = self.shapes.add_table(
            len(heights), len(columns), Inches(left), Inches(top),
            Inches(sum(one.width for one in columns)), Inches(sum(heights)),
        )  # fmt: skip
        _describe(frame, shorten(name, 60), f"Table: {name}. Columns: {', '.join(one.name for one in columns)}.")
        table = frame.table
        table._tbl.tblPr.find(qn("a:tableStyleId")).text = _NO_STYLE
        table.first_row, table.horz_banding = True, False
        for place, column in enumerate(columns):
            table.columns[place].width = Inches(column.width)
        for number, (row, tall) in enumerate(zip([head, *shown], heights, strict=True)):
            table.rows[number].height = Inches(tall)
            for place, cell in enumerate(row):
                _fill_cell(table.cell(number, place), cell, columns[place], size, is_head=number == 0)
        return len(shown), top + sum(heights)

    def notes(self, *lines: str) -> None:
        told = [clean(line) for line in lines if line.strip()]
        self.slide.notes_slide.notes_text_frame.text = "\n".join(told)


# -- Text


def write(paragraph: Any, text: str, *, size: float, is_bold: bool = False, colour: str = INK) -> None:
    """Runs of a text: one for each script, with the typeface and language that it needs."""
    for number, line in enumerate(clean(text).split("\n")):
        if number:
            paragraph.add_line_break()
        for part, typeface, language in script_runs(line):
            run = paragraph.add_run()
            run.text = part
            run.font.size, run.font.bold, run.font.color.rgb = Pt(size), is_bold, rgb(colour)
            properties = run._r.get_or_add_rPr()
            properties.set("lang", language or LANGUAGE)
            if typeface:
                for name in ("a:latin", "a:ea", "a:cs"):
                    element = properties.makeelement(qn(name), {"typeface": typeface})
                    properties.append(element)


def _height(paragraphs: Sequence[str], width: float, size: float, is_bold: bool) -> float:
    lines = sum(lines_of(part, width * POINTS, size, is_bold=is_bold) for part in paragraphs)
    return (lines * size * 1.2 + len(paragraphs) * size * 0.4) / POINTS


def _cut(paragraphs: Sequence[str], width: float, height: float, size: float, is_bold: bool) -> list[str]:
    """What fits; the last paragraph ends in an ellipsis where something is left out."""
    shown: list[str] = []
    for part in paragraphs:
        if _height([*shown, part], width, size, is_bold) <= height:
            shown.append(part)
            continue
        letters = len(part)
        while letters > 40 and _height([*shown, shorten(part, letters)], width, size, is_bold) > height:
            letters = int(letters * 0.9)
        if letters > 40:
            shown.append(shorten(part, letters))
        elif shown:
            shown[-1] = f"{shown[-1]} \u2026"
        else:
            shown.append(shorten(part, 40))
        break
    return shown


# -- Tables


def small_size(size: float) -> float:
    return max(8.0, size - 2)


def table_height(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], size: float) -> float:
    """About how high a table is, with its head."""
    head = [Cell(one.name, is_bold=True, is_right=one.is_right) for one in columns]
    return _row_height(head, columns, size, is_head=True) + sum(_row_height(row, columns, size) for row in rows)


def _row_height(row: Sequence[Cell], columns: Sequence[Column], size: float, *, is_head: bool = False) -> float:
    tallest = 0.0
    for cell, column in zip(row, columns, strict=True):
        width = (column.width - 2 * _CELL_SPACE) * POINTS
        several = 1 if column.is_right and not is_head else lines_of(cell.text, width, size, is_bold=cell.is_bold)
        lines = several * size if cell.text else 0
        small = lines_of(cell.small, width, small_size(size)) * small_size(size) if cell.small else 0
        tallest = max(tallest, lines + small)
    return (tallest * 1.2 + 5) / POINTS


def _fill_cell(cell: Any, told: Cell, column: Column, size: float, *, is_head: bool) -> None:
    cell.margin_left = cell.margin_right = Inches(_CELL_SPACE)
    cell.margin_top = cell.margin_bottom = Pt(2)
    cell.vertical_anchor = MSO_ANCHOR.BOTTOM if is_head else MSO_ANCHOR.TOP
    frame = cell.text_frame
    frame.word_wrap = True
    first = frame.paragraphs[0]
    letters = size - (1 if is_head else 0)
    room = (column.width - 2 * _CELL_SPACE) * POINTS
    if column.is_right and not is_head:  # a number is not broken
        while letters > 7 and lines_of(told.text, room, letters, is_bold=told.is_bold) > 1:
            letters -= 0.5
    write(first, told.text, size=letters, is_bold=told.is_bold, colour=told.colour)
    if told.small:
        small = frame.add_paragraph() if told.text else first
        write(small, told.small, size=small_size(size), colour=MUTED)
    for paragraph in frame.paragraphs:
        paragraph.alignment = PP_ALIGN.RIGHT if column.is_right or told.is_right else PP_ALIGN.LEFT
    if is_head:
        cell.fill.solid()
        cell.fill.fore_color.rgb = rgb(ACCENT_PALE)
    properties = cell._tc.get_or_add_tcPr()
    line = parse_xml(
        f'<a:lnB {nsdecls("a")} w="9525"><a:solidFill><a:srgbClr val="{hexed(INK if is_head else GRID)}"/>'
        "</a:solidFill></a:lnB>"
    )
    properties.insert(0, line)


# -- Shapes and masters


def _describe(frame: Any, name: str, alternative: str) -> None:
    frame.name = one_line(name)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", one_line(alternative)[:4000])


def fill(shape: Any, colour: str) -> None:
    shape.fill.solid()
    shape.fill.fore_color.rgb = rgb(colour)


def rgb(colour: str) -> RGBColor:
    return RGBColor.from_string(hexed(colour))


def _keep_one_layout(show: Any) -> None:
    """Only the layout that is used: the others are of the 4:3 form."""
    for place in reversed(range(len(show.slide_layouts))):
        if place != _TITLE_ONLY:
            show.slide_layouts.remove(show.slide_layouts[place])


def _place_masters(show: Any) -> None:
    """Title, text, footer and number where a slide of 16:9 has them."""
    layout = show.slide_layouts[0]
    for owner in (show.slide_master, layout):
        for shape in list(owner.placeholders):
            kind = shape._element.ph.get("type")
            if kind == "title":
                _place(shape, LEFT, 0.42, FULL, 0.62)
                shape.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
                shape.text_frame.margin_left = 0
            elif kind == "ftr":
                _place(shape, LEFT, 7.0, 10.0, 0.32)
                shape.text_frame.margin_left = 0
            elif kind == "sldNum":
                _place(shape, RIGHT - 1.2, 7.0, 1.2, 0.32)
            elif kind == "dt":
                if owner is layout:
                    shape._element.getparent().remove(shape._element)
                else:
                    _place(shape, 10.6, 7.0, 0.9, 0.32)
            else:
                _place(shape, LEFT, TOP, FULL, BOTTOM - TOP)
    styles = show.slide_master._element.find(qn("p:txStyles")).find(qn("p:titleStyle"))
    styles.find(qn("a:lvl1pPr")).set("algn", "l")
    for shape in (*show.slide_master.placeholders, *layout.placeholders):
        for level in shape._element.iter(qn("a:lvl1pPr")):
            if shape._element.ph.get("type") == "ftr":
                level.set("algn", "l")
    background = show.slide_master.background.fill
    background.solid()
    background.fore_color.rgb = rgb(PAPER)


def _place(shape: Any, left: float, top: float, width: float, height: float) -> None:
    shape.left, shape.top, shape.width, shape.height = Inches(left), Inches(top), Inches(width), Inches(height)
