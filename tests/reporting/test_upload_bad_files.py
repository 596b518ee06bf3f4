"""Files that must not get in: each with the sentence that helps, and nothing stored."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from adme.ingest.models import BatchState, ImportBatch
from adme.reporting.models import WorkbookTemplate
from adme.reporting.states import State
from adme.reporting.workbooks import layout

from . import factories as make
from . import sheets

pytestmark = pytest.mark.usefixtures("reference_data")


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def post(report, user, name: str, content: bytes):
    return client_of(user).post(
        reverse("workbook_upload", args=[report.public_id]), {"file": SimpleUploadedFile(name, content)}
    )


def with_part(content: bytes, name: str, data: bytes = b"x") -> bytes:
    """The workbook with one more part in its zip."""
    buffer = BytesIO(content)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("report.csv", b"a,b\n1,2\n", "Send the workbook of this report as XLSX"),
        ("report.xlsm", b"PK\x03\x04", "without macros"),
        ("report.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Send the workbook of this report as XLSX"),
        ("report.xlsx", b"", ""),
        ("report.xlsx", b"<html><body>hello</body></html>", ""),
        ("report.xlsx", b"name,value\nx,1\n", "the content is a text file"),
        ("report.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ""),
        ("report.xlsx", b"%PDF-1.7\n", ""),
    ],
)
def test_what_is_not_a_workbook_is_refused_when_it_is_sent(report, officer, name, content, sentence):
    answer = post(report, officer, name, content)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert 'role="alert"' in answer.content.decode()
    assert not ImportBatch.objects.exists()


def test_no_file_is_answered_with_a_sentence(report, officer):
    answer = client_of(officer).post(reverse("workbook_upload", args=[report.public_id]), {})
    assert answer.status_code == 422
    assert "Choose the workbook" in answer.content.decode()


def test_more_than_ten_megabytes_is_refused(report, officer):
    answer = post(report, officer, "report.xlsx", b"PK" + b"\0" * (10 * 1024 * 1024 + 1))
    assert answer.status_code == 413
    assert "10 MB" in answer.content.decode()
    assert not ImportBatch.objects.exists()


def test_upload_without_its_token_is_refused(report, officer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.post(
        reverse("workbook_upload", args=[report.public_id]), {"file": SimpleUploadedFile("a.xlsx", b"PK")}
    )
    assert answer.status_code == 403
    assert not ImportBatch.objects.exists()


def refused(report, officer, content: bytes) -> str:
    """The code of the refusal; nothing was stored."""
    batch = sheets.sent(report, content, officer)
    assert batch.state == BatchState.REFUSED
    assert sheets.rows(batch) == []
    (code,) = sheets.codes(batch)
    text = (
        client_of(officer).get(reverse("workbook_preview", args=[report.public_id, batch.public_id])).content.decode()
    )
    assert batch.problems.get().hint[:40].replace("'", "&#x27;") in text
    marked = reverse("workbook_marked", args=[report.public_id, batch.public_id])
    assert client_of(officer).get(marked).status_code == 404
    return code


def test_hostile_workbooks_are_refused_by_name(report, officer):
    good = sheets.fetch(report, officer)
    assert refused(report, officer, with_part(good, "xl/vbaProject.bin")) == "macros"
    assert refused(report, officer, with_part(good, "xl/externalLinks/externalLink1.xml")) == "external_links"
    cut = post(report, officer, "report.xlsx", good[: len(good) // 2])
    assert cut.status_code == 422
    assert "damaged or incomplete" in cut.content.decode()


def test_stray_cell_far_away_is_refused_without_being_read(report, officer):
    book = sheets.opened(sheets.fetch(report, officer))
    book[layout.REPORT]["XFD1048576"] = "x"
    assert refused(report, officer, sheets.saved(book)) == "sheet_too_large"


def test_workbook_that_was_not_made_here_is_refused(report, officer):
    assert refused(report, officer, sheets.saved(Workbook())) == "not_our_workbook"


def test_workbook_of_another_report_is_refused_without_telling_whose(report, officer):
    other = make.make_obligation("SLOM")
    content = sheets.fetch(other, make.officer("SLOM"))
    assert refused(report, officer, content) == "another_report"
    earlier = make.make_obligation("SOMHD", period="2024")
    assert refused(report, officer, sheets.fetch(earlier, officer)) == "another_report"


def test_report_swapped_in_the_hidden_sheet_is_refused(report, officer):
    other = make.make_obligation("SLOM")
    book = sheets.opened(sheets.fetch(other, make.officer("SLOM")))
    book[layout.ABOUT]["B3"] = str(report.public_id)
    assert refused(report, officer, sheets.saved(book)) == "template_unknown"


def test_workbook_of_an_older_layout_is_refused(report, officer):
    content = sheets.fetch(report, officer)
    WorkbookTemplate.objects.update(layout="T1-2025.9")
    assert refused(report, officer, content) == "stale_layout"


def test_unknown_template_is_refused(report, officer):
    content = sheets.fetch(report, officer)
    WorkbookTemplate.objects.all().delete()
    assert refused(report, officer, content) == "template_unknown"


def test_report_that_is_handed_in_takes_no_workbook(report, officer):
    make.ready_report(report, officer)
    content = sheets.fetch(report, officer)
    waiting = sheets.receive(report, content, officer)
    type(report).objects.filter(pk=report.pk).update(state=State.SUBMITTED)

    assert sheets.codes(sheets.read(waiting)) == ["report_closed"]
    answer = post(report, officer, "report.xlsx", content)
    assert answer.status_code == 409
    assert "cannot be changed now" in answer.content.decode()


def test_column_that_lost_its_name_is_named(report, officer):
    make.ready_report(report, officer)
    book = sheets.opened(sheets.fetch(report, officer))
    sheet = book[layout.REPORT]
    sheet.cell(1, sheets.places(sheet)["remarks"]).value = None
    batch = sheets.sent(report, sheets.saved(book), officer)
    assert sheets.codes(batch) == ["column_missing"]
    assert "Remarks" in batch.problems.get().hint


def test_deleted_first_row_is_refused(report, officer):
    book = sheets.opened(sheets.fetch(report, officer))
    book[layout.REPORT].delete_rows(1)
    assert refused(report, officer, sheets.saved(book)) == "names_missing"


def test_moved_columns_and_sorted_rows_are_read_as_if_they_were_not(report, officer):
    make.ready_report(report, officer, count=3)
    book = sheets.opened(sheets.fetch(report, officer))
    sheet = book[layout.REPORT]
    one, two = sheets.places(sheet)["remarks"], sheets.places(sheet)["status"]
    for row in range(1, sheet.max_row + 1):
        first, second = sheet.cell(row, one), sheet.cell(row, two)
        first.value, second.value = second.value, first.value
    for column in range(1, sheet.max_column + 1):
        first, second = sheet.cell(6, column), sheet.cell(8, column)
        first.value, second.value = second.value, first.value
    batch = sheets.sent(report, sheets.saved(book), officer)
    assert (batch.state, batch.counts["unchanged"]) == ("previewed", 3)


def test_rows_are_refused_with_row_column_what_was_seen_and_the_remedy(report, officer):
    keys = make.ready_report(report, officer, count=6)
    bad = {
        keys[0]: {"status": "Doing fine"},
        keys[1]: {"percent_complete": 0.5},
        keys[2]: {"ends_on": "2024-13-45"},
        keys[3]: {"ends_on": "2024-01-01"},
        keys[4]: {"title": None},
        keys[5]: {"participants_female": -3, "participants_male": "1.234,5"},
    }
    batch = sheets.sent(report, sheets.edited(sheets.fetch(report, officer), bad), officer)

    found = [(one.row, one.column, one.code, one.seen) for one in batch.problems.all()]
    assert found == [
        (6, "Status", "unknown_code", "Doing fine"),
        (7, "Percent complete", "not_a_number", "0.5"),
        (8, "Ends on", "not_a_day", "2024-13-45"),
        (9, "Ends on", "end_before_start", "2024-01-01"),
        (10, "Title", "required", ""),
        (11, "Participants, women", "not_a_number", "-3"),
        (11, "Participants, men", "not_a_number", "1.234,5"),
    ]
    assert all(one.hint for one in batch.problems.all())


def test_one_bad_cell_does_not_hide_another(report, officer):
    (key,) = make.ready_report(report, officer)
    bad = {key: {"status": "Going well", "ends_on": "2024-01-01"}}
    new = {
        "title": None,
        "status": "On-going",
        "percent_complete": "half",
        "starts_on": "2025-02-01",
        "ends_on": "2025-01-01",
    }
    batch = sheets.sent(report, sheets.edited(sheets.fetch(report, officer), bad, new), officer)
    found = list(batch.problems.values_list("row", "code"))
    assert sorted(found) == [
        (6, "end_before_start"),
        (6, "unknown_code"),
        (7, "end_before_start"),
        (7, "not_a_number"),
        (7, "required"),
    ]


def test_keys_that_are_twice_foreign_emptied_or_removed_are_refused(report, officer):
    keys = make.ready_report(report, officer, count=4)
    foreign = make.key_of(make.make_activity("SLOM", "Not to be seen"))
    book = sheets.opened(sheets.fetch(report, officer))
    sheet = book[layout.REPORT]
    columns = sheets.places(sheet)
    rows = {key: sheets.row_of(sheet, key) for key in keys}
    sheet.cell(rows[keys[1]], 1).value = keys[0]  # the key of another row
    sheet.cell(rows[keys[2]], 1).value = foreign
    for column in range(2, sheet.max_column + 1):
        sheet.cell(rows[keys[3]], column).value = None
    assert columns

    batch = sheets.sent(report, sheets.saved(book), officer)

    assert sorted(sheets.codes(batch)) == ["not_in_file", "not_of_this_report", "row_emptied", "row_twice"]
    assert "Not to be seen" not in str(list(batch.problems.values()))


def test_record_removed_meanwhile_is_said(report, officer):
    from adme.reporting.services import records

    keys = make.ready_report(report, officer, count=2)
    content = sheets.fetch(report, officer)
    records.remove_record(obligation_id=report.pk, key=keys[0], by=officer, reason="Entered twice.")
    assert sheets.codes(sheets.sent(report, content, officer)) == ["removed_meanwhile"]


def test_same_row_twice_with_the_same_values_counts_once(report, officer):
    (key,) = make.ready_report(report, officer)
    book = sheets.opened(sheets.fetch(report, officer))
    sheet = book[layout.REPORT]
    row = sheets.row_of(sheet, key)
    for column in range(1, sheet.max_column + 1):
        sheet.cell(row + 1, column).value = sheet.cell(row, column).value
    batch = sheets.sent(report, sheets.saved(book), officer)
    assert (batch.state, batch.counts["unchanged"]) == ("previewed", 1)


def test_new_row_names_a_work_plan_of_this_body(report, officer):
    make.ready_report(report, officer)
    make.make_work_plan("SOMHD", first=2020, last=2030)
    from databases_a.tool1.models import WorkPlan

    plan = WorkPlan.objects.get()
    WorkPlan.objects.create(
        body=plan.body, framework=plan.framework, title="Second plan", first_year=2020, last_year=2030
    )
    new = {"_group": "Plan of nobody", "title": "New"}, {"title": "New without plan"}
    batch = sheets.sent(report, sheets.edited(sheets.fetch(report, officer), {}, *new), officer)
    assert sheets.codes(batch) == ["unknown_group", "unknown_group"]


def test_own_column_is_told_and_not_read(report, officer):
    (key,) = make.ready_report(report, officer)
    book = sheets.opened(sheets.fetch(report, officer))
    sheet = book[layout.REPORT]
    column = sheet.max_column + 1
    sheet.cell(4, column).value, sheet.cell(sheets.row_of(sheet, key), column).value = "My notes", "call Ana"
    batch = sheets.sent(report, sheets.saved(book), officer)
    assert (batch.state, sheets.codes(batch)) == ("previewed", ["stray_column"])
    assert batch.problems.get().column == "My notes"


def test_one_typed_where_a_hundred_per_cent_may_be_meant_is_asked_about(report, officer):
    (key,) = make.ready_report(report, officer)
    batch = sheets.sent(report, sheets.edited(sheets.fetch(report, officer), {key: {"percent_complete": 1}}), officer)
    assert sheets.codes(batch) == ["one_per_cent"]


def test_retired_code_that_stood_there_before_does_not_stop_the_row(report, officer):
    from django.utils import timezone

    from adme.reference.models import Code

    (key,) = make.ready_report(report, officer)
    Code.objects.filter(code_list__code="CL_ACTIVITY_TYPE", code="workshop").update(retired_at=timezone.now())
    content = sheets.edited(sheets.fetch(report, officer), {key: {"percent_complete": 50}})
    batch = sheets.sent(report, content, officer)
    assert (batch.state, batch.counts["changed"]) == ("previewed", 1)
    new = sheets.edited(content, {}, {"title": "New", "activity_type": "Workshop"})
    assert "unknown_code" in sheets.codes(sheets.sent(report, new, officer))
