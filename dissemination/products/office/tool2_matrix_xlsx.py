"""The Tool 2 matrix as a workbook of its own: declarations by who acts on them, with what a reader must know."""

from __future__ import annotations

from dissemination.editions.content import Content

from .. import about
from ..brief import document_marks
from .matrix_sheet import KEY, WIDTHS, write
from .notes_sheet import write_notes
from .sheets import writing

FILTERS = "All declarations with clauses; sectoral bodies and all Member States"


def build(content: Content, file_stamp: str, *, body: str = "", state: str = "") -> bytes:
    """All declarations; `body` and `state` do not narrow it."""
    title = f"Tool 2 matrix: {content.stamp.title}"
    table = content.table(KEY)
    with writing(content, file_stamp, title=title, marks=document_marks(content)) as book:
        matrix = book.sheet("Tool 2 matrix", widths=WIDTHS)
        told = book.sheet("Notes", widths=(30, 110))
        matrix.title(table.title if table else "Tool 2 matrix", is_demonstration=bool(table and table.is_demonstration))
        write(book, matrix, table)
        told.title("About this file")
        told.pairs(about.heading(content, file_stamp, FILTERS))
        told.blank()
        write_notes(told, content, with_texts=False)
        return book.finish()
