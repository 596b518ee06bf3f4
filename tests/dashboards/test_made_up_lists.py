"""Lists mark figures that rest on demonstration data, and compare only counts that as many bodies reported."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from adme.accounts.models import Role
from adme.observations import registry
from adme.observations.points import SeriesInfo
from dashboards import text
from dashboards.charts import Line, Point, trend
from databases_a.rfmd import selectors
from databases_a.rfmd.selectors import home
from databases_a.rfmd.selectors.rows import ValueRow

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("url", ["/dashboards/characteristics/E/", "/dashboards/state-of-data/", "/dashboards/"])
def test_lists_mark_a_figure_of_demonstration_data_and_no_other(
    client_as: Callable[..., Client], values: Any, url: str, monkeypatch: Any
) -> None:
    values("31c", {"IDN": {2023: 21.0, 2024: 20.0}})
    client = client_as(Role.ANALYST)
    assert "demo-mark" not in client.get(url).content.decode()
    made_up = SeriesInfo("WB_WDI:SL.UEM.NEET.ZS", "NEET", "%", "", "", "", "", "", "", "", is_demonstration=True)
    monkeypatch.setattr(registry, "describe", lambda codes: {made_up.code: made_up})
    cache.clear()
    html = client.get(url).content.decode()
    assert html.count('class="demo-mark"') == 1
    assert "Figures marked" in html


def _count(year: int, value: float, bodies: int | None) -> ValueRow:
    return ValueRow(1, "ASEAN", year * 1000, value, "A", "", bodies, 15, None, 0, "bodies" if bodies else "states")


@pytest.mark.parametrize(
    ("before", "after", "is_one"),
    [
        (_count(2024, 21, 15), _count(2025, 3, 8), False),
        (_count(2024, 21, 15), _count(2025, 22, 15), True),
        (_count(2024, 21, 15), _count(2025, 21, 15), False),
        (_count(2024, 21, None), _count(2025, 3, None), True),
    ],
)
def test_a_count_of_reports_moves_only_between_years_that_as_many_bodies_reported(
    before: ValueRow, after: ValueRow, is_one: bool
) -> None:
    assert home._is_movement(before, after) is is_one


def test_whether_a_state_has_something_is_said_in_words(reference_data: None) -> None:
    leaves = {leaf.code: leaf for leaf in _leaves()}
    policy, rate = leaves["16"], leaves["31c"]
    assert [text.state_value(policy, one) for one in (1.0, 0.0, None)] == ["yes", "no", ".."]
    assert text.state_value(rate, 1.0) == "1.0"


def _leaves() -> list[Any]:
    return [row.leaf for row in selectors.gaps_page().rows]


def test_a_trend_of_counted_things_has_no_halves_and_one_of_rates_may() -> None:
    line = Line("ASEAN", "ASEAN", (Point(2022, 0.0, "A"), Point(2023, 1.0, "A")), place=0)
    assert trend([line], unit="Member States", decimals=0)["layout"]["yaxis"]["dtick"] == 1
    assert "dtick" not in trend([line], unit="%", decimals=1)["layout"]["yaxis"]
