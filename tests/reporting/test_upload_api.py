"""Reports through the API: the same rules as the pages, told as JSON."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from adme.api.scopes import Scope
from adme.api.tokens import create_token
from adme.reporting.models import Obligation, RecordChange, Revision
from adme.reporting.states import State
from adme.reporting.transitions import Act
from databases_a.tool1.models import Activity

from . import factories as make

pytestmark = pytest.mark.usefixtures("reference_data")


def call(user, method: str, path: str, data=None, **headers):
    _, secret = create_token(user=user, name=make.fresh("token"), scopes=[Scope.READ, Scope.REPORTS])
    send = getattr(Client(), method)
    extra = {"HTTP_AUTHORIZATION": f"Bearer {secret}", **headers}
    if method == "get":
        return send(f"/api/v1/reports/{path}", **extra)
    return send(f"/api/v1/reports/{path}", json.dumps(data or {}), content_type="application/json", **extra)


def test_officer_sees_own_reports_with_their_standing_and_reviewer_sees_all(report, officer, analyst):
    make.make_obligation("SLOM")
    own = call(officer, "get", "").json()
    assert [(row["reporter"], row["standing"], row["report"]) for row in own["results"]] == [
        ("SOMHD", "due", str(report.public_id))
    ]
    assert call(analyst, "get", "").json()["count"] == 2
    assert call(analyst, "get", "?period=2025&tool=tool1&standing=due").json()["count"] == 2
    assert call(analyst, "get", "?standing=approved").json()["count"] == 0
    assert call(analyst, "get", "?period=20x5").status_code == 400


def test_list_takes_as_many_statements_for_fifty_reports_as_for_one(analyst, django_assert_max_num_queries):
    from adme.reference.models import SectoralBody

    counts = []
    bodies = list(SectoralBody.objects.values_list("code", flat=True)[:15])
    for codes in (bodies[:1], bodies[1:]):
        for code in codes:
            make.make_obligation(code)
        with django_assert_max_num_queries(20) as seen:
            call(analyst, "get", "")
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_report_shows_its_records_with_values_and_tokens(report, officer):
    (key,) = make.ready_report(report, officer)
    body = call(officer, "get", f"{report.public_id}/").json()
    (record,) = body["records"]
    assert (body["layout"], record["key"], record["values"]["percent_complete"]) == ("T1-2026.1", key, 40)
    assert body["groups"][0]["title"] == "SOMHD work plan (2016-2025)"
    one = call(officer, "get", f"{report.public_id}/records/{key}/").json()
    assert one == record


def test_change_with_tokens_is_stored_by_the_channel_api(report, officer):
    (key,) = make.ready_report(report, officer)
    record = call(officer, "get", f"{report.public_id}/records/{key}/").json()

    answer = call(
        officer,
        "patch",
        f"{report.public_id}/records/{key}/",
        {"values": {"percent_complete": 60, "status": "On-going"}, "tokens": record["tokens"]},
    )

    assert answer.status_code == 200
    assert (answer.json()["changed"], answer.json()["values"]["percent_complete"]) == (["percent_complete"], 60)
    assert RecordChange.objects.get(after=60).channel == "api"


def test_wrong_values_are_named_and_nothing_is_stored(report, officer):
    (key,) = make.ready_report(report, officer)
    sent = {"values": {"percent_complete": 140, "status": "x\u0000", "nonsense": 1, "remarks": "fine"}, "tokens": {}}
    answer = call(officer, "patch", f"{report.public_id}/records/{key}/", sent)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (400, "invalid")
    assert set(error["fields"]) == {"percent_complete", "status", "nonsense"}
    assert make.values_of(report, key)["remarks"] == ""


ODD = [
    {"status": {"a": 1}},
    {"outputs": [1]},
    {"outputs": [{"kind": 1}]},
    {"kras": {"a": []}},
    {"ends_on": []},
    {"percent_complete": 1e99},
    {"title": True},
    {"remarks": [[]]},
]


@pytest.mark.parametrize("values", ODD)
def test_values_of_the_wrong_shape_are_an_answer_and_not_a_failure(report, officer, values):
    (key,) = make.ready_report(report, officer)
    answer = call(officer, "patch", f"{report.public_id}/records/{key}/", {"values": values, "tokens": {"x": "y"}})
    assert answer.status_code in {400, 409}


def test_same_field_changed_by_two_is_a_conflict_with_both_texts_and_can_be_decided(report, officer):
    (key,) = make.ready_report(report, officer)
    path = f"{report.public_id}/records/{key}/"
    mine = call(officer, "get", path).json()
    make.save(report, key, {"percent_complete": 55, "remarks": "Theirs"}, make.officer("SOMHD"))
    sent = {"values": {"percent_complete": 60}, "tokens": mine["tokens"], "base": mine["values"]}

    answer = call(officer, "patch", path, sent)

    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (409, "conflict")
    (clash,) = error["clashes"]
    assert (clash["field"], clash["base"], clash["stored"], clash["sent"]) == ("percent_complete", 40, 55, 60)
    decided = call(officer, "patch", path, {"values": {"percent_complete": 60}, "tokens": error["tokens"]})
    assert decided.status_code == 200
    assert make.values_of(report, key)["remarks"] == "Theirs"


def test_report_that_was_handed_in_is_locked(report, officer):
    (key,) = make.submitted(report, officer)
    answer = call(officer, "patch", f"{report.public_id}/records/{key}/", {"values": {"remarks": "late"}})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "not_allowed_now")


def test_approved_value_needs_a_reason_here_too(report, officer, analyst):
    (key,) = make.approved(report, officer, analyst)
    make.act(report, Act.REOPEN, analyst, reason="A figure is wrong.")
    path = f"{report.public_id}/records/{key}/"
    tokens = call(officer, "get", path).json()["tokens"]
    sent = {"values": {"ends_on": "2025-11-30"}, "tokens": tokens}
    refused = call(officer, "patch", path, sent)
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "reason_needed")
    assert "ends_on" in refused.json()["error"]["fields"]
    assert call(officer, "patch", path, {**sent, "reason": "Typing error."}).status_code == 200


def test_record_is_added_to_a_work_plan(report, officer):
    plan = make.make_work_plan("SOMHD")
    sent = {"group": str(plan.public_id), "values": {"title": "From a program", "activity_type": "workshop"}}
    answer = call(officer, "post", f"{report.public_id}/records/", sent)
    assert answer.status_code == 201
    assert str(Activity.objects.get(title="From a program").public_id) == answer.json()["key"]
    elsewhere = make.make_work_plan("SLOM")
    refused = call(officer, "post", f"{report.public_id}/records/", {**sent, "group": str(elsewhere.public_id)})
    assert refused.status_code == 400


def test_submission_sent_twice_with_one_key_is_made_once(report, officer):
    make.ready_report(report, officer)
    order = {"act": "submit", "idempotency_key": "my-run-1"}
    first, second = (call(officer, "post", f"{report.public_id}/acts/", order) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert second.json()["standing"] == "submitted"
    assert Revision.objects.filter(obligation=report).count() == 1


def test_submission_of_an_unfinished_report_tells_what_is_missing(report, officer):
    key = make.key_of(make.make_activity())
    make.save(report, key, {"remarks": "Begun."}, officer)
    answer = call(officer, "post", f"{report.public_id}/acts/", {"act": "submit", "idempotency_key": "a"})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (409, "not_ready")
    assert error["blockers"]
    assert Obligation.objects.get(pk=report.pk).state == State.DRAFTING


def test_reviewing_is_not_offered(report, officer, analyst):
    make.submitted(report, officer)
    answer = call(analyst, "post", f"{report.public_id}/acts/", {"act": "approve", "idempotency_key": "a"})
    assert answer.status_code == 400


def test_another_bodys_report_answers_like_one_that_is_not_there(report, officer):
    (key,) = make.ready_report(report, officer)
    other = make.officer("SLOM")
    unknown = "00000000-0000-4000-8000-000000000000"
    for method, path, data in (
        ("get", "", None),
        ("get", f"records/{key}/", None),
        ("patch", f"records/{key}/", {"values": {"remarks": "x"}}),
        ("post", "records/", {"group": "x", "values": {}}),
        ("post", "acts/", {"act": "submit", "idempotency_key": "a"}),
    ):
        there = call(other, method, f"{report.public_id}/{path}", data)
        missing = call(other, method, f"{unknown}/{path}", data)
        assert (there.status_code, there.content) == (404, missing.content)
    assert call(other, "get", f"{make.make_obligation('SLOM').public_id}/records/{key}/").status_code == 404
    assert call(officer, "get", f"{report.public_id}/records/%00/").status_code == 404


def test_nobody_writes_without_a_token_and_a_session_needs_its_csrf_token(report, officer):
    (key,) = make.ready_report(report, officer)
    path = f"/api/v1/reports/{report.public_id}/records/{key}/"
    assert Client().patch(path, "{}", content_type="application/json").status_code == 401
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert browser.patch(path, '{"values": {}}', content_type="application/json").status_code == 403
    assert browser.get(path).status_code == 200


def test_schema_describes_the_reports(officer):
    _, secret = create_token(user=officer, name="schema")
    text = Client().get("/api/v1/schema/", HTTP_AUTHORIZATION=f"Bearer {secret}").content.decode()
    assert "/api/v1/reports/{report}/records/{key}/" in text
    assert "idempotency_key" in text
