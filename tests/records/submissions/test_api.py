"""Submissions through the API: the rules of the pages, told as JSON."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from adme.api.scopes import Scope
from adme.api.tokens import create_token
from adme.ingest.models import ImportBatch
from adme.jobs.testing import run_all_jobs
from databases_c import holding
from databases_c.models import Channel, Submission
from tests.records import factories as make
from tests.reporting import factories as people

pytestmark = pytest.mark.usefixtures("reference_data")
AT = "/api/v1/records/submissions/"
ROWS = [{"province": "N", "sex": "F", "persons": 12}, {"province": "S", "sex": "M", "persons": 40}]


def call(user, method: str, path: str = "", data=None):
    _, secret = create_token(user=user, name=people.fresh("token"), scopes=[Scope.READ, Scope.RECORDS])
    send, extra = getattr(Client(), method), {"HTTP_AUTHORIZATION": f"Bearer {secret}"}
    if method == "get":
        return send(f"{AT}{path}", **extra)
    if data and "file" in data:
        return send(f"{AT}{path}", data, **extra)
    return send(f"{AT}{path}", json.dumps(data or {}), content_type="application/json", **extra)


def test_a_file_is_read_in_the_background_and_used_by_a_second_request(report, focal):
    sent = call(focal, "post", data={"report": str(report.public_id), "file": make.upload()})
    assert (sent.status_code, sent.json()["status"]) == (202, "waiting")
    run_all_jobs()
    (row,) = call(focal, "get", f"?report={report.public_id}").json()["results"]
    assert (row["verdict"], row["channel"], row["is_current"]) == ("with_warnings", "api", False)
    used = call(focal, "post", f"{row['submission']}/use/")
    assert used.status_code == 200
    assert used.json()["is_current"]
    assert holding.current(report).channel == Channel.API


def test_rows_are_read_at_once_and_used(report, focal):
    sent = call(focal, "post", data={"report": str(report.public_id), "rows": ROWS})
    assert (sent.status_code, sent.json()["status"]) == (201, "used")
    assert sent.json()["submission"]["counts"]["accepted"] == 2


def test_a_refused_row_is_told_with_where_and_what_to_do(report, focal):
    wrong = [{**ROWS[0], "persons": "many"}, ROWS[1]]
    sent = call(focal, "post", data={"report": str(report.public_id), "rows": wrong})
    assert (sent.status_code, sent.json()["status"]) == (201, "to_mend")
    detail = call(focal, "get", f"{sent.json()['submission']['submission']}/").json()
    (error,) = [one for one in detail["findings"] if one["level"] == "error" and one["row"]]
    assert (error["row"], error["column"], error["seen"]) == (2, "Persons", "many")
    assert error["remedy"]
    assert holding.current(report) is None


def test_an_unknown_column_a_list_as_value_and_both_ways_at_once_are_refused(report, focal):
    known = {"report": str(report.public_id)}
    strange = call(focal, "post", data={**known, "rows": [{"provinz": "N"}]})
    assert strange.status_code == 400
    assert "provinz" in strange.content.decode()
    assert call(focal, "post", data={**known, "rows": [{"province": ["N"]}]}).status_code == 400
    assert call(focal, "post", data=known).status_code == 400
    wrong_kind = call(focal, "post", data={**known, "file": make.upload("x", "x.pdf")})
    assert wrong_kind.status_code == 422
    assert not Submission.objects.exists()


def test_another_states_report_and_its_submissions_are_not_there(report, focal):
    held, stranger = make.send(report, by=focal), people.focal_point("THA")
    assert call(stranger, "post", data={"report": str(report.public_id), "rows": ROWS}).status_code == 404
    assert call(stranger, "get").json()["count"] == 0
    assert call(stranger, "get", f"{held.public_id}/").status_code == 404
    assert call(stranger, "post", f"{held.public_id}/use/").status_code == 404
    assert call(focal, "get", f"{held.public_id}/").status_code == 200


def test_a_focal_point_of_another_body_of_the_state_finds_what_it_may_open_and_nothing_else(report, focal):
    """The list tells of a submission exactly where its own address does."""
    persons = make.make_set("cases", kind="records", is_personal=True, body="SLOM")
    cases = make.send(make.make_report(persons), by=focal)
    counts = make.send(report, by=focal)
    labour, other = people.focal_point("VNM", "SLOM"), people.focal_point("VNM", "ACCSM")
    for user, expected in ((focal, {cases, counts}), (labour, {cases, counts}), (other, {counts})):
        listed = {row["submission"] for row in call(user, "get").json()["results"]}
        assert listed == {str(one.public_id) for one in expected}
        for one in (cases, counts):
            assert call(user, "get", f"{one.public_id}/").status_code == (200 if one in expected else 404)
    assert call(other, "get", f"?report={cases.obligation.public_id}").json()["count"] == 0
    assert call(people.officer(), "get").json()["count"] == 0


def test_a_null_character_is_told_with_its_place_and_nothing_is_kept(report, focal):
    for wrong in ({"province": "N\x00"}, {"persons": "1\x002"}):
        sent = call(focal, "post", data={"report": str(report.public_id), "rows": [ROWS[0], {**ROWS[1], **wrong}]})
        assert sent.status_code == 400
        assert f"Record 2, {next(iter(wrong))}" in sent.content.decode()
    assert not ImportBatch.objects.exists()
    assert not Submission.objects.exists()


def test_who_may_not_see_records_reads_findings_without_values(report, focal):
    held = make.send(report, by=focal, warnings=1)
    (shown,) = call(people.administrator(), "get", f"{held.public_id}/").json()["findings"]
    assert (shown["seen"], shown["record"], shown["remedy"] != "") == ("", "", True)
    (own,) = call(focal, "get", f"{held.public_id}/").json()["findings"]
    assert own["seen"] == "8"


def test_nobody_is_let_in_without_a_token(report):
    assert Client().get(AT).status_code == 401
    assert Client().post(AT, "{}", content_type="application/json").status_code == 401
