"""XLSX in: pre-checked from the zip directory, then read by a child process under limits, streamed back as text.

The child is a fresh interpreter (not a fork), so this is safe in threads and in Celery workers. See
`spreadsheet_child` for why it must be another process.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, NoReturn
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException

import adme
from adme.common.archives import WORKBOOK, check_zip
from adme.common.files import kind_of
from adme.common.refusals import FileRefused
from adme.common.spreadsheet_child import CELL_END, COLUMN_END, IN_COLUMNS, REFUSED, sheet_parts

_PEEK = 1 << 21
_PIPE = 1 << 20
TAIL_ROWS = 12
_TEXTS = re.compile(r"<(?:\w+:)?t(?:\s[^>]*)?>([^<]*)</")
_DAMAGED = "The workbook is damaged. Open it in Excel and save it again."


def read_xlsx_rows(path: Path, sheet: str | None = None, *, tail_rows: int = TAIL_ROWS) -> SheetStream:
    """Rows of one sheet (the first when none is named) as text: 2000.0 is '2000', a date '2020-01-31', an error cell
    '#DIV/0!', a blank ''. Row n is row n of the spreadsheet. Raises FileRefused at once, or while iterating."""
    check_workbook(path)
    return SheetStream(path, sheet or "", tail_rows)


def sheet_names(path: Path) -> list[str]:
    check_workbook(path)
    try:
        return list(sheet_parts(str(path)))
    except (KeyError, ParseError, DefusedXmlException, zipfile.BadZipFile, zlib.error, OSError) as error:
        raise FileRefused("broken_workbook", _DAMAGED, seen=str(error)[:200]) from error


def check_workbook(path: Path) -> None:
    """Refuse, from the zip directory alone, what is not a plain workbook of data."""
    if kind_of(path) != "xlsx":
        raise FileRefused("not_a_workbook", "This is not an XLSX workbook, whatever its name says.")
    names = {info.filename for info in check_zip(path, WORKBOOK)}
    if any(name.lower().endswith("vbaproject.bin") or "/macrosheets/" in name.lower() for name in names):
        raise FileRefused("macros", "The workbook holds macros. Save it as XLSX without macros, or as CSV.")
    if any(name.startswith("xl/externalLinks/") for name in names):
        raise FileRefused(
            "external_links",
            "The workbook takes figures from other workbooks by links. Replace the links by their values and save it.",
        )
    if "xl/workbook.bin" in names:
        raise FileRefused("unsupported_workbook", "This is Excel's binary format. Save the sheet as XLSX or CSV.")
    if "xl/workbook.xml" not in names:
        raise FileRefused("broken_workbook", _DAMAGED)


def peek_texts(path: Path) -> str:
    """The first texts of a workbook, without reading it: enough to see which headings it opens with."""
    with zipfile.ZipFile(path) as archive:
        found = [n for n in archive.namelist() if n == "xl/sharedStrings.xml"] + sorted(
            name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")
        )
        raw = b""
        for name in found[:2]:
            with archive.open(name) as stream:
                raw += stream.read(_PEEK)
    return "\n".join(_TEXTS.findall(raw.decode("utf-8", "replace")))


class SheetStream(Iterator[list[str]]):
    """The rows of one sheet from a running child. `tail` holds the last rows before the first was taken."""

    def __init__(self, path: Path, sheet: str, tail_rows: int) -> None:
        self._child = subprocess.Popen(  # noqa: S603 - our own module under our own interpreter
            [sys.executable, "-m", "adme.common.spreadsheet_child", str(path), sheet, str(tail_rows)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(),
        )
        assert self._child.stdout is not None  # noqa: S101 - asked for above
        assert self._child.stderr is not None  # noqa: S101
        self._errors = self._child.stderr  # a refusal is short and fits the pipe
        self._output = self._child.stdout
        _widen(self._output)
        opening = self._output.readline()
        if not opening:
            self._finish()
        facts = json.loads(opening)
        self.names: list[str] = facts["names"]
        self.height: int = facts["height"]
        self.tail: list[list[str]] = facts["tail"]
        self._left = self.height
        self._rows: Iterator[list[str]] = iter(())  # of the block that is being taken

    def __next__(self) -> list[str]:
        for row in self:
            return row
        raise StopIteration

    def __iter__(self) -> Iterator[list[str]]:
        """All rows that are left, faster than one by one."""
        yield from self._rows
        while columns := self._next_columns():
            self._rows = map(list, zip(*columns, strict=True))
            yield from self._rows

    def blocks(self) -> Iterator[list[Sequence[str]]]:
        """All rows that are left, some at a time, as their columns: what costs least."""
        rest = list(self._rows)
        if rest:
            yield list(zip(*rest, strict=True))
        while columns := self._next_columns():
            yield columns

    def _next_columns(self) -> list[Sequence[str]]:
        """The columns of the next block; none at the end."""
        if self._left == 0:
            self.close()
            return []
        facts = self._output.readline().decode()
        if not facts.endswith("\n"):
            self._finish()
        form, rows, size = facts.split()
        content = self._output.read(int(size))
        if len(content) < int(size):
            self._finish()
        self._left -= int(rows)
        if form == IN_COLUMNS:
            return [column.split(CELL_END) for column in content.decode().split(COLUMN_END)]
        return list(zip(*json.loads(content), strict=True))

    def _finish(self) -> NoReturn:
        """The child ended before all was sent: say why."""
        message = self._errors.read(20_000).decode("utf-8", "replace")
        code = self._child.wait()
        self.close()
        if code == REFUSED:
            answer = json.loads(message)
            raise FileRefused(answer["code"], answer["hint"], seen=answer.get("seen", ""))
        if code < 0 or "memory" in message.lower():
            raise FileRefused(
                "sheet_too_large",
                "The workbook needs too much memory or time to read. Save the sheet as CSV and send that.",
            )
        raise FileRefused("broken_workbook", _DAMAGED, seen=message.strip().rpartition("\n")[2][:200])

    def close(self) -> None:
        if self._child.poll() is None:
            self._child.kill()
            self._child.wait()
        self._output.close()
        self._errors.close()
        self._left = 0

    def __del__(self) -> None:
        if hasattr(self, "_output") and not self._output.closed:
            self.close()


def _widen(pipe: IO[bytes]) -> None:
    """Room for many blocks, so that the child is not kept waiting; where the system grants none, it works all the
    same."""
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)


def _environment() -> dict[str, str]:
    """Only what the interpreter needs: the child parses files of strangers and must not hold our secrets."""
    root = str(Path(adme.__file__).parent.parent)
    return {"PYTHONPATH": root, "PATH": os.environ.get("PATH", ""), "PYTHONDONTWRITEBYTECODE": "1"}
