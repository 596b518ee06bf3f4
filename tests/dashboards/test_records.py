"""The overview of Database C: what it tells and leaves unsaid, its files, its cost, and who may see it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from adme.accounts.models import Role
from adme.observations.services import bump_data_version
from adme.reporting.models import Obligation, ReportingRound
from dashboards import caching
from dashboards.charts import bars, cell_map
from dashboards.pages.records_charts import short
from databases_c.models import RecordSet
from databases_c.selectors import holdings
from tests.records.factories import make_report, make_set, make_statistic, send
from tests.reporting.factories import make_round

from .records import act, approve, certify_nil, figures_of, page, publish, set_aside
from .test_tool1 import lines, validated

URL = "/dashboards/records/"
CHARTS = ("held", "coverage", "units", "timeliness", "errors", "verdicts", "by-year", "quality-by-year")
COUNT = {"numerator": {"measure": "sum", "column": "persons"}}
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


@pytest.fixture(autouse=True)
def _only_own_sets(reference_data: None) -> None:
    """The catalogue's sets are many; a test makes those that it counts."""
    RecordSet.objects.update(retired_at=timezone.now())


@pytest.fixture
def reader(client_as: Callable[..., Client]) -> Client:
    client = client_as(Role.SOCA_MEMBER)
    client.get("/dashboards/")  # the first answer sets the form token's cookie, which is part of the tag
    return client


def rows_of(client: Client, chart: str, query: str = "") -> list[dict[str, str]]:
    return lines(client.get(f"{URL}{chart}/data.csv{query}"))


def overdue(record_set: RecordSet, state: str) -> Obligation:
    report = make_report(record_set, state, "2024")
    now = timezone.now()
    ReportingRound.objects.filter(pk=report.round_id).update(
        opens_at=now - timedelta(days=90), due_at=now - timedelta(days=30), closes_at=now + timedelta(days=30)
    )
    return report


# --- charts ---------------------------------------------------------------------------------------------------------


def test_map_tells_each_kind_of_silence_by_shape_and_word_and_never_as_zero() -> None:
    kinds = ("nil", "not_applicable", "excused", "missing", "waiting", "open")
    cells = [cell_map.Cell("", kind, sign=kind) for kind in kinds] + [cell_map.Cell("0", "0 records", 0)]
    columns = [cell_map.Column(str(place), f"State {place}") for place in range(len(cells))]
    figure = cell_map.cell_map([("A set", cells)], columns, cell_map.HELD_SIGNS, shades=("few",))
    drawn = validated(figure)
    looks = [
        (trace.marker.symbol if trace.mode == "markers+text" else "", trace.text[0], trace.name)
        for trace in drawn.data
        if trace.type == "scatter" and trace.name != "few"
    ]
    assert len({look[:2] for look in looks}) == len(kinds)
    assert "0" not in [letters for _, letters, _ in looks], "only a zero is written 0"
    assert [trace.text[0] for trace in drawn.data if trace.name == "few"] == ["0"]
    named = cell_map.key(cell_map.HELD_SIGNS, kinds)
    assert all(cell_map.HELD_SIGNS[kind].name[1:] in named for kind in kinds)


def test_bars_begin_at_zero_and_a_row_without_a_value_says_why() -> None:
    drawn = validated(bars.bars([bars.Bar("One", 4.0, "4.0"), bars.Bar("Two", None, "no approved report")], unit="%"))
    assert drawn.layout.xaxis.range[0] == 0
    assert list(drawn.data[0].x) == [4.0]
    assert "no approved report" in [note.text for note in drawn.layout.annotations]
    assert cell_map.cell_map([], [], cell_map.HELD_SIGNS)["data"] == []


@pytest.mark.parametrize(
    ("number", "told"),
    [(0, "0"), (34, "34"), (1200, "1.2k"), (9960, "10k"), (18400, "18k"), (2_400_000, "2.4M"), (0.25, "0.25")],
)
def test_numbers_in_cells_are_short(number: float, told: str) -> None:
    assert short(number) == told


# --- what is told ---------------------------------------------------------------------------------------------------


def test_map_and_its_table_tell_the_kinds_of_reports_apart(reader: Client) -> None:
    inspections = make_set("inspections", title="Inspections")
    approve(inspections, "IDN", accepted=34)
    approve(inspections, "MYS", accepted=0)
    certify_nil(inspections, "VNM")
    set_aside(inspections, "BRN", "not_applicable")
    set_aside(inspections, "KHM", "excused")
    make_report(inspections, "LAO")
    found = {row["STATE"]: (row["STANDING"], row["RECORDS"]) for row in rows_of(reader, "held")}
    assert found["Indonesia"] == ("Held", "34")
    assert found["Malaysia"] == ("Held", "0"), "a zero is a number"
    assert found["Viet Nam"] == ("Certified nil", "")
    assert found["Brunei Darussalam"] == ("Not applicable", "")
    assert found["Cambodia"] == ("Excused", "")
    assert found["Lao PDR"] == ("Not due yet", "")
    assert found["Thailand"] == ("No report is owed", "")
    html = page(reader, URL)
    assert "3 of 4 reports are approved or nil, from 3 of 4 Member States, for 2025" in html
    assert "n.a. not applicable" in html


def test_what_is_overdue_is_not_reported_and_a_draft_shows_nothing(reader: Client) -> None:
    inspections = make_set("inspections")
    overdue(inspections, "IDN")
    send(overdue(inspections, "VNM"))
    found = {row["STATE"]: (row["STANDING"], row["RECORDS"]) for row in rows_of(reader, "held", "?year=2024")}
    assert found["Indonesia"] == found["Viet Nam"] == ("Not reported", "")
    (told,) = rows_of(reader, "coverage", "?year=2024")
    assert (told["OWED"], told["IN"], told["MISSING"], told["SHARE_IN"]) == ("2", "0", "2", "0")


def test_a_reopened_report_holds_what_was_approved_and_not_what_is_being_written(reader: Client) -> None:
    inspections = make_set("inspections")
    report = approve(inspections, "IDN", accepted=34)
    send(report, counts={"read": 99, "accepted": 99, "errors": 0, "warnings": 0})
    Obligation.objects.filter(pk=report.pk).update(state="reopened", version=4, reason="A reason.")
    act(report, "reopen")
    found = {row["STATE"]: row["RECORDS"] for row in rows_of(reader, "held")}
    assert found["Indonesia"] == "34"


def test_numbers_are_those_of_an_independent_count(reader: Client) -> None:
    """Random reports; the page's tables against plain loops over what was made."""
    dice, made = random.Random(7), []  # noqa: S311
    for code in ("one", "two"):
        record_set = make_set(code, title=f"Set {code}")
        for state in ("IDN", "MYS", "VNM", "THA"):
            accepted, errors, late = dice.randint(5, 900), dice.randint(0, 40), dice.random() < 0.4
            known, told = dice.randint(10, 20), dice.randint(1, 10)
            report = approve(
                record_set, state, accepted=accepted, errors=errors, late=late, units_known=known, units_reporting=told,
                verdict="partly" if errors else "accepted",
            )  # fmt: skip
            extra = dice.randint(0, 2)
            for _ in range(extra):
                send(report, current=False, verdict="rejected")
            made.append((f"Set {code}", accepted, errors, late, known, told, 1 + extra))
    for row in rows_of(reader, "errors"):
        own = [one for one in made if one[0] == row["SET"]]
        read = sum(accepted + errors for _, accepted, errors, *_ in own)
        assert float(row["ERRORS_RATE"]) == pytest.approx(1000 * sum(one[2] for one in own) / read, abs=0.05)
        assert int(row["RECORDS"]) == sum(one[1] for one in own)
    for row in rows_of(reader, "units"):
        own = [one for one in made if one[0] == row["SET"]]
        assert (int(row["UNITS_KNOWN"]), int(row["UNITS_REPORTING"])) == (
            sum(one[4] for one in own),
            sum(one[5] for one in own),
        )
    for row in rows_of(reader, "verdicts"):
        own = [one for one in made if one[0] == row["SET"]]
        assert int(row["VERSIONS"]) == sum(one[6] for one in own)
        assert int(row["PARTLY"]) == sum(one[2] > 0 for one in own)
    assert sum(int(row["LATE"]) for row in rows_of(reader, "timeliness")) == sum(one[3] for one in made)
    (year,) = rows_of(reader, "by-year")
    assert (year["OWED"], year["IN"], year["SHARE_IN"]) == ("8", "8", "100")


def test_errors_and_files_sent_are_told_year_by_year(reader: Client) -> None:
    held = make_set("held", title="Held")
    approve(held, "IDN", "2023", accepted=90, errors=10)
    approve(held, "IDN", "2024", accepted=198, errors=2)
    told = {row["YEAR"]: row for row in rows_of(reader, "quality-by-year")}
    assert (told["2023"]["ERRORS_RATE"], told["2024"]["ERRORS_RATE"]) == ("100", "10")
    assert (told["2023"]["HELD"], told["2023"]["VERSIONS"]) == ("1", "1")
    assert "100.0 errors per 1,000 records in 2023, 10.0 in 2024" in page(reader, URL)


def test_a_year_of_which_nothing_is_owed_yet_is_left_out_of_the_years(reader: Client) -> None:
    held = make_set("held", title="Held")
    now = timezone.now()
    make_round(
        held.tool, "2031", opens=now + timedelta(days=9), due=now + timedelta(days=90), closes=now + timedelta(days=99)
    )
    to_come = make_report(held, "IDN", "2031")
    assert [row["YEAR"] for row in rows_of(reader, "by-year")] == ["2031"], "there is no other"
    approve(held, "IDN", "2024")
    assert [row["YEAR"] for row in rows_of(reader, "by-year")] == ["2024"]
    ReportingRound.objects.filter(pk=to_come.round_id).update(opens_at=now - timedelta(days=1))
    bump_data_version()
    assert [(row["YEAR"], row["OWED"]) for row in rows_of(reader, "by-year")] == [("2024", "1"), ("2031", "1")]


def test_the_legend_of_what_is_held_bears_the_letters_that_stand_in_the_shapes(reader: Client) -> None:
    held = make_set("held", title="Held")
    approve(held, "IDN")
    certify_nil(held, "SGP")
    set_aside(held, "PHL", "excused")
    drawn = json.loads(figures_of(page(reader, URL))["held"])["data"]
    legend = {trace["name"]: set(trace["text"]) for trace in drawn if trace.get("showlegend") and "marker" in trace}
    assert {name: text for name, text in legend.items() if text & {"nil", "E"}} == {
        "nil Certified nil": {"nil"},
        "E Excused": {"E"},
    }


# --- what is not told -----------------------------------------------------------------------------------------------


def test_numbers_of_records_about_persons_are_told_by_their_size_alone(reader: Client) -> None:
    cases = make_set("cases", title="Cases", kind="records", is_personal=True)
    approve(cases, "IDN", accepted=37, errors=3)
    approve(cases, "VNM", accepted=4321, errors=17)
    html = page(reader, URL)
    found = {row["STATE"]: (row["RECORDS"], row["SIZE"]) for row in rows_of(reader, "held")}
    assert found["Indonesia"] == ("", "under 100 records")
    assert found["Viet Nam"] == ("", "1,000 to 9,999 records")
    (told,) = rows_of(reader, "errors")
    assert (told["RECORDS"], told["NUMBER_NOT_TOLD"]) == ("", "2")
    assert told["ERRORS_RATE"] == "5", "of many records, and rounded: 20 in 4378"
    assert rows_of(reader, "errors", "?state=IDN")[0]["ERRORS_RATE"] == "", "of few records no rate"
    everything = html + "".join(str(rows_of(reader, chart)) for chart in CHARTS)
    assert "4321" not in everything
    assert "4358" not in everything


def test_number_of_records_is_not_told_where_the_total_of_a_statistic_is_suppressed(reader: Client) -> None:
    inspections = make_set("inspections")
    statistic = make_statistic(inspections, COUNT)
    publish(statistic, approve(inspections, "IDN", accepted=8713), {"": "C"})
    publish(statistic, approve(inspections, "VNM", accepted=50), {"": 50})
    found = {row["STATE"]: (row["STANDING"], row["RECORDS"], row["SIZE"]) for row in rows_of(reader, "held")}
    assert found["Indonesia"] == ("Held", "", "suppressed")
    assert found["Viet Nam"] == ("Held", "50", "under 100 records")
    assert rows_of(reader, "errors")[0]["RECORDS"] == "50"
    assert rows_of(reader, "by-year")[0]["RECORDS"] == "50"
    assert "8713" not in page(reader, URL)
    assert "8 713" not in page(reader, URL).replace("\u00a0", " ")


# --- filters, empty states ------------------------------------------------------------------------------------------


def test_filters_stand_in_the_address_and_turn_the_map(reader: Client) -> None:
    one, two = make_set("one", title="One"), make_set("two", title="Two", body="SOMHD")
    for year in ("2024", "2025"):
        approve(one, "IDN", year)
        approve(two, "VNM", year)
    html = page(reader, f"{URL}?year=2024&body=SOMHD")
    assert '<option value="SOMHD" selected>' in html
    assert "/dashboards/records/held/data.csv?year=2024&amp;body=SOMHD" in html
    assert "SOMHD: Two" in json.loads(figures_of(html)["coverage"])["layout"]["annotations"][1]["text"]
    assert {row["SET"] for row in rows_of(reader, "held", "?body=SOMHD")} == {"Two"}
    assert {row["YEAR"] for row in rows_of(reader, "held", "?set=one")} == {"2024", "2025"}, "a set: years by state"
    by_state = rows_of(reader, "held", "?state=IDN")
    assert {(row["STATE"], row["YEAR"]) for row in by_state} == {("Indonesia", "2024"), ("Indonesia", "2025")}
    assert len(rows_of(reader, "held", "?state=IDN&set=one")) == 2
    assert "No report fits" in page(reader, f"{URL}?set=one&body=SOMHD")


@pytest.mark.parametrize("query", ["?body=XX", "?year=1999", "?state=FRA", "?set=%00", "?year=x"])
def test_unknown_values_are_not_found(reader: Client, query: str) -> None:
    approve(make_set("one"), "IDN")
    assert reader.get(f"{URL}{query}").status_code == 404
    assert reader.get(f"{URL}held/data.csv{query}").status_code == 404


def test_empty_states_say_why_and_what_to_do(reader: Client) -> None:
    assert "There is no record set yet" in page(reader, URL)
    record_set = make_set("one")
    bump_data_version()
    html = page(reader, URL)
    assert "No report of a record set is owed yet" in html
    assert "Open the calendar" in html
    make_report(record_set, "IDN")
    html = page(reader, URL)
    assert "0 of 1 report is approved or nil" in html
    assert "no approved report" in html


def test_demonstration_data_is_said(reader: Client) -> None:
    report = approve(make_set("one"), "IDN")
    assert "demo-band" not in page(reader, URL) or "Demonstration data" not in page(reader, URL)
    Obligation.objects.filter(pk=report.pk).update(is_demonstration=True)
    bump_data_version()
    assert "Demonstration data" in page(reader, URL)


# --- files, cost, permissions ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("chart", CHARTS)
def test_every_chart_of_the_page_has_its_files_and_is_a_valid_figure(reader: Client, chart: str) -> None:
    record_set = make_set("one", title="=1+1")
    approve(record_set, "IDN", "2024", units_known=4, units_reporting=3)
    approve(record_set, "IDN", "2025", errors=2, verdict="partly")
    html = page(reader, URL)
    figure = json.loads(figures_of(html)[chart])
    meta = figure.pop("adme")
    assert meta["source"]
    assert meta["coverage"]
    validated(figure)
    assert f'href="{URL}{chart}/data.xlsx"' in html
    assert reader.get(f"{URL}{chart}/data.xlsx").status_code == 200
    assert rows_of(reader, chart)
    assert not any(row.get("SET", "").startswith("=") for row in rows_of(reader, chart)), "no text is a formula"
    assert reader.get(f"{URL}nothing/data.csv").status_code == 404
    assert reader.get(f"{URL}{chart}/data.pdf").status_code == 404


def test_unchanged_page_is_answered_304_and_an_act_of_the_workflow_makes_it_new(
    reader: Client, monkeypatch: Any
) -> None:
    record_set = make_set("one")
    approve(record_set, "IDN")
    first = reader.get(URL)
    certify_nil(record_set, "VNM")
    newer = reader.get(URL, headers={"if-none-match": first["ETag"]})
    assert newer.status_code == 200
    assert "2 of 2 reports are approved or nil" in newer.content.decode()
    monkeypatch.setattr(caching, "render", None)
    assert reader.get(URL, headers={"if-none-match": newer["ETag"]}).status_code == 304


def test_number_of_statements_does_not_grow(reader: Client, django_assert_max_num_queries: Any) -> None:
    sizes = []
    for many in (1, 8):
        for number in range(many):
            record_set = make_set(f"set-{many}-{number}")
            statistic = make_statistic(record_set, COUNT, code=f"S_{many}_{number}")
            for state in ("IDN", "VNM", "THA")[: 1 + many // 4]:
                publish(statistic, approve(record_set, state), {"": 5})
        with django_assert_max_num_queries(20) as captured:
            page(reader, URL)
        sizes.append(len(captured))
    assert sizes[0] == sizes[1]


def test_only_readers_see_it(client: Client, client_as: Callable[..., Client]) -> None:
    approve(make_set("one"), "IDN")
    for url in (URL, f"{URL}held/data.csv"):
        answer = client.get(url)
        assert answer.status_code == 302
        assert "/accounts/login/" in answer["Location"]
        assert client_as(None).get(url).status_code == 403
        for role in (Role.SOCA_MEMBER, Role.FOCAL_POINT, Role.ME_OFFICER, Role.ANALYST):
            assert client_as(role).get(url).status_code == 200


def test_reading_is_a_constant_number_of_statements(django_assert_num_queries: Any) -> None:
    for code in ("one", "two", "three"):
        approve(make_set(code), "IDN")
    sets = holdings.record_sets()
    with django_assert_num_queries(4):
        found = holdings.holdings(holdings.Filters(), sets)
    assert found is not None
    assert found.numbers(found.shown).came_in == 3
