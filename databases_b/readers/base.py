"""What every reader of a provider's format gives: facts about the file, and its cells as a stream of tidy rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple, Protocol

from adme.ingest.problems import Report


class Cell(NamedTuple):
    """One observation as the file has it, all text. Readers may yield plain tuples in this order: at a million
    rows the difference counts. Blank cells of wide layouts are not yielded; they are counted."""

    row: int  # line in the file, as a spreadsheet counts
    column: str  # heading of the column that holds the value
    indicator: str  # provider's code
    area: str  # code or name, as seen
    period: str  # '2023', '2023-Q1'; already without decoration such as '2023 [YR2023]'
    dimensions: str  # canonical 'AGE=Y15T24;SEX=F', or ''
    value: str  # raw text; '' where the status says why there is none
    obs_status: str  # one letter, or '' for normal
    note: str  # footnote, or ''


@dataclass(slots=True)
class IndicatorFacts:
    """Metadata that the file or its companions carry for one indicator; blank where they are silent."""

    code: str
    title: str = ""
    topic: str = ""
    definition: str = ""
    unit: str = ""
    source: str = ""
    method: str = ""
    coverage: str = ""
    limitations: str = ""
    frequency: str = ""
    aggregation_method: str = ""
    licence: str = ""
    citation: str = ""
    link: str = ""
    release_date: date | None = None
    dataset: str = (
        ""  # dataset code, where a file holds indicators of several; then `code` is 'WB_ESG:...' like the cells
    )


@dataclass(slots=True)
class FileFacts:
    """Known before the cells are read, except `blank_cells`, which counts while they are; names in rows that the
    companions do not hold are added to `indicators` and `area_names` on the way."""

    format: str
    dataset: str = ""  # dataset code when the file tells it, such as 'WB_WDI'
    dataset_title: str = ""
    release_date: date | None = None
    indicators: dict[str, IndicatorFacts] = field(default_factory=dict)
    area_names: dict[str, str] = field(default_factory=dict)  # area code -> name as the file has it
    # Headings of the columns that name area and indicator, for problems that are found later; '' where none does.
    area_column: str = ""
    indicator_column: str = ""
    encoding: str = "utf-8"
    blank_cells: int = 0
    notes: list[str] = field(default_factory=list)
    series_notes: dict[tuple[str, str], str] = field(default_factory=dict)  # (area, indicator) -> note on all years
    period_notes: dict[tuple[str, str], str] = field(default_factory=dict)  # (indicator, period) -> note on all areas


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read. `name` is the name that the user gave it; `path` is where the bytes are.

    `beside` is the folder in which companion files may be looked for, by name. Uploads have none: what lies beside
    them in the store belongs to others. A command packs a file and its companions into one zip first (`bundle`).
    """

    path: Path
    name: str
    beside: Path | None = None


class Reader(Protocol):
    name: str  # 'wb_bulk'
    title: str  # 'World Bank bulk CSV'

    def recognises(self, source: SourceFile) -> bool:
        """Cheap look at the first bytes. Never raises."""
        ...

    def open(self, source: SourceFile, report: Report) -> tuple[FileFacts, Iterator[Cell]]:
        """Raise UnreadableFile when nothing can be read; put row-level problems into the report while iterating."""
        ...
