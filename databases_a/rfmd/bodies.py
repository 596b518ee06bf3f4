"""Regional values that sectoral bodies report: how many of those that owe have reported, and who has not. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from adme.observations.points import SeriesPoint

from .inputs import REGION, Table
from .models import Recipe
from .states import InputRow, StateValue, ValuesByYear, row

WITHHELD_STATUS = "O"
_BODY = "BODY="


class CoveredValue(NamedTuple):
    """A figure of a year. `value` is None where `withheld` says why; counts are None where nobody owes a report."""

    year: int
    value: float | None
    obs_status: str
    withheld: str
    reporting: int | None
    expected: int | None
    left_out: list[list[str]]
    entry: StateValue
    coverage: tuple[tuple[str, SeriesPoint], ...]

    def input_rows(self) -> list[InputRow]:
        return [*self.entry.input_rows(), *(row(role, point) for role, point in self.coverage)]

    def fingerprint(self) -> str:
        covered = "".join(f"+{point.reference}" for _, point in self.coverage)
        return f"{self.entry.fingerprint()}|{covered}|{self.left_out}"


def covered_values(recipe: Recipe, own: ValuesByYear, table: Table) -> Iterator[CoveredValue]:
    """The series' own figures for ASEAN, each with its coverage, or withheld where too few bodies have reported."""
    for year in sorted(own):
        if year >= recipe.first_year:
            yield _one_year(recipe, own[year], table, year)


def _one_year(recipe: Recipe, entry: StateValue, table: Table, year: int) -> CoveredValue:
    rule = recipe.coverage_rule
    points = [(role, _total(table, rule[role], year)) for role in ("reporting", "expected")]
    coverage = tuple((role, point) for role, point in points if point is not None)
    told = {role: int(point.value or 0) for role, point in coverage}
    reporting, expected = told.get("reporting"), told.get("expected")
    withheld = _fault(reporting, expected, float(rule.get("min_share", 0)), year)
    return CoveredValue(
        year=year,
        value=None if withheld else entry.value,
        obs_status=WITHHELD_STATUS if withheld else entry.obs_status,
        withheld=withheld,
        reporting=reporting,
        expected=expected,
        left_out=_left_out(table, rule["reporting"], year),
        entry=entry,
        coverage=coverage,
    )


def _total(table: Table, series: str, year: int) -> SeriesPoint | None:
    return table.get((series, ""), {}).get(REGION, {}).get(year)


def _fault(reporting: int | None, expected: int | None, least: float, year: int) -> str:
    if not expected:
        return ""
    needed = max(1, math.ceil(least * expected - 1e-9))
    if (reporting or 0) >= needed:
        return ""
    are = "is" if needed == 1 else "are"
    return (
        f"Withheld: {reporting or 0} of {expected} sectoral bodies have reported for {year}; "
        f"at least {needed} {are} needed."
    )


def _left_out(table: Table, series: str, year: int) -> list[list[str]]:
    """[[body code, reason], ...] of those that owe and have not all of the year's reports in."""
    found = []
    for code, dimensions in sorted(key for key in table if key[0] == series and key[1].startswith(_BODY)):
        point = table[code, dimensions].get(REGION, {}).get(year)
        if point is not None and not point.value:
            reason = f"Not all of its reports for {year} are approved or certified nil."
            found.append([dimensions.removeprefix(_BODY), reason])
    return found
