"""KPI values against a computation of its own: pandas over the source file, none of ADME's formulas."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest
from django.conf import settings
from django.core.management import call_command

from databases_a.rfmd.models import KpiValue, Recipe

FIGURES = Path(settings.BASE_DIR) / "fixtures" / "world_bank" / "observations.csv"
TEN = ["BRN", "KHM", "IDN", "LAO", "MYS", "MMR", "PHL", "SGP", "THA", "VNM"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def figures(reference_data, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    call_command(
        "import_observations", str(FIGURES), apply=True, new_indicators=True, verbosity=0, stdout=io.StringIO()
    )
    call_command("aggregate_kpis", verbosity=0, stdout=io.StringIO())


def table(indicator: str) -> pd.DataFrame:
    """Years down, areas across."""
    rows = pd.read_csv(FIGURES, dtype={"REF_AREA": str}, keep_default_na=False, na_values={"OBS_VALUE": [""]})
    chosen = rows[rows["INDICATOR"] == indicator]
    return chosen.pivot_table(index="TIME_PERIOD", columns="REF_AREA", values="OBS_VALUE").sort_index()


def carried(values: pd.DataFrame, years: int) -> pd.DataFrame:
    """Each state's latest value up to so many years old."""
    whole = values.reindex(range(values.index.min(), values.index.max() + 1))
    return whole.ffill(limit=years) if years else whole


@pytest.mark.parametrize("code", ["31c", "31b", "19a", "17b", "6b"])
def test_asean_values_equal_a_weighted_mean_by_pandas(figures, code):
    recipe = Recipe.objects.get(leaf__code=code, state="adopted")
    assert recipe.area_method == "weighted_mean"
    assert recipe.weights["series"] == "WB_WDI:SP.POP.TOTL"
    values = table(recipe.inputs[0]["series"].partition(":")[2]).reindex(columns=TEN)
    filled = carried(values, int(recipe.gap_rule.get("carry_years", 0)))
    population = table("SP.POP.TOTL")[TEN]
    regional = KpiValue.objects.filter(leaf__code=code, area__code="ASEAN", closed_by=None, period__lt=2025000)
    stored = dict(regional.filter(value__isnull=False).values_list("period", "value"))
    assert len(stored) >= 8
    for period, value in stored.items():
        year = period // 1000
        row, weight = filled.loc[year].dropna(), population.loc[year]
        expected = (row * weight[row.index]).sum() / weight[row.index].sum()
        assert value == pytest.approx(expected, rel=1e-12), (code, year)


def test_states_carried_are_those_without_a_value_of_the_year(figures):
    values = table("SL.UEM.NEET.ZS").reindex(columns=TEN)
    for period, reporting, old in KpiValue.objects.filter(
        leaf__code="31c", area__code="ASEAN", closed_by=None, period__lt=2025000
    ).values_list("period", "states_reporting", "states_carried"):
        assert reporting - old == values.loc[period // 1000].notna().sum()
