"""CSV: UTF-8 with byte order mark so that Excel reads it, '#' lines on top that say what it is, then tidy rows."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from adme.common.csv_safety import csv_cell, plain_text

from .documents import Document

ROWS_PER_CHUNK = 2000


def csv_chunks(document: Document) -> Iterator[bytes]:
    """The file in pieces, so that a long one streams. `#` lines: read with comment='#' in pandas and R."""
    head = StringIO()
    for name, value in document.heading():
        head.write(f"# {name}: {' '.join(plain_text(value).split())}\r\n")
    yield b"\xef\xbb\xbf" + head.getvalue().encode()
    buffer = StringIO()
    writer = csv.writer(buffer)
    writer.writerow([column.name for column in document.columns])
    for number, row in enumerate(document.rows, start=1):
        writer.writerow([csv_cell(value) for value in row])
        if number % ROWS_PER_CHUNK == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()
