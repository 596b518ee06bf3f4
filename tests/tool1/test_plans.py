"""Work plans: each body's officers keep their own, analysts all."""

from __future__ import annotations

import pytest
from django.urls import reverse

from adme.accounts.models import Role
from adme.audit.models import AuditEvent
from adme.reference.models import Framework
from databases_a.tool1.models import WorkPlan

from . import factories

pytestmark = pytest.mark.usefixtures("reference_data")


def _given(**other):
    framework = Framework.objects.get(code="BP2025").pk
    return {"title": "Work plan 2026", "framework": framework, "first_year": 2026, "last_year": 2030, **other}


@pytest.mark.parametrize(
    ("role", "status", "seen"),
    [
        (Role.ME_OFFICER, 200, {"SLOM work plan 2021"}),
        (Role.ANALYST, 200, {"SLOM work plan 2021", "SOMHD work plan 2021"}),
        (Role.ADMINISTRATOR, 200, {"SLOM work plan 2021", "SOMHD work plan 2021"}),
        (Role.FOCAL_POINT, 200, set()),
        (Role.SOCA_MEMBER, 403, set()),
    ],
)
def test_each_role_sees_its_work_plans(client_as, role, status, seen):
    plans = {factories.work_plan(body).title for body in ("SLOM", "SOMHD")}
    answer = client_as(role).get(reverse("work_plan_list"))
    assert answer.status_code == status
    assert {title for title in plans if title in answer.content.decode()} == seen


def test_an_officer_adds_and_changes_a_plan_of_the_own_body_and_it_is_audited(client_as):
    client = client_as(Role.ME_OFFICER)
    assert client.post(reverse("work_plan_new"), _given()).status_code == 302
    plan = WorkPlan.objects.get()
    assert (plan.body.code, plan.first_year, plan.last_year) == ("SLOM", 2026, 2030)
    client.post(reverse("work_plan_edit", args=[plan.public_id]), _given(title="Renamed"))
    plan.refresh_from_db()
    assert plan.title == "Renamed"
    acts = AuditEvent.objects.filter(action__startswith="work_plan").order_by("sequence")
    assert [act.action for act in acts] == ["work_plan.added", "work_plan.changed"]


def test_an_officer_cannot_give_a_plan_to_another_body(client_as):
    other = factories.work_plan("SOMHD")
    client = client_as(Role.ME_OFFICER)
    client.post(reverse("work_plan_new"), _given(body=other.body_id))
    assert WorkPlan.objects.get(title="Work plan 2026").body.code == "SLOM"


@pytest.mark.parametrize(("role", "status"), [(Role.ANALYST, 200), (Role.ME_OFFICER, 404), (Role.ADMINISTRATOR, 404)])
def test_another_bodys_plan_is_changed_by_analysts_only(client_as, role, status):
    plan = factories.work_plan("SOMHD")
    assert client_as(role).get(reverse("work_plan_edit", args=[plan.public_id])).status_code == status


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.ANALYST, 200), (Role.ME_OFFICER, 200), (Role.FOCAL_POINT, 403), (Role.ADMINISTRATOR, 403), (None, 403)],
)
def test_who_may_add_a_plan(client_as, role, status):
    assert client_as(role).get(reverse("work_plan_new")).status_code == status


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " "},
        {"last_year": 2025},
        {"first_year": 1800},
        {"framework": 0},
        {"title": "SLOM work plan 2021"},
        {"title": "a\x00b"},
    ],
)
def test_a_refused_plan_keeps_what_was_typed(client_as, wrong):
    factories.work_plan("SLOM")
    answer = client_as(Role.ME_OFFICER).post(reverse("work_plan_new"), _given(**wrong))
    assert answer.status_code == 422
    assert 'value="2026"' in answer.content.decode() or "first_year" in wrong
    assert WorkPlan.objects.count() == 1


def test_the_list_needs_as_many_statements_for_many_plans_as_for_one(client_as, django_assert_max_num_queries):
    client = client_as(Role.ANALYST)
    factories.work_plan("SLOM")
    client.get(reverse("work_plan_list"))
    with django_assert_max_num_queries(20) as few:
        client.get(reverse("work_plan_list"))
    for year in range(2001, 2020):
        factories.work_plan("SOMHD", first=year, last=year)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(reverse("work_plan_list"))
