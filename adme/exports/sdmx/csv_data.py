"""SDMX-CSV 1.0 and 2.0: one row for each observation, in pieces, so that a long answer streams.

Sources: SDMX-CSV field guides 1.0 and 2.0.0 (sdmx-twg/sdmx-csv). Free text that a spreadsheet would run as a formula
gets a leading apostrophe (adme.common.csv_safety); codes, periods and numbers cannot begin a formula but for a minus.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from io import StringIO

from adme.common.csv_safety import csv_text

from .data import DataSet, Series, Value, number, text_of
from .structures import OBS_VALUE, TIME_PERIOD, Attachment, Component

ROWS_PER_CHUNK = 2000
MOST_KEPT = 10_000


class Labels(StrEnum):
    ID = "id"  # codes
    NAME = "name"  # codes, and a column with the name after each; 2.0 only
    BOTH = "both"  # 'IDN: Indonesia'


class Keys(StrEnum):
    """Columns of 2.0 that hold the whole key."""

    NONE = "none"
    OBS = "obs"
    SERIES = "series"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Options:
    version: int = 2
    labels: Labels = Labels.ID
    keys: Keys = Keys.NONE


def csv_chunks(data: DataSet, options: Options | None = None) -> Iterator[bytes]:
    """The file in pieces of some thousand rows, UTF-8 without a byte order mark."""
    rows = _Rows(data, options or Options())
    waiting = [rows.header()]
    for series in data.series:
        waiting += rows.of(series)
        if len(waiting) >= ROWS_PER_CHUNK:
            yield "".join(waiting).encode()
            waiting = []
    yield "".join(waiting).encode()


class _Quoted:
    """Cells as a piece of a line: `,a,"b, c"`. What repeats from row to row is quoted once."""

    def __init__(self) -> None:
        self._buffer = StringIO()
        self._writer = csv.writer(self._buffer, lineterminator="")

    def __call__(self, cells: Sequence[str]) -> str:
        self._buffer.seek(0)
        self._buffer.truncate()
        self._writer.writerow(["", *cells, ""])  # empty ends, since csv quotes a single empty cell
        return self._buffer.getvalue()[:-1]


class _Rows:
    """Columns: what the data are of, dimensions, period, value, attributes of observation, series, data set."""

    def __init__(self, data: DataSet, options: Options) -> None:
        self.data, self.options = data, options
        self.own = data.attached(Attachment.OBSERVATION) if data.with_observations else ()
        self.of_series = data.attached(Attachment.SERIES)
        self.of_dataset = data.attached(Attachment.DATASET)
        self.lead = self._lead()
        self.tail = [cell for one in self.of_dataset for cell in self._cells(one, data.dataset_attributes.get(one.id))]
        self.quoted = _Quoted()
        self.attributes: dict[tuple[Value, ...], str] = {}

    def _lead(self) -> list[str]:
        flow, labels = self.data.flow, self.options.labels
        name = f"{flow.ref.short}: {flow.name}" if labels == Labels.BOTH else flow.ref.short
        if self.options.version == 1:
            return [name]
        return ["dataflow", name, *([flow.name] if labels == Labels.NAME else []), "I"]

    def header(self) -> str:
        told = (
            ["DATAFLOW"]
            if self.options.version == 1
            else [
                "STRUCTURE",
                "STRUCTURE_ID",
                *(["STRUCTURE_NAME"] if self.options.labels == Labels.NAME else []),
                "ACTION",
                *(["SERIES_KEY"] if self.options.keys in {Keys.SERIES, Keys.BOTH} else []),
                *(["OBS_KEY"] if self.options.keys in {Keys.OBS, Keys.BOTH} else []),
            ]
        )
        names = [one.id for one in self.data.structure.dimensions]
        names += [TIME_PERIOD, OBS_VALUE] if self.data.with_observations else []
        names += [one.id for one in (*self.own, *self.of_series, *self.of_dataset)]
        for name in names:
            concept = " ".join(self.data.concept(name).split())
            if self.options.labels == Labels.BOTH:
                told.append(f"{name}: {concept}")
            elif self.options.labels == Labels.NAME:
                told += [name, concept]
            else:
                told.append(name)
        return self.line(told)

    def line(self, cells: Sequence[str]) -> str:
        return f"{self.quoted(cells)[1:]}\r\n"

    def of(self, series: Series) -> list[str]:
        key = ".".join(series.key)
        keys = [key] if self.options.version == 2 and self.options.keys in {Keys.SERIES, Keys.BOTH} else []
        has_obs_key = self.options.version == 2 and self.options.keys in {Keys.OBS, Keys.BOTH}
        told = [
            cell
            for one, value in zip(self.data.structure.dimensions, series.key, strict=True)
            for cell in self._cells(one, value)
        ]
        own = zip(self.of_series, series.attributes, strict=True)
        tail = [*(cell for one, value in own for cell in self._cells(one, value)), *self.tail]
        head = [*self.lead, *keys]
        if not self.data.with_observations:
            return [self.line([*head, *([key] if has_obs_key else []), *told, *tail])]
        start, middle, end = self.quoted(head)[1:], self.quoted(told), self.quoted(tail) if tail else ""
        gap = "," if self.options.labels == Labels.NAME else ""
        if not has_obs_key:
            start, middle = start + middle, ""
        lines = []
        for period, value, attributes in series.observations:
            shown = "" if value is None else number(value)
            own_key = f",{key}.{period}" if has_obs_key else ""
            held = self.attributes.get(attributes)
            if held is None:
                held = self._attributes(attributes)
            lines.append(f"{start}{own_key}{middle},{period}{gap},{shown}{gap}{held}{end}\r\n")
        return lines

    def _attributes(self, values: tuple[Value, ...]) -> str:
        """Statuses and notes repeat from row to row, so each set of them is written once."""
        cells = [cell for one, each in zip(self.own, values, strict=True) for cell in self._cells(one, each)]
        found = self.quoted(cells) if cells else ""
        if len(self.attributes) >= MOST_KEPT:
            self.attributes.clear()
        self.attributes[values] = found
        return found

    def _cells(self, component: Component, value: Value) -> list[str]:
        text = _formatter(component)(value)
        if self.options.labels == Labels.ID:
            return [text]
        name = " ".join(self.data.name_of(component, value).split())
        if self.options.labels == Labels.NAME:
            return [text, csv_text(name)]
        return [f"{text}: {name}" if name else text]


def _formatter(component: Component) -> Callable[[Value], str]:
    """Codes and numbers are as they are; free text is made safe."""
    return text_of if component.codelist is not None or component.text_type != "String" else _safe


def _safe(value: Value) -> str:
    return "" if value is None else csv_text(value)
