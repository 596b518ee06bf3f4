"""Zip files looked at before anything is inflated, and counted while it is. Workbooks (XLSX) are zip files too."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from adme.common.refusals import FileRefused

MEGABYTE = 1 << 20
_BUFFER = 1 << 16
OVERLAP = "Parts of this zip file overlap. It was not made by ordinary means."
_ARCHIVES = (".zip", ".7z", ".rar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".tar", ".xlsx", ".xlsm", ".jar")


@dataclass(frozen=True, slots=True)
class ZipLimits:
    """How much a zip may hold. Real World Bank bulk files inflate to 15 to 20 times their size.

    `nested`: other archives may lie inside, as the workbook of a chart does in a document; they are never opened.
    """

    entries: int = 200
    inflated: int = 1024 * MEGABYTE
    ratio: int = 100
    nested: bool = False


CSV_ZIP = ZipLimits()
WORKBOOK = ZipLimits(inflated=200 * MEGABYTE)


def zip_entries(path: Path) -> list[zipfile.ZipInfo]:
    """The central directory, after a look that it is small enough to read; raise FileRefused for a damaged zip."""
    _check_directory_size(path)
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error, UnicodeDecodeError) as error:
        if "verlap" in str(error):
            raise FileRefused("zip_overlap", OVERLAP) from error
        raise _truncated() from error


def _truncated() -> FileRefused:
    return FileRefused("truncated_zip", "The zip file is damaged or incomplete. Download or save it again.")


def _check_directory_size(path: Path) -> None:
    """A directory may claim millions of entries and fill the memory: look at its stated size before reading it."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        stream.seek(max(0, size - 65_557))
        end = stream.read()
    at = end.rfind(b"PK\x05\x06")
    if at < 0 or len(end) - at < 22:
        raise _truncated()
    if end[max(0, at - 20) : at].startswith(b"PK\x06\x07"):
        # A zip64 record has its own counts, which the fields read below do not tell. No file taken here needs one.
        raise FileRefused("zip64", "This zip uses the zip64 form for very large archives. Save it as an ordinary zip.")
    entries, directory = struct.unpack("<H", end[at + 10 : at + 12])[0], struct.unpack("<L", end[at + 12 : at + 16])[0]
    if directory > 4 * MEGABYTE or entries == 0xFFFF:
        raise FileRefused("zip_too_many", "The zip file holds too many parts.", seen=str(entries))


def check_zip(path: Path, limits: ZipLimits) -> list[zipfile.ZipInfo]:
    """Refuse, from the central directory alone, what must not be inflated; give the entries that are files."""
    entries = [info for info in zip_entries(path) if not info.is_dir()]
    if not entries:
        raise FileRefused("empty_zip", "The zip file is empty.")
    if len(entries) > limits.entries:
        raise FileRefused(
            "zip_too_many", f"The zip file holds more than {limits.entries} parts.", seen=str(len(entries))
        )
    inflated = sum(info.file_size for info in entries)
    if inflated > limits.inflated:
        raise FileRefused(
            "zip_too_large",
            f"Unpacked, this file would take more than {limits.inflated // MEGABYTE} MB.",
            seen=f"{inflated // MEGABYTE} MB",
        )
    packed = max(path.stat().st_size, 1)
    if inflated > MEGABYTE and inflated / packed > limits.ratio:
        raise FileRefused(
            "zip_bomb",
            f"Unpacked, this file would be {inflated // packed} times its size, which no ordinary data file is.",
            seen=f"{inflated} bytes in {packed}",
        )
    _check_entries(path, entries, limits)
    return entries


def _check_entries(path: Path, entries: list[zipfile.ZipInfo], limits: ZipLimits) -> None:
    names: set[str] = set()
    end = 0
    for info in sorted(entries, key=lambda entry: entry.header_offset):
        if info.flag_bits & 0x1:
            raise FileRefused("password_protected", "The zip file is protected by a password.", seen=info.filename)
        if info.filename.lower().endswith(_ARCHIVES) and not limits.nested:
            raise FileRefused("nested_zip", "The zip file holds another archive. Unpack it first.", seen=info.filename)
        if info.filename in names:
            raise FileRefused("zip_duplicate", "The zip file holds two parts of the same name.", seen=info.filename)
        if info.header_offset < end:
            raise FileRefused("zip_overlap", OVERLAP)
        names.add(info.filename)
        end = info.header_offset + 30 + info.compress_size
    if end > path.stat().st_size:
        raise _truncated()
    if min(info.header_offset for info in entries) != 0:
        raise FileRefused("zip_prefix", "Something stands before the zip data: this file is two kinds of file at once.")


class CountedEntry(io.RawIOBase):
    """An entry of a zip while it is inflated; stops a liar about its size, and names damage in a sentence."""

    def __init__(self, path: Path, info: zipfile.ZipInfo, limits: ZipLimits) -> None:
        self._archive = zipfile.ZipFile(path)
        try:
            self._stream = self._archive.open(info)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
            self._archive.close()
            raise _truncated() from error
        self._left = limits.inflated

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            data = self._stream.read(len(buffer))
        except (zipfile.BadZipFile, EOFError, OSError, zlib.error) as error:
            raise _truncated() from error
        self._left -= len(data)
        if self._left < 0:
            raise FileRefused("zip_too_large", "Unpacked, this file is larger than it says.")
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
            self._archive.close()
        super().close()


def open_entry(path: Path, info: zipfile.ZipInfo, limits: ZipLimits) -> IO[bytes]:
    stream = io.BufferedReader(CountedEntry(path, info, limits), buffer_size=_BUFFER)
    if stream.peek(4)[:4] == b"PK\x03\x04":
        stream.close()
        raise FileRefused("nested_zip", "The zip file holds another archive. Unpack it first.", seen=info.filename)
    return stream
