"""A file as rows of text, CSV or XLSX, never whole in memory; and what it says of itself.

A template says in the first cell of its first row what it was made for ('adme-records-1 set=... version=... ...'), and
again on the sheet `_adme`, should that cell be lost. A CSV may begin with the same line. A file without it is taken as
one for the report that it is sent to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from adme.common.files import csv_rows, kind_of, sniff_text
from adme.common.refusals import FileRefused
from adme.common.spreadsheets import SheetStream, read_xlsx_rows

FORMAT = "adme-records-1"
RECORDS, COLUMNS, ABOUT, CODES = "Records", "Columns", "_adme", "Codes"
_OURS = frozenset({COLUMNS.casefold(), ABOUT.casefold(), CODES.casefold(), "read me", "errors"})
_FACTS = frozenset({"set", "version", "period", "state"})


@dataclass(frozen=True, slots=True)
class About:
    """What a file says it is; blank where it says nothing."""

    record_set: str = ""
    version: str = ""
    period: str = ""
    state: str = ""

    def line(self) -> str:
        return f"{FORMAT} set={self.record_set} version={self.version} period={self.period} state={self.state}"


@dataclass
class Source:
    """Rows as a spreadsheet counts them, the first is 1. `notes` are sentences on how the file was read. `blocks` gives
    the rows that are left as columns, some at a time, where the file comes so."""

    rows: Iterator[list[str]]
    close: Callable[[], None]
    look_up: Callable[[], About]  # what the hidden sheet says; asked for only where the first cell says nothing
    notes: tuple[str, ...] = field(default=())
    blocks: Callable[[], Iterator[list[Sequence[str]]]] | None = None


def open_source(path: Path) -> Source:
    """Raises FileRefused, at once or while iterating."""
    kind = kind_of(path)
    if kind == "xlsx":
        return _sheet(path)
    if kind == "zip":
        raise FileRefused("zip_file", "This is a zip file. Unpack it, and send the CSV or XLSX file in it.")
    text = sniff_text(lambda: path.open("rb"))
    rows = csv_rows(path.open("rb"), text)
    return Source(rows, rows.close if hasattr(rows, "close") else lambda: None, About, text.notes)


def _sheet(path: Path) -> Source:
    stream = read_xlsx_rows(path, tail_rows=0)
    names = stream.names
    wanted = _sheet_of_records(names)
    if wanted != names[0]:
        stream.close()
        stream = read_xlsx_rows(path, wanted, tail_rows=0)
    return Source(iter(stream), stream.close, lambda: _hidden_sheet(path, names), blocks=stream.blocks)


def _sheet_of_records(names: list[str]) -> str:
    for name in names:
        if name.casefold() == RECORDS.casefold():
            return name
    return next((name for name in names if name.casefold() not in _OURS), names[0])


def _hidden_sheet(path: Path, names: list[str]) -> About:
    if ABOUT not in names:
        return About()
    stream: SheetStream = read_xlsx_rows(path, ABOUT, tail_rows=0)
    with closing(stream):
        facts = dict(([*row, "", ""])[:2] for _, row in zip(range(20), stream, strict=False))
    return about_of({name: text.strip() for name, text in facts.items()}) if facts.get("format") == FORMAT else About()


def about_of(facts: dict[str, str]) -> About:
    return About(facts.get("set", ""), facts.get("version", ""), facts.get("period", ""), facts.get("state", ""))


def read_about(cell: str) -> About | None:
    """From the first cell of a template; None when it is not one."""
    words = cell.strip("\ufeff# ").split()
    if not words or words[0] != FORMAT:
        return None
    pairs = (word.partition("=") for word in words[1:])
    return about_of({name: value for name, _, value in pairs if name in _FACTS})
