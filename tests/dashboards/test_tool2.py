"""The dashboard of Tool 2: its charts, what it tells and leaves unsaid, its files, its cost, and who may see it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from adme.accounts.models import Role
from adme.observations.services import bump_data_version
from dashboards import caching
from dashboards.charts import matrix_chart
from databases_a.tool2.models import Declaration
from tests.tool1.facts import act, report
from tests.tool2.test_series import LAW, approve, national

from .test_tool1 import lines, validated

URL = "/dashboards/tool-2/"
CHARTS = ("matrix", "status-by-declaration", "status-by-place", "status-by-year", "policies", "evidence")
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


@pytest.fixture
def reader(client_as: Callable[..., Client]) -> Client:
    client = client_as(Role.SOCA_MEMBER)
    client.get("/dashboards/")  # the first answer sets the form token's cookie, which is part of the tag
    return client


def page(client: Client, query: str = "") -> str:
    answer = client.get(f"{URL}{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_matrix_gives_each_status_a_shape_and_a_letter_and_says_why_a_place_is_empty() -> None:
    places = [matrix_chart.Place("Bodies", "Sectoral bodies"), matrix_chart.Place("IDN", "Indonesia")]
    rows = [
        ("2024 One", [("completed", 2), ("none", 0)]),
        ("2023 Two", [("unknown", 0), ("delayed", 1)]),
    ]
    drawn = validated(matrix_chart.matrix_chart(rows, places))
    shapes = {trace.name: trace.marker.symbol for trace in drawn.data if "markers" in trace.mode}
    assert shapes == {"C Completed": "circle", "D Delayed": "triangle-up"}
    assert {trace.text[0] for trace in drawn.data} == {"C", "D", "0", ".."}
    assert "0 none" in matrix_chart.key()
    marked = [sign for sign in matrix_chart.SIGNS.values() if sign.symbol]
    assert len({(sign.symbol, sign.letter) for sign in marked}) == len(marked)
    assert matrix_chart.matrix_chart([], places)["data"] == []


def test_page_tells_numbers_and_coverage(reader: Client) -> None:
    approve(
        national("IDN"),
        {**LAW, "evidence_newest_on": date(2024, 3, 1)},
        {"status": "ongoing"},
        {"status": "not_started"},
    )
    approve(report("SOMHD", "2024", tool="tool2"), {"status": "delayed"})
    act(national("VNM"), "certify_nil")
    national("THA")
    html = page(reader)
    total = Declaration.objects.filter(retired_at=None).count()
    assert f"of {total}" in html
    assert "1 of 1 sectoral bodies and 2 of 10 Member States have an approved or nil report for 2024" in html
    assert "1 of 3 actions begun" in html
    assert "1 regional, 3 national" in html
    assert "1 of 2 known" in html
    assert "/dashboards/kpis/6d/" in html
    assert "/declarations/matrix/?period=2024" in html
    assert "no approved report" in html


def test_filters_stand_in_the_address(reader: Client) -> None:
    approve(national("IDN", "2023"), {"status": "ongoing"})
    approve(national("VNM"), {"status": "ongoing"})
    html = page(reader, "?year=2023&state=IDN&level=national")
    assert '<option value="IDN" selected>' in html
    assert '<option value="2023" selected>' in html
    assert "Indonesia has an approved or nil report for 2023" in html
    assert "/dashboards/tool-2/evidence/data.csv?year=2023&amp;state=IDN&amp;level=national" in html
    assert "No follow-up action fits" in page(reader, "?year=2023&level=regional")


@pytest.mark.parametrize("query", ["?body=XX", "?year=1999", "?state=FRA", "?type=%00", "?level=both"])
def test_unknown_values_are_not_found(reader: Client, query: str) -> None:
    approve(national("IDN"), {})
    assert reader.get(f"{URL}{query}").status_code == 404


def test_nothing_approved_says_why_and_what_to_do(reader: Client) -> None:
    html = page(reader)
    assert "No Tool 2 report has been approved yet" in html
    assert "Open the calendar" in html
    assert "data-figure-json" not in html


def test_unchanged_page_is_answered_304_without_building_and_a_nil_report_makes_it_new(
    reader: Client, monkeypatch: Any
) -> None:
    approve(national("IDN"), {})
    owed = national("VNM")
    first = reader.get(URL)
    act(owed, "certify_nil")
    newer = reader.get(URL, headers={"if-none-match": first["ETag"]})
    assert newer.status_code == 200
    assert "2 of 10 Member States" in newer.content.decode()
    monkeypatch.setattr(caching, "render", None)
    assert reader.get(URL, headers={"if-none-match": newer["ETag"]}).status_code == 304


def test_number_of_statements_is_small_and_does_not_grow(reader: Client, django_assert_max_num_queries: Any) -> None:
    counts = []
    for state, many in (("IDN", 1), ("VNM", 50)):
        approve(national(state), *(LAW for _ in range(many)))
        bump_data_version()
        page(reader, "?year=all")  # keeps the words of this data version
        with django_assert_max_num_queries(8) as captured:
            page(reader)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_strangers_log_in_first(client: Client) -> None:
    for url in (URL, f"{URL}matrix/data.csv"):
        answer = client.get(url)
        assert answer.status_code == 302
        assert "/accounts/login/" in answer["Location"]


def test_file_tells_missing_from_zero_and_cannot_carry_a_formula(reader: Client) -> None:
    approve(national("IDN"), {"status": "completed"})
    act(national("VNM"), "certify_nil")
    Declaration.objects.filter(code="made-up").update(title="=1+1")
    rows = {row["PLACE"]: row for row in lines(reader.get(f"{URL}status-by-place/data.csv"))}
    assert (rows["Indonesia"]["TOTAL"], rows["Viet Nam"]["TOTAL"], rows["Thailand"]["TOTAL"]) == ("1", "0", "")
    assert lines(reader.get(f"{URL}matrix/data.csv"))[0]["DECLARATION"] == "'=1+1"
    assert reader.get(f"{URL}matrix/data.xlsx?state=IDN").status_code == 200
    assert reader.get(f"{URL}nothing/data.csv").status_code == 404
    assert reader.get(f"{URL}matrix/data.csv?state=XX").status_code == 404


@pytest.mark.parametrize("chart", CHARTS)
def test_every_chart_of_the_page_has_its_files_and_is_a_valid_figure(reader: Client, chart: str) -> None:
    approve(national("IDN"), LAW, {"status": "ongoing"})
    html = page(reader)
    own = html[html.index(f'id="{chart}" data-figure') :]
    found = re.search(r"data-figure-json>(.*?)</script>", own, re.DOTALL)
    assert found is not None
    figure = json.loads(found.group(1))
    meta = figure.pop("adme")
    assert meta["source"]
    assert meta["coverage"]
    validated(figure)
    assert reader.get(f"{URL}{chart}/data.csv").status_code == 200
    assert f'href="{URL}{chart}/data.xlsx"' in html
