"""What a file of unknown origin really is, found out before anything parses it: kind, encoding, delimiter.

Everything here refuses with a sentence (FileRefused) and reads in constant memory. The encoding is decided over the
whole file among UTF-8, UTF-16 and Windows-1252 only: a guess among more encodings stores wrong letters sooner or later.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from adme.common.archives import zip_entries
from adme.common.refusals import FileRefused

CHUNK = 1 << 20
HEAD = 1 << 16
TAIL = 1 << 13
DELIMITERS = ",;\t"
_CP1252_UNDEFINED = bytes((0x81, 0x8D, 0x8F, 0x90, 0x9D))

LONGEST_LINE = 4_000_000


@dataclass(frozen=True, slots=True)
class TextFormat:
    """How to read a delimited text: what `sniff_text` found over the whole of it."""

    encoding: str
    delimiter: str
    head: str
    tail: str  # last lines, where some providers put the date of the release
    notes: tuple[str, ...] = field(default=())


def kind_of(path: Path) -> str:
    """'text', 'xlsx' or 'zip', by content; raise FileRefused for everything else."""
    size = path.stat().st_size
    if size == 0:
        raise FileRefused("empty_file", "The file is empty.")
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(path)
    _refuse_known(head)
    return "text"


def _zip_kind(path: Path) -> str:
    names = {info.filename for info in zip_entries(path)}
    if "[Content_Types].xml" in names or any(name.startswith("xl/") for name in names):
        return "xlsx"
    if "mimetype" in names and "content.xml" in names:
        raise FileRefused("unsupported_workbook", "OpenDocument files cannot be read. Save the sheet as XLSX or CSV.")
    return "zip"


def _refuse_known(head: bytes) -> None:
    """Refuse, by name, what people send instead of a data file."""
    if head.startswith(b"PK"):
        raise FileRefused("truncated_zip", "The zip file is empty or damaged. Download or save it again.")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        # A password-protected .xlsx is an old-style container around the encrypted workbook.
        if "EncryptedPackage".encode("utf-16-le") in head:
            raise FileRefused("password_protected", "The workbook is protected by a password. Save it without one.")
        raise FileRefused("old_excel", "This is an old Excel workbook (.xls). Save it as XLSX or CSV.")
    if head.startswith(b"\x1f\x8b"):
        raise FileRefused("gzip", "This is a gzip file. Unpack it and send the CSV, or pack it as zip.")
    if head.startswith(b"%PDF"):
        raise FileRefused("pdf", "This is a PDF. Send the data as CSV or XLSX.")
    if head.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        raise FileRefused("wrong_encoding", "The text is UTF-32. Save it as CSV UTF-8.")
    opening = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if not opening:
        raise FileRefused("empty_file", "The file holds nothing but blanks.")
    if opening.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<script")) or b"<html" in opening[:2000]:
        raise FileRefused(
            "html_file",
            "This is a web page, not a data file: often an error page or a login page saved under the file's name. "
            "Open the link in a browser and download the data again.",
        )
    if opening.startswith(b"<"):
        raise FileRefused("xml_file", "This is an XML file. Send the data as CSV or XLSX.")
    if opening.startswith((b"{", b"[{", b"[[", b"[\n", b"[\r\n")):
        raise FileRefused("json_file", "This is a JSON file. Send the data as CSV or XLSX.")


# --- text -----------------------------------------------------------------------------------------------------------


def sniff_text(open_binary: Callable[[], IO[bytes]]) -> TextFormat:
    """Find the encoding over the whole text, the delimiter over its beginning."""
    with open_binary() as stream:
        head = stream.read(HEAD)
    if not head.strip(b"\x00\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise FileRefused("empty_file", "The file holds nothing but blanks.")
    notes: tuple[str, ...] = ()
    encoding = _utf16(head) or "utf-8-sig"
    tail = _decodes(open_binary, encoding)
    if tail is None and encoding == "utf-8-sig":
        encoding = "cp1252"
        tail = _plausible_cp1252(open_binary)
        notes = (
            "The file is not UTF-8; it was read as Windows-1252 (Western European Excel). "
            "Check names with accents in the preview.",
        )
    if tail is None:
        raise FileRefused(
            "wrong_encoding",
            "The letters of this file can be read neither as UTF-8, UTF-16 nor Windows-1252, or some are damaged. "
            "Open it where it was made and save it as 'CSV UTF-8'.",
        )
    text = codecs.getincrementaldecoder(encoding)(errors="strict").decode(head)
    return TextFormat(encoding, delimiter_of(text), text, tail, notes)


def _utf16(head: bytes) -> str | None:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\x00" not in head:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > 0.4 * len(head) / 2 and even < 0.01 * len(head):
        return "utf-16-le"
    if even > 0.4 * len(head) / 2 and odd < 0.01 * len(head):
        return "utf-16-be"
    raise FileRefused("binary_file", "This is not a text file. Send the data as CSV or XLSX.")


def _decodes(open_binary: Callable[[], IO[bytes]], encoding: str) -> str | None:
    """The last part of the text when all of it can be decoded, else None."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    tail = ""
    with open_binary() as stream:
        try:
            while chunk := stream.read(CHUNK):
                text = decoder.decode(chunk)
                if "\x00" in text:
                    raise FileRefused("binary_file", "This is not a text file: it holds NUL characters.")
                tail = (tail + text)[-TAIL:]
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return None
    return tail


def _plausible_cp1252(open_binary: Callable[[], IO[bytes]]) -> str | None:
    """In Western European text letters beyond ASCII stand alone; in Thai, Chinese, Japanese or Korean code pages, and
    in damaged UTF-8, they stand in runs. The share of runs tells them apart."""
    alone = together = 0
    tail = b""
    with open_binary() as stream:
        while chunk := stream.read(CHUNK):
            if any(byte in chunk for byte in _CP1252_UNDEFINED):
                return None
            for run in chunk.translate(_SPACED).split():
                if len(run) == 1:
                    alone += 1
                else:
                    together += len(run)
            tail = (tail + chunk)[-TAIL:]
    if together > 0.1 * (alone + together):
        return None
    return tail.decode("cp1252")


# Every ASCII byte becomes a space, so that split() gives the runs of other bytes.
_SPACED = bytes(32 if byte < 128 else byte for byte in range(256))


def delimiter_of(text: str) -> str:
    """The delimiter that cuts most of the first lines into the same number of parts; a comma when none does."""
    lines = text.splitlines(keepends=True)[:40]
    if len(text) >= HEAD // 2 and len(lines) > 1:
        lines = lines[:-1]  # the last one may be cut

    def score(delimiter: str) -> int:
        try:
            widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if len(row) > 1)
        except csv.Error:
            return 0
        return max((count * (width - 1) for width, count in widths.items()), default=0)

    best = max(DELIMITERS, key=score)
    return best if score(best) else ","


def _bounded_lines(text: IO[str]) -> Iterator[str]:
    """Lines, but never one that fills the memory: the widest real table has some thousand columns."""
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE and not line.endswith(("\n", "\r")):
            raise FileRefused(
                "line_too_long",
                f"A line has more than {LONGEST_LINE:,} characters. Check that the file has line breaks.",
                seen=line[:60],
            )
        yield line


def csv_rows(stream: IO[bytes], text_format: TextFormat) -> Iterator[list[str]]:
    """Rows of a delimited text, blank lines as [], as a spreadsheet counts them; closes the stream."""
    with io.TextIOWrapper(stream, encoding=text_format.encoding, newline="") as text:
        reader = csv.reader(_bounded_lines(text), delimiter=text_format.delimiter)
        try:
            yield from reader
        except csv.Error as error:
            raise FileRefused(
                "broken_csv",
                f"The text cannot be read as CSV near line {reader.line_num}: a quotation mark is probably opened and "
                "never closed there or above.",
                seen=str(error),
            ) from error


def guess_encoding(head: bytes) -> str:
    """A first guess from the first bytes, good enough to look at headings; `sniff_text` decides."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\x00" in head[:200]:
        return "utf-16-le" if head[1:2] == b"\x00" else "utf-16-be"
    return "utf-8-sig"
