"""The rules of a layout as functions: row rules look at one record, group rules gather over all of them.

A record is a list of canonical texts in the order of the layout. A blank is not known, so no rule holds a blank against
anybody (REQUIRED_IF apart), and a sum with a blank part is not compared.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..layout import NUMERIC, Column, Layout, Level, Rule, RuleKind, Type

Record = Sequence[str]
Row = Callable[[Record], str | None]  # what was seen where the rule is broken, else None
Sums = dict[str, dict[str, float]]
_RELATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "<=": operator.le, "<": operator.lt, "=": operator.eq, "!=": operator.ne, ">=": operator.ge, ">": operator.gt,
}  # fmt: skip
_RELATIVE = 1e-9  # of sums of decimals


def number_of(text: str) -> float:
    """Of a filled canonical number; whole ones stay exact."""
    return int(text) if "." not in text and "e" not in text else float(text)


def shown(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.10g}"


@dataclass(frozen=True, slots=True)
class RowRule:
    rule: Rule
    column: str  # label of the column in which the finding stands
    broken: Row


def row_rules(layout: Layout) -> list[RowRule]:
    places = {one.name: at for at, one in enumerate(layout.columns)}
    return [
        RowRule(rule, column_shown(layout, rule.columns()), _MAKERS[rule.kind](layout, rule, places))
        for rule in layout.rules
        if rule.kind in _MAKERS
    ]


def column_shown(layout: Layout, names: Sequence[str]) -> str:
    """The column under which a finding about several stands: a personal one where there is one, for what is seen in
    it is masked by this label."""
    found: list[Column] = [layout.by_name[name] for name in names]
    return next((one.label for one in found if one.is_personal), found[0].label if found else "")


# --- rules of one record ---------------------------------------------------------------------------------------------


def _range(layout: Layout, rule: Rule, places: Mapping[str, int]) -> Row:
    at, least, most = places[rule.params["column"]], rule.params.get("least"), rule.params.get("most")
    low = float("-inf") if least is None else least
    high = float("inf") if most is None else most

    def broken(record: Record) -> str | None:
        text = record[at]
        return text if text and not low <= number_of(text) <= high else None

    return broken


def _required_if(layout: Layout, rule: Rule, places: Mapping[str, int]) -> Row:
    at, when, codes = places[rule.params["column"]], places[rule.params["when"]], frozenset(map(str, rule.params["is"]))

    def broken(record: Record) -> str | None:
        return "" if not record[at] and record[when] in codes else None

    return broken


def _compare(layout: Layout, rule: Rule, places: Mapping[str, int]) -> Row:
    right, relation = rule.params["right"], rule.params["relation"]
    holds = _RELATIONS[relation]
    left_at, left_type = places[rule.params["left"]], layout.by_name[rule.params["left"]].type
    if not isinstance(right, str):
        value_of = _value_of(left_type, Type.NUMBER)
        bound = right if value_of is not str else repr(right).removesuffix(".0")

        def broken_by_number(record: Record) -> str | None:
            text = record[left_at]
            return text if text and not holds(value_of(text), bound) else None

        return broken_by_number
    right_at, right_type = places[right], layout.by_name[right].type
    left_of, right_of = _value_of(left_type, right_type), _value_of(right_type, left_type)

    def broken(record: Record) -> str | None:
        one, other = record[left_at], record[right_at]
        if not one or not other or holds(left_of(one), right_of(other)):
            return None
        return f"{one} {relation} {other}"

    return broken


_FIGURES = NUMERIC | {Type.YEAR}


def _value_of(own: Type, other: Type) -> Callable[[str], Any]:
    """How the text of a column is compared with a column of the other type: figures and years as numbers, a day with
    a figure or a year by its year, everything else as text (days as text are in order)."""
    if own in _FIGURES and (other in _FIGURES or other == Type.DAY):
        return number_of
    if own == Type.DAY and other in _FIGURES:
        return lambda text: int(text[:4])
    return str


def _sum_to_total(layout: Layout, rule: Rule, places: Mapping[str, int]) -> Row:
    parts = [places[name] for name in rule.params["parts"]]
    total_at, tolerance = places[rule.params["total"]], float(rule.params.get("tolerance") or 0)

    def broken(record: Record) -> str | None:
        total = record[total_at]
        texts = [record[at] for at in parts]
        if not total or not all(texts):
            return None
        found, stated = sum(map(number_of, texts)), number_of(total)
        return None if _agree(found, stated, tolerance) else f"parts {shown(found)}, total {shown(stated)}"

    return broken


def _agree(found: float, stated: float, tolerance: float) -> bool:
    return abs(found - stated) <= tolerance + _RELATIVE * max(abs(found), abs(stated))


_MAKERS: dict[RuleKind, Callable[[Layout, Rule, Mapping[str, int]], Row]] = {
    RuleKind.RANGE: _range,
    RuleKind.REQUIRED_IF: _required_if,
    RuleKind.COMPARE: _compare,
    RuleKind.SUM_TO_TOTAL: _sum_to_total,
}


# --- rules over all records ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GroupFinding:
    """`row` where the group is one record. `group` names it ('F|U', '' for all records)."""

    group: str
    row: int | None
    seen: str
    concerns_file: bool = False  # there is no record of this group


@dataclass(slots=True)
class _Sum:
    total: float | None = None
    records: int = 0
    row: int = 0

    def add(self, value: float, row: int, records: int = 1) -> None:
        self.total = value if self.total is None else self.total + value
        self.records += records
        self.row = row


@dataclass
class GroupRule:
    """Gathers sums by group. `last` are those of the last approved submission, by group."""

    rule: Rule
    layout: Layout
    last: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        places = {one.name: at for at, one in enumerate(self.layout.columns)}
        self.column = column_shown(self.layout, [one for one in [self.rule.params.get("column", "")] if one])
        self._by = [places[name] for name in self.rule.params.get("by") or []]
        self._value = places.get(self.rule.params.get("column", ""), -1)
        self._over = places.get(self.rule.params.get("over", ""), -1)
        self._total_code = self.rule.params.get("total_code")
        self._sums: dict[str, _Sum] = {}
        self._totals: dict[str, _Sum] = {}
        self._unknown: set[str] = set()

    def group_of(self, record: Record) -> str:
        return "|".join([record[at] for at in self._by])

    def add(self, row: int, record: Record) -> None:
        group = "|".join([record[at] for at in self._by]) if self._by else ""
        text = record[self._value] if self._value >= 0 else "1"
        if not text:
            self._unknown.add(group)
            return
        is_total = self._over >= 0 and record[self._over] == self._total_code
        into = self._totals if is_total else self._sums
        found = into.get(group)
        if found is None:
            found = into[group] = _Sum()
        found.add(number_of(text), row)

    def add_all(self, rows: Sequence[int], columns: Sequence[Sequence[str]]) -> None:
        """`add` for each record, the records being given as their columns."""
        if self._over >= 0:
            for row, record in zip(rows, zip(*columns, strict=True), strict=True):
                self.add(row, record)
            return
        by = [columns[at] for at in self._by]
        groups = list(map("|".join, zip(*by, strict=True))) if by else [""] * len(rows)
        if self._value < 0:
            last = dict(zip(groups, rows, strict=True))
            for group, records in Counter(groups).items():
                self._sum_of(group).add(records, last[group], records)
            return
        for row, group, text in zip(rows, groups, columns[self._value], strict=True):
            if text:
                self._sum_of(group).add(number_of(text), row)
            else:
                self._unknown.add(group)

    def _sum_of(self, group: str) -> _Sum:
        found = self._sums.get(group)
        if found is None:
            found = self._sums[group] = _Sum()
        return found

    def sums(self) -> dict[str, float]:
        return {group: round(one.total, 9) for group, one in self._sums.items() if one.total is not None}

    def findings(self) -> Iterable[GroupFinding]:
        if self.rule.kind == RuleKind.ROWS_TO_TOTAL:
            return self._against_totals()
        return self._against_last() if self.rule.kind == RuleKind.AGAINST_LAST else self._against_bounds()

    def _row(self, one: _Sum) -> int | None:
        return one.row if one.records == 1 else None

    def _against_totals(self) -> Iterable[GroupFinding]:
        tolerance = float(self.rule.params.get("tolerance") or 0)
        for group, total in self._totals.items():
            parts = self._sums.get(group)
            if parts is None or group in self._unknown or parts.total is None or total.total is None:
                continue
            if not _agree(parts.total, total.total, tolerance):
                seen = f"others {shown(parts.total)}, total {shown(total.total)}"
                yield GroupFinding(group, self._row(total), seen)

    def _against_last(self) -> Iterable[GroupFinding]:
        most = float(self.rule.params["most_change"])
        for group, before in self.last.items():
            found = self._sums.get(group)
            if found is None or found.total is None:
                if before and group not in self._unknown:
                    yield GroupFinding(group, None, f"nothing now, {shown(before)} before", concerns_file=True)
                continue
            if found.total == before:
                continue
            change = abs(found.total - before) / abs(before) * 100 if before else float("inf")
            if change > most * (1 + _RELATIVE):
                told = f", {change:,.0f} % apart" if before else ""
                yield GroupFinding(group, self._row(found), f"{shown(found.total)} now, {shown(before)} before{told}")

    def _against_bounds(self) -> Iterable[GroupFinding]:
        bounds = self.rule.params["bounds"]
        for group, found in self._sums.items():
            if group in bounds and found.total is not None:
                least, most = bounds[group]
                slack = _RELATIVE * max(abs(least), abs(most))
                if not least - slack <= found.total <= most + slack:
                    seen = f"{shown(found.total)}, expected {shown(least)} to {shown(most)}"
                    yield GroupFinding(group, self._row(found), seen)


_GROUP_KINDS = frozenset({RuleKind.ROWS_TO_TOTAL, RuleKind.AGAINST_LAST, RuleKind.EXPECTED})


def group_rules(layout: Layout, last_sums: Mapping[str, Mapping[str, float]]) -> list[GroupRule]:
    return [
        GroupRule(rule, layout, last_sums.get(rule.code) or {}) for rule in layout.rules if rule.kind in _GROUP_KINDS
    ]


def unique_rules(layout: Layout) -> list[tuple[Rule, list[int]]]:
    places = {one.name: at for at, one in enumerate(layout.columns)}
    return [
        (rule, [places[name] for name in rule.params["columns"]])
        for rule in layout.rules
        if rule.kind == RuleKind.UNIQUE
    ]


def is_error(rule: Rule) -> bool:
    return rule.level == Level.ERROR
