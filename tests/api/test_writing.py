"""Imports and workbooks through the API: the rules of the pages, told as JSON; each denial beside its success."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from adme.accounts.models import Role
from adme.audit.models import AuditEvent
from adme.ingest.models import ImportBatch
from adme.jobs.models import Job
from adme.jobs.testing import run_all_jobs
from databases_b.models import Observation
from tests.reporting import factories as people
from tests.reporting import sheets

from .world import TIDY, ask, make_neet, preview, token_of

pytestmark = pytest.mark.django_db
UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def neet(reference_data):
    return make_neet()


def tidy(text: str = TIDY, name: str = "neet.csv") -> BytesIO:
    file = BytesIO(text.encode())
    file.name = name
    return file


def code_of(answer):
    return answer.json()["error"]["code"]


def act(who, batch, what="apply", key="run-1", **more):
    return ask(who, "post", f"imports/{batch}/acts/", {"act": what, "idempotency_key": key, **more})


def test_a_file_is_sent_read_looked_at_and_applied_once(user_with, neet):
    analyst = user_with(Role.ANALYST)
    sent = ask(analyst, "post", "imports/", {"file": tidy(), "dataset": "TEST_SET"})
    assert (sent.status_code, sent.json()["state"]) == (202, "received")
    batch = sent.json()["id"]
    assert ask(analyst, "get", f"jobs/{sent.json()['job']}/").json()["state"] == "queued"
    run_all_jobs()
    shown = ask(analyst, "get", f"imports/{batch}/").json()
    assert (shown["state"], shown["new"], shown["acts"]) == ("previewed", 2, ["apply", "discard", "read_again"])
    before = Observation.objects.count()
    first, second = act(analyst, batch), act(analyst, batch)
    assert (first.status_code, second.status_code) == (202, 202)
    run_all_jobs()
    assert ask(analyst, "get", f"imports/{batch}/").json()["state"] == "applied"
    assert Observation.objects.count() == before + 2
    assert AuditEvent.objects.filter(action="import.approved").count() == 1


def test_one_key_is_one_act(user_with, neet):
    analyst = user_with(Role.ANALYST)
    batch = preview(by=analyst)
    assert act(analyst, batch.public_id, "discard", reason="Wrong file.").status_code == 202
    other = act(analyst, batch.public_id, "apply")
    assert (other.status_code, code_of(other)) == (409, "key_used")
    late = act(analyst, batch.public_id, "apply", key="run-2")
    assert (late.status_code, code_of(late)) == (409, "not_allowed_now")
    colleague = act(user_with(Role.ANALYST), batch.public_id, "discard", reason="x")  # their own 'run-1'
    assert code_of(colleague) == "not_allowed_now"


def test_an_act_that_was_refused_may_be_asked_for_again_with_its_key(user_with, neet):
    analyst = user_with(Role.ANALYST)
    batch = preview(TIDY.replace("20.9", "many"), by=analyst)
    assert batch.state == "refused"
    assert act(analyst, batch.public_id).status_code == 409
    ImportBatch.objects.filter(pk=batch.pk).update(state="previewed")
    assert act(analyst, batch.public_id).status_code == 202


def test_what_is_wrong_with_a_file_is_told_with_its_place(user_with, neet):
    analyst = user_with(Role.ANALYST)
    batch = preview(TIDY.replace("20.9", "many"), by=analyst)
    shown = ask(analyst, "get", f"imports/{batch.public_id}/").json()
    assert (shown["state"], shown["errors"], shown["acts"]) == ("refused", 1, ["discard", "read_again"])
    (problem,) = [one for one in shown["problems"] if one["severity"] == "error"]
    assert (problem["row"], problem["seen"]) == (2, "many")
    assert problem["remedy"]


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"file": SimpleUploadedFile("x.pdf", b"%PDF-1.7")}, 422),
        ({"file": SimpleUploadedFile("x.csv", b"")}, 400),
        ({"file": SimpleUploadedFile("x.csv", b"a"), "dataset": "NOPE"}, 400),
        ({"file": SimpleUploadedFile("x.csv", b"a"), "release_date": "soon"}, 400),
        ({"file": SimpleUploadedFile("x.csv", b"a"), "on_vanished": "burn"}, 400),
        ({"other": SimpleUploadedFile("x.csv", b"a")}, 400),
    ],
)
def test_what_the_form_refuses_is_refused_and_nothing_is_kept(user_with, neet, data, status):
    before = ImportBatch.objects.count()
    answer = ask(user_with(Role.ANALYST), "post", "imports/", data)
    assert answer.status_code == status
    assert answer.json()["error"]["fields"]
    assert ImportBatch.objects.count() == before


def test_a_file_that_is_too_large_is_stopped(user_with, neet, settings):
    settings.IMPORT_MAX_BYTES = 20
    answer = ask(user_with(Role.ANALYST), "post", "imports/", {"file": tidy()})
    assert (answer.status_code, code_of(answer)) == (413, "file_too_large")


@pytest.mark.parametrize("role", [Role.ME_OFFICER, Role.FOCAL_POINT, Role.SOCA_MEMBER])
def test_imports_are_not_for_those_who_do_not_see_them_on_screen(user_with, neet, role):
    batch, user = preview().public_id, user_with(role)
    for answer in (
        ask(user, "get", "imports/"), ask(user, "get", "imports.csv"), ask(user, "get", f"imports/{batch}/"),
        ask(user, "post", "imports/", {"file": tidy()}), act(user, batch), act(user, batch, "discard"),
    ):  # fmt: skip
        assert answer.status_code == 403
    assert ImportBatch.objects.get(public_id=batch).state == "previewed"


def test_who_only_sees_imports_neither_sends_nor_applies_them(user_with, neet):
    batch, user = preview().public_id, user_with(Role.ADMINISTRATOR)
    assert ask(user, "get", f"imports/{batch}/").status_code == 200
    assert ask(user, "post", "imports/", {"file": tidy()}).status_code == 403
    assert act(user, batch).status_code == 403


def test_applying_takes_the_permission_to_approve_beside_that_to_import(user_with, neet, monkeypatch):
    from adme.accounts import permissions

    batch, analyst = preview().public_id, user_with(Role.ANALYST)
    without = permissions.ROLE_PERMISSIONS[Role.ANALYST] - {permissions.Permission.IMPORT_APPROVE}
    monkeypatch.setitem(permissions.ROLE_PERMISSIONS, Role.ANALYST, without)
    assert act(analyst, batch).status_code == 403
    assert act(analyst, batch, "discard").status_code == 202


def test_batches_of_reports_and_records_are_no_imports(world):
    report_batch = ImportBatch.objects.create(target="report", filename="x.xlsx", sha256="0" * 64)
    assert ask(world.analyst, "get", f"imports/{report_batch.public_id}/").status_code == 404
    assert ask(world.analyst, "get", f"imports/{UNKNOWN}/").status_code == 404


def test_jobs_are_ones_own(user_with, neet):
    analyst, officer = user_with(Role.ANALYST), user_with(Role.ME_OFFICER)
    sent = ask(analyst, "post", "imports/", {"file": tidy(), "dataset": "TEST_SET"})
    job = sent.json()["job"]
    assert ask(analyst, "get", f"jobs/{job}/").status_code == 200
    assert ask(officer, "get", f"jobs/{job}/").status_code == 404
    assert ask(officer, "get", "jobs/").json()["count"] == 0
    mine = Job.objects.create(name="x", title="Mine", created_by=officer)
    assert [row["job"] for row in ask(officer, "get", "jobs/").json()["results"]] == [str(mine.pk)]


# --- workbooks of reports ---


def workbook(content: bytes, name: str = "report.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_workbook_is_fetched_filled_in_sent_and_applied_once(reference_data):
    report, officer = people.make_obligation("SOMHD"), people.officer("SOMHD")
    (key,) = people.ready_report(report, officer)
    at = f"reports/{report.public_id}"
    fetched = ask(officer, "get", f"{at}/workbook.xlsx")
    assert fetched.status_code == 200
    content = sheets.edited(fetched.content, {key: {"percent_complete": 70}})
    sent = ask(officer, "post", f"{at}/uploads/", {"file": workbook(content)})
    assert (sent.status_code, sent.json()["state"]) == (202, "received")
    run_all_jobs()
    upload = sent.json()["upload"]
    shown = ask(officer, "get", f"{at}/uploads/{upload}/").json()
    assert (shown["state"], shown["changed"], shown["acts"]) == ("previewed", 1, ["apply", "discard", "read_again"])
    assert [(row["kind"], row["key"]) for row in shown["rows"]] == [("changed", key)]
    order = {"act": "apply", "idempotency_key": "a"}
    assert [ask(officer, "post", f"{at}/uploads/{upload}/acts/", order).status_code for _ in range(2)] == [202, 202]
    run_all_jobs()
    assert people.values_of(report, key)["percent_complete"] == 70
    assert ask(officer, "get", f"{at}/uploads/").json()["results"][0]["state"] == "applied"


def test_another_bodys_workbooks_answer_like_those_that_are_not_there(reference_data):
    report, officer, other = people.make_obligation("SOMHD"), people.officer("SOMHD"), people.officer("SLOM")
    people.ready_report(report, officer)
    content = ask(officer, "get", f"reports/{report.public_id}/workbook.xlsx").content
    upload = ask(officer, "post", f"reports/{report.public_id}/uploads/", {"file": workbook(content)}).json()["upload"]
    order = {"act": "discard", "idempotency_key": "a"}
    for at in (report.public_id, UNKNOWN):
        answers = [
            ask(other, "get", f"reports/{at}/workbook.xlsx"),
            ask(other, "get", f"reports/{at}/uploads/"),
            ask(other, "get", f"reports/{at}/uploads.csv"),
            ask(other, "post", f"reports/{at}/uploads/", {"file": workbook(content)}),
            ask(other, "get", f"reports/{at}/uploads/{upload}/"),
            ask(other, "post", f"reports/{at}/uploads/{upload}/acts/", order),
        ]
        assert [one.status_code for one in answers] == [404] * 6
    elsewhere = people.make_obligation("SLOM")
    assert ask(other, "get", f"reports/{elsewhere.public_id}/uploads/{upload}/").status_code == 404


def test_what_is_no_workbook_or_comes_too_late_is_refused(reference_data):
    report, officer = people.make_obligation("SOMHD"), people.officer("SOMHD")
    people.submitted(report, officer)
    at = f"reports/{report.public_id}/uploads/"
    late = ask(officer, "post", at, {"file": workbook(b"PK")})
    assert (late.status_code, code_of(late)) == (409, "not_allowed_now")
    open_report = people.make_obligation("SLOM")
    wrong = ask(
        people.officer("SLOM"), "post", f"reports/{open_report.public_id}/uploads/", {"file": workbook(b"x", "x.csv")}
    )
    assert (wrong.status_code, code_of(wrong)) == (422, "not_a_workbook")


def test_an_analyst_applies_on_behalf_only_with_a_reason(reference_data):
    report, officer, analyst = people.make_obligation("SOMHD"), people.officer("SOMHD"), people.analyst()
    (key,) = people.ready_report(report, officer)
    at, token = f"reports/{report.public_id}", token_of(analyst)
    content = sheets.edited(ask(token, "get", f"{at}/workbook.xlsx").content, {key: {"percent_complete": 70}})
    upload = ask(token, "post", f"{at}/uploads/", {"file": workbook(content)}).json()["upload"]
    run_all_jobs()
    order = {"act": "apply", "idempotency_key": "a"}
    refused = ask(token, "post", f"{at}/uploads/{upload}/acts/", order)
    assert (refused.status_code, code_of(refused)) == (422, "reason_needed")
    assert ask(token, "post", f"{at}/uploads/{upload}/acts/", {**order, "reason": "By phone."}).status_code == 202


def test_an_import_without_any_content_is_refused_with_a_sentence(client_as, reference_data):
    answer = client_as("analyst").generic("POST", "/api/v1/imports/", content_type="application/x-www-form-urlencoded")

    assert answer.status_code in {400, 415}
    assert answer.json()["error"]["message"]
