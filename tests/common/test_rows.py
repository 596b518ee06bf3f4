"""Many rows at once are what bulk_create and bulk_update would have stored."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import DataError, IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from adme.common.rows import insert_rows, update_rows
from adme.observations.periods import TimePeriod
from adme.reference.models import Framework, SectoralBody
from adme.reporting.models import ReportingRound
from databases_a.tool1.models import Activity, WorkPlan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


@pytest.fixture
def activities() -> list[Activity]:
    body = SectoralBody.objects.get(code="SOMHD")
    plan = WorkPlan.objects.create(
        body=body, framework=Framework.objects.get(code="BP2025"), title="Plan", first_year=2021, last_year=2025
    )
    return Activity.objects.bulk_create(
        Activity(work_plan=plan, body=body, title=f"Activity {number}") for number in range(3)
    )


def stored(*names: str) -> list[tuple]:
    return list(Activity.objects.order_by("pk").values_list(*names))


def test_each_row_keeps_its_own_values_of_every_kind(activities: list[Activity]) -> None:
    first, second, third = activities
    first.starts_on, first.kras, first.funding_amount = date(2025, 1, 2), ["B.1", "Ñ'\"%s"], Decimal("12.50")
    second.title, second.description = "100 % \\ 'quoted' %s", "Line\nnext"
    third.retired_at = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
    names = ("title", "description", "starts_on", "kras", "funding_amount", "retired_at")
    update_rows(activities, names)
    assert stored(*names) == [tuple(getattr(one, name) for name in names) for one in activities]


def test_fields_that_are_not_named_and_rows_that_are_not_given_stay(activities: list[Activity]) -> None:
    for one in activities:
        one.title, one.description = "Other", "Other"
    update_rows(activities[:2], ["title"])
    update_rows([], ["title"])
    update_rows(activities, [])
    assert stored("title", "description") == [("Other", ""), ("Other", ""), ("Activity 2", "")]


def test_the_constraints_of_the_table_hold(activities: list[Activity]) -> None:
    activities[1].starts_on, activities[1].ends_on = date(2025, 2, 1), date(2025, 1, 1)
    with pytest.raises(IntegrityError):
        update_rows(activities, ["starts_on", "ends_on"])


@pytest.mark.postgres
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite does not limit text")
def test_text_that_is_too_long_is_refused_and_not_cut(activities: list[Activity]) -> None:
    activities[0].title = "x" * 301
    with pytest.raises(DataError):
        update_rows(activities, ["title"])


def test_many_rows_are_inserted_and_updated_in_few_statements() -> None:
    days = [datetime.fromisoformat(f"2026-01-0{day}T00:00:00+00:00") for day in range(1, 6)]
    names = ("tool", "period", "opens_at", "due_at", "closes_at", "created_at", "updated_at")
    first = TimePeriod.parse("2000").key
    with CaptureQueriesContext(connection) as statements:
        insert_rows(ReportingRound, names, (("made up", first + number, *days) for number in range(1500)))
        rounds = list(ReportingRound.objects.filter(tool="made up").order_by("period"))
        for one in rounds:
            one.period += 5000
        update_rows(rounds, ["period"])
    assert len(statements) <= 5
    assert [one.period for one in ReportingRound.objects.filter(tool="made up").order_by("period")] == [
        first + 5000 + number for number in range(1500)
    ]
