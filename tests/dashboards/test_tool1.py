"""The dashboard of Tool 1: its charts, what it tells and leaves unsaid, its files, its cost, and who may see it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from adme.accounts.models import Role
from adme.common.formatting import THIN_SPACE
from adme.observations.services import bump_data_version
from dashboards import caching
from dashboards.charts import gantt, heatmap, stacked
from databases_a.tool1.models import ActivityFact
from tests.tool1.facts import act, activity, approve, report

URL = "/dashboards/tool-1/"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


def validated(figure: dict[str, Any]) -> Any:
    """plotly raises on every unknown field and wrong value. Its import belongs to the tests, never to a page."""
    import plotly.graph_objects as go

    return go.Figure(figure)


@pytest.fixture
def reader(client_as: Callable[..., Client]) -> Client:
    client = client_as(Role.SOCA_MEMBER)
    client.get("/dashboards/")  # the first answer sets the form token's cookie, which is part of the tag
    return client


def page(client: Client, query: str = "") -> str:
    answer = client.get(f"{URL}{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def lines(answer: Any) -> list[dict[str, str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO("".join(row for row in text.splitlines(True) if not row.startswith("#")))))


# --- charts ---------------------------------------------------------------------------------------------------------


def test_stacked_bars_begin_at_zero_and_say_why_a_row_is_empty() -> None:
    rows = [
        stacked.Row("SOMHD", {"completed": 7, "delayed": 1}),
        stacked.Row("SLOM", {}),
        stacked.Row("SOMY", None, "no approved report"),
    ]
    drawn = validated(stacked.stacked(rows, stacked.STATUS_LAYERS, unit="activities"))
    assert drawn.layout.xaxis.range[0] == 0
    assert [trace.name for trace in drawn.data] == ["● Completed", "▲ Delayed"]
    assert {trace.marker.pattern.shape for trace in drawn.data} == {None, "/"}, "not by colour alone"
    told = [note.text for note in drawn.layout.annotations]
    assert told == ["<b>8</b>", "<b>0</b>", "no approved report"], "zero and not known are told apart"


def test_a_long_title_is_shortened_above_its_bar_and_whole_under_the_pointer() -> None:
    title = "Declaration on <b>many</b> things " + "and others " * 20
    figure = stacked.stacked([stacked.Row(title, {"all": 2})], stacked.PLAIN, unit="actions", titled=True)
    drawn = validated(figure)
    above = drawn.layout.annotations[1].text
    assert above.endswith("…")
    assert "&lt;b&gt;" in above, "what people type is no markup"
    assert "others and others" in drawn.data[0].customdata[0]


def test_heat_map_tells_none_from_not_known() -> None:
    columns = [heatmap.Side("SOMHD", "SOMHD"), heatmap.Side("SLOM", "SLOM", is_known=False)]
    figure = heatmap.heatmap(columns, [heatmap.Side("A.1", "A.1 Engaged")], [[0, 0]], unit="activities")
    drawn = validated(figure)
    assert figure["data"][0]["z"] == [[0, None]]
    assert figure["data"][0]["text"] == [["0", ""]]
    assert [note.text for note in drawn.layout.annotations] == [".."]
    assert figure["data"][0]["colorscale"][0] == [0, "var(--adme-paper)"]


def test_timeline_of_sixty_rows_gives_each_its_place_sign_and_title() -> None:
    spans = [
        gantt.Span(f"Activity {place}", "SOMHD", date(2024, 1, 1), date(2024, 12, 31), status, 40)
        for place in range(20)
        for status in ("completed", "ongoing", "cancelled")
    ]
    figure = gantt.gantt([*spans, gantt.Span("No days", "SOMHD", None, None, "ongoing")], today=date(2024, 6, 1))
    drawn = validated(figure)
    assert sum(len(trace.y) for trace in drawn.data) == 60
    assert sorted(place for trace in drawn.data for place in trace.y) == list(range(60))
    assert drawn.data[0].x[0] == 366 * gantt.DAY_MS, "both days belong to it"
    assert len(drawn.layout.annotations) == 120
    assert gantt.height(spans) / 60 > 30, "room for a title and a bar"
    assert gantt.gantt([])["data"] == []


# --- the page -------------------------------------------------------------------------------------------------------


def test_page_tells_numbers_coverage_and_demonstration(reader: Client) -> None:
    approve(
        report("SOMHD", "2024"),
        {"status": "completed", "kras": ["A.1"], "participants_female": 3, "participants_male": 1},
        {"status": "ongoing", "kras": ["A.1", "B.2"]},
        {"status": "delayed", "issues": ["2"], "sdg_targets": ["13.1", "13.2"]},
        demonstration=True,
    )
    act(report("SLOM", "2024"), "certify_nil")
    report("SOMY", "2024")
    html = page(reader)
    assert "2 of 15 sectoral bodies have an approved or nil report for 2024" in html
    assert f"67{THIN_SPACE}%" in html, "completed and on-going"
    assert f"75{THIN_SPACE}% women" in html
    assert "2 of 3 reports on activities give no number" in html
    assert "demo-band" in html
    assert "no approved report" in html
    assert f"/activities/{ActivityFact.objects.all()[0].activity.public_id}/" in html
    assert "/activities/?first=2024&amp;last=2024&amp;standing=approved" in html


def test_filters_stand_in_the_address_and_lead_on_with_it(reader: Client) -> None:
    approve(report("SOMHD", "2023"), {"status": "delayed", "kras": ["A.1"]}, {"status": "completed"})
    approve(report("SLOM", "2024"), {"status": "ongoing"})
    html = page(reader, "?year=2023&body=SOMHD&kra=A.1&status=delayed")
    assert '<option value="SOMHD" selected>' in html
    assert '<option value="2023" selected>' in html
    assert "body=SOMHD&amp;kra=A.1&amp;status=delayed&amp;first=2023" in html
    assert "/dashboards/tool-1/types/data.csv?year=2023&amp;body=SOMHD&amp;kra=A.1&amp;status=delayed" in html
    assert "SOMHD has an approved or nil report for 2023" in html
    letter = page(reader, "?year=2023&characteristic=A")
    assert "See the activities of KRA A.1" in letter, "the search knows no Characteristic"


@pytest.mark.parametrize("query", ["?body=XX", "?year=1999", "?kra=Z.1", "?status=%00", "?characteristic=Q"])
def test_unknown_values_are_not_found(reader: Client, query: str) -> None:
    approve(report("SOMHD", "2024"), {})
    assert reader.get(f"{URL}{query}").status_code == 404


def test_nothing_approved_says_why_and_what_to_do(reader: Client) -> None:
    html = page(reader)
    assert "No Tool 1 report has been approved yet" in html
    assert "Open the calendar" in html
    assert "data-figure-json" not in html


def test_a_body_without_a_report_is_not_a_body_without_activities(reader: Client) -> None:
    approve(report("SOMHD", "2024"), {"status": "completed"})
    report("SLOM", "2024")
    assert "SLOM has no approved report for 2024" in page(reader, "?body=SLOM")
    assert "No activity fits" in page(reader, "?body=SOMHD&status=delayed")


def test_a_title_cannot_break_out_of_the_page(reader: Client) -> None:
    subject = activity("SOMHD", "</script><script>alert(1)</script>")
    approve(report("SOMHD", "2024"), {"of": subject})
    assert "<script>alert(1)" not in page(reader)


def test_unchanged_page_is_answered_304_and_a_nil_report_makes_it_new(reader: Client, monkeypatch: Any) -> None:
    approve(report("SOMHD", "2024"), {})
    owed = report("SLOM", "2024")
    first = reader.get(URL)
    again = reader.get(URL, headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    act(owed, "certify_nil")  # publishes no facts, so the data version stays
    newer = reader.get(URL, headers={"if-none-match": first["ETag"]})
    assert newer.status_code == 200
    assert "2 of 15 sectoral bodies" in newer.content.decode()
    monkeypatch.setattr(caching, "render", None)
    assert reader.get(URL, headers={"if-none-match": newer["ETag"]}).status_code == 304


def test_number_of_statements_is_small_and_does_not_grow(reader: Client, django_assert_max_num_queries: Any) -> None:
    counts = []
    for body, many in (("SOMHD", 1), ("SLOM", 50)):
        approve(report(body, "2024"), *({"kras": ["A.1", "B.2"], "issues": ["1"]} for _ in range(many)))
        bump_data_version()
        page(reader, "?year=all")  # keeps the words of this data version
        with django_assert_max_num_queries(8) as captured:
            page(reader)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_strangers_log_in_first(client: Client) -> None:
    for url in (URL, f"{URL}types/data.csv"):
        answer = client.get(url)
        assert answer.status_code == 302
        assert "/accounts/login/" in answer["Location"]


# --- files ----------------------------------------------------------------------------------------------------------


def test_file_holds_the_figures_of_the_chart_with_missing_apart_from_zero(reader: Client) -> None:
    approve(report("SOMHD", "2024"), {"status": "completed"}, {"status": "delayed"})
    act(report("SLOM", "2024"), "certify_nil")
    rows = {row["BODY"]: row for row in lines(reader.get(f"{URL}status-by-body/data.csv"))}
    assert (rows["SOMHD"]["COMPLETED"], rows["SOMHD"]["DELAYED"], rows["SOMHD"]["TOTAL"]) == ("1", "1", "2")
    assert rows["SLOM"]["TOTAL"] == "0"
    assert rows["SOMY"]["TOTAL"] == ""
    assert reader.get(f"{URL}status-by-body/data.xlsx").status_code == 200


def test_file_keeps_the_filters_and_cannot_carry_a_formula(reader: Client) -> None:
    approve(report("SOMHD", "2024"), {"of": activity("SOMHD", '=HYPERLINK("https://example.org")')})
    approve(report("SLOM", "2024"), {})
    answer = reader.get(f"{URL}timeline/data.csv?body=SOMHD")
    (row,) = lines(answer)
    assert row["TITLE"].startswith("'=")


@pytest.mark.parametrize("address", ["nothing/data.csv", "types/data.pdf", "types/data.csv?body=XX"])
def test_files_that_do_not_exist_are_not_found(reader: Client, address: str) -> None:
    approve(report("SOMHD", "2024"), {})
    assert reader.get(f"{URL}{address}").status_code == 404


@pytest.mark.parametrize(
    "chart",
    ["status-by-body", "status-by-kra", "status-by-year", "alignment", "types", "frequency", "cross-pillar-issues",
     "goals", "timeline"],
)  # fmt: skip
def test_every_chart_of_the_page_has_its_files_and_is_a_valid_figure(reader: Client, chart: str) -> None:
    approve(report("SOMHD", "2024"), {"status": "ongoing", "kras": ["A.1"], "activity_type": "study"})
    ActivityFact.objects.update(starts_on=date(2024, 1, 1), ends_on=date(2024, 12, 31))
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
