"""Where things stand in a report's workbook, and how a canonical value looks in a cell. Shared by writing and reading.

Rows are found by a hidden first column (the record's key), columns by a hidden first row (the field's name), so people
may sort, move and widen as they like. Lines that are not records have a key that begins with '#'.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from adme.common.csv_safety import plain_text
from adme.exports.cells import LONGEST_CELL

from ..fields import Catalogue, Field, Holder, Kind, Value, is_empty, shown
from ..vocabularies import Vocabulary

FORMAT = "adme-report-1"
REPORT, READ_ME, LISTS, CODES, ABOUT, ERRORS = "Report", "Read me", "Lists", "Codes", "_adme", "Errors"
KEY, GROUP = "_key", "_group"
BANNER, HINTS, HEADINGS, EXAMPLE = "#banner", "#hints", "#headings", "#example"
FIRST_RECORD = 6  # row of the spreadsheet; above it: names (hidden), banner, hints, headings, example
SPARE_ROWS = 500  # rows below the last record that have drop-downs too
IN_FORM = "(too long for a cell; it stays as it is, and can be changed in the form)"

Vocabularies = Mapping[str, Vocabulary]
Cell = str | int | float | date | None


@dataclass(frozen=True, slots=True)
class About:
    """What the hidden sheet says of the workbook."""

    template: str
    obligation: str
    layout: str
    made_at: str


@dataclass(frozen=True, slots=True)
class Line:
    """One record to write. `faults`: {field: sentence} of cells to mark; `row` is 0 for 'the next one'."""

    key: str
    group: str
    cells: Mapping[str, Cell]
    faults: Mapping[str, str] = field(default_factory=dict)
    row: int = 0


def columns(catalogue: Catalogue) -> list[Field]:
    """The field that names a record comes first, then the others in the order of the form."""
    lead = lead_field(catalogue)
    return [lead, *(one for one in catalogue.fields if one is not lead)]


def lead_field(catalogue: Catalogue) -> Field:
    """What a record is called by: the first necessary text of the plan."""
    return next(one for one in catalogue.fields if one.kind == Kind.TEXT and one.holder == Holder.PLAN and one.required)


class Words:
    """Values as cells show them. Labels of codes are looked up once."""

    def __init__(self, vocabularies: Vocabularies) -> None:
        self.vocabularies = vocabularies
        self._codes: dict[tuple[str, str], str] = {}

    def text(self, one: Field, value: Value) -> str:
        """The value as it would be read back from a workbook that nobody touched."""
        if is_empty(value):
            return ""
        if one.kind == Kind.CODE:
            text = self.code(one.vocabulary, value)
        elif one.kind == Kind.CODES:
            text = "; ".join(self.code(one.vocabulary, code) for code in value)
        else:
            text = normal(plain_text(shown(one, value, self.vocabularies)))
        return text if len(text) <= LONGEST_CELL else IN_FORM

    def cell(self, one: Field, value: Value) -> Cell:
        """The value with the type its cell has: dates as dates, numbers as numbers, everything else as text."""
        if is_empty(value):
            return None
        if one.kind == Kind.DAY:
            return date.fromisoformat(value)
        if one.kind in {Kind.NUMBER, Kind.PERCENT}:
            return int(value)
        if one.kind == Kind.AMOUNT:
            return float(value)
        return self.text(one, value)

    def code(self, name: str, code: str) -> str:
        """The label; where that alone would not be read back as this code, the code with it, or the code alone."""
        key = name, code
        if key not in self._codes:
            self._codes[key] = normal(plain_text(code_text(code, self.vocabularies[name])))
        return self._codes[key]

    def choices(self, name: str) -> list[str]:
        return [self.code(name, code) for code in self.vocabularies[name].all_codes()]


def code_text(code: str, vocabulary: Vocabulary) -> str:
    label = vocabulary.label(code)
    if code in vocabulary.retired:
        return label
    for text in (label, f"{code} {label}"):
        if vocabulary.find(text) == code and not set(text) & set(";\n\r"):
            return text
    return code


def normal(text: str) -> str:
    """One way to write line ends; blanks at the ends do not count."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def held(catalogue: Catalogue, values: Mapping[str, Value]) -> dict[str, Value]:
    """Every field of the catalogue with its value, and nothing else."""
    return {one.name: values.get(one.name, one.empty) for one in catalogue.fields}
