"""The grid: its page costs the same for five and for a hundred rows, and each row is saved by itself."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from databases_a.tool1.fields import CATALOGUE

from . import factories
from .test_record_pages import NASTY, address, client_of


@pytest.fixture
def client(officer):
    return client_of(officer)


@pytest.fixture
def key(report):
    return factories.key_of(factories.make_activity("SOMHD", title="Training of nurses"))


def row(report, key, **changed):
    stored = factories.values_of(report, key)
    base = {name: stored[name] for name in changed if name in CATALOGUE.by_name}
    return {
        "given": list(base),
        "base": json.dumps(base),
        "token": factories.tokens_now(report, key)["grid"],
        **changed,
    }


def test_statements_are_as_many_for_five_rows_as_for_a_hundred(client, report, django_assert_num_queries):
    for _ in range(5):
        factories.make_activity("SOMHD")
    client.get(address("grid", report))
    with CaptureQueriesContext(connection) as few:
        client.get(address("grid", report))
    for _ in range(95):
        factories.make_activity("SOMHD")
    with django_assert_num_queries(len(few)):
        answer = client.get(address("grid", report))
    assert answer.content.decode().count("<tr data-key") == 100


def test_every_row_leads_to_its_form_and_shows_words_for_codes(client, report, key, officer):
    factories.save(report, key, {"status": "ongoing", "stakeholders": ["youth"]}, officer)

    text = client.get(address("grid", report)).content.decode()

    assert address("record", report, key) in text
    assert "On-going" in text
    assert 'data-v="&quot;ongoing&quot;"' in text


def test_lists_stand_once_in_the_page_and_not_in_each_row(client, report, key):
    text = client.get(address("grid", report)).content.decode()

    assert text.count('id="grid-settings"') == 1
    assert "<select" not in text.split("<tbody>")[1].split("</tbody>")[0]


def test_what_people_wrote_is_shown_as_text(client, report, key, officer):
    factories.save(report, key, {"remarks": NASTY, "title": NASTY}, officer)

    text = client.get(address("grid", report)).content.decode()

    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_rows_are_filtered_by_title_and_status(client, report, key, officer):
    factories.save(report, key, {"status": "ongoing"}, officer)
    factories.make_activity("SOMHD", title="Study of water")

    def titles(query):
        text = client.get(address("grid", report) + query).content.decode()
        return ("Training of nurses" in text, "Study of water" in text)

    assert titles("") == (True, True)
    assert titles("?q=NURSES") == (True, False)
    assert titles("?status=ongoing") == (True, False)
    assert titles("?status=_missing") == (False, True)
    assert titles("?q=%00nothing&page=x") == (False, False)


def test_a_row_is_saved_by_itself(client, report, key):
    answer = client.post(
        address("grid_row", report, key), row(report, key, remarks="From the grid", percent_complete="30")
    )

    found = answer.json()
    assert answer.status_code == 200
    assert found["state"] == "saved"
    assert found["texts"]["percent_complete"] == "30"
    assert found["token"] == factories.tokens_now(report, key)["grid"]
    assert factories.values_of(report, key)["remarks"] == "From the grid"


def test_a_bad_cell_is_named_and_nothing_of_the_row_is_stored(client, report, key):
    answer = client.post(address("grid_row", report, key), row(report, key, remarks="Good", percent_complete="many"))

    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == ["percent_complete"]
    assert factories.values_of(report, key)["remarks"] == ""


def test_a_conflict_in_a_row_carries_both_texts_and_the_new_token(client, report, key):
    mine = row(report, key, remarks="Mine")
    factories.save(report, key, {"remarks": "Theirs"}, factories.officer("SOMHD"))

    answer = client.post(address("grid_row", report, key), mine)

    found = answer.json()
    assert answer.status_code == 409
    assert "Mine" in found["panel"]
    assert "Theirs" in found["panel"]
    again = {**mine, "token": found["token"], "base": json.dumps(found["base"])}
    assert client.post(address("grid_row", report, key), again).status_code == 200
    assert factories.values_of(report, key)["remarks"] == "Mine"


def test_fields_outside_the_grid_cannot_come_through_it(client, report, key):
    data = row(report, key, remarks="Inside")
    data["given"] = ["remarks", "description"]
    data["description"] = "Outside"

    client.post(address("grid_row", report, key), data)

    stored = factories.values_of(report, key)
    assert (stored["remarks"], stored["description"]) == ("Inside", "")


def test_a_row_of_another_report_is_not_found(client, report, key):
    other = factories.make_obligation("SOMSWD")
    theirs = factories.key_of(factories.make_activity("SOMSWD"))

    assert client.post(address("grid_row", report, theirs), row(report, key, remarks="No")).status_code == 404
    assert client.post(address("grid_row", other, theirs), row(report, key, remarks="No")).status_code == 404
    assert client.get(address("grid_row", report, key)).status_code == 405


def test_a_locked_report_has_a_grid_to_read(client, report, officer):
    factories.submitted(report, officer)

    text = client.get(address("grid", report)).content.decode()

    assert "data-grid" not in text
    assert "<tr data-key" in text
