"""What a download holds, whatever its format: tables with typed columns, and what a reader needs to cite them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Column:
    """`name` heads the column in files (an SDMX concept where there is one); `title` explains it in words."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Document:
    """Shapes: `rows` are tuples in the order of `columns`; `metadata` and `notes` are pairs (heading, text)."""

    title: str
    file_stem: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    source: str
    licence: str
    extracted_at: datetime
    data_version: int
    address: str = ""
    filters: Sequence[tuple[str, str]] = ()
    metadata: Sequence[tuple[str, str]] = field(default=())
    notes: Sequence[tuple[str, str]] = field(default=())
    is_demonstration: bool = False

    @property
    def citation(self) -> str:
        day = f"{self.extracted_at.day} {self.extracted_at:%b %Y}"
        where = f", {self.address}" if self.address else ""
        return (
            f"ASEAN Secretariat ({self.extracted_at.year}). ADME: {self.title}, "
            f"as of {day}, data version {self.data_version}{where}. Source: {self.source}."
        )

    def heading(self) -> list[tuple[str, str]]:
        """What every file says about itself, before the figures or on a sheet of its own."""
        lines = [
            ("Title", self.title),
            ("Filters", "; ".join(f"{name}: {value}" for name, value in self.filters) or "none"),
            ("Source", self.source),
            ("Licence", self.licence),
            ("Extracted at (UTC)", f"{self.extracted_at:%Y-%m-%d %H:%M:%S}"),
            ("Data version", str(self.data_version)),
            ("Citation", self.citation),
        ]
        if self.is_demonstration:
            lines.insert(1, ("Demonstration", "Some values here are made up for demonstration. Do not cite them."))
        return lines
