"""Helpers: read a text or a file through a reader and give facts, cells and problems."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from adme.ingest.problems import Issue, Report, UnreadableFile
from databases_b import readers
from databases_b.readers.base import Cell, FileFacts, SourceFile


@dataclass
class Read:
    reader: str
    facts: FileFacts
    cells: list[Cell]
    report: Report

    @property
    def issues(self) -> list[Issue]:
        return self.report.issues

    def value(self, indicator: str, area: str, period: str) -> str:
        (found,) = [c.value for c in self.cells if (c.indicator, c.area, c.period) == (indicator, area, period)]
        return found


def read_file(path: Path, *, beside: bool = False, name: str | None = None, with_reader: str | None = None) -> Read:
    source = SourceFile(path=path, name=name or path.name, beside=path.parent if beside else None)
    reader = readers.get(with_reader) if with_reader else readers.detect(source)
    report = Report()
    facts, cells = reader.open(source, report)
    return Read(reader.name, facts, [Cell(*cell) for cell in cells], report)


def written(folder: Path, content: str | bytes, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def zipped(folder: Path, parts: Mapping[str, str | bytes], name: str = "file.zip") -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return path


def read_text(folder: Path, content: str | bytes, name: str = "file.csv") -> Read:
    return read_file(written(folder, content, name))


def refusal(folder: Path, content: str | bytes, name: str = "file.csv") -> Issue:
    with pytest.raises(UnreadableFile) as caught:
        read_text(folder, content, name)
    assert caught.value.issue.hint.endswith(".")
    return caught.value.issue
