"""Finds the stamp in a file that somebody brings back: PDF, Office document, zip, CSV, JSON or pasted text.

Nothing is parsed, run or believed: bytes are searched, and what must be inflated is inflated within bounds.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from adme.common.archives import MEGABYTE, ZipLimits, check_zip
from adme.common.refusals import FileRefused

from .errors import FileNotRead
from .known_files import KnownFile, find
from .stamps import MARK, ParsedStamp, read_stamp

MOST_BYTES = 30 * MEGABYTE
LIMITS = ZipLimits(entries=5000, inflated=300 * MEGABYTE, nested=True)
PER_PART, IN_ALL = 4 * MEGABYTE, 60 * MEGABYTE
NO_STAMP = (
    "This file carries no stamp of ADME. Either it was not made by ADME, or a program that saved it again left the "
    "stamp out. Paste the stamp line from its notes page, or open the short link that is printed in it."
)
_FIRST = ("docprops/core.xml", "docprops/app.xml", "docprops/custom.xml")
_TEXTS = (".xml", ".csv", ".json", ".txt", ".md", ".rels")
_HEX = [MARK.encode(form).hex().encode() for form in ("utf-8", "utf-16-be")]
_HEX_STRING = re.compile(rb"[0-9a-fA-F\s]+")


@dataclass(frozen=True, slots=True)
class Recognised:
    """What was found. `is_unaltered`: the bytes are those that ADME made; None where ADME no longer knows the file."""

    stamp: ParsedStamp
    known: KnownFile | None
    is_unaltered: bool | None


def recognise_text(text: str) -> Recognised:
    """A pasted stamp line. Raise FileNotRead where there is none."""
    stamp = read_stamp(text[:100_000])
    if stamp is None:
        raise FileNotRead(f"This is no stamp of ADME: it begins with {MARK} and ends with the id of the file.", "text")
    return Recognised(stamp, find(stamp.file) if stamp.file else None, None)


def recognise_file(path: Path) -> Recognised:
    """Raise FileNotRead with a sentence for a file that is empty, too large, damaged, or none of ours."""
    size = path.stat().st_size
    if size == 0:
        raise FileNotRead("The file is empty.", "file")
    if size > MOST_BYTES:
        raise FileNotRead(f"The file is larger than {MOST_BYTES // MEGABYTE} MB, the most that is read here.", "file")
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    stamp = _stamp_in(path, data)
    if stamp is None:
        raise FileNotRead(NO_STAMP, "file")
    known = find(stamp.file, digest)
    return Recognised(stamp, known, known.sha256 == digest if known and known.sha256 else None)


def _stamp_in(path: Path, data: bytes) -> ParsedStamp | None:
    if data.startswith(b"PK\x03\x04"):
        try:
            return _in_zip(path)
        except FileRefused as error:
            raise FileNotRead(str(error), "file") from error
    found = read_stamp(data)
    if found is None and data[:1024].lstrip().startswith(b"%PDF"):
        found = _in_hex(data) or _in_streams(data)
    return found


def _in_zip(path: Path) -> ParsedStamp | None:
    """Properties of a document first, then other texts, within bounds; what lies in an inner archive is not opened."""
    entries = [one for one in check_zip(path, LIMITS) if one.filename.lower().endswith(_TEXTS)]
    entries.sort(key=lambda one: (one.filename.lower() not in _FIRST, "readme" not in one.filename.lower()))
    left = IN_ALL
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in entries:
                with archive.open(entry) as stream:
                    part = stream.read(min(PER_PART, left))
                if found := read_stamp(part):
                    return found
                left -= len(part)
                if left <= 0:
                    return None
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise FileNotRead("The file is damaged or incomplete. Download it again.", "file") from error
    return None


def _in_hex(data: bytes) -> ParsedStamp | None:
    """PDF may write a string as hexadecimal digits."""
    lower = data.lower()
    for mark, form in zip(_HEX, ("utf-8", "utf-16-be"), strict=True):
        at = lower.find(mark)
        if at >= 0:
            digits = _HEX_STRING.match(data[at : at + 3000])
            plain = b"".join(digits[0].split()) if digits else b""
            text = bytes.fromhex(plain[: len(plain) // 4 * 4].decode("ascii")).decode(form, errors="ignore")
            if found := read_stamp(text):
                return found
    return None


def _in_streams(data: bytes) -> ParsedStamp | None:
    """Compressed streams of a PDF that another program saved, each and all within bounds."""
    left = IN_ALL
    for match in re.finditer(rb"stream\r?\n", data):
        if data[match.end() : match.end() + 1] != b"\x78":  # a zlib header
            continue
        try:
            part = zlib.decompressobj().decompress(data[match.end() :][: 8 * MEGABYTE], min(PER_PART, left))
        except zlib.error:
            continue
        if found := read_stamp(part) or _in_hex(part):
            return found
        left -= len(part)
        if left <= 0:
            return None
    return None
