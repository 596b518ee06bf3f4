"""From the databases to series: filters, first and last observations, and the attributes that were asked for.

Each source gives series by series in a constant number of statements, and nothing is held but the series at hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from adme.exports.sdmx.data import DataSet, Header, Observation, Series, Value
from adme.exports.sdmx.structures import OBS_VALUE, Attachment

from . import concepts
from .catalogue import Catalogue
from .flows import Source
from .periods import span_of, text_of
from .queries import DataQuery, holds, period_holds


class Raw(NamedTuple):
    """An observation as it is stored, `attributes` in the order of the structure's."""

    period: int
    value: float | None
    attributes: tuple[Value, ...]


class RawSeries(NamedTuple):
    key: tuple[str, ...]
    attributes: tuple[Value, ...]
    observations: list[Raw]


SourceReader = Callable[[DataQuery, Catalogue], Iterator[RawSeries]]


def reader_of(source: Source) -> SourceReader:
    from . import source_external, source_kpi, source_records

    return {
        Source.KPI: source_kpi.read,
        Source.EXTERNAL: source_external.read,
        Source.RECORDS: source_records.read,
    }[source]


def series_of(query: DataQuery, known: Catalogue) -> Iterator[Series]:
    """Series of the answer, those without an observation left out."""
    cut = _Cut(query)
    for raw in reader_of(query.flow.source)(query, known):
        if not query.takes_key(raw.key) or not cut.takes_series(raw):
            continue
        observations = cut.observations(raw.observations)
        if observations:
            yield Series(raw.key, cut.of_series(raw.attributes), observations if query.with_observations else [])


def data_set(
    query: DataQuery, known: Catalogue, series: Iterator[Series], *, prepared: datetime, message: str, edition: str = ""
) -> DataSet:
    shown = tuple(one for one in query.flow.structure.attributes if query.shown is None or one.id in query.shown)
    return DataSet(
        flow=query.flow.flow,
        structure=query.flow.structure,
        header=Header(message, prepared, concepts.AGENCY, concepts.AGENCY_NAME),
        series=series,
        shown=shown,
        names=known.names,
        concepts=concepts.names(),
        dataset_attributes={"DATA_VERSION": known.version, "EDITION": edition or None},
        with_observations=query.with_observations,
        is_flat=query.is_flat,
    )


class _Cut:
    """What is left of stored observations. Made once for a query."""

    def __init__(self, query: DataQuery) -> None:
        self.query = query
        structure = query.flow.structure
        of_series = [one.id for one in structure.attached(Attachment.SERIES)]
        of_observation = [one.id for one in structure.attached(Attachment.OBSERVATION)]
        self.own = _places(of_observation, query.shown)
        self.shared = _places(of_series, query.shown)
        tests = query.value_tests
        self.series_tests = [(of_series.index(name), each) for name, each in tests.items() if name in of_series]
        self.value_test = tests.get(OBS_VALUE)
        self.tests = [(of_observation.index(name), each) for name, each in tests.items() if name in of_observation]
        self.time = query.time
        self.is_whole = not (self.time or self.value_test or self.tests or query.first or query.last)

    def takes_series(self, raw: RawSeries) -> bool:
        return all(holds(condition, raw.attributes[place]) for place, condition in self.series_tests)

    def of_series(self, attributes: tuple[Value, ...]) -> tuple[Value, ...]:
        return attributes if self.shared is None else tuple(attributes[place] for place in self.shared)

    def observations(self, found: list[Raw]) -> Sequence[Observation]:
        kept = found if self.is_whole else self._kept(found)
        if self.own is None:
            return [Observation(text_of(period), value, held) for period, value, held in kept]
        own = self.own
        return [
            Observation(text_of(period), value, tuple(held[place] for place in own)) for period, value, held in kept
        ]

    def _kept(self, found: list[Raw]) -> list[Raw]:
        kept = [one for one in found if self._takes(one)]
        first, last = self.query.first, self.query.last
        if first is None and last is None:
            return kept
        if first is not None and last is not None and first + last < len(kept):
            return kept[:first] + kept[-last:]
        if first is not None and last is None:
            return kept[:first]
        if last is not None and first is None:
            return kept[-last:]
        return kept

    def _takes(self, one: Raw) -> bool:
        if self.time and not period_holds(self.time, one.period):
            return False
        if self.value_test and not holds(self.value_test, one.value):
            return False
        return all(holds(condition, one.attributes[place]) for place, condition in self.tests)


def _places(names: Sequence[str], shown: frozenset[str] | None) -> list[int] | None:
    """Which of them are shown; None for all, the usual case."""
    if shown is None or shown.issuperset(names):
        return None
    return [place for place, name in enumerate(names) if name in shown]


def in_time(found: list[Raw]) -> list[Raw]:
    """By time, which is not the order of the stored keys where frequencies mix."""
    return sorted(found, key=lambda one: span_of(one.period))


def period_range(query: DataQuery) -> dict[str, Any]:
    """Bounds of the stored key for the database; `_Cut` looks at the days."""
    first, last = query.years()
    told: dict[str, Any] = {}
    if first > 0:
        told["period__gte"] = first * 1000
    if last < 9999:
        told["period__lte"] = last * 1000 + 999
    return told
