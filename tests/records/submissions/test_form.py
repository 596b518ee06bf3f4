"""Counts entered in the browser: every group offered, blank is not zero, and nothing typed is lost."""

from __future__ import annotations

import gzip

import pytest

from adme.reporting.transitions import Act
from databases_c import holding
from databases_c.models import Channel, Submission
from tests.records import factories as make
from tests.reporting import factories as people
from tests.reporting.pages import client_of, text_of, url

pytestmark = pytest.mark.usefixtures("reference_data")


def typed(page, **counts: str) -> dict[str, str]:
    """The form as a browser sends it, with counts by 'province_sex'."""
    found = {"rows": str(len(page.rows))}
    for row in page.rows:
        values = {cell.name: cell.value for cell in row.cells}
        group = f"{values['province']}_{values['sex']}"
        found |= {f"r{row.number}-{name}": value for name, value in values.items()}
        if group in counts:
            found[f"r{row.number}-persons"] = counts[group]
    return found


def opened(client, report):
    return client.get(url("submission_form", report)).context["page"]


def test_every_group_of_the_key_is_a_row_and_totals_are_not(report, focal):
    rows = [[cell.text for cell in row.cells] for row in opened(client_of(focal), report).rows]
    assert ["North", "Female", ""] in rows
    assert not any("Total" in row or "otal" in row[1] for row in rows)


def test_counts_are_read_at_once_and_the_report_holds_them(report, focal):
    client = client_of(focal)
    data = typed(opened(client, report), N_F="12", N_M="0")
    response = client.post(url("submission_form", report), data)
    assert response.status_code == 302
    assert response.url.endswith("?saved=form")
    held = holding.current(report)
    assert (held.channel, held.sent_by, held.counts["accepted"]) == (Channel.FORM, focal, 2)
    kept = gzip.decompress(held.rows_file.read()).decode()
    assert "N,F,12" in kept
    assert "N,M,0" in kept, "zero is told"
    assert "S,F" not in kept, "blank is not zero"


def test_a_refused_count_is_marked_in_its_cell_and_all_that_was_typed_stays(report, focal):
    client = client_of(focal)
    data = typed(opened(client, report), N_F="twelve", S_M="40")
    response = client.post(url("submission_form", report), data)
    assert response.status_code == 422
    cells = {(cell.name, cell.value): cell.problems for row in response.context["page"].rows for cell in row.cells}
    assert cells["persons", "twelve"]
    assert cells["persons", "40"] == []
    assert holding.current(report) is None
    assert Submission.objects.get().channel == Channel.FORM
    assert 'value="twelve"' in text_of(response)


def test_nothing_entered_is_no_submission(report, focal):
    client = client_of(focal)
    response = client.post(url("submission_form", report), typed(opened(client, report)))
    assert response.status_code == 422
    assert "certify" in text_of(response)
    assert not Submission.objects.exists()


def test_the_form_begins_with_what_the_report_holds_and_shows_the_last_period(record_set, report, focal):
    make.send(make.make_report(record_set, period="2024"), [["N", "F", "7"]], by=focal)
    make.send(report, [["N", "F", "9"]], by=focal)
    cells = [cell for row in opened(client_of(focal), report).rows for cell in row.cells if cell.value == "9"]
    assert [(cell.name, cell.before) for cell in cells] == [("persons", "7")]


def test_rows_are_added_without_losing_what_was_typed(focal):
    columns = [
        {"name": "place", "label": "Place", "type": "text", "required": True, "is_key": True},
        {"name": "persons", "label": "Persons", "type": "integer", "required": True},
    ]
    report, client = make.make_report(make.make_set("places", columns=columns)), client_of(focal)
    assert len(opened(client, report).rows) == 3
    data = {"rows": "3", "r0-place": "Port", "r0-persons": "4", "add": "1"}
    page = client.post(url("submission_form", report), data).context["page"]
    assert [cell.value for cell in page.rows[0].cells] == ["Port", "4"]
    assert len(page.rows) == 6


def test_a_stranger_and_a_closed_report_have_no_form(report, focal):
    make.send(report, by=focal)
    assert client_of(people.focal_point("THA")).post(url("submission_form", report), {"rows": "1"}).status_code == 404
    people.act(people.again(report), Act.SUBMIT, focal)
    assert client_of(focal).get(url("submission_form", report)).status_code == 302
    refused = client_of(focal).post(
        url("submission_form", report), {"rows": "1", "r0-province": "N", "r0-persons": "3"}
    )
    assert refused.status_code == 409


def test_a_reviewer_says_why_before_anything_is_sent(report, analyst):
    client = client_of(analyst)
    data = typed(opened(client, report), N_F="12")
    response = client.post(url("submission_form", report), data)
    assert response.status_code == 409
    assert "on behalf of Viet Nam" in text_of(response)
    assert not Submission.objects.exists()
    assert client.post(url("submission_form", report), {**data, "reason": "Sent by mail."}).status_code == 302
