"""The calendar: who sees what, schedules with a reason, a later deadline for one reporter."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from adme.accounts.models import User
from adme.reporting.models import Notice, Obligation, ReportingSchedule
from adme.reporting.states import State

from . import factories
from .pages import client_of, submitted, text_of, url

pytestmark = pytest.mark.django_db
DAYS = ("opens", "due", "closes")


def _schedule(**changed: object) -> dict[str, object]:
    return {
        "tool": "tool1", "frequency": "S", "first_period": "2031-S1", "last_period": "", "opens_after_start": 0,
        "due_after_end": 60, "closes_after_end": 300, "reason": "Agreed by the committee", **changed,
    }  # fmt: skip


def test_everybody_with_a_role_reads_the_calendar_and_only_analysts_change_it(
    report: Obligation, officer: User, analyst: User
) -> None:
    for user in (officer, factories.soca_member(), factories.focal_point("VNM"), factories.administrator()):
        shown = client_of(user).get("/calendar/")
        assert shown.status_code == 200
        assert "Add a schedule" not in text_of(shown)
        assert client_of(user).get("/calendar/schedules/new/").status_code == 403
        assert client_of(user).post("/calendar/schedules/new/", _schedule()).status_code == 403
    assert "Add a schedule" in text_of(client_of(analyst).get("/calendar/"))
    assert client_of(factories.make_user()).get("/calendar/").status_code == 403


def test_counts_of_drafts_are_the_secretariats_and_a_reporter_sees_the_own_report(
    report: Obligation, officer: User, analyst: User
) -> None:
    (row,) = client_of(officer).get("/calendar/?tool=tool1").context["page"].rows
    assert row.counts == []
    assert [name for _, name, _ in row.own] == ["SOMHD"]
    (row,) = client_of(analyst).get("/calendar/?tool=tool1").context["page"].rows
    assert [(mark.code, number) for mark, number in row.counts] == [("due", 1)]
    (row,) = client_of(factories.soca_member()).get("/calendar/?tool=tool1").context["page"].rows
    assert row.counts == []
    assert row.own == []


def test_rounds_are_filtered_by_tool_and_stage(report: Obligation, analyst: User) -> None:
    client = client_of(analyst)
    assert len(client.get("/calendar/?show=open").context["page"].rows) == 1
    for query in ("?show=closed", "?show=coming", "?tool=tool2"):
        assert "No round fits" in text_of(client.get("/calendar/" + query))
    assert client.get("/calendar/?tool=%00&page=x").status_code == 200


def test_what_is_open_comes_first_by_its_deadline_then_what_is_past_and_rounds_to_come_are_folded(
    analyst: User,
) -> None:
    now = timezone.now()

    def round_(period: str, opens: int, due: int, closes: int) -> None:
        days = {name: now + timedelta(days=value) for name, value in zip(DAYS, (opens, due, closes), strict=True)}
        factories.make_round("tool1", period, **days)

    for period, opens, due, closes in (
        ("2026", -300, 60, 90), ("2025", -500, 20, 90), ("2024", -800, -10, 30), ("2022", -1600, -900, -800),
        ("2023", -1200, -600, -500), ("2028", 400, 500, 600), ("2027", 10, 100, 200),
    ):  # fmt: skip
        round_(period, opens, due, closes)
    client = client_of(analyst)
    page = client.get("/calendar/?tool=tool1").context["page"]
    assert [row.period for row in page.rows] == ["2025", "2026", "2024", "2023", "2022"]
    assert [row.period for row in page.coming] == ["2027", "2028"]
    assert "Not open yet: 2 rounds" in text_of(client.get("/calendar/?tool=tool1"))
    asked = client.get("/calendar/?tool=tool1&show=coming").context["page"]
    assert ([row.period for row in asked.rows], asked.coming) == (["2027", "2028"], [])


def test_schedules_of_record_sets_and_those_that_ended_are_folded_and_a_tool_shows_its_own(analyst: User) -> None:
    ReportingSchedule.objects.all().delete()
    for tool, first, last in (("tool1", "2026", ""), ("tool1", "2020", "2025"), ("set:labour-inspections", "2026", "")):
        ReportingSchedule.objects.create(tool=tool, frequency="A", first_period=first, last_period=last)
    client = client_of(analyst)
    groups = {title: [one.span for one in rows] for title, rows in client.get("/calendar/").context["page"].schedules}
    assert groups == {
        "": ["from 2026, goes on"],
        "Record sets": ["from 2026, goes on"],
        "Ended": ["from 2020 to 2025"],
    }
    ((title, own),) = client.get("/calendar/?tool=tool1").context["page"].schedules
    assert (title, [one.span for one in own]) == ("", ["from 2026, goes on", "from 2020 to 2025"])


def test_a_schedule_is_added_with_a_reason_and_a_wrong_one_is_refused_beside_its_field(analyst: User) -> None:
    client = client_of(analyst)
    refused = client.post("/calendar/schedules/new/", _schedule(first_period="2031-Q1"))
    assert refused.status_code == 422
    assert "first_period" in refused.context["form"].errors
    assert "Agreed by the committee" in text_of(refused)
    assert client.post("/calendar/schedules/new/", _schedule(reason="")).status_code == 422
    assert not ReportingSchedule.objects.filter(first_period="2031-S1").exists()

    assert client.post("/calendar/schedules/new/", _schedule()).status_code == 302
    saved = ReportingSchedule.objects.get(first_period="2031-S1")
    form = client.get(f"/calendar/schedules/{saved.pk}/")
    assert 'value="60"' in text_of(form)
    assert client.post(f"/calendar/schedules/{saved.pk}/", _schedule(due_after_end=45)).status_code == 302
    saved.refresh_from_db()
    assert saved.due_after_end == 45
    assert client.get("/calendar/schedules/999999/").status_code == 404


def test_a_later_deadline_is_given_with_a_reason_and_the_officer_is_told(
    report: Obligation, officer: User, analyst: User
) -> None:
    client = client_of(analyst)
    until = (timezone.now() + timedelta(days=80)).date()
    refused = client.post(url("report_extend", report), {"until": "2020-01-01", "reason": "Flood"})
    assert refused.status_code == 422
    assert "Flood" in text_of(refused)

    done = client.post(url("report_extend", report), {"until": str(until), "reason": "Flood"})

    assert done.status_code == 302
    shown = text_of(client_of(officer).get(url("report", report)))
    assert "A later deadline for this reporter" in shown
    assert "Flood" in shown
    assert Notice.objects.filter(user=officer, kind=Notice.Kind.CALENDAR).count() == 1
    assert client_of(officer).get(url("report_extend", report)).status_code == 403


def test_a_report_that_is_handed_in_has_no_deadline_to_extend(report: Obligation, officer: User, analyst: User) -> None:
    submitted(report, officer)
    form = {"until": str((timezone.now() + timedelta(days=80)).date()), "reason": "Flood"}
    assert client_of(analyst).post(url("report_extend", report), form).status_code == 409
    assert factories.again(report).state == State.SUBMITTED
