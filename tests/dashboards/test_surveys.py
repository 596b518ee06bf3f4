"""A survey result on the pages: its source and sample beside it, and no chart from a single figure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from adme.accounts.models import Role
from adme.common.formatting import THIN_SPACE
from adme.jobs.testing import run_all_jobs
from adme.reference.models import Area
from databases_a.rfmd.models import KpiLeaf
from databases_a.rfmd.services import enter_survey
from databases_a.rfmd.services.surveys import SurveyResult

LEAF = "/dashboards/kpis/24/"
SAMPLE = f"Poll on awareness; 1{THIN_SPACE}200 people asked; by telephone"


@pytest.fixture
def enter(user_with: Any, reference_data: None) -> Callable[..., None]:
    def make(area: str = "ASEAN", year: int = 2024, code: str = "24") -> None:
        result = SurveyResult(value=61.0, source="Poll on awareness.", sample_size=1200, sample_note="by telephone")
        leaf, place = KpiLeaf.objects.get(code=code), Area.objects.get(code=area)
        enter_survey(leaf=leaf, area=place, year=year, result=result, by=user_with(Role.ANALYST))
        run_all_jobs()

    return make


def _html(client: Client, url: str) -> str:
    return client.get(url).content.decode()


def test_source_and_sample_stand_beside_the_key_figure_and_in_a_table(client_as: Any, enter: Any) -> None:
    enter()
    html = _html(client_as(Role.SOCA_MEMBER), LEAF)
    figures = html[html.index('class="key-figures"') : html.index('class="leaf-standing"')]
    assert SAMPLE in figures
    table = html[html.index("survey-table") :]
    assert "Poll on awareness." in table
    assert f"1{THIN_SPACE}200" in table
    assert "sample.." not in html


def test_a_single_result_brings_a_table_and_no_chart(client_as: Any, enter: Any) -> None:
    enter()
    html = _html(client_as(Role.SOCA_MEMBER), LEAF)
    assert "data-figure-json" not in html
    assert "leaf-filters" not in html
    assert 'id="values"' in html
    assert ">61.0</a>" in html


def test_two_years_bring_the_trend_with_the_survey_in_its_source_line(client_as: Any, enter: Any) -> None:
    enter(year=2023)
    enter(year=2024)
    html = _html(client_as(Role.SOCA_MEMBER), LEAF)
    trend = html[html.index('id="trend"') :].split("</figure>")[0]
    assert f"{SAMPLE} (2023 and 2024)" in trend
    assert 'id="coverage"' not in html
    assert 'id="tiles"' not in html


def test_result_stands_on_the_page_of_its_kra_with_its_sample(client_as: Any, enter: Any) -> None:
    enter()
    leaf = KpiLeaf.objects.select_related("kpi__kra").get(code="24")
    html = _html(client_as(Role.SOCA_MEMBER), f"/dashboards/kras/{leaf.kpi.kra.code}/")
    assert SAMPLE in html
    assert 'id="trend-24"' not in html


def test_rating_is_said_once(client_as: Any, enter: Any) -> None:
    enter()
    html = _html(client_as(Role.SOCA_MEMBER), LEAF)
    standing = html[html.index('class="leaf-standing"') :].split("</p>")[0]
    assert standing.count("No rating") == 1
    assert "There is no baseline." in standing
