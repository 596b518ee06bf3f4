"""SDMX-CSV 2.0 of KPI rows that somebody else holds, such as those frozen in an edition. Reads no tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from adme.exports.sdmx.csv_data import Labels, Options, csv_chunks
from adme.exports.sdmx.data import DataSet, Header, Observation, Series
from adme.exports.sdmx.structures import Ref
from adme.observations.periods import TimePeriod

from . import concepts
from .dimensions import TOTAL
from .flows import KPI_FLOW, Source, codelist, make_flow
from .ids import safe_id, unit_ids


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiRow:
    """One KPI value. `period` is TimePeriod.key; `population_share` 0 to 1; `value` None where there is none.

    `coverage_of` is 'states' or 'bodies': whom `states_reporting` and `states_expected` count. Of a state's own value
    the coverage is None.
    """

    leaf: str
    area: str
    period: int
    value: float | None
    unit: str
    obs_status: str
    decimals: int | None = None
    sex: str = TOTAL
    age: str = TOTAL
    conf_status: str = "F"
    coverage_of: str = ""
    states_reporting: int | None = None
    states_expected: int | None = None
    states_carried: int | None = None
    population_share: float | None = None
    recipe_version: int | None = None
    comment: str = ""
    is_demonstration: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """What the file says about itself. `units`: codes of units by their text (CL_UNIT); others are made of the text.

    `leaves` and `areas`: names, only needed for labels other than ids.
    """

    data_version: int
    edition: str = ""
    prepared: datetime
    units: Mapping[str, str] = field(default_factory=dict)
    leaves: Mapping[str, str] = field(default_factory=dict)
    areas: Mapping[str, str] = field(default_factory=dict)


def kpi_csv(rows: Iterable[KpiRow], frozen: Frozen, *, labels: Labels = Labels.ID) -> Iterator[bytes]:
    """The file in pieces: the columns of DF_KPI, rows in order of leaf, area, dimensions and time.

    Gives the same bytes for the same rows and data version; `prepared` is not in the file.
    """
    held = list(rows)
    units = unit_ids({row.unit for row in held} - {""}, frozen.units)
    flow = make_flow(
        Source.KPI, id=KPI_FLOW, name="KPI values of the ASCC results framework", description="",
        indicator_list="CL_KPI_LEAF", indicators={},
    )  # fmt: skip
    names: dict[Ref, Mapping[str, str]] = {
        codelist("CL_KPI_LEAF"): {safe_id(code): name for code, name in frozen.leaves.items()},
        codelist("CL_AREA"): frozen.areas,
        codelist("CL_UNIT"): {code: text for text, code in units.items()},
    }
    data = DataSet(
        flow=flow.flow,
        structure=flow.structure,
        header=Header("ADME", frozen.prepared, concepts.AGENCY, concepts.AGENCY_NAME),
        series=_series(held, units),
        shown=flow.structure.attributes,
        names=names,
        concepts=concepts.names(),
        dataset_attributes={"DATA_VERSION": frozen.data_version, "EDITION": frozen.edition or None},
    )
    return csv_chunks(data, Options(version=2, labels=labels))


def _key(row: KpiRow) -> tuple[str, ...]:
    frequency = TimePeriod.from_key(row.period).frequency
    return (frequency, row.area, safe_id(row.leaf), row.sex, row.age)


def _series(rows: list[KpiRow], units: Mapping[str, str]) -> Iterator[Series]:
    def place(row: KpiRow) -> tuple[object, ...]:
        return (row.leaf, *_key(row), row.is_demonstration, row.period)

    ordered = sorted(rows, key=place)
    for (key, made_up), found in groupby(ordered, key=lambda row: (_key(row), row.is_demonstration)):
        observations = [_observation(row, units) for row in found]
        yield Series(key, ("Y" if made_up else "N",), observations)


def _observation(row: KpiRow, units: Mapping[str, str]) -> Observation:
    return Observation(
        str(TimePeriod.from_key(row.period)),
        row.value,
        (
            row.obs_status, row.conf_status, units.get(row.unit), "0", row.decimals, row.coverage_of or None,
            row.states_reporting, row.states_expected, row.states_carried, row.population_share, row.recipe_version,
            row.comment or None,
        ),
    )  # fmt: skip
