"""Rows of a tidy table turned into cells. What repeats (periods, dimensions, codes) is worked out once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import itemgetter

from adme.common.numbers import MISSING_MARKS
from adme.ingest.problems import Report
from adme.observations.periods import PeriodError
from adme.observations.status import WITHOUT_VALUE, ObsStatus
from databases_b.readers.base import Cell, FileFacts, IndicatorFacts
from databases_b.readers.headings import Mapping
from databases_b.readers.periods import PeriodReader, future_issue, looks_fiscal, period_issue
from databases_b.readers.series_file import split_code
from databases_b.readers.wide import is_blank_or_footer, ragged

_TOTALS = frozenset({"", "_T", "_Z"})  # total, and "does not apply here": both leave the dimension out of the key
_SEX = {
    "female": "F",
    "male": "M",
    "total": "_T",
    "both": "_T",
    "both sexes": "_T",
    "all": "_T",
    "t": "_T",
    "f": "F",
    "m": "M",
}
_DIMENSION_CODE = re.compile(r"[A-Za-z0-9_.+\-<>]{1,40}", re.ASCII)
_LONGEST_KEY = 200
_STATUSES: dict[str, str] = {status.value: status.value for status in ObsStatus} | {"": "", "A": ""}
_STATUSES |= {letter.lower(): meant for letter, meant in _STATUSES.items()} | {"normal": ""}
_WITHOUT_VALUE = frozenset(status.value for status in WITHOUT_VALUE)
_STATUSES_WITH_VALUE = {text: meant for text, meant in _STATUSES.items() if meant not in _WITHOUT_VALUE}
_EXTRAS = ("action", "multiplier", "unit", "indicator_name", "area_name")


class TidyCells:
    def __init__(self, mapping: Mapping, facts: FileFacts, report: Report) -> None:
        self.mapping, self.facts, self.report = mapping, facts, report
        at = mapping.at
        self._indicator, self._area, self._period = at("indicator"), at("area"), at("period")
        self._value, self._status, self._note, self._dataset = at("value"), at("status"), at("note"), at("dataset")
        self._heading = mapping.names[self._value]
        self._has_extras = self._dataset >= 0 or any(at(role) >= 0 for role in _EXTRAS)
        self._periods = PeriodReader()
        self._period_texts: dict[str, str] = {}
        places = [index for index, _ in mapping.dimensions]
        self._key_of = itemgetter(*places) if places else None
        self._dimension_texts: dict[str | tuple[str, ...], str] = {}
        self._codes: dict[str, str] = {}
        self._areas: dict[str, str] = {}
        self._units: dict[str, str] = {}
        self._warned_fiscal = False

    def read(self, rows: Iterator[list[str]], start: int) -> Iterator[Cell]:
        """The loop runs a million times per import: a row made of parts seen before is put together right here, any
        other goes through `_cell`, which looks closely and fills the tables of what was seen."""
        width, heading, slowly = len(self.mapping.names), self._heading, self._has_extras
        indicator_at, area_at, period_at, value_at = self._indicator, self._area, self._period, self._value
        status_at, note_at, key_of = self._status, self._note, self._key_of
        codes, areas, periods, keys = self._codes, self._areas, self._period_texts, self._dimension_texts
        for number, row in enumerate(rows, start):
            if len(row) == width and not slowly:
                value = row[value_at].strip()
                try:
                    if value not in MISSING_MARKS:
                        yield (  # type: ignore[misc]
                            number,
                            heading,
                            codes[row[indicator_at]],
                            areas[row[area_at]],
                            periods[row[period_at]],
                            keys[key_of(row)] if key_of else "",
                            value,
                            _STATUSES_WITH_VALUE[row[status_at]] if status_at >= 0 else "",
                            row[note_at].strip() if note_at >= 0 else "",
                        )
                        continue
                except KeyError:
                    pass
            elif len(row) < width or (len(row) > width and any(text.strip() for text in row[width:])):
                if not is_blank_or_footer(row):
                    self.report.add(ragged(row, width, number))
                continue
            cell = self._cell(number, row)
            if cell is not None:
                yield cell

    def _cell(self, number: int, row: list[str]) -> Cell | None:
        """One observation, or None when the row has none or is wrong; then the report says so."""
        value = row[self._value].strip()
        status = _STATUSES.get(row[self._status].strip(), "?") if self._status >= 0 else ""
        if value in MISSING_MARKS or status:
            if status == "" and not is_blank_or_footer(row):
                self.facts.blank_cells += 1
            if status == "" or not self._status_fits(number, row, status, value):
                return None
            value = "" if status in _WITHOUT_VALUE else value
        area = row[self._area].strip()
        indicator = self._code(row)
        if not area or not indicator:
            column = self.mapping.names[self._area if not area else self._indicator]
            self.report.error(
                f"blank_{'area' if not area else 'indicator'}",
                "Fill in the code, or delete the row.",
                row=number,
                column=column,
            )
            return None
        self._areas[row[self._area]] = area
        period = self._read_period(number, row[self._period], status)
        dimensions = self._read_dimensions(number, row) if self.mapping.dimensions else ""
        if (
            period is None
            or dimensions is None
            or (self._has_extras and not self._extras(number, row, indicator, area))
        ):
            return None
        note = row[self._note].strip() if self._note >= 0 else ""
        return (number, self._heading, indicator, area, period, dimensions, value, status, note)  # type: ignore[return-value]

    def _code(self, row: list[str]) -> str:
        """The indicator's code; with its dataset before it when that is not the file's own."""
        text = row[self._indicator]
        prefix, code = split_code(text.strip())
        dataset = (row[self._dataset].strip() if self._dataset >= 0 else "") or prefix
        full = f"{dataset}:{code}" if code and dataset and dataset != self.facts.dataset else code
        if full and full not in self.facts.indicators:
            self.facts.indicators[full] = IndicatorFacts(code=full, dataset=dataset or self.facts.dataset)
        if full and self._dataset < 0:
            self._codes[text] = full
        return full

    def _status_fits(self, number: int, row: list[str], status: str, value: str) -> bool:
        """Status and value must agree: a missing observation has no figure, and any other has one."""
        column = self.mapping.names[self._status]
        if status == "?":
            hint = f"Use a letter of the code list of observation status: {', '.join(ObsStatus.values)}."
            self.report.error("unknown_status", hint, row=number, column=column, seen=row[self._status])
            return False
        has_value = value not in MISSING_MARKS
        if has_value == (status not in _WITHOUT_VALUE):
            return True
        hint = (
            f"The status {status} says that there is no value. Remove the value or correct the status."
            if has_value
            else f"The status {status} needs a value. Fill it in, or use O (missing)."
        )
        self.report.error("status_and_value", hint, row=number, column=column, seen=f"{value} {status}".strip())
        return False

    def _read_period(self, number: int, text: str, status: str) -> str | None:
        period = self._period_texts.get(text)
        column = self.mapping.names[self._period]
        if period is None:
            try:
                period = self._periods.read(text)
            except PeriodError as error:
                self.report.add(period_issue(text, error, row=number, column=column))
                return None
            if looks_fiscal(period) and not self._warned_fiscal:
                self._warned_fiscal = True
                hint = "Read as a month. If fiscal years are meant, write the calendar year instead."
                self.report.warning("maybe_fiscal_year", hint, row=number, column=column, seen=text)
            if not self._periods.is_future(period):
                self._period_texts[text] = period
        if text not in self._period_texts and status != ObsStatus.FORECAST:
            self.report.add(future_issue(period, row=number, column=column))
            return None
        return period

    def _read_dimensions(self, number: int, row: list[str]) -> str | None:
        """'AGE=Y15T24;SEX=F', sorted, without totals; None (reported) where a code is odd."""
        assert self._key_of is not None  # noqa: S101 - asked only where there are dimension columns
        raw = self._key_of(row)
        if raw in self._dimension_texts:
            return self._dimension_texts[raw]
        parts = []
        for at, name in self.mapping.dimensions:
            text = row[at]
            code = text.partition(":")[0].strip()
            code = _SEX.get(code.casefold(), code) if name == "SEX" else code
            if code in _TOTALS:
                continue
            if not _DIMENSION_CODE.fullmatch(code):
                hint = "Use a code without blanks, such as F or Y15T24; leave it blank or write _T for the total."
                self.report.error("odd_dimension", hint, row=number, column=self.mapping.names[at], seen=text)
                return None
            parts.append(f"{name}={code}")
        joined = ";".join(sorted(parts))
        if len(joined) > _LONGEST_KEY:
            self.report.error("odd_dimension", "The dimensions together are too long.", row=number, seen=joined)
            return None
        self._dimension_texts[raw] = joined
        return joined

    def _extras(self, number: int, row: list[str], indicator: str, area: str) -> bool:
        """Columns that seldom stand in a file: names, unit, SDMX action and multiplier."""
        action, multiplier, unit, title, name = (
            row[at].strip() if at >= 0 else "" for at in (self.mapping.at(role) for role in _EXTRAS)
        )
        if action.upper() in {"D", "DELETE"}:
            hint = "An import does not delete. Remove the row, or send the observation with status O (missing)."
            self.report.error("delete_action", hint, row=number, column=self._name_of("action"), seen=action)
            return False
        if multiplier not in {"", "0"}:
            hint = "The value is in multiples (thousands, millions). Write it in plain units, with UNIT_MULT 0."
            self.report.error("unit_multiplier", hint, row=number, column=self._name_of("multiplier"), seen=multiplier)
            return False
        facts = self.facts.indicators[indicator]
        facts.title = facts.title or title
        if name:
            self.facts.area_names.setdefault(area, name)
        if unit:
            self._check_unit(number, indicator, unit)
        return True

    def _name_of(self, role: str) -> str:
        return self.mapping.names[self.mapping.at(role)]

    def _check_unit(self, number: int, indicator: str, unit: str) -> None:
        first = self._units.setdefault(indicator, unit)
        facts = self.facts.indicators[indicator]
        facts.unit = facts.unit or unit
        if unit != first:
            hint = f"The indicator {indicator} begins in '{first}'. One indicator has one unit: convert the values."
            self.report.error("unit_differs", hint, row=number, column=self._name_of("unit"), seen=unit)
