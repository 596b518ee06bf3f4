"""Canonical rows: CSV with `_row` and the columns of the layout, UTF-8, one way to write each, so that equal rows have
equal checksums."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import IO, Any, BinaryIO, TextIO

from ..layout import Layout

ROW = "_row"
_CHUNK = 1 << 20
_LINES = 200


class _Hashing(io.RawIOBase):
    """Passes bytes on (to nowhere when there is no target) and hashes them."""

    def __init__(self, target: BinaryIO | None) -> None:
        self._target, self.hash = target, hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        plain = bytes(data)
        self.hash.update(plain)
        if self._target is not None:
            self._target.write(plain)
        return len(plain)


def write_lines(rows: Iterable[Sequence[Any]], target: TextIO) -> None:
    """What csv.writer writes; rows without anything to quote, which are most, are joined many at a time."""
    writer, rows = csv.writer(target, lineterminator="\n"), iter(rows)
    while some := list(islice(rows, _LINES)):
        lines = "\n".join([",".join([str(row[0]), *row[1:]]) for row in some]) + "\n"
        commas = sum(map(len, some)) - len(some)
        if lines.count(",") == commas and lines.count("\n") == len(some) and '"' not in lines and "\r" not in lines:
            target.write(lines)
        else:
            writer.writerows(some)


def write_rows(rows: Iterable[Sequence[Any]], layout: Layout, target: BinaryIO | None) -> str:
    """Writes the heading and the rows (number first) and returns the SHA-256 of all of it. The target stays open."""
    hashing = _Hashing(target)
    buffered = io.BufferedWriter(hashing, _CHUNK)
    text = io.TextIOWrapper(buffered, encoding="utf-8", newline="")
    csv.writer(text, lineterminator="\n").writerow([ROW, *(one.name for one in layout.columns)])
    write_lines(rows, text)
    text.flush()
    text.detach()
    buffered.flush()
    buffered.detach()
    return hashing.hash.hexdigest()


def copy_rows(rows: IO[bytes], layout: Layout, target: BinaryIO | None) -> str:
    """As `write_rows`, for rows that stand in a file already as csv.writer writes them. Both stay open."""
    hashing = _Hashing(target)
    heading = io.StringIO()
    csv.writer(heading, lineterminator="\n").writerow([ROW, *(one.name for one in layout.columns)])
    hashing.write(heading.getvalue().encode())
    while chunk := rows.read(_CHUNK):
        hashing.write(chunk)
    return hashing.hash.hexdigest()


def read_canonical(stream: IO[bytes]) -> Iterator[list[str]]:
    """The rows that `write_rows` wrote, number first, without the heading. Closes the stream at the end."""
    with io.TextIOWrapper(stream, encoding="utf-8", newline="") as text:
        rows = csv.reader(text)
        next(rows, None)
        yield from rows
