"""Readers of providers' file formats. `detect` picks the one that recognises a file."""

from __future__ import annotations

from adme.ingest.problems import UnreadableFile
from databases_b.readers.base import Reader, SourceFile
from databases_b.readers.bundle import bundle
from databases_b.readers.package import Package
from databases_b.readers.tidy import TidyReader
from databases_b.readers.wb_bulk import BulkReader
from databases_b.readers.wb_databank import DataBankReader
from databases_b.readers.wb_single import SingleReader

__all__ = ["all_readers", "bundle", "detect", "get"]

# Order matters: the first that recognises a file gets it. Formats with marks of their own stand before general ones.
_READERS: tuple[Reader, ...] = (SingleReader(), DataBankReader(), BulkReader(), TidyReader())


def all_readers() -> tuple[Reader, ...]:
    return _READERS


def get(name: str) -> Reader:
    """The reader of that name; KeyError for an unknown one."""
    for reader in _READERS:
        if reader.name == name:
            return reader
    raise KeyError(name)


def detect(source: SourceFile) -> Reader:
    """The reader for a file, by its content; raise UnreadableFile with the reason when there is none."""
    package = Package(source)
    for reader in _READERS:
        if reader.recognises(source):
            return reader
    names = package.own_names()
    package.table(names[0])  # an encoding or damage problem is a better answer than "unknown"
    headings = next((row for row in package.head(names[0]) if any(row)), [])
    known = "; ".join(reader.title for reader in _READERS)
    raise UnreadableFile(
        "unknown_format",
        f"The layout of this file is not known. Known are: {known}. A tidy table needs the headings INDICATOR, "
        "REF_AREA, TIME_PERIOD and OBS_VALUE in its first row.",
        seen=", ".join(headings[:12]),
    )
