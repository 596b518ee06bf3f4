"""What a data query asks for, whichever interface it came by. Pure: made by `reading_v1` and `reading_v2`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from adme.exports.sdmx.data import Value, text_of
from adme.exports.sdmx.structures import OBS_VALUE, TIME_PERIOD

from .flows import Flow
from .periods import Span, span_of
from .periods import text_of as period_text

ALL_DIMENSIONS = "AllDimensions"
_TEXT_TESTS = {
    "eq": lambda found, asked: found == asked,
    "ne": lambda found, asked: found != asked,
    "lt": lambda found, asked: found < asked,
    "le": lambda found, asked: found <= asked,
    "gt": lambda found, asked: found > asked,
    "ge": lambda found, asked: found >= asked,
    "co": lambda found, asked: asked in found,
    "nc": lambda found, asked: asked not in found,
    "sw": lambda found, asked: found.startswith(asked),
    "ew": lambda found, asked: found.endswith(asked),
}
OPERATORS = tuple(_TEXT_TESTS)
NUMBER_TESTS = ("eq", "ne", "lt", "le", "gt", "ge")


class Test(NamedTuple):
    """One comparison. `number` where the component holds numbers, `span` where it is the time."""

    operator: str
    text: str
    number: float | None = None
    span: Span | None = None

    def holds(self, value: Value) -> bool:
        if self.number is not None:
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            return is_number and bool(_TEXT_TESTS[self.operator](value, self.number))
        return bool(_TEXT_TESTS[self.operator](text_of(value), self.text))

    def holds_period(self, key: int) -> bool:
        """Bounds are whole: from 2016 on, and up to 2016, both take in the quarters of 2016."""
        if self.span is None:
            return bool(_TEXT_TESTS[self.operator](period_text(key), self.text))
        found = span_of(key)
        match self.operator:
            case "ge":
                return found.first >= self.span.first
            case "gt":
                return found.first > self.span.last
            case "le":
                return found.last <= self.span.last
            case "lt":
                return found.last < self.span.first
            case "ne":
                return not self.span.holds(found)
            case _:
                return self.span.holds(found)


Condition = tuple[tuple[Test, ...], ...]  # any of these groups, in which all tests hold


def holds(condition: Condition, value: Value) -> bool:
    return any(all(test.holds(value) for test in group) for group in condition)


def period_holds(condition: Condition, key: int) -> bool:
    return any(all(test.holds_period(key) for test in group) for group in condition)


Key = tuple[frozenset[str] | None, ...]  # per dimension the codes asked for, None for all


@dataclass(frozen=True, slots=True)
class DataQuery:
    """`keys`: any of them; none asks for all. `shown`: ids of the attributes told, None for all."""

    flow: Flow
    keys: tuple[Key, ...] = ()
    where: Mapping[str, Condition] = field(default_factory=dict)
    updated_after: datetime | None = None
    as_of: datetime | None = None
    first: int | None = None
    last: int | None = None
    is_flat: bool = False
    shown: frozenset[str] | None = None
    with_observations: bool = True

    @property
    def time(self) -> Condition:
        return self.where.get(TIME_PERIOD, ())

    @property
    def value_tests(self) -> dict[str, Condition]:
        """Conditions on the value and on attributes, which can only be looked at one by one."""
        held = {one.id for one in self.flow.structure.dimensions} | {TIME_PERIOD}
        return {name: condition for name, condition in self.where.items() if name not in held}

    def takes_key(self, key: tuple[str, ...]) -> bool:
        if self.keys and not any(
            all(codes is None or code in codes for code, codes in zip(key, asked, strict=True)) for asked in self.keys
        ):
            return False
        dimensions = self.flow.structure.dimensions
        return all(
            one.id not in self.where or holds(self.where[one.id], code)
            for one, code in zip(dimensions, key, strict=True)
        )

    def codes(self, place: int, known: Mapping[str, str]) -> frozenset[str] | None:
        """Codes of a dimension that can be in the answer, None for all: so that the database looks at no others."""
        found: frozenset[str] | None = None
        if self.keys:
            asked = [key[place] for key in self.keys]
            if None not in asked:
                found = frozenset().union(*(codes for codes in asked if codes is not None))
        condition = self.where.get(self.flow.structure.dimensions[place].id)
        if condition is not None:
            kept = frozenset(code for code in known if holds(condition, code))
            found = kept if found is None else found & kept
        return found

    def years(self) -> tuple[int, int]:
        """First and last year that can be in the answer."""
        first, last = [], []
        for group in self.time:
            low, high = 0, 9999
            for test in group:
                if test.span is None:
                    continue
                if test.operator in {"ge", "gt", "eq"}:
                    low = max(low, test.span.first.year)
                if test.operator in {"le", "lt", "eq"}:
                    high = min(high, test.span.last.year)
            first.append(low)
            last.append(high)
        return min(first, default=0), max(last, default=9999)


__all__ = ["ALL_DIMENSIONS", "NUMBER_TESTS", "OBS_VALUE", "OPERATORS", "Condition", "DataQuery", "Key", "Test"]
