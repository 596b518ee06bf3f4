"""Which codes have data under a query: what clients fill their pickers with, told as a constraint."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from adme.exports.sdmx.data import Series
from adme.exports.sdmx.structures import Annotation, Constraint, Kind
from adme.observations.keeping import kept

from .catalogue import Catalogue
from .concepts import AGENCY, VERSION
from .flows import Flow
from .periods import read_period
from .queries import DataQuery, Key
from .reading import series_of
from .stamps import Stamp


@dataclass(frozen=True, slots=True)
class Availability:
    """`codes` by dimension, sorted; `first` and `last` day as text, '' without data: periods of several lengths mix."""

    codes: Mapping[str, tuple[str, ...]]
    first: str
    last: str
    series: int
    observations: int


def exact(query: DataQuery, known: Catalogue) -> Availability:
    """Codes that the answer to this very query would hold."""
    return _of(series_of(query, known), query.flow)


def open_choices(query: DataQuery, known: Catalogue) -> Availability:
    """Codes that could still be chosen: of each dimension those with data under what is asked of the others."""
    dimensions = query.flow.structure.dimensions
    wide = replace(
        query, keys=(), where={name: one for name, one in query.where.items() if name not in _ids(query.flow)}
    )
    everything = list(series_of(wide, known))
    found = _of((one for one in everything if query.takes_key(one.key)), query.flow)
    codes: dict[str, tuple[str, ...]] = {}
    for place, dimension in enumerate(dimensions):
        without = replace(
            query,
            keys=tuple(_freed(key, place) for key in query.keys),
            where={name: one for name, one in query.where.items() if name != dimension.id},
        )
        codes[dimension.id] = tuple(sorted({one.key[place] for one in everything if without.takes_key(one.key)}))
    return replace(found, codes=codes)


def of_flow(flow: Flow, known: Catalogue, now: Stamp) -> Availability:
    """Of everything in a flow; kept for as long as no data change."""
    name = f"sdmx:availability-2:{now.batch}:{flow.flow.id}"
    return kept(name, now.version or None, lambda: exact(DataQuery(flow, shown=frozenset()), known))


def constraint(flow: Flow, found: Availability, components: Iterable[str] | None = None) -> Constraint:
    """`components`: ids of the dimensions that were asked for, None for all, TIME_PERIOD among them."""
    wanted = None if components is None else set(components)
    has_time = wanted is None or "TIME_PERIOD" in wanted
    return Constraint(
        kind=Kind.CONSTRAINT,
        id=f"CR_{flow.flow.id}",
        agency=AGENCY,
        version=VERSION,
        name=f"Codes with data in: {flow.flow.name}",
        annotations=(
            Annotation("sdmx_metrics", str(found.series), "series_count"),
            Annotation("sdmx_metrics", str(found.observations), "obs_count"),
        ),
        flow=flow.flow.ref,
        values=tuple((name, codes) for name, codes in found.codes.items() if wanted is None or name in wanted),
        first=found.first if has_time else "",
        last=found.last if has_time else "",
    )


def _ids(flow: Flow) -> frozenset[str]:
    return frozenset(one.id for one in flow.structure.dimensions)


def _freed(key: Key, place: int) -> Key:
    return (*key[:place], None, *key[place + 1 :])


def _of(series: Iterable[Series], flow: Flow) -> Availability:
    dimensions = flow.structure.dimensions
    codes: list[set[str]] = [set() for _ in dimensions]
    periods: set[str] = set()
    count = observations = 0
    for one in series:
        count += 1
        observations += len(one.observations)
        for held, code in zip(codes, one.key, strict=True):
            held.add(code)
        periods.update(each.period for each in one.observations)
    spans = [read_period(one, "period") for one in periods]
    return Availability(
        codes={one.id: tuple(sorted(held)) for one, held in zip(dimensions, codes, strict=True)},
        first=min(one.first for one in spans).isoformat() if spans else "",
        last=max(one.last for one in spans).isoformat() if spans else "",
        series=count,
        observations=observations,
    )
