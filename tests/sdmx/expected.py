"""What must come back, taken straight from the tables, and one plain shape for what each library read.

Shape: {(key..., period): {component: text or number, ...}}; what has no value is not in it.
"""

from __future__ import annotations

from typing import Any

from adme.observations.periods import TimePeriod
from adme.observations.services import current_data_version
from databases_a.rfmd.models import KpiValue
from databases_b.models import Observation
from databases_c.models import StatisticObservation

Table = dict[tuple[str, ...], dict[str, Any]]
NUMBERS = {
    "OBS_VALUE", "DECIMALS", "STATES_REPORTING", "STATES_EXPECTED", "STATES_CARRIED", "POPULATION_SHARE",
    "RECIPE_VERSION", "DATA_VERSION",
}  # fmt: skip
INDICATORS = {"SL.NEET": "SL_NEET_2", "SL-NEET": "SL-NEET", "SL_NEET": "SL_NEET"}
UNITS = {
    "% of youth": "PCNT_YOUTH", "Member States": "MEMBER_STATES", "per 100 <persons>": "PER_100_LT_PERSONS_GT",
    "persons": "PS",
}  # fmt: skip
RESTS = {"": "_T", "QUINTILE=Q<1+2>": "QUINTILE-Q_1_2_", "PROVINCE=N": "PROVINCE-N", "PROVINCE=S": "PROVINCE-S"}


def clean(row: dict[str, Any]) -> dict[str, Any]:
    told = {}
    for name, value in row.items():
        if value is None or value == "" or value != value:
            continue
        told[name] = float(value) if name in NUMBERS else str(value)
    return told


def kpi() -> Table:
    found: Table = {}
    for one in KpiValue.objects.filter(closed_by=None).select_related("leaf", "area", "recipe"):
        period = TimePeriod.from_key(one.period)
        found[period.frequency, one.area.code, one.leaf.code, "_T", "_T", str(period)] = clean(
            {
                "OBS_VALUE": one.value, "OBS_STATUS": one.obs_status, "CONF_STATUS": "F",
                "UNIT_MEASURE": UNITS[one.recipe.unit], "UNIT_MULT": "0", "DECIMALS": one.recipe.decimals,
                "COVERAGE_OF": one.coverage_of if one.states_expected is not None else None,
                "STATES_REPORTING": one.states_reporting, "STATES_EXPECTED": one.states_expected,
                "STATES_CARRIED": one.states_carried, "POPULATION_SHARE": one.population_share,
                "RECIPE_VERSION": one.recipe.version, "COMMENT_OBS": one.withheld, "DEMONSTRATION": "N",
                "DATA_VERSION": current_data_version().number,
            }
        )  # fmt: skip
    return found


def _key(dimensions: str) -> tuple[str, str, str, str]:
    told = dict(one.split("=", 1) for one in dimensions.split(";") if one)
    own = tuple(told.pop(name, "_T") for name in ("SEX", "AGE", "URBANISATION"))
    return (own[0], own[1], own[2], RESTS[";".join(f"{name}={code}" for name, code in told.items())])


def external() -> Table:
    found: Table = {}
    for one in Observation.objects.filter(closed_by=None).select_related("series__indicator", "series__area", "note"):
        series, indicator = one.series, one.series.indicator
        key = (series.frequency, series.area.code, INDICATORS[indicator.code], *_key(series.dimensions))
        found[*key, str(TimePeriod.from_key(one.period))] = clean(
            {
                "OBS_VALUE": one.value, "OBS_STATUS": one.obs_status, "CONF_STATUS": "F",
                "COMMENT_OBS": one.note.text if one.note else None, "UNIT_MEASURE": UNITS[indicator.unit],
                "UNIT_MULT": "0", "DECIMALS": indicator.decimals, "DEMONSTRATION": "N",
                "DATA_VERSION": current_data_version().number,
            }
        )  # fmt: skip
    return found


def records() -> Table:
    found: Table = {}
    notes = {"C": "Suppressed: few records stand behind it.", "D": "Suppressed to protect this or another figure."}
    for one in StatisticObservation.objects.filter(closed_at=None).select_related("series__statistic", "series__area"):
        period = TimePeriod.from_key(one.period)
        key = (period.frequency, one.series.area.code, one.series.statistic.code, *_key(one.series.dimensions))
        found[*key, str(period)] = clean(
            {
                "OBS_VALUE": one.value, "OBS_STATUS": one.obs_status, "CONF_STATUS": one.conf_status,
                "COMMENT_OBS": notes.get(one.conf_status), "DEMONSTRATION": "Y" if one.is_demonstration else "N",
                "UNIT_MEASURE": UNITS[one.series.statistic.unit], "UNIT_MULT": "0", "DECIMALS": 0,
                "DATA_VERSION": current_data_version().number,
            }
        )  # fmt: skip
    return found


FLOWS = {"DF_KPI": kpi, "DF_TEST_SET": external, "DF_RECORDS": records}
DIMENSIONS = {
    "DF_KPI": ["FREQ", "REF_AREA", "INDICATOR", "SEX", "AGE"],
    "DF_TEST_SET": ["FREQ", "REF_AREA", "INDICATOR", "SEX", "AGE", "URBANISATION", "COMPOSITE_BREAKDOWN"],
    "DF_RECORDS": ["FREQ", "REF_AREA", "INDICATOR", "SEX", "AGE", "URBANISATION", "COMPOSITE_BREAKDOWN"],
}


def table_of_rows(rows: list[dict[str, Any]], flow: str) -> Table:
    """Rows with a column for each component."""
    names = [*DIMENSIONS[flow], "TIME_PERIOD"]
    found: Table = {}
    for row in rows:
        key = tuple(str(row[name]) for name in names)
        assert key not in found, key
        found[key] = clean({name: value for name, value in row.items() if name not in names})
    return found
