"""Pages of submissions: another state's is not there, records are for whom they concern, and lists stay quick."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from adme.audit.models import AuditEvent
from adme.jobs.testing import run_all_jobs
from adme.reporting import tools
from adme.reporting.errors import NotReady
from adme.reporting.models import Obligation, ReportingSchedule, Revision
from adme.reporting.services.calendar import keep_ledger
from adme.reporting.transitions import Act
from databases_c import holding
from databases_c.models import RecordSet, Submission
from databases_c.services import submissions
from databases_c.tool import FAMILY, schedule
from tests.records import factories as make
from tests.reporting import factories as people
from tests.reporting.pages import client_of, text_of, url

pytestmark = pytest.mark.usefixtures("reference_data")
PAGES = ["submission", "submission_form", "submission_template_xlsx", "submission_template_csv"]
OF_VERSION = ["submission_version", "submission_errors", "submission_rows", "submission_file"]


def sent(report, by, text=None) -> Submission:
    batch = submissions.receive(obligation=report, upload=make.upload(text), by=by)
    run_all_jobs()
    found = submissions.submission_of(batch)
    assert found is not None
    return found


def test_a_file_without_the_form_token_is_refused(report, focal):
    client = client_of(focal)
    client.handler.enforce_csrf_checks = True
    assert client.post(url("submission_upload", report), {"file": make.upload(good())}).status_code == 403
    assert not Submission.objects.exists()


def good() -> str:
    return make.csv_text([["North", "Female", "12"], ["South", "Male", "40"]])


@pytest.mark.parametrize("name", PAGES)
def test_a_report_of_another_state_is_not_there(report, focal, name):
    assert client_of(people.focal_point("THA")).get(url(name, report)).status_code == 404
    assert client_of(people.officer("SLOM")).get(url(name, report)).status_code == 404
    assert client_of(focal).get(url(name, report)).status_code == 200


@pytest.mark.parametrize("name", OF_VERSION)
def test_a_version_of_another_state_is_not_there(report, focal, analyst, name):
    version = sent(report, focal, good())
    assert client_of(people.focal_point("THA")).get(url(name, report, version.number)).status_code == 404
    assert client_of(focal).get(url(name, report, version.number)).status_code == 200
    assert client_of(analyst).get(url(name, report, version.number)).status_code == 200
    assert client_of(focal).get(url(name, report, 99)).status_code == 404


@pytest.mark.parametrize("name", OF_VERSION[1:])
def test_an_administrator_sees_how_a_report_stands_but_not_its_records(report, focal, name):
    version, admin = sent(report, focal, make.csv_text([["North", "Female", "many"]])), people.administrator()
    assert client_of(admin).get(url(name, report, version.number)).status_code == 404
    shown = text_of(client_of(admin).get(url("submission_version", report, version.number)))
    assert "Rejected" in shown
    assert ">many<" not in shown
    assert ">many<" in text_of(client_of(focal).get(url("submission_version", report, version.number)))


def test_records_of_persons_are_for_focal_points_of_the_bodies_that_have_the_set(focal):
    report = make.make_report(make.make_set("children", kind="records", is_personal=True, body="SOMSWD"))
    version = sent(report, focal, good())
    other = client_of(people.focal_point("VNM", "SOMHD"))
    for name in OF_VERSION:
        assert other.get(url(name, report, version.number)).status_code == 404
    own = client_of(people.focal_point("VNM", "SOMSWD"))
    assert own.get(url("submission_rows", report, version.number)).status_code == 200
    assert client_of(focal).get(url("submission_form", report)).status_code == 404, "records are sent as a file"


def test_downloads_of_records_stand_in_the_audit_trail(report, focal):
    version = sent(report, focal, good())
    for name in OF_VERSION[1:]:
        response = client_of(focal).get(url(name, report, version.number))
        assert response.status_code == 200
        assert "no-store" in response.headers["Cache-Control"]
    actions = set(AuditEvent.objects.filter(actor=focal.email).values_list("action", flat=True))
    assert {"report.records_findings_fetched", "report.records_rows_fetched", "report.records_file_fetched"} <= actions


@pytest.mark.parametrize("name", ["grid", "record_new", "workbook", "workbook_upload"])
def test_the_form_grid_and_workbook_of_other_tools_are_not_there(report, focal, name):
    assert client_of(focal).get(url(name, report)).status_code == 404
    assert client_of(people.officer("SOMHD")).get(url("grid", people.make_obligation("SOMHD"))).status_code == 200


def test_a_report_of_another_tool_has_no_submissions(focal):
    report = people.make_obligation(state="VNM")
    assert client_of(focal).get(url("submission", report)).status_code == 404


def test_from_an_empty_report_over_errors_and_a_decision_to_a_report_that_is_ready(report, focal):
    client, page = client_of(focal), url("submission", report)
    assert "The report holds no records yet" in text_of(client.get(page))
    wrong = {"file": make.upload(make.csv_text([["North", "Female", "many"], ["East", "Male", "3"]]))}
    assert client.post(url("submission_upload", report), wrong).status_code == 302
    assert "is being read" in text_of(client.get(page)) or "waits to be read" in text_of(client.get(page))
    run_all_jobs()
    told = text_of(client.get(page))
    assert "was rejected" in told
    assert "See all 2 errors" in told
    assert "many" in told.split("was rejected</h2>")[1].split("See all 2 errors")[0], (
        "the errors stand there themselves"
    )
    assert ">Without an error</th>" in told, "of a rejected version nothing was accepted"
    assert ">Accepted</th>" not in told
    client.post(
        url("submission_upload", report), {"file": make.upload(make.csv_text([["N", "F", "4"], ["S", "M", "9"]]))}
    )
    run_all_jobs()
    assert "Put version 2 into the report" in text_of(client.get(page))
    assert client.post(url("submission_use", report, 2)).status_code == 302
    told = text_of(client.get(page))
    assert "Warnings to decide" in told
    assert "2 warnings wait for a decision" in told
    ids = [str(pk) for pk in holding.worklist(holding.current(report)).values_list("pk", flat=True)]
    said = {"finding": ids, "decision": "confirmed", "reason": "Small courses."}
    assert client.post(url("findings_decide", report), {**said, "reason": ""}).status_code == 422
    assert client.post(url("findings_decide", report), said).status_code == 302
    told = text_of(client.get(page))
    assert "Nothing that is required is missing: submit the report." in told
    assert "Where you know it, tell below: how many units should report" in told
    assert "Small courses." in text_of(client.get(page))
    assert client.get(url("report", report)).status_code == 200


def test_units_and_remarks_are_kept_and_a_conflict_shows_both(report, focal):
    make.send(report, by=focal)
    client, page = client_of(focal), url("submission", report)
    token = client.get(page).context["page"].tokens["coverage"]
    wanted = {"act": "describe", "token": token, "units_known": "5", "units_reporting": "4", "remarks": "One is late."}
    assert client.post(page, wanted).status_code == 302
    held = holding.current(report)
    assert (held.units_known, held.units_reporting, held.remarks) == (5, 4, "One is late.")
    late = client.post(page, {**wanted, "remarks": "Two are late."})
    assert late.status_code == 409
    assert "Two are late." in text_of(late)
    assert "One is late." in text_of(late)
    wrong = client.post(page, {**wanted, "units_known": "some"})
    assert wrong.status_code == 422
    assert "some" in text_of(wrong)


def test_last_periods_workbook_sent_back_as_it_is_asks_whether_it_is_the_right_file(record_set, focal, analyst):
    before, now = (make.make_report(record_set, period=period) for period in ("2023", "2024"))
    rows = [["N", "F", "12"], ["S", "M", "40"]]
    make.send(before, rows, by=focal)
    people.act(people.again(before), Act.SUBMIT, focal)
    people.act(people.again(before), Act.APPROVE, analyst)
    client, page = client_of(focal), url("submission", now)
    template = client.get(url("submission_template_xlsx", now) + "?with=last")
    batch = submissions.receive(
        obligation=now, upload=SimpleUploadedFile("last.xlsx", template.content), by=focal
    )  # fmt: skip
    run_all_jobs()
    version = submissions.submission_of(batch)
    assert version.rows_sha256 != holding.current(before).rows_sha256, "the workbook moves the rows"
    assert "repeats every record of 2023" in text_of(client.get(page))

    client.post(url("submission_use", now, version.number))
    told = "Every record is the same as for 2023."
    assert told in text_of(client.get(page))
    with pytest.raises(NotReady, match="1 thing is to be done"):
        people.act(people.again(now), Act.SUBMIT, focal)
    assert client.post(page, {"act": "keep", "code": holding.SAME, "reason": " "}).status_code == 409
    assert client.post(page, {"act": "keep", "code": holding.SAME, "reason": "No museum opened."}).status_code == 302
    people.act(people.again(now), Act.SUBMIT, focal)
    people.act(people.again(now), Act.APPROVE, analyst)

    content = Revision.objects.filter(obligation=now).latest("number").content.data["records"][0]
    assert holding.SAME not in content["values"], "what is the same is for the report alone"
    for other in (people.focal_point("THA"), people.soca_member()):
        assert client_of(other).get(page).status_code == 404
        assert client_of(other).get(url("report", now)).status_code == 404


def test_other_records_are_not_the_same_as_those_of_last_period(record_set, focal):
    before, now = (make.make_report(record_set, period=period) for period in ("2023", "2024"))
    rows = [["N", "F", "12"], ["S", "M", "40"]]
    held = make.send(before, rows, by=focal)
    for others in ([*rows[:1], ["S", "M", "41"]], [*rows, ["S", "F", "1"]]):
        assert holding.same_as(held, make.send(now, others, by=focal)) == ""
    assert holding.same_as(held, make.send(now, rows, by=focal)) == "2023"
    assert holding.same_as(None, held) == ""


def test_what_is_not_told_of_units_and_remarks_is_asked_for_and_stops_nothing(report, focal):
    held = make.send(report, by=focal)
    client, page = client_of(focal), url("submission", report)
    asked = "Where you know it, tell below"
    first = text_of(client.get(page))
    assert asked in first
    assert "submit the report." in first
    Submission.objects.filter(pk=held.pk).update(units_known=5, units_reporting=4, remarks="One is late.")
    assert asked not in text_of(client.get(page))


def test_what_a_return_asks_for_is_the_first_step(report, focal, analyst):
    make.send(report, by=focal)
    people.act(people.again(report), Act.SUBMIT, focal)
    people.act(people.again(report), Act.RETURN, analyst, reason="Say which offices are missing.")
    steps = client_of(focal).get(url("submission", report)).context["page"].steps
    assert steps[0].text == "Mend what the Secretariat asks for: Say which offices are missing."
    assert steps[-1].text.endswith("submit the report.")


def test_an_upload_that_is_too_large_or_none_is_refused_with_a_sentence(report, focal, monkeypatch):
    monkeypatch.setattr(submissions, "MOST_BYTES", 10)
    client = client_of(focal)
    assert client.post(url("submission_upload", report), {"file": make.upload()}).status_code == 413
    assert client.post(url("submission_upload", report), {}).status_code == 422
    refused = client.post(url("submission_upload", report), {"file": make.upload("x", "notes.txt")})
    assert refused.status_code == 422
    assert "XLSX" in text_of(refused)
    assert "Seen: notes.txt." in text_of(refused)
    assert not Submission.objects.exists()


def test_the_report_shows_what_it_holds_and_what_becomes_of_it(report, focal):
    make.send(report, by=focal)
    shown = text_of(client_of(focal).get(url("report", report)))
    assert "Send and check records" in shown
    assert "Edit in a grid" not in shown
    assert "version 1" in shown.lower()
    asked = text_of(client_of(focal).get(url("report_act", report, Act.SUBMIT.value)))
    assert "Nobody else sees the records" in asked


def test_a_body_limited_focal_point_has_only_the_sets_of_that_body_to_do(report):
    theirs = make.make_report(make.make_set("clinic-counts", title="Clinic visits", body="SOMHD"))
    shown = text_of(client_of(people.focal_point("VNM", "SOMHD")).get(reverse("my_work")))
    assert str(theirs.public_id) in shown
    assert str(report.public_id) not in shown
    whole = text_of(client_of(people.focal_point("VNM")).get(reverse("my_work")))
    assert str(theirs.public_id) in whole
    assert str(report.public_id) in whole


# --- many sets --------------------------------------------------------------------------------------------------------


def test_sets_stand_in_a_group_of_their_own_wherever_a_tool_is_chosen(record_set, analyst):
    make.make_report(record_set)
    for name in ("completeness_board", "calendar", "review_queue", "schedule_new"):
        shown = text_of(client_of(analyst).get(reverse(name)))
        assert '<optgroup label="Database C: administrative records">' in shown, name
        assert f'value="{record_set.tool}"' in shown
    board = client_of(analyst).get(reverse("completeness_board"), {"tool": record_set.tool})
    assert board.context["page"].tool == record_set.tool


def test_an_unknown_tool_stays_unknown_and_a_new_title_is_shown_at_once(record_set):
    with pytest.raises(KeyError):
        tools.get("set:nothing-of-the-kind")
    record_set.title = "Persons in training"
    record_set.save()
    assert tools.get(record_set.tool).title == "Persons in training"


@pytest.mark.parametrize("name", ["my_work", "completeness_board", "calendar", "review_queue"])
def test_lists_take_as_many_statements_with_all_sets_in_the_ledger(name, focal, analyst, django_assert_max_num_queries):
    """Twenty-two sets and more of eleven states: titles of tools cost nothing per report."""
    RecordSet.objects.filter(current__isnull=True).update(retired_at=None)
    who = focal if name == "my_work" else analyst
    make.make_report(make.make_set("first-set"))
    few, many = [], []
    for kept, number in ((few, 1), (many, 22)):
        while RecordSet.objects.filter(code__startswith="more-").count() < number - 1:
            record_set = make.make_set(f"more-{RecordSet.objects.count()}")
            for state in ("VNM", "THA", "IDN", "MYS", "PHL", "SGP", "LAO", "KHM", "MMR", "BRN", "TLS"):
                make.make_report(record_set, state)
        client = client_of(who)
        client.get(reverse(name))  # what is cached is in the cache
        with django_assert_max_num_queries(60) as seen:
            assert client.get(reverse(name)).status_code == 200
        kept.append(len(seen))
    assert many[0] <= few[0] + 24, (few, many)  # my work counts what is in eight reports, three statements each


def test_a_set_that_comes_into_force_is_asked_for_from_every_member_state(record_set):
    ReportingSchedule.objects.all().delete()
    record_set.periodicity = "Q"
    record_set.save()
    made = schedule(record_set)
    assert (made.tool, made.frequency, made.first_period) == (record_set.tool, "Q", "2026-Q1")
    assert schedule(record_set).pk == made.pk
    assert ReportingSchedule.objects.count() == 1
    keep_ledger()
    owed = Obligation.objects.filter(round__tool=record_set.tool, round__period=2026201)
    assert owed.count() == 11
    record_set.periodicity = "A"
    record_set.save()
    assert schedule(record_set).frequency == "Q", "reports are asked for already: the calendar's page changes that"


def test_a_family_forgets_a_set_that_is_retired(record_set):
    from django.utils import timezone

    assert record_set.tool in {one.name for one in FAMILY.all()}
    record_set.retired_at = timezone.now()
    record_set.save()
    assert record_set.tool not in {one.name for one in FAMILY.all()}
    assert tools.get(record_set.tool).title == record_set.title, "its reports stay readable"


def test_records_that_are_not_where_they_were_kept_are_not_there(report, focal):
    version = sent(report, focal)
    client, at = client_of(focal), url("submission_rows", report, version.number)
    assert client.get(at).status_code == 200
    version.rows_file.storage.delete(version.rows_file.name)
    assert client.get(at).status_code == 404
    assert AuditEvent.objects.filter(action="report.records_rows_fetched").count() == 1


def test_after_a_rejected_file_the_next_step_is_to_mend_it_and_no_longer_to_get_the_template(report, focal):
    client = client_of(focal)
    assert "Get the template, fill it in" in text_of(client.get(url("submission", report)))
    rejected = sent(report, focal, "a,b\n1,2\n")
    page = text_of(client.get(url("submission", report)))
    assert f"Version {rejected.number} was rejected: see what to mend" in page
    assert "Get the template, fill it in" not in page
    sent(report, focal, good())
    assert "was rejected: see what to mend" not in text_of(client.get(url("submission", report)))


def test_whoever_fills_a_file_in_is_led_to_the_codes_and_rules_of_the_set(report, focal, record_set):
    leads = f"{reverse('record_set', args=[record_set.code])}#columns"
    assert leads in text_of(client_of(focal).get(url("submission", report)))
