"""The form of a record: what it shows, how a section is saved or refused, and who may not."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from adme.reporting.models import Comment, Evidence, RecordChange
from adme.reporting.transitions import Act
from databases_a.tool1.fields import CATALOGUE

from . import factories

NASTY = '<script>alert(1)</script>=HYPERLINK("http://evil.example")'


def client_of(user, **options):
    client = Client(**options)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def client(officer):
    return client_of(officer)


@pytest.fixture
def key(report):
    return factories.key_of(factories.make_activity("SOMHD", title="Training of nurses"))


def address(name, report, *args):
    return reverse(name, args=[report.public_id, *args])


def form(report, key, section, **changed):
    """What the browser sends of a section that was opened now."""
    stored = factories.values_of(report, key)
    fields = CATALOGUE.of_section(section)
    base = {one.name: stored[one.name] for one in fields}
    data = {
        "given": [one.name for one in fields],
        "base": json.dumps(base),
        "token": factories.tokens_now(report, key)[section],
    }
    for one in fields:
        value = changed.pop(one.name, base[one.name])
        data[one.name] = "" if value is None else value
    return {**data, **changed}


def save(client, report, key, section, *, script=True, data=None, **changed):
    sent = form(report, key, section, **changed) if data is None else data
    headers = {"accept": "application/json"} if script else {}
    return client.post(address("section_save", report, key, section), sent, headers=headers)


def page(client, report, key):
    return client.get(address("record", report, key))


# --- what it shows --------------------------------------------------------------------------------------------------


def test_the_page_shows_every_section_and_field_with_what_is_needed_to_submit(client, report, key):
    text = page(client, report, key).content.decode()

    assert "Training of nurses" in text
    for section in CATALOGUE.sections:
        assert f'id="section-{section.name}"' in text
    for one in CATALOGUE.fields:
        assert f'id="f-{one.name}"' in text
    assert text.count("needed to submit") == sum(one.required for one in CATALOGUE.fields)


def test_last_periods_value_stands_beside_the_field_and_can_be_copied(client, report, officer, analyst):
    before = factories.make_obligation("SOMHD", period="2024")
    activity = factories.make_activity("SOMHD", starts_on=date(2024, 1, 1))
    key = factories.key_of(activity)
    factories.save(before, key, {**factories.REPORT, "remarks": "Funds came late."}, officer)
    factories.act(before, Act.SUBMIT, officer)
    factories.act(before, Act.APPROVE, analyst)

    text = page(client, report, key).content.decode()
    assert "Funds came late." in text
    assert 'data-copy-to="remarks"' in text

    answer = client.post(address("copy_forward", report, key), {"section": "progress"})
    assert answer.status_code == 302
    assert factories.values_of(report, key)["remarks"] == "Funds came late."
    assert factories.values_of(report, key)["participants_female"] is None


def test_what_people_wrote_is_shown_as_text(client, report, key, officer):
    factories.save(report, key, {"remarks": NASTY, "title": NASTY}, officer)
    client.post(address("comment_add", report), {"record_key": key, "text": NASTY})

    text = page(client, report, key).content.decode()

    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_statements_are_as_many_for_one_record_as_for_fifty(client, report, key, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    page(client, report, key)
    with CaptureQueriesContext(connection) as few:
        page(client, report, key)
    for _ in range(49):
        factories.make_activity("SOMHD")
    with django_assert_num_queries(len(few)):
        page(client, report, key)


def test_a_submitted_report_is_read_only_and_says_why(client, report, officer):
    (key,) = factories.submitted(report, officer)

    text = page(client, report, key).content.decode()

    assert "It opens again when the reviewer returns it" in text
    assert "data-section=" not in text
    answer = save(client, report, key, "progress", remarks="Too late")
    assert answer.status_code == 409
    assert "submitted" in answer.json()["sentence"]


# --- saving a section -----------------------------------------------------------------------------------------------


def test_a_section_is_saved_and_the_answer_holds_the_new_token(client, report, key):
    answer = save(client, report, key, "progress", status="ongoing", percent_complete="40")

    assert answer.status_code == 200
    found = answer.json()
    assert found["state"] == "saved"
    assert found["token"] == factories.tokens_now(report, key)["progress"]
    assert set(found["changed"]) == {"status", "percent_complete"}
    assert factories.values_of(report, key)["percent_complete"] == 40


def test_without_scripts_a_section_is_saved_by_its_button(client, report, key):
    answer = save(client, report, key, "progress", script=False, remarks="By hand")

    assert answer.status_code == 302
    assert answer["Location"].endswith("#section-progress")
    assert factories.values_of(report, key)["remarks"] == "By hand"


def test_lists_and_rows_are_read_from_the_form(client, report, key):
    data = form(report, key, "results", stakeholders=["youth", "academia"])
    data |= {
        "outputs-kind": ["outcome_document", ""],
        "outputs-title": ["A study", ""],
        "outputs-link": ["https://asean.org/x", ""],
    }

    assert save(client, report, key, "results", data=data).json()["state"] == "saved"
    stored = factories.values_of(report, key)
    assert set(stored["stakeholders"]) == {"youth", "academia"}
    assert stored["outputs"] == [{"kind": "outcome_document", "title": "A study", "link": "https://asean.org/x"}]


@pytest.mark.parametrize("script", [True, False])
def test_a_bad_value_is_refused_beside_its_field_and_what_was_typed_stays(client, report, key, script):
    answer = save(client, report, key, "progress", script=script, percent_complete="many", remarks="Long text")

    assert answer.status_code == 422
    if script:
        assert "percent_complete" in answer.json()["errors"]
    else:
        text = answer.content.decode()
        assert "not a whole number" in text
        assert 'value="many"' in text
        assert "Long text" in text
    assert factories.values_of(report, key)["remarks"] == ""


@pytest.mark.parametrize("script", [True, False])
def test_a_conflict_shows_both_texts_and_stores_nothing(client, report, key, officer, script):
    mine = form(report, key, "progress", remarks="Mine")
    factories.save(report, key, {"remarks": "Theirs"}, factories.officer("SOMHD"))

    answer = save(client, report, key, "progress", script=script, data=mine)

    assert answer.status_code == 409
    shown = answer.json()["panel"] if script else answer.content.decode()
    assert "Mine" in shown
    assert "Theirs" in shown
    assert factories.values_of(report, key)["remarks"] == "Theirs"


@pytest.mark.parametrize(("choice", "stays"), [("mine", "Mine"), ("theirs", "Theirs"), ("together", "Both of us")])
def test_a_conflict_is_resolved_as_chosen(client, report, key, choice, stays):
    mine = form(report, key, "progress", remarks="Mine")
    factories.save(report, key, {"remarks": "Theirs"}, factories.officer("SOMHD"))
    found = save(client, report, key, "progress", data=mine).json()

    chosen = {**mine, "token": found["token"], "base": json.dumps(found["base"])}
    chosen |= {"choice-remarks": choice, "together-remarks": "Both of us"}

    assert save(client, report, key, "progress", data=chosen).json()["state"] == "saved"
    assert factories.values_of(report, key)["remarks"] == stays


def test_fields_that_others_changed_meanwhile_are_left_as_they_made_them(client, report, key):
    mine = form(report, key, "progress", remarks="Mine")
    factories.save(report, key, {"explanation": "Theirs"}, factories.officer("SOMHD"))

    found = save(client, report, key, "progress", data=mine).json()

    assert found["state"] == "saved"
    assert found["base"]["explanation"] == "Theirs"
    assert factories.values_of(report, key)["remarks"] == "Mine"


def test_an_approved_plan_value_changes_with_a_reason_only(client, report, officer, analyst):
    before = factories.make_obligation("SOMHD", period="2024")
    key = factories.key_of(factories.make_activity("SOMHD", title="Old title", starts_on=date(2024, 1, 1)))
    factories.save(before, key, factories.REPORT, officer)
    factories.act(before, Act.SUBMIT, officer)
    factories.act(before, Act.APPROVE, analyst)

    refused = save(client, report, key, "activity", title="New title")
    assert refused.status_code == 422
    assert refused.json()["fields"] == ["Title"]
    by_hand = save(client, report, key, "activity", script=False, title="New title")
    assert by_hand.status_code == 422
    assert "New title" in by_hand.content.decode()

    assert save(client, report, key, "activity", title="New title", reason="Renamed").status_code == 200
    assert factories.values_of(report, key)["title"] == "New title"


def test_a_page_that_somebody_else_opened_saves_nothing(client, report, key, analyst):
    answer = save(client, report, key, "progress", remarks="Whose?", user=str(analyst.pk))

    assert answer.status_code == 409
    assert "Another person" in answer.json()["sentence"]
    assert factories.values_of(report, key)["remarks"] == ""


def test_a_form_that_holds_no_field_changes_nothing(client, report, key):
    answer = save(client, report, key, "progress", data={"token": "x", "base": "["})

    assert answer.status_code == 200
    assert not RecordChange.objects.exists()


def test_a_save_needs_the_token_of_the_site(report, key, officer):
    strict = client_of(officer, enforce_csrf_checks=True)

    assert save(strict, report, key, "progress", remarks="Forged").status_code == 403
    assert (
        strict.post(address("evidence_add", report, key), {"title": "x", "url": "https://asean.org"}).status_code == 403
    )
    assert factories.values_of(report, key)["remarks"] == ""
    assert not Evidence.objects.exists()


# --- who may not ----------------------------------------------------------------------------------------------------


def test_other_bodies_and_readers_get_the_same_answer_as_for_no_report(report, key, officer):
    own = client_of(officer)
    assert page(own, report, key).status_code == 200
    assert own.get(address("grid", report)).status_code == 200
    for other in (factories.officer("SOMSWD"), factories.focal_point(), factories.soca_member()):
        stranger = client_of(other)
        assert page(stranger, report, key).status_code == 404
        assert stranger.get(address("grid", report)).status_code == 404
        assert save(stranger, report, key, "progress", remarks="No").status_code == 404
        assert stranger.post(address("comment_add", report), {"record_key": key, "text": "No"}).status_code == 404
        assert stranger.post(address("record_remove", report, key), {"reason": "No"}).status_code == 404
        assert stranger.get(address("field_history", report, key, "remarks")).status_code == 404
    assert not Comment.objects.exists()


def test_a_reader_of_all_drafts_sees_the_page_without_anything_to_change(report, key):
    reader = client_of(factories.administrator())

    text = page(reader, report, key).content.decode()
    assert "SOMHD writes it" in text
    assert "data-section=" not in text
    assert save(reader, report, key, "progress", remarks="No").status_code == 404


@pytest.mark.parametrize("name", ["section_save", "record_keep", "copy_forward", "evidence_add"])
def test_changes_come_by_post_only(client, report, key, name):
    args = (key, "progress") if name == "section_save" else (key,)

    assert client.get(address(name, report, *args)).status_code == 405


@pytest.mark.parametrize("odd", ["no-such-key", "00000000-0000-0000-0000-000000000000"])
def test_an_unknown_record_is_not_found(client, report, key, odd):
    assert page(client, report, odd).status_code == 404
    assert client.post(address("section_save", report, odd, "progress"), {}).status_code == 404
    assert client.post(address("section_save", report, key, "no-such-section"), {}).status_code == 404
    assert client.get(address("field_history", report, key, "no_such_field")).status_code == 404


# --- records ---------------------------------------------------------------------------------------------------------


def test_a_record_is_added_to_a_work_plan_and_opened(client, report, key):
    plan = factories.make_work_plan("SOMHD")
    sent = {"given": ["title"], "title": "A new study", "group": str(plan.public_id)}

    assert client.get(address("record_new", report)).status_code == 200
    answer = client.post(address("record_new", report), sent)

    assert answer.status_code == 302
    assert "A new study" in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("sent", [{"group": "nowhere"}, {"title": ""}])
def test_a_record_without_its_place_or_title_is_refused_and_keeps_what_was_typed(client, report, key, sent):
    plan = factories.make_work_plan("SOMHD")
    sent = {
        "given": ["title", "starts_on"],
        "title": "A study",
        "starts_on": "2025-03-01",
        "group": str(plan.public_id),
        **sent,
    }

    answer = client.post(address("record_new", report), sent)

    assert answer.status_code == 422
    assert "2025-03-01" in answer.content.decode()


def test_a_record_is_taken_out_with_a_reason(client, report, key):
    assert client.post(address("record_remove", report, key), {"reason": ""}).status_code == 422
    assert page(client, report, key).status_code == 200

    assert client.post(address("record_remove", report, key), {"reason": "Entered twice"}).status_code == 302
    assert page(client, report, key).status_code == 404


def test_a_contradiction_is_a_warning_that_can_be_kept_with_a_reason_and_opened_again(client, report, key, officer):
    factories.save(report, key, {"status": "completed", "percent_complete": 80}, officer)
    text = page(client, report, key).content.decode()
    code = text.split('data-doubt="')[1].split('"')[0]

    client.post(address("record_keep", report, key), {"code": code, "reason": ""})
    assert f'data-doubt="{code}"' in page(client, report, key).content.decode()
    client.post(address("record_keep", report, key), {"code": code, "reason": "The rest was dropped"})
    kept = page(client, report, key).content.decode()
    assert f'data-doubt="{code}"' not in kept
    assert "The rest was dropped" in kept
    client.post(address("record_keep", report, key), {"code": code, "undo": "1"})
    assert f'data-doubt="{code}"' in page(client, report, key).content.decode()


def test_the_history_of_a_field_says_who_changed_what(client, report, key, officer):
    factories.save(report, key, {"status": "ongoing"}, officer)
    factories.save(report, key, {"status": "completed"}, officer)

    part = client.get(address("field_history", report, key, "status"), headers={"hx-request": "true"}).content.decode()

    assert "Completed" in part
    assert "On-going" in part
    assert "<html" not in part
    assert "<html" in client.get(address("field_history", report, key, "status")).content.decode()


# --- talk -----------------------------------------------------------------------------------------------------------


def test_comments_are_added_and_settled_by_reporter_and_reviewer(client, report, key, analyst):
    client.post(address("comment_add", report), {"record_key": key, "text": "Is it 40 or 45?"})
    (comment,) = Comment.objects.all()
    reviewer = client_of(analyst)

    assert "Is it 40 or 45?" in page(reviewer, report, key).content.decode()
    assert reviewer.post(address("comment_resolve", report, comment.pk)).status_code == 302
    assert "Settled by" in page(client, report, key).content.decode()
    client.post(address("comment_add", report), {"record_key": key, "text": " "})
    assert Comment.objects.count() == 1


def test_evidence_is_added_downloaded_as_a_file_and_removed(client, report, key):
    client.post(address("evidence_add", report, key), {"kind": "link", "title": "Page", "url": "https://asean.org/x"})
    client.post(address("evidence_add", report, key), {"kind": "link", "title": "Bad", "url": "javascript:alert(1)"})
    upload = SimpleUploadedFile("minutes.txt", b"Minutes of the meeting")
    client.post(address("evidence_add", report, key), {"kind": "file", "title": "Minutes", "file": upload})

    link, file = Evidence.objects.order_by("id")
    assert link.url == "https://asean.org/x"
    answer = client.get(reverse("evidence_file", args=[file.public_id]))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    stranger = client_of(factories.officer("SOMSWD"))
    assert stranger.get(reverse("evidence_file", args=[file.public_id])).status_code == 404

    client.post(address("evidence_remove", report, file.public_id))
    assert "Minutes</a>" not in page(client, report, key).content.decode()


def test_a_file_that_is_too_large_is_refused_before_it_is_kept(client, report, key, monkeypatch):
    from adme.reporting.services import attachments

    monkeypatch.setattr(attachments, "MOST_BYTES", 1000)
    upload = SimpleUploadedFile("large.txt", b"x" * 5000)

    answer = client.post(
        address("evidence_add", report, key), {"kind": "file", "title": "Large", "file": upload}, follow=True
    )

    assert "larger than 10 MB" in answer.content.decode()
    assert not Evidence.objects.exists()


# --- what makes a long form short -----------------------------------------------------------------------------------


@pytest.fixture
def approved_key(officer, analyst):
    """An activity that an approved report of 2024 held."""
    before = factories.make_obligation("SOMHD", period="2024")
    key = factories.key_of(factories.make_activity("SOMHD", starts_on=date(2024, 1, 1)))
    factories.save(before, key, {**factories.REPORT, "remarks": ""}, officer)
    factories.act(before, Act.SUBMIT, officer)
    factories.act(before, Act.APPROVE, analyst)
    return key


def sections_of(client, report, key):
    return {one.name: one for one in page(client, report, key).context["page"].sections}


def test_a_section_of_the_plan_is_folded_while_it_is_as_approved(client, report, approved_key, officer):
    assert {name for name, one in sections_of(client, report, approved_key).items() if one.is_folded} == {
        "activity",
        "alignment",
        "partners",
    }

    save(client, report, approved_key, "activity", description="Changed since", reason="It was corrected")

    found = sections_of(client, report, approved_key)
    assert not found["activity"].is_folded
    assert found["alignment"].is_folded


def test_a_section_that_was_never_approved_or_is_discussed_is_open(client, report, key, approved_key, officer):
    assert not any(one.is_folded for one in sections_of(client, report, key).values())

    Comment.objects.create(
        obligation=report, record_key=approved_key, field="kras", text="Which?", by=officer, at="2026-02-01T00:00Z"
    )
    assert not sections_of(client, report, approved_key)["alignment"].is_folded


def test_each_section_says_how_much_is_to_do_before_and_after_a_save(client, report, key):
    assert sections_of(client, report, key)["progress"].standing == "2 to do"

    answer = save(client, report, key, "progress", status="ongoing", percent_complete="40")

    assert answer.json()["standings"]["progress"] == "ready"
    assert answer.json()["standings"]["results"] == "blank"


def test_nothing_stands_beside_a_field_that_was_blank_in_the_last_period(client, report, approved_key):
    fields = {one.name: one for section in sections_of(client, report, approved_key).values() for one in section.fields}

    assert fields["status"].has_previous
    assert not fields["remarks"].has_previous


def test_a_link_to_a_blocking_field_finds_it(client, report, key):
    listed = client.get(reverse("report", args=[report.public_id])).content.decode()
    text = page(client, report, key).content.decode()

    assert "#field-status" in listed
    assert 'id="field-status"' in text


def test_a_day_is_told_in_words_below_its_field(client, report, key):
    fields = {one.name: one for one in sections_of(client, report, key)["activity"].fields}

    assert fields["starts_on"].day == f"{date.fromisoformat(fields['starts_on'].value):%-d %b %Y}"


@pytest.mark.parametrize(
    "sent", [{"kind": "link", "title": "The report", "url": "not a link"}, {"kind": "file", "title": "The report"}]
)
def test_evidence_that_is_refused_keeps_the_title_that_was_typed(client, report, key, sent):
    answer = client.post(address("evidence_add", report, key), sent)

    assert answer.status_code == 422
    assert 'value="The report"' in answer.content.decode()
    assert not Evidence.objects.exists()


def test_who_writes_on_behalf_finds_a_place_for_the_reason_until_it_was_given(report, key, analyst, officer):
    theirs = client_of(analyst)
    assert 'id="behalf-link"' in page(theirs, report, key).content.decode()
    assert 'id="behalf-link"' not in page(client_of(officer), report, key).content.decode()

    sent = {"kind": "link", "title": "The report", "url": "https://example.org/report"}
    assert theirs.post(address("evidence_add", report, key), sent).status_code == 422
    answer = theirs.post(address("evidence_add", report, key), {**sent, "reason": "Sent by mail"})

    assert answer.status_code == 302
    assert Evidence.objects.count() == 1
    assert 'id="behalf-link"' not in page(theirs, report, key).content.decode()


def test_last_period_is_copied_into_the_blanks_of_all_records(client, report, approved_key, key):
    assert client.get(reverse("grid", args=[report.public_id])).context["page"].has_copy

    answer = client.post(address("copy_all_forward", report))

    assert answer.status_code == 302
    assert factories.values_of(report, approved_key)["achieved"] == factories.REPORT["achieved"]
    assert factories.values_of(report, key)["achieved"] == ""


def test_where_no_work_plan_covers_the_year_the_page_leads_to_one_and_back(client, officer):
    report = factories.make_obligation("SOMHD", period="2026")
    text = client.get(address("record_new", report)).content.decode()
    way = f"{reverse('work_plan_new')}?year=2026&amp;report={report.public_id}"

    assert "no work plan of SOMHD covers 2026" in text
    assert way in text
    assert 'value="2026"' in client.get(way.replace("&amp;", "&")).content.decode()
