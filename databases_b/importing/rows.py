"""From a reader's cells to staging rows. Codes become small numbers through caches, texts become checked values.

`RowBuilder.blocks` runs once per observation and is the slow part of an import, so the common case stands first and
everything that repeats (series, period, footnote) is looked up once. It never touches the database: on PostgreSQL it
feeds a running COPY.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from adme.common.numbers import LARGEST_FIGURE, NumberError, is_plausible, parse_number
from adme.ingest.problems import Issue, Report
from adme.observations.periods import PeriodError, TimePeriod
from adme.observations.status import WITHOUT_VALUE, ObsStatus
from databases_b.readers.base import Cell, FileFacts

from .catalogue import Catalogue, is_code
from .engine import Block, Engine

BLOCK_ROWS = 2_000
LONGEST_NOTE = 600  # a B-tree entry of PostgreSQL holds no more than about 2,700 bytes
LONGEST_DIMENSIONS = 200
_SKIPPED, _REFUSED = -1, -2
_STATUSES = frozenset(ObsStatus.values)
# Text that PostgreSQL and Python read as the same finite double; all other texts go through parse_number.
_plain_number = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,17})?", re.ASCII).fullmatch
_fiscal_year = re.compile(r"\d{4}\s*[-/]\s*\d{2}(\d{2})?", re.ASCII).fullmatch


class StagedSeries(NamedTuple):
    series_no: int
    indicator_no: int
    area_id: int
    frequency: str
    dimensions: str


@dataclass(slots=True)
class _Seen:
    """The same problem in many rows is one problem."""

    hint: str
    row: int
    times: int = 0


class RowBuilder:
    """Streams staging rows; afterwards holds the series, indicators and footnotes that they refer to."""

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        facts: FileFacts,
        report: Report,
        create_indicators: bool,
        today: date,
        engine: Engine,
    ) -> None:
        self.catalogue, self.facts, self.report = catalogue, facts, report
        self.create_indicators, self.today = create_indicators, today
        self.null, self.as_text = engine.null, engine.takes_text
        self.series: list[StagedSeries] = []
        self.indicators: dict[str, int] = {}  # as the reader names it -> indicator_no
        self.notes: dict[str, int] = {}
        self.twins: Block = []  # rows whose key came before
        self.counts: Counter[str] = Counter()
        self._series_of: dict[tuple[str, str, str, str], int] = {}
        self._staged: dict[tuple[int, int, str, str], int] = {}  # the same series under other spellings
        self._periods: dict[str, tuple[int, int, str, str]] = {}  # key, bit, frequency, key as text for COPY
        self._bits: dict[int, int] = {}
        self._taken: list[int] = []  # by series number: a bit for each period that has a row
        self._grouped: dict[tuple[str, str, str], _Seen] = {}
        self._future = TimePeriod(today.year + 1).key
        self._names: list[str] = []  # of the series, once somebody asks

    def blocks(self, cells: Iterable[Cell]) -> Iterator[Block]:
        """Rows (row_no, series_no, period, value, obs_status, note_no) in blocks; no key twice (see `twins`).

        Each is a tuple, or where the engine takes text a line for COPY.
        """
        block: Block = []
        add = block.append
        periods, series_of, taken, null = self._periods, self._series_of, self._taken, self.null
        future, as_text = self._future, self.as_text
        last_indicator = last_area = last_dimensions = last_frequency = None
        number, mask, number_text = _REFUSED, 0, ""
        for row, column, indicator, area, period, dimensions, value, status, note in cells:
            when = periods.get(period) or self._period(period, row, column)
            if when is None:
                continue
            key, bit, frequency, key_text = when
            # Files go series by series, and readers hand out the same text objects for them.
            if not (
                indicator is last_indicator
                and area is last_area
                and dimensions is last_dimensions
                and frequency is last_frequency
            ):
                last_indicator, last_area, last_dimensions, last_frequency = indicator, area, dimensions, frequency
                if number >= 0:
                    taken[number] = mask
                seen = series_of.get((indicator, area, dimensions, frequency))
                number = self._series(indicator, area, dimensions, frequency, row) if seen is None else seen
                if number >= 0:
                    mask, number_text = taken[number], f"\t{number}\t"
            if number < 0:
                self._count_left_out(number, indicator, area, row)
                continue
            if (not status or status == "A") and key < future and _plain_number(value):
                status = "A"
            else:
                checked = self._checked(value, status, row, column, key >= future and period)
                if checked is None:
                    continue
                value, status = checked
            note_no = self._note(note) if note else null
            if mask & bit:
                self.twins.append((row, number, key, value, status, note_no))
                continue
            mask |= bit
            if as_text:
                add(f"{row}{number_text}{key_text}{value}\t{status}\t{note_no}\n")
            else:
                add((row, number, key, value, status, note_no))
            if len(block) >= BLOCK_ROWS:
                yield block
                block = []
                add = block.append
        if number >= 0:
            taken[number] = mask
        if block:
            yield block

    def close(self) -> None:
        """Hand the grouped problems to the report. Call after the last block."""
        for (code, column, seen), found in self._grouped.items():
            self.report.add(
                Issue(code=code, hint=found.hint, row=found.row, column=column, seen=seen[:300], times=found.times)
            )
        counts = self.counts
        counts["staged"] = sum(mask.bit_count() for mask in self._taken)
        # Every row went one way, so their sum is what was read; a counter in the loop would cost more than this.
        counts["read"] = counts["staged"] + len(self.twins)
        counts["read"] += counts["refused"] + counts["blank"] + counts["skipped_areas"]
        counts["blank"] += self.facts.blank_cells

    def name_of(self, series_no: int) -> str:
        """A staged series in words: indicator, area and dimensions."""
        if not self._names:
            areas = {pk: code for code, pk in self.catalogue.area_ids.items()}
            codes = {number: self.catalogue.key(text, self.facts)[1] for text, number in self.indicators.items()}
            self._names = [
                " ".join(filter(None, [codes[one.indicator_no], areas[one.area_id], one.dimensions]))
                for one in self.series
            ]
        return self._names[series_no]

    @property
    def span(self) -> tuple[int, int]:
        """First and last period that has a row; zeros when none has."""
        used = 0
        for mask in self._taken:
            used |= mask
        keys = [key for key, bit in self._bits.items() if used & bit]
        return (min(keys), max(keys)) if keys else (0, 0)

    # What follows runs once per distinct thing, or for the rare row.

    def _group(self, code: str, column: str, seen: str, hint: str, row: int) -> None:
        found = self._grouped.setdefault((code, column, seen), _Seen(hint, row))
        found.times += 1

    def _refuse(self, code: str, column: str, seen: str, hint: str, row: int) -> None:
        self.counts["refused"] += 1
        self._group(code, column, seen, hint, row)

    def _period(self, text: str, row: int, column: str) -> tuple[int, int, str, str] | None:
        try:
            period = TimePeriod.parse(text)
        except PeriodError as error:
            hint = f"{error}."[0].upper() + f"{error}."[1:]
            if _fiscal_year(text):
                hint = "This may be a fiscal year. Write the one calendar year for which your source counts it."
            self._refuse("bad_period", "" if column == text else column, text, hint, row)
            return None
        bit = self._bits.setdefault(period.key, 1 << len(self._bits))
        self._periods[text] = (period.key, bit, period.frequency, f"{period.key}\t")
        return self._periods[text]

    def _series(self, indicator: str, area: str, dimensions: str, frequency: str, row: int) -> int:
        number = self._number_of(indicator, area, dimensions, frequency, row)
        self._series_of[indicator, area, dimensions, frequency] = number
        return number

    def _number_of(self, indicator: str, area: str, dimensions: str, frequency: str, row: int) -> int:
        code = self.catalogue.area(area)
        if code is not None and code not in self.catalogue.kept:
            return _SKIPPED
        usable = self._may_use(indicator)
        if code is None or not usable or len(dimensions) > LONGEST_DIMENSIONS:
            return _REFUSED
        indicator_no = self.indicators.setdefault(indicator, len(self.indicators))
        staged = (indicator_no, self.catalogue.area_ids[code], frequency, dimensions)
        number = self._staged.setdefault(staged, len(self.series))
        if number == len(self.series):
            self.series.append(StagedSeries(number, *staged))
            self._taken.append(0)
        return number

    def _may_use(self, indicator: str) -> bool:
        if self.catalogue.key(indicator, self.facts) in self.catalogue.indicators:
            return True
        facts = self.facts.indicators.get(indicator)
        named = facts is not None and bool(facts.title)
        return self.create_indicators and named and is_code(*self.catalogue.key(indicator, self.facts))

    def _count_left_out(self, number: int, indicator: str, area: str, row: int) -> None:
        if number == _SKIPPED:
            self.counts["skipped_areas"] += 1
            return
        self.counts["refused"] += 1
        if self.catalogue.area(area) is None:
            self._group("unknown_area", self.facts.area_column or "area", area, self.catalogue.area_hint(area), row)
        if not self._may_use(indicator):
            heading = self.facts.indicator_column or "indicator"
            self._group("unknown_indicator", heading, indicator, self._indicator_hint(indicator), row)

    def _indicator_hint(self, indicator: str) -> str:
        dataset, code = self.catalogue.key(indicator, self.facts)
        if not self.create_indicators and dataset not in self.catalogue.datasets:
            return (
                f"There is no dataset '{dataset}'. Correct it, or tick 'New indicators' (--new-indicators) to open it."
            )
        if not self.create_indicators:
            return (
                f"The dataset {dataset} has no indicator '{code}'. Correct the code, or tick 'New indicators' "
                "(--new-indicators) to add it."
            )
        if not is_code(dataset, code):
            return (
                "A new code is made of letters, digits, dots, hyphens and underscores, and begins with a letter or "
                "digit; a dataset's of capital letters, digits and underscores."
            )
        return (
            "A new indicator needs a title, and the file gives none. Add the provider's metadata file, or a title "
            "column."
        )

    def _note(self, text: str) -> int:
        if len(text) > LONGEST_NOTE:
            text = text[: LONGEST_NOTE - 1].rstrip() + "…"
        return self.notes.setdefault(text, len(self.notes) + 1)

    def _checked(self, text: str, status: str, row: int, column: str, coming: str | bool) -> tuple[Any, str] | None:
        """A value that is not plain, or has a status of its own; None when the row does not go in.

        `coming` is the period as seen when it has not begun yet.
        """
        status = status or "A"
        if status not in _STATUSES:
            hint = f"Use a letter of the code list CL_OBS_STATUS: {', '.join(sorted(_STATUSES))}."
            self._refuse("unknown_status", "obs_status", status, hint, row)
            return None
        try:
            value = parse_number(text)
        except NumberError as error:
            self.counts["refused"] += 1
            self.report.error("not_a_number", f"{error}", row=row, column=column, seen=text)
            return None
        if status in WITHOUT_VALUE:
            if value is None:
                return self.null, status
            hint = f"Status {status} says that there is no value. Remove the value, or correct the status."
            self._refuse("value_with_no_value_status", column, f"{text} ({status})", hint, row)
            return None
        if value is None:
            self._without(text, status, row, column)
            return None
        if not is_plausible(value):
            hint = f"No published figure is larger than {LARGEST_FIGURE:g}. Check the number and its unit."
            self._refuse("too_large", column, text, hint, row)
            return None
        if coming and status != "F":
            hint = "This period has not begun. Correct the year, or give status F if the value is a forecast."
            self._refuse("future_period", "", str(coming), hint, row)
            return None
        return value, status

    def _without(self, text: str, status: str, row: int, column: str) -> None:
        if status == "A":
            self.counts["blank"] += 1
            return
        hint = f"Status {status} needs a value. Give the value, or use O (missing), M (cannot exist) or L."
        self._refuse("value_missing", column, f"'{text}' ({status})", hint, row)
