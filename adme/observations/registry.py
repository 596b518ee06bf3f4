"""Finds series by code, whoever holds them. Databases B and C, Tool 1 and Tool 2 register a source each;
aggregation reads here and so imports none of them.

A series code is '<dataset>:<indicator>'. A source answers for the codes it knows and ignores the rest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol, cast

from .points import ObservationInfo, SeriesInfo, SeriesPoint
from .queries import CountKind


class SeriesSource(Protocol):
    """What a database publishes. `prefix` is the first part of its observation references ('B')."""

    prefix: str

    def read(
        self,
        codes: Collection[str],
        *,
        areas: Collection[str],
        first_period: int = 0,
        totals_only: bool = True,
        as_of: datetime | None = None,
    ) -> Iterable[SeriesPoint]:
        """Current (or then-current) observations of these codes and areas, in a constant number of statements,
        ordered by series, area, dimensions, period."""
        ...

    def describe(self, codes: Collection[str]) -> Mapping[str, SeriesInfo]: ...

    def describe_observations(self, references: Collection[str]) -> Mapping[str, ObservationInfo]: ...


class CountSource(SeriesSource, Protocol):
    """A source whose series are questions (see queries). `dataset` is the first part of its codes ('TOOL1')."""

    dataset: str

    def kinds(self, *, look_up: bool = True) -> Sequence[CountKind]: ...

    def faults(self, codes: Collection[str]) -> list[str]: ...


_sources: dict[str, SeriesSource] = {}


def register(source: SeriesSource) -> None:
    _sources[source.prefix] = source


def read(
    codes: Collection[str],
    *,
    areas: Collection[str],
    first_period: int = 0,
    totals_only: bool = True,
    as_of: datetime | None = None,
) -> list[SeriesPoint]:
    points: list[SeriesPoint] = []
    for source in _sources.values():
        points.extend(source.read(codes, areas=areas, first_period=first_period, totals_only=totals_only, as_of=as_of))
    return points


def describe(codes: Collection[str]) -> dict[str, SeriesInfo]:
    found: dict[str, SeriesInfo] = {}
    for source in _sources.values():
        found.update(source.describe(codes))
    return found


def describe_observations(references: Collection[str]) -> dict[str, ObservationInfo]:
    found: dict[str, ObservationInfo] = {}
    for prefix, source in _sources.items():
        mine = [reference for reference in references if reference.startswith(prefix + ":")]
        if mine:
            found.update(source.describe_observations(mine))
    return found


def kinds() -> list[CountKind]:
    """Everything that the tools can count, with the fields to ask by."""
    return [kind for source in _count_sources() for kind in source.kinds()]


def faults(codes: Collection[str]) -> list[str]:
    """What is wrong with those of the codes that are questions to a tool."""
    found: list[str] = []
    for source in _count_sources():
        mine = [code for code in codes if code.startswith(source.dataset + ":")]
        if mine:
            found.extend(source.faults(mine))
    return found


def is_count(code: str) -> bool:
    """Is this series a question to a tool?"""
    return code.partition(":")[0] in {source.dataset for source in _count_sources()}


def _count_sources() -> list[CountSource]:
    return [cast(CountSource, source) for source in _sources.values() if hasattr(source, "kinds")]
