"""A workbook that comes back: preview, conflicts, reasons, applying, and who may do what."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from adme.ingest import services as ingest
from adme.ingest.models import BatchState, ImportBatch
from adme.jobs.testing import run_all_jobs
from adme.reporting.models import RecordChange, UploadRow
from adme.reporting.transitions import Act
from adme.reporting.workbooks import layout
from databases_a.tool1.models import Activity

from . import factories as make
from . import sheets

pytestmark = pytest.mark.usefixtures("reference_data")


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def body(answer) -> str:
    """The page without the token that is new on every page."""
    return re.sub(r'name="(csrf-token|csrfmiddlewaretoken)" (content|value)="[^"]*"', "", answer.content.decode())


def page_of(report, batch) -> str:
    return reverse("workbook_preview", args=[report.public_id, batch.public_id])


def test_nothing_is_stored_before_the_officer_applies_it(report, officer):
    (key,) = make.ready_report(report, officer)
    content = sheets.edited(sheets.fetch(report, officer), {key: {"percent_complete": 90}})

    batch = sheets.sent(report, content, officer)

    assert batch.state == BatchState.PREVIEWED
    assert make.values_of(report, key)["percent_complete"] == 40
    sheets.applied(batch, report, officer)
    assert make.values_of(report, key)["percent_complete"] == 90
    change = RecordChange.objects.get(field="percent_complete", after=90)
    assert (change.channel, change.by, change.before) == ("upload", officer, 40)


def test_blank_cell_empties_a_value_and_zero_is_kept_as_zero(report, officer):
    (key,) = make.ready_report(report, officer)
    content = sheets.edited(sheets.fetch(report, officer), {key: {"participants_female": None, "participants_male": 0}})
    sheets.applied(sheets.sent(report, content, officer), report, officer)
    stored = make.values_of(report, key)
    assert (stored["participants_female"], stored["participants_male"]) == (None, 0)


def test_row_without_key_adds_an_activity_to_its_work_plan(report, officer):
    make.ready_report(report, officer)
    new = {
        "_group": "SOMHD work plan (2016-2025)",
        "title": "A new seminar",
        "status": "On-going",
        "percent_complete": 5,
    }

    batch = sheets.sent(report, sheets.edited(sheets.fetch(report, officer), {}, new), officer)
    done = sheets.applied(batch, report, officer)

    assert (batch.counts["added"], done.counts["records_added"]) == (1, 1)
    assert Activity.objects.get(title="A new seminar").work_plan.title == "SOMHD work plan"


def test_file_sent_twice_adds_a_new_row_once(report, officer):
    make.ready_report(report, officer)
    new = {"_group": "SOMHD work plan (2016-2025)", "title": "A new seminar", "status": "On-going",
           "starts_on": "2025-03-01", "ends_on": "2025-04-01"}  # fmt: skip
    content = sheets.edited(sheets.fetch(report, officer), {}, new)
    sheets.applied(sheets.sent(report, content, officer), report, officer)

    again = sheets.sent(report, content, officer)

    assert again.counts["added"] == 0
    assert {"already_applied", "added_already"} <= set(sheets.codes(again))
    assert Activity.objects.filter(title="A new seminar").count() == 1


def test_what_only_others_changed_stays_and_what_only_the_file_changed_is_taken(report, officer):
    (key,) = make.ready_report(report, officer)
    content = sheets.edited(sheets.fetch(report, officer), {key: {"percent_complete": 60}})
    make.save(report, key, {"remarks": "Written in the form."}, officer)

    batch = sheets.sent(report, content, officer)
    sheets.applied(batch, report, officer)

    assert batch.counts["conflict"] == 0
    stored = make.values_of(report, key)
    assert (stored["percent_complete"], stored["remarks"]) == (60, "Written in the form.")


@pytest.mark.parametrize(("choice", "percent"), [("file", 60), ("stored", 55)])
def test_conflict_is_decided_by_a_person_and_other_changes_of_the_row_are_taken(report, officer, choice, percent):
    (key,) = make.ready_report(report, officer)
    content = sheets.edited(sheets.fetch(report, officer), {key: {"percent_complete": 60, "remarks": "From the file."}})
    make.save(report, key, {"percent_complete": 55}, officer)
    batch = sheets.sent(report, content, officer)
    client = client_of(officer)
    (row,) = sheets.rows(batch, "conflict")
    assert row.changes["percent_complete"] == [40, 55, 60]

    refused = client.post(page_of(report, batch), {"act": "apply"})
    assert refused.status_code == 409
    assert "One conflict waits" in refused.content.decode()
    client.post(page_of(report, batch), {"act": "choose", f"row-{row.row}": choice})
    client.post(page_of(report, batch), {"act": "apply"})
    ingest.apply(batch_id=batch.pk)

    stored = make.values_of(report, key)
    assert (stored["percent_complete"], stored["remarks"]) == (percent, "From the file.")


@pytest.mark.django_db(transaction=True)
def test_value_changed_after_the_preview_becomes_a_conflict_and_nothing_is_lost(report, officer):
    (key,) = make.ready_report(report, officer)
    content = sheets.edited(sheets.fetch(report, officer), {key: {"percent_complete": 60}})
    batch = sheets.receive(report, content, officer)
    run_all_jobs()
    make.save(report, key, {"percent_complete": 45}, officer)

    client_of(officer).post(page_of(report, batch), {"act": "apply"})
    run_all_jobs()

    batch.refresh_from_db()
    assert batch.state == BatchState.PREVIEWED
    assert batch.counts["conflict"] == 1
    assert "The file is read again" in batch.note
    assert make.values_of(report, key)["percent_complete"] == 45


def test_two_uploads_of_one_report_do_not_overwrite_each_other(report, officer):
    keys = make.ready_report(report, officer, count=2)
    content = sheets.fetch(report, officer)
    first = sheets.sent(report, sheets.edited(content, {keys[0]: {"percent_complete": 50}}), officer)
    second = sheets.sent(report, sheets.edited(content, {keys[1]: {"percent_complete": 60}}), officer)
    sheets.applied(first, report, officer)

    with pytest.raises(ingest.PreviewOutdated):
        sheets.applied(second, report, officer)
    second = sheets.read(ingest.withdraw(batch_id=second.pk))
    sheets.applied(second, report, officer)

    assert [make.values_of(report, key)["percent_complete"] for key in keys] == [50, 60]


def test_approved_plan_value_changes_with_a_reason_only(officer, analyst):
    earlier = make.make_obligation("SOMHD", period="2024")
    key = make.key_of(make.make_activity(starts_on=date(2024, 2, 1)))
    make.save(earlier, key, make.REPORT, officer)
    make.act(earlier, Act.SUBMIT, officer)
    make.act(earlier, Act.APPROVE, analyst)
    report = make.make_obligation("SOMHD", period="2025")
    content = sheets.edited(sheets.fetch(report, officer), {key: {"ends_on": "2025-10-31", "percent_complete": 70}})
    batch = sheets.sent(report, content, officer)
    client = client_of(officer)

    refused = client.post(page_of(report, batch), {"act": "apply", "reason": " "})
    assert refused.status_code == 422
    assert "stood in an approved report" in refused.content.decode()
    client.post(page_of(report, batch), {"act": "apply", "reason": "Venue was not free."})
    ingest.apply(batch_id=batch.pk)

    assert make.values_of(report, key)["ends_on"] == "2025-10-31"
    assert RecordChange.objects.get(field="ends_on", obligation=report).reason == "Venue was not free."


def test_reviewer_on_behalf_says_why(report, officer, analyst):
    (key,) = make.ready_report(report, officer)
    batch = sheets.sent(report, sheets.edited(sheets.fetch(report, analyst), {key: {"percent_complete": 70}}), analyst)
    client = client_of(analyst)
    refused = client.post(page_of(report, batch), {"act": "apply"})
    assert refused.status_code == 422
    assert "on behalf of SOMHD" in refused.content.decode()
    client.post(page_of(report, batch), {"act": "apply", "reason": "Sent by mail."})
    ingest.apply(batch_id=batch.pk)
    assert make.values_of(report, key)["percent_complete"] == 70


def test_one_row_with_an_error_keeps_the_whole_workbook_out(report, officer):
    keys = make.ready_report(report, officer, count=2)
    content = sheets.edited(
        sheets.fetch(report, officer), {keys[0]: {"percent_complete": 50}, keys[1]: {"percent_complete": 140}}
    )
    batch = sheets.sent(report, content, officer)

    assert batch.state == BatchState.REFUSED
    assert [row.kind for row in sheets.rows(batch)] == ["changed", "refused"]
    assert make.values_of(report, keys[0])["percent_complete"] == 40
    answer = client_of(officer).post(page_of(report, batch), {"act": "apply"})
    assert answer.status_code == 409


def test_marked_workbook_shows_what_to_mend_and_can_be_mended_and_sent(report, officer):
    keys = make.ready_report(report, officer, count=2)
    bad = {keys[1]: {"percent_complete": 140, "status": "Ongoingg", "remarks": "=SUM(A1)x"}}
    batch = sheets.sent(
        report, sheets.edited(sheets.fetch(report, officer), {keys[0]: {"percent_complete": 50}, **bad}), officer
    )
    address = reverse("workbook_marked", args=[report.public_id, batch.public_id])

    content = client_of(officer).get(address).content

    book = sheets.opened(content)
    sheet = book[layout.REPORT]
    row, columns = sheets.row_of(sheet, keys[1]), sheets.places(sheet)
    cell = sheet.cell(row, columns["percent_complete"])
    assert cell.fill.fgColor.rgb == "FFF8C9C4"
    assert "more than 100" in cell.comment.text
    assert sheet.cell(row, columns["status"]).value == "Ongoingg"
    assert sheet.cell(row, columns["explanation"]).comment is None
    listed = [[one.value for one in line] for line in book[layout.ERRORS].iter_rows(min_row=2)]
    assert [(line[0], line[1], line[2]) for line in listed] == [
        (str(row), "Status", "Ongoingg"), (str(row), "Percent complete", "140"),
    ]  # fmt: skip
    assert "On-going" in listed[0][3]
    mended = sheets.edited(content, {keys[1]: {"percent_complete": 100, "status": "Completed", "remarks": None}})
    again = sheets.sent(report, mended, officer)
    assert (again.state, again.counts["changed"]) == (BatchState.PREVIEWED, 2)


def test_page_shows_each_kind_with_its_count_and_every_difference(report, officer):
    keys = make.ready_report(report, officer, count=3)
    content = sheets.edited(sheets.fetch(report, officer), {keys[0]: {"status": "Completed", "percent_complete": 100}})
    batch = sheets.sent(report, content, officer)
    client = client_of(officer)

    text = client.get(page_of(report, batch)).content.decode()

    assert "1 changed, 2 unchanged." in text
    assert "On-going" in text
    assert "Completed" in text
    assert "Apply 1 row" in " ".join(text.split())
    assert "2" in client.get(page_of(report, batch) + "?kind=unchanged").content.decode()
    assert client.get(page_of(report, batch) + "?kind=%00&page=x").status_code == 200


def test_preview_takes_as_many_statements_for_fifty_rows_as_for_one(officer, django_assert_max_num_queries):
    counts = []
    for body, count in (("SOMHD", 1), ("SLOM", 50)):
        user, report = make.officer(body), make.make_obligation(body)
        keys = make.ready_report(report, user, count=count)
        content = sheets.edited(sheets.fetch(report, user), {key: {"percent_complete": 77} for key in keys})
        batch = sheets.sent(report, content, user)
        client = client_of(user)
        client.get(page_of(report, batch))
        with django_assert_max_num_queries(60) as seen:
            client.get(page_of(report, batch))
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_other_bodies_and_their_uploads_are_not_there(report, officer):
    (key,) = make.ready_report(report, officer)
    batch = sheets.sent(report, sheets.edited(sheets.fetch(report, officer), {key: {"percent_complete": 90}}), officer)
    other, theirs = make.officer("SLOM"), make.make_obligation("SLOM")
    client = client_of(other)
    unknown = client.get(f"/reports/{'0' * 8}-0000-4000-8000-{'0' * 12}/workbook.xlsx")
    for address in (
        reverse("workbook", args=[report.public_id]),
        reverse("workbook_upload", args=[report.public_id]),
        page_of(report, batch),
        page_of(theirs, batch),
        reverse("workbook_marked", args=[report.public_id, batch.public_id]),
    ):
        answer = client.get(address)
        assert (answer.status_code, body(answer)) == (404, body(unknown)), address
    assert client.post(page_of(report, batch), {"act": "apply"}).status_code == 404
    assert client_of(officer).get(page_of(report, batch)).status_code == 200
    assert make.values_of(report, key)["percent_complete"] == 40


def test_uploads_of_reports_are_not_among_the_imports_of_analysts(report, officer, analyst):
    make.ready_report(report, officer)
    batch = sheets.sent(report, sheets.fetch(report, officer), officer, "secret-draft.xlsx")
    client = client_of(analyst)
    assert "secret-draft" not in client.get(reverse("import_list")).content.decode()
    for name in ("import_detail", "import_problems", "import_file"):
        assert client.get(reverse(name, args=[batch.public_id])).status_code == 404
    for name in ("import_approve", "import_discard", "import_read_again", "import_undo"):
        assert client.post(reverse(name, args=[batch.public_id])).status_code == 404
    assert client.get(page_of(report, batch)).status_code == 200  # a reviewer sees it where it belongs


@pytest.mark.django_db(transaction=True)
def test_upload_goes_through_pages_and_jobs(report, officer):
    (key,) = make.ready_report(report, officer)
    content = sheets.edited(sheets.fetch(report, officer), {key: {"percent_complete": 65}})
    client = client_of(officer)

    answer = client.post(
        reverse("workbook_upload", args=[report.public_id]), {"file": SimpleUploadedFile("my.xlsx", content)}
    )
    batch = ImportBatch.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == page_of(report, batch)
    (job,) = run_all_jobs()
    assert (job.link, job.message) == (page_of(report, batch), "1 changed.")
    client.post(page_of(report, batch), {"act": "apply"})
    run_all_jobs()

    text = client.get(page_of(report, batch)).content.decode()
    assert "Applied: 0 added, 1 changed." in text
    assert make.values_of(report, key)["percent_complete"] == 65


def test_discarded_upload_leaves_no_rows(report, officer):
    (key,) = make.ready_report(report, officer)
    batch = sheets.sent(report, sheets.edited(sheets.fetch(report, officer), {key: {"percent_complete": 65}}), officer)
    client_of(officer).post(page_of(report, batch), {"act": "discard"})
    assert not UploadRow.objects.exists()
    assert make.values_of(report, key)["percent_complete"] == 40


def test_member_state_sends_its_follow_up_to_declarations_the_same_way(reference_data):
    from adme.reporting import tools
    from tests.tool2.factories import make_clause

    make_clause()
    report, focal = make.make_obligation(state="VNM"), make.focal_point("VNM")
    groups = tools.get("tool2").groups(report, for_user=focal)
    new = {"_group": groups[0].title, "action": "A new law", "status": "On-going", "starts_on": "2025-02-01"}

    batch = sheets.sent(report, sheets.edited(sheets.fetch(report, focal), {}, new), focal)
    assert batch.state == BatchState.PREVIEWED, sheets.codes(batch)
    sheets.applied(batch, report, focal)

    (record,) = tools.get("tool2").records(report, for_user=focal)
    assert (record.values["action"], record.values["status"]) == ("A new law", "ongoing")
    again = sheets.sent(report, sheets.fetch(report, focal), focal)
    assert (again.counts["unchanged"], sheets.codes(again)) == (1, [])
