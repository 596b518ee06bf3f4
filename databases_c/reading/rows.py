"""Canonical rows: CSV with `_row` and the columns of the layout, UTF-8, one way to write each, so that equal rows have
equal checksums."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any, BinaryIO

from ..layout import Layout

ROW = "_row"
_CHUNK = 1 << 20


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


def write_rows(rows: Iterable[Sequence[Any]], layout: Layout, target: BinaryIO | None) -> str:
    """Writes the heading and the rows (number first) and returns the SHA-256 of all of it. The target stays open."""
    hashing = _Hashing(target)
    buffered = io.BufferedWriter(hashing, _CHUNK)
    text = io.TextIOWrapper(buffered, encoding="utf-8", newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([ROW, *(one.name for one in layout.columns)])
    writer.writerows(rows)
    text.flush()
    text.detach()
    buffered.flush()
    buffered.detach()
    return hashing.hash.hexdigest()


def read_canonical(stream: IO[bytes]) -> Iterator[list[str]]:
    """The rows that `write_rows` wrote, number first, without the heading. Closes the stream at the end."""
    with io.TextIOWrapper(stream, encoding="utf-8", newline="") as text:
        rows = csv.reader(text)
        next(rows, None)
        yield from rows
