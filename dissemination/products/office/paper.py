"""Pages: a Word document with real styles, repeated table heads, numbers by fields, and native charts.

Lengths are centimetres. Charts are DrawingML charts with their figures in a workbook inside, as Word itself makes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor
from pptx.opc.oxml import serialize_part_xml

from dissemination.editions.content import Content

from . import native
from .common import (
    ACCENT,
    ACCENT_PALE,
    AUTHOR,
    GRID,
    INK,
    LANGUAGE,
    LATIN,
    MUTED,
    WARNING,
    WARNING_PALE,
    clean,
    comments,
    hexed,
    keywords,
    one_line,
    script_runs,
    shorten,
    steady,
    taken,
    version_name,
)
from .plots import Plot
from .tables import Cell, Column

WIDTH = 17.0  # between the margins of A4
MARGIN = 2.0
COMPLEX = "Leelawadee UI"  # Thai, Lao, Khmer where a text has no run of its own
_NS_CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_NS_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


class Paper:
    """A document that is being written from top to bottom; `finish` gives its bytes."""

    def __init__(self, content: Content, file_stamp: str, *, title: str, running: str, marks: Sequence[str]) -> None:
        self.marks = tuple(marks)
        self.document = Document()
        self._drawn, self._counts = 0, {"Figure": 0, "Table": 0}
        _styles(self.document)
        _without_thumbnail(self.document)
        told = self.document.core_properties
        told.title, told.author, told.last_modified_by = one_line(title)[:255], AUTHOR, AUTHOR
        told.keywords, told.comments = keywords(content, file_stamp)[:255], comments(content, file_stamp)[:255]
        told.subject, told.language, told.category = one_line(content.framework), LANGUAGE, "Report"
        told.created = told.modified = taken(content)
        told.revision = 1
        self._page(running, version_name(content))

    def finish(self) -> bytes:
        buffer = BytesIO()
        self.document.save(buffer)
        return steady(buffer.getvalue())

    # -- Page

    def _page(self, running: str, version: str) -> None:
        section = self.document.sections[0]
        section.orientation = WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = Cm(21.0), Cm(29.7)
        section.left_margin = section.right_margin = Cm(MARGIN)
        section.top_margin, section.bottom_margin = Cm(2.2), Cm(2.0)
        head = section.header.paragraphs[0]
        head.paragraph_format.tab_stops.clear_all()
        head.paragraph_format.tab_stops.add_tab_stop(Cm(WIDTH), WD_TAB_ALIGNMENT.RIGHT)
        write(head, shorten(running, 70), colour=MUTED)
        write(head, f"\u0009{shorten(version, 40)}", colour=MUTED)
        for mark in self.marks:
            paragraph = styled(section.header.add_paragraph(), "Mark")
            write(paragraph, mark)
        foot = section.footer.paragraphs[0]
        foot.paragraph_format.tab_stops.clear_all()
        foot.paragraph_format.tab_stops.add_tab_stop(Cm(WIDTH), WD_TAB_ALIGNMENT.RIGHT)
        write(foot, f"{AUTHOR}\u0009Page ", colour=MUTED)
        field(foot, "PAGE")
        write(foot, " of ", colour=MUTED)
        field(foot, "NUMPAGES")

    def page_break(self) -> None:
        self.document.add_page_break()

    # -- Text

    def title(self, title: str, subtitle: str) -> None:
        write(styled(self.document.add_paragraph(), "Title"), one_line(title))
        write(styled(self.document.add_paragraph(), "Subtitle"), one_line(subtitle))

    def heading(self, text: str, level: int = 1) -> None:
        write(styled(self.document.add_paragraph(), f"Heading {level}"), one_line(text))

    def text(self, text: str, style: str = "Normal") -> None:
        if text.strip():
            write(styled(self.document.add_paragraph(), style), text)

    def texts(self, paragraphs: Iterable[str], style: str = "Normal") -> None:
        for part in paragraphs:
            self.text(part, style)

    def bullets(self, items: Iterable[str]) -> None:
        self.texts(items, "List Bullet")

    def mark(self, text: str) -> None:
        self.text(text, "Mark")

    def small(self, text: str) -> None:
        self.text(text, "Small")

    def caption(self, kind: str, text: str) -> None:
        """`Figure 3. Trends`: the number is a field, so that moved figures are numbered anew."""
        self._counts[kind] += 1
        paragraph = styled(self.document.add_paragraph(), "Caption")
        paragraph.paragraph_format.keep_with_next = kind == "Table"
        write(paragraph, f"{kind} ")
        field(paragraph, f"SEQ {kind} \\* ARABIC", str(self._counts[kind]))
        write(paragraph, f". {one_line(text)}")

    # -- Tables

    def pairs(self, pairs: Iterable[tuple[str, str]], *, first: float = 4.0, caption: str = "", name: str = "") -> None:
        """Two columns: a name and what it says."""
        rows = [(Cell(one, is_bold=True), Cell(two)) for one, two in pairs]
        if rows:
            if caption:
                self.caption("Table", caption)
            self.table((Column("What", first), Column("Value", WIDTH - first)), rows, name=name or caption or "Facts")

    def table(
        self, columns: Sequence[Column], rows: Sequence[Sequence[Cell] | str], *, name: str, size: float = 8.5
    ) -> None:
        """A table with its head on every page. A row that is a text goes over all columns, as the name of a group."""
        made = self.document.add_table(rows=len(rows) + 1, cols=len(columns))
        made.autofit = False
        _dress_table(made, name, columns)
        cells = made._cells
        wide = len(columns)
        for place, column in enumerate(columns):
            cell = cells[place]
            self._cell(cell, Cell(column.name, is_bold=True, is_right=column.is_right), column, size)
            _shade(cell, ACCENT_PALE)
        _repeat(made.rows[0])
        for number, row in enumerate(rows, start=1):
            own = cells[number * wide : (number + 1) * wide]
            if isinstance(row, str):
                whole = own[0].merge(own[-1])
                self._cell(whole, Cell(row, is_bold=True, colour=ACCENT), Column("", WIDTH), size)
                for paragraph in whole.paragraphs:
                    paragraph.paragraph_format.keep_with_next = True
                continue
            for cell, told, column in zip(own, row, columns, strict=True):
                self._cell(cell, told, column, size)
        for row in made.rows:
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        self._after_table()

    def _cell(self, cell: Any, told: Cell, column: Column, size: float) -> None:
        cell.width = Cm(column.width)
        first = styled(cell.paragraphs[0], "Cell")
        if told.text or not told.small:
            write(first, told.text, size=size, is_bold=told.is_bold, colour=told.colour)
        if told.small:
            small = styled(cell.add_paragraph(), "Cell") if told.text else first
            write(small, told.small, size=max(7.0, size - 1.5), colour=MUTED)
        if column.is_right or told.is_right:
            for paragraph in cell.paragraphs:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT

    def _after_table(self) -> None:
        gap = styled(self.document.add_paragraph(), "Small")
        gap.paragraph_format.space_after = Pt(2)

    def cards(self, figures: Sequence[tuple[str, str, str]], *, in_row: int = 3) -> None:
        """Key figures (value, label, note) as a table without a head."""
        if not figures:
            return
        in_row = min(in_row, len(figures))
        rows = -(-len(figures) // in_row)
        made = self.document.add_table(rows=rows, cols=in_row)
        made.autofit = False
        _dress_table(made, "Key figures", [Column("", WIDTH / in_row)] * in_row, is_headed=False)
        for cell, (value, label, note) in zip(made._cells, figures, strict=False):
            cell.width = Cm(WIDTH / in_row)
            _shade(cell, ACCENT_PALE)
            first = styled(cell.paragraphs[0], "Cell")
            write(first, value, size=16, is_bold=True, colour=ACCENT)
            write(styled(cell.add_paragraph(), "Cell"), label, size=9, is_bold=True)
            write(styled(cell.add_paragraph(), "Cell"), note, size=8, colour=MUTED)
        self._after_table()

    # -- Charts

    def plots(
        self, plots: Sequence[Plot], *, in_row: int, height: float, size: float = 8, longest: int = native.LONGEST_TITLE
    ) -> None:
        """Native charts side by side, each with its words for who does not see it."""
        width = WIDTH / in_row - 0.05
        for start in range(0, len(plots), in_row):
            paragraph = styled(self.document.add_paragraph(), "Figure")
            for plot in plots[start : start + in_row]:
                self._inline(paragraph, plot, width, height, size, longest)

    def _inline(self, paragraph: Any, plot: Plot, width: float, height: float, size: float, longest: int) -> None:
        self._drawn += 1
        number, package = self._drawn, self.document.part.package
        space = native.chart_space(plot, size=size, width=width, longest=longest)
        inner = Part(
            PackURI(f"/word/embeddings/Microsoft_Excel_Sheet{number}.xlsx"), CT.SML_SHEET,
            native.inner_workbook(plot), package,
        )  # fmt: skip
        drawn = Part(PackURI(f"/word/charts/chart{number}.xml"), CT.DML_CHART, b"", package)
        data = space.makeelement(f"{{{_NS_CHART}}}externalData")
        data.set(f"{{{_NS_RELATIONS}}}id", drawn.relate_to(inner, RT.PACKAGE))
        data.append(space.makeelement(f"{{{_NS_CHART}}}autoUpdate", {"val": "0"}))
        space.append(data)
        drawn._blob = serialize_part_xml(space)
        related = self.document.part.relate_to(drawn, RT.CHART)
        inline = parse_xml(
            f'<w:drawing {nsdecls("w", "wp", "a", "r")}><wp:inline distT="0" distB="0" distL="0" distR="0">'
            f'<wp:extent cx="{Cm(width)}" cy="{Cm(height)}"/><wp:effectExtent l="0" t="0" r="0" b="0"/>'
            f'<wp:docPr id="{number}"/><wp:cNvGraphicFramePr/><a:graphic><a:graphicData uri="{_NS_CHART}">'
            f'<c:chart xmlns:c="{_NS_CHART}" r:id="{related}"/></a:graphicData></a:graphic></wp:inline></w:drawing>'
        )
        told = inline.find(f"{qn('wp:inline')}/{qn('wp:docPr')}")
        told.set("name", f"Chart {number}")
        told.set("title", shorten(plot.title, 120))
        told.set("descr", plot.alternative[:4000])
        paragraph.add_run()._r.append(inline)


# -- Runs and fields


def styled(paragraph: Any, style: str) -> Any:
    """The paragraph with a style of this document. By its id: python-docx looks a name up in all styles each time."""
    paragraph._p.style = style.replace(" ", "")
    return paragraph


def write(
    paragraph: Any, text: str, *, size: float | None = None, is_bold: bool | None = None, colour: str = ""
) -> None:
    """Runs of a text: one for each script, with the typeface and language that it needs. A tab stays where it leads."""
    tabs = text.split("\u0009")
    for place, between in enumerate(tabs):
        if place:
            paragraph.add_run().add_tab()
        for number, line in enumerate(clean(between).split("\n")):
            if number:
                paragraph.add_run().add_break()
            for part, typeface, language in script_runs(line):
                _dress_run(paragraph.add_run(part), size, is_bold, colour, typeface, language)


def _dress_run(run: Any, size: float | None, is_bold: bool | None, colour: str, typeface: str, language: str) -> None:
    properties = run._r.get_or_add_rPr()
    if is_bold is not None:
        run.font.bold = is_bold
    if colour:
        run.font.color.rgb = RGBColor.from_string(hexed(colour))
    if size is not None:
        run.font.size = Pt(size)
        _append(properties, "w:szCs", {"w:val": str(int(size * 2))})
    if typeface:
        run.font.name = typeface
        properties.rFonts.set(qn("w:cs"), typeface)
        if is_bold:
            run.font.cs_bold = True
        run.font.complex_script = True
        _append(properties, "w:lang", {"w:bidi": language})


def _append(properties: Any, name: str, attributes: dict[str, str]) -> None:
    """In the order of the schema: letters of complex scripts after letters, language last."""
    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(key), value)
    size = properties.find(qn("w:sz"))
    if name == "w:szCs" and size is not None:
        size.addnext(element)
    else:
        properties.append(element)


def field(paragraph: Any, code: str, shown: str = "1") -> None:
    """A field with the result that stands until it is computed."""
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("result", shown), ("end", "")):
        run = paragraph.add_run()
        if kind == "result":
            run.text = text
            continue
        if kind:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        else:
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = f" {text} "
        run._r.append(element)


# -- Tables


def _dress_table(table: Any, name: str, columns: Sequence[Column], *, is_headed: bool = True) -> None:
    """Lines between rows, fixed widths, a name for who does not see it."""
    properties = table._tbl.tblPr
    for old in ("w:tblStyle", "w:tblLook"):
        if (found := properties.find(qn(old))) is not None:
            properties.remove(found)
    line = f'w:val="single" w:sz="4" w:space="0" w:color="{hexed(GRID)}"'
    borders = parse_xml(
        f"<w:tblBorders {nsdecls('w')}><w:top {line}/><w:bottom {line}/><w:insideH {line}/></w:tblBorders>"
    )
    margins = parse_xml(
        f'<w:tblCellMar {nsdecls("w")}><w:top w:w="25" w:type="dxa"/><w:left w:w="70" w:type="dxa"/>'
        '<w:bottom w:w="25" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar>'
    )
    look = parse_xml(
        f'<w:tblLook {nsdecls("w")} w:val="{"0020" if is_headed else "0000"}" w:firstRow="{int(is_headed)}" '
        'w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
    )
    caption, told = OxmlElement("w:tblCaption"), OxmlElement("w:tblDescription")
    caption.set(qn("w:val"), shorten(name, 120))
    told.set(qn("w:val"), shorten(f"Columns: {', '.join(one.name for one in columns)}", 250) if is_headed else name)
    layout = properties.find(qn("w:tblLayout"))
    if layout is not None:
        layout.addprevious(borders)
    else:
        properties.append(borders)
    for element in (margins, look, caption, told):
        properties.append(element)
    whole = properties.find(qn("w:tblW"))
    whole.set(qn("w:type"), "dxa")
    whole.set(qn("w:w"), str(Cm(sum(one.width for one in columns)).twips))
    for column, given in zip(table.columns, columns, strict=True):
        column.width = Cm(given.width)


def _repeat(row: Any) -> None:
    element = OxmlElement("w:tblHeader")
    row._tr.get_or_add_trPr().append(element)


def _shade(cell: Any, colour: str) -> None:
    cell._tc.get_or_add_tcPr().append(
        parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{hexed(colour)}"/>')
    )


# -- Styles


def _styles(document: Any) -> None:
    """Typefaces that readers' machines have, also for the scripts of the region; language; sizes."""
    defaults = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    _faces(defaults)
    language = defaults.find(qn("w:lang"))
    language.set(qn("w:val"), LANGUAGE)
    language.set(qn("w:bidi"), "th-TH")
    looks: tuple[tuple[str, float, bool, str, float, float], ...] = (
        ("Normal", 10.5, False, INK, 0, 6),
        ("Lead", 10.5, False, INK, 0, 6),
        ("Title", 24, True, ACCENT, 6, 4),
        ("Subtitle", 12, False, MUTED, 0, 8),
        ("Heading 1", 16, True, ACCENT, 16, 6),
        ("Heading 2", 12.5, True, ACCENT, 12, 4),
        ("Heading 3", 11, True, INK, 8, 3),
        ("Caption", 9, True, INK, 6, 3),
        ("List Bullet", 9.5, False, INK, 0, 2),
        ("Header", 9, False, MUTED, 0, 0),
        ("Footer", 9, False, MUTED, 0, 0),
        ("Cell", 8.5, False, INK, 0, 0),
        ("Small", 8.5, False, MUTED, 0, 4),
        ("Figure", 8.5, False, INK, 2, 2),
        ("Mark", 9.5, True, WARNING, 2, 4),
    )
    for name, size, is_bold, colour, before, after in looks:
        if name not in {style.name for style in document.styles}:
            document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = document.styles["Normal"]
        style = document.styles[name]
        style.font.size, style.font.bold, style.font.italic = Pt(size), is_bold, False
        style.font.cs_bold = is_bold
        style.font.color.rgb = RGBColor.from_string(hexed(colour))
        properties = style.element.get_or_add_rPr()
        _faces(properties)
        for old in (*properties.findall(qn("w:szCs")), *properties.findall(qn("w:spacing"))):
            properties.remove(old)
        _append(properties, "w:szCs", {"w:val": str(int(size * 2))})
        form = style.paragraph_format
        form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(after), 1.08
    for name in ("Header", "Footer"):  # tab stops of another page width
        tabs = document.styles[name].element.pPr.find(qn("w:tabs"))
        if tabs is not None:
            tabs.getparent().remove(tabs)
    for name in ("Heading 1", "Heading 2", "Heading 3", "Lead", "Figure", "Mark"):
        document.styles[name].paragraph_format.keep_with_next = True
    border = document.styles["Title"].element.pPr.find(qn("w:pBdr"))
    if border is not None:
        border.getparent().remove(border)
    shade = parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{hexed(WARNING_PALE)}"/>')
    mark = document.styles["Mark"].element.get_or_add_pPr()
    spacing = mark.find(qn("w:spacing"))
    if spacing is None:
        mark.append(shade)
    else:
        spacing.addprevious(shade)


def _faces(properties: Any) -> None:
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    fonts.attrib.clear()
    for kind, face in (("ascii", LATIN), ("hAnsi", LATIN), ("eastAsia", LATIN), ("cs", COMPLEX)):
        fonts.set(qn(f"w:{kind}"), face)


def _without_thumbnail(document: Any) -> None:
    """The template's picture of its own first page."""
    relations = document.part.package.rels
    for key in [key for key, one in relations.items() if one.reltype.endswith("/thumbnail")]:
        del relations[key]
