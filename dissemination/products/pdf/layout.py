"""What all PDF documents share: the data that every template expects, charts as drawings, and the one way out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adme.common import formatting
from adme.exports import charts, pdf
from adme.exports.svg import WIDTH, drawing, key_words
from dissemination.editions.content import Cell, Content, Leaf, Table

from .. import words
from ..brief import document_marks, facts
from ..brief_sections import licences, source_rows

TEMPLATES = Path(__file__).parent / "templates"
AUTHOR = "ASEAN Secretariat"
LANDSCAPE_WIDTH = 731.0  # points between the margins of A4 landscape


@dataclass
class Document:
    """A template, its data and its drawings, ready to be set."""

    template: str
    made_at: datetime
    data: dict[str, Any]
    drawings: dict[str, str] = field(default_factory=dict)

    def pdf(self) -> bytes:
        return pdf.compile_pdf(self._path, self.data, made_at=self.made_at, drawings=self.drawings)

    def pages(self, ppi: int = 90) -> list[bytes]:
        """Every page as a picture."""
        return pdf.compile_pages(self._path, self.data, made_at=self.made_at, drawings=self.drawings, ppi=ppi)

    @property
    def _path(self) -> Path:
        return TEMPLATES / f"{self.template}.typ"


class Drawings:
    """Gives each chart a file name and the words around it."""

    def __init__(self) -> None:
        self.files: dict[str, str] = {}

    def add(self, chart: charts.Chart, *, width: float = WIDTH) -> dict[str, Any] | None:
        """What a template needs of a chart; None where there is nothing to draw."""
        if not charts.has_values(chart):
            return None
        head = chart.head
        return {
            "drawings": [self._drawn(part, width) for part in _parts(chart)],
            "alt": charts.alternative(chart),
            "title": ", ".join(part for part in (head.title, head.subtitle) if part),
            "sentence": head.sentence,
            "keys": list(key_words(chart)),
            "source": head.source,
            "note": head.note,
            "demonstration": head.is_demonstration,
            "provisional": head.is_provisional,
        }

    def _drawn(self, chart: charts.Chart, width: float) -> dict[str, Any]:
        drawn = drawing(chart, width=width)
        name = f"chart-{len(self.files) + 1}.svg"
        self.files[name] = drawn.svg
        return {
            "file": name,
            "alt": charts.alternative(chart),
            "size": [drawn.width, drawn.height],
            "labels": drawn.labels,
        }

    def all(self, found: Sequence[charts.Chart], *, width: float = WIDTH) -> list[dict[str, Any]]:
        return [told for chart in found if (told := self.add(chart, width=width))]


def _parts(chart: charts.Chart) -> list[charts.Chart]:
    """Small charts row by row, so that a page may end between two rows."""
    if not isinstance(chart, charts.SmallMultiples):
        return [chart]
    panels = [panel for panel in chart.panels if charts.has_values(panel)]
    rows = [panels[start : start + chart.columns] for start in range(0, len(panels), chart.columns)]
    return [replace(chart, panels=tuple(row), keeps_columns=len(rows) > 1) for row in rows]


def document(
    template: str,
    content: Content,
    file_stamp: str,
    *,
    title: str,
    running: str,
    filters: str,
    leaves: Sequence[Leaf],
    data: Mapping[str, Any],
    drawings: Drawings,
) -> Document:
    """`title` is the document's, `running` stands at the head of every page, `leaves` are those it tells of."""
    stamp = content.stamp
    at = stamp.taken_at.astimezone(UTC)
    edition = stamp.edition_name or f"Data version {stamp.data_version}"
    shared = {
        "meta": {
            "title": title,
            "author": AUTHOR,
            "description": stamp.citation,
            "keywords": [pdf.Whole(file_stamp), content.framework, edition],
            "date": [at.year, at.month, at.day, at.hour, at.minute, at.second],
            "running": running,
            "edition": edition,
            "as_of": formatting.moment(at),
            "marks": list(document_marks(content)),
        },
        "facts": [list(pair) for pair in (*facts(content), ("Filters", filters))],
        "citation": stamp.citation,
        "licences": licences(content, leaves),
        "sources": [
            {"text": row.text, "series": row.series, "released": row.released, "licence": row.source.licence,
             "leaves": list(row.leaves), "demonstration": row.source.is_demonstration}
            for row in source_rows(content, leaves)
        ],
        "signs": [list(pair) for pair in words.SIGNS],
        "methods": [list(pair) for pair in content.methods],
    }  # fmt: skip
    return Document(template, stamp.taken_at, {**shared, **data}, drawings.files)


def shorten(text: str, letters: int) -> str:
    """A long name cut at a word."""
    return text if len(text) <= letters else f"{text[:letters].rsplit(' ', 1)[0].rstrip(' ,;')} \u2026"


def cell_text(value: Cell) -> str:
    """A cell of a table as it stands in a document: missing is `..`."""
    if value is None:
        return formatting.NOT_AVAILABLE
    return value if isinstance(value, str) else formatting.number(value)


def table_data(table: Table, *, rows: Sequence[Sequence[Cell]] | None = None) -> dict[str, Any]:
    """A table with the alignment of its columns: right where all cells are numbers."""
    shown = table.rows if rows is None else rows
    is_number = [
        any(isinstance(row[place], int | float) for row in shown)
        and not any(isinstance(row[place], str) for row in shown)
        and name not in ("Year", "Period")
        for place, name in enumerate(table.columns)
    ]
    places = [
        None if name == "Year" else max((_decimals(row[at]) for row in shown), default=0)
        for at, name in enumerate(table.columns)
    ]
    longest = [
        0 if numbers else max((len(cell_text(row[at])) for row in shown), default=0)
        for at, numbers in enumerate(is_number)
    ]
    return {
        "widest": longest.index(max(longest)) if longest else 0,
        "title": table.title,
        "columns": list(table.columns),
        "numbers": is_number,
        "rows": [[_shown(cell, places[at]) for at, cell in enumerate(row)] for row in shown],
        "unit": table.unit,
        "coverage": table.coverage,
        "source": table.source,
        "note": table.note,
        "demonstration": table.is_demonstration,
    }


def _shown(cell: Cell, decimals: int | None) -> str:
    """Numbers of a column have the same decimals; a year (None) is not a number of thousands."""
    if cell is None or isinstance(cell, str):
        return cell_text(cell)
    return str(cell) if decimals is None else formatting.number(cell, decimals)


def _decimals(cell: Cell) -> int:
    """As many as the number has, at most two."""
    if not isinstance(cell, float):
        return 0
    return next((places for places in (0, 1) if round(cell, places) == cell), 2)
