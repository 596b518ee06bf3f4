"""The page of a statistic of Database C: figures, what is suppressed, breakdowns, files, cost, who may see it."""

from __future__ import annotations

import io
import json
import random
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.core.cache import cache
from django.test import Client

from adme.accounts.models import Role
from adme.observations import registry
from adme.observations.services import bump_data_version
from adme.reference.selectors import members_on, membership
from databases_c.models import Candidate, Concept, RecordSet, Statistic
from databases_c.pages.comparisons import concept_page
from databases_c.recipes import read_recipe
from databases_c.selectors import figures
from tests.records.factories import make_report, make_set, make_statistic
from tests.rfmd.conftest import FakeSource

from .records import approve, certify_nil, figures_of, page, publish, set_aside
from .test_tool1 import lines, validated

CODE = "PERSONS_TRAINED"
URL = f"/dashboards/records/{CODE}/"
RECIPE: dict[str, Any] = {
    "numerator": {"measure": "sum", "column": "persons"},
    "dimensions": [
        {"column": "sex", "concept": "SEX", "label": "Sex", "code_list": "CL_SEX"},
        {"column": "province", "concept": "REGION", "label": "Province"},
    ],
    "minimum_cell": 5,
}
SHARE = {**RECIPE, "denominator": {"part": {"measure": "sum", "column": "persons"}}, "multiplier": 100, "decimals": 1}
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


@pytest.fixture
def reader(client_as: Callable[..., Client]) -> Client:
    client = client_as(Role.SOCA_MEMBER)
    client.get("/dashboards/")
    return client


@pytest.fixture
def record_set(reference_data: None) -> RecordSet:
    return make_set("courses", title="Courses")


@pytest.fixture
def trained(record_set: RecordSet) -> Statistic:
    return make_statistic(record_set, RECIPE, code=CODE)


def every_state(statistic: Statistic, period: str, value: Callable[[str], float]) -> dict[str, float]:
    """A figure of each state that was a member at the end of the period."""
    from adme.observations.periods import TimePeriod

    told = {state: value(state) for state in members_on(TimePeriod.parse(period).last_day)}
    for state, number in told.items():
        publish(statistic, approve(statistic.record_set, state, period), {"": number})
    return told


def rows_of(client: Client, chart: str, query: str = "") -> list[dict[str, str]]:
    return lines(client.get(f"{URL}{chart}/data.csv{query}"))


# --- figures --------------------------------------------------------------------------------------------------------


def test_asean_is_the_sum_where_every_member_has_a_figure_and_is_left_out_where_one_lacks(
    reader: Client, trained: Statistic
) -> None:
    dice = random.Random(3)  # noqa: S311
    told = every_state(trained, "2024", lambda state: dice.randint(10, 900))
    for state in list(told)[:4]:
        publish(trained, approve(trained.record_set, state, "2025"), {"": 7})
    asean = {row["TIME_PERIOD"]: row for row in rows_of(reader, "values") if row["REF_AREA"] == "ASEAN"}
    assert float(asean["2024"]["OBS_VALUE"]) == sum(told.values())
    assert "2025" not in asean
    html = page(reader, URL)
    assert "no total: not every Member State has a figure" in html
    assert "4 of 11 states" in html
    trend = json.loads(figures_of(html)["values"])
    line = next(trace for trace in trend["data"] if trace["name"] == "ASEAN")
    assert line["y"] == [sum(told.values())]
    assert "The dark line is the sum of all Member States" in html
    assert len(told) == 10, "Timor-Leste was not yet a member and is not waited for"


def test_the_page_of_sources_has_the_same_total_and_coverage_tells_states_and_population(
    reader: Client, trained: Statistic, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_set = trained.record_set
    monkeypatch.setitem(registry._sources, "T", people := FakeSource())
    members = members_on(date(2024, 12, 31))
    for state in members:
        people.put("WB_WDI:SP.POP.TOTL", state, {2021: 60.0 if state == "IDN" else 2.0})  # the rest: 18 in 2024
    concept = Concept.objects.create(code="trained", title="Trained", definition="Persons trained.")
    Candidate.objects.create(concept=concept, source="C", series=trained.series_code, distance=0)

    def of_sources() -> tuple[str, str]:
        cell = concept_page(concept).rows[-1].values[0]
        return cell.text, cell.note

    for state in members:
        if state not in {"IDN", "BRN"}:
            publish(trained, approve(record_set, state, "2024"), {"": 3})
    assert figures.regional_totals(trained)[2024000] == (None, 8, 10, 16 / 78)
    assert of_sources() == ("..", "no total: 8 of 10 states, 21\u00a0% of population in 2024")
    html = page(reader, URL)
    assert "8 of 10 states, 21\u00a0% of population" in html
    publish(trained, approve(record_set, "IDN", "2024"), {"": 6})
    set_aside(record_set, "BRN", "not_applicable", "2024")
    assert of_sources() == ("30", "total of 9 of 9 states, 97\u00a0% of population"), (
        "nobody waits for BRN on either page"
    )
    assert figures.regional_totals(trained)[2024000].value == 30
    people.remove("WB_WDI:SP.POP.TOTL", "BRN", 2021)
    assert figures.regional_totals(trained)[2024000].population is None, "a share of what is not known is none"


def test_ratios_are_not_added(reader: Client, record_set: RecordSet) -> None:
    statistic = make_statistic(record_set, SHARE, code=CODE, unit="% of persons")
    every_state(statistic, "2025", lambda state: 40.0)
    assert "ASEAN" not in {row["REF_AREA"] for row in rows_of(reader, "values")}
    assert "figures of this kind cannot be added up" in page(reader, URL)


@pytest.mark.parametrize(("measure", "adds"), [("count", True), ("sum", True), ("distinct", True), ("mean", False)])
def test_counts_sums_and_different_values_are_added(record_set: RecordSet, measure: str, adds: bool) -> None:
    assert record_set.current is not None
    recipe = {"numerator": {"measure": measure, "column": "" if measure == "count" else "persons"}}
    assert figures.is_additive(read_recipe(recipe, record_set.current.read_layout())) is adds
    assert not figures.is_additive(None)


def test_a_member_to_whom_it_does_not_apply_is_not_waited_for(reader: Client, trained: Statistic) -> None:
    members = [one.area.code for one in membership("ASEAN")]
    for state in members[1:]:
        publish(trained, approve(trained.record_set, state), {"": 2})
    set_aside(trained.record_set, members[0], "not_applicable")
    (asean,) = [row for row in rows_of(reader, "values") if row["REF_AREA"] == "ASEAN"]
    assert float(asean["OBS_VALUE"]) == 2 * (len(members) - 1)


def test_nil_zero_missing_suppressed_and_not_reported_are_told_apart(reader: Client, trained: Statistic) -> None:
    record_set = trained.record_set
    publish(trained, approve(record_set, "IDN"), {"": 0})
    publish(trained, certify_nil(record_set, "VNM"), {"": 0}, nil=True)
    publish(trained, approve(record_set, "THA"), {"": "C"})
    publish(trained, approve(record_set, "MYS"), {"": None})
    set_aside(record_set, "BRN", "not_applicable")
    set_aside(record_set, "KHM", "excused")
    make_report(record_set, "LAO")
    found = {
        row["REF_AREA"]: (row["OBS_VALUE"], row["OBS_STATUS"], row["CONF_STATUS"], row["COMMENT"])
        for row in rows_of(reader, "values")
    }
    assert found["Indonesia"] == ("0", "A", "F", "Normal")
    assert found["Viet Nam"] == ("0", "A", "F", "Certified nil")
    assert found["Thailand"] == ("", "Q", "C", "Suppressed: few records")
    assert found["Malaysia"] == ("", "O", "F", "Missing")
    assert found["Brunei Darussalam"] == ("", "O", "F", "Not applicable")
    assert found["Cambodia"] == ("", "O", "F", "Excused")
    assert found["Lao PDR"] == ("", "O", "F", "Not due yet")
    assert found["Singapore"] == ("", "O", "F", "No report is owed")
    html = page(reader, URL)
    cells = re.findall(r'<td class="num">(?:<[^>]*>)?([^<]*)', html[html.index('id="table"') :])
    assert {"0", "-", "c", ".."} <= set(cells)
    assert "c suppressed, few records" in html
    notes = [note["text"] for note in json.loads(figures_of(html)["latest"])["layout"]["annotations"]]
    assert {"- certified nil", "0", "suppressed: few records", "not applicable", "excused", "not due yet"} <= set(notes)


def test_an_approved_report_that_is_not_compiled_yet_says_so(reader: Client, trained: Statistic) -> None:
    publish(trained, approve(trained.record_set, "IDN"), {"": 9})
    approve(trained.record_set, "VNM")
    found = {row["REF_AREA"]: row["COMMENT"] for row in rows_of(reader, "values")}
    assert found["Viet Nam"] == "Approved, not compiled yet"


def test_half_years_are_named_on_the_axis(reader: Client, record_set: RecordSet, trained: Statistic) -> None:
    for period, value in (("2025-S1", 4), ("2025-S2", 6)):
        publish(trained, approve(record_set, "IDN", period), {"": value})
    figure = json.loads(figures_of(page(reader, URL))["values"])
    assert figure["layout"]["xaxis"]["ticktext"] == ["2025,<br>first half", "2025,<br>second half"]
    assert figure["data"][0]["customdata"] == ["2025, first half", "2025, second half"]
    figure.pop("adme")
    validated(figure)
    assert {row["TIME_PERIOD"] for row in rows_of(reader, "latest", "?period=2025-S1")} == {"2025-S1"}


# --- breakdowns and suppression -------------------------------------------------------------------------------------

HIDDEN: dict[str, float | str | None] = {
    "": 100, "SEX=F": "C", "SEX=M": "D", "REGION=N": 40, "REGION=S": 60, "REGION=N;SEX=F": "C", "REGION=N;SEX=M": "D",
    "REGION=S;SEX=F": "D", "REGION=S;SEX=M": "D",
}  # fmt: skip


def test_breakdowns_by_each_dimension_with_names_and_marks(reader: Client, trained: Statistic) -> None:
    publish(trained, approve(trained.record_set, "IDN"), HIDDEN)
    publish(trained, approve(trained.record_set, "VNM"), {"": 90, "SEX=F": 50, "SEX=M": 40})
    html = page(reader, URL)
    drawn = figures_of(html)
    assert {"by-sex", "by-region"} <= set(drawn)
    names = [note["text"] for note in json.loads(drawn["by-sex"])["layout"]["annotations"]]
    assert names == ["Female", "Male"], "in the order of the code list"
    marks = {trace["name"]: trace["text"] for trace in json.loads(drawn["by-sex"])["data"] if "text" in trace}
    assert marks["c Suppressed"] == ["c"]
    assert marks["d Suppressed to protect"] == ["d"]
    found = {(row["SEX"], row["REF_AREA"]): row for row in rows_of(reader, "by-sex")}
    assert found["F", "Viet Nam"]["OBS_VALUE"] == "50"
    assert (found["F", "Indonesia"]["OBS_VALUE"], found["F", "Indonesia"]["CONF_STATUS"]) == ("", "C")
    assert (found["M", "Indonesia"]["OBS_VALUE"], found["M", "Indonesia"]["CONF_STATUS"]) == ("", "D")
    assert "Suppressed: 1 cell of few records, 1 to protect it" in html


def test_breakdowns_of_one_state_hold_the_crossed_tables_too(reader: Client, trained: Statistic) -> None:
    publish(trained, approve(trained.record_set, "IDN"), HIDDEN)
    html = page(reader, f"{URL}?state=IDN")
    assert "Breakdowns of Indonesia, 2025" in html
    assert "Province × Sex" in html or "Sex × Province" in html
    crossed = html[html.index('class="measures"') : html.index('id="table"')]
    assert "North, Female" in crossed
    assert re.findall(r'<td class="num">(.*?)</td>', crossed) == ["c", "d", "d", "d"]
    bars = json.loads(figures_of(html)["by-sex"])
    assert bars["data"][0]["x"] == []
    told = [note["text"] for note in bars["layout"]["annotations"]]
    assert told == ["Female", "c suppressed: few records", "Male", "d suppressed to protect this or another"]
    assert "has no breakdown for 2025" in page(reader, f"{URL}?state=VNM")


def test_no_page_chart_or_file_holds_a_number_for_a_suppressed_cell(reader: Client, trained: Statistic) -> None:
    """The file of every figure, its sheets and the charts: where a mark says suppressed there is no number."""
    publish(trained, approve(trained.record_set, "IDN", accepted=7777), HIDDEN)
    html = page(reader, f"{URL}?state=IDN")
    assert "7777" not in html, "how many records there were would tell the total where it is suppressed"
    for chart in ("cells", "values", "latest", "by-sex", "by-region"):
        rows = rows_of(reader, chart)
        assert all(row["OBS_VALUE"] == "" for row in rows if row["CONF_STATUS"] in {"C", "D"})
        assert all((row["OBS_STATUS"] == "Q") == (row["CONF_STATUS"] in {"C", "D"}) for row in rows)
    rows = rows_of(reader, "cells")
    assert len(rows) == len(HIDDEN)
    assert {(row["SEX"], row["REGION"]) for row in rows if row["OBS_VALUE"]} == {("_T", "_T"), ("_T", "N"), ("_T", "S")}
    book = openpyxl.load_workbook(io.BytesIO(reader.get(f"{URL}cells/data.xlsx").content))
    head, *body = [[cell.value for cell in row] for row in book["Data"].iter_rows()]
    hidden = [row for row in body if row[head.index("OBS_STATUS")] == "Q"]
    assert len(hidden) == 6
    assert all(row[head.index("OBS_VALUE")] is None for row in hidden)


# --- filters, empty states, links -----------------------------------------------------------------------------------


def test_filters_stand_in_the_address(reader: Client, trained: Statistic) -> None:
    for period in ("2024", "2025"):
        for state in ("IDN", "VNM"):
            publish(trained, approve(trained.record_set, state, period), {"": 5, "SEX=F": 5})
    html = page(reader, f"{URL}?states=IDN&states=VNM&period=2024&state=IDN")
    assert 'value="VNM" checked' in html
    assert '<option value="2024" selected>' in html
    assert f"{URL}values/data.csv?states=IDN&amp;states=VNM&amp;period=2024&amp;state=IDN" in html
    colours = {trace["name"]: trace["line"]["color"] for trace in json.loads(figures_of(html)["values"])["data"]}
    assert colours["Indonesia"] == "var(--adme-series-1)"
    assert colours["Viet Nam"] == "var(--adme-series-2)"


@pytest.mark.parametrize("query", ["?state=FRA", "?states=XX", "?period=1999", "?period=%00"])
def test_unknown_values_are_not_found(reader: Client, trained: Statistic, query: str) -> None:
    publish(trained, approve(trained.record_set, "IDN"), {"": 5})
    assert reader.get(f"{URL}{query}").status_code == 404
    assert reader.get(f"{URL}values/data.csv{query}").status_code == 404


def test_unknown_statistics_and_charts_are_not_found(reader: Client, trained: Statistic) -> None:
    assert reader.get("/dashboards/records/NOTHING/").status_code == 404
    assert reader.get("/dashboards/records/NOTHING/values/data.csv").status_code == 404
    assert reader.get(f"{URL}by-age/data.csv").status_code == 404
    assert reader.get(f"{URL}values/data.pdf").status_code == 404


def test_empty_states_say_why(reader: Client, record_set: RecordSet, trained: Statistic) -> None:
    assert "No figure has been compiled yet" in page(reader, URL)
    Statistic.objects.filter(pk=trained.pk).update(current=None)
    bump_data_version()
    assert "No recipe is in force yet" in page(reader, URL)


def test_overview_leads_here_and_back(reader: Client, trained: Statistic) -> None:
    publish(trained, approve(trained.record_set, "IDN"), {"": 5})
    assert f'href="{URL}"' in page(reader, "/dashboards/records/?set=courses")
    html = page(reader, URL)
    assert 'href="/dashboards/records/?set=courses"' in html
    assert f"ARBMD:{CODE}" in html
    assert "Courses, approved submissions of Member States, recipe version 1 (ADME, Database C)" in html


# --- figures are valid, cost, permissions ---------------------------------------------------------------------------


def test_every_chart_is_a_valid_figure_with_files(reader: Client, trained: Statistic) -> None:
    for period in ("2024", "2025"):
        publish(trained, approve(trained.record_set, "IDN", period), HIDDEN)
    for query in ("", "?state=IDN"):
        html = page(reader, f"{URL}{query}")
        drawn = figures_of(html)
        assert set(drawn) == {"values", "latest", "by-sex", "by-region"}
        for chart, told in drawn.items():
            figure = json.loads(told)
            meta = figure.pop("adme")
            assert meta["source"]
            assert meta["coverage"]
            validated(figure)
            assert f"{URL}{chart}/data.xlsx" in html
            assert reader.get(f"{URL}{chart}/data.xlsx{query}").status_code == 200


def test_number_of_statements_does_not_grow(
    reader: Client, trained: Statistic, django_assert_max_num_queries: Any
) -> None:
    sizes = []
    for states in (["IDN"], ["VNM", "THA", "MYS", "PHL"]):
        for state in states:
            for period in ("2023", "2024", "2025"):
                publish(trained, approve(trained.record_set, state, period), {"": 9, "SEX=F": 4, "SEX=M": 5})
        cache.clear()
        with django_assert_max_num_queries(22) as captured:
            page(reader, URL)
        sizes.append(len(captured))
    assert sizes[0] == sizes[1]


def test_only_readers_see_it(client: Client, client_as: Callable[..., Client], trained: Statistic) -> None:
    publish(trained, approve(trained.record_set, "IDN"), {"": 5})
    for url in (URL, f"{URL}cells/data.csv"):
        answer = client.get(url)
        assert answer.status_code == 302
        assert "/accounts/login/" in answer["Location"]
        assert client_as(None).get(url).status_code == 403
        for role in (Role.SOCA_MEMBER, Role.FOCAL_POINT, Role.ME_OFFICER, Role.ANALYST):
            assert client_as(role).get(url).status_code == 200
