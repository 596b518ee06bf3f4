"""Time periods: `2025`, `2025-S1`, `2025-Q3`, `2025-07`. One integer key each, so they sort and store small."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

# Offset of each frequency inside a year's thousand: 2025 -> 2025000, 2025-S1 -> 2025101, 2025-Q3 -> 2025203, ...
_OFFSET = {"A": 0, "S": 100, "Q": 200, "M": 300}
_COUNT = {"A": 1, "S": 2, "Q": 4, "M": 12}
_PATTERN = re.compile(r"^(?P<year>\d{4})(?:-(?P<rest>S[12]|Q[1-4]|(?:0[1-9]|1[0-2])))?$", re.ASCII)
FIRST_YEAR, LAST_YEAR = 1900, 2100


class PeriodError(ValueError):
    """The text is no time period. The message says what was expected."""


@dataclass(frozen=True, slots=True, order=True)
class TimePeriod:
    """A year, half-year, quarter or month. Orders by its start."""

    year: int
    frequency: str = "A"
    index: int = 0

    def __post_init__(self) -> None:
        if not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise PeriodError(f"{self.year} is outside {FIRST_YEAR} to {LAST_YEAR}")
        highest = _COUNT.get(self.frequency)
        if highest is None or not (self.index == 0 if self.frequency == "A" else 1 <= self.index <= highest):
            raise PeriodError(f"no period {self.index} of frequency {self.frequency}")

    @classmethod
    def parse(cls, text: str) -> TimePeriod:
        """Read `2025`, `2025-S1`, `2025-Q3` or `2025-07`; raise PeriodError for anything else."""
        match = _PATTERN.match(text.strip())
        if match is None:
            raise PeriodError(f"'{text}' is not a time period; write 2025, 2025-S1, 2025-Q3 or 2025-07")
        year, rest = int(match["year"]), match["rest"]
        if rest is None:
            return cls(year)
        if rest[0] in "SQ":
            return cls(year, rest[0], int(rest[1]))
        return cls(year, "M", int(rest))

    @classmethod
    def from_key(cls, key: int) -> TimePeriod:
        year, rest = divmod(key, 1000)
        for frequency in ("M", "Q", "S"):
            if rest > _OFFSET[frequency]:
                return cls(year, frequency, rest - _OFFSET[frequency])
        return cls(year)

    @property
    def key(self) -> int:
        return self.year * 1000 + _OFFSET[self.frequency] + self.index

    @property
    def last_day(self) -> date:
        months = 12 // _COUNT[self.frequency]
        month = 12 if self.frequency == "A" else self.index * months
        following = date(self.year + month // 12, month % 12 + 1, 1)
        return date.fromordinal(following.toordinal() - 1)

    def __str__(self) -> str:
        if self.frequency == "A":
            return str(self.year)
        if self.frequency == "M":
            return f"{self.year}-{self.index:02d}"
        return f"{self.year}-{self.frequency}{self.index}"


def year_key(year: int) -> int:
    """Key of an annual period."""
    return year * 1000
