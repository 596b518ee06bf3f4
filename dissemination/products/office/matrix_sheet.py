"""The Tool 2 matrix on a sheet: declarations down, who acts across. Shared by the workbook and the file of its own."""

from __future__ import annotations

from dissemination.editions.content import Cell as Told
from dissemination.editions.content import Table

from .common import TONES
from .sheets import Book, Sheet, Word

KEY = "tool2.matrix"
WIDTHS = (24, 50, 7, 16, 9, 14, *(12.5,) * 12)
FIRST_ACTOR = 5  # the columns before name the declaration
FIRST_NUMBERS = (2, 4)
EMPTY = "No declaration has clauses or actions yet, or no Tool 2 report is approved. That is not zero activity."


def write(book: Book, sheet: Sheet, table: Table | None) -> None:
    if table is None:
        sheet.line(EMPTY)
        return
    about = (
        f"Coverage: {table.coverage}" if table.coverage else "",
        f"Source: {table.source}" if table.source else "",
    )
    if any(about):
        sheet.line("; ".join(part for part in about if part), "small")
    if table.note:
        sheet.line(table.note, "small")
    sheet.line("Not reported: no approved report of the period; that is not inaction.", "small")
    sheet.blank()
    head, last = sheet.table(
        table.columns, ([_cell(cell, at) for at, cell in enumerate(row)] for row in table.rows),
        name="Tool2_matrix", numbers=FIRST_NUMBERS, is_only=True,
    )  # fmt: skip
    sheet.sheet.freeze_panes(head + 1, 2)
    _colours(book, sheet, head, last, len(table.columns))


def _cell(cell: Told, place: int) -> Told | Word:
    if place >= FIRST_ACTOR and (cell is None or cell == "not reported"):
        return Word("not reported", "muted")
    return Word(str(cell), "bold") if place == 1 else cell


def _colours(book: Book, sheet: Sheet, head: int, last: int, columns: int) -> None:
    """By the word in the cell, which says the same without colour. Only where somebody acts."""
    if columns <= FIRST_ACTOR or last <= head:
        return
    where = (head + 1, FIRST_ACTOR, last, columns - 1)
    for word, colour, letters in (
        ("(completed)", "#dcefe2", TONES["good"]),
        ("(on-going)", "#dff1f5", "#0b4a57"),
        ("(delayed)", "#fdf3dc", TONES["attention"]),
        ("(postponed)", "#e9edf0", TONES["late"]),
        ("(cancelled)", "#f7dedc", TONES["bad"]),
    ):
        look = book.book.add_format({"bg_color": colour, "font_color": letters})
        sheet.sheet.conditional_format(
            *where, {"type": "text", "criteria": "containing", "value": word, "format": look}
        )
