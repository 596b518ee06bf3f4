"""Which column of the file is which column of the layout: by its name or its label, nothing else is guessed.

A line whose first cell begins with '#' is a help line of the template and is never a record.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import chain

from adme.common.text import fold

from ..layout import Column, Layout
from .findings import NOTE, Findings
from .streams import About, Source, read_about

LOOKED_AT = 30  # rows among which the heading must be
EXAMPLE = "Example: "  # how the first cell of a template's example begins


@dataclass(frozen=True, slots=True)
class Heading:
    """`places[i]` is where column i of the layout stands, -1 where it is not in the file; `marks` that of the help
    marks, or -1; `strays` are headings that the layout does not know; `cells` the row as written."""

    row: int
    width: int
    places: tuple[int, ...]
    marks: int
    strays: tuple[tuple[int, str], ...]
    cells: tuple[str, ...]


Numbered = Iterator[tuple[int, list[str]]]


def find_heading(source: Source, layout: Layout) -> tuple[Heading | None, About | None, Numbered]:
    """The heading, what the first cell says of the file, and the rows below with their numbers. None: no row names a
    column of the layout."""
    names = _spellings(layout)
    numbered = enumerate(source.rows, start=1)
    looked: list[tuple[int, list[str]]] = []
    about: About | None = None
    best, most = -1, 0
    for number, row in numbered:
        looked.append((number, row))
        first = next((cell for cell in row if cell), "")
        about = about or read_about(first)
        matched = len({names[folded] for cell in row if (folded := _folded(cell)) in names})
        if matched > most and not (row and row[0].startswith("#") and most):
            best, most = len(looked) - 1, matched
        if most == len(layout.columns) or number == LOOKED_AT:
            break
    if best < 0:
        return None, about, iter(())
    number, row = looked[best]
    heading = _heading(number, row, layout, names)
    return heading, about, chain(looked[best + 1 :], numbered)


def repeats(row: list[str], heading: Heading, layout: Layout) -> bool:
    """Whether a row below the heading is the heading once more, as labels below names."""
    names = _spellings(layout)
    placed = {at: layout.columns[index].name for index, at in enumerate(heading.places) if at >= 0}
    filled = [(at, cell) for at, cell in enumerate(row) if cell.strip()]
    return bool(filled) and all(names.get(_folded(cell)) == placed.get(at, "?") for at, cell in filled)


def is_example(row: list[str]) -> bool:
    """The example of a template whose rows were copied elsewhere."""
    return next((cell for cell in row if cell), "").startswith(EXAMPLE)


def report_heading(
    heading: Heading | None, layout: Layout, findings: Findings, twice: list[Column], *, hint: str = ""
) -> None:
    """Structural findings about columns. `hint` is added where a column is missing."""
    if heading is None:
        labels = ", ".join(f"'{one.label}'" for one in layout.columns[:4])
        remedy = (
            f"No row of the first {LOOKED_AT} names the columns, such as {labels}. Use the template of this report, or "
            f"write the headings into the first row. {hint}"
        )
        findings.structural("missing_column", remedy.strip())
        return
    for one in twice:
        findings.structural("column_twice", "This column is in the file twice. Delete one.", column=one.label)
    labels_of = {fold(each.label): each.label for each in layout.columns}
    for at, text in heading.strays:
        near = get_close_matches(fold(text), list(labels_of), n=1, cutoff=0.7) if text else []
        told = f"Did you mean '{labels_of[near[0]]}'? " if near else ""
        remedy = f"{told}This column is not of the record set. Delete it, or give it the heading of the template."
        findings.structural("unknown_column", remedy, column=text or f"column {letters(at)}", seen=text)
    for one, place in zip(layout.columns, heading.places, strict=True):
        if place >= 0:
            continue
        if one.required or one.is_key:
            remedy = f"The column '{one.label}' is missing in row {heading.row}, and every record needs it. {hint}"
            findings.structural("missing_column", remedy.strip(), column=one.label)
        else:
            remedy = f"The column '{one.label}' is not in the file, so it is blank for every record: not known."
            findings.structural("missing_column", remedy, level=NOTE, column=one.label)


def letters(at: int) -> str:
    """0 is 'A', 26 is 'AA'."""
    text, number = "", at + 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


def twice_in(row: Sequence[str], layout: Layout) -> list[Column]:
    names = _spellings(layout)
    found = [names[folded] for cell in row if (folded := _folded(cell)) in names]
    return [layout.by_name[name] for name in dict.fromkeys(found) if found.count(name) > 1]


def _folded(cell: str) -> str:
    return fold(cell) if len(cell) <= 200 else ""


def _spellings(layout: Layout) -> dict[str, str]:
    """Folded label and folded name to the name; a name goes before a label of another column."""
    found = {fold(one.label): one.name for one in layout.columns}
    found.update({fold(one.name): one.name for one in layout.columns})
    found.pop("", None)
    return found


def _heading(number: int, row: list[str], layout: Layout, names: dict[str, str]) -> Heading:
    end = len(row)
    while end and not row[end - 1].strip():
        end -= 1
    placed: dict[str, int] = {}
    strays: list[tuple[int, str]] = []
    marks = -1
    for at, cell in enumerate(row[:end]):
        name = names.get(_folded(cell))
        if name is not None:
            placed.setdefault(name, at)
        elif at == 0 and (cell.startswith("#") or read_about(cell) is not None):
            marks = at
        elif cell.strip():
            strays.append((at, cell.strip()))
    places = tuple(placed.get(one.name, -1) for one in layout.columns)
    return Heading(number, end, places, marks, tuple(strays), tuple(row))
