"""Attacks on reports, each beside what must go on working: hostile input, ways around the workflow, floods."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from adme.accounts.models import Assignment
from adme.api.parsers import MOST_BYTES
from adme.api.tokens import create_token
from adme.jobs.testing import run_all_jobs
from adme.reporting.errors import FileNotTaken, NotAllowedNow, OwnReport, ReasonNeeded
from adme.reporting.forms_records import TEXTS
from adme.reporting.models import Comment, Evidence, Notice, Revision
from adme.reporting.services import bulk, talk, uploads
from adme.reporting.states import State
from adme.reporting.transitions import Act
from databases_a.tool1.fields import CATALOGUE

from . import attachments as files
from . import factories as make
from . import sheets
from .pages import client_of, text_of, url

pytestmark = pytest.mark.usefixtures("reference_data")
SURROGATE = '"\\ud800"'


@pytest.fixture
def sender(officer):
    """Sends a body as it is to the API of reports, as the officer."""
    _, secret = create_token(user=officer, name="attack", scopes=["read", "reports"])

    def send(method: str, path: str, body: str | bytes):
        return getattr(Client(), method)(
            f"/api/v1/reports/{path}", body, content_type="application/json", HTTP_AUTHORIZATION=f"Bearer {secret}"
        )

    return send


# --- input ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        f'{{"title": {SURROGATE}}}',
        f'{{"status": {SURROGATE}}}',
        f"{{{SURROGATE}: 1}}",
        f'{{"kras": [{SURROGATE}]}}',
        f'{{"outputs": [{{"kind": {SURROGATE}, "title": "x"}}]}}',
        '{"title": ' + '{"a":' * 3000 + "1" + "}" * 3000 + "}",
        '{"title": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"title": "a\\u0000b"}',
        '{"title": ["x"]}',
        '{"title": NaN}',
        '{"percent_complete": 1e400}',
        '{"percent_complete": true}',
        '{"outputs": [{"kind": {}, "title": []}]}',
        '{"outputs": [{"kind": "study", "title": "x", "link": "javascript:alert(1)"}]}',
        '{"funding_amount": "1e9"}',
        '{"starts_on": "31 Feb 2025"}',
        '{"state": "approved", "is_demonstration": true, "body": "SLOM"}',
        "[]",
        "5",
    ],
)
def test_values_of_wrong_shape_are_refused_with_a_sentence_and_nothing_is_stored(report, officer, sender, values):
    (key,) = make.ready_report(report, officer)
    before = make.values_of(report, key)
    answer = sender("patch", f"{report.public_id}/records/{key}/", f'{{"values": {values}}}')
    assert answer.status_code == 400, answer.content[:300]
    assert answer.json()["error"]["message"]
    assert make.values_of(report, key) == before


def test_a_body_is_read_up_to_its_limit_and_only_as_json(report, officer, sender):
    (key,) = make.ready_report(report, officer)
    path = f"{report.public_id}/records/{key}/"
    tokens = json.dumps(make.tokens_now(report, key))
    assert sender("patch", path, f'{{"values": {{"title": "New"}}, "tokens": {tokens}}}').status_code == 200
    assert sender("patch", path, '{"values": {"title": "' + "x" * MOST_BYTES + '"}}').status_code == 413
    assert sender("patch", path, b"\xff\xfe").status_code == 400
    _, secret = create_token(user=officer, name="form", scopes=["read", "reports"])
    as_form = Client().patch(f"/api/v1/reports/{path}", b"values.title=x", content_type="text/plain",
                             HTTP_AUTHORIZATION=f"Bearer {secret}")  # fmt: skip
    assert as_form.status_code == 415
    assert make.values_of(report, key)["title"] == "New"


BASES = ["5", "true", "1e400", "[5]", "[[1]]", '[{"a": 1}]', '{"a": {}}', f"[{SURROGATE}]", SURROGATE, "null", '"x"']


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("name", ["title", "kras", "outputs", "percent_complete"])
def test_a_made_up_base_hides_no_conflict_and_breaks_no_page(report, officer, base, name):
    (key,) = make.ready_report(report, officer)
    before, field = make.values_of(report, key), CATALOGUE.by_name[name]
    sent = {
        "given": [name],
        name: "unheard of" if name != "title" else "Another title",
        f"{name}-kind": "study", f"{name}-title": "t", f"{name}-link": "",
        "base": f'{{"{name}": {base}}}', "token": "old",
    }  # fmt: skip
    for choice in ("", "theirs"):
        answer = client_of(officer).post(
            url("section_save", report, key, field.section), {**sent, f"choice-{name}": choice}
        )
        assert answer.status_code in {302, 409, 422}, text_of(answer)[:300]
    assert make.values_of(report, key) == before


def test_a_hostile_token_approves_nothing_and_an_ordinary_one_does(report, officer, analyst):
    make.submitted(report, officer)
    seen = f"{report.pk}:{make.current(report).pk}"
    for token in ("a\x00b", "\x1b[31m", "x" * 10_000):
        sent = {"report": [seen, f"{'9' * 18}:{'9' * 18}", "x"], "token": token, "confirmed": "1"}
        answer = client_of(analyst).post(reverse("bulk_approve"), sent)
        assert answer.status_code == 200
        if "x" not in token:
            assert make.again(report).state == State.SUBMITTED
    assert make.again(report).state == State.APPROVED  # a long token is cut, and is as good as another
    assert Revision.objects.filter(obligation=report, act=Act.APPROVE.value).count() == 1


FORMULA = '=HYPERLINK("https://evil.example","x")'
HOSTILE = FORMULA + "<script>alert(1)</script>{{7*7}}\u202egnp\u2028\x1b[31m\r\nBcc: a@example.org"


def _formulas(content: bytes) -> list[str]:
    return [
        f"{sheet.title}!{cell.coordinate}"
        for sheet in load_workbook(io.BytesIO(content))
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]


def test_hostile_text_stays_text_in_pages_files_and_mails(report, officer, analyst, mailoutbox):
    (key,) = make.ready_report(report, officer)
    texts = {one.name: FORMULA if one.max_length < 100 else HOSTILE for one in CATALOGUE.fields if one.kind in TEXTS}
    make.save(report, key, {**texts, "title": FORMULA}, officer)
    here = {"obligation_id": report.pk, "record_key": key}
    talk.add_comment(**here, field="", text=HOSTILE, by=analyst)
    talk.add_link(**here, title=HOSTILE, url="https://example.org/", by=officer)
    talk.add_file(**here, title=FORMULA, upload=files.upload('..\\a\r\nX: y".pdf', files.PDF), by=officer)
    assert _formulas(sheets.fetch(report, officer)) == []
    make.act(make.again(report), Act.SUBMIT, officer)
    make.act(make.again(report), Act.RETURN, analyst, reason=HOSTILE)
    make.act(make.again(report), Act.SUBMIT, officer)
    make.act(make.again(report), Act.APPROVE, analyst)

    own = [
        url("report", report),
        url("grid", report),
        url("record", report, key),
        url("activity_overlaps", report, key),
    ]
    own += [
        url("report_history", report),
        url("report_revision", report, 1),
        url("report_compare", report) + "?a=1&b=3",
    ]
    read = [reverse("activity_search") + "?q=hyperlink", reverse("activity_detail", args=[key]), reverse("notice_list")]
    for address in (*own, *read):
        page = client_of(officer).get(address)
        assert page.status_code == 200, address
        assert "<script>alert" not in page.content.decode(), address
    for extension in ("csv", "xlsx"):
        answer = client_of(analyst).get(reverse("activity_download", args=[extension]))
        content = answer.getvalue()
        assert answer.status_code == 200
        if extension == "xlsx":
            assert _formulas(content) == []
        else:
            assert b"HYPERLINK" in content
            cells = [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row]
            assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r"))]
    run_all_jobs()
    assert mailoutbox
    for mail in mailoutbox:
        assert "\n" not in mail.subject
        assert mail.message()["Bcc"] is None


# --- ways around the workflow ---------------------------------------------------------------------------------------


def test_who_sent_the_workbook_does_not_approve_what_somebody_else_applied(report, officer, analyst):
    (key,) = make.ready_report(report, officer)
    content = sheets.edited(sheets.fetch(report, analyst), {key: {"percent_complete": 90}})
    sheets.applied(sheets.sent(report, content, analyst), report, officer)
    make.act(make.again(report), Act.SUBMIT, officer)

    with pytest.raises(OwnReport):
        make.act(make.again(report), Act.APPROVE, analyst)
    make.act(make.again(report), Act.APPROVE, make.analyst())


def test_evidence_of_an_approved_report_goes_with_a_reason_only(report, officer, analyst):
    (key,) = make.ready_report(report, officer)
    common = {"obligation_id": report.pk, "record_key": key, "by": officer}
    approved = talk.add_link(title="Report", url="https://example.org/report", **common)
    make.act(make.again(report), Act.SUBMIT, officer)
    make.act(make.again(report), Act.APPROVE, analyst)
    make.act(make.again(report), Act.REOPEN, analyst, reason="One link is wrong.")
    later = talk.add_link(title="Annex", url="https://example.org/annex", **common)

    with pytest.raises(ReasonNeeded):
        talk.remove_evidence(evidence_id=approved.pk, by=officer)
    page = client_of(officer).get(url("record", report, key))
    assert f'id="behalf-{approved.pk}"' in text_of(page)
    assert f'id="behalf-{later.pk}"' not in text_of(page)
    talk.remove_evidence(evidence_id=later.pk, by=officer)
    client_of(officer).post(url("evidence_remove", report, approved.public_id), {"reason": "Wrong report."})
    assert not Evidence.objects.filter(obligation=report, removed_at__isnull=True).exists()


def test_who_lost_the_role_hears_no_more_of_the_report(report, officer, analyst):
    make.submitted(report, officer)
    talk.add_comment(obligation_id=report.pk, record_key="", field="", text="Mine.", by=officer)
    colleague = make.officer("SOMHD")
    Assignment.objects.filter(user=officer).delete()
    Notice.objects.all().delete()

    make.act(make.again(report), Act.RETURN, analyst, reason="Numbers are missing.")
    talk.add_comment(obligation_id=report.pk, record_key="", field="", text="A draft matter.", by=analyst)

    assert {one.user_id for one in Notice.objects.all()} == {colleague.pk}


# --- floods ---------------------------------------------------------------------------------------------------------


def test_comments_uploads_records_and_files_have_an_end(report, officer, analyst, monkeypatch):
    (key,) = make.ready_report(report, officer)
    say = {"obligation_id": report.pk, "record_key": key, "field": "", "text": "Again."}
    monkeypatch.setattr(talk, "MOST_COMMENTS", 2)
    for _ in range(2):
        talk.add_comment(**say, by=officer)
    with pytest.raises(NotAllowedNow):
        talk.add_comment(**say, by=officer)
    talk.add_comment(**say, by=analyst)
    assert Comment.objects.count() == 3

    content = sheets.fetch(report, officer)
    monkeypatch.setattr(uploads, "MOST_UPLOADS", 1)
    sheets.receive(report, content, officer)
    with pytest.raises(NotAllowedNow):
        sheets.receive(report, content, officer)

    plan = {"obligation_id": report.pk, "raw": {"title": "One more"}, "by": officer, "channel": make.FORM}
    group = str(make.make_work_plan("SOMHD").public_id)
    monkeypatch.setattr(bulk, "MOST_RECORDS", 2)
    bulk_add = make.records.create_record
    bulk_add(group=group, **plan)
    with pytest.raises(NotAllowedNow):
        bulk_add(group=group, **plan)

    give = {"obligation_id": report.pk, "record_key": key, "title": "File", "by": officer}
    monkeypatch.setattr(talk, "MOST_BYTES_OF_A_REPORT", len(files.PDF))
    talk.add_file(upload=files.upload("a.pdf", files.PDF), **give)
    with pytest.raises(FileNotTaken):
        talk.add_file(upload=files.upload("b.png", files.PNG), **give)


# --- forms of other sites -------------------------------------------------------------------------------------------


def test_a_file_from_the_form_of_another_site_is_refused_and_one_from_ours_is_taken(report, officer):
    """Both addresses limit the body before they look for the token in it."""
    record = make.key_of(make.make_activity("SOMHD", title="Training of nurses"))
    link = {"kind": "link", "title": "Note", "url": "https://example.org/note"}
    theirs, ours = client_of(officer), client_of(officer)
    theirs.handler.enforce_csrf_checks = True

    add = reverse("evidence_add", args=[report.public_id, record])
    send = reverse("workbook_upload", args=[report.public_id])

    assert [theirs.post(add, link).status_code, theirs.post(send).status_code] == [403, 403]
    assert not Evidence.objects.filter(obligation=report).exists()
    assert [ours.post(add, link).status_code, ours.post(send).status_code] == [302, 422]
    assert Evidence.objects.filter(obligation=report).count() == 1
