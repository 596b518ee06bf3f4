"""Made-up rows of any record set, from its layout, a few hints and a seed. Pure: the same seed gives the same rows.

Rows keep the rules of the layout: columns are drawn one by one, then what the rules say of a row as a whole is mended.
Codes, names and what is fixed about a unit stay from period to period, so that figures move as real ones do. Only
comparisons with the last period are left to chance: they are warnings, and some should come.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from itertools import product
from math import exp
from random import Random
from typing import Any

from adme.observations.periods import TimePeriod
from adme.reporting.vocabularies import Vocabulary

from ..layout import Column, Layout, Level, Rule, RuleKind, Type
from .hints import Hints

SEED = "ADME demonstration of records 1"
FIRST_YEAR = 2022
# Tens of millions of people, roughly: only so that a large country has larger numbers than a small one.
SIZE = {
    "BRN": 0.045, "KHM": 1.7, "IDN": 28.0, "LAO": 0.77, "MYS": 3.4, "MMR": 5.4, "PHL": 11.5, "SGP": 0.6, "THA": 7.1,
    "TLS": 0.14, "VNM": 10.0,
}  # fmt: skip
FEWEST, MOST = 5, 180  # records of one file
RARE = {"_U": 0.01, "_N": 0.0, "_O": 0.0, "_Z": 0.0, "_T": 0.0}
IN_A_YEAR = {"A": 1, "S": 2, "Q": 4, "M": 12}
MENDINGS = 4  # a mended value may break another rule: this often all are looked at

Cell = str | int | float | date | None
Cells = dict[str, Cell]
Draw = Callable[[int, Cells], Cell]  # place of the record, what is known of it so far


@dataclass(frozen=True)
class Subject:
    """Whose records, of what. `codes`: the codes of each shared list that the layout names."""

    set_code: str
    kind: str  # RecordSet.Kind
    state: str
    layout: Layout
    hints: Hints = field(default_factory=Hints)
    codes: Mapping[str, Vocabulary] = field(default_factory=dict)

    @property
    def size(self) -> float:
        return SIZE.get(self.state, 1.0)

    def codes_of(self, column: Column) -> list[str]:
        if column.codes:
            return [code for code, _ in column.codes]
        return list(self.codes[column.code_list].choices)


def make_rows(subject: Subject, period: TimePeriod, edition: int = 1) -> list[list[str]]:
    """Canonical texts in the order of the layout, without headings. Another edition is a little different."""
    kind = _Aggregate if subject.kind == "aggregate" else _Records
    maker = kind(subject, period, edition)
    columns = subject.layout.columns
    return [[text_of(cells[one.name], one) for one in columns] for cells in maker.rows()]


def text_of(value: Cell, column: Column) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if column.type == Type.NUMBER and isinstance(value, int | float):
        return repr(round(float(value), 2)).removesuffix(".0")
    return str(value)


class _Maker:
    def __init__(self, subject: Subject, period: TimePeriod, edition: int) -> None:
        self.subject, self.period = subject, period
        self.layout, self.hints = subject.layout, subject.hints
        self.fixed = Random(f"{SEED}/{subject.set_code}/{subject.state}")  # noqa: S311 - not a secret
        of_period = f"{SEED}/{subject.set_code}/{subject.state}/{period}/{edition}"
        self.fresh = Random(of_period)  # noqa: S311 - not a secret
        self.years = period.year - FIRST_YEAR + (max(period.index, 1) - 1) / IN_A_YEAR[period.frequency]
        self.growth = (1 + self.hints.number("grows", default=2.0) / 100) ** self.years
        self.by_kind: dict[RuleKind, list[Rule]] = defaultdict(list)
        for rule in self.layout.rules:
            self.by_kind[rule.kind].append(rule)
        self.totals = [str(rule.params["total"]) for rule in self.by_kind[RuleKind.SUM_TO_TOTAL]]
        self.needed_for_sum = {
            name
            for rule in self.by_kind[RuleKind.SUM_TO_TOTAL]
            for name in (*rule.params["parts"], rule.params["total"])
        }
        self.first_day = _first_day(period)
        self.days = (period.last_day - self.first_day).days

    def rows(self) -> list[Cells]:
        raise NotImplementedError

    # --- what is drawn --------------------------------------------------------------------------------------------

    def weights(self, column: Column) -> tuple[list[str], list[float]]:
        """Codes with their shares: as hinted, else drawn for the set; a little different in each state."""
        codes = self.subject.codes_of(column)
        hinted = self.hints.weights(column.name)
        if column.code_list == "CL_SEX":
            hinted = hinted or {"F": 50, "M": 50}
        drawn = Random(f"{SEED}/{self.subject.set_code}/{column.name}")  # noqa: S311 - not a secret
        usual = {code: RARE.get(code, 0.4 + 1.2 * drawn.random()) for code in codes}
        found = [hinted.get(code, 0.0 if hinted else usual[code]) * exp(self.fixed.gauss(0, 0.2)) for code in codes]
        kept = [(code, weight) for code, weight in zip(codes, found, strict=True) if weight > 0]
        total = sum(weight for _, weight in kept)
        return [code for code, _ in kept], [weight / total for _, weight in kept]

    def bounds(self, column: Column, cells: Cells) -> tuple[float, float]:
        """What column and rules allow for this number in this row."""
        least = column.least if column.least is not None else 0.0
        most = column.most if column.most is not None else 1e12
        for rule in self.by_kind[RuleKind.RANGE]:
            if rule.params["column"] == column.name:
                least = max(least, _or(rule.params.get("least"), least))
                most = min(most, _or(rule.params.get("most"), most))
        for rule in self.by_kind[RuleKind.EXPECTED]:
            if rule.params["column"] == column.name:
                group = "|".join(_code_text(cells.get(name)) for name in rule.params.get("by") or [])
                low, high = rule.params["bounds"].get(group, (least, most))
                least, most = max(least, _or(low, least)), min(most, _or(high, most))
        return least, max(least, most)

    def is_scaled(self, column: Column, default: bool) -> bool:
        return self.hints.text("scaled", column.name, "yes" if default else "no") == "yes"

    def clamped(self, value: float, column: Column, cells: Cells) -> float:
        least, most = self.bounds(column, cells)
        value = min(max(value, least), most)
        return round(value) if column.type != Type.NUMBER else round(value, 2)

    # --- what the rules say of a row --------------------------------------------------------------------------------

    def mended(self, cells: Cells) -> Cells:
        for _ in range(MENDINGS):
            before = dict(cells)
            for rule in self.by_kind[RuleKind.SUM_TO_TOTAL]:
                self._add_up(cells, rule)
            for rule in self.by_kind[RuleKind.COMPARE]:
                self._compare(cells, rule)
            if cells == before:
                break
        return cells

    def _add_up(self, cells: Cells, rule: Rule) -> None:
        """The total follows its parts; parts shrink where the total would be too large, and grow where too small."""
        parts, total = list(rule.params["parts"]), self.layout.by_name[str(rule.params["total"])]
        numbers = [float(cells[name] or 0) for name in parts]  # type: ignore[arg-type]
        whole = sum(numbers)
        allowed = self.clamped(whole, total, cells)
        if abs(allowed - whole) > 0.01:
            factor = allowed / whole if whole else 0
            numbers = [
                self.clamped(one * factor, self.layout.by_name[name], cells)
                for one, name in zip(numbers, parts, strict=True)
            ]
            numbers[0] += max(0.0, allowed - sum(numbers))
        for name, one in zip(parts, numbers, strict=True):
            cells[name] = _like(one, self.layout.by_name[name])
        cells[total.name] = _like(sum(numbers), total)

    def _compare(self, cells: Cells, rule: Rule) -> None:
        relation, left, right = rule.params["relation"], str(rule.params["left"]), rule.params["right"]
        value = cells.get(left)
        other = cells.get(right) if isinstance(right, str) else right
        if value is None or other is None or isinstance(value, str) or HOLDS[relation](value, other):
            return
        if isinstance(value, date):
            self._compare_days(cells, relation, left, str(right))
            return
        share = 0.25 + 0.65 * self.fresh.random()
        if relation in {"<=", "<"}:
            found = float(other) * share  # type: ignore[arg-type]
        elif relation in {">=", ">"}:
            found = float(other) * (1 + 2 * share) + 1  # type: ignore[arg-type]
        else:
            found = float(other) + (relation == "!=")  # type: ignore[arg-type]
        column = self.layout.by_name[left]
        cells[left] = int(found) if column.type == Type.INTEGER else round(found, 2)

    def _compare_days(self, cells: Cells, relation: str, left: str, right: str) -> None:
        """The day that need not be given moves; a few days apart, in the order that the rule wants."""
        moving, anchor = (left, right) if not self.layout.by_name[left].required else (right, left)
        if moving == right and self.layout.by_name[right].required:
            moving, anchor = left, right
        forward = (relation in {">=", ">"}) == (moving == left)
        start = cells[anchor]
        most = int(self.hints.number("days", moving, 20))
        days = 0 if relation == "=" else self.fresh.randint(1, max(1, most))
        assert isinstance(start, date)  # noqa: S101 - the caller compares days
        cells[moving] = start + timedelta(days=days if forward else -days)


class _Aggregate(_Maker):
    """One row for each combination of the key's codes, and rows of totals where a rule speaks of them."""

    def rows(self) -> list[Cells]:
        keys = [one for one in self.layout.columns if one.is_key and one.type == Type.CODE]
        axes = [list(zip(*self.weights(one), strict=True)) for one in keys]
        noise = Random(f"{SEED}/{self.subject.set_code}/{self.subject.state}/cells")  # noqa: S311 - not a secret
        found = []
        for combination in product(*axes):
            cells: Cells = {one.name: None for one in self.layout.columns}
            weight = exp(noise.gauss(0, 0.15))
            for one, axis, (code, share) in zip(keys, axes, combination, strict=True):
                cells[one.name] = code
                weight *= share * len(axis)
            self._fill(cells, weight, noise)
            found.append(self.mended(cells))
        return self._with_totals(found)

    def _fill(self, cells: Cells, weight: float, noise: Random) -> None:
        part = 1 if self.hints.is_stock else IN_A_YEAR[self.period.frequency]
        for column in self.layout.columns:
            if not column.is_number or column.name in self.totals:
                continue
            typical = self.hints.number("typical", column.name, 60.0)
            spread = self.hints.number("spread", column.name, 0.04)
            size = self.subject.size if self.is_scaled(column, True) else 1.0
            value = typical * size * weight * self.growth / part
            value *= exp(noise.gauss(0, spread) + self.fresh.gauss(0, 0.03))
            cells[column.name] = self.clamped(value, column, cells)

    def _with_totals(self, rows: list[Cells]) -> list[Cells]:
        """Rows of totals over each named column, and over several together."""
        over = {
            str(rule.params["over"]): str(rule.params["total_code"]) for rule in self.by_kind[RuleKind.ROWS_TO_TOTAL]
        }
        numbers = [one for one in self.layout.columns if one.is_number]
        for name, code in over.items():
            groups: dict[tuple[Cell, ...], Cells] = {}
            for row in rows:
                key = tuple(
                    value for other, value in row.items() if other != name and not self.layout.by_name[other].is_number
                )
                total = groups.setdefault(key, {**row, name: code, **{one.name: 0 for one in numbers}})
                for one in numbers:
                    added = float(total[one.name] or 0) + float(row[one.name] or 0)  # type: ignore[arg-type]
                    total[one.name] = _like(added, one)
            rows = rows + list(groups.values())
        return rows


class _Records(_Maker):
    """One row for each unit. Of a stock the same units come again; of a flow each period has its own."""

    def rows(self) -> list[Cells]:
        number = self.how_many()
        draw = {one.name: self._column(one, number) for one in self.layout.columns}
        seen: set[tuple[Cell, ...]] = set()
        found = []
        for position in range(number):
            cells: Cells = {one.name: None for one in self.layout.columns}
            for name in self.order():
                cells[name] = draw[name](position, cells)
            cells = self.mended(self._completed(cells))
            key = tuple(cells[name] for name in self.layout.key)
            if key in seen:
                self._apart(cells, position)
            seen.add(tuple(cells[name] for name in self.layout.key))
            found.append(cells)
        return found

    def how_many(self) -> int:
        part = 1 if self.hints.is_stock else IN_A_YEAR[self.period.frequency] ** 0.5
        typical = self.hints.number("records", default=30.0) * self.subject.size**0.5 / part
        return int(min(max(typical, FEWEST), MOST) * self.growth)

    def order(self) -> list[str]:
        """Codes first: bounds of numbers depend on them."""
        return sorted(self.layout.by_name, key=lambda name: self.layout.by_name[name].type != Type.CODE)

    def _column(self, column: Column, number: int) -> Draw:
        """How the value of one record is drawn. What is fixed about a unit is drawn for all of them at once."""
        held = self._held(column.name, number)
        blank = self.hints.number("blank", column.name) / 100
        value = self._following(column, getattr(self, f"_{column.type.value}")(column, held, number), number)
        if column.required or column.name in self.needed_for_sum or not blank:
            return value  # type: ignore[no-any-return]
        return lambda at, cells: None if self.fresh.random() < blank else value(at, cells)

    def _following(self, column: Column, value: Draw, number: int) -> Draw:
        """Records of one person or film say the same of it: the value is that of the place of the other column."""
        other = self.hints.text("as", column.name)
        if not other:
            return value
        place = self._places(other, number)
        return lambda at, cells: value(place(at), cells)

    def _places(self, name: str, number: int) -> Callable[[int], int]:
        shared = self.hints.number("shared", name)
        if not shared:
            return lambda at: at
        different = max(2, round(number / shared))
        held = self._held(name, number)
        return lambda at: int(held[at] * different)

    def _held(self, name: str, number: int) -> Sequence[float]:
        return _draws(f"{SEED}/{self.subject.set_code}/{self.subject.state}/{name}", max(number, 2 * MOST))

    def _completed(self, cells: Cells) -> Cells:
        """What is asked for only in some cases stands in these cases and in no other."""
        for rule in self.by_kind[RuleKind.REQUIRED_IF]:
            column = self.layout.by_name[str(rule.params["column"])]
            wanted = _code_text(cells[str(rule.params["when"])]) in rule.params["is"]
            if not wanted and not column.required:
                cells[column.name] = None
            elif wanted and cells[column.name] is None:
                cells[column.name] = self._column(column, 1)(0, cells)
                while cells[column.name] is None:
                    cells[column.name] = self._column(column, 1)(0, cells)
        return cells

    def _apart(self, cells: Cells, position: int) -> None:
        """Two records with one key: this one gets a number of its own."""
        name = next(one for one in self.layout.key if self.layout.by_name[one].type == Type.TEXT)
        cells[name] = f"{cells[name]}-{position + 1}"

    # --- by type --------------------------------------------------------------------------------------------------

    def _code(self, column: Column, held: Sequence[float], number: int) -> Draw:
        codes, shares = self.weights(column)
        ends, reached = [], 0.0
        for share in shares:
            reached += share
            ends.append(reached)

        def value(at: int, cells: Cells) -> Cell:
            return next((code for code, end in zip(codes, ends, strict=True) if held[at] < end), codes[-1])

        return value

    def _text(self, column: Column, held: Sequence[float], number: int) -> Draw:
        pattern = self.hints.text("named", column.name)
        place = self._places(column.name, number)
        of = "" if self.hints.is_stock else f"-{self.period}"
        initials = "".join(part[0] for part in column.name.split("_")).upper()

        def value(at: int, cells: Cells) -> Cell:
            if pattern:
                return f"{pattern.format(place(at) + 1)} (demonstration)"
            return f"DEMO-{self.subject.state}{of}-{initials}{place(at) + 1:04d}"

        return value

    def _integer(self, column: Column, held: Sequence[float], number: int) -> Draw:
        typical, spread = self._middle(column), self.hints.number("spread", column.name, 0.5)
        size = self.subject.size**0.5 if self.is_scaled(column, False) else 1.0
        draws = Random(f"{SEED}/{self.subject.set_code}/{self.subject.state}/{column.name}/size")  # noqa: S311
        if self.hints.is_stock or self.hints.text("as", column.name):
            grown, noise = (self.growth, 0.05) if self.hints.is_stock else (1.0, 0.0)
            apart = [draws.gauss(0, 1) for _ in held]
            return lambda at, cells: self.clamped(
                typical * size * grown * exp(spread * apart[at] + noise * self.fresh.gauss(0, 1)), column, cells
            )
        return lambda at, cells: self.clamped(typical * size * exp(spread * self.fresh.gauss(0, 1)), column, cells)

    _number = _integer

    def _middle(self, column: Column) -> float:
        least, most = column.least or 0.0, column.most
        usual = 20.0 if most is None else min(20.0, (least + most) / 2)
        return self.hints.number("typical", column.name, max(usual, least))

    def _day(self, column: Column, held: Sequence[float], number: int) -> Draw:
        back = 0 if column.required or not self.hints.is_stock else 900
        return lambda at, cells: self.first_day + timedelta(days=self.fresh.randint(-back, self.days))

    def _year(self, column: Column, held: Sequence[float], number: int) -> Draw:
        back = int(self.hints.number("back", column.name, 10))
        latest = FIRST_YEAR if self.hints.is_stock and back > 10 else self.period.year

        def value(at: int, cells: Cells) -> Cell:
            return int(self.clamped(latest - int(held[at] * (back + 1)), column, cells))

        return value

    def _yes_no(self, column: Column, held: Sequence[float], number: int) -> Draw:
        rise = self.hints.number("rises", column.name) * self.years
        drawn = self.fixed.gauss(0, 8)
        chance = min(max(self.hints.number("chance", column.name, 60.0) + drawn + rise, 2), 98) / 100
        return lambda at, cells: "yes" if held[at] < chance else "no"


HOLDS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<=": lambda left, right: left <= right,
    "<": lambda left, right: left < right,
    "=": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    ">=": lambda left, right: left >= right,
    ">": lambda left, right: left > right,
}


@lru_cache(maxsize=128)
def _draws(seed: str, number: int) -> Sequence[float]:
    """What is fixed about the units of one state, for all periods."""
    random = Random(seed)  # noqa: S311 - not a secret
    return [random.random() for _ in range(number)]


def _first_day(period: TimePeriod) -> date:
    months = 12 // IN_A_YEAR[period.frequency]
    return date(period.year, 1 if period.frequency == "A" else (period.index - 1) * months + 1, 1)


def _or(value: Any, default: float) -> float:
    return default if value is None else float(value)


def _code_text(value: Cell) -> str:
    return "" if value is None else str(value)


def _like(value: float, column: Column) -> float:
    return round(value) if column.type == Type.INTEGER else round(value, 2)


# --- faults -----------------------------------------------------------------------------------------------------------


def with_refused(rows: Sequence[Sequence[str]], layout: Layout, number: int) -> list[list[str]]:
    """So many records more, each wrong in another way: an unknown code, a number that cannot be, a blank."""
    ways = [way for way in (_wrong_code, _wrong_number, _left_blank, _wrong_day) if way(list(rows[0]), layout)]
    made = []
    for place in range(number):
        row = list(rows[place * 7 % len(rows)])
        _own_key(row, layout, place)
        ways[place % len(ways)](row, layout)
        made.append(row)
    return [*map(list, rows), *made]


def _own_key(row: list[str], layout: Layout, place: int) -> None:
    for at, column in enumerate(layout.columns):
        if column.is_key and column.type == Type.TEXT:
            row[at] = f"{row[at]}-X{place + 1}"


def _set_first(row: list[str], layout: Layout, test: Callable[[Column], bool], text: str) -> bool:
    for at, column in enumerate(layout.columns):
        if test(column):
            row[at] = text
            return True
    return False


def _wrong_code(row: list[str], layout: Layout) -> bool:
    return _set_first(row, layout, lambda one: one.type == Type.CODE and one.required, "Z9")


def _wrong_number(row: list[str], layout: Layout) -> bool:
    return _set_first(row, layout, lambda one: one.is_number and one.least is not None and one.least >= 0, "-5")


def _left_blank(row: list[str], layout: Layout) -> bool:
    return _set_first(row, layout, lambda one: one.required and one.type in {Type.YES_NO, Type.DAY, Type.INTEGER}, "")


def _wrong_day(row: list[str], layout: Layout) -> bool:
    return _set_first(row, layout, lambda one: one.type == Type.DAY, "31/13/2024")


def with_suspicious(rows: Sequence[Sequence[str]], layout: Layout) -> list[list[str]]:
    """The same rows with one value that a rule of level warning asks about; unchanged where no rule of a row does."""
    found = [list(row) for row in rows]
    for rule in layout.rules:
        if rule.level == Level.WARNING and _break(found, rule, layout):
            break
    return found


def _break(rows: list[list[str]], rule: Rule, layout: Layout) -> bool:
    at = {one.name: place for place, one in enumerate(layout.columns)}
    breaking = _BREAKING.get(rule.kind)
    return breaking is not None and breaking(rows, rule, layout, at)


def _beyond_range(rows: list[list[str]], rule: Rule, layout: Layout, at: Mapping[str, int]) -> bool:
    column = layout.by_name[str(rule.params["column"])]
    most, least = rule.params.get("most"), rule.params.get("least")
    value = None
    if most is not None and (column.most is None or most * 1.2 < column.most):
        value = most * 1.2
    elif least is not None and least - 1 >= (column.least or 0):
        value = least - 1
    place = _filled(rows, at[column.name])
    if value is None or place is None or _is_bound(layout, column.name):
        return False
    rows[place][at[column.name]] = text_of(round(value), column)
    return True


def _one_apart(rows: list[list[str]], rule: Rule, layout: Layout, at: Mapping[str, int]) -> bool:
    """A total that is a little more than its parts."""
    column = layout.by_name[str(rule.params["total"])]
    place = _filled(rows, at[column.name])
    if place is None or _is_equal(layout, column.name):
        return False
    value = float(rows[place][at[column.name]]) + 50 + float(rule.params.get("tolerance") or 0)
    rows[place][at[column.name]] = text_of(int(value) if column.type == Type.INTEGER else value, column)
    return True


def _many_times(rows: list[list[str]], rule: Rule, layout: Layout, at: Mapping[str, int]) -> bool:
    """All numbers of one group several times as large as they were: sums still agree, but not with the last period."""
    if not rule.params.get("column") or not rule.params.get("by"):
        return False
    by = [at[name] for name in rule.params["by"]]
    group = [rows[0][place] for place in by]
    numbers = [(at[one.name], one) for one in layout.columns if one.is_number]
    if any(one.most is not None for _, one in numbers):
        return False
    times = int(rule.params["most_change"] / 100) + 2
    for row in rows:
        if [row[place] for place in by] == group:
            for place, one in numbers:
                value = float(row[place] or 0) * times
                row[place] = text_of(int(value) if one.type == Type.INTEGER else value, one) if row[place] else ""
    return True


def _wrong_way(rows: list[list[str]], rule: Rule, layout: Layout, at: Mapping[str, int]) -> bool:
    """Two numbers of which one should not be larger, a little the wrong way round."""
    left, right = layout.by_name[str(rule.params["left"])], layout.by_name.get(str(rule.params["right"]))
    factor = {"<=": 1.2, "<": 1.2, ">=": 0.8, ">": 0.8}.get(rule.params["relation"])
    if right is None or not left.is_number or factor is None or _is_bound(layout, left.name):
        return False
    for row in rows:
        if row[at[left.name]] and float(row[at[right.name]] or 0) >= 10:
            row[at[left.name]] = text_of(round(float(row[at[right.name]]) * factor), left)
            return True
    return False


_BREAKING: Mapping[RuleKind, Callable[[list[list[str]], Rule, Layout, Mapping[str, int]], bool]] = {
    RuleKind.COMPARE: _wrong_way,
    RuleKind.RANGE: _beyond_range,
    RuleKind.SUM_TO_TOTAL: _one_apart,
    RuleKind.AGAINST_LAST: _many_times,
}


def _filled(rows: Sequence[Sequence[str]], at: int) -> int | None:
    return next((place for place, row in enumerate(rows) if row[at]), None)


def _is_bound(layout: Layout, name: str) -> bool:
    """Another rule of level error reads this column too, so that the record would be refused."""
    others = [one for one in layout.rules if one.level == Level.ERROR and one.kind not in {RuleKind.UNIQUE}]
    return any(name in one.columns() for one in others)


def _is_equal(layout: Layout, name: str) -> bool:
    """A rule of level error wants this number to agree with others exactly."""
    kinds = {RuleKind.SUM_TO_TOTAL, RuleKind.ROWS_TO_TOTAL}
    return any(one.level == Level.ERROR and one.kind in kinds and name in one.columns() for one in layout.rules)
