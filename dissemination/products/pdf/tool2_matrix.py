"""The Tool 2 matrix as PDF: declarations by who acts on them, across the page, the head on every page."""

from __future__ import annotations

from dissemination.editions.content import Content

from .. import words
from .layout import Document, Drawings, document, table_data

KEY = "tool2.matrix"


def build(content: Content, file_stamp: str, *, body: str = "", state: str = "") -> bytes:
    """All declarations; `body` and `state` do not narrow it."""
    return lay_out(content, file_stamp).pdf()


def lay_out(content: Content, file_stamp: str) -> Document:
    table = content.table(KEY)
    told = table_data(words.without(table, "Code")) if table else None
    return document(
        "tool2_matrix", content, file_stamp, title=f"Tool 2 matrix: {content.stamp.title}", running="Tool 2 matrix",
        filters="All declarations with clauses; sectoral bodies and all Member States", leaves=(),
        data={"title": "Tool 2 matrix", "subtitle": "Declarations and who acts on them", "table": told},
        drawings=Drawings(),
    )  # fmt: skip
