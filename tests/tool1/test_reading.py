"""Who reads which activities, the page of one activity, and kept searches."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from adme.accounts.models import Role
from databases_a.tool1 import related
from databases_a.tool1.models import ActivityFact, ActivityLink, SavedFilter
from databases_a.tool1.selectors.visibility import visible_to

from . import factories

pytestmark = pytest.mark.usefixtures("reference_data")
ALL_ROLES = (Role.ME_OFFICER, Role.FOCAL_POINT, Role.SOCA_MEMBER, Role.ANALYST, Role.ADMINISTRATOR)


@pytest.fixture
def told():
    """An approved, a submitted, and a drafted activity of three bodies."""
    made = {}
    for body, standing in (("SOMHD", "approved"), ("SOMY", "submitted"), ("SOMS", "draft")):
        made[standing] = factories.activity(body, title=f"{standing} activity")
        if standing != "draft":
            factories.hand_in(factories.obligation(body), standing=standing)
    return made


@pytest.mark.parametrize(
    ("role", "standings"),
    [
        (Role.ME_OFFICER, {"approved", "submitted"}),
        (Role.ANALYST, {"approved", "submitted"}),
        (Role.ADMINISTRATOR, {"approved", "submitted"}),
        (Role.FOCAL_POINT, {"approved"}),
        (Role.SOCA_MEMBER, {"approved"}),
        (None, set()),
    ],
)
def test_each_role_reads_its_standings_everywhere(client_as, told, role, standings):
    client = client_as(role)
    assert set(visible_to(client.user).values_list("standing", flat=True)) == standings
    for standing, activity in told.items():
        page = client.get(reverse("activity_detail", args=[activity.public_id]))
        wanted = 403 if role is None else 200 if standing in standings else 404
        assert page.status_code == wanted, standing
    listing = client.get(reverse("activity_search"))
    assert listing.status_code == (403 if role is None else 200)
    for standing in told:
        assert (f"{standing} activity" in listing.content.decode()) is (standing in standings)
    if role is not None:
        file = client.get(reverse("activity_download", args=["csv"])).getvalue().decode()
        assert {one for one in told if f"{one} activity" in file} == standings


def test_a_draft_and_an_unknown_activity_give_the_same_answer(client_as, told):
    client = client_as(Role.ANALYST)
    draft = client.get(reverse("activity_detail", args=[told["draft"].public_id]))
    unknown = client.get(reverse("activity_detail", args=[uuid4()]))
    assert (draft.status_code, unknown.status_code) == (404, 404)


def test_nobody_reads_without_a_login(client, told):
    for name, args in (("activity_search", []), ("activity_detail", [told["approved"].public_id])):
        assert client.get(reverse(name, args=args)).status_code == 302


def test_a_withdrawn_report_is_not_readable_any_more(client_as, told):
    client = client_as(Role.ANALYST)
    address = reverse("activity_detail", args=[told["submitted"].public_id])
    assert client.get(address).status_code == 200
    ActivityFact.objects.filter(standing="submitted").update(closed_by=ActivityFact.objects.first().opened_by)
    assert client.get(address).status_code == 404


def test_the_page_tells_the_periods_latest_first_with_plan_and_evidence(client_as):
    one = factories.activity(title="Runs long", kras=["B.1"], lead_states=["VNM"], is_demonstration=True)
    key = str(one.public_id)
    factories.hand_in(factories.obligation(period="2024"), told={key: {"status": "ongoing", "percent_complete": 0}})
    factories.hand_in(
        factories.obligation(period="2025"),
        told={key: {"status": "completed", "remarks": "<b>Well done</b>", "participants_female": 0}},
        evidence={key: [
            {"id": str(uuid4()), "title": "Report", "file": "a.pdf", "sha256": "x"},
            {"id": str(uuid4()), "title": "Site", "url": "https://example.org/site"},
        ]},
    )  # fmt: skip
    text = client_as(Role.SOCA_MEMBER).get(reverse("activity_detail", args=[key])).content.decode()
    assert text.index('id="report-2025-approved"') < text.index('id="report-2024-approved"')
    assert "Viet Nam" in text
    assert "https://example.org/site" in text
    assert "Demonstration data" in text
    assert "&lt;b&gt;Well done" in text
    assert "0 %" in text


def test_links_show_only_activities_that_the_reader_may_see(client_as, told):
    mine = factories.activity("ACW", title="Mine")
    factories.hand_in(factories.obligation("ACW"))
    by = factories.officer("ACW")
    for standing, other in told.items():
        ActivityLink.objects.create(activity=mine, other=other, kind="link", reason=f"because {standing}", by=by)
    address = reverse("activity_detail", args=[mine.public_id])
    analyst, member = (client_as(role).get(address).content.decode() for role in (Role.ANALYST, Role.SOCA_MEMBER))
    assert "because submitted" in analyst
    assert "because submitted" not in member
    assert "because approved" in member
    assert "because draft" not in analyst


def test_what_other_packages_know_stands_on_the_page(client_as, told, monkeypatch):
    monkeypatch.setattr(related, "_finders", {})
    related.register(
        "test", lambda key, user: [related.Related("Follow-up action", "A law", "/follow-up/1/", "on-going")]
    )
    text = client_as(Role.ANALYST).get(reverse("activity_detail", args=[told["approved"].public_id])).content.decode()
    assert 'href="/follow-up/1/"' in text


def test_the_page_needs_as_many_statements_for_five_periods_as_for_one(client_as, django_assert_max_num_queries):
    client, one = client_as(Role.ANALYST), factories.activity(starts_on=date(2021, 1, 1))
    address = reverse("activity_detail", args=[one.public_id])
    factories.hand_in(factories.obligation(period="2021"))
    client.get(address)
    with django_assert_max_num_queries(40) as few:
        client.get(address)
    for period in ("2022", "2023", "2024", "2025"):
        factories.hand_in(factories.obligation(period=period))
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(address)


def test_a_search_is_kept_opened_replaced_and_deleted(client_as):
    client = client_as(Role.SOCA_MEMBER)
    for kra in ("A.1", "B.1"):
        client.post(reverse("filter_save"), {"name": "  Mine ", "kra": kra, "junk": "x"})
    kept = SavedFilter.objects.get()
    assert (kept.name, kept.query, kept.user) == ("Mine", "kra=B.1", client.user)
    assert 'href="/activities/?kra=B.1"' in client.get(reverse("activity_search")).content.decode()
    assert client.post(reverse("filter_delete", args=[kept.pk])).status_code == 302
    assert not SavedFilter.objects.exists()


def test_a_search_without_a_name_is_refused_with_what_was_asked(client_as):
    answer = client_as(Role.ANALYST).post(reverse("filter_save"), {"name": " \x00", "q": "cities"})
    assert answer.status_code == 422
    assert 'value="cities"' in answer.content.decode()
    assert not SavedFilter.objects.exists()


def test_another_persons_search_is_not_found(client_as):
    client_as(Role.ANALYST).post(reverse("filter_save"), {"name": "Theirs"})
    kept, stranger = SavedFilter.objects.get(), client_as(Role.ANALYST)
    assert "Theirs" not in stranger.get(reverse("activity_search")).content.decode()
    assert stranger.post(reverse("filter_delete", args=[kept.pk])).status_code == 404
    assert SavedFilter.objects.exists()
