"""The matrix as a file: one row for each declaration (or clause) and place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from adme.exports.documents import Column, Document

from .selectors.matrix import BODIES, MatrixPage

COLUMNS = (
    Column("DECLARATION", "Code of the declaration"),
    Column("CLAUSE", "Number of the clause; empty where the row is of the whole declaration"),
    Column("TITLE", "Title of the declaration, or text of the commitment"),
    Column("LEVEL", "regional (lead bodies) or national"),
    Column("REF_AREA", "Member State: ISO 3166-1 alpha-3; empty for regional follow-up"),
    Column("REF_AREA_LABEL", "Name of the Member State"),
    Column("STATUS", "How the follow-up stands; of several actions, what needs attention first"),
    Column("ACTIONS", "Follow-up actions reported; empty where no report came"),
    Column("CLAUSES_WITH_ACTION", "Clauses with at least one action"),
    Column("CLAUSES", "Clauses entered"),
)
NOTES = (
    ("Not reported", "No report of this body or state that you may read; it does not mean that nothing was done."),
    ("No action", "A report came, but it names no action here."),
    ("No clauses", "No clause of the declaration has been entered in ADME, so nothing can be followed up."),
)
SHOWN_AS_ZERO = frozenset({"No action", "Nil"})


def matrix_document(page: MatrixPage, *, version: int, address: str) -> Document:
    what = f"clauses of {page.declaration.title}" if page.declaration else "declarations by Member State"
    asked = page.filters
    named = (("Type", asked.type), ("Year", asked.year), ("Lead body", asked.body), ("Report for", asked.period))
    return Document(
        title=f"Follow-up to {what}",
        file_stem=f"follow-up_{page.declaration.code if page.declaration else 'declarations'}",
        columns=COLUMNS,
        rows=_rows(page),
        source="Tool 2 reports of ASEAN sectoral bodies and Member States",
        licence="For use within ASEAN; cite the ASEAN Secretariat",
        extracted_at=timezone.now(),
        data_version=version,
        address=address,
        filters=[(name, text) for name, text in named if text],
        notes=NOTES,
        is_demonstration=page.has_demonstration,
    )


def _rows(page: MatrixPage) -> Iterator[tuple[Any, ...]]:
    for line in page.lines:
        for cell in line.cells:
            regional = cell.place.code == BODIES
            counted = cell.actions or (0 if cell.mark.word in SHOWN_AS_ZERO else None)
            yield (
                page.declaration.code if page.declaration else line.code,
                line.code if line.clause else "",
                line.title,
                "regional" if regional else "national",
                "" if regional else cell.place.code,
                "" if regional else cell.place.name,
                cell.mark.word,
                counted,
                cell.covered if counted is not None else None,
                cell.clauses,
            )
