"""One view of what was sent, be it a CSV with companions beside it, a zip of CSV files, or a workbook: named tables.

Readers ask for the first rows of a table (cheap) and then for all of its rows (streamed, after the whole was checked).
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from zipfile import ZipInfo

from adme.common.archives import CSV_ZIP, check_zip, open_entry
from adme.common.files import HEAD, TextFormat, csv_rows, delimiter_of, guess_encoding, kind_of, sniff_text
from adme.common.refusals import FileRefused
from adme.common.spreadsheets import peek_texts, read_xlsx_rows, sheet_names
from adme.ingest.problems import UnreadableFile
from databases_b.readers.base import SourceFile

HEAD_ROWS = 12
TEXT_NAMES = (".csv", ".txt", ".tsv", ".tab")
_SUFFIXES = {"text": TEXT_NAMES, "xlsx": (".xlsx",), "zip": (".zip",)}
_HINTS = {
    ".xls": "This is an old Excel format. Save the sheet as XLSX or CSV.",
    ".xlsm": "Workbooks with macros are not taken. Save the sheet as XLSX without macros, or as CSV.",
    ".xlsb": "This is Excel's binary format. Save the sheet as XLSX or CSV.",
    ".ods": "OpenDocument files cannot be read. Save the sheet as XLSX or CSV.",
}
_IS_NAMED = {"text": "a text file", "xlsx": "an XLSX workbook", "zip": "a zip file"}


@dataclass(frozen=True, slots=True)
class Table:
    """One CSV file or one sheet, checked as a whole and ready to be streamed."""

    name: str
    encoding: str
    notes: tuple[str, ...]
    tail: list[list[str]]
    rows: Callable[[], Iterator[list[str]]]


class Package:
    """What was sent. `names` are its tables: the file itself, the members of the zip, or the sheets."""

    def __init__(self, source: SourceFile) -> None:
        self.source = source
        try:
            self.kind = kind_of(source.path)
            self._check_name()
            self._openers: dict[str, Callable[[], IO[bytes]]] = self._text_files()
            self.names = list(self._openers) if self.kind != "xlsx" else sheet_names(source.path)
        except FileRefused as refusal:
            raise unreadable(refusal) from refusal

    def _check_name(self) -> None:
        suffix = Path(self.source.name).suffix.lower()
        if suffix in _HINTS:
            raise FileRefused("unsupported_file", _HINTS[suffix], seen=suffix)
        if suffix and suffix not in _SUFFIXES[self.kind]:
            if not any(suffix in known for known in _SUFFIXES.values()):
                raise FileRefused("unsupported_file", "Send the data as CSV, XLSX, or CSV files in a zip.", seen=suffix)
            raise FileRefused(
                "wrong_extension",
                f"The name ends in {suffix} but the content is {_IS_NAMED[self.kind]}. Give it the right ending.",
                seen=suffix,
            )

    def _shown(self, name: str) -> str:
        """Which table a refusal is about; the name of the file itself need not be repeated to its sender."""
        return "" if name == self.source.name else name

    def _text_files(self) -> dict[str, Callable[[], IO[bytes]]]:
        path = self.source.path
        if self.kind == "zip":
            members = [info for info in check_zip(path, CSV_ZIP) if _is_text_name(info.filename)]
            if not members:
                raise FileRefused("no_table", "There is no CSV file in this zip.")
            bases = [_base_name(info.filename) for info in members]
            if len(set(bases)) < len(bases):
                raise FileRefused("zip_duplicate", "Two files in different folders of this zip have the same name.")
            return {base: _entry_opener(path, info) for base, info in zip(bases, members, strict=True)}
        files = {self.source.name: _file_opener(path)}
        if self.source.beside is not None:
            for other in sorted(self.source.beside.glob("*.csv")):
                files.setdefault(other.name, _file_opener(other))
        return files

    def own_names(self) -> list[str]:
        """Tables that can be the data: not the files that merely lie beside a CSV."""
        return [self.source.name] if self.kind == "text" else self.names

    def head(self, name: str) -> list[list[str]]:
        """The first rows of a text table, from its first bytes; of a sheet, the texts that open the workbook."""
        if self.kind == "xlsx":
            return [peek_texts(self.source.path).split("\n")]
        try:
            with self._openers[name]() as stream:
                raw = stream.read(HEAD)
        except FileRefused as refusal:
            raise unreadable(refusal, where=self._shown(name)) from refusal
        text = raw.decode(guess_encoding(raw), errors="replace")
        rows = csv.reader(text.splitlines(keepends=True), delimiter=delimiter_of(text))
        try:
            return [row for _, row in zip(range(HEAD_ROWS), rows, strict=False)]
        except csv.Error:
            return []

    def table(self, name: str) -> Table:
        """Check the table as a whole and give it for streaming; raise UnreadableFile."""
        if self.kind == "xlsx":
            return self._sheet(name)
        opener = self._openers[name]
        try:
            text = sniff_text(opener)
        except FileRefused as refusal:
            raise unreadable(refusal, where=self._shown(name)) from refusal
        return Table(
            name=name,
            encoding=text.encoding.replace("-sig", ""),
            notes=text.notes,
            tail=_rows_of(text.tail, text),
            rows=lambda: _guarded(csv_rows(opener(), text), self._shown(name)),
        )

    def _sheet(self, name: str) -> Table:
        path = self.source.path
        try:
            started = [read_xlsx_rows(path, name)]
        except FileRefused as refusal:
            raise unreadable(refusal) from refusal

        def rows() -> Iterator[list[str]]:
            # The child that told the last rows also gives the rest; only a second look starts another.
            return _guarded(started.pop() if started else read_xlsx_rows(path, name), name)

        return Table(name, "utf-8", (), started[0].tail, rows)


def _file_opener(path: Path) -> Callable[[], IO[bytes]]:
    return lambda: path.open("rb")


def _entry_opener(path: Path, info: ZipInfo) -> Callable[[], IO[bytes]]:
    return lambda: open_entry(path, info, CSV_ZIP)


def unreadable(refusal: FileRefused, where: str = "") -> UnreadableFile:
    hint = f"{where}: {refusal.hint}" if where else refusal.hint
    return UnreadableFile(refusal.code, hint, refusal.seen)


def _guarded(rows: Iterator[list[str]], name: str) -> Iterator[list[str]]:
    """The rows, with whatever breaks while reading turned into a sentence."""
    try:
        yield from rows
    except FileRefused as refusal:
        raise unreadable(refusal, where=name) from refusal


def _rows_of(text: str, text_format: TextFormat) -> list[list[str]]:
    try:
        return list(csv.reader(text.splitlines(keepends=True)[1:], delimiter=text_format.delimiter))
    except csv.Error:
        return []


def _base_name(member: str) -> str:
    return member.replace("\\", "/").rpartition("/")[2]


def _is_text_name(member: str) -> bool:
    base = _base_name(member)
    return base.lower().endswith(TEXT_NAMES) and not base.startswith(".") and not member.startswith("__MACOSX/")
