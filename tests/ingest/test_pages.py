"""The import pages: who may do what, what they show, and a whole import through the browser's requests."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from adme.accounts.models import Role
from adme.audit.models import AuditEvent
from adme.ingest.models import BatchState, ImportBatch
from adme.jobs.testing import run_all_jobs
from databases_b.models import Observation
from tests.databases_b.files import NEET, packed

pytestmark = pytest.mark.django_db

ROWS = [(NEET, "IDN", year, str(20 + year % 5)) for year in range(2010, 2025)]


def form(content=None, name="data.zip", **changes):
    upload = SimpleUploadedFile(name, packed(ROWS) if content is None else content)
    return {"file": upload, "format": "auto", "on_vanished": "keep", "create_indicators": "on", **changes}


def upload(client, **changes):
    response = client.post(reverse("import_new"), form(**changes))
    assert response.status_code == 302, response.content.decode()
    return ImportBatch.objects.order_by("-pk").first()


def url(name, batch):
    return reverse(name, args=[batch.public_id])


def test_a_file_goes_in_is_previewed_approved_and_undone_in_the_browser(client_as):
    client = client_as(Role.ANALYST)

    batch = upload(client)
    assert (batch.state, batch.created_by) == (BatchState.RECEIVED, client.user)
    run_all_jobs()
    page = client.get(url("import_detail", batch)).content.decode()
    assert "15 new, 0 changed" in page
    assert 'id="import-approve"' in page
    assert not Observation.objects.exists()

    client.post(url("import_approve", batch))
    run_all_jobs()
    batch.refresh_from_db()
    assert (batch.state, batch.approved_by) == (BatchState.APPLIED, client.user)
    assert Observation.objects.count() == 15

    assert "15" in client.get(url("import_undo", batch)).content.decode()
    response = client.post(url("import_undo", batch), {"reason": "The wrong release"})
    assert response.status_code == 302
    run_all_jobs()
    batch.refresh_from_db()
    assert batch.state == BatchState.UNDONE
    assert not Observation.objects.filter(closed_by__isnull=True).exists()
    actions = list(
        AuditEvent.objects.filter(target__startswith="import:").order_by("pk").values_list("action", flat=True)
    )
    assert actions == [
        "import.received", "import.approved", "import.applied", "import.undo_approved", "import.applied",
    ]  # fmt: skip
    assert AuditEvent.objects.filter(reason="The wrong release").exists()


def test_an_undo_needs_a_reason(client_as, store):
    batch = store(ROWS)

    response = client_as(Role.ANALYST).post(url("import_undo", batch), {"reason": " "})

    assert response.status_code == 422
    assert Observation.objects.filter(closed_by__isnull=True).count() == 15


def test_an_undo_that_came_too_late_says_which_import_stands_in_the_way(client_as, store):
    first = store(ROWS)
    later = store([(NEET, "IDN", 2024, "99")])

    client = client_as(Role.ANALYST)
    assert f"import {later.pk}" in client.get(url("import_undo", first)).content.decode()
    assert client.post(url("import_undo", first), {"reason": "wrong"}).status_code == 409


def test_a_preview_overtaken_by_another_import_is_read_again_and_waits_for_approval(client_as, store):
    client = client_as(Role.ANALYST)
    batch = upload(client)
    run_all_jobs()
    store([(NEET, "IDN", 2024, "99")])

    client.post(url("import_approve", batch))
    run_all_jobs()

    batch.refresh_from_db()
    assert batch.state == BatchState.PREVIEWED
    assert batch.counts["changed"] == 1
    assert "approve again" in client.get(url("import_detail", batch)).content.decode()


def test_a_refused_file_lists_every_problem_on_the_page_and_as_csv(client_as):
    client = client_as(Role.ANALYST)
    batch = upload(client, content=packed([(NEET, "Atlantis", 2020, "1"), (NEET, "IDN", 2020, "=1+1")]))
    run_all_jobs()

    page = client.get(url("import_detail", batch)).content.decode()
    assert "Atlantis" in page
    assert 'id="import-approve"' not in page
    text = client.get(url("import_problems", batch)).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {(row["row"], row["seen"]) for row in rows} == {("2", "Atlantis"), ("3", "'=1+1")}


def test_a_refused_file_has_as_many_errors_in_its_head_as_in_its_list(client_as):
    client = client_as(Role.ANALYST)
    rows = [(NEET, "Atlantis", 2020, "1"), (NEET, "Atlantis", 2021, "1"), (NEET, "IDN", 2020, "x"), ROWS[0]]
    batch = upload(client, content=packed(rows))
    run_all_jobs()

    page = client.get(url("import_detail", batch)).context["page"]

    figures = {label: count for label, _, count in page.figures}
    assert figures == {"Errors": 2, "Places": 3, "Understood": 1}, "nothing was compared: nothing is new or changed"
    assert (page.groups[0].things, page.groups[0].total, len(page.groups[0].problems)) == (2, 3, 2)
    assert page.sentence == "2 things need your correction, in 3 places of the file; nothing was written."


@pytest.mark.parametrize(("errors", "is_long"), [(50, False), (51, True)])
def test_up_to_fifty_problems_stand_at_full_length_and_more_scroll_with_a_word(client_as, errors, is_long):
    client = client_as(Role.ANALYST)
    batch = upload(client, content=packed([(NEET, "IDN", 1950 + n, "x") for n in range(errors)]))
    run_all_jobs()

    page = client.get(url("import_detail", batch)).content.decode()

    assert ("table-frame-tall" in page) is is_long
    assert ("scroll in it" in page) is is_long


def test_a_preview_names_indicators_with_their_units_and_the_kpis_that_read_them(client_as):
    client = client_as(Role.ANALYST)
    rows = ["OWN.ONE,IDN,2020,5,One thing,% of youth", f"{NEET},IDN,2020,5,Youth,% of youth"]
    text = "INDICATOR,REF_AREA,TIME_PERIOD,OBS_VALUE,TITLE,UNIT\n" + "\n".join(rows)
    batch = upload(client, content=text.encode(), name="own.csv", dataset="WB_WDI")
    run_all_jobs()

    answer = client.get(url("import_detail", batch))

    assert [(one.title, one.unit) for one in answer.context["page"].changes.object_list] == [
        ("One thing", "% of youth"),
        ("Youth", "% of youth"),
    ]
    assert "31c" in [use.code for use in answer.context["page"].uses]
    assert reverse("leaf", args=["31c"]) in answer.content.decode()
    assert ("Contents", "2 indicators, 1 area, 2 series") in answer.context["page"].facts


def test_an_indicator_that_no_kpi_reads_is_not_said_to_change_one(client_as):
    client = client_as(Role.ANALYST)
    text = "INDICATOR,REF_AREA,TIME_PERIOD,OBS_VALUE,TITLE\nOWN.ONE,IDN,2020,5,One thing"
    batch = upload(client, content=text.encode(), name="own.csv", dataset="WB_WDI")
    run_all_jobs()

    assert client.get(url("import_detail", batch)).context["page"].uses == []


def test_a_file_that_changes_nothing_offers_to_discard_it_first(client_as, store):
    client = client_as(Role.ANALYST)
    store(ROWS)
    batch = upload(client)
    run_all_jobs()

    page = client.get(url("import_detail", batch)).content.decode()

    assert "Approve and apply" not in page
    assert page.index('id="import-discard"') < page.index('id="import-approve"')
    assert page.count("btn btn-primary") == 1
    assert page.count('id="import-discard"') == 1


def test_the_steps_still_to_come_are_seen_and_applied_figures_speak_of_the_past(client_as):
    client = client_as(Role.ANALYST)
    batch = upload(client)
    assert titles(client, batch) == ["Received", "Read and compare", "Approve", "Apply"]
    run_all_jobs()
    assert titles(client, batch) == ["Received", "Read and compared", "Approve", "Apply"]
    client.post(url("import_approve", batch))
    run_all_jobs()

    assert titles(client, batch) == ["Received", "Read and compared", "Approved", "Applied"]
    assert "not stored yet" not in client.get(url("import_detail", batch)).content.decode()


def test_an_undo_speaks_of_the_import_that_it_takes_back(client_as, store):
    client = client_as(Role.ANALYST)
    store(ROWS)
    client.post(url("import_undo", ImportBatch.objects.get()), {"reason": "The wrong release"})
    run_all_jobs()
    undo = ImportBatch.objects.order_by("-pk").first()

    answer = client.get(url("import_detail", undo))

    assert "Undo of data.zip" in answer.content.decode()
    assert titles(client, undo) == ["Undo asked for", "Approved", "Applied"]
    assert answer.context["page"].figures == [("Closed", "values that the import had brought", 15)]
    assert "New indicators" not in dict(answer.context["page"].facts)


def titles(client, batch):
    return [step.title for step in client.get(url("import_detail", batch)).context["page"].steps]


def test_a_discarded_preview_stores_nothing(client_as):
    client = client_as(Role.ANALYST)
    batch = upload(client)
    run_all_jobs()

    client.post(url("import_discard", batch))

    batch.refresh_from_db()
    assert batch.state == BatchState.DISCARDED
    assert client.post(url("import_approve", batch), follow=True).status_code == 200
    assert not Observation.objects.exists()


def test_the_kept_file_can_be_downloaded_as_it_was_sent(client_as):
    client = client_as(Role.ANALYST)
    batch = upload(client)

    response = client.get(url("import_file", batch))

    assert b"".join(response.streaming_content) == packed(ROWS)
    assert response["Content-Disposition"].startswith("attachment")
    assert len(batch.sha256) == 64


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"<html>Please log in</html>", "data.csv", "web page"),
        (b"PK\x03\x04 cut off", "data.zip", "zip"),
        (b"MZ\x00\x00", "data.exe", "CSV"),
    ],
)
def test_a_file_that_cannot_be_data_is_refused_beside_the_field(client_as, content, name, words):
    response = client_as(Role.ANALYST).post(reverse("import_new"), form(content, name))

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not ImportBatch.objects.exists()


def test_an_empty_file_is_refused(client_as):
    response = client_as(Role.ANALYST).post(reverse("import_new"), form(b"", "data.csv"))

    assert response.status_code == 422
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize("role", [Role.ME_OFFICER, Role.FOCAL_POINT, Role.SOCA_MEMBER, None])
def test_who_has_no_part_in_imports_sees_none_of_it(client_as, store, role):
    batch = store(ROWS)
    client = client_as(role)

    for name in ("import_list", "import_new"):
        assert client.get(reverse(name)).status_code == 403
    for name in ("import_detail", "import_problems", "import_file", "import_undo"):
        assert client.get(url(name, batch)).status_code == 403
    for name in ("import_approve", "import_discard", "import_read_again", "import_undo"):
        assert client.post(url(name, batch)).status_code == 403
    assert client.post(reverse("import_new"), form()).status_code == 403
    assert ImportBatch.objects.count() == 1


def test_an_administrator_may_look_but_not_import(client_as, store):
    batch = store(ROWS)
    client = client_as(Role.ADMINISTRATOR)

    assert client.get(reverse("import_list")).status_code == 200
    page = client.get(url("import_detail", batch))
    assert page.status_code == 200
    assert 'id="import-undo"' not in page.content.decode()
    assert client.get(reverse("import_new")).status_code == 403
    assert client.post(url("import_undo", batch), {"reason": "x"}).status_code == 403


def test_a_post_without_a_token_is_refused(client_as, store):
    user = client_as(Role.ANALYST).user
    client = Client(enforce_csrf_checks=True)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")

    assert client.post(reverse("import_new"), form()).status_code == 403
    assert not ImportBatch.objects.exists()


def test_the_list_filters_and_says_what_an_empty_answer_means(client_as, store):
    client = client_as(Role.ANALYST)
    assert "No file yet" in client.get(reverse("import_list")).content.decode()
    store(ROWS)

    assert "data.zip" in client.get(reverse("import_list"), {"state": "applied", "scope": "WB_WDI"}).content.decode()
    assert "No import fits" in client.get(reverse("import_list"), {"q": "other"}).content.decode()
    assert client.get(reverse("import_list"), {"state": "nonsense", "page": "x"}).status_code == 200


def test_the_list_asks_the_same_number_of_questions_for_1_and_for_50_imports(client_as, django_assert_max_num_queries):
    client = client_as(Role.ANALYST)
    ImportBatch.objects.create(target="observations", filename="one.csv")
    client.get(reverse("import_list"))
    with django_assert_max_num_queries(10) as one:
        client.get(reverse("import_list"))
    ImportBatch.objects.bulk_create(
        [ImportBatch(target="observations", filename=f"{n}.csv", created_by=client.user) for n in range(50)]
    )

    with django_assert_max_num_queries(10) as many:
        client.get(reverse("import_list"))

    assert len(many) == len(one)


def test_the_differences_can_be_paged_largest_first(client_as, store):
    client = client_as(Role.ANALYST)
    store([(NEET, area, year, "20") for area in ("IDN", "VNM", "THA", "PHL") for year in range(1990, 2020)])
    changed = [
        (NEET, area, year, str(20 + (year - 1990) / 10))
        for area in ("IDN", "VNM", "THA", "PHL")
        for year in range(1990, 2020)
    ]
    batch = upload(client, content=packed(changed))
    run_all_jobs()

    first = client.get(url("import_detail", batch), {"kind": "changed"}).content.decode()
    assert first.index("22.9") < first.index("22.8")
    last = client.get(url("import_detail", batch), {"kind": "changed", "page": "3"})
    assert "20.1" in last.content.decode()
    assert "None" in client.get(url("import_detail", batch), {"kind": "vanished"}).content.decode()


def test_the_pages_hold_no_inline_script_or_style(client_as):
    client = client_as(Role.ANALYST)
    batch = upload(client)
    run_all_jobs()

    for address in (reverse("import_list"), reverse("import_new"), url("import_detail", batch)):
        page = client.get(address).content.decode()
        for forbidden in ("<style", " style=", " onclick=", "<script>"):
            assert forbidden not in page, (address, forbidden)
