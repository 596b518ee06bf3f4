"""What is found in a file, collected under a limit: of each rule the first are kept one by one, the rest counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

KEPT_PER_RULE = 1_000
ERROR, WARNING, NOTE = "error", "warning", "note"
_LONGEST = {"record": 200, "column": 120, "seen": 300, "remedy": 500}


@dataclass(frozen=True, slots=True)
class Found:
    """`row` as a spreadsheet counts, None for the file or a group of records; `times` is more than 1 only in the last
    one kept of a rule, which stands for all the others."""

    rule: str
    level: str
    is_structural: bool
    row: int | None
    record: str
    column: str
    seen: str
    remedy: str
    times: int = 1


class Findings:
    def __init__(self) -> None:
        self._structural: list[Found] = []
        self._kept: list[Found] = []
        self._listed: Counter[str] = Counter()
        self._more: dict[str, Found] = {}
        self.levels: Counter[str] = Counter()
        self.by_rule: Counter[str] = Counter()

    @property
    def is_structural(self) -> bool:
        """Whether something is wrong with the file as a whole, so that it is rejected."""
        return any(one.level == ERROR for one in self._structural)

    def structural(self, rule: str, remedy: str, *, level: str = ERROR, column: str = "", seen: str = "") -> None:
        self._count(rule, level)
        self._structural.append(_cut(Found(rule, level, True, None, "", column, seen, remedy)))

    def add(
        self, rule: str, level: str, *, row: int | None = None, record: str = "", column: str = "", seen: str = "",
        remedy: str | Callable[[], str] = "",
    ) -> None:  # fmt: skip
        """`remedy` may be a function, for those that are costly to work out and mostly not kept."""
        self._count(rule, level)
        self._listed[rule] += 1
        if self._listed[rule] > KEPT_PER_RULE:
            return
        told = remedy if isinstance(remedy, str) else remedy()
        found = _cut(Found(rule, level, False, row, record, column, seen, told))
        if self._listed[rule] == KEPT_PER_RULE:
            self._more[rule] = found
        else:
            self._kept.append(found)

    def _count(self, rule: str, level: str) -> None:
        self.levels[level] += 1
        self.by_rule[rule] += 1

    def all(self) -> list[Found]:
        """Structural ones first, then in the order of the file; the counts of `times` by rule are complete."""
        return [*self._structural, *self._kept, *(self._summary(rule, one) for rule, one in self._more.items())]

    def _summary(self, rule: str, last: Found) -> Found:
        more = self._listed[rule] - KEPT_PER_RULE + 1
        if more == 1:
            return last
        remedy = f"The same in {more:,} more records from row {last.row} on. {last.remedy}" if last.row else last.remedy
        summary = Found(rule, last.level, False, last.row, "", last.column, "", remedy, more)
        return _cut(summary)


def _cut(one: Found) -> Found:
    if len(one.record) <= 200 and len(one.column) <= 120 and len(one.seen) <= 300 and len(one.remedy) <= 500:
        return one
    cut = {name: _shortened(getattr(one, name), longest) for name, longest in _LONGEST.items()}
    return Found(one.rule, one.level, one.is_structural, one.row, times=one.times, **cut)


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
