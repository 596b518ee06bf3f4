"""A workbook that came back, as rows of text. Read by the limited child process; refused in words if not ours."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from adme.common.csv_safety import plain_text
from adme.common.refusals import FileRefused
from adme.common.spreadsheets import SheetStream, read_xlsx_rows

from ..fields import Catalogue
from . import layout
from .layout import About

_LOOKED_AT = 30  # rows among which the hidden names must be
NOT_OURS = (
    "This is not a workbook of this report. Fetch the workbook on the page of the report, fill it in and send that."
)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """`cells` are texts as a person sees them, by name of the field."""

    number: int
    key: str
    group: str
    cells: dict[str, str]

    @property
    def is_blank(self) -> bool:
        return not any(self.cells.values())


@dataclass(frozen=True, slots=True)
class Sheet:
    """`strays`: headings of columns that are not of the template but hold something."""

    about: About
    rows: list[SheetRow]
    strays: list[str]


def read_about(path: Path) -> About:
    """What the hidden sheet says. Refuses what was not made here."""
    try:
        rows = dict(([*row, "", ""])[:2] for row in read_xlsx_rows(path, layout.ABOUT))
    except FileRefused as error:
        if error.code == "no_sheet":
            raise FileRefused("not_our_workbook", NOT_OURS, seen=error.seen) from error
        raise
    try:
        template, obligation = str(UUID(rows.get("template", ""))), str(UUID(rows.get("obligation", "")))
    except ValueError:
        raise FileRefused("not_our_workbook", NOT_OURS) from None
    if rows.get("format") != layout.FORMAT:
        raise FileRefused("not_our_workbook", NOT_OURS)
    return About(template, obligation, rows.get("layout", ""), rows.get("made_at", ""))


def read_rows(path: Path, about: About, catalogue: Catalogue) -> Sheet:
    """The records of the sheet Report. Refuses it when a column has lost its hidden name."""
    stream = read_xlsx_rows(path, layout.REPORT)
    try:
        return _read(stream, about, catalogue)
    finally:
        stream.close()


def _read(stream: SheetStream, about: About, catalogue: Catalogue) -> Sheet:
    first, names = _names(stream)
    places = _places(names, catalogue)
    headings: list[str] = []
    filled: set[int] = set()
    rows: list[SheetRow] = []
    known = set(places.values())
    for number, row in enumerate(stream, start=first + 1):
        key = _at(row, places[layout.KEY])
        if key == layout.HEADINGS:
            headings = row
        if key.startswith("#"):
            continue
        cells = {one.name: _at(row, places[one.name]) for one in catalogue.fields}
        found = SheetRow(number, key, _at(row, places[layout.GROUP]), cells)
        filled.update(at for at, text in enumerate(row) if at not in known and text.strip())
        if key or found.group or not found.is_blank:
            rows.append(found)
    strays = [_at(headings, at) or f"column {at + 1}" for at in sorted(filled)]
    return Sheet(about, rows, strays)


def _names(stream: SheetStream) -> tuple[int, list[str]]:
    for number, row in enumerate(stream, start=1):
        if layout.KEY in row:
            return number, row
        if number == _LOOKED_AT:
            break
    raise FileRefused(
        "names_missing",
        "The hidden first row or column of the sheet Report is gone, so no value can be placed. Fetch the workbook "
        "again and copy your values into it.",
    )


def _places(names: list[str], catalogue: Catalogue) -> dict[str, int]:
    places: dict[str, int] = {}
    for at, name in enumerate(names):
        if name and name in places:
            raise FileRefused(
                "column_twice", f"The column '{_label(name, catalogue)}' is there twice. Delete one.", seen=name
            )
        if name:
            places[name] = at
    wanted = [layout.KEY, layout.GROUP, *(one.name for one in catalogue.fields)]
    missing = [_label(name, catalogue) for name in wanted if name not in places]
    if missing:
        raise FileRefused(
            "column_missing",
            f"The workbook has lost these columns: {', '.join(missing)}. Fetch the workbook again and copy your values "
            "into it; leave a cell blank instead of deleting its column.",
        )
    return {name: places[name] for name in wanted}


def _label(name: str, catalogue: Catalogue) -> str:
    return catalogue.by_name[name].label if name in catalogue.by_name else name


def _at(row: list[str], place: int) -> str:
    return layout.normal(plain_text(row[place])) if place < len(row) else ""
